"""A socket that is held open: what goes out meanwhile, how each end is told, and that nothing of it piles up."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.model.asking import Ask, Keep
from dgcheck.model.evidence import Ending
from dgcheck.model.held import Held
from dgcheck.sim.deployment import Deployment
from dgcheck.sim.log import Logged
from dgcheck.sim.server import running
from dgcheck.wire.audio import bundled
from dgcheck.wire.pause import pause
from tests.net.network import network, view

pytestmark = [pytest.mark.anyio]
QUERY = (("model", "nova-3"), ("encoding", "mulaw"), ("sample_rate", "8000"), ("interim_results", "true"))


async def held(url: str, plan: str = "silent", seconds: float = 0.6, every: float = 0.1) -> Held:
    """What became of one socket."""
    async with network(url) as made:
        how = Keep(audio=bundled(), plan=plan, seconds=seconds, every=every, silence=pause(bundled(), 0.25))
        upgrade, found = await view(made, "ws.hold").hold(Ask(path="/v1/listen", query=QUERY), how)
        assert upgrade.status == 101
        assert found is not None
        assert found in made.case.evidence
        return found


@pytest.mark.parametrize(
    ("plan", "keepalives", "more"),
    [
        pytest.param("silent", range(1), 0, id="silent"),
        pytest.param("keepalive", range(3, 7), 0, id="KeepAlive"),
        pytest.param("audio", range(1), 2000, id="audio, a quarter of a second of it every quarter"),
    ],
)
async def test_socket_is_held_in_its_way_and_says_goodbye(plan: str, keepalives: range, more: int) -> None:
    with running() as sim:
        seen = await held(sim.url, plan)
    assert (seen.ending, seen.close_code, seen.closed_by) == (Ending.ANSWERED, 1000, "server")
    assert seen.farewell_at is not None
    assert seen.farewell_at - seen.opened_at >= 0.6
    assert seen.keepalives in keepalives
    clip = len(bundled().stream_data)
    assert (seen.sent_bytes - clip) in ({0} if not more else {more, 2 * more})


ENDS: list[tuple[str, dict[str, Any]]] = [
    ("ws_age_limit=0.3", {"closed_by": "fin", "ending": Ending.CLOSED, "close_code": None}),
    ("ws_idle_reset=0.3", {"closed_by": "reset", "ending": Ending.RESET}),
    ("ws_idle_close=0.3", {"closed_by": "server", "close_code": 1001, "close_reason": "idle timeout"}),
]


@pytest.mark.parametrize(("fault", "fields"), ENDS, ids=[row[0] for row in ENDS])
async def test_end_before_the_time_is_told_as_it_came(fault: str, fields: dict[str, Any]) -> None:
    with running((fault,)) as sim:
        seen = await held(sim.url, seconds=5.0)
    assert {name: getattr(seen, name) for name in fields} == fields
    assert seen.farewell_at is None
    assert seen.ended_at - seen.opened_at < 4.0


async def test_own_timer_of_the_deployment_is_told_with_its_words() -> None:
    with running(deployment=Deployment(idle=0.4)) as sim:
        seen = await held(sim.url, seconds=5.0)
    assert (seen.close_code, "net0001" in seen.close_reason, seen.farewell_at) == (1011, True, None)


async def test_goodbye_that_nobody_answers_times_out(monkeypatch: pytest.MonkeyPatch) -> None:
    from dgcheck.net import hold

    monkeypatch.setattr(hold, "PATIENCE", 0.3)
    with running(("ws_silence_forgotten=0.2",)) as sim:
        seen = await held(sim.url, seconds=0.6)
    assert (seen.ending, seen.closed_by, seen.close_code) == (Ending.TIMED_OUT, "", None)
    assert seen.unacked in (0, None), "the device's kernel acknowledges what the device swallows"


async def test_nothing_more_is_said_when_the_end_came_together_with_the_next_turn(free_tcp_port: int) -> None:
    """On a busy machine both happen in one round of the loop."""
    from dgcheck.net.hold import KEEP_ALIVE, Holding

    async with network(f"http://127.0.0.1:{free_tcp_port}") as made:
        holding = Holding(made, None, Keep(audio=bundled(), plan="keepalive", seconds=5.0))  # type: ignore[arg-type]
        holding._protocol.receive_data(b"\x88\x02\x03\xf3")
        for frame in holding._protocol.events_received():
            holding._take(frame)
        await holding._text(KEEP_ALIVE)
        await holding._audio(b"\xff" * 100)
    assert (holding.close_code, holding.sent_messages, holding.sent_bytes) == (1011, 0, 0)


async def test_refused_upgrade_holds_nothing() -> None:
    with running() as sim:
        async with network(sim.url) as made:
            how = Keep(audio=bundled(), plan="silent", seconds=5.0)
            upgrade, seen = await view(made, "ws.hold").hold(Ask(path="/v1/listen", query=(("model", "nova-9"),)), how)
    assert (upgrade.status, upgrade.check, seen) == (400, "ws.hold", None)


async def test_evidence_does_not_grow_with_what_is_heard() -> None:
    """Results are counted; the evidence of a long hold is as long as that of a short one."""
    from dgcheck.model.plain import evidence_to_plain

    with running(("ws_flood",)) as sim:
        seen = await held(sim.url, seconds=0.5)
    assert seen.heard_messages > 10
    assert len(str(evidence_to_plain(seen))) < 1500


async def test_real_time_audio_is_sent_in_real_time() -> None:
    with running() as sim:
        await held(sim.url, "audio", seconds=1.1)
        entry: Logged = next(one for one in sim.log if one.path == "/v1/listen")
    assert entry.heard_bytes <= len(bundled().stream_data) + 5 * 2000 + len('{"type":"CloseStream"}')
