"""A report as plain data: the shape that JSON, YAML and the JSON Schema share.

Durations are milliseconds there (`ms`, `*_ms`), kept to the microsecond; moments are UTC in RFC 3339 or epoch seconds.
`dgcheck.report.saved` reads the same shape back.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from dgcheck.model.evidence import Phase, Seen
from dgcheck.model.hops import Hop
from dgcheck.model.plain import evidence_to_plain, to_plain
from dgcheck.model.report import SCHEMA, AddressResult, CheckResult, Finding, Report
from dgcheck.report.harmless import storable

# Fields of evidence that are seconds in the model and milliseconds in a file.
SEEN_MS = {
    "audio_seconds": "audio_ms",
    "opened_at": "opened_at_ms",
    "audio_sent_at": "audio_sent_at_ms",
    "close_sent_at": "close_sent_at_ms",
    "ended_at": "ended_at_ms",
    "lasts": "lasts_ms",
    "first_after": "first_after_ms",
    "all_after": "all_after_ms",
    "tried": "tried_ms",
    "spoke_at": "spoke_at_ms",
    "heard_at": "heard_at_ms",
    "farewell_at": "farewell_at_ms",
    "acked_at": "acked_at_ms",
}
HEARD_MS = {"at": "at_ms", "duration": "duration_ms"}
PHASE_MS = {"start": "start_ms", "seconds": "ms"}


def to_ms(seconds: float | None) -> float | None:
    """Milliseconds to the microsecond; None stays None."""
    return None if seconds is None else round(seconds * 1000, 3)


def to_seconds(ms: float | None) -> float | None:
    """The inverse of `to_ms`."""
    return None if ms is None else round(ms / 1000, 6)


def report_to_plain(report: Report) -> dict[str, Any]:
    """The whole report as dicts, lists, strings, numbers, booleans and None, in the order of the schema."""
    plain: dict[str, Any] = {
        "schema": SCHEMA,
        "dgcheck": report.dgcheck,
        "run_id": report.run_id,
        "started": report.started,
        "ended": report.ended,
        "verdict": report.verdict.value,
        "exit_code": int(report.exit_code),
        "interrupted": report.interrupted,
        "signal": report.signal,
        "attempts": report.attempts,
        "deadline_passed": report.deadline_passed,
        "fail_on": report.fail_on,
        "target": report.target,
        "seen_from": report.seen_from,
        "settings": report.settings,
        "environment": report.environment,
        "tested": report.tested,
        "untested": report.untested,
        "sdk_settings": report.sdk_settings,
        "trust_stores": report.trust_stores,
        **_via(report),
        "checks": [_check(check) for check in report.checks],
        "findings": [finding_to_plain(finding) for finding in report.findings],
        "evidence": [seen_to_plain(seen) for seen in report.evidence],
    }
    found: dict[str, Any] = all_storable(to_plain(plain))
    return found


def _via(report: Report) -> dict[str, Any]:
    """The other addresses, each with its report, and what lies between them; nothing without --via."""
    if not report.via:
        return {}
    rows = [
        {"name": one.name, "url": one.url, "report": report_to_plain(one.report) if one.report else None}
        for one in report.via
    ]
    return {"via": rows, "hops": [_hop(hop) for hop in report.hops]}


def _hop(hop: Hop) -> dict[str, Any]:
    return {
        "near": hop.near,
        "far": hop.far,
        "breaks": list(hop.breaks),
        "mends": list(hop.mends),
        "contrasts": [{"what": one.what, "near": one.near, "far": one.far} for one in hop.contrasts],
        "added_ms": to_ms(hop.added),
    }


def _check(check: CheckResult) -> dict[str, Any]:
    return {
        "id": check.id,
        "title": check.title,
        "status": check.status.value,
        "summary": check.summary,
        "address": check.address,
        "phases": _phases(check.phases),
        "addresses": [_address(result) for result in check.addresses],
        "tries": check.tries,
        "passed": check.passed,
        **_repeated(check),
        "blocked_by": check.blocked_by,
        "evidence": list(check.evidence),
    }


def _repeated(check: CheckResult) -> dict[str, Any]:
    """What --repeat adds to a check; nothing without it."""
    if check.interval is None:
        return {}
    return {
        "interval": [round(bound, 4) for bound in check.interval],
        "intermittent": check.intermittent,
        "goes_with": check.goes_with,
        "pattern": check.pattern,
    }


def _address(result: AddressResult) -> dict[str, Any]:
    return {
        "address": result.address,
        "status": result.status.value,
        "summary": result.summary,
        "phases": _phases(result.phases),
        "tries": result.tries,
        "passed": result.passed,
        "evidence": list(result.evidence),
    }


def finding_to_plain(finding: Finding) -> dict[str, Any]:
    """One finding as it stands in a file."""
    return {
        "code": finding.code,
        "cause": finding.cause,
        "title": finding.title,
        "severity": finding.severity.value,
        "confidence": finding.confidence.value,
        "root": finding.root,
        "caused_by": finding.caused_by,
        "says": finding.says,
        "why": finding.why,
        "detail": finding.detail,
        "heals": finding.heals,
        "facts": finding.facts,
        "remedies": [
            {"do": remedy.do, "command": remedy.command, "place": remedy.place} for remedy in finding.remedies
        ],
        "evidence": list(finding.evidence),
        "checks": list(finding.checks),
    }


def _phases(phases: Sequence[Phase]) -> list[dict[str, Any]]:
    return [{"name": phase.name, "start_ms": to_ms(phase.start), "ms": to_ms(phase.seconds)} for phase in phases]


def seen_to_plain(seen: Seen) -> dict[str, Any]:
    """One piece of evidence as a file holds it, its times in milliseconds."""
    plain = evidence_to_plain(seen)
    plain = _in_ms(plain, SEEN_MS)
    plain["phases"] = [_in_ms(phase, PHASE_MS) for phase in plain["phases"]]
    if "heard" in plain:
        plain["heard"] = [_in_ms(heard, HEARD_MS) for heard in plain["heard"]]
    return plain


def _in_ms(plain: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {names.get(key, key): to_ms(value) if key in names else value for key, value in plain.items()}


def all_storable(value: Any) -> Any:
    """The same plain data with every string fit for a UTF-8 file, and every number one that JSON knows."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(str(key)): all_storable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [all_storable(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, (bool, int)):
        return value
    return storable(str(value))
