"""A comparison in words: every section has its own, and the sum of it is one line."""

from __future__ import annotations

import pytest

from dgcheck.model.catalogue import Severity
from dgcheck.model.evidence import Ending, Exchange, Phase, Request, Response
from dgcheck.model.report import Report, Status
from dgcheck.ticket.compared import compare
from dgcheck.ticket.diff_text import render
from dgcheck.ticket.told import sections, summary
from tests.ticket.reported import HALF_PAST, NEXT_DAY, POD, cause, report, with_summary

REFUSED = cause("DG4001", "ws.upgrade")
REMARK = cause("DG6001", "rest", severity=Severity.INFO)


def took(seconds: float) -> Exchange:
    return Exchange(
        id="e1",
        check="rest",
        ending=Ending.ANSWERED,
        url="http://dg/v1/listen",
        request=Request(method="POST", target="/v1/listen"),
        response=Response(status=200),
        phases=(Phase("first_byte", 0.0, seconds),),
    )


@pytest.mark.parametrize(
    ("old", "new", "titles", "said"),
    [
        pytest.param(report(REFUSED), report(), ["Fixed", "Checks that ended otherwise"], "1 cause fixed.", id="fixed"),
        pytest.param(report(), report(REFUSED), ["New", "Checks that ended otherwise"], "1 cause new.", id="new"),
        pytest.param(
            report(REFUSED),
            report(cause("DG3010", "ws.upgrade")),
            ["Another cause"],
            "1 cause with another cause.",
            id="another cause",
        ),
        pytest.param(
            report(REFUSED),
            report(REFUSED),
            ["Still broken"],
            "The two reports say the same: 1 cause still broken.",
            id="still",
        ),
        pytest.param(report(), report(), [], "The two reports say the same.", id="all is well"),
        pytest.param(
            report(REFUSED),
            with_summary(report(ws_upgrade=Status.SKIP), "ws.upgrade", "not possible"),
            ["Not tested this time", "Checks that ended otherwise"],
            "1 cause not tested this time.",
            id="not tested",
        ),
        pytest.param(
            report(evidence=[took(0.2)]), report(evidence=[took(0.9)]), ["Slower"], "1 phase slower.", id="slower"
        ),
        pytest.param(
            report(evidence=[took(0.9)]),
            report(evidence=[took(0.2)]),
            ["Faster"],
            "No cause is in one of them alone; other things differ.",
            id="faster",
        ),
        pytest.param(
            report(REMARK), report(), ["Remarks"], "No cause is in one of them alone; other things differ.", id="remark"
        ),
        pytest.param(
            report(REFUSED),
            report(cause("DG3010", "rest"), at=HALF_PAST, seen_from=POD),
            ["Only from pod dgcheck-7x2lp", "Only from node-3", "Checks that ended otherwise"],
            "1 cause only from pod dgcheck-7x2lp, 1 only from node-3.",
            id="two places",
        ),
    ],
)
def test_sections_and_sum(old: Report, new: Report, titles: list[str], said: str) -> None:
    found = compare(old, new)
    assert [section.title for section in sections(found)] == titles
    assert summary(found) == said


def test_a_cause_that_may_be_old_says_so() -> None:
    found = compare(report(cause("DG1001", "dns"), ws_upgrade=Status.SKIP), report(REFUSED, at=NEXT_DAY))
    text = render(found, width=100, colour=False, ascii=False, verbose=False)
    assert "It may have been there before: then its checks were not reached." in text


def test_both_causes_of_a_check_are_told() -> None:
    found = compare(report(REFUSED), report(cause("DG3010", "ws.upgrade"), at=NEXT_DAY))
    text = render(found, width=100, colour=False, ascii=False, verbose=False)
    assert "✗ DG4001 cause_dg4001 → DG3010 cause_dg3010: in ws.upgrade" in text
    assert "Then: This is DG4001." in text
    assert "Now: This is DG3010." in text


@pytest.mark.parametrize("width", [40, 60, 100])
def test_lines_keep_to_the_width(width: int) -> None:
    found = compare(report(REFUSED, settings={"language": "en-US"}), report(at=NEXT_DAY, seen_from=POD))
    lines = render(found, width=width, colour=False, ascii=False, verbose=False).splitlines()
    assert max(map(len, lines)) <= width


def test_a_terminal_that_knows_ascii_alone() -> None:
    found = compare(report(REFUSED), report(cause("DG3010", "ws.upgrade"), at=NEXT_DAY))
    assert render(found, width=80, colour=False, ascii=True, verbose=False).isascii()


def test_checks_that_ended_alike_share_a_row() -> None:
    old = report(cause("DG2001", "tcp"), rest=Status.SKIP, ws_upgrade=Status.SKIP)
    for check in ("rest", "ws.upgrade"):
        old = with_summary(old, check, "not possible without tcp")
    rows = next(section.rows for section in sections(compare(old, report())) if section.rows)
    assert [row[0] for row in rows] == ["tcp", "rest, ws.upgrade"]
    assert rows[1][1:] == ("skip: not possible without tcp", "pass")
