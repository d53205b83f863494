"""Whatever text was wrapped in, its words come out."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgcheck.explain.unwrap import unwrap

SAID = "The server returned status code '400' when status code '101' was expected."


@pytest.mark.parametrize(
    "wrapped",
    [
        pytest.param(json.dumps(SAID).replace("'", "\\u0027"), id="JSON with \\u0027"),
        pytest.param(json.dumps({"message": SAID}), id="a JSON field"),
        pytest.param(
            json.dumps({"log": json.dumps({"level": "error", "msg": SAID}) + "\n", "stream": "stderr"}),
            id="JSON in JSON",
        ),
        pytest.param(json.dumps(json.dumps(json.dumps(SAID))), id="three times JSON"),
        pytest.param(f"\x1b[1;31m{SAID}\x1b[0m", id="colour"),
        pytest.param("\\u001b[31m" + SAID + "\\u001b[0m", id="colour as JSON shows it"),
        pytest.param(SAID.replace("code '", "code\x1b[33m '"), id="colour inside"),
        pytest.param(SAID.replace("'", "&#39;"), id="HTML, decimal"),
        pytest.param(SAID.replace("'", "&#x27;"), id="HTML, hexadecimal"),
        pytest.param(f"> > {SAID}", id="quoted in a ticket"),
        pytest.param(SAID.replace("'", "’").replace("when", "when"), id="a word processor's quotes"),
        pytest.param(repr(SAID.encode()), id="bytes as Python shows them"),
        pytest.param(f"2026-01-01T00:00:00Z ERROR {SAID}", id="a time and a level"),
    ],
)
def test_the_words_come_out(wrapped: str) -> None:
    assert SAID in unwrap(wrapped)


def test_escaped_line_breaks_become_real() -> None:
    assert unwrap('{"exc":"a\\n  File \\"x\\"\\nValueError: b"}').split("\n")[-1] == 'ValueError: b"}'


def test_a_line_of_json_says_its_message_on_a_line_of_its_own() -> None:
    lines = unwrap('{"level":"error","status":502,"message":"upstream: EOF"}').split("\n")
    assert lines == ["upstream: EOF", '{"level": "error", "status": 502}']


def test_an_answer_that_is_json_stays_as_it_is() -> None:
    body = '{"err_code":"Bad Request","err_msg":"Bad Request: x","request_id":"y"}'
    assert unwrap(body) == body


def test_bytes_of_a_handshake_stay_as_they_are_shown() -> None:
    assert unwrap(r'malformed HTTP response "\x15\x03\x01\x00\x02\x02F"') == (
        r'malformed HTTP response "\x15\x03\x01\x00\x02\x02F"'
    )


@given(st.text(max_size=400))
def test_it_never_raises(text: str) -> None:
    assert isinstance(unwrap(text), str)
