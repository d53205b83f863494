"""Connect to every address of the name."""

from __future__ import annotations

from dgcheck.model.asking import Asking, Probe


async def ask(asking: Asking) -> None:
    """One connection attempt per address, side by side."""
    await asking.net.dial_all(asking.case.addresses)


PROBE = Probe(
    id="tcp",
    title="every address accepts connections",
    asks="does every address accept?",
    ask=ask,
    after=("dns",),
    order=2,
)
