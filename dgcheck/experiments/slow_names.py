"""The name was found, but late: which of the name servers answers, and which one is waited for?"""

from __future__ import annotations

import asyncio

from dgcheck.model.asking import Asking, Experiment
from dgcheck.model.case import Case
from dgcheck.readings.slow_names import of_servers, slow_lookup

MOST_SERVERS = 3  # what glibc asks as well


def worth_asking(case: Case) -> bool:
    """The look-up was slow, the servers are known, and none has been asked by itself."""
    around = case.surroundings
    return slow_lookup(case) is not None and around is not None and bool(around.nameservers) and not of_servers(case)


async def ask(asking: Asking) -> None:
    """Ask each server for both kinds of address, side by side."""
    lookup, around = asking.case.lookup, asking.case.surroundings
    if lookup is not None and around is not None:
        servers = around.nameservers[:MOST_SERVERS]
        asked = (asking.net.ask_dns(lookup.name, rtype, server=one) for one in servers for rtype in ("A", "AAAA"))
        await asyncio.gather(*asked)


EXPERIMENT = Experiment(id="slow_names", check="dns", when=worth_asking, ask=ask, after=("dns_servers",))
