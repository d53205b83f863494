"""All results of a fleet as one: its verdict, its counts, its exit code."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dgcheck.fleet.result import Result
from dgcheck.model.exits import Exit
from dgcheck.model.record import dataclass
from dgcheck.model.report import Status

SCHEMA = "dgcheck/fleet/v1"
# The worst first.
ORDER = {Status.FAIL: 0, Status.UNKNOWN: 1, Status.WARN: 2, Status.PASS: 3, Status.SKIP: 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A fleet, or one share of it, when it is over. Moments are UTC in RFC 3339.

    `list` is the same for all shares of one file, which has `all` targets. `shards` are the shares in it, as `I/N`, and
    `missing` those that should be.
    """

    dgcheck: str
    file: str
    list: str
    all: int
    shards: tuple[str, ...]
    started: str
    ended: str
    seen_from: str
    results: tuple[Result, ...]
    interrupted: bool = False
    signal: int = 0
    missing: tuple[str, ...] = ()

    @property
    def verdict(self) -> Status:
        """That of the worst target, where a missing share is unknown; skip for a share without any."""
        found = [one.verdict for one in self.results] + [Status.UNKNOWN for _ in self.missing]
        return min(found, key=ORDER.__getitem__, default=Status.SKIP)

    @property
    def counts(self) -> dict[str, int]:
        """How many targets got each verdict, and how many were not finished (they are unknown too)."""
        found = {status.value: 0 for status in (Status.FAIL, Status.UNKNOWN, Status.WARN, Status.PASS)}
        for one in self.results:
            found[one.verdict.value] += 1
        return {**found, "unfinished": sum(not one.finished for one in self.results)}

    @property
    def exit_code(self) -> Exit:
        """The worst of all targets; that of the signal where one ended it."""
        if self.signal:
            return Exit(128 + self.signal)
        return worst([*(Exit(one.exit_code) for one in self.results), *(Exit.UNKNOWN for _ in self.missing)])

    def sorted(self) -> tuple[Result, ...]:
        """The results with the worst first, and those of one cause together."""
        return tuple(sorted(self.results, key=lambda one: (ORDER[one.verdict], one.finished, one.code, one.name)))


def worst(codes: Iterable[Exit]) -> Exit:
    """One exit code for many: failed before not known, before warnings; 2 only where nothing at all was asked."""
    found = set(codes)
    if found == {Exit.USAGE}:
        return Exit.USAGE
    if found & {Exit.FAILED, Exit.USAGE}:
        return Exit.FAILED
    if found & {Exit.UNKNOWN, Exit.DEADLINE, Exit.INTERRUPTED, Exit.TERMINATED}:
        return Exit.UNKNOWN
    return Exit.WARNINGS if Exit.WARNINGS in found else Exit.OK


def head(summary: Summary) -> dict[str, Any]:
    """What is known of a fleet before its first target."""
    return {
        "schema": SCHEMA,
        "dgcheck": summary.dgcheck,
        "file": summary.file or None,
        "list": summary.list,
        "all": summary.all,
        "shards": [*summary.shards],
        "missing": [*summary.missing],
        "started": summary.started,
        "seen_from": summary.seen_from or None,
    }


def foot(summary: Summary) -> dict[str, Any]:
    """What is known when it is over."""
    return {
        "ended": summary.ended,
        "verdict": summary.verdict.value,
        "exit_code": int(summary.exit_code),
        "interrupted": summary.interrupted,
        "signal": summary.signal or None,
        "targets": len(summary.results),
        "counts": summary.counts,
    }
