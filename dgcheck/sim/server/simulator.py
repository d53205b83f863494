"""The simulator as a thing that starts and stops: its port, its connections, its log."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
import ssl
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from dgcheck.model.errors import InternalError
from dgcheck.model.evidence import Model
from dgcheck.model.record import replace
from dgcheck.sim import certificates
from dgcheck.sim.core import Replica
from dgcheck.sim.deployment import Deployment
from dgcheck.sim.faults import staged
from dgcheck.sim.line import Line, Tools
from dgcheck.sim.log import Logged
from dgcheck.sim.plug import Delayed, Plug
from dgcheck.sim.script import Script
from dgcheck.sim.server import plugs
from dgcheck.sim.server.fetching import fetch
from dgcheck.sim.server.frames import shake
from dgcheck.sim.server.sides import SidePort, served
from dgcheck.sim.sides import ENGINE_METRICS, LICENSE_PROXY
from dgcheck.sim.thread import in_thread

HANDSHAKE = 30.0  # seconds that a TLS handshake may take
TLS_RECORD = b"\x16"  # first byte of a client that speaks TLS


class Simulator:
    """A stand-in deployment on one port of this machine; an asynchronous context manager.

    `faults` are names of `dgcheck.sim.faults`, each `NAME`, `NAME=VALUE` or `NAME@REPLICA`. `tls` is a kind of
    `dgcheck.sim.certificates`, '' = plain HTTP. `replicas` containers answer in turn, one connection each; those in
    `replica_models` have models of their own. `port` 0 takes a free one. `latency` is a round trip in seconds.
    `watch` is called with every request as it is logged. With `beside` the License Proxy's status port and the
    Engine's metrics port are served too. Raises UsageError for what cannot be set up.
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
        beside: bool = False,
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
        self._sides = [
            SidePort(which, lambda: self.replicas[0].deployment, lambda: served(self.log))
            for which in (LICENSE_PROXY, ENGINE_METRICS)
            if beside or setup.beside
        ]
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

    @property
    def beside(self) -> Mapping[str, str]:
        """The URLs of the ports beside the API, `license_proxy` and `engine_metrics`, where they are served."""
        return {side.which: side.url for side in self._sides}

    async def __aenter__(self) -> Simulator:
        """Bind, and accept from now on."""
        self._listener = plugs.bind(self.host, self.port)
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
        for side in self._sides:
            side.open(self.host)
            self._start(side.accept(self._start, self._tools(side.log.append)))
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
        for side in self._sides:
            side.close()
        self._tidy()
        if self._bugs and error is None:
            raise InternalError(f"the simulator failed: {self._bugs[0]!r}") from self._bugs[0]

    def _tidy(self) -> None:
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
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
        greeting = self.replicas[(number - 1) % len(self.replicas)].greeting
        if greeting and greeting.ending == "reset" and not greeting.heed and not greeting.first:
            plugs.reset(client)
            return
        try:
            plain = await plugs.connect(client)
        except OSError:  # the peer is gone already
            client.close()
            return
        delayed = Delayed(plain, self._latency) if self._latency else None
        pump = asyncio.get_running_loop().create_task(delayed.pump()) if delayed else None
        try:
            await self._converse(delayed or plain, number)
        finally:
            if pump:
                pump.cancel()
                await asyncio.gather(pump, return_exceptions=True)
            task = asyncio.current_task()
            plain.leave(at_once=task is not None and task.cancelling() > 0)

    async def _converse(self, plug: Plug, number: int) -> None:
        place = (number - 1) % len(self.replicas)
        replica = self.replicas[place]
        greeting = replica.greeting
        sealed = None
        if self._context and not (greeting and greeting.in_the_clear):
            sealed = await self._seal(plug, self._context)
            if sealed is None:
                return
        tools = self._tools(self._record)
        line = Line(sealed or plug, replica, tools, number, place, sealed is not None)
        await (line.greet(greeting) if greeting else line.talk())

    def _tools(self, record: Callable[[Logged], None]) -> Tools:
        return Tools(shake=shake, clock=self._clock, record=record, fetch=fetch)

    async def _seal(self, plug: Plug, context: ssl.SSLContext) -> Plug | None:
        """The sealed end of a connection; None when nothing came of the handshake."""
        try:
            async with asyncio.timeout(HANDSHAKE):
                first = await plug.read()
                if first and not first.startswith(TLS_RECORD) and self._plain_answer:
                    await plug.send(self._plain_answer)
                    await plug.finish()
                    await plug.read()
                    return None
                sealed = plugs.Sealed(plug, context)
                trouble = await sealed.shake_hands(first) if first else "the peer left"
        except TimeoutError:
            trouble = "timed out"
        if trouble:
            self.failed_handshakes.append(trouble)
            return None
        self.handshakes += 1
        return sealed

    # TLS

    def _prepare_tls(self) -> None:
        identity = certificates.make(self.tls, certificates.addresses(self.host))
        self._folder = tempfile.mkdtemp(prefix="dgcheck-sim-")
        files = certificates.write(identity, Path(self._folder))
        self.ca_file, self.client_cert, self.client_key = files["ca"], files["client"], files["client-key"]
        self._context = plugs.tls_context(identity, files)


@contextlib.contextmanager
def running(faults: Sequence[str] = (), **options: Any) -> Iterator[Simulator]:
    """A simulator in a thread of its own while the block runs; the arguments are those of `Simulator`."""
    with in_thread(Simulator(faults, **options), "dgcheck-simulator") as simulator:
        yield simulator
