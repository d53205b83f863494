"""A message that a terminal or a mail program broke into lines is read; lines that are lines stay so."""

from __future__ import annotations

import textwrap

import pytest

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
