"""A fleet for a CI server, as JUnit XML: a suite for each target, a case for each of its checks.

The cause stands in the case of the check that failed; a target that was not checked to the end has one case, an error.
"""

from __future__ import annotations

from xml.etree import ElementTree as ET

from dgcheck.fleet.result import Checked, Result
from dgcheck.fleet.summary import Summary
from dgcheck.model.exits import Exit
from dgcheck.model.report import Status
from dgcheck.report.harmless import in_ascii, one_line

_FAILS = frozenset({Exit.FAILED, Exit.USAGE})


def render(summary: Summary, *, ascii: bool = False) -> str:  # noqa: A002 - the word that people know
    """One XML document in UTF-8, with printable characters alone."""
    suites = ET.Element("testsuites", {"name": f"dgcheck fleet {summary.file}".strip()})
    for number, result in enumerate(summary.sorted()):
        suites.append(_suite(result, number, summary))
    for number, share in enumerate(summary.missing, len(summary.results)):
        suites.append(_missing(share, number, summary))
    for kind in ("tests", "failures", "errors", "skipped"):
        suites.set(kind, str(sum(int(suite.get(kind, "0")) for suite in suites)))
    suites.set("time", f"{sum(one.took or 0.0 for one in summary.results):.3f}")
    ET.indent(suites)
    text = "".join(
        char if char.isprintable() or char == "\n" else char.encode("ascii", "backslashreplace").decode()
        for char in ET.tostring(suites, encoding="unicode")
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{in_ascii(text) if ascii else text}\n'


def _suite(result: Result, number: int, summary: Summary) -> ET.Element:
    cases = [_case(check, result) for check in result.checks]
    wrong = sum(case.find("failure") is not None or case.find("error") is not None for case in cases)
    if not wrong and result.exit_code:
        cases.append(_beside(result))
    suite = ET.Element(
        "testsuite",
        {
            "name": result.name,
            "id": str(number),
            "package": "dgcheck",
            "hostname": summary.seen_from or "localhost",
            "timestamp": (result.started or summary.started)[:19],
            "tests": str(len(cases)),
            "failures": str(_count(cases, "failure")),
            "errors": str(_count(cases, "error")),
            "skipped": str(_count(cases, "skipped")),
            "time": f"{result.took or 0.0:.3f}",
        },
    )
    properties = ET.SubElement(suite, "properties")
    for name, value in _properties(result):
        ET.SubElement(properties, "property", {"name": name, "value": value})
    suite.extend(cases)
    ET.SubElement(suite, "system-out").text = _hint(result)
    ET.SubElement(suite, "system-err")
    return suite


def _missing(share: str, number: int, summary: Summary) -> ET.Element:
    """A suite for a share of which there is no result."""
    facts = {"name": f"share {share}", "id": str(number), "package": "dgcheck", "hostname": "localhost"}
    counts = {"tests": "1", "failures": "0", "errors": "1", "skipped": "0", "time": "0.000"}
    suite = ET.Element("testsuite", {**facts, "timestamp": summary.started[:19], **counts})
    ET.SubElement(suite, "properties")
    case = ET.SubElement(suite, "testcase", {"name": "verdict", "classname": "dgcheck.verdict", "time": "0.000"})
    message = f"share {share} is missing: what is in it is not known"
    ET.SubElement(case, "error", {"message": message, "type": "unknown"}).text = f"\n{message}\n"
    ET.SubElement(suite, "system-out")
    ET.SubElement(suite, "system-err")
    return suite


def _case(check: Checked, result: Result) -> ET.Element:
    case = ET.Element("testcase", {"name": check.id, "classname": f"dgcheck.{check.id}", "time": "0.000"})
    said = check.summary or result.title or check.status.value
    warned = check.status is Status.WARN and result.exit_code == Exit.WARNINGS
    if check.status is Status.FAIL or warned:
        ET.SubElement(case, "failure", {"message": said, "type": result.cause or check.status.value}).text = _hint(
            result
        )
    elif check.status is Status.UNKNOWN:
        ET.SubElement(case, "error", {"message": said, "type": "unknown"}).text = _hint(result)
    elif check.status is Status.SKIP:
        ET.SubElement(case, "skipped", {"message": said})
    return case


def _beside(result: Result) -> ET.Element:
    """A case for what no check shows: a target that was not checked, or a verdict that no check has."""
    case = ET.Element("testcase", {"name": "verdict", "classname": "dgcheck.verdict", "time": "0.000"})
    kind = "failure" if result.exit_code in _FAILS else "error"
    message = result.says or f"the verdict is {result.verdict.value}"
    ET.SubElement(case, kind, {"message": message, "type": result.cause or result.verdict.value}).text = _hint(result)
    return case


def _hint(result: Result) -> str:
    """What a person has to know of the cause: its code, what was seen, what to do."""
    if not result.says:
        return ""
    lines = ["", f"{result.code} {result.cause} ({result.confidence})"] if result.code else [""]
    lines += [one_line(result.says), *([f"do: {result.do}"] if result.do else [])]
    lines += [f"    {line}" for line in result.command.split("\n") if line]
    return "\n".join(lines) + "\n"


def _properties(result: Result) -> list[tuple[str, str]]:
    rows = [
        ("url", result.url),
        ("verdict", result.verdict.value),
        ("exit_code", str(int(result.exit_code))),
        ("run_id", result.run_id),
        ("report", result.report),
    ]
    codes = [f"{result.code} {result.cause}"] if result.code else []
    return [(name, value) for name, value in rows if value] + [("finding", one) for one in (*codes, *result.also)]


def _count(cases: list[ET.Element], kind: str) -> int:
    return sum(case.find(kind) is not None for case in cases)
