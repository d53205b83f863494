"""The way through several addresses in words: each with its outcome, and what differs between two neighbours."""

from __future__ import annotations

from dgcheck.model.catalogue import Severity
from dgcheck.model.hops import Hop
from dgcheck.model.record import dataclass
from dgcheck.model.report import Report, Status, Via
from dgcheck.report.harmless import one_line, word

TITLE = "Through each address, the nearest to the deployment first"
_SHOWN = 12  # differences of one hop; the JSON has them all
_VALUE = 160  # characters of one value


@dataclass(frozen=True, slots=True)
class Place:
    """One address: its name, its URL, what became of it, and the answer ('' where nothing is wrong)."""

    name: str
    url: str
    verdict: Status
    answer: str


@dataclass(frozen=True, slots=True)
class Between:
    """What lies between two neighbours: `says` in one sentence, `rows` of (what, near, far), `left` not shown.

    `broken` tells that it breaks here.
    """

    near: str
    far: str
    says: str
    rows: tuple[tuple[str, str, str], ...]
    left: int
    broken: bool


def places(report: Report) -> tuple[Place, ...]:
    """Every address in order; () without `--via`."""
    return tuple(_place(report, via) for via in report.via)


def _place(report: Report, via: Via) -> Place:
    own = via.report or report
    # What stands between the addresses is told of all of them, not of one.
    answer = next(
        (
            one
            for one in own.findings
            if one.root and one.severity is not Severity.INFO and one.cause != "breaks_between_addresses"
        ),
        None,
    )
    said = f"{word(answer.code, 12)} {one_line(answer.title, 120)}" if answer else ""
    verdict = own.verdict if via.report or answer else _without(own)
    return Place(word(via.name, 40), one_line(via.url, 200), verdict, said)


def _without(report: Report) -> Status:
    """The verdict of the report's own address, where the only cause lies at another."""
    return Status.UNKNOWN if report.verdict is Status.UNKNOWN else Status.PASS


def between(report: Report, *, every: bool = False) -> tuple[Between, ...]:
    """What lies between each two neighbours; `every` shows all differences."""
    return tuple(_between(hop, every) for hop in report.hops)


def _between(hop: Hop, every: bool) -> Between:
    near, far = word(hop.near, 40), word(hop.far, 40)
    rows = [
        (one_line(one.what, 60), one_line(one.near, _VALUE) or "–", one_line(one.far, _VALUE) or "–")
        for one in hop.contrasts
    ]
    kept = rows if every else rows[:_SHOWN]
    return Between(near, far, _says(hop, near, far), tuple(kept), len(rows) - len(kept), bool(hop.breaks or hop.mends))


def _says(hop: Hop, near: str, far: str) -> str:
    parts = []
    if hop.breaks:
        parts.append(f"it breaks between {near} and {far}: {_checks(hop.breaks)} at {near}, not at {far}")
    if hop.mends:
        parts.append(f"{_checks(hop.mends)} at {far}, not at {near}, which is odd for the one that is nearer")
    if not parts:
        parts.append(f"between {near} and {far} nothing breaks")
    if hop.added is not None:
        parts.append(added(hop.added, near, far))
    return "; ".join(parts)


def _checks(ids: tuple[str, ...]) -> str:
    named = [word(one, 24) for one in ids]
    listed = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
    return f"{listed} {'works' if len(named) == 1 else 'work'}"


def added(seconds: float, near: str, far: str) -> str:
    """What a hop adds to the time until the first byte of a small answer."""
    ms = seconds * 1000
    if ms <= -5:
        return f"{far} answers {-ms:.0f} ms sooner than {near}"
    return (
        f"it adds {ms:.1f} ms"
        if 1 <= ms < 10
        else f"it adds {ms:.0f} ms"
        if ms >= 10
        else "it adds no time to speak of"
    )
