"""What a process took, and what it did not get."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


def starved(pid: int) -> float:
    """Wait for the end of a child, and return the seconds for which it could have run and was not let.

    The time of other programs is not dgcheck's. The child is still to be reaped. 0 where the kernel does not count.
    """
    if sys.platform == "win32":
        return 0.0
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9
    except (OSError, IndexError):
        return 0.0


def environment(**more: str) -> dict[str, str]:
    """This process's, without what would steer a run, and such that dgcheck is found from any folder."""
    steering = ("DGCHECK_", "DEEPGRAM_")
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(steering) and not name.lower().endswith("_proxy")
    }
    return {**kept, "PYTHONPATH": os.getcwd(), **more}


# A small process starts the one to be measured: the kernel counts what its parent held as its own.
_MEASURE = """
import json, os, resource, subprocess, sys, threading, time
sys.path.insert(0, os.environ["PYTHONPATH"])
from tests.safety.processes import starved
out, err, *words = sys.argv[1:]
with open(out, "wb") as stdout, open(err, "wb") as stderr:
    begun = time.monotonic()
    process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr)
    threading.Timer(60, process.kill).start()
    waited = starved(process.pid)
    seconds = time.monotonic() - begun - waited
    code = process.wait()
most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps({"code": code, "seconds": seconds, "most": most}), flush=True)
os._exit(0)
"""


@dataclass(frozen=True)
class Measured:
    """How a process ended: exit code, output, and what it took; seconds without those in which other programs ran."""

    code: int
    out: str
    err: str
    seconds: float
    megabytes: float


def measured(words: Sequence[str], folder: Path, name: str, **environ: str) -> Measured:
    """Run a program and measure it; its output goes to files in `folder` named `name`."""
    out, err = folder / f"{name}.out", folder / f"{name}.err"
    command = [sys.executable, "-c", _MEASURE, str(out), str(err), *words]
    done = subprocess.run(
        command, stdout=subprocess.PIPE, env=environment(**environ), cwd=folder, check=True, timeout=90
    )
    facts = json.loads(done.stdout)
    unit = 1 << 10 if sys.platform == "linux" else 1 << 20
    texts = (out.read_text("utf-8"), err.read_text("utf-8"))
    return Measured(facts["code"], *texts, facts["seconds"], facts["most"] / unit)
