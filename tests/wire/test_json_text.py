"""Reading a stranger's JSON: never an exception, whatever it is."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgcheck.wire import json_text

BOMB = "[" * 200_000


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("{", id="cut off"),
        pytest.param("<html>", id="html"),
        pytest.param(BOMB, id="a nest of 200000"),
        pytest.param('{"a":' * 100_000, id="a nest of objects"),
        pytest.param("1" * 10_000, id="a number of 10000 digits"),
        pytest.param("null", id="null"),
    ],
)
def test_what_cannot_be_read_is_none(text: str) -> None:
    assert json_text.read(text) is None
    assert json_text.fields(text) == {}


def test_a_byte_order_mark_is_passed_over() -> None:
    assert json_text.read('\ufeff{"a": 1}') == {"a": 1}


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner), max_leaves=9))
def test_what_json_can_write_is_read_back(value: object) -> None:
    assert json_text.read(json.dumps(value)) == value


@given(st.text())
def test_no_text_raises(text: str) -> None:
    json_text.read(text)
    assert isinstance(json_text.fields(text), dict)
