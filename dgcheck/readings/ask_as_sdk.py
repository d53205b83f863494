"""A question for speech in the words of the SDK that was named."""

from __future__ import annotations

import asyncio

from dgcheck.model.asking import Ask, Asking, Wanted
from dgcheck.model.evidence import Foretold, Wire
from dgcheck.model.sdk import Manner, Outcome
from dgcheck.readings.as_sdk import MOST_REDIRECTS, foretold, goes_on, plain, served
from dgcheck.wire.dialled import differs, read
from dgcheck.wire.listen import rest_query, stream_query

Query = tuple[tuple[str, str], ...]

LIMIT = 15.0  # seconds for one question, where the SDK itself does not give up earlier
_OF_THE_AUDIO = frozenset(("encoding", "sample_rate", "channels", "interim_results"))

ELSEWHERE = 6.0  # seconds for a question to a URL that is not the target's own


def question(
    asking: Asking, transport: str, url: str, wanted: Wanted, *, limit: float = LIMIT, manner: Manner | None = None
) -> Ask:
    """The question for speech to that URL, as the SDK puts it, or in another manner."""
    manner, place, target = manner or asking.manners[transport], read(url), asking.target
    assert place is not None, url
    query = stream_query if transport == "ws" else rest_query
    replayed = target.replay.partition("?")[2]
    return Ask(
        path=f"{place.path}?{replayed}" if replayed else place.path,
        query=()
        if replayed
        else with_own(manner.query, query(asking.settings, asking.audio, wanted.name, wanted.language)),
        whole=True,
        method="GET" if transport == "ws" else "POST",
        headers=(("Content-Type", asking.audio.content_type),) if transport == "rest" else (),
        body=b"" if transport == "ws" else asking.audio.data,
        scheme="https" if place.secure else "http",
        port=0 if place.port == target.port else place.port,
        direct=asking.settings.proxy is not None and not manner.proxies,
        limit=min(limit, manner.answer_limit or limit),
        keep=65536,
        manner=manner,
    )


def with_own(own: Query, asked: Query) -> Query:
    """What the SDK sends by itself, with the values that this run asks for; how its audio is encoded stays its own."""
    ours = {name for name, _ in asked} - (_OF_THE_AUDIO & {name for name, _ in own})
    there = {name for name, _ in own}
    kept = [pair for pair in own if pair[0] not in ours]
    return (*(pair for pair in asked if pair[0] in ours or pair[0] not in there), *kept)


async def put(asking: Asking, ask: Ask) -> Wire:
    """Put one question, an upgrade where it has no body."""
    if ask.method == "GET":
        return await asking.net.upgrade(ask)
    return await asking.net.exchange(ask)


async def ask_all(asking: Asking) -> None:
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
