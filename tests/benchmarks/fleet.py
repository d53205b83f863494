"""What a fleet costs beside the yardstick's own client of many endpoints (rows 13 to 17 of its table).

    python tests/benchmarks/fleet.py [--rounds 3] [--few 100] [--many 500] [--at-once 50]

Needs root, Linux and the yardstick's folder (DGCHECK_PERF, else `../shared/perf` beside the checkout). Both clients ask
the same stub on loopback over TLS, each endpoint an address of its own, in turn, round by round. CPU for each endpoint
is the difference between many and few endpoints over their number, so that starting up does not count; `whole` is the
whole process. It judges nothing: the exit code is 0 unless nothing could be measured (then 1).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.figures import Figure  # noqa: E402 - it is run as a script
from tests.benchmarks.lab import Lab, NoLab  # noqa: E402

PYTHON = sys.executable
# A fleet may run in several processes: each writes to one file what the figures count.
_COUNT = """
import os, ssl, sys
out = os.open(sys.argv.pop(1), os.O_WRONLY | os.O_APPEND | os.O_CREAT)
create = ssl.create_default_context
def count(*a, **k):
    os.write(out, b"1\\n"); return create(*a, **k)
ssl.create_default_context = count
from dgcheck.cli import main
main(sys.argv[1:])
"""
# When each getaddrinfo began and ended.
_LOOKUPS = """
import os, socket, sys, time
out = os.open(sys.argv.pop(1), os.O_WRONLY | os.O_APPEND | os.O_CREAT)
real = socket.getaddrinfo
def count(*a, **k):
    os.write(out, f"{time.monotonic()} 1\\n".encode())
    try:
        return real(*a, **k)
    finally:
        os.write(out, f"{time.monotonic()} -1\\n".encode())
socket.getaddrinfo = count
from dgcheck.cli import main
main(sys.argv[1:])
"""


@dataclass(frozen=True)
class Cost:
    """What one process took: seconds, seconds of CPU, MB at most; `own_wall` is what it says of itself."""

    wall: float
    cpu: float
    rss: float
    own_wall: float


def cost(lab: Lab, *argv: str) -> tuple[Cost, str]:
    """Run a command beside the stub, where there is no delay, and what it printed."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        ["ip", "netns", "exec", lab.server, *argv], stdout=subprocess.PIPE, cwd=lab.scripts, env=lab._env()
    )
    assert process.stdout is not None
    out = process.stdout.read().decode()
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    own = float(json.loads(out).get("wall_s", wall)) if out.startswith('{"mode"') else wall
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, own), out


def address(place: int) -> str:
    """The address of an endpoint, as the yardstick counts them from 127.0.1.1 on."""
    number = 256 + 1 + place
    return f"127.0.{number // 256}.{number % 256}"


def fleet_file(lab: Lab, count: int, audio: Path) -> Path:
    """The file of so many endpoints, all called dg.lab.test."""
    lines = ["defaults:", "  skip: [replicas]", f"  ca_file: {lab.ca}", f"  audio: {audio}", "targets:"]
    for place in range(count):
        own = f"url: 'https://dg.lab.test:8443', resolve: ['dg.lab.test={address(place)}']"
        lines.append(f"  - {{name: e{place:04d}, {own}}}")
    path = lab.work / f"fleet-{count}.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def beside_the_reference(lab: Lab, args: argparse.Namespace) -> Iterator[Figure]:
    """Rows 13 to 15: CPU and wall beside reference B, and memory of few and of many."""
    audio = lab.work / "a0.8.wav"
    counts = (args.few, args.many)
    rounds: dict[str, list[tuple[Cost, Cost]]] = {"b": [], "dgcheck": []}
    for turn in range(args.rounds):
        of: dict[str, list[Cost]] = {"b": [], "dgcheck": []}
        for count in counts:
            b = ("b", str(count), str(args.at_once), "127.0.1.1", "https", "8443", str(audio), str(lab.ca))
            of["b"].append(cost(lab, PYTHON, str(lab.scripts / "fleet.py"), *b)[0])
            words = ("fleet", str(fleet_file(lab, count, audio)), "-o", "json", "--concurrency", str(args.at_once))
            found, out = cost(lab, PYTHON, "-m", "dgcheck", *words)
            of["dgcheck"].append(found)
            unfinished = json.loads(out)["counts"]["unfinished"]
            if unfinished:
                raise NoLab(f"{unfinished} of {count} targets were not checked to the end")
        for name, (few, many) in of.items():
            rounds[name].append((few, many))
            each = (many.cpu - few.cpu) / (args.many - args.few) * 1000
            print(f"round {turn + 1} {name:8} {each:6.2f} ms CPU each, {many.wall:6.2f} s for {args.many}", flush=True)

    def ratio(measure: str) -> float:
        pairs = zip(rounds["dgcheck"], rounds["b"], strict=True)
        return statistics.median(_measured(measure, *one) / _measured(measure, *other) for one, other in pairs)

    yield Figure(13, f"CPU each / B, {args.few} to {args.many}, K={args.at_once}, TLS", (ratio("cpu"),), 1.1, 0.6)
    yield Figure(13, f"CPU of the whole process / B's, N={args.many}", (ratio("whole"),), 9.99, 0.6, "for the note")
    yield Figure(14, f"wall, N={args.many} / B", (ratio("wall"),), 1.1, 0.6, "the whole process beside B's own figure")
    grown = statistics.median(many.rss - few.rss for few, many in rounds["dgcheck"])
    yield Figure(15, f"RSS(N={args.many}) - RSS(N={args.few}), MB", (grown,), 10, 5)


def _measured(measure: str, few: Cost, many: Cost) -> float:
    return {"cpu": many.cpu - few.cpu, "whole": many.cpu, "wall": many.own_wall}[measure]


def beside_the_script(lab: Lab, args: argparse.Namespace) -> Iterator[Figure]:
    """Row 14 again: wall for each endpoint, beside the shell script eight at a time; nothing without its websocat."""
    if shutil.which("websocat") is None:
        return
    audio, few = str(lab.work / "a0.8.wav"), 60
    hosts = [f"e{place:04d}.lab.test" for place in range(args.many)]
    names, path = lab.work / "script.txt", lab.work / "named.yaml"
    names.write_text("\n".join(hosts) + "\n", encoding="utf-8")
    defaults = f"defaults: {{skip: [replicas], ca_file: {lab.ca}, audio: {audio}}}\ntargets:\n"
    path.write_text(defaults + "".join(f"  - https://{one}:8443\n" for one in hosts), encoding="utf-8")
    script = ("bash", str(lab.scripts / "fleet_c.sh"), str(names), str(few), "8", audio, str(lab.ca))
    own = (PYTHON, "-m", "dgcheck", "fleet", str(path), "-o", "json", "--concurrency", str(args.at_once))
    ratios = []
    for _ in range(args.rounds):
        walls = []
        for argv, count in ((script, few), (own, args.many)):
            begun = time.perf_counter()
            lab.run(*argv, timeout=120)
            walls.append((time.perf_counter() - begun) / count)
        ratios.append(walls[1] / walls[0])
    yield Figure(14, f"wall each, N={args.many} / shell script, N={few}", (statistics.median(ratios),), 1 / 7, 1 / 12)


def contexts(lab: Lab, args: argparse.Namespace) -> Iterator[Figure]:
    """Row 16: calls of create_default_context."""
    words = ("fleet", str(fleet_file(lab, args.few, lab.work / "a0.8.wav")), "-o", "json=/dev/null", "-o", "text")
    made = lab.work / "made.txt"
    cost(lab, PYTHON, "-c", _COUNT, str(made), *words)
    yield Figure(16, "create_default_context calls of a fleet", (float(len(made.read_text().split())),), 1, 1)


def names(lab: Lab, args: argparse.Namespace) -> Iterator[Figure]:
    """Row 17: so many names over a round trip of 50 ms, each asked for by its own run."""
    lab.round_trip(50)
    path, asked = lab.work / "names.txt", lab.work / "asked.txt"
    path.write_text("".join(f"https://e{place:04d}.lab.test:8443\n" for place in range(args.many)), encoding="utf-8")
    words = ("fleet", str(path), "--only", "dns", "--concurrency", str(args.many), "-o", "text")
    lab.run(PYTHON, "-c", _LOOKUPS, str(asked), *words, timeout=120)
    moments = sorted((float(at), int(step)) for at, step in (line.split() for line in asked.read_text().splitlines()))
    most = max(accumulate(step for _, step in moments))
    yield Figure(17, f"{args.many} names at 50 ms: in flight at most", (float(most),), 64, 64)
    took = moments[-1][0] - moments[0][0]
    yield Figure(17, f"{args.many} names at 50 ms: seconds from the first to the last", (took,), 1.0, 0.5)
    lab.round_trip(0)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--few", type=int, default=100)
    parser.add_argument("--many", type=int, default=500)
    parser.add_argument("--at-once", type=int, default=50)
    args = parser.parse_args()
    figures: list[Figure] = []
    try:
        with Lab(Path(os.environ.get("DGCHECK_PERF", ROOT.parent / "shared" / "perf"))) as lab:
            for part in (names, contexts, beside_the_script, beside_the_reference):
                figures += part(lab, args)
    except NoLab as reason:
        print(f"no figures: {reason}")
        return 1
    from tabulate import tabulate

    heads = ["row", "what", "measured", "must", "reach", "note"]
    rows = [one.line for one in sorted(figures, key=lambda one: one.row)]
    print(tabulate(rows, headers=heads, disable_numparse=True))
    print("ratios within this run; ! = over what must be reached")
    return 0


if __name__ == "__main__":
    sys.exit(main())
