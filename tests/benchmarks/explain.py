"""How fast `dgcheck explain` is, as ratios within one run.

    python tests/benchmarks/explain.py [--megabytes 100] [--rounds 3]

Needs Linux and the yardstick's folder (DGCHECK_PERF, else `../shared/perf` beside the checkout), whose script makes the
logs. Row numbers are those of the yardstick's own table. Prints one line per figure: row, what, measured, what must be
reached, what can be. It judges nothing: the exit code is 0 unless nothing could be measured (then 1).
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PERF = Path(os.environ.get("DGCHECK_PERF") or ROOT.parent / "shared" / "perf")
PYTHON = sys.executable
COUNT = "import sys; print(sum(1 for _ in open(sys.argv[1], 'rb')))"
SMALL = (
    "Traceback (most recent call last):\n  ...\n"
    "httpcore.ConnectError: [SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)\n\n"
    "The above exception was the direct cause of the following exception:\n\n"
    "Traceback (most recent call last):\n  ...\n"
    "httpx.ConnectError: [SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)\n"
)


@dataclass(frozen=True)
class Taken:
    """What one process took: seconds of wall time, of CPU, and MB of memory at most."""

    wall: float
    cpu: float
    memory: float


def dgcheck() -> list[str]:
    """The console script beside this Python where there is one, as a user starts it; else the module."""
    script = Path(PYTHON).with_name("dgcheck")
    return [str(script)] if script.exists() else [PYTHON, "-m", "dgcheck"]


def run(command: list[str], environ: dict[str, str]) -> Taken:
    """Run one command to its end."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environ, cwd=ROOT)
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return Taken(time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def timed(commands: dict[str, list[str]], rounds: int, environ: dict[str, str]) -> dict[str, list[Taken]]:
    """Every command once per round, in turn, so that drift hits all alike; after one round to warm up."""
    taken: dict[str, list[Taken]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            one = run(command, environ)
            if number:
                taken[name].append(one)
    return taken


def ratio(taken: dict[str, list[Taken]], name: str, base: str, of: Callable[[Taken], float]) -> float:
    """The median over the rounds of one command's value to another's."""
    return statistics.median(of(one) / of(other) for one, other in zip(taken[name], taken[base], strict=True))


def made(folder: Path, megabytes: int, every: int) -> Path:
    """A log in which one line of `every` says something, made by the yardstick's script."""
    environ = {**os.environ, "EVERY": str(every), "TMPDIR": str(folder)}
    subprocess.run(
        [PYTHON, str(PERF / "micro_explain.py"), str(megabytes), "read"],
        env=environ,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return folder / f"explain-{megabytes}-{every}.log"


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--megabytes", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    if not (PERF / "micro_explain.py").exists():
        print(f"there is no yardstick at {PERF}")
        return 1
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environ = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        environ["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
        small = folder / "small.txt"
        small.write_text(SMALL)
        sparse, dense = made(folder, args.megabytes, 2000), made(folder, 4, 2)
        lines, line = folder / "lines.log", folder / "line.log"
        lines.write_bytes(dense.read_bytes()[: 1 << 20])
        line.write_bytes(lines.read_bytes().replace(b"\n", b" "))
        explain = [*dgcheck(), "explain"]
        taken = timed(
            {
                "pass": [PYTHON, "-c", "pass"],
                "small": [*explain, str(small)],
                "count": [PYTHON, "-c", COUNT, str(sparse)],
                "sparse": [*explain, str(sparse)],
                "dense": [*explain, str(dense)],
                "lines": [*explain, str(lines)],
                "line": [*explain, str(line)],
            },
            args.rounds,
            environ,
        )
        size = dense.stat().st_size / 1e6
        beyond = statistics.median(
            one.cpu - other.cpu for one, other in zip(taken["dense"], taken["small"], strict=True)
        )
        figures = (
            (
                2,
                "explain of 1 KB / pass, wall",
                ratio(taken, "small", "pass", lambda one: one.wall),
                "<= 5.0",
                "<= 3.5",
            ),
            (
                21,
                f"{args.megabytes} MB / counting its lines, wall",
                ratio(taken, "sparse", "count", lambda one: one.wall),
                "<= 20",
                "<= 11",
            ),
            (21, "memory / that of 1 KB", ratio(taken, "sparse", "small", lambda one: one.memory), "<= 2", "<= 1.5"),
            (22, "dense, MB/s of CPU beyond those of 1 KB", size / max(beyond, 1e-6), ">= 20", ">= 50"),
            (
                23,
                "one line of 1 MB / the same in lines, wall",
                ratio(taken, "line", "lines", lambda one: one.wall),
                "<= 3",
                "<= 1.5",
            ),
        )
        for row, what, value, must, reach in figures:
            print(f"{row:>3}  {what:<48} {value:8.2f}   must {must:<7} reach {reach}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
