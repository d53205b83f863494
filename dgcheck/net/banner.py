"""What a port says by itself, or to a few bytes."""

from __future__ import annotations

import asyncio
from time import monotonic

from dgcheck.model.evidence import Banner, Ending, Phase
from dgcheck.net.endings import ending_of_exception, escaped
from dgcheck.net.network import Network, NotConnected

MOST = 1024


async def banner(network: Network, address: str, *, send: bytes, limit: float, check: str, purpose: str) -> Banner:
    """Connect, say `send`, and read until the peer stops, the limit passes or 1 KiB has come."""
    begun, got, ending, problem = monotonic(), b"", Ending.CUT_SHORT, ""
    phases: tuple[Phase, ...] = ()
    connection = None
    try:
        connection = await network.dial_now(address or network.pinned)
        phases = connection.phases
        async with asyncio.timeout(limit):
            if send:
                await connection.write(send)
            while len(got) < MOST:
                more = await connection.read()
                if not more:
                    break
                got += more
        ending = Ending.ANSWERED if got else Ending.CLOSED
    except NotConnected:
        ending = Ending.NOT_CONNECTED
    except (TimeoutError, OSError) as error:
        ending, problem = (Ending.ANSWERED, "") if got else ending_of_exception(error)
    finally:
        if connection is not None:
            connection.close()
        seen = Banner(
            id=network.next_id(),
            check=check,
            purpose=purpose,
            ending=ending,
            problem=problem,
            phases=(*phases, network.phase("first_byte", begun, monotonic())),
            address=address or network.pinned,
            port=network.start.port,
            sent=escaped(send, 400),
            got=network.redactor.beginning(escaped(got, MOST), 4 * MOST, whole=False),
            bytes_in=len(got),
        )
        network.record(seen)
    return seen
