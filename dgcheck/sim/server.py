"""The loopback shell of the simulator: sockets, TLS, frames, threads. What is answered is decided in `core`.

    async with Simulator(faults=("model_missing",)) as simulator:
        simulator.url, simulator.port, simulator.log

    with running(faults=("tls_expired",)) as simulator:
        ...                      # the same in a thread of its own

The kernel accepts connections and OpenSSL shakes hands, so `latency` delays every answer, not those two.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
import ssl
import struct
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any

from websockets.datastructures import Headers
from websockets.exceptions import ProtocolError
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import CLOSED, CLOSING, OPEN, SERVER, Protocol
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from dgcheck.model.errors import InternalError, UsageError
from dgcheck.model.evidence import Model
from dgcheck.sim import bodies, certificates
from dgcheck.sim.asked import Asked, Greeting, Pairs, Reply, Say
from dgcheck.sim.core import Replica
from dgcheck.sim.deployment import Deployment
from dgcheck.sim.faults import staged
from dgcheck.sim.line import Frames, Inlet, Line, Tools
from dgcheck.sim.log import Logged
from dgcheck.sim.script import Script
from dgcheck.sim.thread import in_thread

LARGEST = 64 * 2**20  # bytes of one WebSocket message
HANDSHAKE = 30.0  # seconds that a TLS handshake may take


class Simulator:
    """A stand-in deployment on one port of this machine; an asynchronous context manager.

    `faults` are names of `dgcheck.sim.faults`, each `NAME`, `NAME=VALUE` or `NAME@REPLICA`. `tls` is a kind of
    `dgcheck.sim.certificates`, '' = plain HTTP. `replicas` containers answer in turn, one connection each; those in
    `replica_models` have models of their own. `port` 0 takes a free one. `latency` is a round trip in seconds.
    `watch` is called with every request as it is logged. Raises UsageError for what cannot be set up.
    """

    def __init__(
        self,
        faults: Sequence[str] = (),
        *,
        tls: str = "",
        models: Sequence[Model] | None = None,
        port: int = 0,
        host: str = "127.0.0.1",
        replicas: int = 1,
        replica_models: Mapping[int, Sequence[Model]] | None = None,
        latency: float = 0.0,
        initializing: float = 0.0,
        deployment: Deployment | None = None,
        script: Script | None = None,
        watch: Callable[[Logged], None] | None = None,
    ) -> None:
        setup = staged(faults, replicas)
        base = deployment or Deployment()
        base = replace(base, models=base.models if models is None else tuple(models))
        base = replace(base, initializing=initializing or base.initializing)
        own = replica_models or {}
        self.replicas = [
            Replica(replace(base, models=tuple(own.get(place, base.models))), setup.effects(place), script)
            for place in range(setup.replicas)
        ]
        self.tls: str = tls or setup.first("tls")
        self._scheme: str = setup.first("shown_scheme")
        self._prefix: str = setup.first("shown_prefix")
        self.host, self.port = host, port
        self.log: list[Logged] = []
        self.connections = 0  # accepted so far
        self.handshakes = 0  # TLS handshakes completed so far
        self.failed_handshakes: list[str] = []
        self.ca_file = self.client_cert = self.client_key = ""
        self._plain_answer: bytes = setup.first("plain_answer") or b""
        self._latency, self._watch = latency, watch
        self._context: ssl.SSLContext | None = None
        self._folder = ""
        self._listener: socket.socket | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._bugs: list[BaseException] = []
        self._started = 0.0

    @property
    def url(self) -> str:
        """Scheme, host and port: what to give to a client."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        shown = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}.get(host, host)
        scheme = self._scheme or ("https" if self.tls else "http")
        return f"{scheme}://{shown}:{self.port}{self._prefix or self.replicas[0].deployment.prefix}"

    async def __aenter__(self) -> Simulator:
        """Bind, and accept from now on."""
        self._listener = _bind(self.host, self.port)
        self.port = self._listener.getsockname()[1]
        try:
            if self.tls:
                self._prepare_tls()
        except BaseException:
            self._listener.close()
            self._tidy()
            raise
        self._started = time.monotonic()
        self._start(self._accept(self._listener))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every connection and the port; nothing is left running. Raises InternalError where it failed itself."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._listener:
            self._listener.close()
        self._tidy()
        if self._bugs and error is None:
            raise InternalError(f"the simulator failed: {self._bugs[0]!r}") from self._bugs[0]

    def _tidy(self) -> None:
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self, work: Any) -> None:
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._bugs.append(error)

    def _clock(self) -> float:
        return time.monotonic() - self._started

    def _record(self, entry: Logged) -> None:
        self.log.append(entry)
        if self._watch:
            self._watch(entry)

    # connections

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                client, _ = await loop.sock_accept(listener)
            except OSError:  # out of files, or the peer left before we looked
                await asyncio.sleep(0.05)
                continue
            client.setblocking(False)
            self.connections += 1
            self._start(self._serve(client, self.connections))

    async def _serve(self, client: socket.socket, number: int) -> None:
        place = (number - 1) % len(self.replicas)
        replica = self.replicas[place]
        greeting = replica.greeting
        if greeting and greeting.ending == "reset" and not greeting.heed and not greeting.first:
            _reset_socket(client)
            return
        in_the_clear = greeting is not None and greeting.in_the_clear
        context = None if in_the_clear else self._context
        writer = None
        try:
            if context and self._plain_answer and not await _speaks_tls(client):
                context, greeting = None, Greeting(then=lambda _: self._plain_answer, ending="fin", heed=True)
            reader, writer = await self._streams(client, context)
            if writer is not None:
                await self._converse(reader, writer, replica, greeting, number, place)
        finally:
            if writer is None:
                client.close()
            else:
                _leave(writer)

    async def _streams(
        self, client: socket.socket, context: ssl.SSLContext | None
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter | None]:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=2**18)
        protocol = asyncio.StreamReaderProtocol(reader)
        limit = HANDSHAKE if context else None
        try:
            transport, _ = await loop.connect_accepted_socket(
                lambda: protocol, client, ssl=context, ssl_handshake_timeout=limit
            )
        except (OSError, TimeoutError) as error:  # ssl.SSLError is an OSError
            self.failed_handshakes.append(getattr(error, "reason", "") or type(error).__name__)
            return reader, None
        self.handshakes += context is not None
        return reader, asyncio.StreamWriter(transport, protocol, reader, loop)

    async def _converse(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        replica: Replica,
        greeting: Greeting | None,
        number: int,
        place: int,
    ) -> None:
        inlet = Inlet(reader, self._latency)
        pump = asyncio.get_running_loop().create_task(inlet.pump()) if self._latency else None
        tools = Tools(shake=shake, reset=_reset, clock=self._clock, record=self._record)
        encrypted = writer.get_extra_info("ssl_object") is not None
        line = Line(inlet, writer, replica, tools, number, place, encrypted)
        try:
            await (line.greet(greeting) if greeting else line.talk())
        finally:
            if pump:
                pump.cancel()
                await asyncio.gather(pump, return_exceptions=True)

    # TLS

    def _prepare_tls(self) -> None:
        identity = certificates.make(self.tls, certificates.addresses(self.host))
        self._folder = tempfile.mkdtemp(prefix="dgcheck-sim-")
        files = certificates.write(identity, Path(self._folder))
        self.ca_file, self.client_cert, self.client_key = files["ca"], files["client"], files["client-key"]
        self._context = _context(identity, files)


def _context(identity: certificates.Identity, files: Mapping[str, str]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if identity.kind in ("weak_key", "tls11_only"):
        context.set_ciphers("ALL:@SECLEVEL=0")
    if identity.kind == "tls11_only":
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # they are old, that is the point
            context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    if identity.kind == "tls12_only":
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(files["chain"], files["key"])
    context.set_alpn_protocols(["h2"] if identity.kind == "h2_only" else ["http/1.1"])
    if identity.kind == "client_required":
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(files["ca"])
    if identity.kind == "sni_required":
        names = identity.names

        def choose(_: ssl.SSLObject, name: str | None, __: ssl.SSLContext) -> int | None:
            return None if name in names else int(ssl.AlertDescription.ALERT_DESCRIPTION_UNRECOGNIZED_NAME)

        context.sni_callback = choose
    return context


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # asyncio sets TCP_NODELAY only then
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(512)
    except (OSError, OverflowError) as error:
        listener.close()
        why = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"cannot listen on {host} port {port}: {why}; take another port (0 = a free one)") from None
    listener.setblocking(False)
    return listener


async def _speaks_tls(client: socket.socket) -> bool:
    """Whether the first byte that comes opens a TLS handshake; it stays unread."""
    loop = asyncio.get_running_loop()
    came: asyncio.Future[None] = loop.create_future()

    def notice() -> None:
        if not came.done():
            came.set_result(None)

    loop.add_reader(client.fileno(), notice)
    try:
        await came
    finally:
        loop.remove_reader(client.fileno())
    try:
        return client.recv(1, socket.MSG_PEEK) == b"\x16"
    except OSError:
        return True


def _leave(writer: asyncio.StreamWriter) -> None:
    """Close; at once when the simulator ends."""
    task = asyncio.current_task()
    if task and task.cancelling():
        writer.transport.abort()
    else:
        writer.close()


def _reset_socket(client: socket.socket) -> None:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


def _reset(writer: asyncio.StreamWriter) -> None:
    """End a connection with RST, whatever is unsent."""
    plug = writer.get_extra_info("socket")
    if plug is not None:
        with contextlib.suppress(OSError):
            plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


# WebSocket


def shake(asked: Asked, protocol: str, echo: bool) -> tuple[Pairs, Frames] | Reply:
    """Accept an upgrade by the rules of RFC 6455: the headers of the 101 and the frames that follow, or a refusal.

    With `echo` the first subprotocol that was offered is chosen (and never another, which may be a key).
    """
    if protocol != "HTTP/1.1":
        return bodies.plain(505, "A WebSocket needs HTTP/1.1.\n", "text/plain")
    headers = Headers()
    for key, value in asked.headers:
        headers[key] = value

    def choose(_: ServerProtocol, offered: Sequence[Subprotocol]) -> Subprotocol | None:
        return offered[0] if echo and offered else None

    response = ServerProtocol(select_subprotocol=choose).accept(Request(asked.target, headers))
    pairs = tuple((key, value) for key, value in response.headers.raw_items() if key != "Date")
    if response.status_code == 101:
        return pairs, _Frames()
    dropped = ("content-length", "connection")
    kept = tuple(pair for pair in pairs if pair[0].lower() not in dropped)
    return Reply(status=response.status_code, headers=kept, body=bytes(response.body or b""))


class _Frames:
    """The sans-I/O side of `websockets`, with fragments put together."""

    def __init__(self) -> None:
        self._protocol = Protocol(SERVER, state=OPEN, max_size=LARGEST)
        self._parts: list[bytes] = []
        self._text = False
        self._ended = False

    def feed(self, data: bytes) -> None:
        """Bytes came."""
        if data and self._protocol.state is not CLOSED:
            self._protocol.receive_data(data)

    def messages(self) -> list[tuple[bytes, bool]]:
        """Whole messages that came since, and whether each is text."""
        whole = []
        for frame in self._protocol.events_received():
            if not isinstance(frame, Frame) or frame.opcode not in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
                continue
            if frame.opcode is not Opcode.CONT:
                self._parts, self._text = [], frame.opcode is Opcode.TEXT
            self._parts.append(bytes(frame.data))
            if frame.fin:
                whole.append((b"".join(self._parts), self._text))
                self._parts = []
        return whole

    def say(self, word: Say) -> None:
        """Queue a text, a binary message or a close frame; passed over once the socket closes."""
        if self._protocol.state is not OPEN:
            return
        if word.kind == "text":
            self._protocol.send_text(word.text.encode())
        elif word.kind == "binary":
            self._protocol.send_binary(word.data)
        elif word.kind == "close":
            with contextlib.suppress(ProtocolError):
                self._protocol.send_close(word.code, word.text)

    def outgoing(self) -> bytes:
        """Bytes to send; empties them."""
        pieces = self._protocol.data_to_send()
        self._ended = self._ended or b"" in pieces
        return b"".join(pieces)

    @property
    def closing(self) -> bool:
        """A close frame was sent or received."""
        return self._protocol.state in (CLOSING, CLOSED)

    @property
    def done(self) -> bool:
        """Nothing more will come of it."""
        return self._ended


@contextlib.contextmanager
def running(faults: Sequence[str] = (), **options: Any) -> Iterator[Simulator]:
    """A simulator in a thread of its own while the block runs; the arguments are those of `Simulator`."""
    with in_thread(Simulator(faults, **options), "dgcheck-simulator") as simulator:
        yield simulator
