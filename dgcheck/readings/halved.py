"""The halving of a refused request, as the evidence of a run holds it."""

from __future__ import annotations

import re

from dgcheck.model.case import Case
from dgcheck.model.evidence import Exchange, Upgrade, Wire
from dgcheck.model.record import dataclass
from dgcheck.readings.answers import posts, transcribed, upgrades
from dgcheck.readings.forwarding import not_forwarded
from dgcheck.wire.choose import exact, mode
from dgcheck.wire.halving import ESSENTIAL, Decision, Try, decide
from dgcheck.wire.refusal import Refusal, read_refusal

HALVE = "halve"
_REFUSED = frozenset({400, 414, 422})


@dataclass(frozen=True, slots=True)
class Halved:
    """A refused request, why it was refused in the server's words, and what smaller requests prove of it; `hinted` are
    the parameters of the request that those words name.
    """

    seen: Wire
    refusal: Refusal
    decision: Decision | None
    tries: tuple[Wire, ...]
    hinted: tuple[str, ...] = ()

    def value(self, name: str) -> str:
        """What the request asked of that parameter, its values joined; '' when none."""
        return ",".join(value for key, value in self.seen.request.query if key == name)


def halved(case: Case) -> Halved | None:
    """The request that was refused for what it asked, in words that name its parameters or no reason at all; None
    when there is none. An upgrade is preferred: it is the cheaper one to ask again.
    """
    refused = [seen for seen in (*upgrades(case), *posts(case)) if seen.status in _REFUSED]
    for seen in refused:
        refusal = read_refusal(seen.response)
        if refusal.about not in ("", "parameter") or (not refusal.about and _explained(case, seen)):
            continue
        tries = tuple(one for one in case.of(type(seen), "", HALVE) if _judged(one))
        hinted = _mentioned(refusal, seen)
        return Halved(seen, refusal, decide(seen.request.query, _steps(tries), hinted), tries, hinted)
    return None


def _mentioned(refusal: Refusal, seen: Wire) -> tuple[str, ...]:
    """Parameters of the request that the server's words name; `model` and `language` stand in too many sentences."""
    names = list(dict.fromkeys(name for name, _ in seen.request.query))
    quoted = tuple(name for name in names if name in refusal.names)
    spoken = set(re.findall(r"[a-z_]{3,}", refusal.words.lower())) - {"model", "language", "version", "encoding"}
    return quoted or tuple(name for name in names if name.lower() in spoken)


def decided(case: Case) -> bool:
    """Whether a parameter is to blame for a refused request: smaller ones show which, or the POST alone was refused."""
    found = halved(case)
    if found is None:
        return False
    return isinstance(found.seen, Exchange) or (found.decision is not None and len(found.decision.names) == 1)


def worth_halving(found: Halved) -> bool:
    """Whether smaller requests could tell which parameter decides."""
    extra = {name for name, _ in found.seen.request.query} - ESSENTIAL
    return bool(extra) or found.refusal.about == "parameter"


def _explained(case: Case, seen: Wire) -> bool:
    """Whether a refusal without words has another reason: lost headers, or a model that is not for streaming."""
    if not isinstance(seen, Upgrade):
        return False
    if not_forwarded(case) is not None:
        return True
    rows = exact(case.listing, case.model) if case.listing and case.model else ()
    return bool(rows) and mode(rows, "streaming") is False


def steps(found: Halved) -> tuple[Try, ...]:
    """Its tries, as halving reads them."""
    return _steps(found.tries)


def _steps(tries: tuple[Wire, ...]) -> tuple[Try, ...]:
    return tuple(Try(one.request.query, _accepted(one)) for one in tries)


def _judged(seen: Wire) -> bool:
    return seen.status in (101, 200, *_REFUSED)


def _accepted(seen: Wire) -> bool:
    """Whether the parameters were taken; audio that cannot be decoded without its encoding is another matter."""
    if isinstance(seen, Exchange):
        return transcribed(seen) or read_refusal(seen.response).about == "audio"
    return seen.status == 101
