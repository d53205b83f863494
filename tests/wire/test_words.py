"""Formatting is never taken for a mishearing, and a mishearing always counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgcheck.wire.words import error_rate, normalise


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("we will meet again tomorrow", "We'll meet again tomorrow.", id="shortened"),
        pytest.param("seven minutes", "7 minutes", id="figure"),
        pytest.param("twenty-five", "25", id="two words, one figure"),
        pytest.param("one hundred and five", "105", id="with and"),
        pytest.param("one thousand nine hundred ninety nine", "1,999", id="thousands"),
        pytest.param("it's the dog's bowl", "It is the dogs bowl", id="possessive"),
        pytest.param("don’t", "do not", id="curly apostrophe"),
        pytest.param("well-known", "well known", id="hyphen"),
        pytest.param("café", "cafe", id="accent"),
        pytest.param("  Hello,\n world! ", "hello world", id="space and punctuation"),
        pytest.param("fifty percent", "50%", id="percent"),
        pytest.param("first", "1st", id="ordinal"),
        pytest.param("OK", "okay", id="okay"),
    ],
)
def test_written_otherwise_is_the_same(one: str, other: str) -> None:
    assert error_rate(one, other) == 0.0


@pytest.mark.parametrize(
    ("said", "heard", "rate"),
    [
        pytest.param("a b c d", "a b c d", 0.0, id="same"),
        pytest.param("a b c d", "a x c d", 0.25, id="one changed"),
        pytest.param("a b c d", "a c d", 0.25, id="one dropped"),
        pytest.param("a b c d", "a b b c d", 0.25, id="one added"),
        pytest.param("a b c d", "", 1.0, id="nothing came"),
        pytest.param("a b", "c d e f", 2.0, id="more came than was said"),
        pytest.param("", "", 0.0, id="nothing expected, nothing came"),
        pytest.param("", "a", 1.0, id="nothing expected, something came"),
        pytest.param("seven", "eleven", 1.0, id="another number"),
        pytest.param("今日は天気です", "今日は、元気です。", 1 / 7, id="signs without blanks"),
        pytest.param("two three", "23", 1.0, id="figures side by side are not one figure"),
    ],
)
def test_rate(said: str, heard: str, rate: float) -> None:
    assert error_rate(said, heard) == rate


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_gives_a_rate(said: str, heard: str) -> None:
    assert error_rate(said, heard) >= 0.0
    assert error_rate(said, said) == 0.0


WORDS = st.lists(st.sampled_from("we will meet two hundred and twenty five thousand it's 7 1,000 river".split()))


@given(WORDS)
def test_normalising_twice_changes_nothing(words: list[str]) -> None:
    once = normalise(" ".join(words))
    assert normalise(once) == once


@pytest.mark.parametrize(("got", "rate"), [(4000, 0.0), (3000, 0.25), (0, 1.0), (6000, 0.5)])
def test_the_end_of_a_long_recording_is_counted(got: int, rate: float) -> None:
    assert error_rate("word " * 4000, "word " * got) == rate
