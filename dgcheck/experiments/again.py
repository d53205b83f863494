"""A slow first answer: is the second one fast? Then the first one loaded the model, and nothing is wrong."""

from __future__ import annotations

from dgcheck.model.asking import Asking, Experiment
from dgcheck.model.case import Case
from dgcheck.readings.ask_again import ask_again
from dgcheck.readings.slowness import other_posts, slow_posts


def was_slow(case: Case) -> bool:
    """The POST was answered, slowly, and no other one was answered."""
    return bool(slow_posts(case)) and not other_posts(case)


async def ask(asking: Asking) -> None:
    """The same POST once more."""
    slow = slow_posts(asking.case)
    if slow and asking.requests_left() > 0:
        await asking.net.exchange(ask_again(slow[0], slow[0].request.query, asking.audio))


EXPERIMENT = Experiment(id="again", check="rest", when=was_slow, ask=ask)
