"""How the stand-in fetches remote audio: as an API container does, from its own place, with its own time limits."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from urllib.parse import urljoin, urlsplit

from dgcheck.sim.asked import Download
from dgcheck.sim.spoken import reason

CONNECT, WHOLE = 1.0, 60.0  # seconds: fetch_conn_timeout and fetch_timeout of api.toml
REDIRECTS = 10
LARGEST = 64 * 2**20
AGENT = "dgcheck-simulator"


async def fetch(url: str, most: int = 0) -> Download:
    """What came from that address. `most` breaks off after so many bytes; 0 = takes all."""
    try:
        async with asyncio.timeout(WHOLE):
            return await _follow(url, most)
    except TimeoutError:
        return Download(problem="unreachable")


async def _follow(url: str, most: int) -> Download:
    import httpx

    limits = httpx.Timeout(WHOLE, connect=CONNECT)
    headers = {"User-Agent": AGENT, "Accept-Encoding": "identity"}
    async with httpx.AsyncClient(timeout=limits, trust_env=False, headers=headers) as client:
        for _ in range(REDIRECTS + 1):
            if not await _resolves(url):
                return Download(problem="unresolved")
            try:
                found = await _get(client, url, most)
            except httpx.InvalidURL:
                return Download(problem="bad_location")  # which httpx reads with the answer
            except (httpx.HTTPError, OSError):
                return Download(problem="unreachable")
            if found.problem != "moved":
                return found
            if not found.location:
                return Download(problem="no_location")
            url = urljoin(url, found.location)
            if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
                return Download(problem="bad_location")
    return Download(problem="redirects")


async def _get(client: object, url: str, most: int) -> Download:
    import httpx

    assert isinstance(client, httpx.AsyncClient)
    async with client.stream("GET", url) as answer:
        if answer.status_code in (301, 302, 303, 307, 308):
            return Download(problem="moved", location=answer.headers.get("location", ""))
        if 400 <= answer.status_code < 500:
            return Download(problem=f"{answer.status_code} {reason(answer.status_code)}".strip())
        if not 200 <= answer.status_code < 300:
            return Download(problem="unreachable")
        body = bytearray()
        async for piece in answer.aiter_raw(most or None):
            body += piece
            if len(body) > LARGEST or (most and len(body) >= most):
                return Download(problem="unreachable")
    return Download(body=bytes(body))


async def _resolves(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    with contextlib.suppress(OSError, UnicodeError):
        await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
        return True
    return False
