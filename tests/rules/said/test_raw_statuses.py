"""Status lines in transcripts of curl: each status, and where the line counts for nothing."""

from __future__ import annotations

import pytest

from dgcheck.model.message import Message
from dgcheck.rules.said.raw_statuses import MESSAGES
from dgcheck.rules.shared.meanings import REQUEST, UPGRADE
from tests.rules.said.reading import NOTHING, each, fires, leads
from tests.rules.said.test_statuses import _numbers as numbers

ASKED = "> GET /v1/listen HTTP/1.1\n> Upgrade: websocket\n> Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\n"
PLAIN = "$ curl -i http://dg.example.com/v1/listen\n"
LINES = (
    "HTTP/1.0 ###\nDate: Thu",
    "HTTP/1.1 ###\nDate: Thu",
    "< HTTP/1.1 ### Whatever\n< Date: Thu",
    "HTTP/2 ###\ndate: Thu",
)
KNOWN = [
    *(
        (ASKED + line.replace("###", number), one.cause)
        for line in LINES
        for one in UPGRADE
        if not one.near and one.statuses != "101"
        for number in numbers(one)
    ),
    *((PLAIN + line.replace("###", number), one.cause) for line in LINES for one in REQUEST for number in numbers(one)),
    *((asked + line.replace("###", "464"), "alpn_http2_only") for asked in (ASKED, PLAIN) for line in LINES),
]


@pytest.mark.parametrize(("text", "cause"), KNOWN)
def test_the_cause_that_a_status_line_names(text: str, cause: str) -> None:
    assert leads(text) == cause


@pytest.mark.parametrize("message", each(MESSAGES))
def test_every_message_has_a_text_it_was_met_in(message: Message) -> None:
    assert any(fires(message, text) for text, _ in KNOWN)


@pytest.mark.parametrize(
    "text",
    [
        "HTTP/1.1 301 Moved Permanently\nLocation: https://dg\n\nHTTP/1.1 200 OK\n",
        "HTTP/1.1 101 Switching Protocols\nUpgrade: websocket\n",
        "HTTP/2 200\ncontent-type: application/json\n",
    ],
)
def test_a_transcript_that_ends_well_names_nothing(text: str) -> None:
    assert leads(text) == NOTHING
