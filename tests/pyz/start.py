"""Starts dgcheck out of its one file.

A library with compiled parts cannot be loaded out of an archive, so the archive is unpacked once, into the user's cache
(`XDG_CACHE_HOME`, `LOCALAPPDATA`, else `~/.cache`); where that cannot be, into a folder that is gone when dgcheck ends.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import NoReturn

_OTHERS_MAY_WRITE = 0o022


def main() -> None:
    """Run dgcheck with the words of the command line, and exit as it does."""
    sys.path[0] = str(_unpacked(Path(sys.argv[0])))
    from dgcheck.cli import main as run

    sys.exit(run())


def _unpacked(archive: Path) -> Path:
    """The folder that dgcheck and its libraries are in."""
    with zipfile.ZipFile(archive) as opened:
        name = opened.read("build.txt").decode("ascii")
        for cache in _caches():
            place = cache / name
            if _mine(place) or _unpack(opened, place):
                return place / "site"
        try:
            folder = tempfile.mkdtemp(prefix="dgcheck-")
            _remove_at_the_end(folder)
            opened.extractall(folder)
        except OSError as error:
            sys.exit(f"dgcheck: no room to unpack: {error}. Set XDG_CACHE_HOME or TMPDIR to a folder with 40 MB.")
        return Path(folder, "site")


def _remove_at_the_end(folder: str) -> None:
    """However this process ends itself: dgcheck leaves at once after a run, past what Python does at its end."""
    leave = os._exit

    def clean(status: int) -> NoReturn:
        shutil.rmtree(folder, ignore_errors=True)
        leave(status)

    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os._exit = clean
    sys.dont_write_bytecode = True


def _caches() -> list[Path]:
    """Where programs of this user may keep what they can make again; none where there is no such place."""
    named = os.environ.get("LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME", "")
    home = os.path.expanduser("~")
    folder = Path(named) if os.path.isabs(named) else Path(home, ".cache") if os.path.isabs(home) else None
    return [folder / "dgcheck"] if folder else []


def _mine(place: Path) -> bool:
    """Whether it is there, and nobody else can have put anything into it."""
    try:
        found = place.stat()
    except OSError:
        return False
    if not hasattr(os, "getuid"):
        return True
    return found.st_uid == os.getuid() and not found.st_mode & _OTHERS_MAY_WRITE


def _unpack(archive: zipfile.ZipFile, place: Path) -> bool:
    """Put all of it there at once, also when several start at the same time; False where that cannot be."""
    beside = ""
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.parent)  # for this user alone
        archive.extractall(beside)
        os.rename(beside, place)
    except OSError:
        if beside:
            shutil.rmtree(beside, ignore_errors=True)
        return _mine(place)  # another was quicker
    return True
