"""Builds `dgcheck.pyz`: one file that runs on a bare Python 3.11 or newer, on a machine without a network.

    python3 tests/pyz/build.py dgcheck.pyz

Needs pip and a network, or an index that pip is told of. What goes in are the very packages of `requirements.lock`,
checked by their hashes. Two of them are compiled, so the file is for the system and processor that it is built on; of
the one that is compiled for each Python anew, the variants for all of `PYTHONS` are put side by side.
"""

from __future__ import annotations

import hashlib
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import zipapp
import zipfile
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
FOR_EACH_PYTHON = "cffi"
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input")
CHECKED = ("--no-deps", "--require-hashes", "--only-binary=:all:")
LEFT_OUT = ("__pycache__", "bin", "pycparser", "cffi")  # `cffi` itself is for who compiles
# Any Python can read these lines, so that an old one can say that it is too old.
FIRST_LINES = """
import sys

if sys.version_info < (3, 11):
    found = sys.version_info[:2] + (sys.executable,)
    sys.exit("dgcheck needs Python 3.11 or newer; this is Python %d.%d (%s)" % found)

import start

start.main()
"""
_BLOCK = re.compile(r"^([A-Za-z0-9._-]+)==.*?(?=^[A-Za-z0-9]|\Z)", re.MULTILINE | re.DOTALL)


def needed(lock: str) -> dict[str, str]:
    """Name -> its lines in the lock, for all that dgcheck needs when it runs; what only builds it is left out."""
    blocks = {match[1]: match[0] for match in _BLOCK.finditer(lock)}
    wanted_by = {name: _wanted_by(block) for name, block in blocks.items()}
    found = {name for name, by in wanted_by.items() if "dgcheck (pyproject.toml)" in by}
    while more := {name for name, by in wanted_by.items() if name not in found and by & found}:
        found |= more
    return {name: block for name, block in blocks.items() if name in found}


def _wanted_by(block: str) -> set[str]:
    """Who needs it, from the comments beneath it."""
    said = block.partition("# via")[2]
    return {line.strip(" #") for line in said.splitlines() if line.strip(" #")}


def build(target: Path) -> Path:
    """Make the file. Raises CalledProcessError with what pip said, where a package cannot be had."""
    with tempfile.TemporaryDirectory(prefix="dgcheck-pyz-") as folder:
        work, site = Path(folder), Path(folder, "app", "site")
        blocks = needed((ROOT / "requirements.lock").read_text(encoding="utf-8"))
        (work / "all.txt").write_text("\n".join(blocks.values()), encoding="utf-8")
        _pip("install", "--quiet", "--no-compile", "--target", str(site), *CHECKED, "-r", str(work / "all.txt"))
        (work / "each.txt").write_text(blocks[FOR_EACH_PYTHON], encoding="utf-8")
        for wheel in _wheels(work):
            _extensions(wheel, site)
        _tidy(site)
        shutil.copytree(ROOT / "dgcheck", site / "dgcheck", ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        shutil.copy(HERE / "start.py", work / "app" / "start.py")
        (work / "app" / "__main__.py").write_text(FIRST_LINES, encoding="ascii")
        (work / "app" / "build.txt").write_text(_name(work / "app"), encoding="ascii")
        zipapp.create_archive(work / "app", target, interpreter="/usr/bin/env python3", compressed=True)
    return target


def _pip(*words: str) -> None:
    subprocess.run([*PIP, *words], check=True, stdin=subprocess.DEVNULL)


def _wheels(work: Path) -> Iterator[Path]:
    """The wheels of the package that is compiled for each Python; on Linux for all of them, else for this one."""
    for python in PYTHONS if sys.platform == "linux" else ():
        place = work / python
        places = [f"manylinux_2_{minor}_{platform.machine()}" for minor in (28, 26, 17)]
        places.append(f"manylinux2014_{platform.machine()}")
        only = [word for name in places for word in ("--platform", name)]
        how = ("--implementation", "cp", "--python-version", python, *only)
        _pip("download", "--quiet", "--dest", str(place), *CHECKED, *how, "-r", str(work / "each.txt"))
        yield from sorted(place.glob("*.whl"))


def _extensions(wheel: Path, site: Path) -> None:
    """What is compiled in a wheel, beside the others: its names differ from Python to Python."""
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.endswith(".so") and "/" not in name:
                (site / name).write_bytes(archive.read(name))


def _tidy(site: Path) -> None:
    """Leave out what no run needs."""
    for path in sorted(site.rglob("*"), reverse=True):
        if path.is_dir() and (path.name == "__pycache__" or (path.parent == site and path.name in LEFT_OUT)):
            shutil.rmtree(path)


def _name(app: Path) -> str:
    """A name for exactly this content: two builds never share the folder that they are unpacked to."""
    digest = hashlib.sha256()
    for path in sorted(app.rglob("*")):
        if path.is_file():
            digest.update(f"{path.relative_to(app).as_posix()}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


if __name__ == "__main__":
    made = build(Path(sys.argv[1] if len(sys.argv) > 1 else "dgcheck.pyz"))
    print(f"{made}: {made.stat().st_size / 1e6:.1f} MB, for {platform.system()} on {platform.machine()}")
