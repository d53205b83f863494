"""What is left of a report when its evidence is forgotten."""

from __future__ import annotations

from random import Random

import pytest

from dgcheck.model.record import replace
from dgcheck.model.report import Report, Status
from dgcheck.serve.result import HEALTH, kept, unknown
from tests.report import canonical
from tests.report.hostile import poisoned
from tests.runs import run


def test_a_failing_report_leaves_its_answer() -> None:
    report = canonical.failing()
    root = report.root
    assert root is not None
    left = kept(report, ended=1.8e9)
    assert (left.verdict, left.ready, left.code, left.cause) == (Status.FAIL, False, root.code, root.cause)
    assert left.says.startswith(root.says[:40])
    assert left.do
    assert [one.id for one in left.checks] == [one.id for one in report.checks]


def test_a_healthy_report_has_no_cause() -> None:
    left = kept(canonical.healthy(), ended=1.8e9)
    assert (left.verdict, left.ready, left.code, left.do) == (Status.PASS, True, "", "")


@pytest.mark.parametrize(
    ("verdict", "fail_on", "ready"),
    [
        (Status.PASS, "error", True),
        (Status.WARN, "error", True),
        (Status.WARN, "warning", False),
        (Status.PASS, "warning", True),
        (Status.UNKNOWN, "error", False),
        (Status.FAIL, "error", False),
    ],
)
def test_what_is_ready(verdict: Status, fail_on: str, ready: bool) -> None:
    assert kept(replace(canonical.healthy(), verdict=verdict, fail_on=fail_on), ended=0.0).ready is ready


def test_the_answerless_says_that_it_is_not_known() -> None:
    left = kept(replace(canonical.answerless(), findings=(), verdict=Status.UNKNOWN), ended=0.0)
    assert left.says.startswith("It is not known whether all is well")


def test_little_is_kept_of_what_a_deployment_says() -> None:
    """A body, a header, a name of a megabyte: a verdict stays small."""
    for seed in range(5):
        report = poisoned(["x" * 1_000_000, "fine"], Random(seed))
        assert len(kept(report, ended=0.0).texts()) < 100_000


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("fault", "health", "engine"),
    [
        pytest.param("", "ready", "connected", id="healthy"),
        pytest.param("health_critical", "critical", "connected", id="critical"),
        pytest.param("initializing=600", "initializing", "", id="initializing"),
    ],
)
async def test_states(fault: str, health: str, engine: str) -> None:
    from dgcheck.sim.server import Simulator

    async with Simulator((fault,) if fault else ()) as simulator:
        left = kept(await run(simulator.url), ended=0.0)
    assert left.health == health
    assert left.health in HEALTH
    if engine:
        assert left.engine == engine


def test_a_phase_counts_once() -> None:
    report: Report = canonical.failing()
    phases = kept(report, ended=0.0).phases
    assert phases
    assert all(seconds >= 0 for _, _, seconds in phases)


def test_what_did_not_come_about() -> None:
    left = unknown("http://dg", "It failed.\x1b[2J", ended=1.0)
    assert (left.verdict, left.ready) == (Status.UNKNOWN, False)
    assert "\x1b" not in left.says
