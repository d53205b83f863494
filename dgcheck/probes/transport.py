"""Does the port speak what the URL says: TLS, plain HTTP, something else?

The first answers of the other checks show it; experiments ask more only where they do not. A target without a scheme
is asked first, so that the rest of the run speaks what the port speaks; and a run of which no other check says anything
in HTTP (`--only transport`) asks here.
"""

from __future__ import annotations

from dgcheck.model.asking import Ask, Asking, Net, Probe
from dgcheck.model.evidence import Ending

WORDLESS = frozenset(("config", "dns", "tcp", "transport", "tls"))  # checks that say nothing in HTTP
SCHEME = "scheme"  # the purpose under which a target without a scheme is asked


async def ask(asking: Asking) -> None:
    """Nothing of its own goes over the wire, unless no other check of this run would show plain HTTP."""
    only = asking.settings.only
    if only and WORDLESS.issuperset(only) and not asking.target.tls:
        await asking.net.exchange(Ask(path="/v1/status"))


async def spoken(net: Net, first: str) -> str:
    """Which scheme the port speaks, `http` or `https`, asking `first` first; '' when it showed neither."""
    for scheme in (first, "http" if first == "https" else "https"):
        if scheme == "https":
            if (await net.handshake(trust="none")).ending is Ending.ANSWERED:
                return "https"
        else:
            seen = await net.exchange(Ask(path="/v1/status", scheme="http", limit=5.0, with_key=False))
            if seen.response is not None and "https" not in seen.response.body.lower():
                return "http"
    return ""


PROBE = Probe(
    id="transport",
    title="the port speaks what the URL says",
    asks="does the port speak TLS, plain HTTP, HTTP/2 only, or something else, and is that what the URL says?",
    ask=ask,
    after=("dns",),
    order=3,
)
