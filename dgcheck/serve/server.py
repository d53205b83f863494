"""A small HTTP/1.1 server for probes, scrapes and a browser, that no client can hang or flood.

A whole request has to come, and an answer has to be taken, within the `Limits`, and a request of more than
`request.MOST_HEAD` bytes is refused. One answer at a time is under way on a connection. Of too many connections, those
that are idle are closed first.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from dgcheck.model.record import dataclass
from dgcheck.serve.request import MOST_HEAD, Answer, Request, read_head, text

SWEEP = 0.5  # seconds between two looks at the limits
ENDING = 0.3  # seconds that answers get to leave at the end
_HEAD_ENDS = re.compile(rb"\n\r?\n")  # bytes, which `model.pattern` does not know; this module loads late


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What no client can go beyond; seconds, bytes, connections."""

    connections: int = 512
    unsent: int = 32 * 1024 * 1024  # bytes of answers that nobody has taken yet, over all connections
    head: float = 5.0  # from the first byte, or from the connection, to a whole request
    idle: float = 90.0  # that a connection is kept for a further request; scrapes are up to a minute apart
    write: float = 10.0  # to take an answer


Answers = Callable[[Request], Answer | Coroutine[Any, Any, Answer]]


class Server:
    """Listens on sockets that are bound already; an asynchronous context manager.

    `answers` gives the answer to a request, or a coroutine that does; it never raises.
    """

    def __init__(self, sockets: Sequence[socket.socket], answers: Answers, limits: Limits | None = None) -> None:
        self.answers = answers
        self.limits = limits or Limits()
        self.lines: set[Line] = set()
        self._sockets = sockets
        self._servers: list[asyncio.Server] = []
        self._sweeper: asyncio.Task[None] | None = None
        self._empty = asyncio.Event()
        self.loop = asyncio.get_running_loop()

    async def __aenter__(self) -> Server:
        """Accept from now on."""
        for sock in self._sockets:
            self._servers.append(await self.loop.create_server(lambda: Line(self), sock=sock, backlog=1024))
        self._sweeper = self.loop.create_task(self._sweep())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Take no more requests; answers that are under way get a moment to leave."""
        for server in self._servers:
            server.close()
        if self._sweeper is not None:
            self._sweeper.cancel()
        for line in list(self.lines):
            line.end()
        self._settle()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ENDING):
                await self._empty.wait()
        for line in list(self.lines):
            line.abort()
        await asyncio.sleep(0)

    def closed(self, line: Line) -> None:
        """A connection is over."""
        self.lines.discard(line)
        self._settle()

    def _settle(self) -> None:
        if self.lines:
            self._empty.clear()
        else:
            self._empty.set()

    def opened(self, line: Line) -> None:
        """A connection has come; where it is one too many, the one that is missed least goes."""
        self.lines.add(line)
        self._settle()
        if len(self.lines) <= self.limits.connections:
            return
        least = min((one for one in self.lines if one is not line and not one.working), default=line, key=_worth)
        least.abort()

    def waiting(self) -> None:
        """Somebody does not take an answer: where there is too much of that, the largest goes."""
        slow = [one for one in self.lines if one.full]
        if sum(one.unsent() for one in slow) > self.limits.unsent:
            max(slow, key=Line.unsent).abort()

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(min(SWEEP, self.limits.head / 4))
            now = self.loop.time()
            for line in [one for one in self.lines if one.due < now]:
                line.expire()


def _worth(line: Line) -> tuple[bool, float]:
    """Idle connections come first, then those whose request is the oldest."""
    return line.begun, line.since


class Line(asyncio.Protocol):
    """One connection. `due` is when its patience ends (time of the loop), `begun` whether part of a request is there,
    `working` whether an answer is being made, `full` whether the client does not take one.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None
        self._task: asyncio.Task[None] | None = None
        self._closing = False
        self.full = self.begun = False
        self.since = server.loop.time()
        self.due = self.since + server.limits.head

    @property
    def working(self) -> bool:
        """Whether an answer is being made."""
        return self._task is not None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody has connected."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._server.opened(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over; an answer that is being made has nobody to go to."""
        self._server.closed(self)
        self._closing = True
        if self._task is not None:
            self._task.cancel()

    def data_received(self, data: bytes) -> None:
        """Bytes have come: whole requests, or parts of one."""
        if self._closing:
            return
        self._buffer += data
        if self._task is None:
            self._go_on()
        elif len(self._buffer) > MOST_HEAD and self._transport is not None:
            self._transport.pause_reading()

    def eof_received(self) -> bool:
        """The client sends no more. Whoever still takes an answer gets it; whoever waits for one has left."""
        if self._task is not None or not self.full:
            return False
        self._closing = True
        return True

    def pause_writing(self) -> None:
        """The client does not take what is sent as fast as it comes."""
        self.full = True
        self.due = self._server.loop.time() + self._server.limits.write
        self._server.waiting()

    def resume_writing(self) -> None:
        """It does again."""
        self.full = False
        if self._closing and self._task is None:
            # Not at once: the transport is about to look whether it has to close itself.
            self._server.loop.call_soon(self._close)
            return
        self._rest()
        self._go_on()

    def unsent(self) -> int:
        """Bytes that the client has not taken."""
        return self._transport.get_write_buffer_size() if self._transport else 0

    def expire(self) -> None:
        """Its patience is over. Whoever began a request is told."""
        if self.begun and not self.full and self._task is None:
            self._refuse(408, "The request did not come in time.")
        self.abort()

    def end(self) -> None:
        """The server ends: what is being made is no longer waited for."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
            self._send(text(503, "This exporter is ending."), keep=False)
        elif not self.full:
            self._close()
        self._closing = True

    def abort(self) -> None:
        """Close it at once."""
        if self._transport is not None:
            self._transport.abort()

    # -- requests ---------------------------------------------------------------------------------------------------

    def _go_on(self) -> None:
        """Answer every request that is there, one after the other."""
        while self._task is None and not self.full and not self._closing:
            head = self._next_head()
            if head is None:
                return
            asked = read_head(head)
            if isinstance(asked, int):
                self._refuse(asked, "This is no request that can be answered.")
                return
            answer = self._server.answers(asked)
            if isinstance(answer, Answer):
                self._give(asked, answer)
            else:
                self._work(asked, answer)

    def _next_head(self) -> bytes | None:
        """The next request that is there as a whole, taken out of the buffer; None where more has to come first."""
        if self._buffer.startswith((b"\r", b"\n")):
            del self._buffer[: len(self._buffer) - len(self._buffer.lstrip(b"\r\n"))]
        found = _HEAD_ENDS.search(self._buffer, 0, MOST_HEAD + 1)
        if found is not None:
            head = bytes(self._buffer[: found.end()])
            del self._buffer[: found.end()]
            return head
        if len(self._buffer) > MOST_HEAD:
            self._refuse(431, "The headers of the request are too large.")
        elif self._buffer and not self.begun:
            self.begun = True
            self.since = self._server.loop.time()
            self.due = self.since + self._server.limits.head
        return None

    def _work(self, asked: Request, making: Coroutine[Any, Any, Answer]) -> None:
        """Wait for an answer that is being made; until then the next request is not looked at."""
        self.due = float("inf")

        async def work() -> None:
            answer = await making
            self._task = None
            if self._transport is not None and not self._transport.is_closing():
                self._transport.resume_reading()
            self._give(asked, answer)
            self._go_on()

        self._task = self._server.loop.create_task(work())

    def _give(self, asked: Request, answer: Answer) -> None:
        keep = asked.keep and not asked.body and not self._closing
        self._send(answer, keep=keep, head=asked.method == "HEAD")

    def _refuse(self, status: int, words: str) -> None:
        self._send(text(status, words), keep=False)

    def _send(self, answer: Answer, *, keep: bool, head: bool = False) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        self._rest()
        self._transport.write(answer.wire(keep=keep, head=head))
        if not keep:
            self._closing = True
            if not self.full:
                self._close()

    def _rest(self) -> None:
        """Nothing is under way: the connection is kept for a while."""
        self.begun = False
        self.since = self._server.loop.time()
        if not self.full:
            self.due = self.since + self._server.limits.idle

    def _close(self) -> None:
        """Close when all is sent."""
        if self._transport is not None:
            self.due = self._server.loop.time() + self._server.limits.write
            self._transport.close()
