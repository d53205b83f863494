"""One verdict and one exit code for many targets."""

from __future__ import annotations

import pytest

from dgcheck.fleet.summary import Summary, worst
from dgcheck.model.exits import Exit
from dgcheck.model.report import Status
from tests.fleet.built import result, stopped, summary

FAIL, WARN, PASS, UNKNOWN = Status.FAIL, Status.WARN, Status.PASS, Status.UNKNOWN


@pytest.mark.parametrize(
    ("codes", "wanted"),
    [
        pytest.param([0, 0], Exit.OK, id="all well"),
        pytest.param([0, 1, 3, 5], Exit.FAILED, id="one failed"),
        pytest.param([0, 3, 5], Exit.UNKNOWN, id="one not known"),
        pytest.param([0, 5], Exit.WARNINGS, id="warnings count"),
        pytest.param([2, 2], Exit.USAGE, id="nothing could be asked"),
        pytest.param([2, 0], Exit.FAILED, id="one URL cannot be used"),
        pytest.param([2, 3], Exit.FAILED, id="one cannot be used, the other is not known"),
        pytest.param([], Exit.OK, id="an empty share"),
    ],
)
def test_the_worst_code(codes: list[int], wanted: Exit) -> None:
    assert worst(Exit(one) for one in codes) is wanted


@pytest.mark.parametrize(
    ("verdicts", "wanted"),
    [
        ([PASS, WARN, UNKNOWN, FAIL], FAIL),
        ([PASS, WARN, UNKNOWN], UNKNOWN),
        ([PASS, WARN], WARN),
        ([PASS], PASS),
        ([], Status.SKIP),
    ],
)
def test_the_worst_verdict(verdicts: list[Status], wanted: Status) -> None:
    assert summary(*(result(f"t{place}", one) for place, one in enumerate(verdicts))).verdict is wanted


def test_a_signal_decides_the_code() -> None:
    assert summary(result("a", FAIL), interrupted=True, signal=15).exit_code is Exit.TERMINATED


def test_a_share_that_is_missing_is_not_known() -> None:
    found = summary(result("a"), missing=("1/2",))
    assert (found.verdict, found.exit_code) == (UNKNOWN, Exit.UNKNOWN)


def test_counts() -> None:
    found = summary(result("a", FAIL), result("b"), stopped("c"), result("d", UNKNOWN))
    assert found.counts == {"fail": 1, "unknown": 2, "warn": 0, "pass": 1, "unfinished": 1}


def test_the_worst_come_first_and_those_of_one_cause_together() -> None:
    found: Summary = summary(
        result("e"),
        result("d", WARN),
        result("c", FAIL, code="DG5003"),
        stopped("f"),
        result("b", FAIL, code="DG2001"),
        result("a", FAIL, code="DG5003"),
    )
    assert "".join(one.name for one in found.sorted()) == "bacfde"
