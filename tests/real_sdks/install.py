"""Installs the real SDKs of `pinned` into a folder, each in an environment of its own, by its own package manager.

`python3 -m tests.real_sdks.install FOLDER` (default: the folder that DGCHECK_REAL_SDKS names). Needs nothing but
Python; what has no toolchain on this machine, or is not served by its registry, is left out and said.
FOLDER/installed.json tells the tests what there is. What is installed already stays. Exit code 1 when one failed that
should have worked.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.real_sdks.pinned import (
    FIXTURES,
    GO_LANGUAGE,
    GO_LIBRARIES,
    INSTALLED,
    NODE_LIBRARIES,
    NOT_SERVED,
    PINNED,
    PYTHON_LIBRARIES,
    VARIABLE,
    Pinned,
)

LIMIT = 900.0  # seconds for one command
NEEDS = {"pip": ("venv",), "npm": ("npm", "node"), "go": ("go",), "cargo": ("cargo", "cc"), "mvn": ("mvn", "javac")}


class Failed(Exception):
    """A command failed; its last words are the text."""


def run(*words: str | Path, cwd: Path, env: Mapping[str, str] | None = None) -> None:
    """Run a command to its end. Raises Failed."""
    try:
        done = subprocess.run(
            [str(word) for word in words],
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Failed(f"{words[0]} took longer than {LIMIT:.0f} s") from None
    except OSError as error:
        raise Failed(f"{words[0]}: {error}") from None
    if done.returncode:
        raise Failed(done.stdout.decode("utf-8", "replace").strip()[-3000:])


def with_pip(one: Pinned, place: Path) -> None:
    """A virtual environment. One pip fills all of them: to give each its own takes longer than the SDK."""
    tool = place.parent / "pip"
    if not (tool / "bin" / "pip").exists():
        run(sys.executable, "-m", "venv", tool, cwd=place)
    run(sys.executable, "-m", "venv", "--without-pip", place, cwd=place)
    quiet = ("--python", place / "bin" / "python", "install", "-q", "--disable-pip-version-check", "--no-compile")
    constraints = place / "constraints.txt"
    constraints.write_text("\n".join(PYTHON_LIBRARIES) + "\n")
    run(tool / "bin" / "python", "-m", "pip", *quiet, "-c", constraints, f"{one.package}=={one.version}", cwd=place)


def with_npm(one: Pinned, place: Path) -> None:
    """A project with the package in it."""
    (place / "package.json").write_text('{"private": true}\n')
    quiet = ("--no-audit", "--no-fund", "--ignore-scripts", "--save-exact", "--loglevel=error")
    run("npm", "install", *quiet, f"{one.package}@{one.version}", *NODE_LIBRARIES, cwd=place)


def with_go(one: Pinned, place: Path) -> None:
    """A module that requires it, with the driver built. Version 1 has no `/v3` in its import paths."""
    source = (FIXTURES / "go" / "driver.go").read_text()
    newest = "github.com/deepgram/deepgram-go-sdk/v3"
    (place / "driver.go").write_text(source.replace(newest + "/", one.package + "/"))
    (place / "go.mod").write_text(f"module driver\n\ngo {GO_LANGUAGE}\n")
    env = {"GOTOOLCHAIN": "local", "GOFLAGS": "-mod=mod"}
    run("go", "get", f"{one.package}@v{one.version}", *GO_LIBRARIES, cwd=place, env=env)
    run("go", "build", "-o", "driver", ".", cwd=place, env=env)
    if one.package == newest:  # it alone has clients for voices and the voice agent as they are now
        (place / "talker").mkdir(exist_ok=True)
        shutil.copy(FIXTURES / "go" / "talker" / "main.go", place / "talker")
        run("go", "build", "-o", "talk", "./talker", cwd=place, env=env)


def with_cargo(one: Pinned, place: Path) -> None:
    """A crate with the driver in it, built as its lock file says."""
    shutil.copytree(FIXTURES / "rust", place, dirs_exist_ok=True)
    assert f'"={one.version}"' in (place / "Cargo.toml").read_text(), "Cargo.toml and the table differ"
    run("cargo", "build", "--locked", "--quiet", cwd=place)


def with_mvn(one: Pinned, place: Path) -> None:
    """The jars of the package, and the driver compiled against them."""
    group, _, artifact = one.package.partition(":")
    pom = (FIXTURES / "java" / "pom.xml").read_text()
    (place / "pom.xml").write_text(pom.format(group=group, artifact=artifact, version=one.version))
    run("mvn", "-B", "-q", "dependency:copy-dependencies", "-DoutputDirectory=jars", cwd=place)
    source = FIXTURES / "java" / "Driver.java"
    run("javac", "-d", "classes", "-cp", "jars/*", source, cwd=place)


HOW: Mapping[str, Callable[[Pinned, Path], None]] = {
    "pip": with_pip,
    "npm": with_npm,
    "go": with_go,
    "cargo": with_cargo,
    "mvn": with_mvn,
}


def lacking(tool: str) -> str:
    """The first program that the tool needs and this machine has not; '' when all are there."""
    return next((name for name in NEEDS[tool] if name != "venv" and shutil.which(name) is None), "")


def install(one: Pinned, folder: Path, known: dict[str, dict[str, object]]) -> dict[str, object]:
    """Install one: {"status": "installed" | "no toolchain" | "not served" | "failed", "why", "seconds", "made_of"}."""
    place, made_of = folder / one.name, digest(one)
    before = known.get(one.name, {})
    if before.get("status") == "installed" and before.get("made_of") == made_of and place.exists():
        return before
    started = time.monotonic()
    if absent := lacking(one.tool):
        return {"status": "no toolchain", "why": f"this machine has no {absent}", "seconds": 0.0}
    place.mkdir(parents=True, exist_ok=True)
    status, why = "installed", ""
    try:
        HOW[one.tool](one, place)
    except Failed as error:
        refused = any(word in str(error) for word in NOT_SERVED)
        status = "not served" if refused else "failed"
        why = f"no registry serves {one.package} {one.version}" if refused else str(error)
    return {"status": status, "why": why, "seconds": round(time.monotonic() - started, 1), "made_of": made_of}


def digest(one: Pinned) -> str:
    """A fingerprint of what it is made of: the pinned versions, and the driver where that is built."""
    text = repr((one, PYTHON_LIBRARIES, NODE_LIBRARIES, GO_LANGUAGE, GO_LIBRARIES)).encode()
    source = FIXTURES / one.sdk
    if one.tool in ("go", "cargo", "mvn"):
        text += b"".join(file.read_bytes() for file in sorted(source.rglob("*")) if file.is_file())
    return hashlib.sha256(text).hexdigest()[:16]


def install_all(folder: Path) -> dict[str, dict[str, object]]:
    """All of them: the tools beside each other, the versions of one tool one after the other."""
    file = folder / INSTALLED
    known: dict[str, dict[str, object]] = json.loads(file.read_text()) if file.exists() else {}
    found: dict[str, dict[str, object]] = {}

    def each(tool: str) -> None:
        for one in PINNED:
            if one.tool == tool:
                found[one.name] = install(one, folder, known)
                print(f"{one.spoken:<20} {found[one.name]['status']:<13} {found[one.name]['seconds']:>6} s", flush=True)

    with ThreadPoolExecutor(len(HOW)) as pool:
        list(pool.map(each, HOW))
    file.write_text(json.dumps(found, indent=1) + "\n")
    return found


def main() -> int:
    """Install, and say what there is."""
    words = sys.argv[1:] or [os.environ.get(VARIABLE, "")]
    if len(words) != 1 or not words[0]:
        print(f"usage: python3 -m tests.real_sdks.install FOLDER (or {VARIABLE}=FOLDER)", file=sys.stderr)
        return 2
    folder = Path(words[0]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    found = install_all(folder)
    for name, one in found.items():
        if one["why"]:
            print(f"\n{name}: {one['status']}\n{one['why']}")
    return int(any(one["status"] == "failed" for one in found.values()))


if __name__ == "__main__":
    sys.exit(main())
