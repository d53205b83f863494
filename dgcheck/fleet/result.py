"""What is kept of one target: the verdict, the answer in words, and numbers. Its evidence is not: memory stays flat."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from dgcheck.model.catalogue import Confidence, Severity
from dgcheck.model.evidence import Configured
from dgcheck.model.exits import Exit
from dgcheck.model.record import dataclass
from dgcheck.model.report import Finding, Report, Status
from dgcheck.report import wording
from dgcheck.report.harmless import block, one_line, paragraphs, word

SAYS, DO, COMMAND, SUMMARY = 700, 400, 600, 200  # characters that are kept of them
MOST_CAUSES = 8


# Most targets of a fleet have most of their checks in common: these are kept once for all of them.
_SHARED = 20_000


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of one check; `summary` only where it did not pass."""

    id: str
    status: Status
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One target in a kilobyte.

    `code`, `cause`, `title`, `says` and the remedy `do` with its `command` are '' where nothing is wrong. `also` are
    the codes of other causes. `took` is in seconds, None where nothing was run. What is not `finished` was interrupted
    or never begun, and `says` why. `insecure` tells that no certificate was verified. `report` is the file with
    everything, '' where none was asked for.
    """

    name: str
    url: str
    verdict: Status
    exit_code: int
    finished: bool = True
    code: str = ""
    cause: str = ""
    title: str = ""
    severity: str = ""
    confidence: str = ""
    says: str = ""
    do: str = ""
    command: str = ""
    also: tuple[str, ...] = ()
    checks: tuple[Checked, ...] = ()
    started: str = ""
    took: float | None = None
    run_id: str = ""
    insecure: bool = False
    report: str = ""


@lru_cache(_SHARED)
def _checks(rows: tuple[tuple[str, Status, str], ...]) -> tuple[Checked, ...]:
    return tuple(_checked(*row) for row in rows)


@lru_cache(_SHARED)
def _checked(name: str, status: Status, summary: str) -> Checked:
    return Checked(name, status, summary)


def kept(name: str, url: str, report: Report, *, file: str = "") -> Result:
    """The result of a report that is over and will be forgotten."""
    causes = [one for one in report.findings if one.root and one.severity is not Severity.INFO]
    answer = report.root if report.root in causes else next(iter(causes), None)
    return Result(
        name=name,
        url=url,
        verdict=report.verdict,
        exit_code=int(report.exit_code),
        **_answered(answer, report),
        also=tuple(dict.fromkeys(word(one.code, 12) for one in causes if one is not answer))[:MOST_CAUSES],
        checks=_checks(
            tuple(
                (one.id, one.status, "" if one.status is Status.PASS else one_line(one.summary[:SUMMARY]))
                for one in report.checks
            )
        ),
        started=report.started,
        took=wording.seconds(report),
        run_id=word(report.run_id, 40),
        insecure=any(isinstance(seen, Configured) and seen.insecure for seen in report.evidence),
        report=file,
    )


def _answered(answer: Finding | None, report: Report) -> dict[str, Any]:
    if answer is None:
        return {"says": _unknown(report) if report.verdict is Status.UNKNOWN else ""}
    remedy = answer.remedies[0] if answer.remedies else None
    return {
        "code": word(answer.code, 12),
        "cause": word(answer.cause, 60),
        "title": sys.intern(one_line(answer.title, 200)),
        "severity": answer.severity.value,
        "confidence": answer.confidence.value,
        "says": one_line(answer.says, SAYS),
        "do": sys.intern(" ".join(paragraphs(remedy.do, DO))) if remedy else "",
        "command": "\n".join(block(remedy.command, COMMAND)) if remedy and remedy.command else "",
    }


def _unknown(report: Report) -> str:
    open_ = ", ".join(one.id for one in report.checks if one.status is Status.UNKNOWN)
    return f"It is not known whether all is well{f': no answer to {open_}' if open_ else ''}."


def unfinished(name: str, url: str, why: str) -> Result:
    """The result of a target that was not checked to the end."""
    says = one_line(why, SAYS)
    return Result(name=name, url=url, verdict=Status.UNKNOWN, exit_code=Exit.UNKNOWN, finished=False, says=says)


def is_certain(result: Result) -> bool:
    """Whether the answer is more than likely."""
    return result.confidence in ("", Confidence.CERTAIN.value)


def plain(result: Result) -> dict[str, Any]:
    """The result as JSON has it; None for what there is none of."""
    return {
        "name": result.name,
        "url": result.url,
        "verdict": result.verdict.value,
        "exit_code": int(result.exit_code),
        "finished": result.finished,
        "code": result.code or None,
        "cause": result.cause or None,
        "title": result.title or None,
        "severity": result.severity or None,
        "confidence": result.confidence or None,
        "says": result.says or None,
        "do": result.do or None,
        "command": result.command or None,
        "also": list(result.also),
        "checks": [
            {"id": one.id, "status": one.status.value, **({"summary": one.summary} if one.summary else {})}
            for one in result.checks
        ],
        "started": result.started or None,
        "took_ms": None if result.took is None else round(result.took * 1000, 1),
        "run_id": result.run_id or None,
        "insecure": result.insecure,
        "report": result.report or None,
    }


class Damaged(ValueError):
    """What was read is no result; the text says why."""


def from_plain(found: Mapping[str, Any]) -> Result:
    """The result that JSON holds, every text made harmless and cut to its length. Raises Damaged."""
    took = found.get("took_ms")
    if not (took is None or (_is_number(took) and 0 <= took < 1e11)):
        raise Damaged("took_ms is no time")
    checks = found.get("checks", [])
    if not isinstance(checks, list) or len(checks) > 100 or not all(isinstance(one, dict) for one in checks):
        raise Damaged("checks is no list of checks")
    also = found.get("also", [])
    if not isinstance(also, list) or len(also) > MOST_CAUSES or not all(isinstance(one, str) for one in also):
        raise Damaged("also is no list of codes")
    code = found.get("exit_code")
    if not isinstance(code, int) or isinstance(code, bool) or code not in {int(one) for one in Exit}:
        raise Damaged("exit_code is none of dgcheck's")
    if not isinstance(found.get("finished", True), bool):
        raise Damaged("finished is neither true nor false")
    if not isinstance(found.get("insecure", False), bool):
        raise Damaged("insecure is neither true nor false")
    return Result(
        name=_text(found, "name", 200, needed=True),
        url=_text(found, "url", 4000),
        verdict=_status(found.get("verdict"), "verdict"),
        exit_code=code,
        finished=found.get("finished", True),
        code=_text(found, "code", 12),
        cause=_text(found, "cause", 60),
        title=_text(found, "title", 200),
        severity=_text(found, "severity", 12),
        confidence=_text(found, "confidence", 12),
        says=_text(found, "says", SAYS),
        do=_text(found, "do", DO),
        command="\n".join(block(_raw(found, "command"), COMMAND)) if found.get("command") else "",
        also=tuple(one_line(one[:12]) for one in also),
        checks=_checks(
            tuple(
                (
                    _text(one, "id", 40, needed=True),
                    _status(one.get("status"), "a check's status"),
                    _text(one, "summary", SUMMARY),
                )
                for one in checks
            )
        ),
        started=_text(found, "started", 40),
        took=None if took is None else took / 1000,
        run_id=_text(found, "run_id", 40),
        insecure=found.get("insecure", False),
        report=_text(found, "report", 4000),
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _raw(found: Mapping[str, Any], key: str) -> str:
    value = found.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Damaged(f"{key} is no text")
    return value


def _text(found: Mapping[str, Any], key: str, most: int, *, needed: bool = False) -> str:
    value = _raw(found, key)
    if needed and not value:
        raise Damaged(f"there is no {key} in it")
    return one_line(value[: most + 40], most + 40)


def _status(value: object, what: str) -> Status:
    try:
        return Status(str(value))
    except ValueError:
        raise Damaged(f"{what} is none of {', '.join(Status)}") from None
