"""A large body on its way: sent in pieces that nobody keeps, while we already listen, until it is refused or stalls."""

from __future__ import annotations

import asyncio
from time import monotonic

from dgcheck.model.asking import Ask
from dgcheck.model.evidence import Ending
from dgcheck.net.endings import ending_of_exception
from dgcheck.net.kernel import unsent
from dgcheck.net.talk import Talk

PIECE = 65536
LOOK = 0.1  # seconds between two looks at what the kernel still holds


async def upload(talk: Talk, ask: Ask, target: str, headers: list[tuple[str, str]]) -> None:
    """Send the body of `ask` and so many times its last byte more, and listen all the while.

    Raises TimeoutError when nothing more was taken for `stall` seconds; `problem` then says so, and `body_sent` is what
    the peer's kernel had taken, where ours tells. Once all is taken, only the question's own limit counts.
    """
    await talk.connection.write(talk.head_bytes(ask.method, target, headers, len(ask.body) + ask.more))
    bound = asyncio.timeout(ask.stall or None)
    try:
        async with bound:
            await _both(talk, ask, bound)
    except TimeoutError:
        if bound.expired():
            talk.problem = f"nothing more was taken for {ask.stall:g} s"
        raise


async def _both(talk: Talk, ask: Ask, bound: asyncio.Timeout) -> None:
    """Send and listen; the sending ends with the listening."""
    sending = asyncio.ensure_future(_send(talk, ask, bound))
    try:
        await talk.listen()
    except asyncio.CancelledError:
        talk.body_sent = max(0, talk.body_sent - unsent(talk.connection.sock))
        raise
    finally:
        sending.cancel()
        (failure,) = await asyncio.gather(sending, return_exceptions=True)
        if talk.ending is Ending.CLOSED and talk.response is None and isinstance(failure, ConnectionError):
            # The kernel tells of a reset once, and here it told the one who was sending.
            talk.ending, talk.problem = ending_of_exception(failure)


async def _send(talk: Talk, ask: Ask, bound: asyncio.Timeout) -> None:
    """Every piece in turn; each that went out puts the stall off."""
    begun, now = monotonic(), asyncio.get_running_loop().time
    await talk.connection.write(ask.body)
    talk.body_sent = len(ask.body)
    filler = ask.body[-1:] * PIECE
    for start in range(0, ask.more, PIECE):
        if ask.stall:
            bound.reschedule(now() + ask.stall)
        piece = filler[: min(PIECE, ask.more - start)]
        await talk.connection.write(piece)
        talk.body_sent += len(piece)
    left = unsent(talk.connection.sock)
    while ask.stall and left:
        await asyncio.sleep(LOOK)
        before, left = left, unsent(talk.connection.sock)
        if left < before:
            bound.reschedule(now() + ask.stall)
    talk.sent(begun)
    bound.reschedule(None)
