"""Devices before a deployment that end streams, each in its own way: real proxies, and relays byte by byte."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from time import monotonic

from tests.peers.test_proxy_peers import envoy_config
from tests.programs import Peers, free_port

LIMIT = 5  # seconds of every limit here
UPGRADES = (
    "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $http_connection;"
)


def nginx_read_timeout(peers: Peers, upstream: int) -> str:
    """nginx with `proxy_read_timeout`."""
    port = free_port()
    location = f"proxy_pass http://127.0.0.1:{upstream}; {UPGRADES} proxy_read_timeout {LIMIT}s;"
    peers.nginx(f"server {{ listen 127.0.0.1:{port}; location / {{ {location} }} }}", port=port)
    return f"http://127.0.0.1:{port}"


def haproxy_tunnel(peers: Peers, upstream: int) -> str:
    """HAProxy with `timeout tunnel`."""
    port = free_port()
    lines = f"listen l\n  bind 127.0.0.1:{port}\n  timeout tunnel {LIMIT}s\n  server s 127.0.0.1:{upstream}\n"
    peers.haproxy(lines, port=port)
    return f"http://127.0.0.1:{port}"


def envoy_duration(peers: Peers, upstream: int) -> str:
    """Envoy with `max_stream_duration`, an age whatever the traffic."""
    port = free_port()
    whole = envoy_config(port, upstream, upgrades=True)
    limit = f"common_http_protocol_options: {{max_stream_duration: {LIMIT}s}}"
    peers.envoy(whole.replace("stat_prefix: in", f"stat_prefix: in\n          {limit}"), port=port)
    return f"http://127.0.0.1:{port}"


def envoy_idle(peers: Peers, upstream: int) -> str:
    """Envoy with `stream_idle_timeout`."""
    port = free_port()
    whole = envoy_config(port, upstream, upgrades=True)
    limit = f"stream_idle_timeout: {LIMIT}s"
    peers.envoy(whole.replace("stat_prefix: in", f"stat_prefix: in\n          {limit}"), port=port)
    return f"http://127.0.0.1:{port}"


@dataclass
class Line:
    """One connection through a relay. `said` is when the client last sent something, `heard` when it last got some."""

    begun: float = field(default_factory=monotonic)
    said: float = field(default_factory=monotonic)
    heard: float = field(default_factory=monotonic)


Ends = Callable[[Line, float], bool]  # whether a connection is over at that moment
EVERY = 0.05  # seconds between two looks of a relay at its connections


async def _both(*ways: Coroutine[None, None, None]) -> None:
    await asyncio.gather(*ways)


@contextlib.asynccontextmanager
async def relay(upstream: int, over: Ends, *, swallows: bool = False) -> AsyncIterator[str]:
    """A TCP relay that ends a connection, or from then on `swallows` what it carries, once `over` says so. Its URL."""
    serving: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", upstream)
        line, lost = Line(), asyncio.Event()

        async def carry(source: asyncio.StreamReader, sink: asyncio.StreamWriter, note: str) -> None:
            while data := await source.read(65536):
                if not lost.is_set():
                    setattr(line, note, monotonic())
                    sink.write(data)
            if not lost.is_set():
                sink.write_eof()

        async def watch() -> None:
            while not over(line, monotonic()):
                await asyncio.sleep(EVERY)
            lost.set()
            if swallows:
                await asyncio.Event().wait()

        with contextlib.suppress(OSError):
            ways = asyncio.ensure_future(_both(carry(reader, far_writer, "said"), carry(far_reader, writer, "heard")))
            watching = asyncio.ensure_future(watch())
            try:
                await asyncio.wait([ways, watching], return_when=asyncio.FIRST_COMPLETED)
            finally:
                for one in (ways, watching):
                    one.cancel()
                await asyncio.gather(ways, watching, return_exceptions=True)
                writer.close()
                far_writer.transport.abort()

    def start(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.add(asyncio.ensure_future(serve(reader, writer)))

    server = await asyncio.start_server(start, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        for one in serving:
            one.cancel()
        await asyncio.gather(*serving, return_exceptions=True)
        await asyncio.sleep(2 * EVERY)  # the transports close in turns of the loop


def silent(line: Line, now: float) -> bool:
    """Neither side said anything for the time."""
    return now - max(line.said, line.heard) >= LIMIT


def old(line: Line, now: float) -> bool:
    """The connection is that old."""
    return now - line.begun >= LIMIT


def unheard(line: Line, now: float) -> bool:
    """The deployment said nothing for the time, whatever the client said."""
    return now - line.heard >= LIMIT


class Restart:
    """Every connection ends at one moment, a while after the first stream was opened, as in a restart."""

    def __init__(self) -> None:
        self.at: float | None = None

    def __call__(self, line: Line, now: float) -> bool:
        if self.at is None and now - line.begun >= LIMIT:
            self.at = now
        return self.at is not None and now >= self.at
