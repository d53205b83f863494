"""DG2001 to DG2005: connecting to the addresses of the target."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Heals, Match, Remedy, Severity
from dgcheck.model.evidence import Dial, Ending, Lookup, Seen
from dgcheck.readings import contact
from dgcheck.rules.shared import one_link

_KINDS = (Ending.REFUSED, Ending.TIMED_OUT, Ending.UNREACHABLE)
_MUTE = {Ending.CLOSED: "hangs up", Ending.RESET: "resets", Ending.TIMED_OUT: "falls silent", Ending.FAILED: "fails"}
_ERRNOS = {
    "EHOSTUNREACH": "no route to host",
    "ENETUNREACH": "network unreachable",
    "EACCES": "prohibited",
    "EPERM": "not permitted",
    "EHOSTDOWN": "host is down",
    "ENETDOWN": "network is down",
    "EINVAL": "discarded by a blackhole route",
    "EADDRNOTAVAIL": "no address of that family here",
    "EAFNOSUPPORT": "address family not supported",
    "ENOPROTOOPT": "protocol unreachable",
}


def _kind(dial: Dial) -> Ending:
    return Ending.UNREACHABLE if contact.unreachable(dial) else dial.ending


def _judged(case: Case) -> tuple[Dial, ...]:
    """The attempts that count when nothing connected: those of a family this machine has a route for."""
    return tuple(dial for dial in contact.none_opened(case) if contact.has_route(case, dial))


def _decisive(case: Case, kind: Ending) -> tuple[Dial, ...]:
    """All attempts that count, when `kind` is what most of them met (on a tie, the first); () otherwise."""
    found = _judged(case)
    counted = Counter(_kind(dial) for dial in found if _kind(dial) in _KINDS).most_common(1)
    return found if counted and counted[0][0] is kind else ()


def _places(found: Sequence[Dial]) -> str:
    return ", ".join(dial.address for dial in found)


def _ended(dial: Dial) -> str:
    """How one attempt ended, in words, with its errno."""
    words = {
        Ending.REFUSED: "refused",
        Ending.TIMED_OUT: "silent",
        Ending.RESET: "reset",
        Ending.UNREACHABLE: _ERRNOS.get(dial.errno, "unreachable"),
    }
    said = words.get(_kind(dial), dial.problem or "failed")
    return f"{said}, {dial.errno}" if dial.errno else said


def _others(found: Sequence[Dial], kind: Ending) -> str:
    odd = [dial for dial in found if _kind(dial) is not kind]
    return f" (but {_each(odd)})" if odd else ""


def _each(found: Sequence[Dial]) -> str:
    return "; ".join(f"{dial.address}: {_ended(dial)}" for dial in found)


def _host(case: Case) -> str:
    return case.target.host if case.target else ""


def _who(case: Case, found: Sequence[Dial], kind: Ending) -> str:
    """The addresses of a kind as the subject of a sentence."""
    same = [dial for dial in found if _kind(dial) is kind]
    if len(found) == 1:
        named = f" ({_host(case)})" if _host(case) not in ("", same[0].address) else ""
        return f"{same[0].address}{named}"
    how_many = f"all {len(found)}" if len(same) == len(found) else f"{len(same)} of the {len(found)}"
    return f"{how_many} addresses of {_host(case)} ({_places(same)})"


def _facts(case: Case, found: Sequence[Dial]) -> dict[str, str]:
    return {"address": found[0].address, **contact.usual(case)}


def _refused(case: Case) -> Iterator[Match]:
    if found := _decisive(case, Ending.REFUSED):
        who = _who(case, found, Ending.REFUSED)
        says = (
            f"Nothing listens on port {found[0].port}: {who} refused the connection{_others(found, Ending.REFUSED)}. "
            "The machine answered, so it is there; the program is not, or it listens elsewhere."
        )
        yield Match(says, contact.ids(*found), ("tcp",), facts=_facts(case, found))


def _timeout(case: Case) -> Iterator[Match]:
    if found := _decisive(case, Ending.TIMED_OUT):
        waited = max((contact.seconds(dial.phases, "connect") or 0.0) for dial in found)
        who = _who(case, found, Ending.TIMED_OUT)
        says = (
            f"No answer at all from port {found[0].port} of {who} within {waited:.1f} "
            f"s{_others(found, Ending.TIMED_OUT)}. "
            "The packets vanish on the way there or back; a machine that is up and reachable would accept or refuse."
        )
        yield Match(says, contact.ids(*found), ("tcp",), facts=_facts(case, found))


def _unreachable(case: Case) -> Iterator[Match]:
    yield from one_link.wrong_interface(case)
    if found := _decisive(case, Ending.UNREACHABLE):
        first = next(dial for dial in found if contact.unreachable(dial))
        who = _who(case, found, Ending.UNREACHABLE)
        lacking = one_link.lacks_interface(first)
        word = "an interface is missing" if lacking else _ERRNOS.get(first.errno, "unreachable")
        says = (
            f"The way to {who} is closed: “{word}”{f' ({first.errno})' if first.errno else ''} came back for port "
            f"{first.port}{_others(found, Ending.UNREACHABLE)}. {_whose(first)}"
        )
        facts = _facts(case, [first]) | (one_link.facts(first.address) if lacking else {})
        yield Match(says, contact.ids(*found), ("tcp",), facts=facts, detail=word)


def _whose(dial: Dial) -> str:
    if dial.errno in ("EACCES", "EPERM", "ENOPROTOOPT"):
        return "A firewall rule, here or on the way, prohibits it."
    if one_link.lacks_interface(dial):
        return "Such an address (fe80::…) is one of many links, and the URL does not say of which interface."
    if dial.errno == "EINVAL":
        return "A route of this machine throws these packets away."
    if dial.errno == "EHOSTUNREACH" and (contact.seconds(dial.phases, "connect") or 0.0) > 0.9:
        return "In this subnet nobody claims that address, or a router behind it knows no way on."
    return "This machine's route table or a router on the way knows no way there."


def _family(case: Case) -> Iterator[Match]:
    found = contact.none_opened(case)
    if not found or any(contact.has_route(case, dial) for dial in found):
        return
    kind = "IPv6" if contact.family(found[0].address) == "ipv6" else "IPv4"
    other, lookup = ("IPv4" if kind == "IPv6" else "IPv6"), case.lookup
    says = (
        f"{_only(case, lookup, kind)} ({_places(found)}), and this machine has no route for {kind} "
        f"({found[0].errno}); nothing was sent."
    )
    facts = {"family": kind, "other": other, "address": found[0].address}
    if case.settings.family:
        facts["family_flag"] = "-6" if case.settings.family == "ipv6" else "-4"
    elif lookup is not None and not lookup.literal:
        facts["name"] = lookup.name
    around = case.surroundings
    yield Match(says, contact.ids(lookup, *found, around), ("dns", "tcp"), facts=facts)


def _only(case: Case, lookup: Lookup | None, kind: str) -> str:
    if case.settings.family:
        return f"With {'-6' if kind == 'IPv6' else '-4'} only {kind} addresses of {_host(case)} were tried"
    if lookup is not None and (lookup.literal or lookup.pinned):
        return f"The address is {kind}"
    return f"{_host(case)} has {kind} addresses alone"


def _partial(case: Case) -> Iterator[Match]:
    found = contact.dials(case)
    mute = _mute(case)
    alive = [dial for dial in found if dial.ending is Ending.ANSWERED and dial.address not in mute]
    dead = [dial for dial in found if _is_dead(case, dial) or dial.address in mute]
    if not alive or not dead:
        return
    listed = "; ".join(
        f"{dial.address}: {mute[dial.address][0] if dial.address in mute else _ended(dial)}" for dial in dead
    )
    says = (
        f"On port {dead[0].port}, {len(dead)} of the {len(alive) + len(dead)} addresses of {_host(case)} cannot "
        "be used "
        f"({listed}); {_places(alive)} can. Clients that take a dead address first lose time, or fail now and "
        f"then.{_hairpin(dead)}"
    )
    facts = {"address": dead[0].address, "dead_address": dead[0].address, "alive": alive[0].address}
    if _host(case) == "localhost" and ":" in dead[0].address:
        facts["loopback"] = alive[0].address
    severity = Severity.WARNING if any(_works(case, dial.address) for dial in alive) else None
    evidence = contact.ids(*dead, *(seen for _, seen in mute.values()), *alive)
    yield Match(says, evidence, ("replicas",) if mute else ("tcp",), facts=facts, severity=severity)


def _mute(case: Case) -> dict[str, tuple[str, Seen]]:
    """Addresses that accept connections and never finish a TLS handshake, while others answer: how it ended, with the
    evidence. A certificate that was not accepted is another matter, and so is a request that failed.
    """
    speaking = {wire.address for wire in contact.direct(case) if wire.response is not None}
    found: dict[str, tuple[str, Seen]] = {}
    for seen in contact.handshakes(case, ""):
        if speaking and seen.address not in speaking and seen.ending in _MUTE and not contact.not_verified(seen):
            found.setdefault(seen.address, (f"accepts, then {_MUTE[seen.ending]} during the TLS handshake", seen))
    return found


def _hairpin(dead: Sequence[Dial]) -> str:
    silent = any(_kind(dial) is Ending.TIMED_OUT for dial in dead)
    return " From a machine that itself stands behind this load balancer it can look the same." if silent else ""


def _is_dead(case: Case, dial: Dial) -> bool:
    ended = dial.ending not in (Ending.ANSWERED, Ending.CUT_SHORT)
    return ended and contact.has_route(case, dial)


def _works(case: Case, address: str) -> bool:
    """Whether nothing that was asked of an address failed."""
    asked = [wire for wire in contact.direct(case) if wire.address == address]
    return all(wire.response is not None and (wire.status or 0) < 400 for wire in asked)


LISTENS = Remedy("On the server, see which program listens on which address and port", "sudo ss -ltnp | grep ':{port}'")
USUAL = Remedy("The API container listens on 8080 unless told otherwise; try that port", "dgcheck run {api_url}")
COMPOSE = Remedy(
    "See whether the API container runs, and which port it publishes",
    "docker compose ps api && docker compose logs --tail 30 api",
    place="compose",
)
HELM = Remedy(
    "See whether the Service has endpoints; it has none while no API pod is ready",
    "kubectl -n dg-self-hosted get pods -l app=deepgram-api; kubectl -n dg-self-hosted get endpoints "
    "deepgram-api-external",
    place="helm",
)

CONNECTING = (
    Cause(
        code="DG2001",
        cause="tcp_refused",
        title="Nothing listens on that port",
        explanation=(
            "The address exists and answered at once: no program accepts connections on this port. A refusal is quick "
            "and honest, so the network between here and there works.\n\n"
            "Usual reasons: the container is not running, or restarts again and again (with restart: always, refusals "
            "come and go); the port is not published, or published under another number; the program listens on "
            "127.0.0.1 inside its container only; a Kubernetes Service has no ready pod behind it, which many clusters "
            "answer by refusing. Some firewalls reject in the same way."
        ),
        told_apart=(
            "Every address refused (ECONNREFUSED). Silence is tcp_timeout, an answer of “no route” host_unreachable. "
            "localhost inside a container is url_loopback_in_container."
        ),
        remedies=(
            COMPOSE,
            HELM,
            USUAL,
            LISTENS,
            Remedy("In api.toml, let the API listen on every interface", '[server]\nhost = "0.0.0.0"\nport = 8080'),
        ),
        explains=("tcp_closed_early", "tcp_reset", "http_stalled"),
        heals=Heals.SOON,
        when=_refused,
        source="connect(2): ECONNREFUSED",
    ),
    Cause(
        code="DG2002",
        cause="tcp_timeout",
        title="No answer: packets vanish",
        explanation=(
            "The connection attempt got no reply of any kind. Something drops the packets without a word: a firewall, "
            "a cloud security group, a NetworkPolicy, a VPN that is down, or a route that leads nowhere. A stale DNS "
            "record, or a public address asked from inside a network that only knows the private one, looks the "
            "same.\n\n"
            "Waiting longer does not help unless the machine is being started just now."
        ),
        told_apart=(
            "Every address stayed silent until the limit. A refusal (tcp_refused) or “no route” (host_unreachable) "
            "would have come back at once."
        ),
        remedies=(
            Remedy(
                "Let the client's address reach port {port} in the firewall or security group, and try again from a "
                "machine next to the server to see on which side the packets are lost",
                "curl -v --connect-timeout 5 {base}/v1/status",
            ),
            Remedy(
                "In Kubernetes, allow ingress to port 8080 of the API in the NetworkPolicies; the chart brings "
                "none of its own",
                "kubectl get networkpolicy --all-namespaces",
                place="kubernetes",
            ),
            Remedy(
                "On AWS, allow port {port} in the security groups of the load balancer and of the instances behind it",
                "aws ec2 describe-security-groups --filters Name=ip-permission.to-port,Values={port}",
                place="nlb",
            ),
            Remedy("Compare the address with where the server really is", "getent ahosts {host}"),
            Remedy("See where the packets stop", "traceroute -T -p {port} {address}"),
            USUAL,
        ),
        explains=("http_stalled", "tls_handshake_stalled"),
        heals=Heals.SOON,
        when=_timeout,
        source="connect(2): no reply within the limit",
    ),
    Cause(
        code="DG2003",
        cause="host_unreachable",
        title="No way to that address",
        explanation=(
            "Instead of a connection, an answer came that there is no way: from a router or firewall on the path (ICMP "
            "unreachable or prohibited), or from this machine's own route table. In the server's own subnet it means "
            "that no machine claims the address (ARP got no answer): it is switched off, or the address is wrong. An "
            "IPv6 address of one link (fe80::…) can be dialled only with its interface: fe80::1%eth0."
        ),
        told_apart=(
            "By errno: EHOSTUNREACH and ENETUNREACH mean no route, EACCES and EPERM a firewall's prohibition. "
            "Where only "
            "the family is missing here, it is address_family_unreachable."
        ),
        remedies=(
            *one_link.REMEDIES,
            Remedy("See which route this machine takes", "ip route get {address}"),
            Remedy("See whether the machine is up and in the same network", "ip neigh show {address}"),
            Remedy(
                "Look for a rule that rejects it, here and on the server", "sudo nft list ruleset || sudo iptables -S"
            ),
            Remedy("Compare the address with where the server really is", "getent ahosts {host}"),
        ),
        heals=Heals.SOON,
        when=_unreachable,
        source="connect(2): EHOSTUNREACH, ENETUNREACH, EACCES; ip-route(8): unreachable, prohibit, blackhole",
    ),
    Cause(
        code="DG2004",
        cause="address_family_unreachable",
        title="Only addresses of a family that has no route here",
        explanation=(
            "The name leads to addresses of one family alone (usually IPv6), and this machine or container has "
            "no route "
            "for that family. Containers and pods often have IPv4 only. The deployment may be in perfect order."
        ),
        told_apart="The name has no address of the other family, and this machine no route for this one.",
        remedies=(
            Remedy("Let dgcheck use both families again: leave out {family_flag}", "dgcheck run {base}"),
            Remedy(
                "Add an {other} address ({name} has none), or use a name that has one",
                "dig +short A {name}; dig +short AAAA {name}",
            ),
            Remedy("Give this machine a route for {family}", "ip -6 route show default; ip -4 route show default"),
            Remedy(
                "In Docker, switch IPv6 on for the network of the client",
                "networks:\n  default:\n    enable_ipv6: true",
                place="compose",
            ),
        ),
        explains=("host_unreachable",),
        when=_family,
        source="connect(2): ENETUNREACH, EADDRNOTAVAIL, EAFNOSUPPORT",
    ),
    Cause(
        code="DG2005",
        cause="partial_addresses_dead",
        title="Some addresses of the name work, some do not",
        explanation=(
            "The name has several addresses, and not all of them accept connections. Each client picks one: those that "
            "try the next one lose time, the others fail, and which is which changes from request to request. A node "
            "that is being replaced, a record left behind, or a load balancer's zone without a healthy target are the "
            "usual reasons. With IPv6 in front it is often the IPv6 path: the API binds 0.0.0.0, which is IPv4 "
            "alone.\n\n"
            "From a node that stands behind the same load balancer, its own address can be dead (hairpin) while it is "
            "fine for everybody else: then look again from another machine."
        ),
        told_apart="Each address was tried by itself. Addresses of a family that has no route here do not count.",
        remedies=(
            Remedy("Use the address that answers instead of localhost", "dgcheck run {scheme}://{loopback}:{port}"),
            Remedy(
                "Look at the one that does not answer, by itself", "dgcheck run {base} --resolve {host}={dead_address}"
            ),
            Remedy(
                "Take the dead address ({dead_address}) out of DNS, or bring it back",
                "dig +short A {host}; dig +short AAAA {host}",
            ),
            Remedy(
                "Let the Network Load Balancer answer in every zone, also where a zone has no target of its own",
                "aws elbv2 modify-load-balancer-attributes --load-balancer-arn ARN --attributes "
                "Key=load_balancing.cross_zone.enabled,Value=true",
                place="nlb",
            ),
            Remedy(
                "With externalTrafficPolicy: Local only nodes that have a pod answer; spread the pods, or use Cluster",
                "kubectl -n dg-self-hosted patch service deepgram-api-external -p $'spec:\\n  "
                "externalTrafficPolicy: Cluster'",
                place="kubernetes",
            ),
        ),
        explains=("replica_unhealthy",),
        heals=Heals.SOON,
        when=_partial,
        source="one connection attempt for each address; Kubernetes and AWS documentation for the two traffic policies",
    ),
)
