"""DG00xx: what the settings say before a byte is sent: the URL's form, the host it names, proxy variables, localhost.

The URL's path has its own file (`paths.py`), and so has the key (`keys.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Confidence, Heals, Match, Remedy, Severity
from dgcheck.model.evidence import Configured, Dial, Ending, Handshake, Seen
from dgcheck.readings.telling import got, question

KNOWN_SCHEMES = ("", "http", "https", "ws", "wss")


def spoken(case: Case) -> tuple[str, str]:
    """Which scheme the target's port speaks, `http`, `https` or '' when it was not seen, and the evidence's id."""
    for shaken in case.of(Handshake, "", None):
        if shaken.version and shaken.check in ("tls", "transport"):
            return "https", shaken.id
    for wire in case.wires(None):
        if wire.response is not None and not wire.via_proxy:
            return ("https" if wire.tls else "http"), wire.id
    return "", ""


def _speech(case: Case, given: str) -> tuple[str, dict[str, str], tuple[str, ...]]:
    """The half sentence that says what the port speaks, the facts for the remedies, and the evidence."""
    scheme, seen = spoken(case)
    target = case.target
    if target is None:
        return "it names no target that could be asked", {}, ()
    authority = f"[{target.host}]" if ":" in target.host else target.host
    usual = {"http": 80, "https": 443}
    port = "" if target.port == usual.get(scheme or target.scheme) else f":{target.port}"
    right = f"{scheme or target.scheme}://{authority}{port}{target.prefix}"
    if not scheme:
        return f"what its port speaks could not be seen (it was asked as {right})", {"asked_url": right}, ()
    words = "TLS" if scheme == "https" else "plain HTTP"
    return f"port {target.port} speaks {words}, so write {right}", {"right_url": right, "given": given}, (seen,)


def _invalid(case: Case) -> Iterator[Match]:
    seen = case.configured
    if seen is None or not seen.url_problem:
        return
    part = seen.url_part.strip()
    quoted = f", and here stands “{part}”" if part and part != seen.given else ""
    name = f"“{seen.given}” is no address that can be asked: " if seen.given.strip() else ""
    words = (("port", "at_port"), ("IPv6", "at_ipv"))
    facts = {fact: part or "like this" for word, fact in words if word in seen.url_problem}
    yield Match(f"{name}{seen.url_problem}{quoted}.", (seen.id,), ("config",), facts=facts)


def _scheme_missing(case: Case) -> Iterator[Match]:
    seen = case.configured
    if seen is None or not seen.scheme_missing or seen.url_problem:
        return
    words, facts, evidence = _speech(case, seen.given)
    yield Match(
        f"“{seen.given}” has no http:// or https:// in front; {words}.", (seen.id, *evidence), ("config",), facts=facts
    )


def _scheme_wrong(case: Case) -> Iterator[Match]:
    seen = case.configured
    if seen is None or seen.url_problem or seen.scheme_given in KNOWN_SCHEMES:
        return
    words, facts, evidence = _speech(case, seen.given)
    says = f"“{seen.given}” starts with {seen.scheme_given}://, which no Deepgram client can use; {words}."
    yield Match(says, (seen.id, *evidence), ("config",), facts=facts)


def _hosted(case: Case) -> Iterator[Match]:
    seen = case.configured
    if seen is None or not seen.hosted or case.target is None:
        return
    refused = next((wire for wire in case.wires() if wire.status in (401, 402, 403)), None)
    words = f" It answered {got(refused)} to {question(refused)}." if refused else ""
    says = f"{case.target.host} is Deepgram's own hosted service, not a deployment on your machines.{words}"
    yield Match(says, (seen.id, *([refused.id] if refused else ())), ("config",))


def _ids(*seen: Seen) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.id for one in seen))


def _own_loopback(case: Case, seen: Configured) -> bool:
    """Signs that localhost is the container's own: a pod always has its own; elsewhere, no device of the machine."""
    around = case.surroundings
    if around is None or not around.container or not seen.loopback:
        return False
    return bool(around.pod or around.container == "kubernetes") or around.own_network is not False


def _loopback_in_container(case: Case) -> Iterator[Match]:
    seen, around, dials = case.configured, case.surroundings, case.dials
    if seen is None or around is None or not dials or not _own_loopback(case, seen) or case.target is None:
        return
    neighbours = case.of(Dial, "", "loopback_ports")  # a deployment on another port of this loopback: the port is wrong
    if any(dial.ending is not Ending.REFUSED or dial.via_proxy for dial in dials) or any(
        d.ending is Ending.ANSWERED for d in neighbours
    ):
        return
    pod = bool(around.pod) or around.container == "kubernetes"
    kind = "a pod" if pod else f"a container ({around.container})"
    where = f"pod {around.pod}" if around.pod else kind
    says = (
        f"Nothing listens on {case.target.host} port {case.target.port}, and dgcheck runs inside {where}: "
        f"there, {case.target.host} is the {'pod' if pod else 'container'} itself, not the machine it runs on."
    )
    facts = {"pod_namespace": around.namespace or "dg-self-hosted"} if pod else {"container_kind": around.container}
    yield Match(says, _ids(seen, around, dials[0]), ("config", "tcp"), Confidence.LIKELY, facts)


FAMILY = (
    Cause(
        code="DG0001",
        cause="url_invalid",
        title="The URL cannot be used",
        explanation=(
            "The address that was given names no place that could be asked: it cannot be read as a URL, or its port or "
            "its host cannot exist. Nothing was sent.\n\n"
            "dgcheck takes http://HOST:PORT, https://, ws:// and wss://, a name, an IPv4 address or an IPv6 address in "
            "square brackets, with or without a path before /v1, and a whole request out of a log."
        ),
        told_apart="Decided by reading the URL alone; the part at fault is quoted.",
        remedies=(
            Remedy(
                "Put the IPv6 address into square brackets, not {at_ipv}", "dgcheck run 'http://[2001:db8::10]:8080'"
            ),
            Remedy("Write the port as a number, not {at_port}; the API listens on 8080 unless told otherwise"),
            Remedy("Write the address with its scheme, host and port", "dgcheck run http://HOST:8080"),
            Remedy(
                "If it came from a variable or a template, print what really arrives: blanks, quotes and placeholders "
                "that nobody filled in are the usual finds",
                "printf '%s' \"$DEEPGRAM_HOST\" | od -c",
            ),
        ),
        heals=Heals.NEVER,
        when=_invalid,
        source="RFC 3986; the parser in dgcheck/wire/url.py",
    ),
    Cause(
        code="DG0002",
        cause="url_scheme_missing",
        title="The URL has no http:// or https://",
        explanation=(
            "Only a host, perhaps with a port, was given. dgcheck asks it all the same and sees what the port speaks, "
            "but the SDKs differ: a bare host means https and wss to Python 3 and 4, Go, and .NET, while Python 2 and "
            "5 to 7, JavaScript 3 to 5, Rust and Java fail on it. A self-hosted API speaks plain HTTP unless it was "
            "given a certificate, so a bare host usually ends in a TLS error or in “unsupported protocol”."
        ),
        told_apart="A fact of the setting. What the port speaks was seen on the wire, not guessed.",
        remedies=(
            Remedy("Write the whole URL in the setting", "dgcheck run {right_url}"),
            Remedy(
                "See which scheme answers, and write that one: {asked_url}, or the same with https://",
                "dgcheck run {asked_url}",
            ),
        ),
        severity=Severity.WARNING,
        explains=("plain_to_tls_port", "tls_to_plain_port"),
        heals=Heals.NEVER,
        when=_scheme_missing,
        source="reference of SDK behaviour: a bare host per SDK and version, measured",
    ),
    Cause(
        code="DG0003",
        cause="url_scheme_wrong",
        title="The URL has a scheme that cannot be used",
        explanation=(
            "The API speaks HTTP and WebSocket, so its address starts with http://, https://, ws:// or wss://. To "
            "dgcheck ws is http and wss is https. SDKs are stricter: a ws:// URL given to REST makes Python 3 and 4 "
            "and .NET look up a host called “ws”, JavaScript 3 to 5 say “fetch failed” and Go report a parse error; "
            "Python 5 and later refuse http:// for streaming and want ws:// there. Anything else, such as tcp:// "
            "(Docker and Kubernetes write it into variables), no SDK can use."
        ),
        told_apart="A fact of the setting. The host was asked as HTTP all the same, to say which scheme fits.",
        remedies=(
            Remedy("Write the scheme that the port speaks", "dgcheck run {right_url}"),
            Remedy(
                "A variable like DEEPGRAM_API_PORT=tcp://10.0.0.7:8080 is one that Kubernetes makes for a Service of "
                "that name; set the URL in a variable of your own instead",
                "kubectl exec POD -- env | grep tcp://",
                place="kubernetes",
            ),
        ),
        explains=("url_scheme_missing", "plain_to_tls_port", "tls_to_plain_port"),
        heals=Heals.NEVER,
        when=_scheme_wrong,
        source="reference of SDK behaviour: traps 1 to 3, measured",
    ),
    Cause(
        code="DG0007",
        cause="hosted_endpoint",
        title="This is Deepgram's hosted service, not the self-hosted deployment",
        explanation=(
            "The URL names a host of deepgram.com. What it answers says nothing about the containers on your own "
            "machines: it wants a key of a Deepgram project, where a self-hosted API checks none, and it has other "
            "models. Many SDK settings end here unnoticed, because a value in the wrong place is passed over and the "
            "default is the hosted service: an empty URL in Python 3 and 4, JavaScript, Go and .NET; DEEPGRAM_HOST in "
            "Python 5 and later, in JavaScript and in .NET; in Python 5 and later a REST address without the streaming "
            "one (`production`)."
        ),
        told_apart="By the host's name. A 401, 402 or 403 from it is its effect, not a fault of the deployment.",
        remedies=(
            Remedy("Ask the deployment itself", "dgcheck run http://HOST:8080"),
            Remedy("See where the address comes from", "dgcheck config show"),
            Remedy("In Python 5 and later set every address of the environment: base, production and agent"),
        ),
        explains=(
            "http_unauthorized",
            "http_forbidden",
            "http_payment_required",
            "http_rate_limited",
            "http_not_found",
            "wrong_service",
            "ws_upgrade_rejected",
            "model_missing",
            "default_model_missing",
            "api_key_blank",
            "api_key_malformed",
        ),
        heals=Heals.NEVER,
        when=_hosted,
        source="Deepgram's documentation: using SDKs with self-hosted",
    ),
    Cause(
        code="DG0012",
        cause="url_loopback_in_container",
        title="localhost inside a container is the container itself",
        explanation=(
            "The URL says localhost or 127.x, and dgcheck (like the application beside it) runs inside a container or "
            "pod. Every container has a loopback of its own, so this address leads back into the same container, where "
            "nothing listens on that port. The deployment runs on the machine outside, in another container or in "
            "another pod, and needs its own name."
        ),
        told_apart=(
            "The connection was refused, there are signs of a container (/.dockerenv, the cgroup, "
            "KUBERNETES_SERVICE_HOST), and no network device of the machine is visible (a container with the host's "
            "network has the host's loopback). Where another port of this loopback answers as a deployment's would, "
            "the port is at fault instead (tcp_refused)."
        ),
        remedies=(
            Remedy(
                "In a pod, use the Service of the API",
                "dgcheck run http://deepgram-api-external.{pod_namespace}.svc.cluster.local:8080",
                place="kubernetes",
            ),
            Remedy(
                "From a {container_kind} container to a port of the machine: use the name host.docker.internal (on "
                "Linux the container needs --add-host host.docker.internal:host-gateway)",
                "dgcheck run {scheme}://host.docker.internal:{port}",
            ),
            Remedy(
                "In the Compose network of the deployment ({container_kind}), use the service's name",
                "dgcheck run http://api:8080",
                place="compose",
            ),
            Remedy(
                "Give the {container_kind} container the machine's own network, where localhost is the machine",
                "docker run --network host IMAGE",
            ),
        ),
        explains=("tcp_refused", "mesh_sidecar"),
        when=_loopback_in_container,
        source="Docker's documentation of networking; the names are those of Deepgram's Compose files and Helm chart",
    ),
)
