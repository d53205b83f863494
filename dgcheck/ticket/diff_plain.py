"""A comparison as plain data: the document of `dgcheck diff -o json`, whose schema is `diff.v1.schema.json`."""

from __future__ import annotations

from typing import Any

from dgcheck import __version__
from dgcheck.model.catalogue import Severity
from dgcheck.model.exits import Exit
from dgcheck.model.report import CheckResult, Finding, Report, Status
from dgcheck.report import wording
from dgcheck.report.harmless import escape_json
from dgcheck.report.json import laid_out
from dgcheck.report.plain import all_storable, to_ms
from dgcheck.ticket.compared import Comparison
from dgcheck.ticket.found import Difference
from dgcheck.ticket.noise import Slower
from dgcheck.ticket.place import Kind
from dgcheck.ticket.told import summary

SCHEMA = "dgcheck/diff/v1"


def exit_code(one: Comparison, fail_on: str) -> Exit:
    """0 where nothing is worse; 1 where something broke, or breaks in one of two places alone; 3 where it is not known.

    With `fail_on` "warning" a new warning is 5.
    """
    fresh = [*one.worse, *(one.fixed if one.kind is Kind.PLACES else ())]
    if any(cause.severity is Severity.ERROR for cause in fresh):
        return Exit.FAILED
    if one.untold or Status.UNKNOWN in (one.new.verdict, one.old.verdict if one.kind is Kind.PLACES else None):
        return Exit.UNKNOWN
    if fail_on == "warning" and any(cause.severity is Severity.WARNING for cause in fresh):
        return Exit.WARNINGS
    return Exit.OK


def render(one: Comparison, fail_on: str, *, ascii: bool) -> str:  # noqa: A002
    """The comparison as one JSON document."""
    return escape_json(laid_out(plain(one, fail_on), ascii=ascii)) + "\n"


def plain(one: Comparison, fail_on: str = "error") -> dict[str, Any]:
    """The comparison as dicts, lists, strings, numbers, booleans and None, in the order of the schema."""
    found: dict[str, Any] = all_storable(
        {
            "schema": SCHEMA,
            "dgcheck": __version__,
            "compared_as": one.kind.value,
            "differs": one.differs,
            "exit_code": int(exit_code(one, fail_on)),
            "summary": summary(one),
            "reports": {
                "old": {"label": one.labels[0], **side(one.old)},
                "new": {"label": one.labels[1], **side(one.new)},
            },
            "cautions": list(one.cautions),
            "fixed": [finding(cause) for cause in one.fixed],
            "new": [finding(cause) | {"hidden_before": cause.code in one.hidden} for cause in one.new_causes],
            "changed": [
                {
                    "checks": list(change.checks),
                    "old": finding(change.old),
                    "new": [finding(cause) for cause in change.new],
                }
                for change in one.changed
            ],
            "still": [
                {"old": finding(pair.old), "new": finding(pair.new), "beneath": pair.beneath or None}
                for pair in one.still
            ],
            "not_tested": [finding(cause.finding) | {"reason": cause.why} for cause in one.untold],
            "slower": [_time(row) for row in one.slower if row.slower],
            "faster": [_time(row) for row in one.slower if not row.slower],
            "checks": [
                {"id": change.id, "old": _check(change.old), "new": _check(change.new)} for change in one.checks
            ],
            "settings": [_difference(row) for row in one.settings],
            "found": [_difference(row) for row in one.found],
            "remarks": {
                "gone": [finding(cause) for cause in one.remarks_gone],
                "new": [finding(cause) for cause in one.remarks_new],
            },
        }
    )
    return found


def finding(cause: Finding) -> dict[str, Any]:
    """A finding as the documents of `diff` and `verify` have it."""
    return {
        "code": cause.code,
        "cause": cause.cause,
        "title": cause.title,
        "severity": cause.severity.value,
        "confidence": cause.confidence.value,
        "says": cause.says,
        "checks": list(cause.checks),
        "remedies": [{"do": one.do, "command": one.command, "place": one.place} for one in cause.remedies],
    }


def side(report: Report) -> dict[str, Any]:
    """One of the two reports as the documents of `diff` and `verify` have it."""
    return {
        "target": wording.target(report),
        "started": report.started,
        "verdict": report.verdict.value,
        "seen_from": dict(report.seen_from),
        "dgcheck": report.dgcheck,
        "run_id": report.run_id,
    }


def _time(row: Slower) -> dict[str, Any]:
    return {
        "check": row.check or None,
        "phase": row.phase,
        "old_ms": to_ms(row.old),
        "new_ms": to_ms(row.new),
        "noise_ms": to_ms(row.noise),
    }


def _check(check: CheckResult | None) -> dict[str, Any] | None:
    return None if check is None else {"status": check.status.value, "summary": check.summary}


def _difference(row: Difference) -> dict[str, Any]:
    return {"what": row.what, "old": row.old, "new": row.new}
