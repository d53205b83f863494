"""Shake hands over TLS as configured, and keep the connection for the health questions."""

from __future__ import annotations

from dgcheck.model.asking import Asking, Probe


async def ask(asking: Asking) -> None:
    """One handshake, judged as the settings say; nothing where the URL asks for plain HTTP."""
    if asking.target.tls:
        await asking.net.handshake(lane="health")


PROBE = Probe(
    id="tls",
    title="the TLS certificate is trusted and fits",
    asks="chain, names, dates, versions, client certificate: would a client accept them?",
    ask=ask,
    after=("dns",),
    order=4,
)
