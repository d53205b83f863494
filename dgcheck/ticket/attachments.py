"""Files that a person attaches: found, named, cleaned of secrets on the way in, and what was left out and why."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import BinaryIO

from dgcheck.model.errors import UsageError
from dgcheck.model.record import dataclass, replace
from dgcheck.ticket.bundle import Bundle
from dgcheck.ticket.scrubbed import scrub
from dgcheck.wire.redact import Redactor

FOLDER = "attached"
STDIN = "-"
MOST_FILES = 500
MOST_BYTES = 2 << 30  # of one file
_DEEPEST = 8  # folders within a folder
_LONGEST = 120  # characters of a name in the bundle


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file to attach: its place (`-` = standard input), and its name within `attached/`."""

    path: str
    name: str


@dataclass(frozen=True, slots=True)
class Attached:
    """What became of it. `name` is its name in the bundle; `problem` says why it was left out, '' when it is there."""

    path: str
    name: str
    kind: str = ""  # text, settings
    bytes: int = 0
    hidden: int = 0
    problem: str = ""


def found(
    given: Sequence[str], clean: Callable[[str], str] = str
) -> tuple[tuple[Attachment, ...], tuple[Attached, ...]]:
    """The files behind what was given, folders opened, and those of a folder that are left out.

    `clean` takes the secrets out of their names. Links within a folder are not followed, so that nothing outside of it
    comes along. Raises UsageError for what is not there, cannot be read or is too much.
    """
    files: list[tuple[str, str]] = []
    left: list[Attached] = []
    for path in dict.fromkeys(given):
        if path == STDIN:
            files.append((path, "standard-input.log"))
        elif os.path.isdir(path):
            for inner, name in _within(path, _base(path), _DEEPEST, left):
                files.append((inner, name))
                if len(files) > MOST_FILES:
                    raise UsageError(f"--attach {path}: it holds more than {MOST_FILES} files; name those that matter")
        else:
            _readable(path)
            files.append((path, _base(path)))
    named = _named([(path, clean(name)) for path, name in files])
    return named, tuple(replace(one, name=f"{FOLDER}/{_plain(clean(one.name))}") for one in left)


def _base(path: str) -> str:
    return os.path.basename(os.path.abspath(path)) or "folder"


def _readable(path: str) -> None:
    try:
        with open(path, "rb"):
            pass
    except OSError as error:
        why = "there is no such file" if isinstance(error, FileNotFoundError) else (error.strerror or "").lower()
        raise UsageError(f"--attach {path}: {why or type(error).__name__}") from None
    except ValueError:
        raise UsageError("--attach: this is no file name") from None


def _within(folder: str, name: str, depth: int, left: list[Attached]) -> Iterator[tuple[str, str]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        raise UsageError(f"--attach {folder}: {(error.strerror or type(error).__name__).lower()}") from None
    for entry in entries:
        inner = f"{name}/{entry.name}"
        if entry.is_symlink():
            left.append(Attached(entry.path, inner, problem="a link is not followed; attach what it points to"))
        elif entry.is_dir(follow_symlinks=False):
            if depth:
                yield from _within(entry.path, inner, depth - 1, left)
            else:
                left.append(Attached(entry.path, inner, problem=f"more than {_DEEPEST} folders deep"))
        elif entry.is_file(follow_symlinks=False):
            yield entry.path, inner
        else:
            left.append(Attached(entry.path, inner, problem="no file, but a device, a pipe or a socket"))


def _named(files: Sequence[tuple[str, str]]) -> tuple[Attachment, ...]:
    """Each file with a name of its own that is harmless everywhere."""
    taken: set[str] = set()
    made = []
    for path, name in files:
        plain = _plain(name.removesuffix(".gz"))  # what is compressed is unpacked on the way
        base, dot, ending = plain.rpartition(".")
        base, ending = (base, dot + ending) if dot and "/" not in ending and base else (plain, "")
        number, unique = 1, plain
        while unique.lower() in taken:
            number += 1
            unique = f"{base}-{number}{ending}"
        taken.add(unique.lower())
        made.append(Attachment(path, unique))
    return tuple(made)


def _plain(name: str) -> str:
    return "/".join(harmless(part) for part in name.split("/"))


def harmless(part: str) -> str:
    """The name of a file or folder with letters, digits, `.`, `_` and `-` alone, never empty, never hidden."""
    kept = "".join(char if char.isascii() and (char.isalnum() or char in "._-") else "_" for char in part)
    kept = kept[:_LONGEST].strip(".") or "file"
    return f"_{kept}" if kept.startswith("-") else kept


def attach(
    bundle: Bundle,
    one: Attachment,
    opened: Callable[[str], AbstractContextManager[BinaryIO]],
    redactor: Redactor,
    most: int = MOST_BYTES,
) -> Attached:
    """Write one file into the bundle without its secrets. `opened` opens a path, also `-`.

    Raises SecretSeen, for which the bundle is not to be kept.
    """
    in_bundle = f"{FOLDER}/{one.name}"
    try:
        with opened(one.path) as file:
            source = _Source(file.read, most)
            with bundle.stream(in_bundle, "attached, without its secrets") as sink:
                done = scrub(source, sink, redactor, name=one.name)
    except (OSError, EOFError, zlib.error) as error:
        why = "it ends in the middle" if isinstance(error, EOFError) else getattr(error, "strerror", "") or str(error)
        return Attached(one.path, in_bundle, problem=f"cannot be read: {why.lower()}")
    problem = done.problem or ("it is empty" if done.kind == "empty" else "")
    if source.over and not problem:
        return Attached(one.path, in_bundle, done.kind, done.bytes_out, done.hidden, f"only its first {most >> 20} MB")
    return Attached(one.path, in_bundle, done.kind, done.bytes_out, done.hidden, problem)


class _Source:
    """A file that ends after `most` bytes; `over` tells that there was more."""

    def __init__(self, read: Callable[[int], bytes], most: int) -> None:
        self._read = read
        self._left = most
        self.over = False

    def read(self, size: int) -> bytes:
        """At most `size` bytes."""
        if self._left == 0:
            self.over = self.over or bool(self._read(1))
            return b""
        data = self._read(min(size, self._left))
        self._left -= len(data)
        return data
