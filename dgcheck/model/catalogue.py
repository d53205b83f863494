"""Causes: what can be wrong, how it is recognised, and what a person can do about it.

A `Cause` is one entry of the catalogue and everything that belongs to it: the page, the live rule
(`when`), and whether waiting can heal it. Families of causes live in `dgcheck.rules`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from dgcheck.model.record import dataclass, field

if TYPE_CHECKING:
    from dgcheck.model.case import Case


class Severity(StrEnum):
    """How much a finding matters to the verdict."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Confidence(StrEnum):
    """How far the evidence carries a claim."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


class Heals(StrEnum):
    """Whether waiting can mend a cause, nobody at dgcheck's end doing anything."""

    SOON = "soon"  # an ordinary start, a restart or an overload brings it along: it passes
    PERHAPS = "perhaps"  # it looks as if it would stay, yet on an install day somebody is still at it
    NEVER = "never"  # it lies in what dgcheck itself was given, or in what no start changes


@dataclass(frozen=True, slots=True)
class Remedy:
    """Something a person can do.

    `do` and `command` are templates over the finding's facts and the target's (`{host}`, `{port}`,
    `{base}`, `{model}`, `{address}`...). A remedy with a placeholder that has no value is left out.
    `place` names the device or platform it is for (`nginx`, `envoy`, `compose`, `helm`...; see
    `diagnosis/places.py`); such a remedy is shown first where the evidence points there, and not at all
    where the evidence points elsewhere. One that `leads` is likelier than those of any place.
    """

    do: str
    command: str = ""
    place: str = ""
    leads: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """One cause recognised in a case.

    `says` is the finished sentence with the real values; `evidence` and `checks` the ids it rests on.
    `facts` fill the remedies' templates. `severity` is given only where it differs from the cause's.
    `detail` is a finer word than the cause's own, in a few words. `remedies` are of this match alone, no templates, and
    stand before those of the cause.
    """

    says: str
    evidence: tuple[str, ...]
    checks: tuple[str, ...]
    confidence: Confidence = Confidence.CERTAIN
    facts: Mapping[str, str] = field(default_factory=dict)
    severity: Severity | None = None
    detail: str = ""
    remedies: tuple[Remedy, ...] = ()


@dataclass(frozen=True, slots=True)
class Cause:
    """An entry of the catalogue.

    `code` is `DG` and four digits, `cause` its stable snake_case word; neither is ever reused.
    `title` names the fault in a few words, `explanation` is the page (paragraphs, plain text),
    `told_apart` says how it differs from its neighbours. `explains` lists the causes that are its
    effects: where both are found, they stand beneath it. `heals` says whether waiting can mend it,
    from which `wait` knows how long to go on.
    `when` is the live rule; None where another part of dgcheck names the cause.
    `source` says how we know. `retired` keeps the entry of a cause that is no longer named.
    """

    code: str
    cause: str
    title: str
    explanation: str
    remedies: tuple[Remedy, ...]
    severity: Severity = Severity.ERROR
    told_apart: str = ""
    explains: tuple[str, ...] = ()
    heals: Heals = Heals.PERHAPS
    when: Callable[[Case], Iterable[Match]] | None = None
    source: str = ""
    retired: str = ""
