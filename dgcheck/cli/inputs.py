"""The logs that `dgcheck explain` is given: opened, looked at, and read in blocks."""

from __future__ import annotations

import os
import stat
import sys

from dgcheck.model.errors import UsageError

TYPE_CHECKING = False  # typing is not imported: `explain` pays for it
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

    from dgcheck.explain.read import Reader

LOOKED_AT = 8192  # bytes in which a file must not show that it is no text
_PACKED = b"\x1f\x8b"
_WIDE = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


def read_all(reader: Reader, files: list[str]) -> None:
    """Read every file, `-` for standard input. Raises UsageError for what cannot be read or holds nothing."""
    if files.count("-") > 1:
        raise UsageError("standard input can be read only once")
    for name in files:
        shown = "standard input" if name == "-" else name
        try:
            if name == "-":
                _read(reader, _standard_input(), shown, "-")
            elif stat.S_ISDIR(os.stat(name).st_mode):
                raise UsageError(f"{shown} is a directory; name the files in it, as in {name.rstrip('/')}/*.log")
            else:
                with open(name, "rb") as file:
                    _read(reader, file, shown, name)
        except (OSError, EOFError) as error:
            raise UsageError(f"{shown} cannot be read: {_why(error)}") from None


def _standard_input() -> BinaryIO:
    if sys.stdin is None:
        raise UsageError("standard input is closed")
    return sys.stdin.buffer


def _read(reader: Reader, file: BinaryIO, shown: str, name: str) -> None:
    first = file.read(LOOKED_AT)
    if first[:2] == _PACKED:
        import gzip
        import zlib

        try:
            with gzip.GzipFile(fileobj=_Again(first, file.read)) as packed:  # type: ignore[call-overload]
                _read(reader, packed, shown, name)
        except (gzip.BadGzipFile, zlib.error):
            raise UsageError(f"{shown} cannot be read: it is no whole gzip file") from None
        return
    wide = _WIDE.get(first[:2])
    if not first.strip():
        rest = first and file.read(1 << 20).strip()
        if not rest:
            raise UsageError(f"{shown} is empty")
        first += rest
    if first.startswith(b"PK\x03\x04"):
        raise UsageError(f"{shown} is a zip; a bundle of dgcheck is read by: dgcheck diagnose {name}")
    if not wide and b"\x00" in first:
        raise UsageError(f"{shown} is no text; was another file meant?")
    again = _Again(first, file.read)
    reader.stream(_narrowed(again.read, wide) if wide else again.read, name)


class _Again:
    """What was read already, and then the rest."""

    def __init__(self, first: bytes, rest: Callable[[int], bytes]) -> None:
        self._first = first
        self._rest = rest

    def read(self, size: int) -> bytes:
        """At most `size` bytes; b"" at the end."""
        if self._first:
            found, self._first = self._first[:size], self._first[size:]
            return found
        return self._rest(size)


def _narrowed(read: Callable[[int], bytes], encoding: str) -> Callable[[int], bytes]:
    """UTF-16, as PowerShell writes it, read as UTF-8."""
    import codecs

    decoder = codecs.getincrementaldecoder(encoding)("replace")

    def narrowed(size: int) -> bytes:
        while data := read(size):
            if text := decoder.decode(data):
                return text.encode("utf-8", "replace")
        return b""

    return narrowed


def _why(error: OSError | EOFError) -> str:
    if isinstance(error, EOFError):
        return "it ends in the middle"
    return (error.strerror or type(error).__name__).lower()
