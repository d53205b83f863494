"""How fast `dgcheck explain` is, as ratios within one run.

    python tests/benchmarks/explain.py [--megabytes 100] [--rounds 3]

Needs Linux and the yardstick's folder (DGCHECK_PERF, else `../shared/perf` beside the checkout), whose script makes the
logs. Row numbers are those of the yardstick's own table. Prints one line per figure: row, what, measured, what must be
reached, what can be. It judges nothing: the exit code is 0 unless nothing could be measured (then 1).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PERF = Path(os.environ.get("DGCHECK_PERF") or ROOT.parent / "shared" / "perf")
PYTHON = sys.executable
COUNT = "import sys; print(sum(1 for _ in open(sys.argv[1], 'rb')))"
WORDS = "the customer said order account please hold schedule question payment refund agent note address phone".split()
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


def written(path: Path, megabytes: int, line: Callable[[random.Random, int], str]) -> Path:
    """A log without a fault, of lines that all differ."""
    chance, size = random.Random(7), 0
    with path.open("w", encoding="utf-8") as file:
        for number in count():
            if size >= megabytes << 20:
                return path
            size += file.write(line(chance, number) + "\n")
    return path


def access(chance: random.Random, number: int) -> str:
    """A line of nginx's access log, written as JSON."""
    address = ".".join(str(chance.randrange(256)) for _ in range(4))
    fields = {
        "time": f"2026-01-01T{number // 3600 % 24:02d}:{number // 60 % 60:02d}:{number % 60:02d}+00:00",
        "remote_addr": address,
        "request_id": f"{chance.getrandbits(128):032x}",
        "method": chance.choice(["GET", "POST"]),
        "uri": chance.choice(["/v1/listen?model=nova-3&language=en", "/v1/status", "/v1/models"]),
        "status": chance.choice([200, 200, 200, 101, 204, 304]),
        "body_bytes_sent": chance.randrange(90000),
        "request_time": round(chance.random() * 3, 3),
        "upstream_response_time": f"{chance.random() * 3:.3f}",
        "upstream_addr": f"10.0.0.{chance.randrange(256)}:8080",
        "user_agent": chance.choice(["python-requests/2.31", "kube-probe/1.29", "Go-http-client/1.1"]),
        "bytes_in": chance.randrange(2_000_000),
    }
    return json.dumps(fields)


def mixed(chance: random.Random, number: int) -> str:
    """A line of an application that writes prose, requests, statements, objects and numbers."""
    when = f"2026-01-01 {number // 3600 % 24:02d}:{number // 60 % 60:02d}:{number % 60:02d},{number % 1000:03d}"
    prose = " ".join(chance.choices(WORDS, k=chance.randrange(4, 20)))
    many = chance.randrange(10**6)
    said = (
        f"INFO app.calls call {chance.getrandbits(48):012x} transcript: {prose}",
        f"DEBUG app.ws received frame opcode=1 length={many % 9000} fin=True",
        'INFO httpx HTTP Request: POST https://dg.example.com/v1/listen?model=nova-3 "HTTP/1.1 200 OK"',
        f"WARNING app.queue depth {many % 500} above 100 for tenant {many}",
        f"INFO sql SELECT id, name FROM calls WHERE id = {many} LIMIT 100 [{chance.random() * 100:.1f}ms]",
        f'INFO access 10.0.0.{many % 256} "GET /api/calls/{many} HTTP/1.1" 200 {many % 90000}',
        f'INFO app {{"event":"call_ended","call_id":{many},"duration":{many / 1000:.2f},"text":"{prose}"}}',
        f"INFO app.metrics cpu={chance.random() * 100:.1f} mem={many % 9000}MB connections={many % 500}",
        f"ERROR app.cache key user:{many} not found, loading from database",
    )
    return f"{when} {chance.choice(said)}"


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--megabytes", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    if not (PERF / "micro_explain.py").exists():
        print(f"there is no yardstick at {PERF}")
        return 1
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        environ = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        environ["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
        small = folder / "small.txt"
        small.write_text(SMALL)
        sparse, dense = made(folder, args.megabytes, 2000), made(folder, 4, 2)
        lines, line = folder / "lines.log", folder / "line.log"
        lines.write_bytes(dense.read_bytes()[: 1 << 20])
        line.write_bytes(lines.read_bytes().replace(b"\n", b" "))
        logs = {
            "JSON access log": written(folder / "access.log", 20, access),
            "mixed log": written(folder / "mixed.log", 20, mixed),
        }
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
                **{f"count {name}": [PYTHON, "-c", COUNT, str(path)] for name, path in logs.items()},
                **{name: [*explain, str(path)] for name, path in logs.items()},
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
        for name, path in logs.items():
            beyond = statistics.median(one.cpu - two.cpu for one, two in zip(taken[name], taken["small"], strict=True))
            times = ratio(taken, name, f"count {name}", lambda one: one.wall)
            print(f"     {f'{name}, MB/s of CPU beyond those of 1 KB':<48} {path.stat().st_size / 1e6 / beyond:8.2f}")
            print(f"     {f'{name} / counting its lines, wall':<48} {times:8.2f}")
        for row, what, value, must, reach in figures:
            print(f"{row:>3}  {what:<48} {value:8.2f}   must {must:<7} reach {reach}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
