"""A large body on its way: byte for byte, answered early, cut off, or left lying."""

from __future__ import annotations

import socket
import struct
import threading
from typing import Any

import pytest

from dgcheck.model.asking import Ask
from dgcheck.model.evidence import Ending, Exchange
from tests.net.network import network, view
from tests.net.scripted import Script, head, serving

pytestmark = pytest.mark.anyio
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
REFUSAL = b"HTTP/1.1 413 Payload Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
LARGE = 40_000_000  # more than the kernels of both ends keep


async def put(script: Script, more: int, **fields: Any) -> Exchange:
    """What became of an upload to that server: the body `head`, and its last byte so many times more."""
    with serving(script) as port:
        async with network(f"http://127.0.0.1:{port}") as made:
            ask = Ask(path="/v1/listen", method="POST", body=b"head", more=more, **fields)
            return await view(made, "rest.size").exchange(ask)


async def test_every_byte_arrives_and_is_the_last_one_of_the_body() -> None:
    came = bytearray()

    def take(connection: socket.socket) -> None:
        request = head(connection)
        came.extend(request.partition(b"\r\n\r\n")[2])
        while len(came) < 200_004:
            came.extend(connection.recv(65536))
        connection.sendall(ANSWER)

    seen = await put(take, 200_000)
    assert bytes(came) == b"head" + b"d" * 200_000
    assert (seen.status, seen.request.body_bytes, seen.request.body_sent) == (200, 200_004, 200_004)


async def test_answer_before_all_of_it_was_sent_is_read() -> None:
    over = threading.Event()

    def refuse(connection: socket.socket) -> None:
        head(connection)
        connection.sendall(REFUSAL)
        over.wait(10)

    seen = await put(refuse, LARGE, stall=5.0)
    over.set()
    assert seen.status == 413
    assert seen.request.body_sent < seen.request.body_bytes


async def test_reset_in_the_middle_is_a_reset() -> None:
    def cut(connection: socket.socket) -> None:
        head(connection)
        connection.recv(65536)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    seen = await put(cut, LARGE)
    assert seen.response is None
    assert seen.ending is Ending.RESET
    assert seen.request.body_sent < seen.request.body_bytes


async def test_body_that_nobody_reads_on_stalls_long_before_the_limit() -> None:
    over = threading.Event()

    def halt(connection: socket.socket) -> None:
        head(connection)
        over.wait(10)

    seen = await put(halt, LARGE, stall=0.5, limit=60.0)
    over.set()
    assert seen.ending is Ending.TIMED_OUT
    assert seen.problem == "nothing more was taken for 0.5 s"
    assert seen.request.body_sent < seen.request.body_bytes


async def test_waiting_for_the_answer_is_no_stall() -> None:
    over = threading.Event()

    def think(connection: socket.socket) -> None:
        came = len(head(connection).partition(b"\r\n\r\n")[2])
        while came < 200_004:
            came += len(connection.recv(65536))
        over.wait(10)

    seen = await put(think, 200_000, stall=0.2, limit=1.0)
    over.set()
    assert seen.ending is Ending.TIMED_OUT
    assert (seen.problem, seen.request.body_sent) == ("", 200_004)
