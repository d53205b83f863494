"""Limits of upload in proxies that are not ours: found within a factor of two, with the proxy's own setting."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from dgcheck.model.evidence import Exchange
from dgcheck.model.report import Finding, Report
from dgcheck.readings.uploads import NEAR
from dgcheck.sim.server import running
from tests.peers.test_proxy_peers import envoy_config
from tests.programs import Peers, free_port
from tests.runs import found, roots, run

pytestmark = [pytest.mark.anyio]
MIB = 1 << 20


async def largest(url: str, **flags: Any) -> Report:
    """The search for the largest upload alone."""
    return await run(url, profile="full", only=["rest.size"], timeout="60s", **flags)


def sizes(report: Report) -> tuple[int, int, int]:
    """(largest taken, smallest not taken, requests): what the search has found, by its evidence."""
    tries = [seen for seen in report.evidence if isinstance(seen, Exchange) and seen.check == "rest.size"]
    taken = [seen.request.body_bytes for seen in tries if seen.status == 200]
    refused = [seen.request.body_bytes for seen in tries if seen.status != 200]
    return max(taken, default=0), min(refused, default=0), len(tries)


def limit(report: Report, true: int, most: int) -> Finding:
    """The limit was found within a factor of two and `most` requests; the finding that tells it."""
    assert roots(report) == ["http_body_too_large"], [(one.cause, one.says) for one in report.findings]
    low, high, made = sizes(report)
    assert low <= true < high <= NEAR * low
    assert made <= most
    return found(report, "http_body_too_large")


@pytest.mark.peer("nginx")
@pytest.mark.parametrize(
    ("setting", "true", "most"),
    [
        pytest.param("", MIB, 3, id="default"),
        pytest.param("client_max_body_size 1m;", MIB, 3, id="1m"),
        pytest.param("client_max_body_size 8m;", 8 * MIB, 5, id="8m"),
        pytest.param("client_max_body_size 1m; proxy_request_buffering off;", MIB, 3, id="unbuffered"),
    ],
)
async def test_limit_of_nginx_is_found_and_its_setting_named(peers: Peers, setting: str, true: int, most: int) -> None:
    port = free_port()
    with running() as sim:
        location = f"location / {{ {setting} proxy_pass {sim.url}; }}"
        peers.nginx(f"server {{ listen 127.0.0.1:{port}; {location} }}", port=port)
        report = await largest(f"http://127.0.0.1:{port}")
    one = limit(report, true, most)
    assert "nginx answered 413" in one.says
    assert "client_max_body_size" in one.says
    assert "client_max_body_size" in one.remedies[0].command
    assert one.confidence == "certain"


@pytest.mark.peer("nginx")
async def test_upload_that_nginx_takes_is_no_finding(peers: Peers) -> None:
    port = free_port()
    with running() as sim:
        server = f"client_max_body_size 100m; location / {{ proxy_pass {sim.url}; }}"
        peers.nginx(f"server {{ listen 127.0.0.1:{port}; {server} }}", port=port)
        report = await largest(f"http://127.0.0.1:{port}")
    assert roots(report) == []
    assert sizes(report) == (16_000_000, 0, 1)


@pytest.mark.peer("haproxy")
async def test_rule_of_haproxy_is_found(peers: Peers) -> None:
    port = free_port()
    rule = "http-request deny deny_status 413 if { req.hdr(content-length) -m int gt 3000000 }"
    with running() as sim:
        server = sim.url.partition("://")[2]
        peers.haproxy(f"listen dg\n  bind 127.0.0.1:{port}\n  {rule}\n  server one {server}\n", port=port)
        report = await largest(f"http://127.0.0.1:{port}")
    one = limit(report, 3_000_000, 6)
    assert "HAProxy answered 413" in one.says
    assert "req.body_size" in one.says


@pytest.mark.peer("caddy")
async def test_limit_of_caddy_is_found(peers: Peers) -> None:
    port = free_port()
    with running() as sim:
        block = f"request_body {{\n\t\tmax_size 2MB\n\t}}\n\treverse_proxy {sim.url.partition('://')[2]}\n"
        peers.caddy(f"http://127.0.0.1:{port} {{\n\t{block}}}\n", port=port)
        report = await largest(f"http://127.0.0.1:{port}")
    limit(report, 2_000_000, 6)


@pytest.mark.peer("envoy")
async def test_buffer_filter_of_envoy_is_found(peers: Peers) -> None:
    port = free_port()
    kind = "type.googleapis.com/envoy.extensions.filters.http.buffer.v3.Buffer"
    buffer = f"- name: buffer\n            typed_config: {{'@type': {kind}, max_request_bytes: 2000000}}\n          "
    with running() as sim:
        plain = envoy_config(port, sim.port, upgrades=True)
        router = "- name: envoy.filters.http.router"
        assert router in plain
        peers.envoy(plain.replace(router, buffer + router), port=port)
        report = await largest(f"http://127.0.0.1:{port}")
    one = limit(report, 2_000_000, 6)
    assert "Envoy answered 413" in one.says
    assert "max_request_bytes" in one.says


# What no proxy says: bytes of a body that are reset or left lying.

Relay = Callable[[asyncio.StreamReader, asyncio.StreamWriter, int], Any]


@asynccontextmanager
async def relay(target: int, *, reads: int, then: str) -> AsyncIterator[str]:
    """A proxy of raw bytes that does something to a connection once so many bytes have come: `reset` or `halt`."""
    over = asyncio.Event()

    async def there(client: asyncio.StreamReader, server: asyncio.StreamWriter, back: asyncio.StreamWriter) -> None:
        came = 0
        while data := await client.read(16384):
            came += len(data)
            if came > reads:
                if then == "reset":
                    plug: socket.socket = back.get_extra_info("socket")
                    plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    back.transport.abort()
                    return
                await over.wait()
            server.write(data)
            await server.drain()

    async def back_again(server: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        while data := await server.read(16384):
            client.write(data)
            await client.drain()

    async def come(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        upstream, onward = await asyncio.open_connection("127.0.0.1", target)
        both = (there(reader, onward, writer), back_again(upstream, writer))
        ways = [asyncio.ensure_future(way) for way in both]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            pass  # the test is over
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            onward.close()
            writer.close()

    listener = socket.create_server(("127.0.0.1", 0))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    server = await asyncio.start_server(come, sock=listener, limit=32768)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        over.set()
        server.close()


async def test_proxy_that_resets_in_the_middle_of_an_upload_is_found() -> None:
    with running() as sim:
        async with relay(sim.port, reads=3_000_000, then="reset") as url:
            report = await largest(url)
    one = limit(report, 3_000_000, 5)
    assert "The connection was" in one.says
    assert one.confidence == "likely"


async def test_upload_that_nobody_reads_on_is_found() -> None:
    with running() as sim:
        async with relay(sim.port, reads=3_000_000, then="halt") as url:
            report = await largest(url, max_upload="6MB")
    one = limit(report, 3_000_000, 5)
    assert "came to a halt" in one.says
    assert one.severity == "error"
