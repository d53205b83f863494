"""Stream known speech, and see words come out while it lasts and a clean end.

Two sockets side by side: one says CloseStream at once (the verdict, in one round trip); the other says it after its
first result or after three seconds without one, which tells a stream that is held back from a good one.
"""

from __future__ import annotations

import asyncio

from dgcheck.model.asking import Asking, Probe, Say, Wanted
from dgcheck.model.record import replace
from dgcheck.probes.ws_upgrade import SUBPROTOCOL, question
from dgcheck.wire.replay import speech_for, transcribes

LIMIT = 20.0


async def ask(asking: Asking) -> None:
    """Both sockets for the first model, one for each further model."""
    wanted = [one for one in await asking.wanted() if one.streaming]
    replay = asking.target.replay
    if replay:
        audio = speech_for(asking.audio, replay) if transcribes(replay) else None
        if audio is None:
            # Speech in the form that this request declares cannot be made here; the upgrade itself is still judged.
            await asking.net.upgrade(question(asking, None))
            return
        asking, wanted = replace(asking, audio=audio), [Wanted("")]
    for place, one in enumerate(wanted):
        async with asyncio.TaskGroup() as group:
            group.create_task(_at_once(asking, one))
            if place == 0:
                group.create_task(_after_first(asking, one))


async def _at_once(asking: Asking, wanted: Wanted) -> None:
    say = Say(audio=asking.audio, close="at_once", pace=asking.settings.pace, limit=LIMIT)
    await asking.net.stream(question(asking, wanted), say)


async def _after_first(asking: Asking, wanted: Wanted) -> None:
    say = Say(audio=asking.audio, close="after_first", pace=asking.settings.pace, until_first=True, limit=LIMIT)
    upgrade, stream = await asking.net.stream(question(asking, wanted, subprotocols=(SUBPROTOCOL,)), say)
    plain = asking.case.upgrade
    if stream is None and upgrade.status is not None and plain is not None and plain.status == 101:
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
