"""Each finding stands once, beneath what caused it."""

from __future__ import annotations

import pytest

from dgcheck.model.catalogue import Confidence, Severity
from dgcheck.model.record import replace
from dgcheck.model.report import Finding
from dgcheck.report.findings import answer_of, causes
from tests.report import canonical


def finding(
    code: str, caused_by: str | None = None, severity: Severity = Severity.ERROR, check: str = "rest"
) -> Finding:
    return Finding(
        code=code,
        cause=code.lower(),
        title=code,
        severity=severity,
        confidence=Confidence.CERTAIN,
        root=caused_by is None,
        says=code,
        why="",
        remedies=(),
        evidence=(),
        checks=(check,),
        caused_by=caused_by,
    )


def order(*found: Finding) -> list[list[str]]:
    trees = causes(replace(canonical.healthy(), findings=found))
    return [[one.code for one in tree.all()] for tree in trees]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(
            (finding("DG3"), finding("DG1"), finding("DG2", "DG1")), [["DG3"], ["DG1", "DG2"]], id="effect beneath"
        ),
        pytest.param(
            (finding("DG1"), finding("DG2", "DG1"), finding("DG3", "DG2")),
            [["DG1", "DG2", "DG3"]],
            id="effect of effect",
        ),
        pytest.param(
            (finding("DG9", severity=Severity.WARNING), finding("DG8", severity=Severity.INFO), finding("DG7")),
            [["DG9"], ["DG7"], ["DG8"]],
            id="the answer first, then by severity",
        ),
        pytest.param((finding("DG1"), finding("DG2", "DG404")), [["DG1"], ["DG2"]], id="cause that is not there"),
        pytest.param((finding("DG1", "DG2"), finding("DG2", "DG1")), [["DG1", "DG2"]], id="a circle"),
        pytest.param((finding("DG1", "DG1"),), [["DG1"]], id="its own cause"),
        pytest.param((finding("DG1"), finding("DG1"), finding("DG2", "DG1")), [["DG1", "DG2"], ["DG1"]], id="twice"),
    ],
)
def test_findings_stand_in_order_and_once(found: tuple[Finding, ...], expected: list[list[str]]) -> None:
    assert order(*found) == expected


def test_a_check_is_explained_by_the_root_not_by_the_effect() -> None:
    found = (finding("DG1", check="tcp"), finding("DG2", "DG1", check="rest"), finding("DG3", severity=Severity.INFO))
    answers = answer_of(causes(replace(canonical.healthy(), findings=found)))
    assert {check: one.code for check, one in answers.items()} == {"tcp": "DG1", "rest": "DG1"}


def test_a_remark_explains_no_check() -> None:
    found = (finding("DG3", severity=Severity.INFO),)
    assert answer_of(causes(replace(canonical.healthy(), findings=found))) == {}
