"""A stream that was silently forgotten: after how much silence is asked, and only then."""

from __future__ import annotations

import pytest

from dgcheck.experiments.silence_length import worth_asking
from dgcheck.model.held import Held
from dgcheck.readings.held import LENGTHS
from dgcheck.sim.server import running
from tests.rules.answers_built import built, pages, post, upgrade
from tests.rules.held_built import closed, ended, forgotten, healthy, held
from tests.runs import found, run


@pytest.mark.parametrize(
    ("sockets", "asked"),
    [
        pytest.param([forgotten("silent"), held("keepalive"), held("audio")], True, id="forgotten"),
        pytest.param([ended("silent", 5.0), held("keepalive"), held("audio")], False, id="cut, and told"),
        pytest.param([closed("silent", 12.0), held("keepalive"), held("audio")], False, id="the deployment's timer"),
        pytest.param(healthy(), False, id="healthy"),
        pytest.param([forgotten("silent"), forgotten("keepalive"), forgotten("audio")], False, id="all are lost"),
    ],
)
def test_it_is_asked_where_a_silent_stream_was_forgotten(sockets: list[Held], asked: bool) -> None:
    assert worth_asking(built(*pages(), post(), upgrade(), *sockets)) is asked


@pytest.mark.anyio
async def test_silences_of_several_lengths_bound_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    from dgcheck.net import hold

    monkeypatch.setattr(hold, "PATIENCE", 0.5)
    with running(("ws_silence_forgotten=1.25",)) as sim:
        report = await run(sim.url, only=["ws.hold"], models=["nova-3"], hold="2500ms")
    tried = [seen for seen in report.evidence if isinstance(seen, Held) and seen.purpose == LENGTHS]
    assert sorted(seen.tried for seen in tried) == pytest.approx([0.5, 1.0, 1.5, 2.0], abs=0.1)
    assert "after more than 1.0 s and at most 1.5 s of silence" in found(report, "ws_idle_cut").says
