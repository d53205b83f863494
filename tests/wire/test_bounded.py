"""A person's pattern is searched for, or refused with a reason; none of them holds dgcheck up."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dgcheck.wire.bounded import OVERLAP, PIECE, BadPattern, Bounded


@pytest.mark.parametrize(
    ("source", "text", "shown"),
    [
        pytest.param(r"acct-\d+", "for acct-12 and acct-7", "for # and #", id="each match"),
        pytest.param(r"(?i)acme", "Acme ACME", "# #", id="flags inside"),
        pytest.param(r"^name=.*$", "x\nname=y z\nb", "x\n#\nb", id="every line"),
        pytest.param(r"(?:[\w-]+\.)+corp\.net", "at a.b.corp.net:80", "at #:80", id="a repeated group"),
        pytest.param(r".*secret", "a secret b\nc", "# b\nc", id="from the beginning of the line"),
        pytest.param(r"[0-9a-f]{8}", "deadbeefdeadbeef", "##", id="next to each other"),
    ],
)
def test_what_matches_is_replaced(source: str, text: str, shown: str) -> None:
    assert Bounded(source).sub(lambda _: "#", text) == shown


@pytest.mark.parametrize("place", [0, 100, PIECE - OVERLAP - 1, PIECE - 3, PIECE, 3 * PIECE - OVERLAP])
def test_it_is_found_wherever_it_stands_in_a_long_line(place: int) -> None:
    line = "x" * place + "acct-12345" + "y" * 2000
    assert Bounded(r"acct-\d+").sub(lambda _: "#", line) == "x" * place + "#" + "y" * 2000


@pytest.mark.parametrize(
    "source",
    [
        *("(a+)+b", "(a|a)*b", "(.*)*q", r"(\w*\w*)*!", r"(x+x+)+y", r"(foo|fo|o)+!", r'("+)+,', "(é+)+ü"),
        *(r"(\W+)+\w{999}", r"(\W+)+\w{20}", r"\W+\W+\W+\W+\w{500}", "a?" * 30 + "a" * 30, "(a?){40}a{40}"),
        *(
            ".*.*.*.*x",
            "x*x*x*x*x*x*x*x*y",
            r"\d+\d+\d+\d+x",
            r"(?:(?:a?){30}){30}b",
            r"(?:\w+){1,50}!",
            r"(?:a|b|ab){40}!",
        ),
    ],
)
def test_a_pattern_that_would_take_for_ever_is_refused(source: str) -> None:
    with pytest.raises(BadPattern) as refused:
        Bounded(source)
    assert "write it simpler" in str(refused.value)


@pytest.mark.parametrize(
    ("source", "why"),
    [
        pytest.param("[", "no regular expression", id="unfinished"),
        pytest.param("(?P<a", "no regular expression", id="unfinished group"),
        pytest.param("  ", "empty", id="blank"),
        pytest.param("a*", "everything would be hidden", id="matches nothing"),
        pytest.param("a" * 1001, "1000 are allowed", id="too long"),
        pytest.param("a{99999999999999999999}", "no regular expression", id="too many"),
    ],
)
def test_a_pattern_that_is_none_is_refused_with_the_reason(source: str, why: str) -> None:
    with pytest.raises(BadPattern, match=why) as refused:
        Bounded(source)
    assert source.strip() == "" or source not in str(refused.value)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["a", "b", "(", ")", "*", "+", "?", "|", ".", r"\w", "{2,5}", "[ab]", "x"]), max_size=9)
)
def test_whatever_is_accepted_ends(pieces: list[str]) -> None:
    """A pattern of any make is refused, or reads what it may read, in time."""
    source = "".join(pieces)
    try:
        found = Bounded(source)
    except BadPattern:
        return
    for text in ("ab" * 3000, "a" * 5000 + "!", "x a b " * 900):
        assert found.sub(lambda one: one, text) == text
