"""What a run waits for on purpose is told beforehand, and its time limit gives way to it."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.engine.spent import beforehand, most, spent
from dgcheck.model.report import Status
from dgcheck.model.target import Settings
from dgcheck.sim.server import running
from dgcheck.wire.audio import bundled
from tests.runs import run


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        pytest.param({}, (), id="nothing in a standard run"),
        pytest.param({"hold": 75.0}, ("about 79 s", "streams are held open (79 s)"), id="--hold"),
        pytest.param({"profile": "full"}, ("held open (22 s)", "real time (1.6 s)"), id="the full profile"),
        pytest.param(
            {"profile": "full", "skip": ("ws.hold", "rest.size")}, ("real time",), id="the full profile without hold"
        ),
        pytest.param(
            {"profile": "full", "max_upload": 8 << 20}, ("bodies of up to 8 MiB are uploaded",), id="--max-upload"
        ),
        pytest.param({"repeat": 50}, ("made 50 times",), id="--repeat"),
        pytest.param({"hold": 2.0}, (), id="what is over soon is not told"),
    ],
)
def test_it_is_told_beforehand(settings: dict[str, Any], said: tuple[str, ...]) -> None:
    words = beforehand(Settings(**settings), bundled())
    assert bool(words) is bool(said)
    assert [part for part in said if part not in words] == []


def test_longest_comes_first() -> None:
    found = spent(Settings(profile="full", hold=75.0, repeat=3), bundled())
    assert [one.seconds for one in found] == sorted((one.seconds for one in found), reverse=True)


def test_run_may_take_as_much_longer() -> None:
    assert most(Settings(), bundled()) == 0
    assert most(Settings(hold=75.0), bundled()) > 79


def test_pace_that_somebody_chose_stays_in_the_full_profile() -> None:
    chosen = Settings(profile="full", skip=("ws.hold", "rest.size"), pace="fast", origins={"pace": "flag"})
    assert spent(chosen, bundled()) == ()


@pytest.mark.anyio
async def test_timeout_does_not_end_what_is_held() -> None:
    with running() as sim:
        report = await run(sim.url, only=["ws.hold"], models=["nova-3"], hold="3s", timeout="1500ms")
    check = next(one for one in report.checks if one.id == "ws.hold")
    assert check.status is Status.PASS, check.summary


@pytest.mark.anyio
async def test_deadline_of_the_caller_does() -> None:
    """There is less time than was asked for: streams are held for what is left of it."""
    with running() as sim:
        report = await run(sim.url, only=["ws.hold"], models=["nova-3"], hold="1h", deadline="15s", timeout="2s")
    check = next(one for one in report.checks if one.id == "ws.hold")
    assert check.status is Status.PASS, check.summary
    assert report.settings["hold"]["value"] < 10
