"""The checks in their order: what each saw, and a line for each address where they do not agree.

On a phone the table is laid out as a list; the roles keep it a table for a screen reader.
"""

from __future__ import annotations

from dgcheck.model.report import AddressResult, CheckResult, Finding, Report
from dgcheck.report import wording
from dgcheck.report.findings import Cause, answer_of
from dgcheck.report.html.element import Child, Markup, each, join, prose, tag
from dgcheck.report.html.marks import name, status
from dgcheck.report.html.part import Part
from dgcheck.report.html.seen import Shelf

_HEAD = ("Status", "Check", "Time", "What was seen")
_LINKS = 6  # to the evidence of one check
_MOST = 40  # addresses of one check


def part(report: Report, trees: tuple[Cause, ...], shelf: Shelf) -> Part | None:
    """A row for each check; None where the report has none."""
    if not report.checks:
        return None
    answers = answer_of(trees)
    rows = each(_check(check, answers.get(check.id), report, shelf) for check in report.checks)
    names = tag("tr", *(tag("th", one, scope="col", role="columnheader") for one in _HEAD), role="row")
    head = tag("thead", names, role="rowgroup")
    return Part("checks", "Checks", tag("table", head, tag("tbody", rows, role="rowgroup"), cls="checks", role="table"))


def _row(sign: Markup, title: Child, time: str, said: Child, cls: str, hint: str = "") -> Markup:
    return tag(
        "tr",
        tag("td", sign, role="cell"),
        tag("th", title, scope="row", role="rowheader", title=hint or None),
        tag("td", time, cls="number", role="cell"),
        tag("td", said, role="cell"),
        cls=cls,
        role="row",
    )


def _check(check: CheckResult, answer: Finding | None, report: Report, shelf: Shelf) -> Markup:
    said, code = wording.explained(check, answer, report)
    text = join(
        prose(said, 400),
        tag("span", " → ", code) if code else None,
        tag("span", " ", shelf.links(check.evidence, _LINKS), cls="refs") if check.evidence else None,
    )
    time = wording.check_time(check)
    row = _row(status(check.status), name(check.id, 24), time, text, f"is-{check.status.value}", check.title)
    apart = len({result.status for result in check.addresses}) > 1
    return join(row, each(_address(result) for result in check.addresses[:_MOST]) if apart else None)


def _address(result: AddressResult) -> Markup:
    place = join("↳ ", name(result.address, 46))
    return _row(status(result.status), place, "", prose(result.summary, 300), "address")
