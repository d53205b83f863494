"""A text whose quotes were stripped or changed means what it meant with them, and is never surer."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import pytest

from dgcheck.explain.messages import messages
from dgcheck.explain.quoteless import LEAST, is_plain_enough
from dgcheck.explain.table import Table
from dgcheck.explain.unquoted import has_quotes, kept, unquoted, without_quotes
from tests.explain.reading import answered, named, rows

# Every third one of the texts with quotes of which enough is left without them.
TEXTS = [
    text
    for text in dict.fromkeys(row["text"] for row in rows())
    if has_quotes(text) and len(without_quotes(text).replace(" ", "")) >= LEAST
][::3]
SURE = ("", "possible", "likely", "certain")


def _paired(double: str, single: str) -> Callable[[str], str]:
    """Quotes as a program for words sets them; `x` stands for what is between them."""
    return lambda text: re.sub(
        r"'([^'\n]*)'", single.replace("x", r"\1"), re.sub(r'"([^"\n]*)"', double.replace("x", r"\1"), text)
    )


# As they are said elsewhere: these are the same quotes, and the text means all that it meant.
SAME: dict[str, Callable[[str], str]] = {
    "English": _paired("“x”", "‘x’"),
    "German": _paired("„x“", "‚x‘"),
    "French": _paired("«x»", "‹x›"),
    "primes": lambda text: text.replace('"', "″").replace("'", "′"),
    "an accent": lambda text: text.replace("'", "´"),
    "HTML": lambda text: text.replace('"', "&quot;").replace("'", "&#39;"),
    "HTML in HTML": lambda text: text.replace('"', "&amp;quot;").replace("'", "&amp;#39;"),
    "named": lambda text: text.replace('"', "&ldquo;").replace("'", "&rsquo;"),
    "another code page": lambda text: text.replace('"', "â€œ").replace("'", "â€™"),
    "escaped": lambda text: text.replace('"', '\\"').replace("'", "\\'"),
}
# Quotes that are gone, or others: what tells the message is left.
LOST: dict[str, Callable[[str], str]] = {
    "none": without_quotes,
    "no double ones": lambda text: text.replace('"', ""),
    "no single ones": lambda text: text.replace("'", ""),
    "doubled": lambda text: text.replace('"', '""').replace("'", "''"),
    "swapped": lambda text: text.translate(str.maketrans("'\"", "\"'")),
    "all single": lambda text: text.replace('"', "'"),
    "all double": lambda text: text.replace("'", '"'),
    "backticks": lambda text: text.replace('"', "`").replace("'", "`"),
}


@cache
def meant(text: str) -> tuple[str, str]:
    """What a text means as it was said."""
    return named(text)


def test_there_are_texts_with_quotes() -> None:
    assert len(TEXTS) > 60


@pytest.mark.parametrize("how", SAME)
def test_other_signs_for_the_same_quotes_change_nothing(how: str) -> None:
    assert not [text for text in TEXTS if named(SAME[how](text)) != meant(text)]


@pytest.mark.parametrize("how", LOST)
def test_lost_quotes_leave_the_cause_and_make_it_no_surer(how: str) -> None:
    differs = []
    for text in TEXTS:
        cause, sure = named(LOST[how](text))
        before, was_sure = meant(text)
        if cause != before or SURE.index(sure) > SURE.index(was_sure):
            differs.append((text, before, was_sure, cause, sure))
    assert not differs


def test_what_is_read_without_quotes_is_less_sure() -> None:
    said = '{"system_health":"Critical"}'
    assert named(said) == ("engine_critical", "certain")
    assert named(without_quotes(said)) == ("engine_critical", "likely")


def test_what_too_little_is_left_of_is_unrecognised() -> None:
    assert named('DG: {"error":""}')[0] == "http_bad_response"
    assert named("DG: {error:}")[0] == "unrecognised"


def test_the_words_are_shown_with_what_quotes_they_have() -> None:
    text = 'Answer:\nparse ""https://ws:%2F%2Fdg:8080/v1/listen"": invalid URL escape ""%2F""\n'
    found = answered(text)["matches"][0]
    begin, end = found["span"]
    assert text[begin:end].startswith('parse ""https://ws:')
    assert found["first"]["line"] == 2


@pytest.mark.parametrize(
    "text",
    [
        "The state of the job is state: Failed and we do not know why.",
        "status: 502",
        "type: Results, is_final: true",
        "He said: dont worry, it isnt a problem, and the others wouldnt mind.",
        "invalid port: ask the harbour master",
        "detail: see the next page",
    ],
)
def test_words_that_only_quotes_make_a_message_are_none_without_them(text: str) -> None:
    assert named(text)[0] == "unrecognised"


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        (r"code '(?P<code>\d+)'", r"code (?P<code>\d+)"),
        (r"\"status\"\s?:\s?\"?502\b", r"status\s?:\s?502\b"),
        (r"['\"]?err['\"]{1,2}=", r"err="),
        (r"b['\"](?:token|bearer) [^'\"\n]", r"b(?:token|bearer) [^'\"\n]"),
        (r"[\s,'\":-]{1,40}x", r"[\s,:-]{1,40}x"),
        (r"[\s'\")]x", r"[\s)]x"),
        (r"can(?:no|')t", r"can(?:no|)t"),
        (r"\['?x\]\\", r"\[x\]\\"),
        (r"`(?P<name>\w+)`*? y", r"(?P<name>\w+) y"),
    ],
)
def test_a_pattern_loses_its_quotes_and_nothing_else(source: str, plain: str) -> None:
    assert unquoted(source) == plain


@pytest.mark.parametrize(
    ("source", "enough"),
    [
        (r"no quotes in it at all", False),
        (r"\"state\"\s*:\s*\"Failed\"", False),
        (r"the '(?!https?')[^']{1,9}' scheme is not supported", False),
        (r"the '[^']{1,9}' scheme is not supported", True),
        (r"\b408, message='(?!no)", True),
        (r"\b408, message='", False),
        (r"'408, message=(?!no)", False),
        (r"(?:'a'|'some more words than that')", False),
    ],
)
def test_a_pattern_is_looked_for_without_quotes_where_enough_is_left(source: str, enough: bool) -> None:
    assert is_plain_enough(source) == enough


def test_every_pattern_without_quotes_compiles() -> None:
    kept_messages = messages()
    plain = kept_messages.plain()
    assert sum(map(len, plain.values())) > 300
    for stem in plain:
        for _, entry in Table(kept_messages).plain(stem):
            assert entry.match.pattern
            assert entry.said.confidence != "certain"


def test_places_without_quotes_are_places_with_them() -> None:
    text = "a 'b' \"\"c"
    plain = without_quotes(text)
    assert [text[place] for place in kept(text)[:-1]] == list(plain)
