"""Questions whose one answer may be that of a single replica, by which of them a run asks again before it is believed.

A listing without a speech model ends a run before any speech is asked for, a page that got no answer says nothing of
the other replicas, and what one says of its own health is not theirs: each costs a few cheap questions more. Kinds are
those of the `replicas` probe.
"""

from __future__ import annotations

from collections.abc import Iterable

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


def filled_since(case: Case) -> bool:
    """Whether the listing held no speech model at first and some each time since: by chance, or by the time."""
    seen = [one for check in ("models", "replicas") for one in case.of(Exchange, check) if one.listing is not None]
    full = [one for one in seen if one.listing is not None and speech(one.listing)]
    return came_first((one for one in seen if one not in full), full)


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


def came_first(some: Iterable[Wire], others: Iterable[Wire]) -> bool:
    """Whether some answers of one address had all come before the first of the others was asked for.

    One container says so too, that was starting and has started meanwhile. False where times are not known.
    """
    some, others = tuple(some), tuple(others)
    alone = len({one.address for one in (*some, *others)}) == 1
    return bool(some and others) and alone and max(one.ended_at for one in some) < min(map(_sent_at, others))


def _sent_at(wire: Wire) -> float:
    """When a question was sent; a connection that was kept for it is older."""
    return next((one.start for one in wire.phases if one.name == "request"), wire.ended_at)
