"""A silent stream was forgotten on the way, and nobody said when: after how much silence is it?

Streams of several silences side by side, each spoken to at its end. None is longer than the deployment's own timer.
"""

from __future__ import annotations

import asyncio

from dgcheck.model.asking import Asking, Experiment, Keep
from dgcheck.model.case import Case
from dgcheck.model.evidence import Upgrade
from dgcheck.model.record import replace
from dgcheck.readings.ask_again import ask_again
from dgcheck.readings.held import LENGTHS, Limit, limits
from dgcheck.wire.audio import bundled
from dgcheck.wire.replay import speech_for

STEPS = 5  # the silence is told to within a fifth of the longest
LONGEST = 9.0  # seconds; from 10 s on the deployment itself ends a silent stream


def _dropped(case: Case) -> Limit | None:
    return next((limit for limit in limits(case) if limit.kind == "drop"), None)


def worth_asking(case: Case) -> bool:
    """A held stream was silently forgotten."""
    return _dropped(case) is not None


async def ask(asking: Asking) -> None:
    """Hold streams in silence for fractions of the time in which the other one was lost."""
    drop = _dropped(asking.case)
    opened = asking.case.by_id(drop.found[0].upgrade) if drop is not None else None
    replay = asking.target.replay
    audio = speech_for(bundled(), replay) if replay else bundled()
    if drop is None or not isinstance(opened, Upgrade) or audio is None or asking.requests_left() < STEPS:
        return
    question = replace(ask_again(opened, opened.request.query, audio), subprotocols=())
    longest = min(drop.seconds, LONGEST)
    async with asyncio.TaskGroup() as group:
        for step in range(1, STEPS):
            how = Keep(audio=audio, plan="silent", seconds=longest * step / STEPS)
            group.create_task(asking.net.hold(question, how))


EXPERIMENT = Experiment(id=LENGTHS, check="ws.hold", when=worth_asking, ask=ask)
