"""What a process took, and what it did not get."""

from __future__ import annotations

import os
import sys
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
