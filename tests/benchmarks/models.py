"""How long `dgcheck models` takes beside the four round trips that it cannot do without (name, TCP, TLS, listing).

    python tests/benchmarks/models.py [--rounds 9]

Needs root, Linux and the yardstick's folder, as `figures.py` does. At 50 ms over TLS the whole process, start-up
included, is to take at most 1.7 times its four round trips. Prints one line per figure and judges nothing; the exit
code is 1 where nothing could be measured.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.lab import TLS_URL, Lab, NoLab  # noqa: E402 - it is run as a script

PYTHON = sys.executable
ROUND_TRIPS = 4
MUST = {50: 1.7, 100: 1.7}


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the laboratory is taken down
    script = Path(PYTHON).with_name("dgcheck")
    dgcheck = [str(script)] if script.exists() else [PYTHON, "-m", "dgcheck"]
    yardstick = Path(os.environ.get("DGCHECK_PERF", ROOT.parent / "shared" / "perf"))
    try:
        with Lab(yardstick) as lab:
            for delay, must in MUST.items():
                lab.round_trip(delay)
                ca = str(lab.ca)
                commands = {
                    "curl": ["curl", "-s", "-o", "/dev/null", "--cacert", ca, f"{TLS_URL}/v1/models"],
                    "models": [*dgcheck, "models", TLS_URL, "--ca-file", ca],
                }
                timed = lab.time(commands, rounds=rounds, base="curl")
                true = lab.kernel_rtt()
                ratio = timed["models"].wall / (ROUND_TRIPS * true)
                over = " !" if ratio > must else ""
                print(
                    f"models, {delay} ms, TLS: {ratio:.2f}{over} of four round trips (must {must}), "
                    f"{timed['models'].wall:.0f} ms, {timed['models'].wall_ratio:.2f} of curl, "
                    f"RTT {true:.1f} ms by TCP_INFO, exits {set(timed['models'].exits)}"
                )
    except NoLab as reason:
        print(f"no figures: {reason}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
