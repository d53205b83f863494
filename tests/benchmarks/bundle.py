"""What a support bundle costs: CPU time of `dgcheck bundle` over that of the same run with `-o json`.

    python tests/benchmarks/bundle.py [--rounds N] [--fault NAME]

Needs Linux or macOS (the CPU time of a child). Both commands ask the simulator of this process, turn about, so
that whatever else the machine does meets both. Prints the medians, their ratio and the size of the zip; at
most 1.6 has to be reached. It judges nothing.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from dgcheck.sim.server import running  # noqa: E402 - it is run as a script

MUST = 1.6
DGCHECK = [sys.executable, "-m", "dgcheck"]


def seconds(words: list[str], folder: Path) -> float:
    """CPU seconds, user and system, of one command from its start to its end."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("DGCHECK_", "DEEPGRAM_"))}
    subprocess.run(
        [*DGCHECK, *words], cwd=folder, env={**environ, "PYTHONPATH": str(ROOT)}, capture_output=True, check=False
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--fault", action="append", default=[])
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, running(tuple(given.fault)) as simulator:
        folder = Path(name)
        common = [simulator.url, "--config", "none", "-q"]
        ways = {
            "json": ["run", *common, "-o", "json"],
            "bundle": ["bundle", *common, "-O", "ticket.zip"],
        }
        taken: dict[str, list[float]] = {way: [] for way in ways}
        for turn in range(given.rounds + 1):
            for way, words in ways.items():
                cpu = seconds(words, folder)
                if turn:  # the first fills the caches of the disk
                    taken[way].append(cpu)
        size = (folder / "ticket.zip").stat().st_size
    medians = {way: statistics.median(found) for way, found in taken.items()}
    for way, found in taken.items():
        print(f"{way:<8}{medians[way] * 1000:8.0f} ms of CPU   (least {min(found) * 1000:.0f})")
    ratio = statistics.median(bundle / json for bundle, json in zip(taken["bundle"], taken["json"], strict=True))
    print(f"a bundle costs {ratio:.2f} times the run (must be at most {MUST:g}); the zip has {size / 1024:.0f} KB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
