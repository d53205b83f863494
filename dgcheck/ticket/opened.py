"""Opens what somebody sent: a saved report, or the bundle that holds one.

The file may come from anybody: damaged, cut off, foreign, a zip bomb, or with names that point elsewhere. Whatever
it is, the answer is a report or a UsageError that says what was found and what to do; memory stays bounded by
`report.saved.MAX_BYTES` and what a report of that size needs. Nothing is ever unpacked to disk.
"""

from __future__ import annotations

import zipfile
import zlib
from typing import TYPE_CHECKING, BinaryIO

from dgcheck.model.errors import UsageError
from dgcheck.report.harmless import one_line
from dgcheck.report.saved import MAX_BYTES
from dgcheck.report.saved import load as read_report

if TYPE_CHECKING:
    from dgcheck.model.report import Report

REPORT_NAME = "report.json"
MANIFEST_NAME = "manifest.json"
MAX_INDEX = 1 << 20  # bytes of a zip's list of names; a bundle with a thousand attached files has a tenth of it
MAX_MANIFEST = 4 << 20
_PIECE = 1 << 16
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_PACKED = {b"\x1f\x8b": "gzip", b"BZ": "bzip2", b"\xfd7": "xz", b"7z": "7-Zip", b"(\xb5": "zstd"}
_ADVICE = "Give the zip that `dgcheck bundle` wrote, or the JSON report of `dgcheck run -o json=FILE`."


def opened(file: BinaryIO) -> Report:
    """The saved report in a file: JSON or YAML as `run -o` wrote it, or a bundle.

    `file` is binary and can seek (an open file, or BytesIO for standard input); it is left open. Raises UsageError
    for everything else, and OSError where the file itself cannot be read.
    """
    first = file.read(4)
    if first not in _ZIP:
        packed = _PACKED.get(first[:2])
        if packed:
            raise UsageError(f"The file is compressed with {packed}. Unpack it first. {_ADVICE}")
        return read_report(first + file.read(MAX_BYTES + 1 - len(first)))
    return read_report(member(file, REPORT_NAME, MAX_BYTES))


def is_bundle(file: BinaryIO) -> bool:
    """Whether a file begins as a zip does. The place in the file is left where it was."""
    here = file.tell()
    file.seek(0)
    first = file.read(4)
    file.seek(here)
    return first in _ZIP


def changed(file: BinaryIO) -> bool:
    """Whether the report of a bundle is another than its manifest says; False where there is no manifest to ask."""
    import json
    from hashlib import sha256

    try:
        listed = json.loads(member(file, MANIFEST_NAME, MAX_MANIFEST))["files"]
        wanted = [one["sha256"] for one in listed if one["name"] == REPORT_NAME]
        return bool(wanted) and wanted != [sha256(member(file, REPORT_NAME, MAX_BYTES)).hexdigest()]
    except (UsageError, ValueError, KeyError, TypeError, RecursionError):
        return False


def member(file: BinaryIO, name: str, limit: int) -> bytes:
    """The bytes of one file of a bundle. Raises UsageError where there is none, it is damaged or above `limit` bytes.

    It may stand in a folder of the zip, as it does after somebody unpacked a bundle and packed it again.
    """
    try:
        with zipfile.ZipFile(_Bounded(file)) as archive:
            return _read(archive, _find(archive, name), limit)
    except UsageError as error:
        raise UsageError(one_line(str(error), 500)) from None
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, IndexError) as error:
        raise UsageError(one_line(_damaged(error), 500)) from None
    except (NotImplementedError, RuntimeError) as error:  # how zipfile says that it lacks a method or a password
        raise UsageError(one_line(f"The zip cannot be read: {error}. {_ADVICE}", 500)) from None


class _Bounded:
    """A file that refuses to give more in one piece than any part of a bundle needs.

    zipfile reads the whole list of names at once, as long as the file says it is.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek = file.seek
        self.tell = file.tell
        file.seek(0)

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes, -1 = to the end. Raises UsageError for more than a list of names may have."""
        if size > MAX_INDEX:
            raise UsageError(f"The zip holds too many files to be a bundle of dgcheck. {_ADVICE}")
        return self._file.read(MAX_INDEX if size < 0 else size)

    def seekable(self) -> bool:
        """Always: see `opened`."""
        return True


def _find(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    """The one member of this name. Raises UsageError for none, for several and for names that point elsewhere."""
    found = []
    for info in archive.infolist():
        parts = safe_parts(info.orig_filename)
        if parts[-1] == name and parts[0] != "__MACOSX" and "attached" not in parts:
            found.append((len(parts), info))
    if not found:
        raise UsageError(f"The zip holds no {name}, so it is no bundle of dgcheck. {_ADVICE}")
    depth = min(length for length, _ in found)
    nearest = [info for length, info in found if length == depth]
    if len(nearest) > 1:
        raise UsageError(f"The zip holds {len(nearest)} files {name}; a bundle has one. {_ADVICE}")
    return nearest[0]


def safe_parts(name: str) -> list[str]:
    """The folders and the name of a member. Raises UsageError for one that no bundle holds: `..`, absolute, control."""
    parts = name.replace("\\", "/").split("/")
    inner = parts[:-1] if parts[-1] == "" else parts  # a folder ends in a slash
    if not name.isprintable() or not inner or any(part in ("", ".", "..") or ":" in part for part in inner):
        raise UsageError(
            f"The zip holds a file named {name[:80]!r}, which points outside of it or cannot be shown; no bundle of"
            " dgcheck does. It may have been made to harm: nothing was read from it."
        )
    return inner


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    if info.flag_bits & 0x1:
        raise UsageError("The zip is locked with a password. Unpack it and give its report.json.")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UsageError(f"The zip is packed in a way that dgcheck does not use. Unpack it. {_ADVICE}")
    if info.file_size > limit:
        raise UsageError(
            f"{info.filename} in the zip would unpack to {info.file_size / 2**20:.0f} MB; at most {limit // 2**20} are"
            f" read. It is no bundle of dgcheck. {_ADVICE}"
        )
    data = bytearray()
    with archive.open(info) as packed:
        # In pieces, because zipfile unpacks as much as it is asked for before it looks at the size.
        while piece := packed.read(_PIECE):
            data += piece
    if len(data) != info.file_size:
        raise zipfile.BadZipFile("it is shorter than it says")
    return bytes(data)


def _damaged(error: Exception) -> str:
    if isinstance(error, zipfile.BadZipFile) and "not a zip file" in str(error):
        return (
            "The bundle ends in the middle: it was not written, copied or sent to its end. Fetch it again, or make a"
            " new one: dgcheck bundle URL."
        )
    said = str(error) or type(error).__name__
    return (
        f"The bundle is damaged ({said[:1].lower()}{said[1:]}). Fetch it again, or make a new one: dgcheck bundle URL."
    )
