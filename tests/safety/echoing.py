"""A server that gives back whatever secret it was ever sent, in every place where a server can put text."""

from __future__ import annotations

import asyncio
import base64
import gzip
import hashlib
import html
import json
import re
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any
from urllib.parse import quote

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Asked:
    """One request as raw as it came: its first line, its headers, its body."""

    def __init__(self, head: bytes, body: bytes) -> None:
        lines = head.decode("latin-1").split("\r\n")
        self.line = lines[0]
        self.method, _, rest = lines[0].partition(" ")
        self.target = rest.rpartition(" ")[0]
        self.headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines[1:] if line)]
        self.body = body

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    @property
    def upgrade(self) -> bool:
        return self.header("upgrade").lower() == "websocket"

    @property
    def secrets(self) -> list[str]:
        """Everything that was sent besides what every client sends."""
        pairs = [value for name, value in self.headers if name.lower() in NOTICED or "x-" in name.lower()]
        values = re.findall(r"[?&][^=&]+=([^&# ]{3,})", self.target)
        decoded = [
            base64.b64decode(value.partition(" ")[2] + "==", validate=False).decode("latin-1")
            for value in pairs
            if value.startswith("Basic ")
        ]
        words = [word for value in pairs for word in value.replace("sid=", "").split()]
        return [*dict.fromkeys((*pairs, *words, *values, *decoded, self.body.decode("latin-1")[:400]))]


NOTICED = frozenset(("authorization", "proxy-authorization", "cookie"))

Answer = Callable[["Echo", Asked], bytes]


class Echo:
    """Listens on loopback and answers with `answer`; what it was sent in any connection is in `seen`."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.seen: list[str] = []
        self.port = 0

    async def __aenter__(self) -> Echo:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._server.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                found = re.search(rb"(?i)\ncontent-length: *(\d+)", head)
                asked = Asked(head, await reader.readexactly(int(found.group(1))) if found else b"")
                self.seen += [secret for secret in asked.secrets if secret and secret not in self.seen]
                writer.write(self.answer(self, asked))
                await writer.drain()
                if asked.method == "CONNECT" or asked.upgrade:
                    await reader.read(65536)
                    break
        except (asyncio.IncompleteReadError, OSError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()


# --- answers -------------------------------------------------------------------------------------------------------


def http(status: str, body: bytes, *headers: str, extra: bytes = b"") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode("utf-8", "replace") + b"\r\n" + extra + b"\r\n" + body


def flat(secrets: Sequence[str]) -> str:
    """The secrets on one line, as a header may have them."""
    return re.sub(r"[\r\n\0]", " ", " | ".join(secrets))


def refused(echo: Echo, asked: Asked) -> bytes:
    said = flat(echo.seen)
    names = "".join(f"X-{secret}: {secret}\r\n" for secret in echo.seen if re.fullmatch(r"[A-Za-z0-9]{6,99}", secret))
    body = json.dumps({"err_code": said[:90], "err_msg": f"no: {said}", "request_id": said[:80]}).encode()
    headers = [f"{name}: {said}" for name in ("dg-error", "dg-request-id", "Server", "Via", "WWW-Authenticate", "Date")]
    return http(f"400 {said}", body, *headers, extra=names.encode("utf-8"))


def flat_one(secret: str) -> str:
    return flat([secret])


def redirected(echo: Echo, asked: Asked) -> bytes:
    said = quote(flat(echo.seen), safe="/=:@&+")
    location = f"Location: https://u:{said}@login.example.test/{said}?next={said}&code={said}#{said}"
    return http("302 Found", b"", location, f"Set-Cookie: sid={said[:900]}; Path=/", f"Link: <{said}>; rel=next")


def served(echo: Echo, asked: Asked) -> bytes:
    """A deployment that works, with secrets for names, words and ids."""
    said = [secret[:110] for secret in echo.seen]
    path = asked.target.partition("?")[0]
    if asked.upgrade:
        return _socket(echo, asked)
    if path.endswith("/v1/models"):
        rows: list[dict[str, Any]] = [
            {"name": one, "canonical_name": one, "uuid": one, "version": one, "languages": ["en"]}
            for one in (*said, "nova-3")
        ]
        rows = [{**row, "architecture": "nova", "batch": True, "streaming": True} for row in rows]
        return http("200 OK", json.dumps({"stt": rows}).encode(), "Content-Type: application/json")
    if path.endswith("/v1/listen"):
        channel = {"alternatives": [{"transcript": " ".join(said), "words": []}]}
        body: dict[str, Any] = {
            "metadata": {"request_id": flat(said), "models": said},
            "results": {"channels": [channel]},
        }
        return http(
            "200 OK", json.dumps(body).encode(), "Content-Type: application/json", f"dg-request-id: {flat(said)}"
        )
    state = {"system_health": flat(said), "engine_connection_status": flat(said), "state": flat(said)}
    return http("200 OK", json.dumps(state).encode(), "Content-Type: application/json")


def spelled(echo: Echo, asked: Asked) -> bytes:
    """Every secret in every spelling that a log or an error page may use."""
    ways: list[Callable[[str], str]] = [
        str.upper,
        lambda it: quote(it, safe=""),
        lambda it: "".join(f"%{byte:02x}" for byte in it.encode()),
        lambda it: base64.b64encode(it.encode()).decode(),
        lambda it: base64.b64encode(b"x" + it.encode() + b"yz").decode(),
        lambda it: base64.urlsafe_b64encode(b"xy" + it.encode()).decode(),
        lambda it: it.encode().hex(),
        lambda it: it.encode().hex().upper(),
        html.escape,
        json.dumps,
        lambda it: "".join(f"\\u{ord(char):04x}" for char in it),
        lambda it: "".join(f"&#{ord(char)};" for char in it),
        lambda it: re.sub(r"(\W)", r"\\\1", it),
    ]
    body = "\n".join(way(secret) for secret in echo.seen for way in ways)
    return http("403 Forbidden", body.encode(), "Content-Type: text/plain")


def zipped(echo: Echo, asked: Asked) -> bytes:
    return http("500 Oops", gzip.compress((flat(echo.seen) * 30).encode()), "Content-Encoding: gzip")


def overflowing(echo: Echo, asked: Asked) -> bytes:
    """So much that every limit cuts in the middle of a secret."""
    once = flat_one("".join(echo.seen)) or "-"
    body = "\U0001f512" * 900 + once * (40_000 // len(once) + 1)
    much, more = once * (20_000 // len(once) + 1), once * (5000 // len(once) + 1)
    return http(f"502 {more}", body.encode(), f"X-Much: {much}", f"Server: {more}")


def babbling(echo: Echo, asked: Asked) -> bytes:
    """No HTTP at all: what came is sent back."""
    return flat(echo.seen).encode() + b"\r\n" + asked.line.encode() + b"\r\n\r\n"


def proxy(echo: Echo, asked: Asked) -> bytes:
    """A forward proxy that repeats the password which it refuses."""
    said = flat(echo.seen)
    return http(f"407 {said}", said.encode(), f"Proxy-Authenticate: Basic realm={said}", f"X-Who: {said}")


def garbled_proxy(echo: Echo, asked: Asked) -> bytes:
    return f"EH? {flat(echo.seen)}\r\n\r\n".encode()


def _socket(echo: Echo, asked: Asked) -> bytes:
    accept = base64.b64encode(hashlib.sha1(asked.header("sec-websocket-key").encode() + GUID).digest()).decode()
    said = flat(echo.seen)
    head = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"]
    head += [f"Sec-WebSocket-Accept: {accept}", f"X-Said: {said}", f"dg-request-id: {said}"]
    result = {"type": "Results", "is_final": True, "request_id": said, "from_finalize": False}
    result |= {"channel": {"alternatives": [{"transcript": said}]}}
    messages = [json.dumps(result), json.dumps({"type": said[:80], "message": said}), said, f"{{{said}"]
    frames = [_frame(1, message.encode()) for message in messages]
    frames += [_frame(2, said.encode()), _frame(8, (1011).to_bytes(2, "big") + said.encode()[:120])]
    return ("\r\n".join(head) + "\r\n\r\n").encode() + b"".join(frames)


def _frame(opcode: int, data: bytes) -> bytes:
    head = bytes([0x80 | opcode])
    if len(data) < 126:
        return head + bytes([len(data)]) + data
    return head + bytes([126]) + len(data).to_bytes(2, "big") + data[:65535]


ANSWERS: dict[str, Answer] = {
    one.__name__: one for one in (refused, redirected, served, spelled, zipped, overflowing, babbling)
}
PROXIES: dict[str, Answer] = {one.__name__: one for one in (proxy, garbled_proxy)}
