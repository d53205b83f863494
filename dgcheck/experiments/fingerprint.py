"""HTTP answers, but nothing looks like the API: what do the front page and /metrics say?"""

from __future__ import annotations

from dgcheck.model.asking import Ask, Asking, Experiment
from dgcheck.model.case import Case
from dgcheck.wire import contact
from dgcheck.wire.service import is_api, is_foreign, service

_NOT_HERE = (404, 405, 410, 501)


def nameless(case: Case) -> bool:
    """Every API path got “not here” or an answer of another kind, and no program gave itself away for sure."""
    wires = [wire for wire in contact.direct(case) if wire.response is not None]
    if not wires or any(is_api(wire) for wire in case.wires(None)):
        return False
    if any(named.sure for wire in wires if wire.response and (named := service(wire.request.target, wire.response))):
        return False
    configured = case.configured
    if configured is not None and configured.hosted:
        return False
    return all(wire.status in _NOT_HERE or is_foreign(wire) for wire in wires if wire.check in ("status", "models"))


async def ask(asking: Asking) -> None:
    """`GET /` and `GET /metrics` below the base, without a key."""
    for path in ("/", "/metrics"):
        if asking.requests_left() > 0:
            await asking.net.exchange(Ask(path=path, lane="fingerprint", with_key=False, limit=4.0))


EXPERIMENT = Experiment(id="fingerprint", check="status", when=nameless, ask=ask, after=("siblings",))
