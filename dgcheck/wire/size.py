"""What the sizes of bodies have to do with refusals: the large one was not taken, smaller ones were tried."""

from __future__ import annotations

from dgcheck.model.case import Case
from dgcheck.model.evidence import Exchange
from dgcheck.model.record import dataclass
from dgcheck.wire.answers import posts
from dgcheck.wire.incomplete import dropped, stalled

SMALL_BODY = "small_body"


@dataclass(frozen=True, slots=True)
class Sizes:
    """A body that was not taken, and what the tries with smaller ones leave: bytes of the largest that was answered
    (None when none was) and of the smallest that was not.
    """

    seen: Exchange
    taken: int | None
    refused: int
    tries: tuple[Exchange, ...]


def refused_by_size(seen: Exchange) -> bool:
    """Whether this POST was refused, or went unanswered, in a way that its size could explain."""
    return seen.status == 413 or bool(dropped(seen) or stalled(seen))


def sizes(case: Case) -> Sizes | None:
    """The POST that its size could have stopped, with the tries; None when there was none."""
    seen = next((one for one in posts(case) if refused_by_size(one)), None)
    if seen is None:
        return None
    tries = tuple(case.of(Exchange, "rest", SMALL_BODY))
    taken = [one.request.body_bytes for one in tries if one.response is not None and one.status != 413]
    refused = [one.request.body_bytes for one in tries if refused_by_size(one)]
    return Sizes(seen, max(taken, default=None), min([*refused, seen.request.body_bytes]), tries)
