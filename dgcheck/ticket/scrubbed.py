"""Takes the secrets out of a file that a person attaches, whatever its size: logs, settings, manifests.

    result = scrub(source, sink, redactor, name="compose.yaml")

`source.read(n)` gives bytes, `sink.write(data)` takes them: UTF-8, whatever the source was, without what commands a
terminal. Memory stays bounded, also where a line has no end. A file in which secrets cannot be looked for (an archive,
a picture, audio) is not written at all: `result.kind` is `binary` then, and `result.problem` says why it was left out.
The same secret has the token that it has in the report of the same run.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from dgcheck.model.record import dataclass
from dgcheck.ticket import by_key, readable
from dgcheck.ticket.known_spots import Known
from dgcheck.ticket.spots import Spot, spots

if TYPE_CHECKING:
    import re

    from dgcheck.wire.redact import Redactor

PIECE = 1 << 20  # bytes that are read at once
HELD = 1 << 16  # bytes at the end of a piece without a line's end that are looked at again with the next
LARGEST = 8 << 20  # bytes of a settings file that is understood as a whole; of more, each line for itself
_TOKENS = 1024  # secrets whose token is remembered: the same key stands in every line
_MOST_HELD = 4 << 20  # bytes that wait for the end of one secret


class Source(Protocol):
    """Where bytes come from; b'' is the end."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes."""


class Sink(Protocol):
    """Where bytes go."""

    def write(self, data: bytes, /) -> object:
        """Take all of them."""


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """What became of a file. `hidden` counts the places at which something was replaced by a token."""

    kind: str  # text, settings (cleaned by key, too), binary (nothing was written), empty
    encoding: str = "utf-8"  # of the source; gzip before it where it was compressed
    bytes_in: int = 0  # of the text, after unpacking
    bytes_out: int = 0
    hidden: int = 0
    problem: str = ""  # why nothing was written, '' when it was


def scrub(source: Source, sink: Sink, redactor: Redactor, *, name: str = "") -> Scrubbed:
    """Copy a file without its secrets; `name` is its own, whose ending tells its form. Raises what the two raise."""
    text = readable.opened(source, PIECE)
    if text.problem or not text.first:
        return Scrubbed("binary" if text.problem else "empty", text.encoding, problem=text.problem)
    pieces = text.pieces()
    kind, masked = "text", 0
    if by_key.is_settings(name):
        kind, masked, pieces = _settings(pieces, redactor, name)
    cleaner = Cleaner(redactor)
    came = written = 0
    for piece in pieces:
        came += len(piece)
        shown = cleaner.clean(piece)
        written += len(shown)
        sink.write(shown)
    shown = cleaner.clean(b"", last=True)
    sink.write(shown)
    return Scrubbed(kind, text.encoding, came, written + len(shown), masked + cleaner.hidden)


def _settings(pieces: Iterator[bytes], redactor: Redactor, name: str) -> tuple[str, int, Iterator[bytes]]:
    """The same file with its secrets masked by key, where it is small enough to be understood as a whole."""
    held: list[bytes] = []
    for piece in pieces:
        held.append(piece)
        if sum(map(len, held)) > LARGEST:
            return "text", 0, _again(held, pieces)
    text, hidden = by_key.masked(b"".join(held).decode("utf-8", "surrogateescape"), name, redactor)
    data = text.encode("utf-8", "surrogateescape")
    return "settings", hidden, iter([data[at : at + PIECE] for at in range(0, len(data), PIECE)])


def _again(held: list[bytes], rest: Iterator[bytes]) -> Iterator[bytes]:
    yield from held
    yield from rest


class Cleaner:
    """Replaces secrets in a text that comes piece by piece. What `clean` gives may lag behind what it was given."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._known = Known(redactor.spelled)
        self._held = b""
        self._more: re.Pattern[bytes] | None = None  # what goes on with a secret that has not ended yet
        self._tokens: dict[bytes, bytes] = {}
        self.hidden = 0

    def clean(self, piece: bytes, *, last: bool = False) -> bytes:
        """The text so far without its secrets; with `last` all that is left of it."""
        data = self._after_secret(self._held + piece)
        low = data.lower()
        found = sorted((*self._known.spots(data, low), *spots(data, low, last=last)), key=_order)
        end, self._more = (len(data), None) if last else _cut(data, found)
        veil = self._redactor.veil
        if veil and not last and self._more is None and data[end - 1 : end] != b"\n":
            end = data.rfind(b" ", max(0, end - HELD // 8), end) + 1 or end  # no name is cut in two
        self._held = data[end:]
        shown = self._shown(data, found, end)
        return veil.text(shown.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape") if veil else shown

    def _after_secret(self, data: bytes) -> bytes:
        """The text behind the secret that was too long to be seen as a whole."""
        while self._more is not None and data:
            rest = self._more.match(data)
            if rest is None or rest.end() == 0:
                self._more = None
            else:
                data = data[rest.end() :]
        return data

    def _shown(self, data: bytes, found: list[Spot], end: int) -> bytes:
        shown: list[bytes] = []
        at = 0
        for spot in found:
            if spot.end > end or spot.end <= at:
                continue
            if spot.start >= at:
                value = data[spot.start : spot.end]
                if value.startswith(b"<redacted:") and len(value) < 24:
                    continue
                shown += (data[at : spot.start], spot.token or self._token(value))
                self.hidden += 1
            at = spot.end
        shown.append(data[at:end])
        return b"".join(shown)

    def _token(self, value: bytes) -> bytes:
        if value not in self._tokens:
            if len(self._tokens) >= _TOKENS:
                self._tokens.clear()
            self._tokens[value] = self._redactor.token(value.decode("utf-8", "replace")).encode()
        return self._tokens[value]


def _order(spot: Spot) -> tuple[int, int]:
    return spot.start, -spot.end


def _cut(data: bytes, found: list[Spot]) -> tuple[int, re.Pattern[bytes] | None]:
    """So much of the text can be given away: to its last line's end, or all but its end, and nothing of a secret that
    may go on. One that is longer than all that may wait is given away as what it is, and goes on with `more`."""
    end = data.rfind(b"\n") + 1 or max(0, len(data) - HELD)
    for spot in reversed(found):
        if spot.context < end < spot.end or (spot.context < end and spot.end == len(data)):
            if spot.end == len(data) and len(data) - spot.start > _MOST_HELD:
                return len(data), spot.more
            end = spot.context
    return end, None
