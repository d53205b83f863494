"""A question for speech in the words of the SDK that was named."""

from __future__ import annotations

from dgcheck.model.asking import Ask, Asking, Wanted
from dgcheck.model.evidence import Wire
from dgcheck.model.sdk import Manner
from dgcheck.wire.dialled import read
from dgcheck.wire.listen import rest_query, stream_query

Query = tuple[tuple[str, str], ...]

LIMIT = 15.0  # seconds for one question, where the SDK itself does not give up earlier
_OF_THE_AUDIO = frozenset(("encoding", "sample_rate", "channels", "interim_results"))


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
