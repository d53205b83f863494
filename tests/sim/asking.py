"""How these tests ask the simulator: with clients that are not ours."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Sequence
from typing import Any

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from dgcheck.sim.asked import Asked, read_target
from dgcheck.sim.server import Simulator
from dgcheck.wire import audio

CLIP = audio.bundled()
LISTEN = "/v1/listen?model=nova-3"
RAW = f"{LISTEN}&encoding=mulaw&sample_rate=8000"
NO_MODEL = "Bad Request: No such model/language/tier combination found."

# A context that trusts anybody, made once: the usual one reads a hundred certificates each time.
UNVERIFIED = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
UNVERIFIED.check_hostname = False
UNVERIFIED.verify_mode = ssl.CERT_NONE


def asked(
    target: str,
    method: str = "GET",
    *,
    headers: Sequence[tuple[str, str]] = (),
    body: bytes = b"",
    upgrade: bool = False,
    now: float = 0.0,
) -> Asked:
    """A request as the core gets it."""
    path, query = read_target(target)
    extra = (("Upgrade", "websocket"), ("Connection", "Upgrade")) if upgrade else ()
    return Asked(
        method=method,
        target=target,
        path=path,
        query=query,
        headers=(*headers, *extra),
        body=body,
        now=now,
        epoch=1_790_000_000.0,
    )


def client(simulator: Simulator, **more: Any) -> httpx.AsyncClient:
    """An HTTP client of the simulator that follows nothing and takes no setting from the environment."""
    return httpx.AsyncClient(base_url=simulator.url, trust_env=False, timeout=10, **{"verify": UNVERIFIED, **more})


async def post(simulator: Simulator, target: str = LISTEN, data: bytes = CLIP.data) -> httpx.Response:
    """The clip by REST."""
    async with client(simulator) as http:
        return await http.post(target, content=data, headers={"Content-Type": "audio/wav"})


async def get(simulator: Simulator, path: str) -> httpx.Response:
    """One GET."""
    async with client(simulator) as http:
        return await http.get(path)


def ws_url(simulator: Simulator, target: str) -> str:
    """The same address for a WebSocket client."""
    return simulator.url.replace("http", "ws", 1) + target


async def stream(
    simulator: Simulator,
    target: str = RAW + "&interim_results=true",
    pieces: Sequence[bytes | str] = (CLIP.stream_data, '{"type":"CloseStream"}'),
    **more: Any,
) -> tuple[list[Any], ConnectionClosed]:
    """Every message that came on one stream, JSON where it is, and how it ended."""
    heard: list[Any] = []
    async with connect(ws_url(simulator, target), proxy=None, open_timeout=5, close_timeout=1, **more) as ws:
        try:
            for piece in pieces:
                await ws.send(piece)
            while True:
                heard.append(_parsed(await ws.recv()))
        except ConnectionClosed as end:
            return heard, end


def _parsed(message: str | bytes) -> Any:
    try:
        return json.loads(message)
    except ValueError:
        return message


async def refused(simulator: Simulator, target: str, **more: Any) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of an upgrade that has to be refused."""
    try:
        async with connect(ws_url(simulator, target), proxy=None, open_timeout=5, process_exception=_raise, **more):
            raise AssertionError("the upgrade was accepted")
    except InvalidStatus as refusal:
        headers = {key.lower(): value for key, value in refusal.response.headers.raw_items()}
        return refusal.response.status_code, headers, bytes(refusal.response.body or b"")


def _raise(error: Exception) -> Exception:
    return error


def raw(port: int, data: bytes = b"", *, limit: float = 5.0, most: int = 200_000) -> tuple[bytes, str]:
    """All that comes on a TCP connection after these bytes, and how it ends: fin, reset, silence or most."""
    got = b""
    try:
        opened = socket.create_connection(("127.0.0.1", port), timeout=limit)
    except ConnectionResetError:  # it was accepted and reset before this side knew
        return got, "reset"
    with opened as plug:
        try:
            if data:
                plug.sendall(data)
            while len(got) < most:
                piece = plug.recv(65536)
                if not piece:
                    return got, "fin"
                got += piece
        except ConnectionError:
            return got, "reset"
        except TimeoutError:
            return got, "silence"
    return got, "most"
