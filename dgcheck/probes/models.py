"""What is installed?"""

from __future__ import annotations

from dgcheck.model.asking import Ask, Asking, Probe


async def ask(asking: Asking) -> None:
    """`GET /v1/models`, in any of its shapes (self-hosted-api.md §3.7)."""
    await asking.net.exchange(Ask(path="/v1/models", lane="health"))


PROBE = Probe(
    id="models",
    title="every required model is installed",
    asks="the listing; every required model in both modes, language, format, version",
    ask=ask,
    after=("tls",),
    order=7,
)
