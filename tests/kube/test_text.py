"""The writing of YAML: nothing is mistaken for something else, and comments are comments."""

from __future__ import annotations

import pytest
import yaml

from dgcheck.kube.text import WIDTH, Note, block, written

# What other readers of YAML than PyYAML take for numbers, switches, nothing or something else.
TREACHEROUS = (
    *("", "no", "y", "N", "on", "true", "~", "null", "1e3", "0o7", "0x1f", "1_000", "12:30:00", ".5", "+1", "-", "-1"),
    *(
        "=",
        "<<",
        "&a",
        "*a",
        "!x",
        "#x",
        "a: b",
        "a #b",
        "a:",
        "- a",
        "%x",
        "@x",
        "`x",
        "{a}",
        "[a]",
        "?",
        "'",
        '"',
        '\\"',
    ),
    *("2026-09-20", "é", "a\tb", "  a ", "x" * 300, "a b " * 60, "\u2028", "\x85"),
)


@pytest.mark.parametrize("value", TREACHEROUS)
def test_a_text_stays_a_text(value: str) -> None:
    made = block({"a": value, "b": [value], value: "c"})
    assert yaml.safe_load(made) == {"a": value, "b": [value], value: "c"}


@pytest.mark.parametrize("value", ["no", "y", "1e3", "0o7", "0x1f", "12:30:00", "-1", "1.0", "5", "true", "~"])
def test_what_another_reader_might_mistake_is_quoted(value: str) -> None:
    assert block({"a": value}) == f'a: "{value}"\n'


@pytest.mark.parametrize("value", ["job", "--model=nova-3", "http://dg:8080/x", "64Mi", "30s", "/etc/dgcheck/ca"])
def test_plain_words_are_left_plain(value: str) -> None:
    assert block({"a": value}) == f"a: {value}\n"


def test_lines_stay_lines() -> None:
    made = block({"file": "a: 1\nb: 2\n"})
    assert made == "file: |\n  a: 1\n  b: 2\n"


def test_a_note_stands_above_what_it_explains() -> None:
    made = written(["Above."], [{"a": {"b": 1, Note("Why c."): None, "c": 2}}])
    assert made == "# Above.\na:\n  b: 1\n  # Why c.\n  c: 2\n"


def test_a_long_note_is_broken_and_keeps_its_indentation() -> None:
    made = written([], [{"a": {"b": 1, Note("word " * 60): None, "c": 2}}])
    lines = [line for line in made.splitlines() if "#" in line]
    assert len(lines) > 2
    assert all(line.startswith("  # word") and len(line) <= WIDTH for line in lines)
    assert yaml.safe_load(made) == {"a": {"b": 1, "c": 2}}


def test_what_looks_like_a_note_is_none() -> None:
    value = 'x\n"# 0123456789abcdef 1": 1\n# y\n'
    assert yaml.safe_load(block({"a": value, Note("b"): None, "c": "# 1"})) == {"a": value, "c": "# 1"}


def test_documents_are_parted() -> None:
    assert list(yaml.safe_load_all(written(["x"], [{"a": 1}, {"b": 2}]))) == [{"a": 1}, {"b": 2}]


def test_nothing_is_an_anchor() -> None:
    shared = {"x": 1}
    assert "&" not in block({"a": shared, "b": shared})
