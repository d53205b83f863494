"""HTTP answers, but nothing looks like the API: what do the front page and /metrics say?"""

from __future__ import annotations

from dgcheck.model.asking import Ask, Asking, Experiment
from dgcheck.model.case import Case
from dgcheck.model.evidence import Wire
from dgcheck.model.record import replace
from dgcheck.readings import contact, foreign
from dgcheck.wire.service import is_foreign, service

_NOT_HERE = (404, 405, 410, 501)
_MOVED = (301, 302, 303, 307, 308)


def nameless(case: Case) -> bool:
    """Every API path got “not here”, one same answer or one of another kind, and no program named itself for sure."""
    wires = [wire for wire in contact.direct(case) if wire.response is not None]
    if not wires or foreign.api_seen(case):
        return False
    if any(named.sure for wire in wires if wire.response and (named := service(wire.request.target, wire.response))):
        return False
    configured = case.configured
    if configured is not None and configured.hosted:
        return False
    judged = [wire for wire in wires if wire.check in ("status", "models")]
    if foreign.same_for_all(case):
        return True
    return bool(judged) and all(wire.status in _NOT_HERE or is_foreign(wire) or moved_to(wire) for wire in judged)


def moved_to(wire: Wire) -> str:
    """The path on the same host that an answer redirects to, '' for any other answer."""
    response = wire.response
    if response is None or response.status not in _MOVED:
        return ""
    location = response.header("location").partition("?")[0]
    origin = wire.url[: len(wire.url) - len(wire.request.target)]
    if origin and location.startswith(f"{origin}/"):  # nginx writes the whole address
        location = location[len(origin) :]
    return location if location.startswith("/") and not location.startswith("//") else ""


async def ask(asking: Asking) -> None:
    """`GET /` and `GET /metrics` below the base, and the page that an answer redirected to, without a key."""
    moved = next((path for wire in contact.direct(asking.case) if (path := moved_to(wire))), "")
    asks = [Ask(path="/"), Ask(path="/metrics")] + ([Ask(path=moved, whole=True)] if moved else [])
    for one in asks:
        if asking.requests_left() > 0:
            await asking.net.exchange(replace(one, lane="fingerprint", with_key=False, limit=4.0))


EXPERIMENT = Experiment(id="fingerprint", check="status", when=nameless, ask=ask, after=("siblings",))
