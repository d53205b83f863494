"""Lines keep to their width, and what is there to copy stays whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgcheck.report.layout import cells, hang, wrap


@given(st.text(st.characters(categories=["L", "N", "P"], exclude_characters="`"), max_size=300), st.integers(5, 80))
def test_every_word_survives_wrapping(text: str, width: int) -> None:
    assert " ".join(wrap(text, width)).split() == text.split()


@given(st.lists(st.text("abcdefgh全", min_size=1, max_size=8), max_size=40), st.integers(16, 60))
def test_no_line_is_wider_than_asked(words: list[str], width: int) -> None:
    assert all(cells(line) <= width for line in wrap(" ".join(words), width))


@pytest.mark.parametrize(
    "whole",
    [
        pytest.param("`dgcheck run http://127.0.0.1:8080 --model NAME`", id="command in backquotes"),
        pytest.param("https://dg.example.com/a/very/long/path/that/is/wider/than/the/line", id="URL"),
        pytest.param("--audio-url URL", id="option and its value"),
        pytest.param("10.5 ms", id="number and its unit"),
    ],
)
def test_what_would_be_copied_is_never_cut(whole: str) -> None:
    lines = wrap(f"some words before it {whole} and some words after it, so that lines end", 24)
    assert any(whole in line for line in lines)


def test_an_unpaired_backquote_is_a_character() -> None:
    assert wrap("a ` b", 3) == ["a `", "b"]


def test_further_lines_start_below_the_text() -> None:
    assert hang("1. ", "aaaa bbbb cccc dddd eeee ffff", 23, 3) == ["1. aaaa bbbb cccc dddd", "   eeee ffff"]


def test_wide_and_combining_characters_count_as_they_are_drawn() -> None:
    assert (cells("全角"), cells("e\u0301")) == (4, 1)
