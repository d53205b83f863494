"""Ask as the SDK that was named asks: its URL, its headers in their order and case, its key, its subprotocol.

A host that is not the target's is never asked, whatever the SDK would do.
"""

from __future__ import annotations

import asyncio

from dgcheck.model.asking import Asking, Probe, Wanted
from dgcheck.model.case import AS_SDK
from dgcheck.model.evidence import Foretold, Wire
from dgcheck.model.sdk import Outcome
from dgcheck.readings.as_sdk import MOST_REDIRECTS, foretold, goes_on, plain, served
from dgcheck.readings.ask_as_sdk import put, question
from dgcheck.wire.dialled import differs

ELSEWHERE = 6.0  # seconds for a question to a URL that is not the target's own


async def ask(asking: Asking) -> None:
    """One POST and one upgrade, side by side; where they go elsewhere and fail, the same to the target's own URL."""
    wanted = await asking.wanted()
    async with asyncio.TaskGroup() as group:
        for told in foretold(asking.case):
            if told.transport not in asking.manners:
                continue
            one = next((one for one in wanted if (one.streaming if told.transport == "ws" else one.rest)), None)
            if one is not None or asking.target.replay:
                group.create_task(_ask_as(asking, told, one or Wanted("")))


async def _ask_as(asking: Asking, told: Foretold, wanted: Wanted) -> None:
    if plain(asking.case, told.transport) is None:
        return  # what nobody gets an answer to says nothing of the SDK
    leaves = told.outcome == Outcome.DIALS
    apart = differs(told.url, told.meant) if leaves else "url"
    if leaves and apart not in ("", "host"):
        seen = await put(asking, question(asking, told.transport, told.url, wanted, limit=ELSEWHERE))
        if served(await _follow(asking, told, wanted, seen)):
            return
    await put(asking, question(asking, told.transport, told.meant, wanted))


async def _follow(asking: Asking, told: Foretold, wanted: Wanted, seen: Wire) -> Wire:
    """Go where redirects lead that this SDK follows, as long as they stay with the target's host."""
    for _ in range(MOST_REDIRECTS):
        url = goes_on(told, seen)
        apart = differs(url, told.meant)
        if not url or apart in ("", "host"):
            break  # the URL that was meant is asked anyway
        seen = await put(asking, question(asking, told.transport, url, wanted, limit=ELSEWHERE))
    return seen


PROBE = Probe(
    id=AS_SDK,
    title="the deployment answers as this SDK asks",
    asks="a POST and an upgrade exactly as the SDK puts them: URL, headers, key, subprotocol",
    ask=ask,
    after=("status", "models", "rest", "ws.upgrade", "ws.stream"),
    wanted=lambda settings: bool(settings.sdk),
    unwanted="no SDK was named (--sdk)",
    unnamed=True,
    order=13,
)
