"""Names that were found late, and what the name servers said when each was asked by itself."""

from __future__ import annotations

from dgcheck.model.case import Case
from dgcheck.model.evidence import DnsAnswer, Ending, Lookup
from dgcheck.readings.answers import phase


def lookup_time(lookup: Lookup) -> float:
    """Seconds that the system's resolver took."""
    return phase(lookup.phases, "resolve") or 0.0


def slow_lookup(case: Case) -> Lookup | None:
    """The look-up of the target's name, where it gave an address and took longer than --slow allows."""
    lookup = case.lookup
    if lookup is None or not lookup.addresses or lookup.literal or lookup.pinned:
        return None
    return lookup if lookup_time(lookup) > case.settings.slow else None


def of_servers(case: Case) -> dict[str, tuple[DnsAnswer, ...]]:
    """What each server said to the target's own name, in the order of resolv.conf; only those that were asked."""
    lookup, around = case.lookup, case.surroundings
    if lookup is None or around is None:
        return {}
    answers = [one for one in case.of(DnsAnswer, "dns", None) if one.absolute and one.name == lookup.name]
    found = {server: tuple(one for one in answers if one.server == server) for server in around.nameservers}
    return {server: said for server, said in found.items() if said}


def is_silent(answers: tuple[DnsAnswer, ...]) -> bool:
    """Whether nothing came to any question. A server that refuses is passed over at once, so it is not silent."""
    return all(one.ending is Ending.TIMED_OUT for one in answers)
