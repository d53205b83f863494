"""From everything that was read to what leads: the cause, how surely, and what else may be."""

from __future__ import annotations

TYPE_CHECKING = False  # typing is not imported: `explain` pays for it
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dgcheck.explain.tally import Heard

_TIER = {"certain": 0, "likely": 1, "possible": 2}
OTHERS = 5  # causes besides the first that are listed
CANDIDATES = 3
FAR_MORE = 20  # times as often: then a frequent claim leads a rare one that is surer


class Named:
    """One cause that the text names or allows: the messages that say so, the most telling first."""

    __slots__ = ("cause", "confidence", "heard", "rest")

    def __init__(self, cause: str, confidence: str, heard: Heard | None, rest: list[Heard]) -> None:
        self.cause = cause
        self.confidence = confidence
        self.heard = heard
        self.rest = rest

    @property
    def count(self) -> int:
        """How often it was said."""
        return sum(one.count for one in self.rest)


def weigh(heard: Sequence[Heard], explains: Mapping[str, Sequence[str]]) -> list[Named]:
    """The causes, the one to name first. Empty when nothing was recognised.

    A message that only wraps another counts where there is none inside it; what was said of another service than the
    deployment is only possible. Where one cause brings about another, it
    leads; then the surer one, the more frequent, the inner or later one. After a first that is only possible come the
    causes that its words allow as well.
    """
    own = [one for one in heard if not one.elsewhere] or heard
    only = all(one.said.wraps for one in own)  # what another service said inside of it is no reason to pass it over
    inner = [one for one in heard if not one.said.wraps or (only and not one.elsewhere)] or list(heard)
    by_cause: dict[str, list[Heard]] = {}
    for one in inner:
        by_cause.setdefault(one.said.cause, []).append(one)
    found = [_named(cause, among) for cause, among in by_cause.items()]
    if not found:
        return []
    found.sort(key=lambda one: (_TIER[one.confidence], all(heard.elsewhere for heard in one.rest), -_telling(one)))
    lead = _lead(found, explains)
    rest = [one for one in found if one is not lead]
    answer = [lead]
    if lead.confidence == "certain":
        return answer + rest[:OTHERS]
    known = {one.cause for one in found}
    allowed = [name for one in lead.rest for name in one.said.alt if name not in known]
    rest += [Named(name, "possible", None, []) for name in dict.fromkeys(allowed)]
    return (answer + rest)[:CANDIDATES] if lead.confidence == "possible" else (answer + rest)[: CANDIDATES + 1]


def _named(cause: str, among: list[Heard]) -> Named:
    among.sort(key=lambda one: (_TIER[_confidence(one)], -one.order))
    return Named(cause, _confidence(among[0]), among[0], among)


def _confidence(one: Heard) -> str:
    if one.elsewhere:
        return "possible"
    return "likely" if one.said.confidence == "certain" and one.said.alt else one.said.confidence


def _telling(one: Named) -> int:
    return max(heard.order for heard in one.rest)


def _own_count(one: Named) -> int:
    """How often it was said of the deployment."""
    return sum(heard.count for heard in one.rest if not heard.elsewhere)


def _lead(found: list[Named], explains: Mapping[str, Sequence[str]]) -> Named:
    """The first of those that no other one brings about."""
    effects: set[str] = set()
    for one in found:
        mine = set(explains.get(one.cause, ()))
        for heard in one.rest:
            mine.update(heard.said.over)
        effects |= {
            other.cause for other in found if other is not one and other.cause in mine and _may_lead(one, other)
        }
    roots = [one for one in found if one.cause not in effects] or found
    best = roots[0]
    for one in roots[1:]:
        if one.confidence != "possible" and _own_count(one) > FAR_MORE * best.count:
            best = one
    return best


def _may_lead(one: Named, other: Named) -> bool:
    """What is only possible explains nothing that is surer."""
    return _TIER[one.confidence] <= _TIER[other.confidence] or one.confidence != "possible"
