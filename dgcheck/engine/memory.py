"""What experiments have shown of a failure, kept while it stays the same, for whoever asks one target for ever.

An experiment separates two causes of a failure. Where the next run sees the same failure, asking once more would load a
deployment that is ill already, and show the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any

from dgcheck.model.case import Case
from dgcheck.model.evidence import Dial, Exchange, Handshake, Lookup, Seen, Upgrade, Wire
from dgcheck.model.record import replace

LONGEST = 3600.0  # seconds after which they are asked again all the same
LARGEST = 64 * 1024  # characters of answers that are kept; where there are more, they are asked again
_REFERENCES = ("rests_on", "upgrade", "heard_in")


class Memory:
    """The experiments of the last run that made some, what they found, and the failure that called for them."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._failure: tuple[object, ...] = ()
        self._evidence: tuple[Seen, ...] = ()
        self._made: frozenset[str] = frozenset()
        self._at = 0.0

    def recall(self, case: Case, new_id: Callable[[], str]) -> frozenset[str]:
        """Put what was found into the case, under new ids, where the checks have seen the same failure as then; the
        names of the experiments that need not be made for that.
        """
        if not self._evidence or self._clock() - self._at > LONGEST or failure(case) != self._failure:
            self._evidence, self._made = (), frozenset()
            return self._made
        names = {seen.id: new_id() for seen in self._evidence}
        for seen in self._evidence:
            case.add(replace(seen, **_renamed(seen, names)))
        return self._made

    def keep(self, case: Case, first: int, made: Iterable[str]) -> None:
        """Remember the evidence from the place `first` on as that of the experiments `made` in this run or before.

        What is too large is not kept.
        """
        found = tuple(case.evidence[first:])
        bodies = (len(one.response.body) for one in found if isinstance(one, Wire) and one.response is not None)
        if sum(bodies) > LARGEST:
            found = ()
        if not self._made:
            self._at = self._clock()
        self._made = frozenset(made) if found else frozenset()
        self._evidence = found
        own = Case(target=case.target, settings=case.settings, evidence=case.evidence[:first], model=case.model)
        self._failure = failure(own)


def _renamed(seen: Seen, names: dict[str, str]) -> dict[str, Any]:
    """The id, and what refers to other evidence of the experiments; what refers to the checks' own is left out."""
    changes: dict[str, Any] = {"id": names[seen.id]}
    for name in _REFERENCES:
        value = getattr(seen, name, None)
        if isinstance(value, tuple):
            changes[name] = tuple(names[one] for one in value if one in names)
        elif isinstance(value, str) and value:
            changes[name] = names.get(value, "")
    return changes


def failure(case: Case) -> tuple[object, ...]:
    """What the checks themselves saw, without what differs from one run to the next: ids, times, addresses, texts."""
    own = (_told(seen) for seen in case.evidence if not seen.purpose)
    return (case.model, *sorted(map(repr, dict.fromkeys(one for one in own if one))))


def _told(seen: Seen) -> tuple[object, ...]:
    """How one question ended, in the terms by which a cause is told."""
    if isinstance(seen, (Exchange, Upgrade)):
        return (seen.check, seen.request.method, seen.request.target, seen.ending, seen.status, *_answer(seen))
    if isinstance(seen, Handshake):
        return (seen.check, seen.ending, seen.verify_code, seen.alert, seen.reason, seen.version)
    if isinstance(seen, Dial):
        return (seen.check, seen.ending, seen.errno)
    if isinstance(seen, Lookup):
        return (seen.check, seen.ending, seen.error, tuple(sorted(seen.addresses)))
    return ()


def _answer(seen: Wire) -> tuple[object, ...]:
    """What an answer says of a refusal, and who wrote it; nothing of one that is good."""
    from dgcheck.wire.refusal import read_refusal
    from dgcheck.wire.who import answered

    if seen.response is None or seen.response.status < 400:
        return ()
    refusal = read_refusal(seen.response)
    return refusal.about, refusal.code, refusal.names, answered(seen.response)
