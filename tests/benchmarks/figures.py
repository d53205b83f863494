"""How fast dgcheck is, as ratios within one run, against the yardstick's reference clients.

    python tests/benchmarks/figures.py [--quick] [--rows 1,2,6] [--json FILE]

Needs root, Linux and the yardstick's folder (DGCHECK_PERF, else `../shared/perf` beside the checkout). Row numbers are
those of the yardstick's own table. Prints one line per figure: row, measured without and with `--model`, what must be
reached, what can be reached. It judges nothing: the exit code is 0 unless nothing could be measured (then 1).
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks import timings  # noqa: E402 - it is run as a script
from tests.benchmarks.lab import PLAIN_URL, TLS_URL, Lab, NoLab  # noqa: E402

PYTHON = sys.executable
MODEL = ("--model", "nova-3")
WAYS = {"as it is": (), "--model": MODEL}


@dataclass(frozen=True)
class Figure:
    """One line of the result. `measured` holds one value for each way of asking."""

    row: int
    what: str
    measured: tuple[float, ...]
    must: float
    reach: float
    note: str = ""

    @property
    def line(self) -> list[str]:
        """For the table; a value over `must` is marked."""
        shown = [f"{value:.2f}{' !' if value > self.must else ''}" for value in self.measured]
        return [str(self.row), self.what, " / ".join(shown), f"{self.must:g}", f"{self.reach:g}", self.note]


def _dgcheck() -> list[str]:
    """The console script beside this Python where there is one, as a user starts it; else the module."""
    script = Path(PYTHON).with_name("dgcheck")
    return [str(script)] if script.exists() else [PYTHON, "-m", "dgcheck"]


def _full(url: str, lab: Lab, *more: str) -> list[str]:
    trust = ["--ca-file", str(lab.ca)] if url.startswith("https") else []
    return [*_dgcheck(), "run", url, *trust, "--profile", "standard", "--skip", "replicas", *more]


def _ways(url: str, lab: Lab) -> dict[str, list[str]]:
    return {f"dg{place}": _full(url, lab, *more) for place, more in enumerate(WAYS.values())}


def _reference(name: str, url: str, lab: Lab) -> list[str]:
    clip = ROOT / "dgcheck" / "speech" / "clip.wav"
    script = lab.scripts / name
    return [*([] if name.endswith(".sh") else [PYTHON]), str(script), url, str(clip), str(lab.ca)]


def start_up(lab: Lab, rounds: int) -> Iterator[Figure]:
    """Rows 1 and 2: against the bare interpreter."""
    commands = {
        "pass": [PYTHON, "-c", "pass"],
        "version": [*_dgcheck(), "--version"],
        "help": [*_dgcheck(), "--help"],
        "explain": [*_dgcheck(), "explain", "DG5003"],
    }
    timed = lab.time(commands, rounds=rounds, base="pass")
    yield Figure(1, "--version / python -c pass", (timed["version"].wall_ratio,), 2.0, 1.7)
    yield Figure(2, "--help / pass", (timed["help"].wall_ratio,), 5.0, 3.5)
    yield Figure(2, "explain DG5003 / pass", (timed["explain"].wall_ratio,), 5.0, 3.5)


def cpu_of_a_start(lab: Lab, rounds: int) -> Iterator[Figure]:
    """Row 5: the CPU of a full run without any delay, against importing ssl and asyncio."""
    lab.round_trip(0)
    commands = {"imports": [PYTHON, "-c", "import ssl, asyncio"], **_ways(PLAIN_URL, lab)}
    timed = lab.time(commands, rounds=rounds, base="imports")
    ratios = tuple(timed[f"dg{place}"].cpu_ratio for place in range(len(WAYS)))
    yield Figure(5, "CPU, RTT 0, plain / import ssl, asyncio", ratios, 3.5, 2.0)


def one_question(lab: Lab, rounds: int) -> Iterator[Figure]:
    """Rows 3 and 4: what a probe of an orchestrator costs, and how long a single question takes beside curl."""
    lab.round_trip(0)
    quick = {f"dg{place}": [*_dgcheck(), "run", PLAIN_URL, "--profile", "quick", *more] for place, more in _numbered()}
    timed = lab.time({"imports": [PYTHON, "-c", "import ssl, asyncio"], **quick}, rounds=rounds, base="imports")
    ratios = tuple(timed[name].cpu_ratio for name in quick)
    yield Figure(3, "CPU of --profile quick, RTT 0, plain / import ssl, asyncio", ratios, 2.0, 1.5)
    lab.round_trip(50)
    ca = str(lab.ca)
    commands = {
        "curl": ["curl", "-s", "-o", "/dev/null", "--cacert", ca, f"{TLS_URL}/v1/status"],
        "status": [*_dgcheck(), "run", TLS_URL, "--ca-file", ca, "--only", "status"],
    }
    timed = lab.time(commands, rounds=rounds, base="curl")
    yield Figure(4, "wall of --only status / curl, 50 ms, TLS", (timed["status"].wall_ratio,), 1.5, 1.3)


def _numbered() -> list[tuple[int, tuple[str, ...]]]:
    return list(enumerate(WAYS.values()))


def round_trips(lab: Lab, rounds: int) -> Iterator[Figure]:
    """Rows 6, 8, 9 and 11: walls at 20, 50 and 100 ms over TLS."""
    walls: dict[int, list[float]] = {}
    for delay in (20, 50, 100):
        lab.round_trip(delay)
        commands = _ways(TLS_URL, lab)
        if delay == 50:
            commands |= {name: _reference(f"ref_{name}.{kind}", TLS_URL, lab) for name, kind in _REFERENCES}
        commands["b"] = _reference("ref_b.py", TLS_URL, lab)
        timed = lab.time(commands, rounds=rounds, base="b")
        walls[delay] = [timed[f"dg{place}"].wall for place in range(len(WAYS))]
        if delay == 20:
            continue
        true = lab.kernel_rtt()
        must, reach = (1.35, 1.20) if delay == 50 else (1.15, 1.10)
        limit = tuple(wall / (5 * true) for wall in walls[delay])
        yield Figure(6, f"wall / 5 RTT, {delay} ms, TLS", limit, must, reach, f"RTT {true:.1f} ms by TCP_INFO")
        if delay == 50:
            yield from _against_references(lab, rounds, timed)
    slope = tuple((far - near) / 80 for near, far in zip(walls[20], walls[100], strict=True))
    yield Figure(8, "round trips = (wall100 - wall20) / 80 ms", slope, 5.4, 5.2)


_REFERENCES = (("a", "py"), ("c", "sh"), ("o", "py"))


def _against_references(lab: Lab, rounds: int, timed: dict[str, Any]) -> Iterator[Figure]:
    ways = [timed[f"dg{place}"] for place in range(len(WAYS))]
    for name, must, reach in (("b", 0.75, 0.65), ("c", 0.19, 0.16), ("a", 0.32, 0.28)):
        note = ""
        if name == "c" and any(timed["c"].exits):
            note = "C ended early (no websocat?): its true wall is longer, so the true ratio is lower"
        ratios = tuple(way.wall / timed[name].wall for way in ways)
        yield Figure(9, f"wall / reference {name.upper()}, 50 ms, TLS", ratios, must, reach, note)
    floor = tuple(way.wall / timed["o"].wall for way in ways)
    yield Figure(9, "wall / reference O (the floor), 50 ms, TLS", floor, 9.99, 1.0, "for the note; no demand")
    yield Figure(11, "CPU / B, 50 ms, TLS", tuple(way.cpu / timed["b"].cpu for way in ways), 1.0, 0.5)
    yield Figure(11, "peak RSS / B", tuple(way.rss / timed["b"].rss for way in ways), 1.1, 0.8)


def with_engine_time(lab: Lab, rounds: int) -> Iterator[Figure]:
    """Row 7: the engine takes 200 ms for a transcript."""
    lab.round_trip(50)
    lab.engine_time(200)
    timed = lab.time(_ways(TLS_URL, lab), rounds=rounds, base="dg0")
    limit = 5 * lab.kernel_rtt() + 200
    lab.engine_time(0)
    ratios = tuple(timed[f"dg{place}"].wall / limit for place in range(len(WAYS)))
    yield Figure(7, "wall / (5 RTT + 200 ms), 50 ms, TLS", ratios, 1.30, 1.12)


def on_the_wire(lab: Lab, rounds: int) -> Iterator[Figure]:
    """Row 10: what one run puts on the wire, the most of three runs."""
    seen: dict[str, list[list[int]]] = {}
    for way, more in WAYS.items():
        for turn in range(min(3, rounds)):
            capture = lab.work / f"wire-{turn}-{len(more)}.pcap"
            lab.round_trip(50, capture)
            lab.run(*_full(TLS_URL, lab, *more))
            lab.round_trip(50)  # closes the capture
            words = lab.run(PYTHON, str(lab.scripts / "wire.py"), str(capture)).stdout.split()
            seen.setdefault(way, []).append([int(words[1]), int(words[3]), int(words[6])])
    most = [[max(column) for column in zip(*runs, strict=True)] for runs in seen.values()]
    for place, (what, must, reach) in enumerate(
        (("TCP connections", 5, 4), ("TLS handshakes", 4, 3), ("DNS questions", 2, 2))
    ):
        yield Figure(10, f"{what} of one run", tuple(float(way[place]) for way in most), must, reach)


def clip(lab: Lab, rounds: int) -> Iterator[Figure]:
    """Row 12: the speech in the package, in KB."""
    size = (ROOT / "dgcheck" / "speech" / "clip.wav").stat().st_size
    yield Figure(12, "bundled clip, KB", (size / 1000,), 14, 13)


_COUNT = """
import ssl, sys
made = loaded = 0
create, verify = ssl.create_default_context, ssl.SSLContext.load_verify_locations
def count_create(*a, **k):
    global made; made += 1; return create(*a, **k)
def count_load(self, *a, **k):
    global loaded; loaded += 1; return verify(self, *a, **k)
ssl.create_default_context, ssl.SSLContext.load_verify_locations = count_create, count_load
from dgcheck.cli import main
code = main(sys.argv[1:])
print(made, loaded, file=sys.stderr)
"""


def contexts(lab: Lab, rounds: int) -> Iterator[Figure]:
    """Row 16: calls of create_default_context in a run."""
    lab.round_trip(0)
    counts = []
    for more in WAYS.values():
        done = lab.run(PYTHON, "-c", _COUNT, *_full(TLS_URL, lab, *more)[len(_dgcheck()) :])
        counts.append([float(word) for word in done.stderr.splitlines()[-1].split()])
    note = "CA files read: " + " / ".join(f"{loaded:g}" for _, loaded in counts)
    yield Figure(16, "create_default_context calls", tuple(made for made, _ in counts), 1, 1, note)


def truth(lab: Lab, rounds: int) -> Iterator[Figure]:
    """Rows 18 and 19: what the report says of the network, against the delay line and the server's own notes."""
    lab.round_trip(50)
    with lab.noting_events() as notes:
        commands = [_full(TLS_URL, lab, *more, "-o", "json") for more in WAYS.values()]
        errors = [timings.errors(lab, command, notes, rounds) for command in commands]
    yield Figure(18, "reported RTT, p95 error, ms", tuple(_p95(way["rtt"]) for way in errors), 2.0, 1.2)
    for name in timings.DEMANDED:
        worst = tuple(_p95(way.get(name, [])) for way in errors)
        middle = " / ".join(f"{statistics.median(way.get(name) or [0.0]):.1f}" for way in errors)
        yield Figure(19, f"reported {name}, p95 error, ms", worst, 10.0, 3.0, f"median {middle}")


def _p95(values: list[float]) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))] if ordered else float("nan")


PARTS: dict[Callable[[Lab, int], Iterator[Figure]], tuple[int, ...]] = {
    start_up: (1, 2),
    one_question: (3, 4),
    cpu_of_a_start: (5,),
    round_trips: (6, 8, 9, 11),
    with_engine_time: (7,),
    on_the_wire: (10,),
    clip: (12,),
    contexts: (16,),
    truth: (18, 19),
}


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="five rounds instead of nine")
    parser.add_argument("--rows", default="", help="only these rows, with commas between")
    parser.add_argument("--json", default="", help="also write the figures to this file")
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the laboratory is taken down
    wanted = {int(row) for row in args.rows.split(",") if row}
    yardstick = Path(os.environ.get("DGCHECK_PERF", ROOT.parent / "shared" / "perf"))
    figures: list[Figure] = []
    try:
        with Lab(yardstick) as lab:
            for part, rows in PARTS.items():
                if not wanted or wanted & set(rows):
                    figures += _measured(part, lab, 5 if args.quick else 9)
    except NoLab as reason:
        print(f"no figures: {reason}")
        return 1
    from tabulate import tabulate

    heads = ["row", "what", " / ".join(WAYS), "must", "reach", "note"]
    print(
        tabulate([one.line for one in sorted(figures, key=lambda one: one.row)], headers=heads, disable_numparse=True)
    )
    print("ratios within this run; ! = over what must be reached")
    if args.json:
        Path(args.json).write_text(json.dumps([asdict(one) for one in figures], indent=1) + "\n", encoding="utf-8")
    return 0


def _measured(part: Callable[[Lab, int], Iterator[Figure]], lab: Lab, rounds: int) -> list[Figure]:
    try:
        return list(part(lab, rounds))
    except NoLab:
        raise
    except Exception as error:  # noqa: BLE001 - one figure that cannot be taken must not cost the others
        print(f"{part.__name__}: not measured: {type(error).__name__}: {error}", file=sys.stderr)
        return []


if __name__ == "__main__":
    sys.exit(main())
