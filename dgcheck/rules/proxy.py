"""DG0010: a forward proxy in force that does not let the traffic through."""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Confidence, Match, Remedy
from dgcheck.model.evidence import Configured, Dial, Ending, Handshake, Seen, Wire
from dgcheck.readings import contact
from dgcheck.readings.telling import got, path_of, question
from dgcheck.wire.deployment import worked


def _kind(wire: Wire) -> tuple[type[Wire], str, str]:
    return (type(wire), wire.request.method, path_of(wire))


def through_proxy(case: Case, wire: Wire) -> bool:
    """Whether this question went, or was to go, through a forward proxy."""
    if wire.via_proxy or wire.proxy_response is not None:
        return True
    dials = (case.by_id(one) for one in wire.rests_on)
    return any(isinstance(dial, Dial) and bool(dial.via_proxy) for dial in dials)


_DEAD = {
    Ending.REFUSED: "refused the connection",
    Ending.TIMED_OUT: "did not answer in time",
    Ending.UNREACHABLE: "cannot be reached",
}


def _failure(case: Case, wire: Wire) -> str:
    """What happened to a question that went through the proxy, as the end of a sentence."""
    answer = wire.proxy_response
    if answer is not None and answer.status // 100 != 2:
        return f"answered {answer.status} {answer.reason}".rstrip() + f" to CONNECT for {question(wire)}"
    if wire.response is not None:
        return f"gave {got(wire)} to {question(wire)}"
    dials = [dial for one in wire.rests_on if isinstance(dial := case.by_id(one), Dial)]
    ending = dials[0].ending if dials else wire.ending
    return _DEAD.get(ending, f"could not be used ({(dials[0].problem if dials else wire.problem) or ending.value})")


def _proxied_but_fine_directly(case: Case) -> Iterator[tuple[Wire, Wire]]:
    """Pairs of one question: through the proxy it failed, directly it worked."""
    for direct in case.of(Wire, "", "direct"):
        if not worked(direct):
            continue
        same = [one for one in case.wires() if _kind(one) == _kind(direct) and through_proxy(case, one)]
        if same and not any(worked(one) for one in same):
            yield same[0], direct


def _proxy_env(case: Case) -> Iterator[Match]:
    seen, pairs = case.configured, list(_proxied_but_fine_directly(case))
    if seen is None or case.target is None:
        return
    if pairs:
        failed, direct = pairs[0]
        found: tuple[Seen, ...] = (failed, direct)
        other = f"the same request without the proxy got {direct.status}"
    elif (denied := next(_denied_but_there_directly(case), None)) is not None:
        failed, shown = denied
        found, other = denied, _there(shown)
    else:
        yield from _dead_proxy(case, seen, case.target.host)
        return
    origin = f" (from {seen.proxy_origin})" if seen.proxy_origin else ""
    says = f"The proxy {seen.proxy}{origin} {_failure(case, failed)}; {other}."
    facts = _proxy_facts(seen, case.target.host)
    yield Match(says, _ids(seen, *found), ("config", failed.check), facts=facts)


def _denied_but_there_directly(case: Case) -> Iterator[tuple[Wire, Seen]]:
    """A question that the proxy would not pass (CONNECT denied), with what the target itself gave to it directly.

    Any answer will do, also a certificate that is not accepted: the proxy kept the question from the target.
    """
    for direct in case.of(Wire, "", "direct"):
        rests = (case.by_id(one) for one in direct.rests_on)
        shaken = next((one for one in rests if isinstance(one, Handshake) and contact.spoke_tls(one)), None)
        shown: Seen | None = direct if direct.response is not None else shaken
        same = [one for one in case.wires() if _kind(one) == _kind(direct) and through_proxy(case, one)]
        if shown is not None and same and all(_denied(one) for one in same):
            yield same[0], shown


def _denied(wire: Wire) -> bool:
    answer = wire.proxy_response
    return wire.response is None and answer is not None and answer.status // 100 != 2


def _there(shown: Seen) -> str:
    """What the target gave without the proxy, as the end of a sentence."""
    if isinstance(shown, Handshake):
        refused = f", with a certificate that is not accepted ({shown.verify_message})" if shown.verify_message else ""
        return f"without the proxy the target itself answers over TLS{refused}"
    return f"without the proxy the target itself answered {shown.status}" if isinstance(shown, Wire) else ""


def _proxy_facts(seen: Configured, host: str) -> dict[str, str]:
    """NO_PROXY undoes the variables; a proxy that was given to dgcheck itself is to be left out there."""
    by_variable = seen.proxy_origin.upper() in _VARIABLES or not seen.proxy_origin
    given = {"variable": seen.proxy_origin, "no_proxy": host} if by_variable else {"own_proxy": _own(seen.proxy_origin)}
    return {"proxy": seen.proxy, **{name: value for name, value in given.items() if value}}


_VARIABLES = frozenset({"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "WS_PROXY", "WSS_PROXY"})


def _own(origin: str) -> str:
    return "--proxy" if origin in ("flag", "--proxy") else f"the proxy setting ({origin})"


def _dead_proxy(case: Case, seen: Configured, host: str) -> Iterator[Match]:
    """A proxy that takes no connection is at fault itself; whether the direct way works is another matter."""
    dials = case.dials
    if not dials or any(not dial.via_proxy or dial.ending not in _DEAD for dial in dials):
        return
    origin = f" (from {seen.proxy_origin})" if seen.proxy_origin else ""
    tried = case.first(Wire, "", "direct")
    silent = tried is not None and tried.response is None
    direct = f", and {host} did not answer without it either" if silent else ""
    says = f"The proxy {seen.proxy}{origin} {_DEAD[dials[0].ending]}, so nothing could be asked through it{direct}."
    evidence = _ids(seen, dials[0], *((tried,) if tried is not None else ()))
    facts = {**_proxy_facts(seen, host), "dead_proxy": seen.proxy}
    yield Match(says, evidence, ("config", "tcp"), Confidence.LIKELY, facts, detail="dead proxy")


def _ids(*seen: Seen) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.id for one in seen))


FAMILY = (
    Cause(
        code="DG0010",
        cause="proxy_env",
        title="A proxy setting sends the traffic elsewhere",
        explanation=(
            "A forward proxy is in force, and it does not let this traffic through, while the same request without it "
            "works. Most often HTTP_PROXY or HTTPS_PROXY was set for the internet, and NO_PROXY does not name the "
            "deployment, so that a private name or address is handed to a proxy that cannot reach it.\n\n"
            "Clients differ: Python (REST, and WebSocket except in some async versions) and .NET obey these variables, "
            "JavaScript and Go SDKs do not. So one application works and another does not, on one machine."
        ),
        told_apart=(
            "The same request was made both ways: through the proxy it failed, directly it worked. If both fail, the "
            "proxy is not what is wrong and this is not said, unless it takes no connection at all (then likely), or "
            "denied CONNECT while the target itself answered the direct try."
        ),
        remedies=(
            Remedy("See whether the proxy {dead_proxy} runs, and whether that is still its address"),
            Remedy(
                "Name the deployment's host in NO_PROXY, for dgcheck and for the application",
                'export NO_PROXY="$NO_PROXY,{no_proxy}" no_proxy="$no_proxy,{no_proxy}"',
            ),
            Remedy("Leave out {own_proxy}: the target needs no proxy from here", "dgcheck run {base}", leads=True),
            Remedy("See that it works without the proxy", "dgcheck run {base} --no-proxy"),
            Remedy("Find where {variable} is set", "env | grep -i _proxy"),
            Remedy(
                "In Compose, add the name to the service's environment",
                "environment:\n  NO_PROXY: localhost,{no_proxy}",
                place="compose",
            ),
            Remedy(
                "In Kubernetes, add the name to the application's own environment; Services end in .svc.cluster.local",
                "kubectl set env deployment/APPLICATION NO_PROXY={no_proxy},.svc,.cluster.local,10.0.0.0/8",
                place="kubernetes",
            ),
            Remedy(
                "Let the proxy pass it: CONNECT to port {port}, which many proxies allow for 443 alone",
                "acl SSL_ports port {port}\nacl Safe_ports port {port}",
                place="squid",
            ),
        ),
        explains=(
            "dns_nxdomain",
            "dns_servfail",
            "dns_timeout",
            "dns_no_address",
            "dns_search_domain",
            "tcp_refused",
            "tcp_timeout",
            "host_unreachable",
            "tcp_closed_early",
            "tcp_reset",
            "not_http",
            "wrong_service",
            "tls_unknown_ca",
            "tls_self_signed",
            "tls_hostname_mismatch",
            "tls_handshake_stalled",
            "tls_failed",
            "middlebox",
            "http_redirect",
            "http_unauthorized",
            "http_forbidden",
            "http_not_found",
            "http_method_not_allowed",
            "http_body_too_large",
            "http_server_error",
            "http_bad_gateway",
            "http_unavailable",
            "http_gateway_timeout",
            "http_bad_response",
            "http_stalled",
            "ws_upgrade_not_forwarded",
            "ws_upgrade_rejected",
            "ws_bad_accept",
        ),
        when=_proxy_env,
        source="curl's and Python's documentation of the proxy variables; reference of SDK behaviour, trap 10",
    ),
)
