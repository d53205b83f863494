"""A stream was dropped while audio was sent: does the same speech in much smaller messages get through?"""

from __future__ import annotations

from dgcheck.model.asking import Asking, Experiment, Say
from dgcheck.model.case import Case
from dgcheck.model.evidence import Upgrade
from dgcheck.model.record import replace
from dgcheck.readings.ask_again import ask_again
from dgcheck.readings.fate import MESSAGE_SIZE, SMALL_MESSAGES, dropped_while_sending

LIMIT = 6.0


def worth_asking(case: Case) -> bool:
    """Every stream was dropped, without a word, no sooner than audio went out and no later than at once."""
    return bool(case.streams) and all(dropped_while_sending(one) for one in case.streams)


async def ask(asking: Asking) -> None:
    """One more stream of the same kind, in messages of a few hundred bytes."""
    opened = asking.case.by_id(asking.case.streams[0].upgrade)
    if not isinstance(opened, Upgrade) or asking.requests_left() <= 0:
        return
    question = ask_again(opened, opened.request.query, asking.audio)
    say = Say(audio=asking.audio, close="at_once", message=MESSAGE_SIZE, limit=LIMIT)
    await asking.net.stream(replace(question, subprotocols=()), say, plan=SMALL_MESSAGES)


EXPERIMENT = Experiment(id=SMALL_MESSAGES, check="ws.stream", when=worth_asking, ask=ask)
