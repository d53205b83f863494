"""The way through a forward proxy: CONNECT."""

from __future__ import annotations

import asyncio
from binascii import b2a_base64

from dgcheck.model.evidence import Ending, Response
from dgcheck.model.pattern import pattern
from dgcheck.net import kept
from dgcheck.net.connection import Connection
from dgcheck.net.endings import ending_of_exception, escaped
from dgcheck.net.network import Network, ProxyRefused

LIMIT = 8.0  # seconds
_STATUS = pattern(r"[1-9][0-9][0-9]\Z")


async def tunnel(network: Network, connection: Connection, host: str, port: int) -> Response:
    """Ask the forward proxy for a way to host and port (CONNECT); raises ProxyRefused."""
    proxy = network.settings.proxy
    assert proxy is not None
    authority = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    lines = [f"CONNECT {authority} HTTP/1.1", f"Host: {authority}", f"User-Agent: {network.agent}"]
    if proxy.password is not None or proxy.user:
        pair = f"{proxy.user}:{proxy.password.reveal() if proxy.password else ''}"
        lines.append("Proxy-Authorization: Basic " + b2a_base64(pair.encode(), newline=False).decode())
    await connection.write("\r\n".join([*lines, "", ""]).encode("latin-1", "replace"))
    data = b""
    try:
        async with asyncio.timeout(LIMIT):
            while b"\r\n\r\n" not in data and len(data) < 65536:
                more = await connection.read()
                if not more:
                    break
                data += more
    except (TimeoutError, OSError) as error:
        ending, problem = ending_of_exception(error)
        raise ProxyRefused(None, ending, problem) from None
    response = _proxy_answer(network, data)
    if response is None:
        raise ProxyRefused(None, Ending.CLOSED if not data else Ending.BROKEN, escaped(data))
    if response.status != 200:
        raise ProxyRefused(response, Ending.ANSWERED, "")
    connection.pending = data.partition(b"\r\n\r\n")[2]
    return response


def _proxy_answer(network: Network, data: bytes) -> Response | None:
    head, found, body = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    parts = lines[0].split(" ", 2)
    status = parts[1] if len(parts) > 1 else ""
    if not found or not parts[0].startswith("HTTP/") or not _STATUS.match(status):
        return None
    pairs = [
        (name.strip(), value.strip()) for name, colon, value in (line.partition(":") for line in lines[1:]) if colon
    ]
    redactor = network.redactor
    return Response(
        status=int(status),
        reason=redactor.beginning(parts[2], kept.PROBLEM) if len(parts) > 2 else "",
        headers=kept.headers(redactor, pairs),
        body=redactor.beginning(body.decode("utf-8", "replace"), 2048, whole=False),
        body_bytes=len(body),
    )
