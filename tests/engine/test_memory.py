"""Experiments are made once for a failure that stays the same, and again for another one."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from dgcheck import engine
from dgcheck.cli.run import prepare, understand
from dgcheck.engine import Memory
from dgcheck.model.evidence import Wire
from dgcheck.model.report import Report
from dgcheck.sim.server import running
from dgcheck.wire.audio import bundled


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def _run(url: str, memory: Memory, **flags: Any) -> Report:
    async def ask() -> Report:
        asked = understand({"target": url, "quiet": True, "profile": "quick", **flags}, {})
        prepared = prepare(asked, {})
        return await engine.run(
            prepared.settings,
            target=prepared.target,
            configured=prepared.configured,
            surroundings=prepared.surroundings,
            audio=bundled(),
            redactor=prepared.redactor,
            memory=memory,
        )

    return asyncio.run(ask())


def _said(report: Report) -> list[tuple[str, str, bool, str | None]]:
    return [(one.code, one.confidence.value, one.root, one.caused_by) for one in report.findings]


FAILING = [("upgrade_dropped", {}), ("model_missing_unlisted", {"models": ["nova-3"]})]


@pytest.mark.parametrize(("fault", "flags"), FAILING, ids=lambda value: value if isinstance(value, str) else "")
def test_the_second_run_asks_less_and_says_the_same(fault: str, flags: dict[str, Any]) -> None:
    memory = Memory()
    with running(faults=[fault]) as simulator:
        first = _run(simulator.url, memory, **flags)
        asked = len(simulator.log)
        second = _run(simulator.url, memory, **flags)
        third = _run(simulator.url, memory, **flags)
        again = len(simulator.log) - asked
    experiments = [seen for seen in first.evidence if isinstance(seen, Wire) and seen.purpose]
    assert experiments
    assert again < 2 * asked
    assert again == 2 * (asked - len(experiments))
    assert _said(first) == _said(second) == _said(third)


def test_evidence_keeps_ids_of_its_own() -> None:
    memory = Memory()
    with running(faults=["upgrade_dropped"]) as simulator:
        for _ in range(3):
            report = _run(simulator.url, memory)
    ids = [seen.id for seen in report.evidence]
    assert len(ids) == len(set(ids))
    known = set(ids)
    assert all(one in known for finding in report.findings for one in finding.evidence)


def test_another_failure_is_asked_about_anew() -> None:
    memory = Memory()
    with running(faults=["upgrade_dropped"]) as simulator:
        port = simulator.port
        first = _run(simulator.url, memory)
    with running(faults=["model_missing_unlisted"], port=port) as simulator:
        second = _run(simulator.url, memory, models=["nova-3"])
    assert {one.cause for one in first.findings} != {one.cause for one in second.findings}
    assert "model_missing" in {one.cause for one in second.findings}
    assert "ws_upgrade_not_forwarded" not in {one.cause for one in second.findings}


def test_a_failure_that_is_over_leaves_nothing() -> None:
    memory = Memory()
    with running(faults=["upgrade_dropped"]) as simulator:
        port = simulator.port
        _run(simulator.url, memory)
    with running(port=port) as simulator:
        report = _run(simulator.url, memory)
    assert report.findings == ()
    assert not [seen for seen in report.evidence if isinstance(seen, Wire) and seen.purpose]


def test_what_was_found_long_ago_is_asked_again() -> None:
    clock = Clock()
    memory = Memory(clock)
    counts = []
    with running(faults=["upgrade_dropped"]) as simulator:
        for moment in (0.0, 10.0, 3700.0):
            clock.now = moment
            before = len(simulator.log)
            _run(simulator.url, memory)
            counts.append(len(simulator.log) - before)
    assert counts[0] == counts[2] > counts[1]


def test_answers_too_large_to_keep_are_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    from dgcheck.engine import memory as module

    monkeypatch.setattr(module, "LARGEST", -1)
    memory = Memory()
    with running(faults=["upgrade_dropped"]) as simulator:
        first = _run(simulator.url, memory)
        asked = len(simulator.log)
        second = _run(simulator.url, memory)
        assert len(simulator.log) == 2 * asked
    assert _said(first) == _said(second)
