"""The messages are found, and one that cannot work fails when they are loaded."""

from __future__ import annotations

import subprocess
import sys

import pytest

from dgcheck.model.catalogue import Confidence
from dgcheck.model.message import Message
from dgcheck.rules.said import messages, problem

LIKELY = Confidence.LIKELY


def test_every_message_of_every_file_is_found() -> None:
    assert len(messages()) > 100
    assert all(isinstance(one, Message) for one in messages())


def test_no_message_stands_twice() -> None:
    seen = [(one.stem, one.match, one.near, one.unless, one.cause) for one in messages()]
    assert sorted({one for one in seen if seen.count(one) > 1}) == []


@pytest.mark.parametrize(
    ("message", "wrong"),
    [
        pytest.param(Message("tcp_refused", "refused"), "", id="a good one"),
        pytest.param(Message("tcp_refused", "no"), "fewer than", id="a short stem"),
        pytest.param(Message("tcp_refused", "    "), "fewer than", id="a blank stem"),
        pytest.param(Message("tcp_refused", "Refused"), "lower case", id="a capital letter"),
        pytest.param(Message("tcp_refused", "refused\nby"), "line break", id="a line break"),
        pytest.param(
            Message("tcp_refused", "refused", alt=("tcp_reset",)), "cannot be certain", id="certain with others"
        ),
        pytest.param(
            Message("tcp_refused", "refused", alt=("tcp_reset", "tcp_reset"), confidence=LIKELY),
            "repeat",
            id="one twice",
        ),
        pytest.param(Message("tcp_refused", "refused", alt=("tcp_refused",), confidence=LIKELY), "repeat", id="itself"),
    ],
)
def test_what_is_wrong_with_a_message(message: Message, wrong: str) -> None:
    assert (wrong in problem(message)) if wrong else problem(message) == ""


def test_the_messages_load_without_the_live_rules() -> None:
    code = "import sys; from dgcheck.rules.said import messages; messages(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    loaded = set(done.stdout.split())
    assert loaded.isdisjoint({"asyncio", "ssl", "httpx", "websockets", "dgcheck.model.case", "dgcheck.rules.http"})
