"""Whether all that was asked was answered well, so that nothing is left for the rules of failures to explain."""

from __future__ import annotations

from collections.abc import Iterable

from dgcheck.diagnosis import good
from dgcheck.model.case import Case, settled
from dgcheck.model.evidence import Ending, Exchange, Listing, Lookup, Seen, Upgrade, Wire
from dgcheck.model.report import Status
from dgcheck.readings.answers import posts, transcribed
from dgcheck.readings.slow_names import slow_lookup
from dgcheck.readings.slowness import slow_posts, slow_streams, slow_upgrades
from dgcheck.wire.choose import exact

# What not every release offers (self-hosted-api.md §3.8): its absence is no sign of anything.
_OPTIONAL = "/v1/certificates"
_HEALTH = frozenset({"config", "dns", "tcp", "transport", "tls", "status", "engine"})


def answered_well(asked: Iterable[Seen]) -> bool:
    """Whether each question, for whatever purpose, got the kind of answer that it is asked for."""
    return all(_answered(seen) for seen in asked)


@settled
def good_checks(case: Case) -> frozenset[str] | None:
    """The checks that pass in a run that went well in everything: each question was answered, none slowly, no check is
    in doubt by its own evidence, and a socket was opened for each model. Else None.
    """
    if case.target is None or case.target.path_doubled or case.bugs or case.out_of_time or case.settings.repeat > 1:
        return None
    if not answered_well(case.evidence) or not all(map(transcribed, posts(case))) or _asked_again(case):
        return None
    if slow_posts(case) or slow_upgrades(case) or slow_streams(case) or slow_lookup(case):
        return None
    checks = dict.fromkeys((*case.ran, *(seen.check for seen in case.evidence)))
    seem = {check: good.seems(check, case)[0] for check in checks}
    if not all(status in (Status.PASS, Status.SKIP) for status in seem.values()) or not _served(case, checks):
        return None
    return frozenset(check for check, status in seem.items() if status is Status.PASS)


def _answered(seen: Seen) -> bool:
    if seen.ending is not Ending.ANSWERED:
        return False
    if isinstance(seen, Upgrade):
        return seen.status == 101 and not seen.accept_problem
    if isinstance(seen, Wire):
        if seen.status == 404 and seen.request.path.endswith(_OPTIONAL):
            return True
        return seen.status is not None and 200 <= seen.status < 300
    return bool(seen.addresses) if isinstance(seen, Lookup) else True


def _asked_again(case: Case) -> bool:
    """Whether a check put one question twice: how it seems goes by one of the answers, and rules look at both."""
    questions = ((seen.check, seen.request.method, seen.request.target) for seen in case.of(Exchange))
    asked = [one for one in questions if one[0] != "replicas"]
    return len(asked) > len(set(asked))


def _served(case: Case, checks: Iterable[str]) -> bool:
    """Whether every model that was wanted was found to stream and the listing denies nothing of it; or the health
    questions alone were asked.
    """
    if _HEALTH.issuperset(checks):
        return True
    wanted = {*case.settings.models, *case.models}
    opened = {dict(seen.request.query).get("model", "") for seen in case.of(Upgrade, "ws.upgrade")}
    return bool(opened) and opened >= wanted and all(_promised(case.listing, name) for name in wanted)


def _promised(listing: Listing | None, model: str) -> bool:
    """Whether the listing, where there is one of a known shape, has the model without denying anything of it."""
    if listing is None or listing.shape == "other":
        return True
    rows = exact(listing, model)
    return bool(rows) and not any(row.batch is False or row.streaming is False for row in rows)
