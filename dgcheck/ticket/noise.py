"""Which times of two runs differ by more than their own spread.

The same phase of the same check is compared, by its shortest time: what is longer waited for something else as well.
A difference counts where it is more than the spread within either run, more than half of the shorter time, and more
than what two runs of an idle deployment differ by (`LEAST`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dgcheck.model.evidence import Ending, Phase, Stream, Wire
from dgcheck.model.record import dataclass
from dgcheck.model.report import Report

# Phases whose length says something of the way or of the deployment, and the seconds below which it does not. One
# answer of a recogniser varies more than one connection.
LEAST: Mapping[str, float] = {
    "resolve": 0.03,
    "connect": 0.02,
    "handshake": 0.04,
    "upgrade": 0.08,
    "first_byte": 0.1,
    "first_interim": 0.2,
    "first_final": 0.3,
    "transfer": 0.1,
}
_SHARE = 0.5  # of the shorter of the two
_TOGETHER = frozenset({"resolve", "connect", "handshake"})  # as long whatever is asked afterwards


@dataclass(frozen=True, slots=True)
class Slower:
    """One phase in both runs, in seconds. `noise` is what their difference had to exceed; `check` is '' for the way
    there, which all checks share. Where `new` is the smaller one it became faster.
    """

    check: str
    phase: str
    old: float
    new: float
    noise: float

    @property
    def slower(self) -> bool:
        """Whether the newer report has the longer time."""
        return self.new > self.old


def slower(old: Report, new: Report) -> tuple[Slower, ...]:
    """The phases that differ beyond noise, the way there first and then in the order of the checks."""
    before, now = _times(old), _times(new)
    found = []
    for key, times in before.items():
        others = now.get(key)
        if not others:
            continue
        first, second = min(times), min(others)
        spread = max(max(times) - first, max(others) - second)
        noise = max(LEAST[key[1]], _SHARE * min(first, second), spread)
        if abs(second - first) > noise:
            found.append(Slower(*key, first, second, noise))
    order = {check.id: place for place, check in enumerate(new.checks)}
    phases = list(LEAST)
    return tuple(sorted(found, key=lambda one: (order.get(one.check, -1), phases.index(one.phase))))


def _times(report: Report) -> dict[tuple[str, str], list[float]]:
    """Seconds by check and phase, of everything that was answered and was no experiment."""
    found: dict[tuple[str, str], list[float]] = {}
    for check, phase in _phases(report):
        if phase.name in LEAST:
            key = ("" if phase.name in _TOGETHER else check, phase.name)
            found.setdefault(key, []).append(phase.seconds)
    return found


def _phases(report: Report) -> Iterator[tuple[str, Phase]]:
    counted: set[tuple[str, float, float]] = set()
    for seen in report.evidence:
        if seen.purpose or seen.ending is not Ending.ANSWERED:
            continue
        if isinstance(seen, Wire) and (seen.status or 500) >= 400:
            continue  # a refusal is quick, whatever the deployment
        if isinstance(seen, Stream) and not seen.heard:
            continue
        for phase in seen.phases:
            key = (phase.name, phase.start, phase.seconds)
            if phase.name not in _TOGETHER or key not in counted:
                counted.add(key)
                yield seen.check, phase
