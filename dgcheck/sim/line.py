"""One accepted connection: bytes to requests, answers to bytes, frames to a socket and back.

It reads and writes through a `Plug`; what only the shell may know (frames) comes in as `Tools`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Protocol

import h11

from dgcheck.model.record import dataclass, replace
from dgcheck.sim import bodies
from dgcheck.sim.asked import Asked, Download, Greeting, Pairs, Reply, Say, Socket, read_target
from dgcheck.sim.core import Replica
from dgcheck.sim.log import Logged
from dgcheck.sim.plug import Plug
from dgcheck.sim.spoken import broken, steps

HEAD = 65536  # most bytes of a request head
BODY = 256 * 2**20  # most bytes of a request body that are kept
STALLED = 120.0  # seconds for which a body is not read on
LINGER = 2.0  # seconds that a peer has to close after we did
IDLE = 75.0  # seconds that a kept connection may say nothing
PIECE = 65536  # bytes that are sent together


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
    """What the shell lends: `shake` answers an upgrade with headers and frames, or a refusal; `clock` is seconds since
    the simulator started; `record` keeps what was asked; `fetch` gets what is at an address, so many bytes at most."""

    shake: Callable[[Asked, str, bool], tuple[Pairs, Frames] | Reply]
    clock: Callable[[], float]
    record: Callable[[Logged], None]
    fetch: Callable[[str, int], Awaitable[Download]]


class Line:
    """One connection to one replica, from its first byte to its end."""

    def __init__(self, plug: Plug, replica: Replica, tools: Tools, number: int, place: int, tls: bool) -> None:
        self._plug, self._replica, self._tools = plug, replica, tools
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
            if not await self._plug.send(greeting.first):
                return
        if greeting.ending and not greeting.heed:
            await self._end(greeting.ending)
            return
        while data := await self._plug.read():
            said = greeting.then(data) if greeting.then else None
            if said and not await self._plug.send(said):
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
        reply = self._replica.answer(asked)
        if reply.fetch:
            asked = replace(asked, download=await self._tools.fetch(reply.fetch, self._replica.deployment.fetch_most))
            reply = self._replica.answer(asked)
        return await self._play(http, asked, reply)

    async def _next(self, http: h11.Connection) -> object:
        """The next event of the request; None at the end of the connection."""
        while True:
            event = http.next_event()
            if event is not h11.NEED_DATA:
                return None if isinstance(event, h11.ConnectionClosed) else event
            if http.they_are_waiting_for_100_continue:
                go_on = h11.InformationalResponse(status_code=100, headers=[], reason=b"Continue")
                await self._plug.send(http.send(go_on) or b"")
            http.receive_data(await self._plug.read())

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
                if self._replica.upload_stall and len(body) >= self._replica.upload_stall:
                    self._log(head, 0, len(body))
                    await asyncio.sleep(STALLED)
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
                    await self._plug.send(step)
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
        for step in steps(reply, http, head_only=asked.method == "HEAD"):
            if isinstance(step, bytes) and len(ready) < PIECE:
                ready += step
                continue
            if not await self._plug.send(ready):
                return False
            ready = step if isinstance(step, bytes) else b""
            if isinstance(step, float):
                await asyncio.sleep(step)
        return await self._plug.send(ready)

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
        await self._plug.send(b"".join((b"HTTP/1.1 101 Switching Protocols\r\n", *lines, b"\r\n")))
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
                    data = await self._plug.read()
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
                await self._plug.send(frames.outgoing())
                entry.ended = word.kind
                await self._end(word.kind)
                return False
            if word.kind == "close":
                entry.ended = f"close {word.code}"
            frames.say(word)
        return await self._plug.send(frames.outgoing())

    async def _end(self, how: str) -> None:
        """`fin`: say that we are done and wait for the peer; `reset`: RST; `hang`: say nothing until it leaves."""
        if how == "reset":
            self._plug.reset()
            return
        if how == "fin":
            await self._plug.finish()
        try:
            async with asyncio.timeout(LINGER if how == "fin" else None):
                while await self._plug.read():
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
