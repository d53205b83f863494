"""Reports made by hand, as small as a comparison needs them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dgcheck.model.catalogue import Confidence, Severity
from dgcheck.model.evidence import Seen
from dgcheck.model.record import replace
from dgcheck.model.report import CheckResult, FilledRemedy, Finding, Report, Status

NOON = "2026-09-20T12:00:00.000Z"
HALF_PAST = "2026-09-20T12:30:00.000Z"
NEXT_DAY = "2026-09-21T12:00:00.000Z"
HOST = {"host": "node-3", "container": "", "pod": "", "namespace": ""}
POD = {"host": "dgcheck-7x2lp", "container": "kubernetes", "pod": "dgcheck-7x2lp", "namespace": "voice"}
CHECKS = ("config", "dns", "tcp", "models", "rest", "ws.upgrade", "ws.stream")


def cause(
    code: str, *checks: str, severity: Severity = Severity.ERROR, by: str | None = None, says: str = "", **facts: str
) -> Finding:
    """A finding on these checks; `by` is the code of what explains it."""
    return Finding(
        code=code,
        cause=f"cause_{code.lower()}",
        title=f"Title of {code}",
        severity=severity,
        confidence=Confidence.CERTAIN,
        root=by is None,
        says=says or f"This is {code}.",
        why="",
        remedies=(FilledRemedy(f"Mend {code}", "mend --now"),),
        evidence=(),
        checks=checks,
        caused_by=by,
        facts=facts,
    )


def report(
    *findings: Finding,
    at: str = NOON,
    seen_from: Mapping[str, Any] = HOST,
    evidence: Sequence[Seen] = (),
    settings: Mapping[str, Any] | None = None,
    models: Sequence[str] = (),
    **statuses: Status,
) -> Report:
    """A report with these findings: what they name fails or warns, all else passes, unless `statuses` says so
    (`ws_stream=Status.SKIP`).
    """
    of = dict.fromkeys(CHECKS, Status.PASS)
    for one in findings:
        if one.severity is not Severity.INFO:
            of |= dict.fromkeys(one.checks, Status.FAIL if one.severity is Severity.ERROR else Status.WARN)
    of |= {name.replace("_", "."): status for name, status in statuses.items()}
    worst = next(
        (status for status in (Status.FAIL, Status.WARN, Status.UNKNOWN) if status in of.values()), Status.PASS
    )
    return Report(
        dgcheck="1.0.0",
        run_id="7f3a9c21",
        started=at,
        ended=at,
        verdict=worst,
        interrupted=False,
        target={"given": "http://dg:8080", "url": "http://dg:8080"},
        seen_from=seen_from,
        settings={name: {"value": value, "origin": "flag"} for name, value in (settings or {}).items()},
        environment={"judged_on": {"models": list(models), "model": "", "skipped": {}}},
        checks=tuple(CheckResult(id=check, title="", status=status, summary="") for check, status in of.items()),
        findings=findings,
        evidence=tuple(evidence),
    )


def with_summary(old: Report, check: str, summary: str) -> Report:
    """The report with these words about one check."""
    checks = tuple(replace(one, summary=summary) if one.id == check else one for one in old.checks)
    return replace(old, checks=checks)
