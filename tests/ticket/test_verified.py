"""Fixed, still, now or not known: each cause of a report against what was asked again."""

from __future__ import annotations

import pytest

from dgcheck.model.catalogue import Severity
from dgcheck.model.exits import Exit
from dgcheck.model.record import replace
from dgcheck.model.report import Report, Status
from dgcheck.ticket.verified import verify
from dgcheck.ticket.verify_forms import summary
from tests.ticket.reported import CHECKS, NEXT_DAY, POD, cause, report, with_summary

REFUSED = cause("DG4001", "ws.upgrade")
OTHER = cause("DG5001", "models", "ws.upgrade")
BESIDES = cause("DG6002", "rest", severity=Severity.WARNING)


@pytest.mark.parametrize(
    ("now", "outcomes", "code"),
    [
        pytest.param(report(at=NEXT_DAY), ["fixed"], Exit.OK, id="passes"),
        pytest.param(report(REFUSED), ["still"], Exit.FAILED, id="the same"),
        pytest.param(report(OTHER), ["now"], Exit.FAILED, id="another cause"),
        pytest.param(report(ws_upgrade=Status.UNKNOWN), ["unknown"], Exit.UNKNOWN, id="no answer"),
        pytest.param(
            report(cause("DG2001", "tcp"), ws_upgrade=Status.SKIP), ["unknown", "now"], Exit.FAILED, id="not reached"
        ),
        pytest.param(report(BESIDES), ["fixed", "now"], Exit.OK, id="fixed, with a warning"),
        pytest.param(
            replace(report(BESIDES), fail_on="warning"), ["fixed", "now"], Exit.WARNINGS, id="a warning that counts"
        ),
        pytest.param(replace(report(), signal=2, interrupted=True), ["fixed"], Exit.INTERRUPTED, id="interrupted"),
        pytest.param(replace(report(REFUSED), deadline_passed=True), ["still"], Exit.DEADLINE, id="waited for"),
    ],
)
def test_each_cause_has_its_outcome(now: Report, outcomes: list[str], code: Exit) -> None:
    found = verify(report(REFUSED), now, CHECKS)
    assert [one.outcome.value for one in found.causes] == outcomes
    assert found.exit_code is code


def test_a_warning_that_stays_is_not_fixed() -> None:
    found = verify(report(BESIDES), report(BESIDES), CHECKS)
    assert (found.outcome, found.exit_code) == ("still", Exit.FAILED)


def test_a_check_that_failed_without_a_cause_is_verified_too() -> None:
    broken = report(rest=Status.FAIL)
    assert verify(broken, report(), CHECKS).outcome == "fixed"
    assert verify(broken, with_summary(broken, "rest", "an odd answer"), CHECKS).outcome == "still"
    assert verify(broken, report(rest=Status.UNKNOWN), CHECKS).outcome == "unknown"


def test_another_place_is_said_to_be_one() -> None:
    (said,) = verify(report(REFUSED, seen_from=POD), report(), CHECKS).cautions
    assert "made from pod dgcheck-7x2lp" in said


def test_a_fault_that_came_and_went_is_not_promised_to_be_gone() -> None:
    old = report(cause("DG5010", "replicas"))
    tried = replace(old.checks[0], id="replicas", status=Status.FAIL, tries=10, passed=7)
    old = replace(old, checks=(*old.checks, tried))
    now = replace(report(), checks=(*report().checks, replace(tried, status=Status.PASS, passed=10)))
    (one,) = verify(old, now, (*CHECKS, "replicas")).causes
    assert "7 of 10 tries passed then" in one.note


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (report(), "fixed: what failed passes"),
        (report(REFUSED), "still: DG4001 cause_dg4001, Title of DG4001"),
        (report(OTHER), "now: DG5001 cause_dg5001, Title of DG5001"),
        (report(ws_upgrade=Status.UNKNOWN), "not known: DG4001 cause_dg4001, Title of DG4001"),
    ],
)
def test_the_sum_is_one_line(now: Report, said: str) -> None:
    assert summary(verify(report(REFUSED), now, CHECKS)) == said
