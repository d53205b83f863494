"""Sentences and matches about questions that were answered alike; no causes stand here."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Confidence, Match, Severity
from dgcheck.model.record import replace
from dgcheck.readings.groups import Group, listing_alone
from dgcheck.readings.size import by_size
from dgcheck.readings.telling import path_of, questions, quoted, status_words, upper, writer


def told(found: Group, how: str = "") -> str:
    """`nginx answered 403 Forbidden to POST /v1/listen: “…”`, without a full stop; `how` comes before the quotation."""
    answer = found.response
    return f"{upper(writer(answer))} answered {status_words(answer)} to {questions(found.wires)}{how}{quoted(answer)}"


def grouped(
    found: Group, says: str, facts: Mapping[str, str] | None = None, confidence: Confidence = Confidence.CERTAIN
) -> Match:
    """The match of a group. What worked meanwhile is added to the sentence; empty facts are left out, and with them
    the remedies that need them.
    """
    meanwhile = f" Meanwhile {questions(found.fine)} worked." if found.fine else ""
    filled = {"path": path_of(found.first)} | {name: value for name, value in (facts or {}).items() if value}
    return Match(f"{says}{meanwhile}", found.evidence, found.checks, confidence, facts=filled)


def listing_fails(case: Case, statuses: Collection[int]) -> Iterator[Match]:
    """A warning: speech is served, and `/v1/models` alone is answered with one of these statuses."""
    found = listing_alone(case, statuses)
    if found is not None:
        yield replace(grouped(found, f"{told(found)}."), severity=Severity.WARNING, detail="the listing alone")


def stopped_by_size(case: Case, found: Group) -> bool:
    """Whether all these are POSTs that were too large for a proxy, which says so with another number."""
    sizes = by_size(case)
    return sizes is not None and all(seen.check == "rest" and seen.status == sizes.seen.status for seen in found.wires)
