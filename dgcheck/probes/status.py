"""Who answers, and how it says it feels."""

from __future__ import annotations

import asyncio

from dgcheck.model.asking import Ask, Asking, Probe


async def ask(asking: Asking) -> None:
    """`GET /v1/status` and `GET /v1/certificates` (self-hosted-api.md §3.8)."""
    async with asyncio.TaskGroup() as group:
        group.create_task(asking.net.exchange(Ask(path="/v1/status", lane="health")))
        group.create_task(asking.net.exchange(Ask(path="/v1/certificates", lane="health")))


PROBE = Probe(
    id="status",
    title="the deployment says that it is well",
    asks="who answers at /v1/status and /v1/certificates: health, load, product certificate?",
    ask=ask,
    after=("tls",),
    order=5,
)
