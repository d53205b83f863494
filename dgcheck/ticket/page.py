"""Text files of a bundle: lines that a person reads, in which nothing of a server commands a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from dgcheck.report.harmless import one_line

LINE = 65_536  # characters of one line; evidence keeps less
_INDENT = "    "


def page(lines: Iterable[str]) -> str:
    """The lines as a file: each made safe to show, one line break at the end."""
    return "\n".join(one_line(line.expandtabs(4), LINE) for line in lines) + "\n"


def lines_of(text: str) -> list[str]:
    """A text of a server in its own lines, whichever breaks it has; [] for nothing."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if text else []


def quoted(text: str) -> list[str]:
    """The same, set in from the left."""
    return [_INDENT + line for line in lines_of(text)]


def columns(rows: Sequence[tuple[str, str]]) -> list[str]:
    """Names and values, the values in one column."""
    width = max((len(name) for name, _ in rows), default=0) + 2
    return [f"{name + ':':<{width}}{value}" for name, value in rows]


def utc(moment: float) -> str:
    """Epoch seconds as people and machines read them: `2026-09-20T10:15:02.123Z`; '' where it is no moment."""
    try:
        return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z" if moment else ""
    except (ValueError, OverflowError, OSError):
        return ""


def epoch(text: str) -> float:
    """Epoch seconds of a moment in RFC 3339; 0 where it is none."""
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError):
        return 0.0
