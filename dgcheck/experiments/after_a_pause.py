"""A proxy's own 503 to some questions, while the deployment answers others: is the same one served after a pause?

Then a limit of the proxy refused what came side by side; a way that is closed stays closed.
"""

from __future__ import annotations

import asyncio

from dgcheck.model.asking import Asking, Experiment
from dgcheck.model.case import Case
from dgcheck.model.evidence import Exchange, Upgrade
from dgcheck.model.record import replace
from dgcheck.readings.answers import deployment_answers, listens
from dgcheck.readings.ask_again import ask_again
from dgcheck.readings.limits import AFTER_A_PAUSE, limited_now_and_then, refused_by_limit

PAUSE = 1.2  # seconds; limits are mostly counted by the second
LIMIT = 6.0


def worth_asking(case: Case) -> bool:
    """The proxy refused speech, the deployment answers, and no question of one kind met both."""
    refused, _ = limited_now_and_then(case)
    speech = any(seen in refused_by_limit(case) for seen in listens(case))
    return not refused and speech and deployment_answers(case)


async def ask(asking: Asking) -> None:
    """One refused question again: about the deployment where there is one, else the upgrade, since both are cheap."""
    refused = refused_by_limit(asking.case)
    asides = [seen for seen in refused if isinstance(seen, Exchange) and seen.request.method == "GET"]
    again = next((seen for seen in (*asides, *refused) if isinstance(seen, Upgrade) or seen in asides), None)
    if again is None or asking.requests_left() <= 0:
        return
    await asyncio.sleep(PAUSE)
    question = replace(ask_again(again, again.request.query, asking.audio), limit=LIMIT)
    if isinstance(again, Upgrade):
        await asking.net.upgrade(question)
    else:
        await asking.net.exchange(question)


EXPERIMENT = Experiment(id=AFTER_A_PAUSE, check="status", when=worth_asking, ask=ask)
