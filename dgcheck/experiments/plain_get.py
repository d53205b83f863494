"""An upgrade was refused without a reason while requests are served: what does a plain GET of the same URL get?"""

from __future__ import annotations

from dgcheck.model.asking import Asking, Experiment
from dgcheck.model.case import Case
from dgcheck.model.record import replace
from dgcheck.readings.answers import rest_works, upgrade
from dgcheck.readings.ask_again import ask_again
from dgcheck.readings.forwarding import (
    PLAIN_GET,
    asks_for_newer_http,
    asks_to_upgrade,
    envoy_refuses_upgrade,
    worth_comparing,
)
from dgcheck.wire.choose import exact, mode

LIMIT = 6.0


def worth_asking(case: Case) -> bool:
    """The comparison would tell something: not where the refusal or the listing already does."""
    seen = upgrade(case)
    if seen is None or not worth_comparing(case) or asks_to_upgrade(seen) or asks_for_newer_http(seen):
        return False
    if envoy_refuses_upgrade(seen):
        return not rest_works(case)
    rows = exact(case.listing, case.model) if case.listing and case.model else ()
    return not rows or mode(rows, "streaming") is not False


async def ask(asking: Asking) -> None:
    """The refused upgrade's URL by GET, without the upgrade's headers."""
    seen = upgrade(asking.case)
    if seen is None or asking.requests_left() <= 0:
        return
    await asking.net.exchange(replace(ask_again(seen, seen.request.query, asking.audio), limit=LIMIT))


EXPERIMENT = Experiment(id=PLAIN_GET, check="ws.upgrade", when=worth_asking, ask=ask, also=("ws.stream",))
