"""Stream known speech, and see words come out while it lasts and a clean end.

Two sockets side by side: one says CloseStream at once (the verdict, in one round trip); the other says it after its
first result or after three seconds without one, which tells a stream that is held back from a good one.
"""

from __future__ import annotations

import asyncio

from dgcheck.model.asking import Asking, Guess, Probe, Say, Wanted
from dgcheck.model.evidence import Upgrade
from dgcheck.model.record import replace
from dgcheck.model.target import Settings
from dgcheck.probes.ws_upgrade import SUBPROTOCOL, question
from dgcheck.wire.replay import speech_for, transcribes

LIMIT = 20.0


def pace(settings: Settings) -> str:
    """How fast speech goes out: in real time in the full profile, unless somebody said otherwise."""
    if settings.profile == "full" and settings.origins.get("pace", "default") == "default":
        return "real"
    return settings.pace


def limit(asking: Asking) -> float:
    """Seconds for one stream."""
    return LIMIT + (asking.audio.seconds if pace(asking.settings) == "real" else 0.0)


async def ask(asking: Asking) -> None:
    """Both sockets for the first model, one for each further model."""
    if asking.target.replay:
        await _replay(asking, asking.target.replay)
        return
    if not asking.audio.streamable:
        # A container that cannot be cut into a stream: only the upgrade is judged, once for each model.
        for one in [one for one in await asking.wanted() if one.streaming]:
            await asking.net.upgrade(question(asking, one))
        return
    if asking.guess is not None and await _guessed(asking, asking.guess):
        return
    for place, one in enumerate([one for one in await asking.wanted() if one.streaming]):
        if place == 0:
            await _both(asking, one)
        else:
            await _at_once(asking, one)


async def _replay(asking: Asking, replay: str) -> None:
    audio = speech_for(asking.audio, replay) if transcribes(replay) else None
    if audio is None:
        # Speech in the form that this request declares cannot be made here; the upgrade itself is still judged.
        await asking.net.upgrade(question(asking, None))
    else:
        await _both(replace(asking, audio=audio), Wanted(""))


async def _guessed(asking: Asking, guess: Guess) -> bool:
    """Whether the guess was right: its sockets were opened while the listing was read, and one round trip is saved."""
    sockets = asyncio.ensure_future(_both(replace(asking, net=guess.net), Wanted(guess.model)))
    sockets.add_done_callback(lambda _: guess.told(asking.case.first(Upgrade, "ws.upgrade", None)))
    try:
        wanted = await asking.wanted()
        if [one.name for one in wanted if one.streaming] == [guess.model]:
            await sockets
            guess.adopt()
            return True
    finally:
        sockets.cancel()
        await asyncio.gather(sockets, return_exceptions=True)
    return False


async def _both(asking: Asking, wanted: Wanted) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(_at_once(asking, wanted))
        group.create_task(_after_first(asking, wanted))


async def _at_once(asking: Asking, wanted: Wanted) -> None:
    say = Say(audio=asking.audio, close="at_once", pace=pace(asking.settings), limit=limit(asking))
    await asking.net.stream(question(asking, wanted), say)


async def _after_first(asking: Asking, wanted: Wanted) -> None:
    how = pace(asking.settings)
    say = Say(audio=asking.audio, close="after_first", pace=how, until_first=True, limit=limit(asking))
    upgrade, stream = await asking.net.stream(question(asking, wanted, subprotocols=(SUBPROTOCOL,)), say)
    opened = any(one.status == 101 for one in asking.case.of(Upgrade, "ws.upgrade", None) if not one.offered)
    if stream is None and upgrade.status is not None and opened:
        # The subprotocol alone was refused; the stream itself is still to be judged.
        await asking.net.stream(question(asking, wanted), say)


PROBE = Probe(
    id="ws.stream",
    title="streamed speech comes back as words",
    asks="speech in, interim and final words out, clean end?",
    ask=ask,
    after=("dns",),
    profile="standard",
    order=10,
)
