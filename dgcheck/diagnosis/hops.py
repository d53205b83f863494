"""Joins the reports of several addresses of one deployment: their order, and what lies between each two of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from dgcheck.diagnosis.contrasts import added, contrasts, likeness, quickest
from dgcheck.diagnosis.judge import rejudge
from dgcheck.model.asking import Probe
from dgcheck.model.catalogue import Severity
from dgcheck.model.evidence import Ending
from dgcheck.model.hops import Hop, Passage
from dgcheck.model.record import replace
from dgcheck.model.report import Report, Status, Via
from dgcheck.model.target import Settings
from dgcheck.readings.hops import changes, doubted, lost

_KIND = {Status.PASS: "well", Status.SKIP: "well", Status.FAIL: "bad", Status.WARN: "doubtful"}
SOONER = 0.003  # seconds by which an address has to answer sooner to be taken for nearer
TARGET = "target"  # what the address of the report itself is called where no --via names it


def joined(report: Report, others: Sequence[Via], settings: Settings, probes: Sequence[Probe]) -> Report:
    """The report with the addresses beside it, in order, and with the findings that they bring.

    `others` are in the order in which they were named. One whose URL is that of the report gives it its name and
    its place; else it stands at that end of the row to which it fits, the far one in doubt. The findings of the
    report are made anew from its evidence and what the others came to; its own address keeps its report.
    """
    row = _row(report, others)
    if len(row) < 2:
        return report
    passages = [_passage(one.report or report, one, place) for place, one in enumerate(row)]
    evidence = [seen for seen in report.evidence if not isinstance(seen, Passage)]
    plain = {"environment": report.environment, "target": report.target, "run_id": report.run_id}
    judged = rejudge(plain, [*evidence, *passages], settings, probes)
    return replace(
        report,
        verdict=judged.verdict,
        checks=judged.checks,
        findings=judged.findings,
        evidence=judged.evidence,
        via=tuple(row),
        hops=tuple(
            _hop(one, other, near.report or report, far.report or report)
            for (one, near), (other, far) in pairwise(zip(passages, row, strict=True))
        ),
    )


def _row(report: Report, others: Sequence[Via]) -> list[Via]:
    """Every address once, the nearest to the deployment first."""
    url = str(report.target.get("url") or "")
    own = next((place for place, one in enumerate(others) if one.report is None), None)
    if own is not None:
        row = list(others)
    else:
        mine = Via(url if any(one.name == TARGET for one in others) else TARGET, url, None)
        row = _better([mine, *others], [*others, mine], report)
    return row[::-1] if _turned(row, report) else row


def _better(first: list[Via], last: list[Via], report: Report) -> list[Via]:
    """The order in which it turns from working to failing less often; else that in which neighbours are more alike;
    else that in which the one that works, or answers sooner by far, is nearer to the deployment.
    """
    one, other = (changes(_passages(row, report)) for row in (first, last))
    if one != other:
        return first if one < other else last
    near, far = first[1].report or report, last[-2].report or report
    alike, unlike = likeness(report, near), likeness(report, far)
    if alike != unlike:
        return first if alike > unlike else last
    mine, *others = _passages(first, report)
    if any(lost(mine, other) for other in others):
        return first
    if any(lost(other, mine) for other in others):
        return last
    times = [quickest(via.report or report) for via in first]
    known = [time for time in times if time is not None]
    return first if len(known) == len(times) and known[0] + SOONER < min(known[1:]) else last


def _turned(row: Sequence[Via], report: Report) -> bool:
    """Whether the row was named from the outside in: then it fails at its beginning and works at its end."""
    passages = _passages(row, report)
    outward = sum(bool(lost(near, far)) for near, far in pairwise(passages))
    inward = sum(bool(lost(far, near)) for near, far in pairwise(passages))
    return inward > 0 and outward == 0


def _passages(row: Sequence[Via], report: Report) -> list[Passage]:
    return [_passage(one.report or report, one, place) for place, one in enumerate(row)]


def _passage(report: Report, via: Via, place: int) -> Passage:
    """What the run through one address came to."""
    answer = next((one for one in report.findings if one.root and one.severity is not Severity.INFO), None)
    by: dict[str, list[str]] = {"well": [], "bad": [], "doubtful": []}
    for check in report.checks:
        kind = _KIND.get(check.status, "")
        if kind and not check.blocked_by:  # what was not reached is neither
            by[kind].append(check.id)
    return Passage(
        id=f"v{place + 1}",
        check="via",
        ending=Ending.ANSWERED,
        name=via.name,
        url=via.url,
        place=place,
        target=via.report is None,
        verdict=report.verdict.value,
        code=answer.code if answer else "",
        cause=answer.cause if answer else "",
        says=answer.says if answer else "",
        well=tuple(by["well"]),
        bad=tuple(by["bad"]),
        doubtful=tuple(by["doubtful"]),
        run_id=report.run_id,
    )


def _hop(near: Passage, far: Passage, one: Report, other: Report) -> Hop:
    return Hop(
        near=near.name,
        far=far.name,
        breaks=(*lost(near, far), *doubted(near, far)),
        mends=(*lost(far, near), *doubted(far, near)),
        contrasts=contrasts(one, other),
        added=added(one, other),
    )


def again(report: Report, settings: Settings, probes: Sequence[Probe], one: Callable[[Report], Report]) -> Report:
    """The joined report judged anew: `one` judges the report of a single address."""
    others = [Via(via.name, via.url, None if via.report is None else one(via.report)) for via in report.via]
    evidence = tuple(seen for seen in report.evidence if not isinstance(seen, Passage))
    own = one(replace(report, via=(), hops=(), evidence=evidence))
    return joined(own, others, settings, probes)
