"""What would a browser meet, on a page of the address that was given?"""

from __future__ import annotations

import asyncio

from dgcheck.model.asking import Ask, Asking, Probe, Wanted
from dgcheck.model.target import Audio
from dgcheck.readings.answers import deployment_answers, opened, rest_works, upgrade_works
from dgcheck.wire.listen import PATH, rest_query, stream_query

LIMIT = 10.0
TRIES = 2  # of an upgrade that is refused: a balancer that takes turns between two cannot give both to the bad one


async def ask(asking: Asking) -> None:
    """Leave for a POST (OPTIONS), the POST, one that is refused, and the handshake of a WebSocket.

    Nothing is asked where the browser itself stops the page, or where no other client is served.
    """
    from dgcheck.readings.browser import mixed, same_origin  # what a run without a page need not load

    if mixed(asking.case) or not deployment_answers(asking.case):
        return
    wanted = await asking.wanted()
    rest, streaming = (next((one for one in wanted if getattr(one, mode)), None) for mode in ("rest", "streaming"))
    async with asyncio.TaskGroup() as group:
        if rest is not None and rest_works(asking.case) and not same_origin(asking.case):
            group.create_task(_fetch(asking, rest))
        if streaming is not None and upgrade_works(asking.case):
            group.create_task(_open(asking, streaming))


async def _fetch(asking: Asking, wanted: Wanted) -> None:
    """What `fetch` does: it asks for leave, and sends the request only then. Here both go out, to tell of both."""
    from dgcheck.readings.browser import NEEDS_LEAVE, REFUSED, STRANGER

    audio = asking.audio
    query = rest_query(asking.settings, audio, wanted.name, wanted.language)
    own = {name.lower() for name, _ in asking.settings.headers}
    leave = (
        ("Origin", asking.settings.origin),
        ("Access-Control-Request-Method", "POST"),
        ("Access-Control-Request-Headers", ",".join(sorted({*NEEDS_LEAVE, *own}))),
    )
    await asking.net.exchange(
        Ask(path=PATH, query=query, method="OPTIONS", headers=leave, with_key=False, bare=True, limit=LIMIT)
    )
    await asking.net.exchange(_post(asking, query, audio))
    if asking.requests_left() > 0:
        unknown = rest_query(asking.settings, audio, STRANGER, wanted.language)
        await asking.net.apart(REFUSED).exchange(_post(asking, unknown, audio))


def _post(asking: Asking, query: tuple[tuple[str, str], ...], audio: Audio) -> Ask:
    return Ask(
        path=PATH,
        query=query,
        method="POST",
        headers=(("Origin", asking.settings.origin), ("Content-Type", audio.content_type)),
        body=audio.data,
        limit=2 * LIMIT,
    )


async def _open(asking: Asking, wanted: Wanted) -> None:
    from dgcheck.readings.browser import NO_ORIGIN, handshake

    query = stream_query(asking.settings, asking.audio, wanted.name, wanted.language)

    def question(origin: str) -> Ask:
        return Ask(path=PATH, query=query, manner=handshake(origin), bare=True, limit=LIMIT)

    for _ in range(TRIES):
        if opened(await asking.net.upgrade(question(asking.settings.origin))):
            return
    await asking.net.apart(NO_ORIGIN).upgrade(question(""))


PROBE = Probe(
    id="origin",
    title="a page in a browser is served as well",
    asks="what would a browser meet on a page of --origin?",
    ask=ask,
    after=("rest", "ws.upgrade"),
    follows=("ws.stream",),
    wanted=lambda settings: bool(settings.origin),
    unwanted="no page was given (--origin URL)",
    unnamed=True,
    order=13,
)
