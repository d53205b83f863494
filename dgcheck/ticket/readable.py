"""A file of unknown origin as plain text, piece by piece: in UTF-8, unpacked, without what commands a terminal.

A log out of a terminal is full of colours, and they stand between a name and its value, where they would hide a secret
from whoever looks for it; so they are taken out before. What is left of control characters, direction overrides and
invisible signs becomes a visible escape.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dgcheck.model.pattern import pattern
from dgcheck.model.record import dataclass

if TYPE_CHECKING:
    from dgcheck.ticket.scrubbed import Source

MOST_UNPACKED = 1 << 30  # bytes that a compressed log may have; more is a bomb, or nothing that anybody reads
_PACKED_RATIO = 200  # a log shrinks to a tenth or a thirtieth
_HEAD = 4096
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a ZIP archive"),
    (b"PK\x05\x06", "a ZIP archive"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd"),
    (b"\xfd7zXZ\x00", "compressed with xz"),
    (b"BZh", "compressed with bzip2"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"%PDF", "a PDF"),
    (b"RIFF", "audio or a picture"),
    (b"OggS", "audio"),
    (b"fLaC", "audio"),
    (b"ID3", "audio"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"SQLite format 3", "a database"),
    (b"\xd4\xc3\xb2\xa1", "a packet capture"),
    (b"\x0a\x0d\x0d\x0a", "a packet capture"),
)
_WHY = "so secrets cannot be looked for in it"
_COLOUR = pattern(
    rb"\x1b\[[0-9:;<=>?]{0,64}[ -/]{0,8}[@-~]|\x1b\][^\x07\x1b\r\n]{0,4096}(?:\x07|\x1b\\)?"
    rb"|\x1b[PX^_][^\x1b\r\n]{0,4096}(?:\x1b\\)?"
    rb"|\x1b[()*+][A-Za-z0-9]|\x1b[=>78cDEHMNOZ]"
)
_CONTROLS = bytes(one for one in (*range(32), 127) if one not in b"\t\n\r")
_CONTROL = pattern(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# The lead byte of everything outside ASCII that is unsafe to look at, each with what follows it: C1 controls and the
# soft hyphen, Arabic marks, fillers, invisible and direction signs, byte order marks, tags.
_UNSAFE = tuple(
    pattern(shape)
    for shape in (
        rb"\xc2[\x80-\x9f\xad]",
        rb"\xcd\x8f",
        rb"\xd8[\x80-\x85\x9c]",
        rb"\xe1(?:\x85[\x9f\xa0]|\x9e[\xb4\xb5]|\xa0[\x8b-\x8f])",
        rb"\xe2(?:\x80[\x8b-\x8f\xa8-\xae]|\x81[\xa0-\xaf]|\xa0\x80)",
        rb"\xe3\x85\xa4",
        rb"\xef(?:\xbb\xbf|\xb8[\x80-\x8f]|\xbe\xa0|\xbf[\xb0-\xbb\xbe\xbf])",
        rb"\xf3\xa0[\x80-\xbf][\x80-\xbf]",
    )
)


@dataclass(frozen=True, slots=True)
class Readable:
    """A text that was begun: its first piece, and where the rest comes from. With a `problem` it is none."""

    source: Source
    size: int
    first: bytes
    encoding: str = "utf-8"
    problem: str = ""

    def pieces(self) -> Iterator[bytes]:
        """The text in UTF-8, safe to look at. Raises what the source raises."""
        packed, _, charset = self.encoding.rpartition("+")
        raw: Iterator[bytes] = self._raw()
        if packed:
            raw = _unpacked(raw)
        if charset != "utf-8":
            raw = _decoded(raw, charset)
        return _safe(raw)

    def _raw(self) -> Iterator[bytes]:
        data = self.first
        while data:
            yield data
            data = self.source.read(self.size)


def opened(source: Source, size: int) -> Readable:
    """Begin to read: tells the encoding, and whether it is a text at all."""
    first = source.read(size)
    head = first[:_HEAD]
    packed = ""
    if head.startswith(b"\x1f\x8b"):
        import zlib

        try:
            head, packed = next(_unpacked(iter([first])), b"")[:_HEAD], "gzip+"
        except (zlib.error, EOFError):
            return Readable(source, size, first, "binary", f"it is damaged, {_WHY}")
        if head[257:262] == b"ustar":
            return Readable(source, size, first, "gzip", f"it is an archive, {_WHY}: attach what is in it")
    if head[257:262] == b"ustar":
        return Readable(source, size, first, "binary", f"it is an archive, {_WHY}: attach what is in it")
    known = next((what for magic, what in _MAGIC if head.startswith(magic)), "")
    if known:
        return Readable(source, size, first, "binary", f"it is {known}, {_WHY}")
    charset = _charset(head)
    if not charset:
        return Readable(source, size, first, "binary", f"it is no text, {_WHY}")
    return Readable(source, size, first, packed + charset)


def _charset(head: bytes) -> str:
    """How a text is encoded, '' where it is none. NULs alone are no reason: a log that was cut begins with them."""
    if head.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return "utf-32"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    even, odd = head[::2].count(0), head[1::2].count(0)
    half = max(1, len(head) // 2)
    if odd > 0.6 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.6 * half and odd < 0.1 * half:
        return "utf-16-be"
    rest = head.replace(b"\0", b"")
    strange = len(rest) - len(rest.translate(None, _CONTROLS.replace(b"\x1b", b"").replace(b"\0", b"")))
    try:
        rest[:-4].decode("utf-8")
    except UnicodeDecodeError:
        strange += sum(byte > 127 for byte in rest) // 2
    return "utf-8" if strange <= len(rest) // 5 else ""


def _unpacked(raw: Iterator[bytes]) -> Iterator[bytes]:
    """What a gzip file holds, also of several members. Raises zlib.error where it is damaged, EOFError where it ends in
    the middle, OSError for a bomb."""
    import zlib

    inflate = zlib.decompressobj(31)
    packed = came = 0
    ended = False
    for piece in raw:
        packed += len(piece)
        while piece:
            ended = False
            data = inflate.decompress(piece, 1 << 20)
            came += len(data)
            if came > MOST_UNPACKED or (came > (1 << 24) and came > packed * _PACKED_RATIO):
                raise OSError("it unpacks to far more than a log does")
            if data:
                yield data
            piece = inflate.unconsumed_tail
            if inflate.eof:
                ended = True
                piece = inflate.unused_data.lstrip(b"\0")
                inflate = zlib.decompressobj(31)
    if not ended:
        raise EOFError


def _decoded(raw: Iterator[bytes], charset: str) -> Iterator[bytes]:
    from codecs import getincrementaldecoder

    decoder = getincrementaldecoder(charset)("replace")
    for piece in raw:
        yield decoder.decode(piece).encode("utf-8", "replace")
    yield decoder.decode(b"", True).encode("utf-8", "replace")


def _safe(raw: Iterator[bytes]) -> Iterator[bytes]:
    """The same without colours and byte order mark, and with every other sign that is unsafe to look at as a visible
    escape."""
    held = next(raw, b"").removeprefix(b"\xef\xbb\xbf")
    for piece in raw:
        together = held + piece
        end = _whole(together)
        yield _escaped(together[:end])
        held = together[end:]
    yield _escaped(held)


def _whole(data: bytes) -> int:
    """How much of it ends neither within a character nor within an escape sequence."""
    if data.endswith(b"\r"):
        return len(data) - 1
    tail = data[-4200:]
    escape = tail.rfind(b"\x1b")
    if escape >= 0 and not _COLOUR.match(tail, escape):
        return len(data) - len(tail) + escape
    if (escape >= 0 and len(tail) - escape < 64) or not data.isascii():
        for back in range(1, min(4, len(data)) + 1):
            byte = data[-back]
            if byte >= 0xC0:
                return len(data) - back
            if byte < 0x80:
                break
    return len(data)


def _escaped(data: bytes) -> bytes:
    if b"\x1b" in data:
        data = _COLOUR.sub(b"", data)
    if len(data.translate(None, _CONTROLS)) != len(data):
        data = _NULS.sub(_counted, data) if b"\0" in data else data
        data = _CONTROL.sub(lambda found: b"\\x%02x" % found.group()[0], data)
    if b"\r" in data:
        data = _RETURN.sub(rb"\\r", data)
    if not data.isascii():
        for shape in _UNSAFE:
            data = shape.sub(_visible, data)
    return data


_RETURN = pattern(rb"\r(?!\n)")  # without a line's end it writes over what the line said
_NULS = pattern(rb"\x00{16,}")


def _counted(found: re.Match[bytes]) -> bytes:
    return b"\\x00 (%d times)" % len(found.group())


def _visible(found: re.Match[bytes]) -> bytes:
    number = ord(found.group().decode("utf-8"))
    return (
        f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}" if number < 65536 else f"\\U{number:08x}"
    ).encode()
