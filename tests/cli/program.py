"""dgcheck as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import IO

SECONDS = 60  # that a whole dgcheck may take in a test on a busy machine


def started(*words: str, **environ: str) -> subprocess.Popen[str]:
    """The process, with its standard output and standard error to read."""
    return subprocess.Popen(
        [sys.executable, "-m", "dgcheck", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environ},
    )


def line_of(stream: IO[str] | None) -> str:
    """The next line that it writes."""
    assert stream is not None
    return stream.readline()
