"""The report for a CI server, as JUnit XML: a suite for the target, a case for each check.

A check that failed is a failure with its cause and what to do; one that could not be tested is an error, so that no
server counts it as passed; one that was left out is skipped with the reason. Warnings pass, unless `--fail-on warning`
says otherwise, and stand in the suite's output.
"""

from __future__ import annotations

from xml.etree import ElementTree as ET

from dgcheck.model.catalogue import Severity
from dgcheck.model.report import CheckResult, Finding, Report, Status
from dgcheck.report import short, wording
from dgcheck.report.findings import answer_of, causes
from dgcheck.report.harmless import block, in_ascii, one_line, paragraphs, word

NAME = "junit"
_TEXT = 2000  # characters of one sentence
_REMEDIES = 3


def render(
    report: Report,
    *,
    width: int,
    colour: bool,
    ascii: bool,  # noqa: A002 - the word that people know
    verbose: bool,
) -> str:
    """One XML document in UTF-8, with printable characters alone. `verbose` adds every remedy."""
    cases = [_case(check, report, verbose) for check in report.checks]
    rest = _beside(report, cases, verbose)
    cases += [rest] if rest is not None else []
    counts = {
        "tests": str(len(cases)),
        "failures": str(_count(cases, "failure")),
        "errors": str(_count(cases, "error")),
        "skipped": str(_count(cases, "skipped")),
        "time": _seconds(wording.seconds(report) or 0.0),
    }
    suites = ET.Element("testsuites", {"name": "dgcheck", **counts})
    suite = ET.SubElement(
        suites,
        "testsuite",
        {
            "name": f"dgcheck {wording.target(report)}",
            "id": "0",
            "package": "dgcheck",
            **_timestamp(report.started),
            "hostname": one_line(str(report.seen_from.get("host") or "localhost"), 200),
            **counts,
        },
    )
    properties = ET.SubElement(suite, "properties")
    for name, value in _properties(report):
        ET.SubElement(properties, "property", {"name": name, "value": value})
    suite.extend(cases)
    ET.SubElement(suite, "system-out").text = "\n" + short.render(
        report, width=width, colour=False, ascii=False, verbose=verbose
    )
    ET.SubElement(suite, "system-err")
    ET.indent(suites)
    text = _printable(ET.tostring(suites, encoding="unicode"))
    text = in_ascii(text) if ascii else text
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _case(check: CheckResult, report: Report, verbose: bool) -> ET.Element:
    time = wording.on_the_wire(check.phases or tuple(one for result in check.addresses for one in result.phases))
    case = ET.Element(
        "testcase",
        {
            "name": f"{word(check.id, 40)}: {one_line(check.title, 200)}",
            "classname": f"dgcheck.{word(check.id, 40)}",
            "time": _seconds(time or 0.0),
        },
    )
    answer = answer_of(causes(report)).get(check.id)
    said = one_line(wording.explained(check, answer, report)[0], _TEXT)
    fails = check.status is Status.FAIL or (check.status is Status.WARN and report.fail_on == "warning")
    if fails:
        kind = answer.cause if answer else check.status.value
        ET.SubElement(case, "failure", {"message": said, "type": word(kind, 60)}).text = _hint(answer, verbose)
    elif check.status is Status.UNKNOWN:
        ET.SubElement(case, "error", {"message": said, "type": "unknown"}).text = _hint(answer, verbose)
    elif check.status is Status.SKIP:
        ET.SubElement(case, "skipped", {"message": said})
    return case


def _beside(report: Report, cases: list[ET.Element], verbose: bool) -> ET.Element | None:
    """A case for what no check shows: a verdict that is not passed although every check is, or a run that was ended."""
    if _count(cases, "failure") or _count(cases, "error") or int(report.exit_code) == 0:
        return None
    case = ET.Element("testcase", {"name": "verdict", "classname": "dgcheck.verdict", "time": "0.000"})
    message = "; ".join(wording.cautions(report)) or f"the verdict is {report.verdict.value}"
    ended = report.interrupted or report.verdict is Status.UNKNOWN
    kind = {"message": one_line(message, _TEXT), "type": report.verdict.value}
    ET.SubElement(case, "error" if ended else "failure", kind).text = _hint(report.root, verbose)
    return case


def _hint(finding: Finding | None, verbose: bool) -> str:
    """What a person has to know of the cause: its code, what was seen, why it matters, what to do."""
    if finding is None:
        return ""
    lines = ["", f"{word(finding.code, 12)} {word(finding.cause, 60)} ({finding.confidence.value})"]
    lines.append(one_line(finding.says, _TEXT))
    lines += paragraphs(finding.why)[:1]
    for number, remedy in enumerate(finding.remedies if verbose else finding.remedies[:_REMEDIES], 1):
        lines.append(f"{number}. {' '.join(paragraphs(remedy.do))}")
        lines += [f"   {line}" for line in block(remedy.command)] if remedy.command else []
    return "\n".join(lines) + "\n"


def _properties(report: Report) -> list[tuple[str, str]]:
    rows = [
        ("dgcheck", word(report.dgcheck, 40)),
        ("target", wording.target(report)),
        ("verdict", report.verdict.value),
        ("exit_code", str(int(report.exit_code))),
        ("run_id", word(report.run_id, 60)),
        ("seen_from", wording.seen_from(report)),
        ("attempts", str(report.attempts)),
        ("interrupted", str(report.interrupted).lower()),
        ("deadline_passed", str(report.deadline_passed).lower()),
    ]
    found = [finding for finding in report.findings if finding.severity is not Severity.INFO]
    return rows + [("finding", f"{word(one.code, 12)} {word(one.cause, 60)}") for one in found]


def _count(cases: list[ET.Element], kind: str) -> int:
    return sum(case.find(kind) is not None for case in cases)


def _printable(text: str) -> str:
    """The text with every character that no font has, or that is a blank of its own kind, as an escape."""
    if text.isascii():
        return text
    return "".join(
        char if char.isprintable() or char == "\n" else char.encode("ascii", "backslashreplace").decode()
        for char in text
    )


def _timestamp(text: str) -> dict[str, str]:
    """The moment in UTC, without a zone, as JUnit's own schema wants it; nothing where it cannot be read."""
    from datetime import UTC, datetime

    try:
        return {"timestamp": datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")}
    except (ValueError, OverflowError):
        return {}


def _seconds(seconds: float) -> str:
    return f"{seconds:.3f}"
