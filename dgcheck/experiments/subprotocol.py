"""The upgrade with a subprotocol was refused while the plain one opened: is it the subprotocol, or another replica?"""

from __future__ import annotations

from dgcheck.model.asking import Ask, Asking, Experiment
from dgcheck.model.case import Case
from dgcheck.readings.answers import SUBPROTOCOL_AGAIN, opened, upgrade_works, with_subprotocol

LIMIT = 6.0
TRIES = 2  # in a row: a balancer that takes turns between two cannot give both to the bad one


def worth_asking(case: Case) -> bool:
    """It was refused, and the plain upgrade was not."""
    seen = with_subprotocol(case)
    return seen is not None and not opened(seen) and upgrade_works(case)


async def ask(asking: Asking) -> None:
    """The same upgrade again, until it opens, twice at most."""
    seen = with_subprotocol(asking.case)
    for _ in range(min(TRIES, asking.requests_left())):
        if seen is None:
            return
        again = Ask(path=seen.request.target, whole=True, subprotocols=seen.offered[:1], limit=LIMIT)
        if opened(await asking.net.upgrade(again)):
            return


EXPERIMENT = Experiment(id=SUBPROTOCOL_AGAIN, check="ws.upgrade", when=worth_asking, ask=ask)
