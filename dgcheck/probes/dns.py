"""Resolve the target's name as the system does."""

from __future__ import annotations

from dgcheck.model.asking import Asking, Probe


async def ask(asking: Asking) -> None:
    """One lookup; other resolvers and records are asked only when its answer is odd."""
    await asking.net.lookup()


PROBE = Probe(
    id="dns",
    title="the name resolves",
    asks="what does the name resolve to?",
    ask=ask,
    order=1,
)
