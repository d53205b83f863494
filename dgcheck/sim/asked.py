"""What passes between the wire and the decision: a request that came, an answer that goes, a word on a socket.

Nothing here knows a socket. `server` reads bytes into an `Asked` and plays a `Reply`; `core` and the faults turn
the one into the other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol
from urllib.parse import parse_qsl, unquote

from dgcheck.model.record import dataclass, replace

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """What came from an address: the `body`, or why not. `problem` is unresolved, unreachable, no_location,
    bad_location, redirects, or the status that the host answered (`403 Forbidden`); '' = nothing is wrong.
    """

    body: bytes = b""
    problem: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One HTTP request as it came. `headers` are raw pairs in order and case; `body` is whole, and empty while
    only the head was read. `now` is seconds since the simulator started, `epoch` the wall clock.
    """

    method: str
    target: str
    path: str
    query: Pairs = ()
    headers: Pairs = ()
    body: bytes = b""
    connection: int = 0
    tls: bool = False
    now: float = 0.0
    epoch: float = 0.0
    download: Download | None = None  # what was fetched for it, where it named an address

    def header(self, name: str) -> str:
        """First value of a header, case-insensitive; '' when absent."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")

    def tokens(self, name: str) -> tuple[str, ...]:
        """The comma-separated values of a header, all its lines together."""
        wanted = name.lower()
        lines = (value for key, value in self.headers if key.lower() == wanted)
        return tuple(word.strip() for line in lines for word in line.split(",") if word.strip())

    def param(self, name: str) -> str | None:
        """The first value of a query parameter; None when it is absent."""
        return next((value for key, value in self.query if key == name), None)

    @property
    def upgrade(self) -> bool:
        """Whether the request asks for a WebSocket: both headers that say so are there."""
        asks = any(word.lower() == "websocket" for word in self.tokens("upgrade"))
        return asks and any(word.lower() == "upgrade" for word in self.tokens("connection"))


def read_target(target: str) -> tuple[str, Pairs]:
    """Path (percent-decoded) and query pairs of a request target, absolute or not. Never raises."""
    if "://" in target.split("?", 1)[0]:
        target = "/" + target.split("://", 1)[1].partition("/")[2]
    path, _, query = target.partition("?")
    try:
        pairs = parse_qsl(query, keep_blank_values=True)
    except ValueError:  # more fields than urllib takes
        pairs = []
    return unquote(path) or "/", tuple(pairs)


class Socket(Protocol):
    """An open WebSocket as the decision sees it; times are seconds since the simulator started."""

    def opened(self, now: float) -> None:
        """The 101 was sent."""

    def heard(self, data: bytes, text: bool, now: float) -> None:
        """One whole message came."""

    def due(self) -> float | None:
        """When `tick` wants to be called next; None = never."""

    def tick(self, now: float) -> None:
        """Time passed."""

    def take(self) -> list[Say]:
        """What is to be sent now, in order; empties the list."""


@dataclass(frozen=True, slots=True)
class Say:
    """One act on an open socket: `text`, `binary`, `close` (with `code`, None = a frame without one, and `text` as
    reason), `fin` (half-close without a close frame) or `reset`.
    """

    kind: str
    text: str = ""
    data: bytes = b""
    code: int | None = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One HTTP answer, good or broken.

    `framing`: `length`, `chunked`, `close` (until the end of the connection) or `none` (no body, no length).
    `wait` seconds pass before the first byte. `cut` sends only so many bytes of the body. `ending` tells what
    follows: '' (the connection is kept where the protocol allows it), `fin`, `reset` or `hang` (nothing more,
    open until the client leaves). `fetch` is an address that has to be fetched before there is an answer: the request
    is then put once more, with what came. `endless` repeats `body` (or, with `headers`, header lines) up to that many
    bytes. `raw` replaces everything on the wire. `socket` makes a 101 an open WebSocket.
    """

    status: int = 200
    reason: str = ""
    headers: Pairs = ()
    body: bytes = b""
    framing: str = "length"
    wait: float = 0.0
    cut: int | None = None
    ending: str = ""
    endless: int = 0
    endless_headers: int = 0
    raw: bytes | None = None
    drip: float = 0.0  # seconds before each further piece of the body
    piece: int = 0  # bytes of a piece, 0 = the whole
    socket: Socket | None = None
    fetch: str = ""
    accept: Callable[[Pairs], Pairs] | None = None  # alters the headers of a 101

    def header(self, name: str) -> str:
        """First value of a header, case-insensitive; '' when absent."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")

    def having(self, name: str, value: str) -> Reply:
        """The same answer with that header, in place of any of the name."""
        return replace(self, headers=(*self.without(name).headers, (name, value)))

    def without(self, name: str) -> Reply:
        """The same answer without that header."""
        wanted = name.lower()
        return replace(self, headers=tuple(pair for pair in self.headers if pair[0].lower() != wanted))


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeting:
    """What a port does before, or instead of, HTTP.

    `first` is said at once. `then` answers the bytes that come, whatever they are: bytes to say, or None for
    nothing. `after` each of them `ending` follows: '' (stay), `fin`, `reset`. `heed` = end only when something was
    heard. `endless` repeats `first` up to that many bytes.
    """

    first: bytes = b""
    then: Callable[[bytes], bytes | None] | None = None
    ending: str = ""
    heed: bool = False
    endless: int = 0
    in_the_clear: bool = True  # before the TLS handshake, on a port that speaks TLS
