"""Proving a listing by requests: easy on the deployment, and ended by what says that it is enough."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import pairwise

import pytest

from dgcheck import engine
from dgcheck.cli.models import settled
from dgcheck.cli.run import prepare, understand
from dgcheck.model.evidence import Wire
from dgcheck.model.report import Report
from dgcheck.sim.models import STANDARD, flux_voice, speech, voice
from dgcheck.sim.server import running
from dgcheck.sim.server.simulator import Simulator
from dgcheck.wire.audio import bundled
from dgcheck.wire.proving import PURPOSE


def _tried(simulator: Simulator, most: int = 40) -> tuple[Report, list[Wire]]:
    async def ask() -> Report:
        asked = understand({"target": simulator.url, "quiet": True}, {}, lambda one: settled(one, (), most))
        prepared = prepare(asked, {})
        return await engine.run(
            prepared.settings,
            target=prepared.target,
            configured=prepared.configured,
            surroundings=prepared.surroundings,
            audio=bundled(),
            redactor=prepared.redactor,
        )

    report = asyncio.run(ask())
    return report, [seen for seen in report.evidence if isinstance(seen, Wire) and seen.purpose == PURPOSE]


def _paths(seen: Sequence[Wire]) -> list[tuple[str, str, int | None]]:
    return [(one.request.path, dict(one.request.query)["model"], one.status) for one in seen]


def test_speech_rows_are_asked_both_ways_and_voices_once() -> None:
    with running(models=[speech("nova-3-general"), voice("aura-2-thalia-en")]) as simulator:
        _, seen = _tried(simulator)
    assert _paths(seen)[:2] == [("/v1/listen", "nova-3-general", 200), ("/v1/listen", "nova-3-general", 101)]
    assert _paths(seen)[2][:2] == ("/v1/speak", "aura-2-thalia-en")


def test_a_flux_voice_is_asked_at_its_own_endpoint() -> None:
    models = [flux_voice("flux-alexis-en"), flux_voice(), voice("aura-2-thalia-en")]
    with running(models=models) as simulator:
        _, seen = _tried(simulator)
    assert sorted(_paths(seen)) == [
        ("/v1/speak", "aura-2-thalia-en", 200),
        ("/v2/speak", "flux-alexis-en", 404),
    ]


def test_one_after_the_other() -> None:
    with running() as simulator:
        _, seen = _tried(simulator)
    spans = [(min(phase.start for phase in one.phases), one.ended_at) for one in seen if one.new_connection]
    assert all(before[1] <= after[0] + 0.001 for before, after in pairwise(spans))


@pytest.mark.parametrize("most", [1, 3])
def test_never_more_than_so_many(most: int) -> None:
    with running() as simulator:
        _, seen = _tried(simulator, most)
    assert len(seen) == most


@pytest.mark.parametrize(("fault", "status"), [("rate_limited_listen", 429), ("engine_lost", 503)])
def test_a_deployment_that_asks_for_rest_is_left_alone(fault: str, status: int) -> None:
    with running(faults=[fault]) as simulator:
        _, seen = _tried(simulator)
    assert [one.status for one in seen] == [status]


def test_refusals_end_it_after_four() -> None:
    """The listing is one replica's, the requests meet another that has none of its models."""
    rows = [speech(f"nova-2-{name}") for name in ("general", "finance", "meeting", "medical", "video")]
    with running(replicas=2, models=rows, replica_models={1: [speech("base-general")]}) as simulator:
        report, seen = _tried(simulator)
    refused = [one for one in seen if one.status == 400]
    assert 0 < len(refused) <= 4
    assert "model_missing" in {one.cause for one in report.findings}


def test_a_voice_that_is_not_served_is_asked_for_once_and_no_fault() -> None:
    from dgcheck.sim.deployment import Deployment

    voices = [voice("aura-2-thalia-en"), voice("aura-2-orion-en")]
    with running(deployment=Deployment(models=(STANDARD[0], *voices), speak=False)) as simulator:
        report, seen = _tried(simulator)
    assert [one.status for one in seen if one.request.path == "/v1/speak"] == [404]
    assert not report.findings


def test_nothing_is_tried_unless_somebody_wants_it() -> None:
    with running() as simulator:
        _, seen = _tried(simulator, most=0)
    assert seen == []
