"""Exit codes, by themselves: what says `--help` needs them without the rest of the model."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes, the same in every output format."""

    OK = 0
    FAILED = 1
    USAGE = 2
    UNKNOWN = 3
    DEADLINE = 4
    WARNINGS = 5
    INTERRUPTED = 130
    TERMINATED = 143
