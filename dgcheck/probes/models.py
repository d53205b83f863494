"""What is installed?"""

from __future__ import annotations

import asyncio

from dgcheck.model.asking import Ask, Asking, Probe
from dgcheck.model.case import Case

MOST_ADDRESSES = 16
LIMIT = 6.0  # seconds for one address, where another has answered


async def ask(asking: Asking) -> None:
    """`GET /v1/models`, in any of its shapes (self-hosted-api.md §3.7); where it is wanted, of every address."""
    first = await asking.net.exchange(Ask(path="/v1/models", lane="health"))
    if not asking.settings.every_listing:
        return
    async with asyncio.TaskGroup() as group:
        for address in others(asking.case, first.address):
            group.create_task(asking.net.exchange(Ask(path="/v1/models", address=address, limit=LIMIT)))


def others(case: Case, asked: str) -> tuple[str, ...]:
    """The addresses that accept connections and were not asked; none behind a forward proxy, which chooses itself."""
    if case.settings.proxy is not None:
        return ()
    return tuple(one for one in case.open_addresses if one != asked)[:MOST_ADDRESSES]


PROBE = Probe(
    id="models",
    title="every required model is installed",
    asks="the listing; every required model in both modes, language, format, version",
    ask=ask,
    after=("tls",),
    order=7,
)
