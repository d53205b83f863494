"""DG10xx: the name. What each DNS server said of it, what the search list and the hosts file made of it."""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Confidence, Heals, Match, Remedy
from dgcheck.model.evidence import Dial, DnsAnswer, Ending, Lookup
from dgcheck.readings.telling import listed
from dgcheck.rules.shared.naming import (
    HALF_ANSWERED,
    absent_with_search,
    captured,
    failed,
    half_answered,
    lost,
    name_facts,
    subject,
    verdict,
)
from dgcheck.wire.dns_answers import overridden, told
from dgcheck.wire.service_name import plain

_SURE = {True: Confidence.CERTAIN, False: Confidence.LIKELY}


def _match(case: Case, lookup: Lookup, says: str, answers: tuple[DnsAnswer, ...], sure: Confidence) -> Match:
    server = answers[0].server if answers else ""
    facts = {"name": plain(lookup.name), **({"server": server} if server else {}), **name_facts(case, lookup.name)}
    return Match(says, (lookup.id, *(one.id for one in answers)), ("dns",), sure, facts)


def _own_words(lookup: Lookup) -> str:
    """What the system's resolver said itself, where no server could be asked."""
    return f"the resolver of this system says “{lookup.problem or lookup.error}”"


def _of_kind(case: Case, kind: str) -> tuple[Lookup, tuple[DnsAnswer, ...]] | None:
    """The failed lookup and the answers that speak for this kind, the deciding one first; None for another kind."""
    lookup = failed(case)
    if lookup is None or lost(case) is not None:
        return None
    found = verdict(case, lookup)
    if found.kind != kind:
        return None
    first = (found.deciding,) if found.deciding is not None else ()
    return lookup, tuple(dict.fromkeys((*first, *found.answers)))


def _nxdomain(case: Case) -> Iterator[Match]:
    found = _of_kind(case, "nxdomain")
    if found is None:
        return
    lookup, answers = found
    name = subject(case, lookup)
    if not answers:
        says = f"{name} does not exist: {_own_words(lookup)}."
        yield _match(case, lookup, says, (), Confidence.LIKELY)
        return
    first = answers[0]
    alias = first.cname or next((one.cname for one in answers if one.cname), "")
    known = f"{name} is an alias of {alias}, which does not exist" if alias else f"{name} does not exist"
    tried = absent_with_search(case, lookup)
    also = f", and no name made with the search list either ({listed(tried[:3])})" if tried else ""
    other = next((one for one in answers if one.addresses and one.server != first.server), None)
    differs = (
        f" {other.server} knows it as {listed(other.addresses)}, but is asked only if {first.server} fails."
        if other
        else ""
    )
    says = f"{known}: the DNS server {first.server} answered NXDOMAIN{also}.{differs}"
    yield _match(case, lookup, says, answers, Confidence.CERTAIN)


def _servfail(case: Case) -> Iterator[Match]:
    found = _of_kind(case, "servfail")
    if found is None:
        return
    lookup, answers = found
    said = {one.server: one.rcode for one in answers if one.rcode and one.rcode not in ("NOERROR", "NXDOMAIN")}
    quiet = told(answers, lookup.name).silent_servers if answers else ()
    if said:
        words = listed(f"{server} answered {rcode}" for server, rcode in said.items())
        silence = f"; {listed(quiet)} did not answer" if quiet else ""
        says = f"{subject(case, lookup)} could not be looked up: {words}{silence}."
    else:
        says = f"{subject(case, lookup)} could not be looked up: {_own_words(lookup)}."
    yield _match(case, lookup, says, answers, _SURE[bool(said)])


def _timeout(case: Case) -> Iterator[Match]:
    found = _of_kind(case, "silent")
    if found is None:
        return
    lookup, answers = found
    if half := half_answered(answers):
        yield _match(case, lookup, f"{subject(case, lookup)} was not resolved in time: {half}.", answers, _SURE[False])
        return
    servers = tuple(dict.fromkeys(one.server for one in answers if not one.rcode))
    refused = [one.server for one in answers if one.ending is Ending.REFUSED]
    others = tuple(dict.fromkeys(one.server for one in answers if one.rcode))
    if not servers:
        says = f"{subject(case, lookup)} was not resolved in time: no DNS server answered this system's resolver."
    elif len(dict.fromkeys(refused)) == len(servers):
        says = f"{subject(case, lookup)} was not resolved: nothing listens on port 53 of {listed(servers)}."
    else:
        rest = f" {listed(others)} did, but the resolver gave up before." if others else ""
        says = f"{subject(case, lookup)} was not resolved: the DNS server {listed(servers)} did not answer.{rest}"
    yield _match(case, lookup, says, answers, _SURE[bool(servers) and not others])


def _no_address(case: Case) -> Iterator[Match]:
    found = _of_kind(case, "no_address")
    if found is None:
        return
    lookup, answers = found
    name, family = subject(case, lookup), case.settings.family
    others = tuple(dict.fromkeys(address for one in answers for address in one.addresses))
    alias = next((one.cname for one in answers if one.cname), "")
    through = f" (an alias of {alias})" if alias else ""
    if not answers:
        says = f"{name} exists, but has no address: {_own_words(lookup)}."
    elif family and others:
        wanted = family.replace("ipv", "IPv")
        asks = f"-{family[-1]} asks for {wanted} alone"
        says = f"{name}{through} has no {wanted} address, only {listed(others)}, and {asks}."
    else:
        says = f"{name}{through} exists, but has no address: {answers[0].server} gave neither an A nor an AAAA record."
    yield _match(case, lookup, says, answers, _SURE[bool(answers)])


def _search_domain(case: Case) -> Iterator[Match]:
    lookup = case.lookup
    found = lost(case) or captured(case)
    if lookup is None or found is None:
        return
    target = case.target
    facts = {"name": plain(lookup.name), **found.facts}
    if target is not None and found.right_name:
        port = "" if target.port == (443 if target.tls else 80) else f":{target.port}"
        facts["right_url"] = f"{target.scheme}://{found.right_name}{port}{target.prefix}"
    yield Match(found.says, (lookup.id, *found.evidence), ("dns",), found.sure, facts, detail=found.detail)


_DEAD = {
    Ending.REFUSED: "refuses the connection",
    Ending.TIMED_OUT: "does not answer",
    Ending.UNREACHABLE: "cannot be reached",
}


def _hosts_override(case: Case) -> Iterator[Match]:
    lookup, around, dials = case.lookup, case.surroundings, case.dials
    if lookup is None or around is None or not dials or case.open_addresses or dials[0].via_proxy:
        return
    answers = tuple(case.of(DnsAnswer, "dns", "dns_servers"))
    others = overridden(lookup, around, answers)
    tried = tuple(case.of(Dial, "", "hosts_dns"))
    works = next((dial for dial in tried if dial.ending is Ending.ANSWERED), None)
    if not others or (tried and works is None):
        return  # where the address in DNS is dead as well, the hosts file is not what is wrong
    dead = f"{dials[0].address} port {dials[0].port} {_DEAD.get(dials[0].ending, 'does not work')}"
    alive = f", and {works.address} accepts it" if works else ""
    says = (
        f"The hosts file of this machine gives {plain(lookup.name)} the address {dials[0].address}, and {dead}. "
        f"DNS gives it {listed(others)}{alive}."
    )
    used = tuple(one.id for one in answers if one.addresses)
    evidence = (around.id, lookup.id, dials[0].id, *used, *((works.id,) if works else ()))
    facts = {"name": plain(lookup.name), "stale": dials[0].address, "current": works.address if works else others[0]}
    yield Match(says, evidence, ("dns", "tcp"), _SURE[works is not None], facts)


_EFFECTS = (
    "tcp_refused",
    "tcp_timeout",
    "host_unreachable",
    "address_family_unreachable",
    "tcp_closed_early",
    "tcp_reset",
    "not_http",
    "wrong_service",
    "plain_to_tls_port",
    "tls_to_plain_port",
    "tls_self_signed",
    "tls_unknown_ca",
    "tls_expired",
    "tls_hostname_mismatch",
    "ingress_default_certificate",
    "tls_failed",
    "http_not_found",
    "http_redirect",
    "http_bad_gateway",
    "http_unavailable",
    "ws_upgrade_rejected",
)
_PORT_FORWARD = Remedy(
    "{cluster_service} is a Kubernetes Service, whose name is known only inside the cluster. From outside, use the "
    "address of its ingress or load balancer, or forward a port and ask that",
    "kubectl -n {cluster_namespace} port-forward svc/{cluster_service} 8080:8080",
)
_PUBLISHED = Remedy(
    "“{compose_service}” is known only inside the Compose network. From the machine itself use the published port",
    "dgcheck run http://localhost:8080",
)
_JOIN = Remedy(
    "From a container of another network, join that of “{compose_service}”", "docker network connect NETWORK CONTAINER"
)
_SERVICES = Remedy(
    "See which Services there are, and write the namespace behind the name (dgcheck ran in namespace {pod_namespace})",
    "kubectl get services --all-namespaces | grep deepgram",
)

FAMILY = (
    Cause(
        code="DG1001",
        cause="dns_nxdomain",
        title="The name does not exist",
        explanation=(
            "The DNS server answered that there is no such name (NXDOMAIN), or none such as the alias (CNAME) points "
            "to. So no client on this machine can find the deployment under it. Either the name is misspelt, or its "
            "record is missing or not yet there, or it exists only elsewhere: in a company's private zone, inside a "
            "Kubernetes cluster, or inside a Compose network."
        ),
        told_apart=(
            "By the response code of each DNS server, asked directly. An empty answer is dns_no_address, a failure "
            "dns_servfail, silence dns_timeout, a name lost by the search list dns_search_domain."
        ),
        remedies=(
            Remedy(
                "The Helm chart's Service for the API is called {chart_service}, not {no_service}",
                "kubectl get services --all-namespaces | grep deepgram",
            ),
            _PORT_FORWARD,
            _PUBLISHED,
            _JOIN,
            _SERVICES,
            Remedy("Compare the name with the record in your zone, letter by letter", "dig {name}"),
            Remedy(
                "If the name belongs to a private zone or a VPN, use the DNS server that knows it; {server} was asked",
                "cat /etc/resolv.conf",
            ),
            Remedy(
                "To test before the record is there, give the address yourself",
                "dgcheck run {base} --resolve {name}=ADDRESS",
            ),
        ),
        when=_nxdomain,
        source="RFC 1035 §4.1.1, RFC 2308; names of the Compose files and the Helm chart",
    ),
    Cause(
        code="DG1002",
        cause="dns_servfail",
        title="The DNS server answers with a failure",
        explanation=(
            "The DNS server could be reached and answered, but with SERVFAIL, REFUSED or another failure: it does not "
            "know whether the name exists. Usually it cannot reach the servers of the zone, the zone is broken "
            "(DNSSEC, a delegation to a dead server), or it does not serve this client."
        ),
        told_apart="By the response code. NXDOMAIN is a definite no (dns_nxdomain), silence is dns_timeout.",
        remedies=(
            Remedy("Ask the server yourself, and another one for comparison", "dig {name} @{server}"),
            Remedy("Follow the delegation from the root to see where it breaks", "dig +trace {name}"),
            Remedy(
                "See what the cluster's DNS says", "kubectl -n kube-system logs -l k8s-app=kube-dns", place="kubernetes"
            ),
            Remedy("REFUSED means that the server does not serve this client: allow it there, or use another server"),
        ),
        heals=Heals.SOON,
        when=_servfail,
        source="RFC 1035 §4.1.1 (response codes)",
    ),
    Cause(
        code="DG1003",
        cause="dns_timeout",
        title="No DNS server answers",
        explanation=(
            "The questions to the DNS servers of this system were not answered, so the name was not resolved in time. "
            "The servers are down, or something on the way drops UDP and TCP port 53: a firewall, a security group, a "
            "NetworkPolicy with egress rules that forgot DNS, a VPN that took the route."
        ),
        told_apart="Each server of resolv.conf was asked directly, and none answered.",
        remedies=(
            HALF_ANSWERED,
            Remedy("See which servers are asked, and whether one answers", "dig {name} @{server}"),
            Remedy(
                "A NetworkPolicy with egress rules must allow DNS",
                "egress:\n  - ports:\n      - {protocol: UDP, port: 53}\n      - {protocol: TCP, port: 53}",
                place="kubernetes",
            ),
            Remedy(
                "See whether the cluster's DNS runs",
                "kubectl -n kube-system get pods -l k8s-app=kube-dns",
                place="kubernetes",
            ),
            Remedy(
                "To go on without DNS for now, give the address yourself",
                "dgcheck run {base} --resolve {name}=ADDRESS",
            ),
        ),
        heals=Heals.SOON,
        when=_timeout,
        source="resolv.conf(5): servers are asked in order, each after the other's silence",
    ),
    Cause(
        code="DG1004",
        cause="dns_no_address",
        title="The name exists, but has no address",
        explanation=(
            "The DNS server knows the name and answered without an error, but has neither an IPv4 (A) nor an IPv6 "
            "(AAAA) address for it. There may be records of other kinds (TXT, MX), a name below it, an alias whose "
            "target has no address yet, or only addresses of the family that was not asked for. A headless Kubernetes "
            "Service without ready pods looks the same."
        ),
        told_apart="An empty answer without an error code; a name that is not there at all is dns_nxdomain.",
        remedies=(
            Remedy("See which records the name has", "dig +noall +answer {name} A {name} AAAA {name} CNAME"),
            Remedy("Add an A or AAAA record, or point the alias at a name that has one"),
            Remedy(
                "A headless Service has the addresses of its ready pods: see whether there are any",
                "kubectl get endpoints --all-namespaces | grep deepgram",
                place="kubernetes",
            ),
        ),
        when=_no_address,
        source="RFC 2308 §2.2 (NODATA)",
    ),
    Cause(
        code="DG1005",
        cause="dns_search_domain",
        title="The search list changed or lost the name",
        explanation=(
            "A resolver completes names with the domains of its search list: with ndots:5, as in every Kubernetes pod, "
            "it tries that first for any name with fewer than five dots. So a short name means another thing in each "
            "namespace, a domain with a wildcard record catches names that were meant as they stand, and some "
            "resolvers (musl in Alpine images, systemd-resolved) stop at the first odd answer, or do not complete "
            "names with dots.\n\n"
            "In Kubernetes, NAME reaches a Service of the pod's own namespace only; a Service of another one is "
            "NAME.NAMESPACE, in full NAME.NAMESPACE.svc.cluster.local."
        ),
        told_apart=(
            "The name was asked as it stands and with every domain of the search list; the answers differ, and the "
            "one that the system used is not the right one. Where none of them exists, it is dns_nxdomain."
        ),
        remedies=(
            Remedy("Use the full name", "dgcheck run {right_url}"),
            Remedy(
                "Use the full name of the Service",
                "dgcheck run {scheme}://{short_name}.dg-self-hosted.svc.{cluster}:{port}",
            ),
            Remedy("See in which namespace the Service is", "kubectl get services --all-namespaces | grep deepgram"),
            Remedy(
                "Let the pods that use the deployment complete fewer names (now ndots:{ndots})",
                'dnsConfig:\n  options:\n    - name: ndots\n      value: "1"',
                place="kubernetes",
            ),
            Remedy(
                "Take {search_domain} out of the search list, or its wildcard record out of the zone",
                "cat /etc/resolv.conf",
            ),
        ),
        explains=_EFFECTS,
        when=_search_domain,
        source="resolv.conf(5); Kubernetes: DNS for Services and Pods; musl: functional differences from glibc",
    ),
    Cause(
        code="DG1006",
        cause="dns_hosts_override",
        title="The hosts file gives the name a stale address",
        explanation=(
            "The hosts file of this machine has a line for the name, and it comes before DNS. Its address does not "
            "work, while DNS has another one. Such lines are left over from tests and moves; in Compose they come from "
            "extra_hosts, in Kubernetes from hostAliases."
        ),
        told_apart=(
            "The address that was used stands in the hosts file and accepts no connection; DNS, asked directly, has "
            "another. Where that one is dead as well, the hosts file is not blamed."
        ),
        remedies=(
            Remedy("Take the line with {stale} out of the hosts file", "grep -n '{name}' /etc/hosts"),
            Remedy("See that the address of DNS works", "dgcheck run {base} --resolve {name}={current}"),
            Remedy(
                "Look for extra_hosts in the Compose file",
                "grep -n -A3 extra_hosts docker-compose.yml",
                place="compose",
            ),
            Remedy(
                "Look for hostAliases in the pod",
                "kubectl get pods --all-namespaces -o yaml | grep -n -A4 hostAliases",
                place="kubernetes",
            ),
        ),
        explains=_EFFECTS,
        when=_hosts_override,
        source="hosts(5), nsswitch.conf(5)",
    ),
)
