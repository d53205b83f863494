"""What cuts a stream that goes on for longer than a clip: silence, age, or nothing?

Three sockets side by side, after a little audio: one is silent, one sends KeepAlive, one audio without a pause. They
are opened one after the other: what ends them all at one age can so be told from what ends them all at one moment.
"""

from __future__ import annotations

import asyncio

from dgcheck.model.asking import Asking, Keep, Probe, Wanted
from dgcheck.model.case import Case
from dgcheck.model.evidence import Stream, Upgrade
from dgcheck.model.record import replace
from dgcheck.model.target import Audio, Settings
from dgcheck.probes.ws_upgrade import question
from dgcheck.wire.audio import bundled
from dgcheck.wire.replay import speech_for, transcribes

USUAL = 20.0  # seconds: the deployment's own timer, 10 to 12 s, shows in them
EVERY = 4.0  # seconds between two KeepAlives (self-hosted-api.md §3.4: every 3 to 5)
PIECE = 0.25  # seconds of audio that go out at once
GOODBYE = 5.0  # seconds in which the sockets say goodbye, at most
STAGGERED = 1.1  # of the time that one socket is held, which all three take
PLANS = ("silent", "keepalive", "audio")


def length(settings: Settings) -> float:
    """Seconds for which each socket is held."""
    return settings.hold or USUAL


def apart(settings: Settings) -> float:
    """Seconds between two openings."""
    return min(2.0, max(0.3, length(settings) * (STAGGERED - 1) / (len(PLANS) - 1)))


def wanted(settings: Settings) -> bool:
    """The full profile holds sockets, and so does who says for how long."""
    return settings.profile == "full" or settings.hold > 0 or "ws.hold" in settings.only


async def ask(asking: Asking) -> None:
    """Hold the three sockets, where a stream was well that lasted no longer than a clip."""
    one = next((one for one in await asking.wanted() if one.streaming), None)
    audio = _audio(asking.target.replay)
    if audio is None or (one is None and not asking.target.replay) or _pointless(asking.case):
        return
    from dgcheck.wire.pause import pause  # what a standard run need not load

    after = pause(audio, PIECE)
    async with asyncio.TaskGroup() as group:
        for number, plan in enumerate(PLANS if after else PLANS[:2]):
            how = Keep(audio=audio, plan=plan, seconds=length(asking.settings), every=EVERY, silence=after)
            group.create_task(_hold(replace(asking, audio=audio), one, how, number * apart(asking.settings)))


async def _hold(asking: Asking, one: Wanted | None, how: Keep, later: float) -> None:
    await asyncio.sleep(later)
    # On a new connection: what bounds the age of one counts from its opening.
    await asking.net.hold(replace(question(asking, one), fresh=True), how)


def _audio(replay: str) -> Audio | None:
    """The clip, whatever the recording: here it only has to be heard. In the form that a whole request declares."""
    if not replay:
        return bundled()
    return speech_for(bundled(), replay) if transcribes(replay) else None


def _pointless(case: Case) -> bool:
    """A stream was asked for before and came to nothing: it would again."""
    from dgcheck.readings.fate import results

    if "ws.stream" in case.ran and any(True for _ in case.of(Stream, "ws.stream")):
        return not any(results(stream) for stream in case.streams)
    opened = [seen.status == 101 and not seen.accept_problem for seen in case.of(Upgrade, "ws.upgrade")]
    return bool(opened) and not any(opened)


PROBE = Probe(
    id="ws.hold",
    title="long streams are not cut",
    asks="does a stream live on in silence, with KeepAlive, with audio all along? what cut it, and when?",
    ask=ask,
    after=("dns", "ws.upgrade", "ws.stream"),
    wanted=wanted,
    unwanted="not part of this profile (--profile full, or --hold TIME)",
    order=12,
)
