"""How long `dgcheck run --via` takes with four addresses, beside the slowest of them by itself.

    python tests/benchmarks/via.py [--rounds 7] [--latency 0.05]

Each address is a simulator in a process of its own, with a round trip of its own length. At most 1.3 times is wanted.
Prints one line and judges nothing; the shortest of all rounds counts, since anything else that runs makes them longer.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MUST = 1.3
SIMULATOR = """
import sys
sys.path.insert(0, sys.argv[1])
from dgcheck.sim.server import running
with running(latency=float(sys.argv[2])) as simulator:
    print(simulator.url, flush=True)
    sys.stdin.read()
"""


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--latency", type=float, default=0.05)
    given = parser.parse_args()
    latencies = [given.latency * share for share in (0.1, 0.4, 0.7, 1.0)]
    simulators = [_simulator(latency) for latency in latencies]
    try:
        urls = [(one.stdout.readline() if one.stdout else "").strip() for one in simulators]
        via = [word for number, url in enumerate(urls[:3]) for word in ("--via", f"a{number}={url}")]
        alone, all_of_them = [], []
        for _ in range(given.rounds + 1):
            alone.append(max(_took(url) for url in urls))
            all_of_them.append(_took(urls[3], *via))
    finally:
        for one in simulators:
            one.terminate()
            one.wait()
    slowest, together = min(alone[1:]), min(all_of_them[1:])
    ratio = together / slowest
    print(
        f"via, four addresses, up to {given.latency * 1000:.0f} ms: {ratio:.2f}{' !' if ratio > MUST else ''} of the"
        f" slowest alone (must {MUST}), {together * 1000:.0f} ms and {slowest * 1000:.0f} ms"
    )
    return 0


def _simulator(latency: float) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", SIMULATOR, str(ROOT), str(latency)]
    return subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _took(url: str, *words: str) -> float:
    """Seconds of one whole process."""
    begun = time.monotonic()
    command = [sys.executable, "-m", "dgcheck", "run", url, *words, "-q", "-o", "json"]
    subprocess.run(command, stdout=subprocess.DEVNULL, cwd=ROOT, check=False)
    return time.monotonic() - begun


if __name__ == "__main__":
    sys.exit(main())
