"""The one file of a ticket: a zip whose every member passed a last look for secrets, with a manifest of all of them.

Members are written as they come, so that an attached log of any size needs no memory; the manifest is the last.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import IO, BinaryIO

from dgcheck.model.record import dataclass
from dgcheck.report.json import laid_out
from dgcheck.ticket.opened import MANIFEST_NAME
from dgcheck.wire.last_look import LastLook, Watched

SCHEMA = "dgcheck/bundle/v1"
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # what a zip can say
_LEVEL = 6


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a bundle, as the manifest lists it."""

    name: str
    size: int  # bytes
    sha256: str
    about: str


class Bundle:
    """A zip being written to `file`, which can be read and sought as well.

    `look` is the last look at every byte; `moment` dates all members: (year, month, day, hour, minute, second) in UTC.
    """

    def __init__(self, file: BinaryIO, look: LastLook, moment: tuple[int, int, int, int, int, int]) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)
        self._look = look
        self._moment = max(moment, _EARLIEST)
        self.members: list[Member] = []

    def add(self, name: str, text: str, about: str = "") -> None:
        """Write one file of text. Raises SecretSeen, and writes nothing then."""
        self._look.text(text, name)
        self._look.text(name, "the name of a file")
        data = text.encode("utf-8", "backslashreplace")
        self._zip.writestr(self._info(name), data)
        self.members.append(Member(name, len(data), sha256(data).hexdigest(), about))

    @contextmanager
    def stream(self, name: str, about: str = "") -> Iterator[Watched]:
        """A file that is written piece by piece; there is none where nothing is written.

        Raises SecretSeen as soon as a piece holds a secret: the zip is not to be kept then.
        """
        self._look.text(name, "the name of a file")
        pieces = _Pieces(lambda: self._zip.open(self._info(name), "w", force_zip64=True))
        watched = self._look.watched(pieces.write, name)
        try:
            yield watched
            watched.close()
        finally:
            pieces.close()
        if pieces.bytes:
            self.members.append(Member(name, pieces.bytes, pieces.digest.hexdigest(), about))

    def read(self, name: str) -> IO[bytes]:
        """A file that was written already, from its beginning."""
        return self._zip.open(name)

    def close(self, **facts: object) -> None:
        """Write the manifest, with these facts before the list of files, and end the zip."""
        files = [{"name": one.name, "size": one.size, "sha256": one.sha256, "about": one.about} for one in self.members]
        self.add(MANIFEST_NAME, laid_out({"schema": SCHEMA, **facts, "files": files}) + "\n")
        self._zip.close()

    def abandon(self) -> None:
        """End the zip without a manifest: it is not meant to be kept."""
        self._zip.close()

    def _info(self, name: str) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(name, self._moment)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        info.create_system = 3  # Unix, whose permissions these are
        return info


class _Pieces:
    """One member while it is written: opened by its first byte, counted and hashed."""

    def __init__(self, opened: Callable[[], IO[bytes]]) -> None:
        self._opened = opened
        self._file: IO[bytes] | None = None
        self.bytes = 0
        self.digest = sha256()

    def write(self, data: bytes) -> None:
        if not data:
            return
        self._file = self._file or self._opened()
        self._file.write(data)
        self.bytes += len(data)
        self.digest.update(data)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
