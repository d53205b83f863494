"""Two reports compared: what is fixed, new, of another cause, the same, and what cannot be said."""

from __future__ import annotations

import pytest

from dgcheck.model.catalogue import Severity
from dgcheck.model.exits import Exit
from dgcheck.model.record import replace
from dgcheck.model.report import Finding, Report, Status
from dgcheck.ticket.compared import compare
from dgcheck.ticket.diff_plain import exit_code
from dgcheck.ticket.place import Kind
from tests.report import canonical
from tests.ticket.reported import HALF_PAST, NEXT_DAY, POD, cause, report, with_summary

REFUSED = cause("DG4001", "ws.upgrade")
MISSING = cause("DG5001", "models", "rest", "ws.upgrade")


def codes(findings: tuple[Finding, ...]) -> list[str]:
    return [one.code for one in findings]


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(report(), id="healthy"),
        pytest.param(report(REFUSED, ws_stream=Status.SKIP), id="one cause"),
        pytest.param(report(MISSING, cause("DG4002", "ws.upgrade", by="DG5001")), id="with an effect"),
        pytest.param(report(MISSING, replace(MISSING, says="Another one.")), id="twice the same code"),
        pytest.param(replace(report(), interrupted=True, signal=2), id="interrupted"),
        pytest.param(canonical.failing(), id="the canonical one"),
    ],
)
def test_a_report_does_not_differ_from_itself(one: Report) -> None:
    assert not compare(one, one).differs


def test_what_is_gone_and_was_asked_is_fixed() -> None:
    assert codes(compare(report(REFUSED), report(at=NEXT_DAY)).fixed) == ["DG4001"]


def test_what_was_not_there_is_new() -> None:
    found = compare(report(), report(REFUSED, at=NEXT_DAY))
    assert codes(found.new_causes) == ["DG4001"]
    assert found.hidden == ()


def test_another_cause_of_the_same_check_is_no_repair() -> None:
    found = compare(report(REFUSED), report(cause("DG3010", "rest", "ws.upgrade"), at=NEXT_DAY))
    assert found.fixed == ()
    assert [(one.old.code, codes(one.new), one.checks) for one in found.changed] == [
        ("DG4001", ["DG3010"], ("ws.upgrade",))
    ]


def test_a_cause_that_was_there_before_takes_no_place() -> None:
    """Two causes of one check, of which one is gone: it is fixed, the other stays."""
    both = report(REFUSED, cause("DG4008", "ws.upgrade", "ws.stream"))
    found = compare(both, report(cause("DG4008", "ws.upgrade", "ws.stream"), at=NEXT_DAY))
    assert [one.new.code for one in found.still] == ["DG4008"]
    assert found.changed == ()


@pytest.mark.parametrize("status", [Status.SKIP, Status.UNKNOWN])
def test_what_was_not_reached_is_not_called_fixed(status: Status) -> None:
    now = with_summary(report(cause("DG2001", "tcp"), at=NEXT_DAY, ws_upgrade=status), "ws.upgrade", "no connection")
    found = compare(report(REFUSED), now)
    assert found.fixed == ()
    assert [(one.finding.code, one.why) for one in found.untold] == [("DG4001", "ws.upgrade: no connection")]


def test_a_model_that_was_not_asked_for_again_is_not_called_installed() -> None:
    missing = cause("DG5001", "models", model="nova-3")
    found = compare(report(missing, models=["nova-3"]), report(at=NEXT_DAY, models=["nova-2"]))
    assert found.fixed == ()
    assert found.untold[0].why == "This time nova-2 was asked for, not nova-3."


def test_the_same_fault_of_another_model_is_another_fault() -> None:
    both = ["nova-3", "nova-2"]
    before = report(cause("DG5001", "rest", model="nova-3"), models=both)
    found = compare(before, report(cause("DG5001", "ws.upgrade", model="nova-2"), models=both))
    assert codes(found.fixed) == codes(found.new_causes) == ["DG5001"]


def test_the_same_fault_in_other_words_is_still_there() -> None:
    now = report(replace(REFUSED, says="Port 81 this time."), at=NEXT_DAY)
    found = compare(report(REFUSED), now)
    assert [(one.old.says, one.new.says) for one in found.still] == [("This is DG4001.", "Port 81 this time.")]
    assert (*found.fixed, *found.new_causes, *found.changed) == ()


def test_what_stands_beneath_another_cause_now_is_still_there() -> None:
    now = report(cause("DG5001", "models", "ws.upgrade"), cause("DG4001", "ws.upgrade", by="DG5001"), at=NEXT_DAY)
    found = compare(report(REFUSED), now)
    assert [(one.new.code, one.beneath) for one in found.still] == [("DG4001", "DG5001")]


def test_what_could_not_be_seen_before_is_told_to_be_perhaps_old() -> None:
    before = report(cause("DG1001", "dns"), ws_upgrade=Status.SKIP)
    found = compare(before, report(REFUSED, at=NEXT_DAY))
    assert codes(found.fixed) == ["DG1001"]
    assert found.hidden == ("DG4001",)


def test_remarks_are_no_causes() -> None:
    remark = cause("DG6001", "rest", severity=Severity.INFO)
    found = compare(report(remark), report(at=NEXT_DAY))
    assert found.fixed == ()
    assert codes(found.remarks_gone) == ["DG6001"]


def test_checks_that_ended_otherwise_are_listed() -> None:
    found = compare(report(REFUSED, ws_stream=Status.SKIP), report(at=NEXT_DAY))
    assert [(one.id, one.old and one.old.status, one.new and one.new.status) for one in found.checks] == [
        ("ws.upgrade", Status.FAIL, Status.PASS),
        ("ws.stream", Status.SKIP, Status.PASS),
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param(report(at=NEXT_DAY), report(), "the older of the two", id="the wrong way round"),
        pytest.param(
            report(), replace(report(), target={"given": "http://b", "url": "http://b"}), "different", id="two targets"
        ),
        pytest.param(
            report(settings={"models": ["a"]}), report(settings={"models": ["b"]}), "ask for the same", id="two models"
        ),
        pytest.param(report(), replace(report(), interrupted=True), "second report was interrupted", id="interrupted"),
    ],
)
def test_what_spoils_a_comparison_is_said_first(old: Report, new: Report, said: str) -> None:
    assert any(said in caution for caution in compare(old, new).cautions)


WARNING = cause("DG6002", "rest", severity=Severity.WARNING)


@pytest.mark.parametrize(
    ("old", "new", "fail_on", "code"),
    [
        pytest.param(report(REFUSED), report(), "error", Exit.OK, id="fixed"),
        pytest.param(report(REFUSED), report(REFUSED), "error", Exit.OK, id="no worse"),
        pytest.param(report(), report(REFUSED), "error", Exit.FAILED, id="broke"),
        pytest.param(report(REFUSED), report(MISSING), "error", Exit.FAILED, id="another cause"),
        pytest.param(report(REFUSED), report(ws_upgrade=Status.UNKNOWN), "error", Exit.UNKNOWN, id="not known"),
        pytest.param(report(), report(WARNING), "error", Exit.OK, id="a warning"),
        pytest.param(report(), report(WARNING), "warning", Exit.WARNINGS, id="a warning that counts"),
        pytest.param(
            report(REFUSED), report(seen_from=POD, at=HALF_PAST), "error", Exit.FAILED, id="from one place alone"
        ),
    ],
)
def test_the_exit_code_says_whether_it_is_worse(old: Report, new: Report, fail_on: str, code: Exit) -> None:
    assert exit_code(compare(old, new), fail_on) is code


def test_two_places_of_one_hour_are_compared_as_places() -> None:
    assert compare(report(), report(at=HALF_PAST, seen_from=POD)).kind is Kind.PLACES


def test_somebody_may_say_otherwise() -> None:
    assert compare(report(), report(at=HALF_PAST, seen_from=POD), Kind.TIMES).kind is Kind.TIMES
