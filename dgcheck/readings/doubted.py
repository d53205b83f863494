"""Questions whose one answer may be that of a single replica, by which of them a run asks again before it is believed.

A listing without a speech model ends a run before any speech is asked for, a page that got no answer says nothing of
the other replicas, and what one says of its own health is not theirs: each costs a few cheap questions more. Kinds are
those of the `replicas` probe.
"""

from __future__ import annotations

from dgcheck.model.case import Case
from dgcheck.model.evidence import Ending, Exchange, Upgrade, Wire
from dgcheck.readings.answers import works
from dgcheck.wire.health import read_engine, read_status
from dgcheck.wire.listing import speech
from dgcheck.wire.service import is_api, page_of

PAGES = {"/v1/status": "status", "/v1/status/engine": "engine", "/v1/models": "listing"}


def empty_handed(case: Case) -> tuple[str, ...]:
    """What to ask again where the listing holds no speech model: it, and the pages that say why it may; () else."""
    seen = case.last(Exchange, "models")
    if seen is None or seen.listing is None or seen.listing.shape == "other" or speech(seen.listing):
        return ()
    return ("listing", *_ill_pages(case))


def belied(case: Case) -> tuple[str, ...]:
    """The pages that say that all is not well where speech was served all the same."""
    return _ill_pages(case) if any(works(wire) for wire in case.wires()) else ()


def _ill_pages(case: Case) -> tuple[str, ...]:
    return tuple(kind for kind in ("engine", "status") if _ill(case.first(Exchange, kind)))


def _ill(seen: Exchange | None) -> bool:
    """A page that does not say that all is well."""
    if seen is None or seen.response is None:
        return False
    engine, health = read_engine(seen.response.body), read_status(seen.response.body)
    if engine is not None:
        return engine != "Connected" or seen.status != 200
    return health is not None and health.system_health in ("Initializing", "Critical")


def silent(case: Case) -> str:
    """The cheapest kind of question that got not one byte in time while the API answered another one; '' without.

    Speech counts where other speech was served: all of it is held up by something that stands before every replica.
    """
    if not any(is_api(wire) for wire in case.wires()):
        return ""
    found = {_kind(wire) for wire in case.wires() if _unanswered(wire)}
    served = {_kind(wire) for wire in case.wires() if works(wire)}
    kinds = (*PAGES.values(), *(("upgrade", "post") if served & {"upgrade", "post"} else ()))
    return next((kind for kind in kinds if kind in found - served), "")


def _unanswered(wire: Wire) -> bool:
    return wire.ending is Ending.TIMED_OUT and wire.response is None and not wire.raw


def _kind(wire: Wire) -> str:
    if isinstance(wire, Upgrade):
        return "upgrade"
    path = page_of(wire.request.target)
    if wire.request.method == "POST":
        return "post" if path.endswith("/v1/listen") else ""
    return next((kind for end, kind in PAGES.items() if path.endswith(end)), "")
