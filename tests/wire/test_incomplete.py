"""Answers that did not come whole."""

from __future__ import annotations

import pytest

from dgcheck.model.evidence import Ending, Exchange
from dgcheck.wire.incomplete import begins_as_promised, broken, dropped, stalled, unpromised
from tests.rules.answers_built import post
from tests.rules.built import HEARD


@pytest.mark.parametrize(
    ("ending", "reached", "phase", "lost"),
    [
        (Ending.TIMED_OUT, "request", "request", ""),
        (Ending.TIMED_OUT, "first_byte", "first_byte", ""),
        (Ending.TIMED_OUT, "connect", "", ""),
        (Ending.TIMED_OUT, "handshake", "", ""),
        (Ending.RESET, "first_byte", "", "reset"),
        (Ending.CLOSED, "request", "", "closed"),
        (Ending.CLOSED, "handshake", "", ""),
        (Ending.NOT_CONNECTED, "connect", "", ""),
    ],
)
def test_where_a_question_without_an_answer_ended(ending: Ending, reached: str, phase: str, lost: str) -> None:
    seen = post(None, ending=ending, reached=reached)
    assert (stalled(seen), dropped(seen)) == (phase, lost)


def test_complete_transcription_is_whole() -> None:
    assert (broken(post()), unpromised(post())) == ("", "")


def test_beginning_of_a_long_transcription_is_not_judged() -> None:
    assert unpromised(post(body=HEARD[:-1] + ',"x":"' + "a" * 5000)) == ""


def test_refusal_promises_no_transcription() -> None:
    assert unpromised(post(400, body="no")) == ""


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "came with an empty body"),
        ("   ", "came with nothing but blanks"),
        ("<html>", "is a page (HTML), not JSON"),
        ("yes", "is no JSON (no Content-Type)"),
        ("{", "is broken JSON"),
        ("[1]", "is JSON, but no transcription"),
    ],
)
def test_success_that_is_no_transcription_is_described(body: str, words: str) -> None:
    assert unpromised(post(body=body)) == words


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        pytest.param(post(body=HEARD[:-1] + ',"x":"' + "a" * 5000), True, id="a transcription's"),
        pytest.param(post(body='{"x":"' + "a" * 5000), False, id="another JSON's"),
        pytest.param(post(400, body=HEARD[:-1] + ',"x":"' + "a" * 5000), False, id="a refusal's"),
        pytest.param(post(), False, id="all of it was kept"),
    ],
)
def test_the_beginning_of_a_transcription(seen: Exchange, wanted: bool) -> None:
    assert seen.response is not None
    assert begins_as_promised(seen.response) is wanted
