"""Several addresses of one deployment in their order: between which two of them it breaks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from dgcheck.model.case import Case, settled
from dgcheck.model.hops import Passage
from dgcheck.model.record import dataclass

# What is of the address as it was typed, and says nothing of the way.
_TYPED = frozenset({"config"})


@dataclass(frozen=True, slots=True)
class Break:
    """Two neighbours, of which one works and the other does not, and the checks that tell them apart.

    `hard` tells that a check fails there and does not only warn. `outward` tells that the one nearer to the deployment
    is the one that works, as it should be.
    """

    works: Passage
    fails: Passage
    checks: tuple[str, ...]
    hard: bool
    outward: bool


@settled
def passages(case: Case) -> tuple[Passage, ...]:
    """Every address that was compared, the nearest to the deployment first."""
    return tuple(sorted(case.of(Passage), key=lambda one: one.place))


@settled
def breaks(case: Case) -> tuple[Break, ...]:
    """Every pair of neighbours between which it breaks, the nearest to the deployment first."""
    found: list[Break] = []
    for near, far in pairwise(passages(case)):
        for works, fails, outward in ((near, far, True), (far, near, False)):
            hard, soft = lost(works, fails), doubted(works, fails)
            if hard or soft:
                found.append(Break(works, fails, hard or soft, bool(hard), outward))
    return tuple(found)


def lost(works: Passage, fails: Passage) -> tuple[str, ...]:
    """The checks that fail at the second address and do not at the first."""
    return tuple(one for one in fails.bad if one in (*works.well, *works.doubtful) and one not in _TYPED)


def doubted(works: Passage, fails: Passage) -> tuple[str, ...]:
    """The checks that warn at the second address and pass at the first."""
    return tuple(one for one in fails.doubtful if one in works.well and one not in _TYPED)


def changes(row: Sequence[Passage]) -> int:
    """How often it turns from working to failing or back along a row: once at most where the order is right."""
    return sum(bool(lost(near, far)) + bool(lost(far, near)) for near, far in pairwise(row))
