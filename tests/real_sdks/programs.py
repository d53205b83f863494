"""Code that `dgcheck sdk config` printed, made into programs that run: in a folder with `audio.wav` in it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.real_sdks.network import clean_environment
from tests.real_sdks.pinned import Pinned

CLIP = Path(__file__).parents[2] / "dgcheck" / "speech" / "clip.wav"
BUILD_LIMIT = 240.0  # seconds
RUN_LIMIT = 60.0
# About one in 600 of Python's live connections over TLS 1.3 stops for good: one thread of `websockets.sync` reads the
# server's session tickets while another writes the request (seen with websockets 17.4 on Python 3.11).
RACE = "timed out while waiting for handshake response"
ENDINGS = {"python": "py", "javascript": "js", "go": "go", "rust": "rs"}


class NotBuilt(Exception):
    """The code that was printed does not compile; the compiler's words are the text."""


@dataclass(frozen=True)
class Printed:
    """One program as it was printed: its code, and the variables that were printed with it."""

    name: str
    code: str
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Ran:
    """What a program did."""

    code: int
    out: str
    err: str


class Programs:
    """The programs of one SDK, in a folder of theirs. They are built together, where they are built."""

    def __init__(self, one: Pinned, installed: Path, folder: Path, printed: Sequence[Printed]) -> None:
        self._one, self._place, self._folder = one, installed / one.name, folder
        shutil.copy(CLIP, folder / "audio.wav")
        build = {"javascript": self._javascript, "go": self._go, "rust": self._rust, "java": self._java}
        for program in printed:
            self._file(program).parent.mkdir(parents=True, exist_ok=True)
            self._file(program).write_text(program.code, encoding="utf-8")
        if one.sdk in build:
            build[one.sdk](printed)

    def run(self, program: Printed) -> Ran:
        """Start it as a person would, and wait for its end. What met `RACE` is started once more."""
        ran = self._once(program)
        return self._once(program) if RACE in ran.err else ran

    def _once(self, program: Printed) -> Ran:
        with subprocess.Popen(
            self._command(program),
            cwd=self._folder,
            env={**clean_environment(), **program.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                out, err = process.communicate(timeout=RUN_LIMIT)
            except subprocess.TimeoutExpired:
                process.kill()
                out, err = process.communicate()
                err += f"\nit ran for more than {RUN_LIMIT:.0f} s"
        return Ran(process.returncode, out, err)

    def _file(self, program: Printed) -> Path:
        folder = {"rust": self._folder / "src" / "bin", "go": self._folder / program.name}.get(self._one.sdk)
        if self._one.sdk == "java":  # the file is named for the class
            return self._folder / program.name / f"{_java_class(program.code)}.java"
        module = self._one.sdk == "javascript" and program.code.startswith("import ")
        return (folder or self._folder) / f"{program.name}.{'mjs' if module else ENDINGS[self._one.sdk]}"

    def _command(self, program: Printed) -> list[str]:
        one = self._one.sdk
        if one == "python":
            return [str(self._place / "bin" / "python"), str(self._file(program))]
        if one == "javascript":
            return ["node", str(self._file(program))]
        if one == "java":
            libraries = f"{self._place}/classes:{self._place}/jars/*"
            return ["java", "-cp", f"{self._folder / program.name}:{libraries}", _java_class(program.code)]
        built = {"go": self._folder / "built", "rust": self._place / "target" / "debug"}[one]
        return [str(built / program.name)]

    def _javascript(self, _: Sequence[Printed]) -> None:
        (self._folder / "node_modules").symlink_to(self._place / "node_modules")

    def _go(self, printed: Sequence[Printed]) -> None:
        for name in ("go.mod", "go.sum"):
            shutil.copy(self._place / name, self._folder / name)
        (self._folder / "built").mkdir()
        packages = [f"./{program.name}" for program in printed]
        offline = {"GOFLAGS": "-mod=mod", "GOPROXY": "off", "GOTOOLCHAIN": "local"}
        self._build("go", "build", "-o", "built/", *packages, env=offline)

    def _rust(self, _: Sequence[Printed]) -> None:
        for name in ("Cargo.toml", "Cargo.lock"):
            shutil.copy(self._place / name, self._folder / name)
        target = {"CARGO_TARGET_DIR": str(self._place / "target")}
        self._build("cargo", "build", "--locked", "--offline", "--quiet", "--bins", env=target)

    def _java(self, printed: Sequence[Printed]) -> None:
        for program in printed:
            libraries = f"{self._place}/classes:{self._place}/jars/*"
            self._build("javac", "-d", program.name, "-cp", libraries, str(self._file(program)))

    def _build(self, *words: str, env: Mapping[str, str] | None = None) -> None:
        done = subprocess.run(
            words,
            cwd=self._folder,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=BUILD_LIMIT,
            check=False,
        )
        if done.returncode:
            raise NotBuilt(done.stdout[-6000:])


def _java_class(code: str) -> str:
    return code.partition("public class ")[2].partition(" ")[0]
