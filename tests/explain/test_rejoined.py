"""A message that a terminal or a mail program broke into lines is read; lines that are lines stay so."""

from __future__ import annotations

import textwrap

import pytest

from dgcheck.explain.passages import WHOLE
from dgcheck.explain.rejoined import rejoined
from tests.explain.reading import HEALTHY, answered, named
from tests.explain.test_noise import PROSE

UPSTREAM = (
    "2026/01/01 00:00:01 [error] 1046#1046: *2094 upstream timed out (110: Connection timed out) while reading "
    "response header from upstream, client: 192.168.17.1, server: localhost, upstream: http://10.0.0.7:8080/v1/listen"
)
CERTIFICATE = (
    "Post https://dg.example.com/v1/listen?model=nova-3&smart_format=true&language=en: tls: failed to verify "
    "certificate: x509: certificate signed by unknown authority"
)
REFUSED = (
    "requests.exceptions.ConnectionError: HTTPConnectionPool(host='dg.example.com', port=8080): Max retries exceeded "
    "with url: /v1/listen (Caused by NewConnectionError('<urllib3.connection.HTTPConnection object at 0x7f1>: Failed "
    "to establish a new connection: [Errno 111] Connection refused'))"
)
TEXTS = pytest.mark.parametrize("text", [UPSTREAM, CERTIFICATE, REFUSED], ids=["nginx", "Go", "Python"])


@TEXTS
@pytest.mark.parametrize("width", [66, 75, 80, 100, 132], ids=str)
def test_a_message_broken_between_words_means_the_same(text: str, width: int) -> None:
    lines = textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
    assert len(lines) > 1
    assert named("\n".join(lines)) == named(text)


@TEXTS
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["Unix", "Windows"])
@pytest.mark.parametrize("width", [66, 80, 100], ids=str)
def test_a_message_cut_anywhere_means_the_same(text: str, width: int, end: str) -> None:
    assert named(end.join(text[place : place + width] for place in range(0, len(text), width))) == named(text)


def test_a_broken_message_is_placed_where_it_begins() -> None:
    said = "Post http://dg.example.com: dial tcp: lookup dg.example.com on 10.0.0.2:53: no such\nhost"
    text = f"Good morning.\n\n{said}\n\nThanks\n"
    found = answered(text)["matches"][0]
    begin, end = found["span"]
    assert text[begin:end].endswith("no such\nhost")
    assert found["first"]["line"] == 3


def test_a_broken_address_is_asked_whole() -> None:
    assert (
        "http://10.0.0.7:8080/v1/listen"
        in answered("\n".join(UPSTREAM[place : place + 80] for place in range(0, len(UPSTREAM), 80)))["command"]
    )


@pytest.mark.parametrize(
    "below",
    [
        "2026-01-01T00:00:02Z INFO done",
        '10.0.0.7 - - [01/Jan/2026:00:00:01 +0000] "GET / HTTP/1.1" 200 1',
        "ERROR: something else",
        "    at main (app.js:1:1)",
        "ValueError: no",
        "Caused by: java.net.ConnectException",
        "- the next point of a list",
        "# a comment",
        "",
    ],
)
def test_what_is_a_line_of_its_own_is_not_joined(below: str) -> None:
    assert rejoined("x" * 70 + " and some words more\n" + below) == []


def test_lines_that_begin_alike_are_not_joined() -> None:
    assert rejoined("\n".join(f"worker {number}: " + "all is well with this one " * 3 for number in range(9))) == []


@pytest.mark.parametrize("width", [60, 75, 100], ids=str)
def test_broken_prose_and_healthy_logs_stay_unrecognised(width: int) -> None:
    for text in (PROSE.replace("\n", " "), HEALTHY * 9):
        assert named(textwrap.fill(text, width))[0] == "unrecognised"
        assert (
            named("\n".join(text[place : place + width] for place in range(0, len(text), width)))[0] == "unrecognised"
        )


FRAMES = "".join(
    f"    at Object.handler{number} (/usr/src/app/node_modules/@company/service/transport/client-{number}.js:1:7)\n"
    for number in range(300)
)


@TEXTS
@pytest.mark.parametrize("width", [72, 80, 100], ids=str)
def test_a_broken_message_above_a_long_trace_means_the_same(text: str, width: int) -> None:
    whole = f"{text}\n{FRAMES}"
    hard = [line[place : place + width] for line in whole.split("\n") for place in range(0, len(line), width)]
    soft = [part for line in whole.split("\n") for part in textwrap.wrap(line, width, break_on_hyphens=False)]
    assert len(whole) > WHOLE
    for lines in (hard, soft):
        assert named("\n".join(lines)) == named(text)


def test_a_message_in_a_long_text_is_counted_once_and_placed() -> None:
    said = "Post http://dg.example.com: dial tcp: lookup dg.example.com on 10.0.0.2:53: no such\nhost"
    text = f"Good morning.\n\n{said}\n{FRAMES}"
    found = answered(text)["matches"][0]
    begin, end = found["span"]
    assert (found["count"], found["first"]["line"]) == (1, 3)
    assert text[begin:end].endswith("no such\nhost")


def test_a_long_log_is_not_put_together() -> None:
    """What two entries of a log say is no message, however wide the log is."""
    log = "".join(f"worker-{number} waits for its peer to answer: the connection was not\n" for number in range(400))
    assert len(log) > WHOLE
    assert named(log)[0] == "unrecognised"


def test_the_inner_exception_of_dotnet_is_put_together() -> None:
    text = (
        "System.Net.Http.HttpRequestException: The SSL connection could not be established, see inner exception.\n"
        " ---> System.IO.IOException: Cannot determine the frame size or a corrupted frame was received.\n"
        "   --- End of inner exception stack trace ---"
    )
    lines = [line[place : place + 72] for line in text.split("\n") for place in range(0, len(line), 72)]
    assert named("\n".join(lines)) == named(text) == ("tls_to_plain_port", "certain")


def test_a_word_that_had_no_room_is_put_behind_the_short_line_above() -> None:
    address = "http://deepgram.example.com/v1/listen?model=nova-3&language=en"
    assert rejoined(f"it says\n{address}\n") == [f"it says {address}\n"]
    assert rejoined(f"it says\n{address[:40]}\n") == []
