"""The plain shape in YAML, for every reader of it."""

from __future__ import annotations

import re

import pytest
import yaml

from dgcheck.model.record import replace
from dgcheck.report import render
from dgcheck.report.plain import report_to_plain
from tests.report import canonical


def test_it_is_the_shape_of_the_json_format() -> None:
    text = render("yaml", canonical.failing())
    assert yaml.safe_load(text) == report_to_plain(canonical.failing())


@pytest.mark.parametrize(
    "word",
    [
        *("yes", "no", "on", "off", "y", "n", "null", "~", "true", "=", "<<"),
        *("1e3", "0x1F", "0o17", "012", "1_000", "12:30:45", ".5e3", ".inf", "-1", "2026-09-20", "1.0.0"),
    ],
)
def test_a_word_that_some_reader_takes_for_something_else_is_quoted(word: str) -> None:
    text = render("yaml", replace(canonical.healthy(), run_id=word))
    assert re.search(rf"^run_id: '{re.escape(word)}'$", text, re.MULTILINE)


def test_an_unsafe_text_is_escaped_in_double_quotes() -> None:
    text = render("yaml", replace(canonical.healthy(), tested="a\u202eb\x1b\U000e0041\x85"))
    assert r'tested: "a\u202Eb\e\U000E0041\N"' in text


def test_the_same_value_twice_is_written_twice() -> None:
    shared = {"a": [1]}
    text = render("yaml", replace(canonical.healthy(), environment={"one": shared, "two": shared}))
    assert "&" not in text.partition("environment:")[2].partition("tested:")[0]


def test_nothing_is_folded() -> None:
    long = "word " * 300
    assert long.strip() in render("yaml", replace(canonical.healthy(), tested=long.strip()))
