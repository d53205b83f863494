"""What the stream check sends, and when it sends no audio at all."""

from __future__ import annotations

import pytest

from dgcheck import engine
from dgcheck.cli.run import prepare, understand
from dgcheck.model.evidence import Stream, Upgrade
from dgcheck.model.record import replace
from dgcheck.sim.server import Simulator
from dgcheck.wire.audio import bundled


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
