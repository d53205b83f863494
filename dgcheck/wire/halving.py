"""Which parameter of a refused request decides: what to ask next, and what the answers prove.

Pure: the tries are the evidence, so a saved report is judged again by the same reasoning. It takes one parameter
(a name with all its values) to be at fault; where the answers contradict that, nothing is decided.
"""

from __future__ import annotations

from collections.abc import Sequence

from dgcheck.model.record import dataclass

Pairs = tuple[tuple[str, str], ...]

# What a request for speech cannot do without; looked at last. The rest is what a person added.
ESSENTIAL = frozenset({"model", "encoding", "sample_rate", "channels", "interim_results"})
# Parameters that mean nothing, or are refused, without another one.
_NEEDS = {"utterance_end_ms": "interim_results", "callback_method": "callback", "inspect_response": "callback"}


@dataclass(frozen=True, slots=True)
class Try:
    """One smaller request: the pairs that it kept, and whether they were accepted."""

    kept: Pairs
    accepted: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """What the tries leave. `names` are the parameters that can be at fault, the likeliest first; `proved` tells
    that the request was accepted without the only one left.
    """

    names: tuple[str, ...]
    proved: bool


def next_try(query: Pairs, tries: Sequence[Try], hinted: Sequence[str] = (), *, deep: bool = False) -> Pairs | None:
    """The pairs to ask with next, in their order; None when nothing more can be learnt.

    `hinted` are names that the server's own words hold. A hinted parameter is left out first, because a request
    that is accepted costs the deployment's health nothing. Otherwise the suspects are halved, and the half kept
    is the one less likely to be refused. With `deep` encoding, sample rate and interim results are left out too, when
    nothing else is to blame; the model never is.
    """
    left = _left(query, tries)
    names = [name for name in _order(query, hinted) if name in left]
    if not names:
        return None
    extra = [name for name in names if name not in ESSENTIAL]
    if len(names) == 1 or (not tries and names[0] in hinted):
        dropped = set(names[:1])
    elif extra:
        dropped = set(extra[: (len(extra) + 1) // 2])
    else:
        dropped = set([name for name in names if name != "model"][:1]) if deep else set()
    kept = _without(query, dropped)
    if not kept or kept == query or any(one.kept == kept for one in tries):
        return None
    return kept


def decide(query: Pairs, tries: Sequence[Try], hinted: Sequence[str] = ()) -> Decision | None:
    """What the tries prove of a refused request; None when there were none, or they contradict each other."""
    if not tries:
        return None
    left = _left(query, tries)
    names = tuple(name for name in _order(query, hinted) if name in left)
    if not names:
        return None
    proved = len(names) == 1 and any(one.accepted and _names(one.kept) == _others(query, names[0]) for one in tries)
    return Decision(names, proved)


def _left(query: Pairs, tries: Sequence[Try]) -> set[str]:
    left = set(_names(query))
    for one in tries:
        kept = set(_names(one.kept))
        left = left - kept if one.accepted else left & kept
    return left


def _order(query: Pairs, hinted: Sequence[str]) -> list[str]:
    """Suspicion: what the server named, then what a person added, last what every request has."""
    named = [name.lower() for name in hinted]
    return sorted(_names(query), key=lambda name: (name.lower() not in named, name in ESSENTIAL))


def _names(query: Pairs) -> list[str]:
    return list(dict.fromkeys(name for name, _ in query))


def _others(query: Pairs, name: str) -> list[str]:
    return _names(_without(query, {name}))


def _without(query: Pairs, names: set[str]) -> Pairs:
    gone = names | {name for name, needed in _NEEDS.items() if needed in names}
    if "encoding" in gone:  # a sample rate alone is refused, or means another thing
        gone |= {"sample_rate"}
    return tuple(pair for pair in query if pair[0] not in gone)
