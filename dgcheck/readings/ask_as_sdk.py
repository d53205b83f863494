"""A question for speech in the words of the SDK that was named."""

from __future__ import annotations

from dgcheck.model.asking import Ask, Asking, Wanted
from dgcheck.model.evidence import Wire
from dgcheck.wire.dialled import read
from dgcheck.wire.listen import rest_query, stream_query

LIMIT = 15.0  # seconds for one question, where the SDK itself does not give up earlier


def question(asking: Asking, transport: str, url: str, wanted: Wanted, *, limit: float = LIMIT) -> Ask:
    """The question for speech to that URL, as the SDK puts it."""
    manner, place, target = asking.manners[transport], read(url), asking.target
    assert place is not None, url
    query = stream_query if transport == "ws" else rest_query
    replayed = target.replay.partition("?")[2]
    return Ask(
        path=f"{place.path}?{replayed}" if replayed else place.path,
        query=() if replayed else query(asking.settings, asking.audio, wanted.name, wanted.language),
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


async def put(asking: Asking, ask: Ask) -> Wire:
    """Put one question, an upgrade where it has no body."""
    if ask.method == "GET":
        return await asking.net.upgrade(ask)
    return await asking.net.exchange(ask)
