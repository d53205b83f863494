"""What streams cost that last: the core's share and the memory of `--hold`, and how late audio in real time goes out.

    python tests/benchmarks/holding.py [--long 45] [--rounds 3]

The share is the difference between a long and a short hold, so that starting up does not count; its limit is 2 %. The
lateness is that of an ordinary WebSocket server that writes down when each message came, against the one that came
soonest: p95 at most 5 ms, and the final result at most 10 ms after CloseStream. It judges nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import wave
from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from dgcheck.sim.server import running  # noqa: E402 - it is run as a script

SHORT = 5.0  # seconds
STEP = 0.1  # seconds of audio in one message
SECONDS = 5  # of audio


def held(url: str, seconds: float) -> tuple[float, float]:
    """CPU seconds and peak MB of a run that holds streams for so long."""
    command = [sys.executable, "-m", "dgcheck", "run", url, "--only", "ws.hold", "--hold", f"{seconds:g}s", "-q"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=ROOT)
    _, _, used = os.wait4(process.pid, 0)
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


async def streamed(recording: Path) -> tuple[list[list[float]], list[float]]:
    """When each message came on each socket of one run, and the ms from CloseStream to the final result."""
    from websockets.asyncio.server import ServerConnection, serve

    came: list[list[float]] = []

    async def listen(socket: ServerConnection) -> None:
        moments: list[float] = []
        came.append(moments)
        async for message in socket:
            if isinstance(message, bytes):
                moments.append(monotonic())
            elif "CloseStream" in message:
                words = {"alternatives": [{"transcript": "a b"}]}
                await socket.send(json.dumps({"type": "Results", "is_final": True, "channel": words}))
                await socket.send(json.dumps({"type": "Metadata", "duration": SECONDS, "channels": 1}))
                return

    async with serve(listen, "127.0.0.1", 0, compression=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        words = ["--only", "ws.stream", "--pace", "real", "--model", "nova-3", "--audio", str(recording), "-o", "json"]
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "dgcheck", "run", f"http://127.0.0.1:{port}", *words),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            cwd=ROOT,
        )
        out, _ = await process.communicate()
    return came, [_after(seen) for seen in json.loads(out)["evidence"] if seen["kind"] == "stream" and seen["heard"]]


def _after(seen: dict[str, Any]) -> float:
    last = max(one["at_ms"] for one in seen["heard"] if one["is_final"])
    return float(last - seen["close_sent_at_ms"])


def lateness(moments: Sequence[float]) -> list[float]:
    """How late each message was in ms, against the one that was soonest for its place."""
    begun = min(moment - place * STEP for place, moment in enumerate(moments))
    return [(moment - begun - place * STEP) * 1000 for place, moment in enumerate(moments)]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--long", type=float, default=45.0, help="seconds of the longer hold")
    parser.add_argument("--rounds", type=int, default=3, help="runs that stream in real time")
    given = parser.parse_args()
    with running() as sim:
        short, long = held(sim.url, SHORT), held(sim.url, given.long)
    share = 100 * (long[0] - short[0]) / (given.long - SHORT)
    print(f"ws.hold: {share:.2f} % of a core while it waits (2 %); {short[1]:.1f} MB for {SHORT:g} s, ", end="")
    print(f"{long[1]:.1f} MB for {given.long:g} s")
    with tempfile.TemporaryDirectory() as folder:
        recording = Path(folder, "five.wav")
        with wave.open(str(recording), "wb") as file:
            file.setparams((1, 2, 8000, 0, "NONE", "none"))
            file.writeframes(bytes(2 * 8000 * SECONDS))
        found = [asyncio.run(streamed(recording)) for _ in range(given.rounds)]
    late = sorted(one for came, _ in found for moments in came if len(moments) > 1 for one in lateness(moments))
    final = sorted(one for _, after in found for one in after)
    shown = ", ".join(f"{name} {late[int(len(late) * part)]:.1f} ms" for name, part in (("p50", 0.5), ("p95", 0.95)))
    print(f"real time: {len(late)} messages late by {shown} (5 ms), max {late[-1]:.1f} ms")
    print(f"final result after CloseStream: median {final[len(final) // 2]:.1f} ms, max {final[-1]:.1f} ms (10 ms)")


if __name__ == "__main__":
    main()
