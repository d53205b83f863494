"""DG3040: of several addresses of one deployment, some work and some do not, so that the fault lies between two."""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Confidence, Match, Remedy, Severity
from dgcheck.model.hops import Passage
from dgcheck.readings import hops
from dgcheck.readings.telling import listed


def _between(case: Case) -> Iterator[Match]:
    row = hops.passages(case)
    if len(row) < 2:
        return
    hard = [one for one in hops.breaks(case) if one.hard]
    if hard:
        yield _broken(hard, well=any(one.target and not one.bad for one in row))
    elif all(one.bad and one.bad == row[0].bad for one in row):
        says = (
            f"The same checks fail at every address ({listed(tuple(one.name for one in row))}):"
            f" the fault lies at {row[0].name}, which was named as the nearest to the deployment, or before it."
        )
        yield Match(says, _ids(row), row[0].bad, severity=Severity.INFO)


def _broken(found: list[hops.Break], *, well: bool) -> Match:
    """One match for the whole row: somebody looks for one place."""
    parts = []
    for one in found:
        code = f", with {one.fails.code} {one.fails.cause}" if one.fails.code else ""
        parts.append(
            f"It breaks between {one.works.name} and {one.fails.name}: {listed(one.checks)}"
            f" {'is' if len(one.checks) == 1 else 'are'} well through {one.works.name} ({one.works.url}) and"
            f" {'fails' if len(one.checks) == 1 else 'fail'} through {one.fails.name} ({one.fails.url}){code}."
        )
    first = found[0]
    if not first.outward:
        parts.append(
            f"{first.fails.name} was named as nearer to the deployment than {first.works.name}: see whether the order"
            " is right, or whether that way in is used at all."
        )
    seen = tuple(dict.fromkeys(id_ for one in found for id_ in (one.works.id, one.fails.id)))
    return Match(
        " ".join(parts),
        seen,
        tuple(dict.fromkeys(check for one in found for check in one.checks)),
        # What is wrong with this report's own address has its cause; here stands where it lies.
        severity=Severity.ERROR if well else Severity.INFO,
        confidence=Confidence.CERTAIN if len(found) == 1 else Confidence.LIKELY,
        facts={"near": first.works.name, "far": first.fails.name, "run": first.fails.run_id, "there": first.fails.url},
        detail=f"between {first.works.name} and {first.fails.name}",
    )


def _ids(row: tuple[Passage, ...]) -> tuple[str, ...]:
    return tuple(one.id for one in row)


FAMILY = (
    Cause(
        code="DG3040",
        cause="breaks_between_addresses",
        title="It breaks between two of the addresses",
        explanation=(
            "The same deployment was asked through several addresses (--via), and what works through one does not work"
            " through its neighbour. So the fault lies in what stands between the two: the proxy, the load balancer,"
            " the Service or the name that the farther one adds. What is nearer to the deployment need not be looked"
            " at.\n\nWhat differs between the two is listed with them: the status, headers that were added or taken,"
            " TLS, models, the size of a body, the time for which a quiet stream may live. The cause that the farther"
            " address has by itself says what is wrong there."
        ),
        told_apart=(
            "Where every address fails alike, nothing is placed: the fault lies at the nearest one or before it. Where"
            " the nearer one fails and the farther one works, the order may be wrong."
        ),
        remedies=(
            Remedy("See what is wrong at the farther one, by itself", "dgcheck run {there}"),
            Remedy(
                "Look for this run in the log of what stands between {near} and {far}", "grep 'run/{run}' ACCESS_LOG"
            ),
            Remedy(
                "Where several things stand between the two, name an address between them as well",
                "dgcheck run {base} --via NAME=URL",
            ),
        ),
        when=_between,
        source="dgcheck",
    ),
)
