"""Which parameter of a refused request decides."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgcheck.wire.halving import ESSENTIAL, Pairs, Try, decide, next_try

BASE: Pairs = (("model", "nova-3"), ("encoding", "mulaw"), ("sample_rate", "8000"), ("interim_results", "true"))


def halve(query: Pairs, bad: set[str], hinted: tuple[str, ...] = (), *, deep: bool = False) -> list[Try]:
    """All tries against a server that refuses these names."""
    tries: list[Try] = []
    while (kept := next_try(query, tries, hinted, deep=deep)) is not None:
        tries.append(Try(kept, not bad & {name for name, _ in kept}))
        assert len(tries) < 20
    return tries


@given(st.integers(1, 8), st.data())
def test_the_bad_one_of_n_is_proved_within_log2_n_and_two_tries(count: int, data: st.DataObject) -> None:
    extra = tuple((f"p{number}", "x") for number in range(count))
    bad = data.draw(st.sampled_from([name for name, _ in extra]))
    query = (*BASE, *extra)
    tries = halve(query, {bad})
    found = decide(query, tries)
    assert found is not None
    assert (found.names, found.proved) == ((bad,), True)
    assert len(tries) <= math.ceil(math.log2(count)) + 2
    assert sum(not one.accepted for one in tries) <= math.ceil(math.log2(count))


def test_parameter_that_the_server_named_costs_no_refusal() -> None:
    query = (*BASE, ("a", "1"), ("b", "2"), ("c", "3"), ("d", "4"))
    tries = halve(query, {"d"}, ("d",))
    assert [one.accepted for one in tries] == [True]


def test_all_values_of_a_name_go_together() -> None:
    query = (*BASE, ("keywords", "a"), ("keywords", "b"))
    assert halve(query, {"keywords"})[0].kept == BASE


def test_what_needs_another_goes_with_it() -> None:
    query = (*BASE[:1], ("interim_results", "true"), ("utterance_end_ms", "1000"))
    kept = next_try(query, [], ("interim_results",))
    assert kept == BASE[:1]


def test_essentials_are_left_alone_unless_asked_for() -> None:
    assert next_try(BASE, []) is None
    deep = next_try(BASE, [], deep=True)
    assert deep is not None
    assert ("model", "nova-3") in deep
    assert set(dict(BASE)) == set(ESSENTIAL) - {"channels"}


def test_bad_encoding_is_narrowed_to_what_goes_with_it() -> None:
    tries = halve(BASE, {"encoding"}, deep=True)
    found = decide(BASE, tries)
    assert found is not None
    assert set(found.names) == {"encoding", "sample_rate"}


@pytest.mark.parametrize(
    "tries",
    [
        pytest.param([], id="none"),
        pytest.param([Try(BASE, False), Try((*BASE, ("a", "1")), True)], id="contradiction"),
    ],
)
def test_nothing_is_decided_without_proof(tries: list[Try]) -> None:
    assert decide((*BASE, ("a", "1")), tries) is None


def test_two_bad_ones_are_not_called_one() -> None:
    query = (*BASE, ("a", "1"), ("b", "2"))
    found = decide(query, halve(query, {"a", "b"}))
    assert found is None or not found.proved


@given(
    st.lists(st.tuples(st.sampled_from("abcdefg"), st.text(max_size=3)), max_size=8),
    st.lists(st.booleans(), max_size=6),
    st.lists(st.sampled_from("abcxyz"), max_size=3),
)
def test_whatever_is_answered_it_ends(pairs: list[tuple[str, str]], answers: list[bool], hinted: list[str]) -> None:
    query = tuple(pairs)
    tries: list[Try] = []
    for accepted in answers:
        kept = next_try(query, tries, hinted)
        if kept is None:
            break
        tries.append(Try(kept, accepted))
    decide(query, tries, hinted)
