"""Requests as h11 reads them, and answers byte by byte."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgcheck.serve.request import MOST_HEAD, Answer, Request, read_head, text


@pytest.mark.parametrize(
    ("head", "request_"),
    [
        pytest.param(
            b"GET /probe?a=b HTTP/1.1\r\nHost: x\r\nX-A: 1\r\nx-a: 2\r\n\r\n",
            Request("GET", "/probe", "a=b", {"host": "x", "x-a": "1"}, True, False),
            id="the first header of a name counts",
        ),
        pytest.param(b"GET / HTTP/1.0\r\n\r\n", Request("GET", "/", "", {}, False, False), id="HTTP/1.0"),
        pytest.param(
            b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Keep-Alive, Close\r\n\r\n",
            Request("GET", "/", "", {"host": "x", "connection": "Keep-Alive, Close"}, False, False),
            id="wants to end",
        ),
        pytest.param(
            b"GET http://other/metrics HTTP/1.1\r\nHost: x\r\n\r\n",
            Request("GET", "/metrics", "", {"host": "x"}, True, False),
            id="a whole URL",
        ),
        pytest.param(
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n",
            Request("POST", "/", "", {"host": "x", "content-length": "3"}, True, True),
            id="with a body",
        ),
    ],
)
def test_requests(head: bytes, request_: Request) -> None:
    assert read_head(head) == request_


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(b"\r\n\r\n", id="nothing"),
        pytest.param(b"GET /\r\n\r\n", id="HTTP/0.9"),
        pytest.param(b"PRI * HTTP/2.0\r\n\r\n", id="HTTP/2"),
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", id="no Host"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", id="two Hosts"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n", id="a blank in a name"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", id="a negative length"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", id="two lengths"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: x\r\n\r\n", id="an unknown coding"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n\n", id="TLS"),
        pytest.param(b"G\x00T / HTTP/1.1\r\nHost: a\r\n\r\n", id="a zero byte"),
    ],
)
def test_no_requests(head: bytes) -> None:
    found = read_head(head)
    assert isinstance(found, int)
    assert 400 <= found < 600


@given(st.binary(max_size=MOST_HEAD))
def test_whatever_comes_is_a_request_or_refused(data: bytes) -> None:
    found = read_head(data + b"\r\n\r\n")
    assert isinstance(found, Request) or 400 <= found < 600


def test_an_answer() -> None:
    head, _, body = text(404, "Not here.", ("X-More", "1")).wire(keep=False).partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    assert (first, body) == ("HTTP/1.1 404 Not Found", b"Not here.\n")
    assert headers["Content-Length"] == str(len(body))
    assert (headers["Connection"], headers["X-More"], headers["Cache-Control"]) == ("close", "1", "no-store")
    assert parsedate_to_datetime(headers["Date"]).tzinfo is not None


def test_a_head_has_the_length_of_its_body() -> None:
    wire = Answer(200, b"12345").wire(keep=True, head=True)
    assert wire.endswith(b"\r\n\r\n")
    assert b"Content-Length: 5\r\n" in wire
    assert b"Connection" not in wire
