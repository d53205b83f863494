"""An answer as the bytes and pauses that make it: h11 writes what is well formed, the rest is written as it is."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

import h11

from dgcheck.sim.asked import Reply

Step = bytes | float
"""Bytes to send, or seconds to wait."""

BLOCK = 65536


def reason(status: int) -> str:
    """The standard reason phrase; '' for a status that has none."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def broken(reply: Reply) -> bool:
    """Whether the answer is one that h11 would not write: raw bytes, endless, cut, or mislabelled."""
    lengths = [value for key, value in reply.headers if key.lower() in ("content-length", "transfer-encoding")]
    return bool(reply.raw is not None or reply.endless or reply.endless_headers or reply.cut is not None or lengths)


def steps(reply: Reply, http: h11.Connection, *, head_only: bool = False) -> Iterator[Step]:
    """What to send and how long to wait before it. After a `broken` answer the connection cannot go on.

    `head_only` leaves the body of a well-formed answer out, as the answer to HEAD wants it.
    """
    if reply.wait:
        yield reply.wait
    if broken(reply):
        yield from _as_it_is(reply)
        return
    headers = [(key.encode("latin-1", "replace"), value.encode("latin-1", "replace")) for key, value in reply.headers]
    if reply.framing == "length":
        headers.append((b"content-length", str(len(reply.body)).encode()))
    elif reply.framing == "chunked":
        headers.append((b"transfer-encoding", b"chunked"))
    elif reply.framing == "none" and reply.status not in (204, 304):
        headers.append((b"content-length", b"0"))
    if reply.framing == "close" or reply.ending:
        headers.append((b"connection", b"close"))
    words = (reply.reason or reason(reply.status)).encode("latin-1", "replace")
    yield _sent(http, h11.Response(status_code=reply.status, headers=headers, reason=words))
    if reply.framing != "none" and not head_only:
        for number, piece in enumerate(_pieces(reply)):
            if number and reply.drip:
                yield reply.drip
            yield _sent(http, h11.Data(data=piece))
    yield _sent(http, h11.EndOfMessage())


def _sent(http: h11.Connection, event: h11.Event) -> bytes:
    return http.send(event) or b""


def _pieces(reply: Reply) -> Iterator[bytes]:
    if not reply.piece:
        yield reply.body
        return
    for at in range(0, len(reply.body), reply.piece):
        yield reply.body[at : at + reply.piece]


def _as_it_is(reply: Reply) -> Iterator[Step]:
    if reply.raw is not None:
        yield reply.raw
        return
    lines = [f"HTTP/1.1 {reply.status} {reply.reason or reason(reply.status)}"]
    lines += [f"{key}: {value}" for key, value in reply.headers]
    named = {key.lower() for key, _ in reply.headers}
    if reply.framing == "length" and not named & {"content-length", "transfer-encoding"}:
        lines.append(f"content-length: {reply.endless or len(reply.body)}")
    head = "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n"
    if reply.endless_headers:
        yield head
        line = b"x-padding: " + b"a" * 1000 + b"\r\n"
        for _ in range(reply.endless_headers // len(line)):
            yield line
        return
    yield head + b"\r\n"
    if reply.endless:
        block = (reply.body or b"0") * (BLOCK // len(reply.body or b"0") + 1)
        for _ in range(reply.endless // len(block) + 1):
            yield block
        return
    for piece in _pieces(reply):
        if reply.drip:
            yield reply.drip
        yield piece[: reply.cut] if reply.cut is not None else piece
