"""Questions that were answered alike, so that one fault is told once.

Requests for speech decide. A refused upgrade that has a reason of its own (its headers were lost on the way) is not
counted with the status it happens to bear.
"""

from __future__ import annotations

from collections.abc import Collection

from dgcheck.model.case import Case
from dgcheck.model.evidence import Exchange, Response, Upgrade, Wire
from dgcheck.model.record import dataclass
from dgcheck.readings import further
from dgcheck.readings.answers import answer, asides, is_status, listens, status_of, works
from dgcheck.readings.forwarding import Lost, envoy_refuses_upgrade, not_forwarded
from dgcheck.wire.endpoint import CHECKS
from dgcheck.wire.likeness import alike


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that were answered alike; `fine` are the requests for speech that worked meanwhile."""

    wires: tuple[Wire, ...]
    fine: tuple[Wire, ...]
    also: tuple[Wire, ...] = ()  # of `replicas`

    @property
    def first(self) -> Wire:
        """The question to speak of."""
        return self.wires[0]

    @property
    def response(self) -> Response:
        """Its answer."""
        found = answer(self.wires[0])
        assert found is not None
        return found

    @property
    def evidence(self) -> tuple[str, ...]:
        """Ids of all of them."""
        return tuple(seen.id for seen in (*self.wires, *self.also))

    @property
    def checks(self) -> tuple[str, ...]:
        """Checks that they belong to, each once, in order."""
        return tuple(dict.fromkeys(seen.check for seen in (*self.wires, *self.also)))


def group(case: Case, statuses: Collection[int], *, asides_alone: bool = True) -> Group | None:
    """The questions answered with one of these statuses; None when none of them counts.

    Questions about the deployment count together with requests for speech, and alone (unless `asides_alone` forbids)
    only where nobody asked for speech: a gateway may keep those pages to itself while speech is served well.
    """
    lost = not_forwarded(case)
    asked = [seen for seen in (*listens(case), *_further(case)) if not _explained(case, seen, lost)]
    hit = [seen for seen in asked if status_of(seen) in statuses]
    also_offered = case.of(Upgrade, "ws.upgrade")  # with a subprotocol, which is not why they were refused so
    hit.extend(
        seen
        for seen in also_offered
        if seen.offered and seen.status in statuses and _busy(seen) and not _explained(case, seen, lost)
    )
    if not hit and (listens(case) or not asides_alone):
        return None
    hit.extend(seen for seen in asides(case) if status_of(seen) in statuses and not is_status(seen.response))
    if not hit:
        return None
    also = tuple(
        seen for seen in case.of(Wire, "replicas") if status_of(seen) in statuses and not envoy_refuses_upgrade(seen)
    )
    fine = tuple(seen for seen in asked if (further.served(seen) if seen.check in CHECKS else works(seen)))
    return Group(tuple(hit), fine, also)


def nothing_ready(case: Case) -> Group | None:
    """Every page about the deployment got 503 and every upgrade Envoy's 403, and no POST was made that could tell."""
    asked, pages = listens(case), asides(case)
    refused = bool(asked) and all(isinstance(seen, Upgrade) and envoy_refuses_upgrade(seen) for seen in asked)
    if not refused or not pages or any(seen.status != 503 or is_status(seen.response) for seen in pages):
        return None
    return Group(tuple(pages), ())


def _further(case: Case) -> tuple[Wire, ...]:
    """The questions to further endpoints that count here; a 405 to an upgrade where none opened is not told apart."""
    passes = further.upgrades_pass(case)
    lost = [seen for seen in further.counted(case) if isinstance(seen, Upgrade) and seen.status == 405 and not passes]
    return tuple(seen for seen in further.counted(case) if seen not in lost)


def _busy(seen: Wire) -> bool:
    """A status that says nothing of what was asked, only of the moment."""
    return seen.status is not None and (seen.status == 429 or seen.status >= 500)


def repeats_alone(case: Case, statuses: Collection[int]) -> Group | None:
    """Repeated questions (`replicas`) answered with one of these statuses, while no first question was; or None."""
    if group(case, statuses) is not None:
        return None
    hit = tuple(seen for seen in case.of(Wire, "replicas") if status_of(seen) in statuses)
    return Group(hit, tuple(seen for seen in listens(case) if works(seen))) if hit else None


def listing_alone(case: Case, statuses: Collection[int]) -> Group | None:
    """`/v1/models` answered with one of these statuses while every request for speech worked; None otherwise."""
    asked = listens(case)
    if not asked or not all(works(seen) for seen in asked):
        return None
    hit = tuple(seen for seen in asides(case) if seen.check == "models" and seen.status in statuses)
    return Group(hit, asked) if hit else None


def _explained(case: Case, seen: Wire, lost: Lost | None) -> bool:
    """Whether this refused upgrade has a sharper reason than its status."""
    if not isinstance(seen, Upgrade) or seen.status == 101:
        return False
    if envoy_refuses_upgrade(seen):  # 403 to upgrades alone says nothing of who may come in
        return not any(other.status == 403 for other in (*listens(case), *asides(case)) if isinstance(other, Exchange))
    return lost is not None and alike(seen.response, lost.seen.response)


def mended_by_key(case: Case) -> tuple[Wire, Wire] | None:
    """A question that was refused with 401 or 403 without a key, and the same one that worked with it; None if none."""
    for refused in case.of(Wire, "", "without_key"):
        for seen in case.wires():
            same = type(seen) is type(refused) and seen.request.target == refused.request.target
            if same and seen.request.with_key and seen.status in (101, 200, 204):
                return refused, seen
    return None
