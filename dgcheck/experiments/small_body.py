"""A POST was refused for its size, or dropped on its way: does a much smaller one pass, and where is the limit?"""

from __future__ import annotations

from dgcheck.model.asking import Ask, Asking, Experiment
from dgcheck.model.case import Case
from dgcheck.model.evidence import Exchange
from dgcheck.model.record import replace
from dgcheck.readings.answers import rest_works, upgrade_works
from dgcheck.readings.ask_again import ask_again
from dgcheck.readings.size import SMALL_BODY, gave_up, sizes
from dgcheck.wire.silence import of_kind

SMALLEST = 200  # bytes of silence: a few packets' worth is too much already
LIMIT = 6.0
MOST_TRIES = 3


def worth_asking(case: Case) -> bool:
    """The POST was refused by its size, or went unanswered while something else was answered."""
    found = sizes(case)
    if found is None or rest_works(case) or found.seen.request.body_bytes <= SMALLEST:
        return False
    if gave_up(found.seen):
        return upgrade_works(case)
    return found.seen.status == 413 or any(wire.response is not None for wire in case.wires())


async def ask(asking: Asking) -> None:
    """A tiny body first; where it is taken, two more between it and the one that was refused."""
    for _ in range(MOST_TRIES):
        found = sizes(asking.case)
        if found is None or asking.requests_left() <= 0:
            return
        if found.taken is None:
            if found.tries:
                return  # the smallest was refused too
            size = SMALLEST
        else:
            if found.seen.status is None or found.refused <= 2 * found.taken:
                return
            size = round((found.taken * found.refused) ** 0.5)
        await asking.net.exchange(_question(asking, found.seen, size))


def _question(asking: Asking, refused: Exchange, size: int) -> Ask:
    question = ask_again(refused, refused.request.query, asking.audio)
    return replace(question, body=of_kind(asking.audio.data, size, asking.audio.encoding), limit=LIMIT)


EXPERIMENT = Experiment(id=SMALL_BODY, check="rest", when=worth_asking, ask=ask)
