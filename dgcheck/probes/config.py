"""Do URL, key, proxy variables and options make sense before a byte is sent?

The settings and the surroundings are recorded by the engine before anything else; there is nothing to ask.
"""

from __future__ import annotations

from dgcheck.model.asking import Asking, Probe


async def ask(asking: Asking) -> None:
    """Nothing goes over the wire."""


PROBE = Probe(
    id="config",
    title="URL, key, proxy and options make sense",
    asks="do URL, key, proxy variables and options make sense before a byte is sent?",
    ask=ask,
    order=0,
)
