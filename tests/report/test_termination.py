"""The few lines for Kubernetes: the answer first, and never more than it keeps."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from dgcheck.model.record import replace
from dgcheck.model.report import Report, Status
from dgcheck.report.termination import LIMIT, summary
from tests.report import canonical
from tests.report.hostile import NASTY, harmful, poisoned


def lines(report: Report) -> list[str]:
    return summary(report).splitlines()


def test_verdict_cause_code_and_first_remedy_come_first() -> None:
    report = canonical.failing()
    root = report.root
    assert root is not None
    verdict, answer, remedy = lines(report)[:3]
    assert verdict.startswith("FAIL https://dg.example.com: ")
    assert answer.startswith(f"{root.code} {root.cause}")
    assert root.says[:40] in answer
    assert remedy == f"do: {root.remedies[0].do}"


def test_a_pass_is_a_line_and_who_said_it() -> None:
    assert len(lines(canonical.healthy())) == 2
    assert lines(canonical.healthy())[0].startswith("PASS ")


def test_what_is_not_known_is_named() -> None:
    base = canonical.healthy()
    checks = tuple(replace(one, status=Status.UNKNOWN) if one.id == "rest" else one for one in base.checks)
    assert "rest unknown" in lines(replace(base, checks=checks, verdict=Status.UNKNOWN))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"interrupted": True, "signal": 15}, "INTERRUPTED by SIGTERM"),
        ({"deadline_passed": True, "attempts": 9}, "THE WAITING IS OVER after 9 tries"),
    ],
    ids=["interrupted", "over"],
)
def test_how_it_ended_is_said(changes: dict[str, Any], said: str) -> None:
    assert said in lines(replace(canonical.failing(), **changes))[1]


@pytest.mark.parametrize("nasty", [*NASTY, "é" * 9000, "🎙" * 9000], ids=range(len(NASTY) + 2))
def test_it_is_short_and_harmless_whatever_stands_in_the_report(nasty: str) -> None:
    text = summary(poisoned([nasty], Random(1), everything=True))
    assert len(text.encode("utf-8")) <= LIMIT < 4096
    assert text.endswith("\n")
    assert not harmful(text)
