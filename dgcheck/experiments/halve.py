"""A request was refused for what it asks: which of its parameters decides?

The refused request is asked again without half of what a person added, until one `name=value` is left. What the
server's own words name is left out first, since a request that is accepted costs nothing.
"""

from __future__ import annotations

from dgcheck.model.asking import Asking, Experiment
from dgcheck.model.case import Case
from dgcheck.model.evidence import Upgrade, Wire
from dgcheck.readings.answers import refused_in_experiments
from dgcheck.readings.ask_again import ask_again
from dgcheck.readings.forwarding import PLAIN_GET
from dgcheck.readings.halved import HALVE, Halved, halved, steps, worth_halving
from dgcheck.wire.halving import Pairs, next_try

MOST_REFUSED = 4  # of all experiments of a run together
SPARE = 2  # requests left to others


def worth_asking(case: Case) -> bool:
    """A refusal that the query may explain, and a smaller query that could tell."""
    found = halved(case)
    return found is not None and worth_halving(found) and _next(found) is not None


def _next(found: Halved) -> Pairs | None:
    return next_try(found.seen.request.query, steps(found), found.hinted, deep=found.refusal.about == "parameter")


def most_tries(found: Halved) -> int:
    """At most log2 n + 2 tries for n parameters."""
    return max(1, len({name for name, _ in found.seen.request.query})).bit_length() + 1


async def ask(asking: Asking) -> None:
    """Halve until nothing more can be learnt, or enough was refused."""
    for _ in range(8):
        found = halved(asking.case)
        if found is None or len(found.tries) >= most_tries(found) or asking.requests_left() <= SPARE:
            return
        kept = _next(found)
        if kept is None or refused_in_experiments(asking.case) >= MOST_REFUSED:
            return
        question = ask_again(found.seen, kept, asking.audio)
        upgraded = isinstance(found.seen, Upgrade)
        answer: Wire = await (asking.net.upgrade(question) if upgraded else asking.net.exchange(question))
        if answer.status is None or answer.status == 429 or answer.status >= 500:
            return  # busy or broken: nothing is learnt by going on


EXPERIMENT = Experiment(
    id=HALVE, check="ws.upgrade", when=worth_asking, ask=ask, after=(PLAIN_GET,), also=("rest", "ws.stream")
)
