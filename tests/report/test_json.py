"""One document, for machines first and for people too."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dgcheck.report import render
from dgcheck.report.json import laid_out
from tests.report import canonical

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=10), inner, max_size=5),
    max_leaves=20,
)


@given(anything)
@settings(max_examples=50, deadline=None)
def test_the_layout_changes_no_value(value: object) -> None:
    assert json.loads(laid_out(value)) == value


@given(anything)
@settings(max_examples=50, deadline=None)
def test_what_stands_on_one_line_fits_on_it(value: object) -> None:
    lines = laid_out(value).split("\n")
    assert all(len(line) <= 120 or not line.rstrip(",").endswith(("}", "]")) for line in lines[1:-1])


def test_small_things_stand_on_one_line() -> None:
    text = render("json", canonical.failing())
    assert '      "phases": [{"name": "resolve", "start_ms": 1.1, "ms": 3.4}],\n' in text
    assert '  "verdict": "fail",\n  "exit_code": 1,\n' in text


def test_other_scripts_stay_readable_unless_ascii_is_asked_for() -> None:
    assert laid_out({"a": "größe"}) == '{\n  "a": "größe"\n}'
    assert laid_out({"a": "größe"}, ascii=True).isascii()


def test_a_number_that_json_does_not_know_is_no_json() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        laid_out({"a": float("nan")})
