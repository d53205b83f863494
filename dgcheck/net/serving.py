"""One file, served for the length of a check to the one who was told its address.

The address ends in a path that nobody can guess, and nothing else is served: whoever asks for anything else gets 404
and is counted. What a stranger can spend of ours (connections, seconds, bytes of a head) is bounded.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket

import h11

from dgcheck.model.evidence import Ending
from dgcheck.model.served import Served, Visit
from dgcheck.net.kernel import unsent
from dgcheck.net.network import Network

AT_ONCE = 16  # connections; whoever comes beyond is turned away
HEAD_BYTES = 16 * 1024
HEAD_SECONDS, BODY_SECONDS, FAREWELL = 5.0, 25.0, 2.0
LAST_WORD = 0.2  # seconds that a visitor who just got the file has to leave, so that it is known that he took it
PIECE = 4096  # bytes handed over at once
BUFFER = 8192  # bytes that wait for the visitor: what was handed over is then what he has taken, or nearly
MOST_VISITS = 8  # that are told one by one
WORDS = 120  # characters of a visitor's own headers


class Serving:
    """The server of one file. `url` is what the deployment is told, '' where it could not be served."""

    def __init__(self, network: Network, content: bytes, content_type: str, place: str) -> None:
        self.url = ""
        self._network = network
        self._content, self._type = content, content_type
        self._told, _, port = place.rpartition(":")
        self._port = int(port)
        self._path = f"/{os.urandom(12).hex()}/clip.wav"
        self._visits: list[Visit] = []
        self._strangers = self._open = 0
        self._problem = ""
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen from now on; a port that cannot be had is told in the evidence."""
        told = self._told.strip("[]")
        try:
            listener = _listener(told, self._port)
        except OSError as error:
            self._problem = f"port {self._port} cannot be listened on: {error.strerror or error}"
            return
        self._server = await asyncio.start_server(self._come, sock=listener, limit=HEAD_BYTES)
        host = told or await _own_address(self._network)
        shown = f"[{host}]" if ":" in host else host
        self.url = f"http://{shown}:{listener.getsockname()[1]}{self._path}"

    async def stop(self) -> None:
        """Listen no more, and end whoever is still there."""
        if self._server is not None:
            self._server.close()
        if self._tasks:
            await asyncio.wait(list(self._tasks), timeout=LAST_WORD)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def idle(self) -> None:
        """Wait until nobody is there any more; each visitor's time is bounded."""
        while self._tasks:
            await asyncio.wait(list(self._tasks))

    def record(self, check: str, purpose: str) -> None:
        """Keep what happened as evidence."""
        network = self._network
        network.record(
            Served(
                id=network.next_id(),
                check=check,
                purpose=purpose,
                ending=Ending.ANSWERED if self.url else Ending.FAILED,
                problem=self._problem,
                url=self.url,
                told=bool(self._told),
                file_bytes=len(self._content),
                visits=tuple(self._visits[:MOST_VISITS]),
                strangers=self._strangers,
            )
        )

    async def _come(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or self._open >= AT_ONCE:
            writer.transport.abort()
            return
        self._tasks.add(task)
        self._open += 1
        try:
            await self._talk(reader, writer)
        except (OSError, EOFError, TimeoutError, h11.ProtocolError):
            pass
        finally:
            self._open -= 1
            self._tasks.discard(task)
            writer.transport.abort()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wire = h11.Connection(h11.SERVER, max_incomplete_event_size=HEAD_BYTES)
        async with asyncio.timeout(HEAD_SECONDS):
            asked = await _head(wire, reader)
        if asked is None:
            return
        status = 404 if _path(asked.target) != self._path else 200 if asked.method in (b"GET", b"HEAD") else 405
        body = self._content if status == 200 else b""
        head = wire.send(h11.Response(status_code=status, headers=_headers(len(body), self._type))) or b""
        if status != 200:
            self._strangers += 1
        writer.write(head)
        if status == 200 and asked.method == b"GET":
            await self._send(asked, body, reader, writer)
        elif status == 200:
            self._visits.append(self._visit(asked, writer, 0, whole=False))
        async with asyncio.timeout(FAREWELL):
            await writer.drain()
            writer.write_eof()
            await reader.read(1)

    async def _send(
        self, asked: h11.Request, body: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """The body in pieces; whatever becomes of it, the visit is kept, and it is whole when all of it was taken."""
        plug: socket.socket | None = writer.get_extra_info("socket")
        writer.transport.set_write_buffer_limits(0)
        sent, broken = 0, False
        try:
            async with asyncio.timeout(BODY_SECONDS):
                for start in range(0, len(body), PIECE):
                    writer.write(body[start : start + PIECE])
                    await writer.drain()
                    sent = min(start + PIECE, len(body))
                writer.write_eof()
            async with asyncio.timeout(FAREWELL):
                await reader.read(1)  # until the visitor closes; fails where he broke off
        except OSError as error:
            broken = not isinstance(error, TimeoutError)
            raise
        finally:
            whole = sent == len(body) and not broken and not unsent(plug)
            self._visits.append(self._visit(asked, writer, sent, whole=whole))

    def _visit(self, asked: h11.Request, writer: asyncio.StreamWriter, sent: int, *, whole: bool) -> Visit:
        peer = writer.get_extra_info("peername") or ("",)
        said = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in asked.headers}
        clean = self._network.redactor.beginning
        return Visit(
            address=str(peer[0]).removeprefix("::ffff:"),
            method=asked.method.decode("latin-1"),
            agent=clean(said.get("user-agent", ""), WORDS),
            via=clean(said.get("via", ""), WORDS),
            sent_bytes=sent,
            whole=whole,
        )


async def _head(wire: h11.Connection, reader: asyncio.StreamReader) -> h11.Request | None:
    """The head of a request; None where the visitor left before it was whole."""
    while True:
        event = wire.next_event()
        if isinstance(event, h11.Request):
            return event
        if event is not h11.NEED_DATA:
            return None
        wire.receive_data(await reader.read(HEAD_BYTES))


def _path(target: bytes) -> str:
    """The path that was asked for, also where a forward proxy was meant to be asked (the whole URL)."""
    text = target.decode("latin-1")
    return "/" + text.partition("://")[2].partition("/")[2] if text.lower().startswith("http://") else text


def _headers(length: int, content_type: str) -> list[tuple[str, str]]:
    kind = [("Content-Type", content_type)] if length else []
    return [*kind, ("Content-Length", str(length)), ("Cache-Control", "no-store"), ("Connection", "close")]


def _listener(told: str, port: int) -> socket.socket:
    """A listening socket: on the address that was told where this machine has it, else on every address. Raises OSError
    where the port cannot be had.
    """
    if told.replace(".", "").isdecimal() or ":" in told:
        family = socket.AF_INET6 if ":" in told else socket.AF_INET
        with contextlib.suppress(OSError):
            return _bound(family, told, port)
    if socket.has_dualstack_ipv6():
        with contextlib.suppress(OSError):
            return _bound(socket.AF_INET6, "::", port, dualstack=True)
    return _bound(socket.AF_INET, "0.0.0.0", port)


def _bound(family: int, host: str, port: int, *, dualstack: bool = False) -> socket.socket:
    made = socket.create_server((host, port), family=family, backlog=AT_ONCE, dualstack_ipv6=dualstack)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)  # connections inherit it
    made.setblocking(False)
    return made


async def _own_address(network: Network) -> str:
    """This machine's address towards the deployment (or the proxy before it), by the route that the kernel takes.

    Nothing is sent: a datagram socket is told a destination, and asked for its own end.
    """
    start = network.start
    await network.until(lambda: bool(network.pinned) or start.connected, FAREWELL)
    towards = network.pinned or next(iter(start.addresses), "127.0.0.1")
    try:
        with socket.socket(socket.AF_INET6 if ":" in towards else socket.AF_INET, socket.SOCK_DGRAM) as plug:
            plug.connect((towards, start.port or 9))
            return str(plug.getsockname()[0])
    except OSError:
        return "127.0.0.1"
