"""When sockets are held, for how long, and what is asked of the deployment meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.model.held import Held
from dgcheck.model.report import Status
from dgcheck.model.target import Settings
from dgcheck.probes.ws_hold import PROBE, apart, length, wanted
from dgcheck.sim.server import running
from tests.runs import run


@pytest.mark.parametrize(
    ("settings", "held"),
    [
        pytest.param({}, False, id="a standard run"),
        pytest.param({"profile": "quick"}, False, id="a quick one"),
        pytest.param({"profile": "full"}, True, id="the full profile"),
        pytest.param({"hold": 75.0}, True, id="--hold"),
        pytest.param({"only": ("ws.hold",)}, True, id="--only ws.hold"),
    ],
)
def test_sockets_are_held_where_somebody_wants_it(settings: dict[str, Any], held: bool) -> None:
    assert wanted(Settings(**settings)) is held
    assert PROBE.wanted is wanted


@pytest.mark.parametrize(("hold", "seconds", "between"), [(0.0, 20.0, 1.0), (75.0, 75.0, 2.0), (3.0, 3.0, 0.3)])
def test_openings_are_apart_by_a_share_of_the_time(hold: float, seconds: float, between: float) -> None:
    assert length(Settings(hold=hold)) == seconds
    assert apart(Settings(hold=hold)) == pytest.approx(between)


@pytest.mark.anyio
async def test_three_sockets_are_held_side_by_side() -> None:
    with running() as sim:
        report = await run(sim.url, only=["ws.hold"], hold="1.5s", models=["nova-3"])
        requests = len(sim.log)
    held = [seen for seen in report.evidence if isinstance(seen, Held)]
    assert [seen.plan for seen in sorted(held, key=lambda seen: seen.opened_at)] == ["silent", "keepalive", "audio"]
    assert max(seen.opened_at for seen in held) < min(seen.ended_at for seen in held)
    assert requests <= 12
    assert next(one for one in report.checks if one.id == "ws.hold").status is Status.PASS


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("fault", "stopped_by"),
    [
        pytest.param("bad_gateway_nginx", "ws.upgrade", id="no upgrade"),
        pytest.param("ws_reset", "ws.stream", id="no result"),
    ],
)
async def test_nothing_is_held_where_a_clip_already_fails(fault: str, stopped_by: str) -> None:
    with running((fault,)) as sim:
        report = await run(sim.url, profile="standard", skip=["replicas"], hold="5s", models=["nova-3"])
    assert not any(isinstance(seen, Held) for seen in report.evidence)
    check = next(one for one in report.checks if one.id == "ws.hold")
    assert (check.status, check.blocked_by) == (Status.SKIP, stopped_by)


@pytest.mark.anyio
async def test_replayed_request_is_held_in_its_own_form() -> None:
    with running() as sim:
        url = f"{sim.url}/v1/listen?model=nova-3&encoding=linear16&sample_rate=16000"
        report = await run(url, only=["ws.hold"], hold="1s")
        asked = {entry.target for entry in sim.log if entry.path == "/v1/listen"}
    held = [seen for seen in report.evidence if isinstance(seen, Held)]
    assert len(held) == 3
    assert asked == {"/v1/listen?model=nova-3&encoding=linear16&sample_rate=16000"}
