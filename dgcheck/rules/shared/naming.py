"""What became of the target's name: predicates shared by the causes of `dns.py`. No causes stand here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Confidence, Remedy
from dgcheck.model.evidence import DnsAnswer, Ending, Lookup, Surroundings
from dgcheck.model.record import dataclass, field, replace
from dgcheck.readings.telling import listed
from dgcheck.wire.deployment import knows_path
from dgcheck.wire.dns_answers import PROPER, Told, told
from dgcheck.wire.service_name import (
    CHART_SERVICE,
    COMPOSE_SERVICES,
    GUIDE_NAMESPACE,
    in_other_namespaces,
    plain,
    pod_domain,
    read_service,
    searched,
)

HALF_ANSWERED = Remedy(
    "Let the DNS server, or the firewall before it, answer for {unanswered} records as well, be it with nothing. Until "
    "then clients on glibc 2.36 and newer need not ask for AAAA records (resolv.conf)",
    "options no-aaaa",
    leads=True,
)
_BY_ERROR = {
    "EAI_NONAME": "nxdomain",
    "EAI_NODATA": "no_address",
    "EAI_ADDRFAMILY": "no_address",
    "EAI_FAIL": "servfail",
    "EAI_AGAIN": "servfail",
}


@dataclass(frozen=True, slots=True)
class Lost:
    """A name that the search list changed or lost. `right_name` is the one to use instead, '' when none is known."""

    says: str
    evidence: tuple[str, ...]
    sure: Confidence = Confidence.CERTAIN
    right_name: str = ""
    detail: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


def failed(case: Case) -> Lookup | None:
    """The lookup of a name that gave no address; None for addresses, pinned names, and what was interrupted."""
    seen = case.lookup
    if seen is None or seen.literal or seen.pinned or seen.addresses or seen.ending is Ending.CUT_SHORT:
        return None
    return seen


def asked(case: Case) -> tuple[DnsAnswer, ...]:
    """What the DNS servers answered when they were asked themselves."""
    return tuple(case.of(DnsAnswer, "dns", "dns_servers"))


def subject(case: Case, lookup: Lookup) -> str:
    """The name as the subject of a sentence; a forward proxy's name is called so."""
    proxy = case.settings.proxy
    through = proxy is not None and plain(proxy.host) == plain(lookup.name)
    return f"{'The name of the proxy,' if through else 'The name'} {plain(lookup.name)}{',' if through else ''}"


def verdict(case: Case, lookup: Lookup) -> Told:
    """What the answers make of a failed lookup; where nobody could be asked, what the resolver's error says."""
    answers = asked(case)
    found = told(answers, lookup.name)
    if found.kind == "exists":
        return _contradicted(case, lookup, found)
    if found.kind in ("nxdomain", "no_address") and lookup.error == "EAI_AGAIN":
        trouble = _trouble(case, lookup, answers)
        if trouble is not None:
            return Told("servfail" if trouble.rcode else "silent", trouble, (trouble,))
    if found.kind:
        return found
    if lookup.ending is Ending.TIMED_OUT:
        return Told("silent", None, ())
    return Told(_BY_ERROR.get(lookup.error, ""), None, ())


def _contradicted(case: Case, lookup: Lookup, found: Told) -> Told:
    """DNS has the name, and the resolver has not: the wrong family was asked for, or a server does not answer."""
    family = case.settings.family
    if family and not any((":" in address) == (family == "ipv6") for address in found.addresses):
        return replace(found, kind="no_address")
    if found.silent_servers:
        return replace(found, kind="silent", deciding=None)
    if half_answered(found.answers):
        return replace(found, kind="silent", deciding=None)
    other = next((one for one in found.answers if one.rcode and one.rcode not in PROPER), None)
    if other is not None:
        return replace(found, kind="servfail", deciding=other)
    return Told("silent" if lookup.ending is Ending.TIMED_OUT else _BY_ERROR.get(lookup.error, ""), None, ())


def half_answered(answers: tuple[DnsAnswer, ...]) -> str:
    """Which kind of record a server gave and for which it stayed silent, as a clause; '' where none did so."""
    for given, missed in _halves(answers):
        return (
            f"the DNS server {missed.server} answered the question for {given.rtype} records "
            f"({listed(given.addresses)}) and left that for {missed.rtype} records unanswered. Resolvers ask for both "
            "and wait for the second"
        )
    return ""


def _halves(answers: tuple[DnsAnswer, ...]) -> Iterator[tuple[DnsAnswer, DnsAnswer]]:
    """What a server gave for a name, and the question for the other kind of record that it left unanswered."""
    for one in answers:
        same = [other for other in answers if (other.server, other.name) == (one.server, one.name)]
        given = next((other for other in same if other.addresses), None)
        if given is not None and not one.rcode and one.ending is Ending.TIMED_OUT:
            yield given, one


def _trouble(case: Case, lookup: Lookup, answers: tuple[DnsAnswer, ...]) -> DnsAnswer | None:
    """A failure for a name made with the search list: the resolver cannot say then that the name does not exist."""
    names = searched(lookup.name, case.surroundings.search if case.surroundings else ())
    mine = [one for one in answers if plain(one.name) in names]
    return next((one for one in mine if one.rcode not in PROPER), None)


def absent_with_search(case: Case, lookup: Lookup) -> tuple[str, ...]:
    """The names made with the search list that do not exist either."""
    answers = asked(case)
    names = searched(lookup.name, case.surroundings.search if case.surroundings else ())
    return tuple(name for name in names if told(answers, name).kind in ("nxdomain", "no_address"))


def lost(case: Case) -> Lost | None:
    """A failed lookup for which the search list is to blame; None otherwise."""
    lookup, around = failed(case), case.surroundings
    if lookup is None or around is None:
        return None
    answers, name = asked(case), plain(lookup.name)
    found = told(answers, lookup.name)
    if found.kind == "exists" and _only_the_search_list(case, lookup, around, found):
        return _never_asked_as_it_stands(lookup, around, found)
    for longer in [f"{name}.{plain(domain)}" for domain in around.search]:
        one = told(answers, longer)
        if one.kind == "exists" and one.deciding is not None:
            says = (
                f"{name} is not found as it stands, but {longer} is ({listed(one.addresses)}): the search list of this "
                f"system ({listed(around.search)}) was not used for it."
            )
            return Lost(says, (one.deciding.id,), right_name=longer, detail="found with a search domain only")
    return _other_namespace(lookup, around, answers) or _short_chart_name(lookup, around, found)


def _only_the_search_list(case: Case, lookup: Lookup, around: Surroundings, found: Told) -> bool:
    """Every server answered and has the name, and the search list was in force: nothing else can have lost it."""
    wanted = [
        one for one in found.addresses if not case.settings.family or (":" in one) == (case.settings.family == "ipv6")
    ]
    agreed = all(one.rcode in PROPER for one in found.answers)
    return bool(wanted) and agreed and bool(searched(lookup.name, around.search)) and bool(lookup.error)


def _never_asked_as_it_stands(lookup: Lookup, around: Surroundings, found: Told) -> Lost:
    name = plain(lookup.name)
    server = found.deciding.server if found.deciding else ""
    says = (
        f"{name} exists ({server} answered {listed(found.addresses)}), but the resolver of this system did not find it "
        f"({lookup.error}): with ndots:{around.ndots} it tried the search list ({listed(around.search)}) and stopped."
    )
    evidence = tuple(one.id for one in found.answers if one.addresses)
    return Lost(
        says, evidence, right_name=f"{name}.", detail="lost by the search list", facts={"ndots": str(around.ndots)}
    )


def _other_namespace(lookup: Lookup, around: Surroundings, answers: tuple[DnsAnswer, ...]) -> Lost | None:
    here = pod_domain(around.search)
    for elsewhere in in_other_namespaces(lookup.name, around.search):
        one = told(answers, elsewhere)
        if here is not None and one.kind == "exists" and one.deciding is not None:
            says = (
                f"The short name {plain(lookup.name)} is looked up in namespace {here[0]} alone "
                f"({listed(searched(lookup.name, around.search)[:3])}), where there is none. It exists as {elsewhere} "
                f"({listed(one.addresses)})."
            )
            return Lost(says, (one.deciding.id,), right_name=elsewhere, detail="a Service of another namespace")
    return None


def _short_chart_name(lookup: Lookup, around: Surroundings, found: Told) -> Lost | None:
    """A name of the chart's own Services without its namespace, in a pod of a namespace that has none such."""
    here, service = pod_domain(around.search), read_service(lookup.name)
    if here is None or service is None or "." in plain(lookup.name) or found.kind != "nxdomain":
        return None
    says = (
        f"The short name {plain(lookup.name)} is looked up in namespace {here[0]} alone, where there is none. A "
        f"deployment in another namespace is reached only as {plain(lookup.name)}.NAMESPACE."
    )
    evidence = (found.deciding.id,) if found.deciding is not None else ()
    facts = {"cluster": here[1], "short_name": plain(lookup.name)}
    return Lost(says, evidence, Confidence.LIKELY, detail="a Service of another namespace", facts=facts)


def captured(case: Case) -> Lost | None:
    """A lookup that gave an address, but that of another name which the search list made; None otherwise.

    Said only where nothing at that address serves the API.
    """
    lookup, around = case.lookup, case.surroundings
    if lookup is None or around is None or not lookup.addresses or any(knows_path(wire) for wire in case.wires()):
        return None
    answers, used = asked(case), set(lookup.addresses)
    found = told(answers, lookup.name)
    if found.kind not in ("exists", "nxdomain", "no_address") or used & set(found.addresses):
        return None
    for domain in around.search:
        longer = told(answers, f"{plain(lookup.name)}.{plain(domain)}")
        if not used & set(longer.addresses) or longer.deciding is None:
            continue
        anything = told(answers, f"dgcheck-no-such-name.{plain(domain)}")
        caught = _caught(lookup, around, domain, found, longer)
        if found.kind == "exists":
            return caught
        if used & set(anything.addresses) and anything.deciding is not None:
            return replace(caught, evidence=(*caught.evidence, anything.deciding.id))
    return None


def _caught(lookup: Lookup, around: Surroundings, domain: str, found: Told, longer: Told) -> Lost:
    name = plain(lookup.name)
    truth = f"has {listed(found.addresses)}" if found.kind == "exists" else "does not exist"
    how = (
        f"with ndots:{around.ndots} the search domain {domain} is tried first"
        if found.kind == "exists"
        else f"the search domain {domain} answers every name"
    )
    says = (
        f"{name} led to {listed(lookup.addresses)}, which is the address of {name}.{plain(domain)}: {how}. "
        f"As it stands, {name} {truth}."
    )
    evidence = tuple(one.id for one in (found.deciding, longer.deciding) if one is not None)
    right = f"{name}." if found.kind == "exists" else ""
    facts = {"search_domain": plain(domain), "ndots": str(around.ndots)}
    return Lost(says, evidence, right_name=right, detail="captured by a search domain", facts=facts)


def name_facts(case: Case, name: str) -> dict[str, str]:
    """Facts that choose remedies: a name that is known only inside Kubernetes or a Compose network, a question that a
    DNS server left unanswered.
    """
    service = read_service(name)
    here = pod_domain(case.surroundings.search if case.surroundings else ())
    facts = dict[str, str]()
    for _, missed in _halves(asked(case)):
        facts["unanswered"] = missed.rtype
    if service is not None and here is None:
        facts |= {"cluster_service": service.service, "cluster_namespace": service.namespace or GUIDE_NAMESPACE}
    if service is not None and service.service == "deepgram-api":
        facts |= {"chart_service": CHART_SERVICE, "no_service": service.service}
    if here is not None:
        facts["pod_namespace"] = here[0]
    if plain(name) in COMPOSE_SERVICES:
        facts["compose_service"] = plain(name)
    return facts
