"""One accepted connection: bytes to requests, answers to bytes, frames to a socket and back.

It reads and writes through `Inlet` and asyncio's streams; what only the shell may know (frames, resets) comes in as
`Tools`.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import h11

from dgcheck.sim import bodies
from dgcheck.sim.asked import Asked, Greeting, Pairs, Reply, Say, Socket, read_target
from dgcheck.sim.core import Replica
from dgcheck.sim.log import Logged
from dgcheck.sim.spoken import broken, steps

HEAD = 65536  # most bytes of a request head
BODY = 256 * 2**20  # most bytes of a request body that are kept
LINGER = 2.0  # seconds that a peer has to close after we did
IDLE = 75.0  # seconds that a kept connection may say nothing
PIECE = 65536  # bytes that are sent together
PENDING = 8 * 2**20  # bytes that a delay line holds


class Frames(Protocol):
    """The frames of one open WebSocket, without a socket."""

    def feed(self, data: bytes) -> None:
        """Bytes came."""

    def messages(self) -> list[tuple[bytes, bool]]:
        """Whole messages that came since, and whether each is text."""

    def say(self, word: Say) -> None:
        """Queue a text, a binary message or a close frame; passed over once the socket closes."""

    def outgoing(self) -> bytes:
        """Bytes to send; empties them."""

    @property
    def closing(self) -> bool:
        """A close frame was sent or received."""

    @property
    def done(self) -> bool:
        """Nothing more will come of it."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What the shell lends: `shake` answers an upgrade with headers and frames, or a refusal; `reset` ends a
    connection with RST; `clock` is seconds since the simulator started.
    """

    shake: Callable[[Asked, str, bool], tuple[Pairs, Frames] | Reply]
    reset: Callable[[asyncio.StreamWriter], None]
    clock: Callable[[], float]
    record: Callable[[Logged], None]


class Inlet:
    """What comes in, each piece `latency` seconds after it came. `read` may be cancelled without losing anything."""

    def __init__(self, reader: asyncio.StreamReader, latency: float) -> None:
        self._reader, self._latency = reader, latency
        self._pieces: deque[tuple[float, bytes]] = deque()
        self._held = 0
        self._came = asyncio.Event()

    async def pump(self) -> None:
        """Carry bytes into the delay line until the peer's end; needed only with a latency."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                data = await self._reader.read(65536)
            except OSError:
                data = b""
            self._pieces.append((loop.time() + self._latency, data))
            self._held += len(data)
            self._came.set()
            if not data:
                return
            while self._held > PENDING:  # noqa: ASYNC110 - the delay is the pace at which it empties
                await asyncio.sleep(self._latency)

    async def read(self) -> bytes:
        """The next bytes; b'' at the peer's end, however it came."""
        if not self._latency:
            try:
                return await self._reader.read(65536)
            except OSError:
                return b""
        while True:
            while not self._pieces:
                self._came.clear()
                await self._came.wait()
            due, data = self._pieces[0]
            late = due - asyncio.get_running_loop().time()
            if late > 0:
                await asyncio.sleep(late)
                continue
            if data:
                self._pieces.popleft()
                self._held -= len(data)
            return data


class Line:
    """One connection to one replica, from its first byte to its end."""

    def __init__(
        self,
        inlet: Inlet,
        writer: asyncio.StreamWriter,
        replica: Replica,
        tools: Tools,
        number: int,
        place: int,
        tls: bool,
    ) -> None:
        self._inlet, self._writer, self._replica, self._tools = inlet, writer, replica, tools
        self._number, self._place, self._tls = number, place, tls
        self._protocol = "HTTP/1.1"

    async def talk(self) -> None:
        """Answer until one side has had enough."""
        http = h11.Connection(h11.SERVER, max_incomplete_event_size=HEAD)
        while await self._cycle(http):
            http.start_next_cycle()

    async def greet(self, greeting: Greeting) -> None:
        """Do what this port does instead of HTTP."""
        rounds = greeting.endless // max(1, len(greeting.first)) + 1
        for _ in range(rounds if greeting.first else 0):
            if not await self._write(greeting.first):
                return
        if greeting.ending and not greeting.heed:
            await self._end(greeting.ending)
            return
        while data := await self._inlet.read():
            said = greeting.then(data) if greeting.then else None
            if said and not await self._write(said):
                return
            if greeting.ending:
                await self._end(greeting.ending)
                return

    # one request

    async def _cycle(self, http: h11.Connection) -> bool:
        """One request and its answer; True when another may follow."""
        try:
            async with asyncio.timeout(IDLE):
                head = await self._head(http)
        except (h11.RemoteProtocolError, TimeoutError) as error:
            await self._misunderstood(http, error)
            return False
        if head is None:
            return False
        early = self._replica.early(head)
        if early is not None:
            return await self._play(http, head, early) and head.header("content-length") in ("", "0")
        try:
            asked = await self._whole(http, head)
        except h11.RemoteProtocolError as error:
            await self._misunderstood(http, error)
            return False
        if asked is None:
            return False
        return await self._play(http, asked, self._replica.answer(asked))

    async def _next(self, http: h11.Connection) -> object:
        """The next event of the request; None at the end of the connection."""
        while True:
            event = http.next_event()
            if event is not h11.NEED_DATA:
                return None if isinstance(event, h11.ConnectionClosed) else event
            if http.they_are_waiting_for_100_continue:
                await self._write(http.send(h11.InformationalResponse(status_code=100, headers=[])) or b"")
            http.receive_data(await self._inlet.read())

    async def _head(self, http: h11.Connection) -> Asked | None:
        event = await self._next(http)
        if not isinstance(event, h11.Request):
            return None
        self._protocol = f"HTTP/{event.http_version.decode()}"
        target = event.target.decode("latin-1")
        path, query = read_target(target)
        headers = event.headers.raw_items()
        return Asked(
            method=event.method.decode("latin-1"),
            target=target,
            path=path,
            query=query,
            headers=tuple((key.decode("latin-1"), value.decode("latin-1")) for key, value in headers),
            connection=self._number,
            tls=self._tls,
            now=self._tools.clock(),
            epoch=time.time(),
        )

    async def _whole(self, http: h11.Connection, head: Asked) -> Asked | None:
        body = bytearray()
        while True:
            event = await self._next(http)
            if isinstance(event, h11.Data):
                body += event.data
                if self._replica.upload_cut and len(body) >= self._replica.upload_cut:
                    self._log(head, 0, len(body))
                    await self._end("reset")
                    return None
                if len(body) > BODY:
                    body.clear()
            elif isinstance(event, h11.EndOfMessage):
                return replace(head, body=bytes(body))
            else:
                return None

    async def _misunderstood(self, http: h11.Connection, error: Exception) -> None:
        if http.our_state in (h11.IDLE, h11.SEND_RESPONSE) and isinstance(error, h11.RemoteProtocolError):
            reply = replace(bodies.plain(error.error_status_hint, "", ""), ending="fin")
            for step in steps(reply, http):
                if isinstance(step, bytes):
                    await self._write(step)
        await self._end("fin")

    async def _play(self, http: h11.Connection, asked: Asked, reply: Reply) -> bool:
        if reply.socket is not None:
            return await self._open(http, asked, reply, reply.socket)
        self._log(asked, reply.status, len(asked.body))
        load = self._replica.active
        load["batch"] += asked.method == "POST"
        try:
            whole = await self._send(http, asked, reply)
        finally:
            load["batch"] -= asked.method == "POST"
        if not whole:
            return False
        if reply.ending or broken(reply):
            await self._end(reply.ending or "fin")
            return False
        if http.our_state is h11.DONE and http.their_state is h11.DONE:
            return True
        await self._end("fin")
        return False

    async def _send(self, http: h11.Connection, asked: Asked, reply: Reply) -> bool:
        """Send an answer, head and body in one piece where nothing lies between; False when the peer is gone."""
        ready = b""
        for step in steps(replace(reply, drip=0.0) if asked.method == "HEAD" else reply, http):
            if isinstance(step, bytes) and len(ready) < PIECE:
                ready += step
                continue
            if not await self._write(ready):
                return False
            ready = step if isinstance(step, bytes) else b""
            if isinstance(step, float):
                await asyncio.sleep(step)
        return await self._write(ready)

    # an open WebSocket

    async def _open(self, http: h11.Connection, asked: Asked, reply: Reply, socket: Socket) -> bool:
        shaken = self._tools.shake(asked, self._protocol, self._replica.deployment.switches.echo_subprotocol)
        if isinstance(shaken, Reply):
            identified = shaken.having("dg-request-id", reply.header("dg-request-id"))
            return await self._play(http, asked, identified)
        headers, frames = shaken
        headers = (*headers, *reply.headers)
        if reply.accept:
            headers = reply.accept(headers)
        entry = self._log(asked, 101, 0)
        if reply.wait:
            await asyncio.sleep(reply.wait)
        lines = [f"{key}: {value}\r\n".encode("latin-1", "replace") for key, value in headers]
        await self._write(b"".join((b"HTTP/1.1 101 Switching Protocols\r\n", *lines, b"\r\n")))
        self._replica.active["stream"] += 1
        try:
            await self._listen(frames, socket, http.trailing_data[0], entry)
        finally:
            self._replica.active["stream"] -= 1
        return False

    async def _listen(self, frames: Frames, socket: Socket, first: bytes, entry: Logged) -> None:
        socket.opened(self._tools.clock())
        frames.feed(first)
        while True:
            for data, text in frames.messages():
                entry.messages += 1
                entry.heard_bytes += len(data)
                socket.heard(data, text, self._tools.clock())
            if not await self._speak(frames, socket, entry) or frames.done:
                return
            try:
                async with asyncio.timeout(self._patience(frames, socket)):
                    data = await self._inlet.read()
            except TimeoutError:
                if frames.closing:
                    return
                socket.tick(self._tools.clock())
                continue
            if not data:
                return
            frames.feed(data)

    def _patience(self, frames: Frames, socket: Socket) -> float | None:
        if frames.closing:
            return LINGER
        due = socket.due()
        return None if due is None else max(0.0, due - self._tools.clock())

    async def _speak(self, frames: Frames, socket: Socket, entry: Logged) -> bool:
        """Send what the socket has to say; False when the connection is over."""
        for word in socket.take():
            if word.kind in ("fin", "reset"):
                await self._write(frames.outgoing())
                entry.ended = word.kind
                await self._end(word.kind)
                return False
            if word.kind == "close":
                entry.ended = f"close {word.code}"
            frames.say(word)
        return await self._write(frames.outgoing())

    # bytes

    async def _write(self, data: bytes) -> bool:
        """Send; False when the peer is gone."""
        if not data:
            return True
        try:
            self._writer.write(data)
            await self._writer.drain()
        except OSError:
            return False
        return not self._writer.is_closing()

    async def _end(self, how: str) -> None:
        """`fin`: say that we are done and wait for the peer; `reset`: RST; `hang`: say nothing until it leaves."""
        if how == "reset":
            self._tools.reset(self._writer)
            return
        if how == "fin":
            try:
                if self._writer.can_write_eof():
                    self._writer.write_eof()
                else:
                    self._writer.close()
                    return
            except OSError:
                return
        try:
            async with asyncio.timeout(LINGER if how == "fin" else None):
                while await self._inlet.read():
                    pass
        except TimeoutError:
            return

    def _log(self, asked: Asked, status: int, size: int) -> Logged:
        entry = Logged(
            connection=self._number,
            replica=self._place,
            method=asked.method,
            target=asked.target,
            path=asked.path,
            query=asked.query,
            headers=asked.headers,
            body_bytes=size,
            status=status,
            at=asked.now,
            tls=self._tls,
        )
        self._tools.record(entry)
        return entry
