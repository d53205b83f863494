"""Does the server switch protocols when asked to?"""

from __future__ import annotations

import asyncio

from dgcheck.model.asking import Ask, Asking, Probe, Wanted
from dgcheck.wire.listen import PATH, stream_query

LIMIT = 10.0
SUBPROTOCOL = "token"  # what browser clients offer (self-hosted-api.md §5)


def question(asking: Asking, wanted: Wanted | None, *, subprotocols: tuple[str, ...] = ()) -> Ask:
    """The upgrade for one model, or the replayed request as it stands."""
    if asking.target.replay:
        return Ask(path=asking.target.replay, whole=True, subprotocols=subprotocols, limit=LIMIT)
    query = stream_query(asking.settings, asking.audio, wanted.name, wanted.language) if wanted else ()
    return Ask(path=PATH, query=query, subprotocols=subprotocols, limit=LIMIT)


async def ask(asking: Asking) -> None:
    """A plain upgrade and one with the subprotocol `token`; where speech is streamed, its sockets show both."""
    if asking.streaming:
        return
    for place, wanted in enumerate(await asking.wanted()):
        if not wanted.streaming:
            continue
        async with asyncio.TaskGroup() as group:
            group.create_task(asking.net.upgrade(question(asking, wanted)))
            if place == 0:
                group.create_task(asking.net.upgrade(question(asking, wanted, subprotocols=(SUBPROTOCOL,))))


PROBE = Probe(
    id="ws.upgrade",
    title="WebSocket upgrade returns 101",
    asks="does the server switch protocols, also with the subprotocol `token`?",
    ask=ask,
    after=("dns",),
    order=9,
)
