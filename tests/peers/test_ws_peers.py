"""Streams through programs that are not ours: proxies that cut silence, that hold back, that refuse to be a tunnel."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from dgcheck.model.report import Report
from dgcheck.sim.server import running
from tests.programs import Peers, free_port
from tests.runs import found, roots, run

pytestmark = [pytest.mark.anyio]
nginx, haproxy, squid = (pytest.mark.peer(name) for name in ("nginx", "haproxy", "squid"))

UPGRADES = (
    "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $http_connection;"
)


async def standard(url: str, **flags: Any) -> Report:
    """A standard run without the repeated questions of `replicas`."""
    return await run(url, profile="standard", skip=["replicas"], **flags)


def only(report: Report, cause: str, *said: str) -> None:
    """That cause is the only root, and its sentence holds these words."""
    assert roots(report) == [cause], [(one.cause, one.says) for one in report.findings]
    for words in said:
        assert words in found(report, cause).says


def passes(report: Report) -> None:
    """Nothing is wrong: no error and no warning."""
    assert roots(report) == [], [one.says for one in report.findings]


# --- cut in silence ------------------------------------------------------------------------------------------------


def tunnel_of_two_seconds(peers: Peers, upstream: int) -> str:
    """HAProxy with `timeout tunnel 2s`; requests have more time."""
    port = free_port()
    peers.haproxy(
        f"listen l\n  bind 127.0.0.1:{port}\n  timeout tunnel 2s\n  server s 127.0.0.1:{upstream}\n", port=port
    )
    return f"http://127.0.0.1:{port}"


def read_timeout_of_two_seconds(peers: Peers, upstream: int) -> str:
    """nginx with `proxy_read_timeout 2s`."""
    port = free_port()
    location = f"proxy_pass http://127.0.0.1:{upstream}; {UPGRADES} proxy_read_timeout 2s;"
    peers.nginx(f"server {{ listen 127.0.0.1:{port}; location / {{ {location} }} }}", port=port)
    return f"http://127.0.0.1:{port}"


@pytest.mark.parametrize(
    "proxy",
    [
        pytest.param(tunnel_of_two_seconds, id="HAProxy: timeout tunnel 2s", marks=haproxy),
        pytest.param(read_timeout_of_two_seconds, id="nginx: proxy_read_timeout 2s", marks=nginx),
    ],
)
async def test_silence_that_a_proxy_cuts_is_told_with_its_time(
    peers: Peers, proxy: Callable[[Peers, int], str]
) -> None:
    """The deployment needs longer for its first result than the proxy waits."""
    with running(("ws_late=8",)) as sim:
        report = await standard(proxy(peers, sim.port))
    only(report, "ws_idle_cut", "after 2.0 s in which neither side said anything", "was cut after the same time")


@pytest.mark.parametrize(
    "proxy",
    [
        pytest.param(tunnel_of_two_seconds, id="HAProxy: timeout tunnel 2s", marks=haproxy),
        pytest.param(read_timeout_of_two_seconds, id="nginx: proxy_read_timeout 2s", marks=nginx),
    ],
)
async def test_short_limit_that_nobody_meets_passes(peers: Peers, proxy: Callable[[Peers, int], str]) -> None:
    with running() as sim:
        passes(await standard(proxy(peers, sim.port)))


# --- devices on the way, byte by byte ------------------------------------------------------------------------------

Pump = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextlib.asynccontextmanager
async def device(upstream: int, down: Pump) -> AsyncIterator[str]:
    """A TCP relay on loopback; `down` carries what the deployment says to the client. The URL of it."""

    serving: set[asyncio.Task[None]] = set()

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", upstream)
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                await asyncio.gather(at_once(reader, far_writer), down(far_reader, writer))
        finally:
            for one in (writer, far_writer):
                one.transport.abort()

    def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.add(asyncio.ensure_future(relay(reader, writer)))

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    for one in serving:
        one.cancel()
    await asyncio.gather(*serving, return_exceptions=True)
    await asyncio.sleep(0)  # the transports that were aborted close in the loop's next turn


async def at_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Hold nothing back."""
    while data := await reader.read(65536):
        writer.write(data)
    writer.close()


async def head(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    """Pass one HTTP head on; whether it was a 101."""
    data = await reader.readuntil(b"\r\n\r\n")
    writer.write(data)
    return data.startswith(b"HTTP/1.1 101")


async def until_the_end(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Hold an open stream's messages back until the deployment has said its last one."""
    held = b""
    if await head(reader, writer):
        while b'"Metadata"' not in held and (data := await reader.read(65536)):
            held += data
    writer.write(held)
    await at_once(reader, writer)


async def dropped(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Let the handshake through and end the connection when the deployment says its first word."""
    if await head(reader, writer):
        await reader.read(1)
        writer.close()
        return
    await at_once(reader, writer)


async def test_device_that_holds_results_back_until_the_end_is_named() -> None:
    with running() as sim:
        async with device(sim.port, until_the_end) as url:
            only(await standard(url), "ws_buffered", "holds the stream back until it ends")


async def test_slow_deployment_is_not_called_buffered() -> None:
    """Slow on both streams: nothing is held back."""
    with running(("ws_late=4",)) as sim:
        async with device(sim.port, at_once) as url:
            report = await standard(url)
    assert "ws_buffered" not in {one.cause for one in report.findings}


async def test_device_that_drops_open_sockets_is_named() -> None:
    with running() as sim:
        async with device(sim.port, dropped) as url:
            only(await standard(url), "ws_closed_early", "without a close frame", "before any result")


async def test_relay_that_passes_all_on_passes() -> None:
    with running() as sim:
        async with device(sim.port, at_once) as url:
            passes(await standard(url))


async def test_message_limit_of_another_websocket_server_is_named() -> None:
    """An ordinary server whose messages may have 1000 bytes closes with 1009."""
    from websockets.asyncio.server import ServerConnection, serve

    async def listen(socket: ServerConnection) -> None:
        async for _ in socket:
            pass

    async with serve(listen, "127.0.0.1", 0, max_size=1000) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        report = await run(f"http://127.0.0.1:{port}", profile="standard", only=["ws.stream"], models=["nova-3"])
    assert "1009 (message too big)" in found(report, "ws_frame_too_large").says


# --- a forward proxy -----------------------------------------------------------------------------------------------


def forward_proxy(peers: Peers, lines: str = "") -> str:
    """squid that lets loopback through, unless `lines` say otherwise; the URL of it."""
    port = free_port()
    peers.squid(lines, port=port)
    return f"http://127.0.0.1:{port}"


@squid
async def test_forward_proxy_that_passes_everything_passes(peers: Peers) -> None:
    """REST by absolute URL and the WebSocket through CONNECT, on the simulator's own port."""
    with running() as sim:
        passes(await standard(sim.url, proxy=forward_proxy(peers)))


@squid
@pytest.mark.parametrize(
    ("lines", "said"),
    [
        pytest.param(
            "auth_param basic program /usr/lib/squid/basic_fake_auth\nacl known proxy_auth REQUIRED\n"
            "http_access deny !known",
            "407",
            id="wants a password",
        ),
        pytest.param("http_access deny all", "403", id="denies everything"),
    ],
)
async def test_forward_proxy_that_refuses_is_the_setting_that_is_wrong(peers: Peers, lines: str, said: str) -> None:
    with running() as sim:
        only(await standard(sim.url, proxy=forward_proxy(peers, lines)), "proxy_env", said)


@squid
async def test_forward_proxy_that_denies_connect_alone_breaks_the_websocket_alone(peers: Peers) -> None:
    with running() as sim:
        report = await standard(sim.url, proxy=forward_proxy(peers, "http_access deny CONNECT"))
    assert roots(report) == ["proxy_env"], [(one.cause, one.says) for one in report.findings]


@squid
async def test_forward_proxy_before_a_dead_deployment_says_unavailable(peers: Peers) -> None:
    """Directly it is dead too, so the proxy is not to blame."""
    report = await standard(f"http://127.0.0.1:{free_port()}", proxy=forward_proxy(peers))
    only(report, "http_unavailable", "squid answered 503", "ERR_CONNECT_FAIL")
