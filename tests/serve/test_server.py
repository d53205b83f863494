"""Clients that are slow, greedy, or no clients at all: bounded, and nobody else notices."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import pytest

from dgcheck.serve.place import Place, bind
from dgcheck.serve.request import Answer, Request, text
from dgcheck.serve.server import Limits, Server

ASK = b"GET %s HTTP/1.1\r\nHost: x\r\n\r\n"
LARGE = b"x" * 4_000_000
PATIENCE = 30.0

pytestmark = pytest.mark.anyio


class Answers:
    """The answers of a small test server; `/slow` waits for `go`."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.go = asyncio.Event()
        self.waiting = asyncio.Event()
        self.given_up = asyncio.Event()

    def __call__(self, asked: Request) -> Answer | object:
        self.asked.append(asked.path)
        if asked.path == "/large":
            return Answer(200, LARGE)
        return self._slow() if asked.path == "/slow" else text(200, asked.path)

    async def _slow(self) -> Answer:
        self.waiting.set()
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.given_up.set()
            raise
        return text(200, "/slow")


@contextlib.asynccontextmanager
async def serving(limits: Limits | None = None) -> AsyncIterator[tuple[int, Answers, Server]]:
    """A server on a free port."""
    answers = Answers()
    sockets = bind(Place("127.0.0.1", 0))
    async with Server(sockets, answers, limits) as server:  # type: ignore[arg-type]  # its coroutines are in `object`
        yield sockets[0].getsockname()[1], answers, server
    assert not server.lines


async def talk(port: int, data: bytes, *, ends: bool = False) -> bytes:
    """Everything that a server says to these bytes until it closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(data)
        if ends:
            writer.write_eof()
        async with asyncio.timeout(PATIENCE):
            return await reader.read()
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


def first_line(answer: bytes) -> bytes:
    return answer.partition(b"\r\n")[0]


async def one_answer(reader: asyncio.StreamReader) -> bytes:
    """The next answer on a connection that is kept."""
    async with asyncio.timeout(PATIENCE):
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        return await reader.readexactly(length)


@pytest.mark.parametrize(
    ("data", "status"),
    [
        pytest.param(b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\n\n", b"400", id="TLS"),
        pytest.param(b"hello\r\n\r\n", b"400", id="words"),
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", b"400", id="no Host"),
        pytest.param(b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"431", id="a long line"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 3000, b"431", id="headers without an end"),
        pytest.param(b"\x00" * 100_000, b"431", id="a flood of nothing"),
    ],
)
async def test_what_is_no_request_is_refused_and_over(data: bytes, status: bytes) -> None:
    async with serving() as (port, answers, _):
        answer = await talk(port, data)
        assert first_line(answer).split(b" ")[1:2] in ([status], [])  # a reset may take the answer with it
        assert await talk(port, ASK % b"/", ends=True)
    assert answers.asked == ["/"]


async def test_a_request_that_trickles_in_is_given_up() -> None:
    async with serving(Limits(head=0.2)) as (port, answers, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\n")

        async def trickle() -> None:
            with contextlib.suppress(OSError):
                while True:
                    writer.write(b"X: y\r\n")
                    await writer.drain()
                    await asyncio.sleep(0.02)

        slow = asyncio.create_task(trickle())
        async with asyncio.timeout(PATIENCE):
            with contextlib.suppress(ConnectionResetError):
                assert first_line(await reader.read()) in (b"HTTP/1.1 408 Request Timeout", b"")
        slow.cancel()
        writer.close()
    assert answers.asked == []


@pytest.mark.parametrize("said", [b"", b"\r\n", b"G"], ids=["nothing", "a blank line", "one byte"])
async def test_a_connection_that_asks_nothing_is_closed(said: bytes) -> None:
    async with serving(Limits(head=0.2, idle=0.2)) as (port, _, server):
        await talk(port, said)
        assert not server.lines


async def test_many_slow_clients_keep_nobody_else_out() -> None:
    async with serving(Limits(connections=20)) as (port, _, server):
        slow = [await asyncio.open_connection("127.0.0.1", port) for _ in range(60)]
        for _, writer in slow:
            writer.write(b"GET / HT")
        answer = await talk(port, ASK % b"/well", ends=True)
        assert len(server.lines) <= 20
        for _, writer in slow:
            writer.close()
    assert first_line(answer) == b"HTTP/1.1 200 OK"


async def test_who_takes_no_answer_is_dropped() -> None:
    async with serving(Limits(write=0.3, head=0.4)) as (port, _, server):
        _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        writer.write(ASK % b"/large")
        await until_gone(server)
        writer.close()


async def test_answers_that_nobody_takes_do_not_pile_up() -> None:
    """One client that does not read and asks on, and several of them: what waits for them has a limit."""
    async with serving(Limits(unsent=10_000_000)) as (port, answers, server):
        greedy = []
        for _ in range(8):
            _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
            writer.transport.pause_reading()  # type: ignore[attr-defined]
            writer.write((ASK % b"/large") * 50)
            greedy.append(writer)
        answer = await talk(port, ASK % b"/well", ends=True)
        waits = sum(line.unsent() for line in server.lines)
        for writer in greedy:
            writer.transport.abort()
    assert first_line(answer) == b"HTTP/1.1 200 OK"
    assert waits <= 10_000_000 + len(LARGE)
    assert answers.asked.count("/large") <= 8, "the next request waits until the answer before it is taken"


async def test_requests_that_come_together_are_answered_in_order() -> None:
    async with serving() as (port, answers, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(ASK % b"/a" + b"\r\n" + ASK % b"/slow" + ASK % b"/b")
        assert await one_answer(reader) == b"/a\n"
        await answers.waiting.wait()
        assert answers.asked == ["/a", "/slow"]
        answers.go.set()
        assert await one_answer(reader) == b"/slow\n"
        assert await one_answer(reader) == b"/b\n"
        writer.close()


async def test_an_answer_that_nobody_waits_for_is_given_up() -> None:
    async with serving() as (port, answers, _):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(ASK % b"/slow")
        await answers.waiting.wait()
        writer.transport.abort()
        async with asyncio.timeout(PATIENCE):
            await answers.given_up.wait()


async def test_a_client_that_sends_no_more_still_gets_its_answer() -> None:
    async with serving() as (port, _, _):
        answer = await talk(port, ASK % b"/large", ends=True)
    assert answer.endswith(LARGE)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"GET / HTTP/1.0\r\n\r\n", id="HTTP/1.0"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", id="asked to"),
        pytest.param(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello", id="a body that is not read"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", id="chunks"),
    ],
)
async def test_the_connection_ends_after_the_answer(data: bytes) -> None:
    async with serving() as (port, answers, _):
        answer = await talk(port, data)
    assert b"Connection: close" in answer
    assert answers.asked == ["/"]


async def test_who_waits_when_the_server_ends_is_told() -> None:
    async with serving() as (port, answers, _):
        waiting = asyncio.create_task(talk(port, ASK % b"/slow"))
        idle_reader, idle_writer = await asyncio.open_connection("127.0.0.1", port)
        await answers.waiting.wait()
    assert first_line(await waiting) == b"HTTP/1.1 503 Service Unavailable"
    assert await idle_reader.read() == b""
    idle_writer.close()


async def test_a_server_that_has_ended_listens_no_more() -> None:
    async with serving() as (port, _, _):
        pass
    with pytest.raises(OSError), socket.create_connection(("127.0.0.1", port), timeout=10):
        pass


async def until_gone(server: Server) -> None:
    """Wait until the server has no connection any more."""
    async with asyncio.timeout(PATIENCE):
        while not server.lines:
            await asyncio.sleep(0.01)
        while server.lines:
            await asyncio.sleep(0.01)
