"""Does the API container have an engine?"""

from __future__ import annotations

from dgcheck.model.asking import Ask, Asking, Probe


async def ask(asking: Asking) -> None:
    """`GET /v1/status/engine` (self-hosted-api.md §3.8)."""
    await asking.net.exchange(Ask(path="/v1/status/engine", lane="health"))


PROBE = Probe(
    id="engine",
    title="an engine is connected",
    asks="does /v1/status/engine say Connected?",
    ask=ask,
    after=("tls",),
    order=6,
)
