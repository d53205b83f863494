"""The table of faults: every way in which the stand-in can be made to misbehave, by name.

Each module of this folder has `FAULTS`, in order from the client to the deployment; the modules are read in the
order of `STAGES`. A fault is staged by `NAME`, `NAME=VALUE` where it takes one, `NAME@REPLICA` for one container.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Any

from dgcheck.model.errors import UsageError
from dgcheck.model.record import dataclass
from dgcheck.sim.core import Effect
from dgcheck.sim.faults.fault import Fault

STAGES = (
    "tcp",
    "tls",
    "elsewhere",
    "manner",
    "front",
    "upstream",
    "answers",
    "upgrade",
    "sockets",
    "voices",
    "flux_voices",
    "turns",
    "longer",
    "browser",
    "service",
    "beside",
    "models",
    "requests",
    "healthy",
)


@cache
def table() -> Mapping[str, Fault]:
    """Every fault by its name, from the client to the deployment. Fails on a name that is there twice."""
    found: dict[str, Fault] = {}
    for stage in STAGES:
        module = import_module(f"dgcheck.sim.faults.{stage}")
        for fault in module.FAULTS:
            if fault.name in found:
                raise AssertionError(f"two faults are named {fault.name}")
            found[fault.name] = fault
    return found


@dataclass(frozen=True, slots=True)
class Staged:
    """Faults made ready: `chosen` holds (replica or None, place in the table, effect); `replicas` is how many
    containers they need.
    """

    chosen: tuple[tuple[int | None, int, Effect], ...]
    replicas: int = 1
    beside: bool = False  # one of them shows only where the ports beside the API are served

    def first(self, part: str) -> Any:
        """The first value of that part of an effect that is set, '' when none is."""
        return next((value for _, _, effect in self.chosen if (value := getattr(effect, part))), "")

    def effects(self, replica: int) -> tuple[Effect, ...]:
        """The effects on one replica, the one nearest to the client first."""
        mine = [(place, effect) for which, place, effect in self.chosen if which in (None, replica)]
        return tuple(effect for _, effect in sorted(mine, key=lambda pair: pair[0]))


def staged(words: Sequence[str], replicas: int = 1) -> Staged:
    """Faults as they were named on the command line. Raises UsageError that names the nearest one, or the mistake."""
    order = {name: place for place, name in enumerate(table())}
    chosen = []
    needed = max([replicas, *(find(word.partition("@")[0].partition("=")[0]).replicas for word in words)])
    for word in words:
        name, value, replica = _read(word, needed)
        fault = find(name)
        which = fault.replicas - 1 if replica is None and fault.replicas > 1 else replica
        chosen.append((which, order[name], fault.effect(value)))
    beside = any(find(word.partition("@")[0].partition("=")[0]).beside for word in words)
    return Staged(tuple(chosen), needed, beside)


def find(name: str) -> Fault:
    """The fault of that name. Raises UsageError that names the nearest ones."""
    known = table()
    if name in known:
        return known[name]
    made = [one for one, fault in known.items() if name in fault.causes]
    if made:
        raise UsageError(f"no such fault: {name!r} is a cause; faults that produce it: {', '.join(made)}")
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5) or [one for one in known if name and name in one][:3]
    hint = f"did you mean {', '.join(near)}?" if near else "`dgcheck simulate --list-faults` shows them all"
    raise UsageError(f"no such fault: {name!r}; {hint}")


def _read(word: str, replicas: int) -> tuple[str, float | None, int | None]:
    left, at, place = word.partition("@")
    name, equals, number = left.partition("=")
    value: float | None = None
    if equals:
        try:
            value = float(number)
        except ValueError:
            raise UsageError(f"fault {word!r}: {number!r} is no number") from None
    if at and (not place.isdecimal() or int(place) >= replicas):
        raise UsageError(f"fault {word!r}: there is no replica {place!r}; with {replicas} they count from 0")
    return name, value, int(place) if at else None
