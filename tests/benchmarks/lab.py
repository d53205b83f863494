"""The yardstick's laboratory, under names of its own: two network namespaces, a delay line, a stub endpoint.

The yardstick is a folder (`stub.py`, `delaynet.c`, reference clients, `pb.py` the timer, `lab.sh`...) that is not part
of this project; its README says what is in it. Its scripts are copied with their namespaces renamed, so that two
laboratories on one machine do not meet.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TLS_URL, PLAIN_URL = "https://dg.lab.test:8443", "http://dg.lab.test:8080"
ADDRESS = "10.231.0.1"


ROOT = Path(__file__).resolve().parents[2]


class NoLab(Exception):
    """Why it cannot be built here."""


@dataclass(frozen=True)
class Timed:
    """One command over all rounds: medians in ms and MB, `*_ratio` the median of the ratios within each round."""

    wall: float
    wall_ratio: float
    cpu: float
    cpu_ratio: float
    rss: float
    exits: tuple[int, ...]


class Lab:
    """A laboratory with one round-trip time at a time. Use as a context manager; it takes everything down again."""

    def __init__(self, yardstick: Path) -> None:
        self._check(yardstick)
        self.work = Path(tempfile.mkdtemp(prefix="dgcheck-figures-"))
        self.scripts = self.work / "scripts"
        self.client, self.server = f"dgfA{os.getpid()}", f"dgfB{os.getpid()}"
        self.rtt = 0.0
        shutil.copytree(yardstick, self.scripts)
        for script in self.scripts.glob("*.sh"):
            text = script.read_text(encoding="utf-8").replace("perfA", self.client).replace("perfB", self.server)
            script.write_text(text, encoding="utf-8")
            script.chmod(0o755)

    @staticmethod
    def _check(yardstick: Path) -> None:
        if not (yardstick / "lab.sh").exists():
            raise NoLab(f"there is no yardstick in {yardstick}: set DGCHECK_PERF to its folder")
        if not sys.platform.startswith("linux") or os.geteuid() != 0:
            raise NoLab("network namespaces need Linux and root")
        for program in ("ip", "gcc", "openssl", "curl"):
            if shutil.which(program) is None:
                raise NoLab(f"{program} is missing")

    @property
    def ca(self) -> Path:
        """The laboratory's certificate authority."""
        return self.work / "ca.pem"

    def __enter__(self) -> Lab:
        try:
            self._script("lab.sh", "setup")
            self._script("lab.sh", "start", "0", "0")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._script("lab.sh", "stop", check=False)
        shutil.rmtree(self.work, ignore_errors=True)

    def round_trip(self, milliseconds: float, capture: Path | None = None) -> None:
        """Lay the delay line anew; with `capture`, every packet goes into that file."""
        self._script("netlab.sh", "rtt", str(milliseconds), *([str(capture)] if capture else []))
        self.rtt = milliseconds

    def engine_time(self, milliseconds: float) -> None:
        """How long the stub's engine takes for a transcript."""
        self._script("lab.sh", "stub", str(milliseconds))

    @contextmanager
    def noting_events(self) -> Iterator[Path]:
        """While the block runs, the stub notes in a file what it got and sent, as lines of JSON on our clock."""
        script, notes = self.scripts / "lab.sh", self.work / "events.jsonl"
        plain = script.read_text(encoding="utf-8")
        try:
            script.write_text(plain.replace("--service-ms", f"--log {shlex.quote(str(notes))} --service-ms"), "utf-8")
            self.engine_time(0)
            yield notes
        finally:
            script.write_text(plain, encoding="utf-8")
            self.engine_time(0)

    def run(self, *argv: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
        """Run a command on the client's side."""
        return subprocess.run(
            ["ip", "netns", "exec", self.client, *argv],
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            cwd=self.scripts,
            env=self._env(),
        )

    def time(self, commands: Mapping[str, list[str]], *, rounds: int, base: str) -> dict[str, Timed]:
        """Time whole processes in turn, round by round, by the yardstick's own timer."""
        found = self.work / "timed.json"
        words = [f"{name}={shlex.join(command)}" for name, command in commands.items()]
        timer = [sys.executable, str(self.scripts / "pb.py"), "-n", str(rounds), "-w", "1", "--base", base]
        done = self.run(*timer, "--json", str(found), *words, timeout=600)
        if done.returncode:
            raise NoLab(f"the timer ended with {done.returncode}: {done.stderr[-500:]}")
        read: dict[str, dict[str, Any]] = json.loads(found.read_text())
        return {
            name: Timed(row["wall"], row["rw"], row["cpu"], row["rc"], row["rss"], tuple(row["exit"]))
            for name, row in read.items()
        }

    def kernel_rtt(self, tries: int = 9) -> float:
        """The round trip in ms as the kernel sees it (TCP_INFO), median of new connections."""
        script = (
            "import socket,struct,sys\n"
            f"for _ in range({tries}):\n"
            f"  s=socket.create_connection(('{ADDRESS}',8080))\n"
            f"  i=s.getsockopt(socket.IPPROTO_TCP,{socket.TCP_INFO},104)\n"
            "  print(struct.unpack_from('I',i,68)[0]/1000)"
        )
        done = self.run(sys.executable, "-c", script)
        return statistics.median(map(float, done.stdout.split()))

    def _script(self, name: str, *words: str, check: bool = True) -> None:
        done = subprocess.run(
            [str(self.scripts / name), *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=120,
            check=False,
            env=self._env(),
        )
        if check and done.returncode:
            raise NoLab(f"{name} {' '.join(words)} ended with {done.returncode}: {done.stdout[-500:]}")

    def _env(self) -> dict[str, str]:
        own = {"PERF_WORK": str(self.work), "PY": sys.executable, "NO_COLOR": "1"}
        if not Path(sys.executable).with_name("dgcheck").exists():  # not installed: taken from the checkout
            own["PYTHONPATH"] = str(ROOT)
        return {**os.environ, **own}
