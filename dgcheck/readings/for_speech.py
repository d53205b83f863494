"""The requests for speech of a run, and whose model they asked for."""

from __future__ import annotations

from dgcheck.model.case import Case
from dgcheck.model.evidence import Upgrade, Wire

SPEECH = ("rest", "ws.upgrade", "ws.stream")


def guessed(case: Case) -> bool:
    """Whether dgcheck asked for a usual model, because nobody named one and no listing could be read."""
    replayed = case.target is not None and bool(case.target.replay)
    return bool(case.model) and not (case.settings.models or case.chosen or replayed)


def requests(case: Case) -> tuple[Wire, ...]:
    """The requests for speech that count: of each question the last, as it is asked again with a key after a 401."""
    last: dict[tuple[object, ...], Wire] = {}
    for seen in case.of(Wire, ""):
        if seen.check in SPEECH and seen.response is not None:
            offered = seen.offered if isinstance(seen, Upgrade) else ()
            last[type(seen), seen.check, seen.request.target, offered, seen.address] = seen
    return tuple(last.values())
