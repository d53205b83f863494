"""What the sizes of bodies have to do with refusals: the large one was not taken, smaller ones were tried."""

from __future__ import annotations

from dgcheck.model.case import Case
from dgcheck.model.evidence import Exchange
from dgcheck.model.record import dataclass
from dgcheck.readings.answers import posts
from dgcheck.wire.incomplete import dropped, stalled
from dgcheck.wire.who import answered

SMALL_BODY = "small_body"


@dataclass(frozen=True, slots=True)
class Sizes:
    """A body that was not taken, and what the tries with smaller ones leave: bytes of the largest that was answered
    (None when none was) and of the smallest that was not. `well`: a smaller one was transcribed.
    """

    seen: Exchange
    taken: int | None
    refused: int
    tries: tuple[Exchange, ...]
    well: bool = False


def refused_by_size(seen: Exchange) -> bool:
    """Whether this POST was refused, or went unanswered, in a way that its size could explain."""
    return seen.status == 413 or bool(dropped(seen) or stalled(seen)) or gave_up(seen)


def gave_up(seen: Exchange) -> bool:
    """Whether a proxy failed over this POST: Caddy, for one, answers 502 where others say 413."""
    return seen.status in (500, 502) and answered(seen.response) != "deepgram"


def sizes(case: Case) -> Sizes | None:
    """The POST that its size could have stopped, with the tries; None when there was none."""
    seen = next((one for one in posts(case) if refused_by_size(one)), None)
    if seen is None:
        return None
    tries = tuple(case.of(Exchange, "rest", SMALL_BODY))
    refused = [one.request.body_bytes for one in tries if refused_by_size(one)]
    taken = [one.request.body_bytes for one in tries if one.response is not None and not refused_by_size(one)]
    well = any(one.status == 200 for one in tries)
    return Sizes(seen, max(taken, default=None), min([*refused, seen.request.body_bytes]), tries, well)


def by_size(case: Case) -> Sizes | None:
    """The POST that its size did stop: by 413, or because smaller ones passed; None where that is not shown.

    Where a proxy failed over it, a second body must have failed as well, lest a passing fault be taken for a limit.
    """
    found = sizes(case)
    if found is None or found.seen.status == 413:
        return found
    if not found.well or stalled(found.seen):
        return None
    if not gave_up(found.seen):
        return found
    return (
        found if any(map(gave_up, (*found.tries, *_whole_again(case, found)))) and not _fails_at_times(case) else None
    )


def _whole_again(case: Case, found: Sizes) -> tuple[Exchange, ...]:
    """The whole body as `replicas` posted it again."""
    whole = found.seen.request
    again = [one for one in case.of(Exchange, "replicas") if one.request.method == whole.method]
    return tuple(one for one in again if one.request.body_bytes == whole.body_bytes)


def _fails_at_times(case: Case) -> bool:
    """Whether the proxy fails over questions without a body too, or took the whole one another time: then a server
    behind it is dead now and then, and no size is a bar.
    """
    again = [one for one in case.of(Exchange, "replicas") if one.request.method == "POST"]
    bare = any(seen.request.method != "POST" and seen.status in (500, 502) for seen in case.wires())
    return bare or any(one.status == 200 for one in again)
