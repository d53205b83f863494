"""One connection, byte by byte: what is no HTTP, no WebSocket, or not right in another way."""

from __future__ import annotations

import socket

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dgcheck.sim.server import running
from tests.sim.asking import CLIP, RAW, raw

KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
UPGRADE = f"GET {RAW} HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
VERSION = "Sec-WebSocket-Version: 13\r\n"


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        pytest.param("GET /v1/status HTTP/1.1\r\n\r\n", 400, id="no Host"),
        pytest.param("GET /v1/status HTTP/1.0\r\n\r\n", 200, id="HTTP/1.0"),
        pytest.param("nonsense\r\n\r\n", 400, id="no request line"),
        pytest.param("GET / HTTP/1.1\r\nHost: a\r\nX: " + "a" * 300_000 + "\r\n\r\n", 431, id="a huge header"),
        pytest.param("POST /v1/listen HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", 400, id="a broken length"),
        pytest.param(
            "GET http://a/v1/status HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 200, id="absolute form"
        ),
        pytest.param("GET /v1%2Fstatus?a=%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 200, id="escapes"),
        pytest.param(f"{UPGRADE}{VERSION}\r\n", 400, id="upgrade without a key"),
        pytest.param(f"{UPGRADE}{VERSION}Sec-WebSocket-Key: test\r\n\r\n", 400, id="upgrade with a short key"),
        pytest.param(f"{UPGRADE}{KEY}Sec-WebSocket-Version: 8\r\n\r\n", 400, id="upgrade of an old version"),
        pytest.param(f"{UPGRADE}{KEY}\r\n", 400, id="upgrade without a version"),
        pytest.param(UPGRADE.replace("1.1", "1.0", 1) + KEY + VERSION + "\r\n", 505, id="upgrade in HTTP/1.0"),
        pytest.param(f"{UPGRADE}{KEY}{VERSION}\r\n", 101, id="a good upgrade"),
    ],
)
def test_a_request_by_hand(request_: str, status: int) -> None:
    with running() as simulator:
        got, _ = raw(simulator.port, request_.encode(), limit=0.5)
    assert got.startswith(f"HTTP/1.1 {status} ".encode())


def test_a_model_is_looked_for_before_the_handshake_is_judged() -> None:
    """Query, model, upgrade: a request that is wrong twice is refused for its model."""
    with running() as simulator:
        got, _ = raw(simulator.port, f"{UPGRADE}{VERSION}\r\n".replace("nova-3", "nova-9").encode(), limit=0.5)
    assert b"No such model" in got


def test_the_accept_is_that_of_the_rfc() -> None:
    with running() as simulator:
        got, _ = raw(simulator.port, f"{UPGRADE}{KEY}{VERSION}\r\n".encode(), limit=0.5)
    assert b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" in got


def test_requests_in_one_packet_are_answered_one_by_one() -> None:
    one = b"GET /v1/status HTTP/1.1\r\nHost: a\r\n\r\n"
    last = one.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    with running() as simulator:
        got, end = raw(simulator.port, one * 2 + last)
    assert (got.count(b"HTTP/1.1 200 "), end) == (3, "fin")


def test_a_frame_that_comes_with_the_upgrade_is_not_lost() -> None:
    frame = b"\x81\x96" + b"\0\0\0\0" + b'{"type":"CloseStream"}'
    with running() as simulator:
        got, _ = raw(simulator.port, f"{UPGRADE}{KEY}{VERSION}\r\n".encode() + frame, limit=1.0)
    assert b'"type":"Metadata"' in got


def test_a_client_that_leaves_in_the_middle_is_forgotten() -> None:
    with running() as simulator:
        for data in (b"", b"POST /v1/listen HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\nabc", b"GET /v1"):
            with socket.create_connection(("127.0.0.1", simulator.port)) as plug:
                plug.sendall(data)
        got, _ = raw(simulator.port, b"GET /v1/status HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert got.startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("kind", ["", "good"])
def test_no_bytes_bring_it_down(kind: str) -> None:
    """`running` raises InternalError at its end when a connection failed by the simulator's own fault."""
    pieces = st.binary(max_size=300) | st.sampled_from(
        [
            b"GET /v1/status HTTP/1.1\r\nHost: a\r\n\r\n",
            f"{UPGRADE}{KEY}{VERSION}\r\n".encode(),
            b"POST /v1/listen?model=nova-3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"5\r\nhello\r\n",
            b"\x81\x85\0\0\0\0hello",
            b"\x82\x80\0\0\0\0",
            b"\x88\x80\0\0\0\0",
            b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00",
            CLIP.data[:2000],
        ]
    )
    with running(tls=kind) as simulator:

        @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
        @given(st.lists(pieces, max_size=4))
        def send(parts: list[bytes]) -> None:
            with socket.create_connection(("127.0.0.1", simulator.port), timeout=5) as plug:
                try:
                    for part in parts:
                        plug.sendall(part)
                    plug.shutdown(socket.SHUT_WR)
                    while plug.recv(65536):
                        pass
                except OSError:
                    pass

        send()
