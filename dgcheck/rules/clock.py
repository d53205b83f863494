"""DG6004: the clocks of the server and of this machine disagree."""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Match, Remedy, Severity
from dgcheck.model.evidence import Wire

MOST_SKEW = 60.0  # seconds


def _skew(case: Case) -> Iterator[Match]:
    """Every dated answer disagrees with our clock; one that agrees acquits both clocks (another may be cached)."""
    dated = [seen for seen in case.of(Wire, "") if seen.server_time is not None and not _cached(seen)]
    if not dated:
        return
    nearest = min(dated, key=_off)
    if _off(nearest) <= MOST_SKEW or nearest.server_time is None:
        return
    ahead = nearest.server_time - nearest.local_time
    says = (
        f"The server's clock said {_clock(nearest.server_time)} when this machine's said "
        f"{_clock(nearest.local_time)}: the server is {_span(abs(ahead))} {'ahead' if ahead > 0 else 'behind'}."
    )
    yield Match(says, (nearest.id,), ("status",) if nearest.check == "status" else (nearest.check,))


def _cached(seen: Wire) -> bool:
    return seen.response is not None and bool(seen.response.header("age"))


def _off(seen: Wire) -> float:
    """How far the clocks are apart at least: the Date was written at some moment of the question, in whole seconds."""
    took = sum(one.seconds for one in seen.phases if one.name in ("request", "upgrade", "first_byte", "transfer"))
    ahead = (seen.server_time or 0.0) - seen.local_time
    return max(0.0, ahead, -ahead - took - 1.0)


def _clock(moment: float) -> str:
    from time import gmtime, strftime

    return strftime("%Y-%m-%d %H:%M:%S UTC", gmtime(moment))


def _span(amount: float) -> str:
    for size, name in ((86_400, "days"), (3600, "hours"), (60, "minutes")):
        if amount >= 2 * size:
            return f"{amount / size:.0f} {name}"
    return f"{amount:.0f} seconds"


FAMILY = (
    Cause(
        code="DG6004",
        cause="clock_skew",
        title="The clocks of the server and of this machine disagree",
        explanation=(
            "The Date header of the answers and the clock of this machine are more than a minute apart. "
            "Certificates, licences and signed URLs are judged by the clock, and the times in logs cannot be "
            "compared. Which of the two is right cannot be seen from here; the Date may also be that of a proxy in "
            "front."
        ),
        told_apart="Every dated answer of the run disagrees, beyond the time that the question itself took.",
        remedies=(
            Remedy("See whether this machine's clock is synchronised", "timedatectl status"),
            Remedy("See it on the server, and switch synchronisation on", "timedatectl set-ntp true"),
        ),
        severity=Severity.WARNING,
        when=_skew,
        source="Date header, RFC 9110 section 6.6.1",
    ),
)
