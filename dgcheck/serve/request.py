"""One HTTP request and one answer, as bytes: h11 reads, and what is written is all our own."""

from __future__ import annotations

import time
from functools import lru_cache
from http import HTTPStatus

import h11

from dgcheck.model.record import dataclass

MOST_HEAD = 8192  # bytes of a request line with its headers
TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Request:
    """A question. `path` is as sent, without its query; names of `headers` are in lower case, the first of each counts.

    `keep` tells that the client wants to ask more on this connection; `body` that something follows that is not read.
    """

    method: str
    path: str
    query: str
    headers: dict[str, str]
    keep: bool
    body: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back. `headers` come besides those that every answer has."""

    status: int
    body: bytes
    kind: str = TEXT
    headers: tuple[tuple[str, str], ...] = ()

    def wire(self, *, keep: bool, head: bool = False) -> bytes:
        """The bytes of it; without its body where only the `head` was asked for."""
        lines = [
            f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}",
            f"Date: {_date(int(time.time()))}",
            "Server: dgcheck",
            f"Content-Type: {self.kind}",
            f"Content-Length: {len(self.body)}",
            "Cache-Control: no-store",
            "X-Content-Type-Options: nosniff",
            *(f"{name}: {value}" for name, value in self.headers),
            *(() if keep else ("Connection: close",)),
        ]
        return "\r\n".join((*lines, "", "")).encode("latin-1") + (b"" if head else self.body)


def text(status: int, words: str, *headers: tuple[str, str]) -> Answer:
    """An answer of one line."""
    return Answer(status, f"{words}\n".encode(), headers=headers)


@lru_cache(64)
def read_head(data: bytes) -> Request | int:
    """A request from its first byte to the blank line after its headers; the status that refuses it where it is none.

    Probes and Prometheus send the same bytes for ever, so the last ones are remembered.
    """
    reader = h11.Connection(h11.SERVER, max_incomplete_event_size=MOST_HEAD)
    try:
        reader.receive_data(data)
        event = reader.next_event()
        if not isinstance(event, h11.Request):
            return 400
        after = reader.next_event()
    except h11.RemoteProtocolError as error:
        return error.error_status_hint
    if event.http_version not in (b"1.0", b"1.1"):
        return 505
    headers: dict[str, str] = {}
    for name, value in event.headers:
        headers.setdefault(name.decode("latin-1"), value.decode("latin-1"))
    target = event.target.decode("latin-1")
    if target.lower().startswith(("http://", "https://")):
        target = "/" + target.partition("://")[2].partition("/")[2]
    path, _, query = target.partition("?")
    words = {word.strip().lower() for word in headers.get("connection", "").split(",")}
    return Request(
        method=event.method.decode("latin-1"),
        path=path,
        query=query,
        headers=headers,
        keep=event.http_version != b"1.0" and "close" not in words,
        body=not isinstance(after, h11.EndOfMessage),
    )


@lru_cache(2)
def _date(second: int) -> str:
    moment = time.gmtime(second)
    day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[moment.tm_wday]
    month = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()[moment.tm_mon - 1]
    clock = time.strftime("%H:%M:%S", moment)
    return f"{day}, {moment.tm_mday:02d} {month} {moment.tm_year} {clock} GMT"
