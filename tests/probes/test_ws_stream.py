"""What the stream check sends, and when it sends no audio at all."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck import engine
from dgcheck.cli.run import prepare, understand
from dgcheck.model.evidence import Stream, Upgrade
from dgcheck.model.record import replace
from dgcheck.model.target import Settings
from dgcheck.probes.ws_stream import pace
from dgcheck.sim.server import Simulator, running
from dgcheck.wire.audio import bundled
from tests.runs import run


@pytest.mark.anyio
@pytest.mark.parametrize("streamable", [True, False], ids=["speech that streams", "a container that cannot be cut"])
async def test_a_file_that_cannot_be_streamed_only_opens_the_socket(streamable: bool) -> None:
    async with Simulator() as simulator:
        asked = understand({"target": simulator.url, "profile": "standard", "quiet": True, "model": ["nova-3"]}, {})
        prepared = prepare(asked, {})
        report = await engine.run(
            prepared.settings,
            target=prepared.target,
            configured=prepared.configured,
            surroundings=prepared.surroundings,
            audio=replace(bundled(), streamable=streamable),
            redactor=prepared.redactor,
        )
    streams = [seen for seen in report.evidence if isinstance(seen, Stream) and seen.check == "ws.stream"]
    upgrades = [seen for seen in report.evidence if isinstance(seen, Upgrade)]
    assert bool(streams) is streamable
    assert any(seen.status == 101 for seen in upgrades)
    assert report.verdict == "pass"


@pytest.mark.parametrize(
    ("settings", "how"),
    [
        pytest.param({}, "fast", id="a standard run"),
        pytest.param({"profile": "full"}, "real", id="the full profile"),
        pytest.param({"profile": "full", "origins": {"pace": "flag"}}, "fast", id="the full profile, told otherwise"),
        pytest.param({"pace": "real"}, "real", id="told to"),
    ],
)
def test_full_profile_streams_in_real_time_unless_told_otherwise(settings: dict[str, Any], how: str) -> None:
    assert pace(Settings(**settings)) == how


@pytest.mark.anyio
async def test_audio_goes_out_as_slowly_as_it_was_spoken() -> None:
    with running() as sim:
        report = await run(sim.url, profile="full", only=["ws.stream"], models=["nova-3"])
    streams = [seen for seen in report.evidence if isinstance(seen, Stream)]
    sent = [(seen.audio_sent_at or 0.0) - seen.opened_at for seen in streams]
    assert len(sent) == 2
    assert min(sent) >= bundled().seconds - 0.2
