"""Anything becomes safe to look at, and nothing else is changed."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgcheck.report import harmless
from tests.report.hostile import harmful

anything = st.text(st.characters())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("400 Bad Request", "400 Bad Request", id="ordinary"),
        pytest.param("\x1b[31mred", "\\x1b[31mred", id="escape sequence"),
        pytest.param("a\r\n\tb\0", "a\\r\\n\\tb\\0", id="line breaks and tabs"),
        pytest.param("\x9b31m", "\\x9b31m", id="C1 control"),
        pytest.param("safe\u202eexe.txt", "safe\\u202eexe.txt", id="direction override"),
        pytest.param("a\u200bb\ufeff", "a\\u200bb\\ufeff", id="zero width"),
        pytest.param("\U000e0041", "\\U000e0041", id="tag character"),
        pytest.param("\ud800", "\\ud800", id="lone surrogate"),
        pytest.param("\u2028", "\\u2028", id="line separator"),
        pytest.param("e\u0301\u0302\u0303\u0304", "e\u0301\u0302\u0303\\u0304", id="stacked marks"),
        pytest.param("größe 全角 שלום", "größe 全角 שלום", id="any script"),
        pytest.param("C:\\new", "C:\\new", id="a backslash is no escape"),
    ],
)
def test_what_commands_or_hides_becomes_visible(text: str, shown: str) -> None:
    assert harmless.one_line(text) == shown


@given(anything)
def test_one_line_is_one_safe_line(text: str) -> None:
    shown = harmless.one_line(text)
    assert "\n" not in shown
    assert not harmful(shown)


def test_a_long_text_says_how_much_was_left_out() -> None:
    assert harmless.one_line("x" * 5_000_000, 10) == "xxxxxxxxxx… (4999990 more characters)"


def test_a_snippet_keeps_its_lines_and_indentation() -> None:
    assert harmless.block("location / {\n\tproxy_pass x;\n}\n") == ["location / {", "    proxy_pass x;", "}"]


@given(anything)
def test_a_snippet_is_safe_lines(text: str) -> None:
    lines = harmless.block(text)
    assert lines
    assert not any(harmful(line) or "\n" in line for line in lines)


def test_paragraphs_join_lines_and_part_at_empty_ones() -> None:
    assert harmless.paragraphs("one\nline\n\nanother\n\n\n") == ["one line", "another"]


@given(anything)
def test_ascii_is_ascii(text: str) -> None:
    assert harmless.in_ascii(text).isascii()


def test_our_own_signs_have_ascii_words() -> None:
    assert harmless.in_ascii("a → b … “c” 3–4") == 'a -> b ... "c" 3-4'


@given(anything)
def test_a_stored_text_is_utf8_and_loses_nothing_but_surrogates(text: str) -> None:
    stored = harmless.storable(text)
    stored.encode("utf-8")
    assert stored == text or any("\ud800" <= char <= "\udfff" for char in text)


@given(st.text(st.characters(codec="utf-8")))
def test_escaped_json_means_the_same(text: str) -> None:
    document = json.dumps({"text": text}, ensure_ascii=False)
    escaped = harmless.escape_json(document)
    assert json.loads(escaped) == json.loads(document)
    assert not harmful(escaped)
