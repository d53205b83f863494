"""The whole exporter: its sockets, its endpoints and its targets, until it is told to end."""

from __future__ import annotations

import asyncio
import gc
import socket
from collections.abc import Callable, Sequence

from dgcheck.serve.endpoints import Endpoints
from dgcheck.serve.roster import Roster
from dgcheck.serve.server import Server

ENDING = 1.0  # seconds that runs under way get to close their connections


async def until_told(
    sockets: Sequence[socket.socket], roster: Callable[[], Roster], over: asyncio.Event, listening: Callable[[], None]
) -> Roster:
    """Serve until `over` is set; then end every run and every connection, in less than two seconds.

    `listening` is called when requests are answered. The roster comes back for what may be said of it.
    """
    made = roster()
    settling = asyncio.create_task(_settle(made))
    async with Server(sockets, Endpoints(made)):
        listening()
        made.begin()
        await over.wait()
    settling.cancel()
    await made.end(ENDING)
    return made


async def _settle(roster: Roster) -> None:
    """Once everything is loaded, keep the garbage collector from looking at it for ever: that holds up answers."""
    await roster.started.wait()
    gc.collect()
    gc.freeze()
