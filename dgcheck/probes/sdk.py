"""Ask as the SDK that was named asks: its URL, its headers in their order and case, its key, its subprotocol.

A host that is not the target's is never asked, whatever the SDK would do.
"""

from __future__ import annotations

from dgcheck.model.asking import Asking, Probe
from dgcheck.model.case import AS_SDK


async def ask(asking: Asking) -> None:
    """One POST and one upgrade, side by side, as the SDK makes them."""
    from dgcheck.readings.ask_as_sdk import ask_all  # what only a run with --sdk needs

    await ask_all(asking)


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
