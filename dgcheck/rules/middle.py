"""DG2026 and DG2028: something in between answers, or refuses, in the deployment's place."""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Confidence, Match, Remedy, Severity
from dgcheck.model.evidence import Dial, Ending, Handshake, Wire
from dgcheck.readings import contact
from dgcheck.readings.telling import checks_of
from dgcheck.wire import certificate
from dgcheck.wire.inspection import device
from dgcheck.wire.service import is_api


def _inspected(case: Case) -> tuple[Handshake, str] | None:
    """A chain issued by a maker of inspecting devices, with the maker."""
    for one in contact.handshakes(case):
        if one.chain and (maker := certificate.inspector(one.chain)):
            return one, maker
    return None


def _page(case: Case) -> tuple[Wire, str] | None:
    """An answer that a filter or portal wrote, with its name."""
    for wire in contact.direct(case, None):
        if wire.response is not None and not is_api(wire) and (name := device(wire.response)):
            return wire, name
    return None


def _middlebox(case: Case) -> Iterator[Match]:
    if found := _page(case):
        wire, name = found
        says = (
            f"{_upper(name)} answers in the deployment's place: {wire.request.method} "
            f"{wire.request.target.partition('?')[0]} "
            f"got {contact.quoted_answer(wire.response) if wire.response else ''} with a page of its own."
        )
        yield Match(says, contact.ids(wire), checks_of([wire]), Confidence.LIKELY, {"device": name}, detail=name)
    elif tls := _inspected(case):
        shaken, maker = tls
        issuer = certificate.shown(shaken.chain[-1].issuer)
        says = (
            f"A device of {maker} stands between here and {case.target.host if case.target else 'the server'}: "
            "it opens the "
            f"TLS connection and shows a certificate of its own (issued by “{issuer}”)."
        )
        severity = Severity.INFO if _all_well(case) else None
        facts = {"device": maker, "issuer": issuer}
        yield Match(says, contact.ids(shaken), ("tls",), Confidence.LIKELY, facts, severity, maker)


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]


def _all_well(case: Case) -> bool:
    """Accepted here, and no upgrade was lost on the way."""
    main, upgrade = case.handshake, case.upgrade
    return main is not None and main.ending is Ending.ANSWERED and (upgrade is None or upgrade.status == 101)


def _in_pod(case: Case) -> bool:
    around = case.surroundings
    return around is not None and (bool(around.pod) or around.container == "kubernetes")


def _all_ports_refuse(case: Case) -> Dial | None:
    """In a pod where the target refuses, the cluster's DNS server refuses TCP too, although it answers over UDP."""
    found = contact.none_opened(case)
    if not _in_pod(case) or not found or any(dial.ending is not Ending.REFUSED for dial in found):
        return None
    return next((one for one in case.of(Dial, "", "every_port") if one.ending is Ending.REFUSED), None)


def _sidecar(case: Case) -> Iterator[Match]:
    other, mesh = _all_ports_refuse(case), contact.mesh(case)
    if other is not None:
        says = (
            "Inside this pod every connection is refused at once, also that to the DNS server "
            f"({other.address}:53), which "
            "answers over UDP: a mesh's proxy takes all traffic, and may not be running yet (an init container starts "
            "before it)."
        )
        yield Match(
            says, contact.ids(*contact.dials(case), other), ("tcp",), Confidence.POSSIBLE, detail="sidecar not up"
        )
    elif mesh:
        shaken = next(one for one in contact.handshakes(case) if one.chain)
        says = (
            f"The port shows a workload certificate of {mesh} (issued by "
            f"“{certificate.shown(shaken.chain[0].issuer)}”): it may "
            "take traffic from inside the mesh alone, and this client is outside it."
        )
        yield Match(says, contact.ids(shaken), ("transport",), Confidence.POSSIBLE, {"mesh": mesh}, detail="mutual TLS")
    elif reset := _reset_in_pod(case):
        says = (
            f"{contact.place(reset.address, reset.port)} resets plain HTTP from inside this pod; a service mesh "
            "that demands "
            "mutual TLS does that to clients without its proxy."
        )
        yield Match(says, contact.ids(reset), ("transport",), Confidence.POSSIBLE, detail="mutual TLS")


def _reset_in_pod(case: Case) -> Wire | None:
    if not _in_pod(case) or contact.answered(case) or contact.tls_port(case) or case.target is None or case.target.tls:
        return None
    return next((wire for wire in contact.direct(case) if wire.ending is Ending.RESET and not wire.raw), None)


FAMILY = (
    Cause(
        code="DG2026",
        cause="middlebox",
        title="A device in between answers instead",
        explanation=(
            "Between this machine and the deployment stands a device that does not just pass traffic on: a proxy that "
            "opens TLS connections to look inside and signs them anew, a web filter that shows its own page, or a "
            "network's login page (captive portal). Such devices often break WebSockets as well, by removing the "
            "upgrade "
            "or by holding the stream back.\n\n"
            "The deployment itself may be in perfect order."
        ),
        told_apart=(
            "By the issuer of the certificate, or by words in the page and in Via or Server. These are strong "
            "signs and "
            "no proof, so likely at most. A private CA of your own is tls_unknown_ca."
        ),
        remedies=(
            Remedy("Let the network's people exempt {host} port {port} from inspection ({device})"),
            Remedy("Ask from a machine in the deployment's own network, and compare", "dgcheck run {base}"),
            Remedy(
                "If the device has to stay, trust its CA here and in each client, and try the streams",
                "dgcheck run {base} --ca-file device-ca.pem",
            ),
            Remedy(
                "See who issued what arrives here",
                "openssl s_client -connect {host}:{port} -servername {host} </dev/null | openssl x509 -noout -issuer",
            ),
            Remedy(
                "If the device is a proxy of yours, leave the deployment out of it",
                'export NO_PROXY="$NO_PROXY,{host}"',
            ),
        ),
        explains=(
            "tls_self_signed",
            "tls_unknown_ca",
            "tls_missing_intermediate",
            "tls_hostname_mismatch",
            "wrong_service",
            "http_redirect",
            "http_unauthorized",
            "http_forbidden",
            "http_not_found",
            "http_method_not_allowed",
            "http_server_error",
            "http_unavailable",
            "http_bad_gateway",
            "http_bad_response",
            "models_endpoint_missing",
            "ws_upgrade_not_forwarded",
            "ws_upgrade_rejected",
            "ws_bad_accept",
            "ws_buffered",
        ),
        when=_middlebox,
        source="the issuers and block pages of the makers named; RFC 6585, status 511",
    ),
    Cause(
        code="DG2028",
        cause="mesh_sidecar",
        title="A service mesh may stand in the way",
        explanation=(
            "In a pod that belongs to a service mesh (Istio, Linkerd, Consul), rules of the kernel hand all "
            "traffic to a "
            "proxy beside the application. While that proxy is not up, every connection is refused at once; an init "
            "container runs before it. From outside the mesh, or from a pod without the proxy, a workload that demands "
            "mutual TLS resets plain traffic.\n\n"
            "This cannot be proved from here, so it is never more than possible."
        ),
        told_apart=(
            "In a pod: the target and the DNS server's TCP port refuse alike, while names resolve; or the port shows a "
            "workload's certificate; or plain HTTP is reset. A port on which just nothing listens is tcp_refused."
        ),
        remedies=(
            Remedy(
                "Ask from an ordinary container instead of an init container; with Istio, let it wait for its "
                "proxy by an "
                "annotation of the pod template",
                "proxy.istio.io/config: '{ \"holdApplicationUntilProxyStarts\": true }'",
            ),
            Remedy(
                "Leave the deployment's port out of the proxy's reach, in the pod template's annotations",
                'traffic.sidecar.istio.io/excludeOutboundPorts: "{port}"   # Istio\n'
                'config.linkerd.io/skip-outbound-ports: "{port}"         # Linkerd',
            ),
            Remedy(
                "See which containers the pod has, and which of them are ready", "kubectl -n NAMESPACE describe pod POD"
            ),
            Remedy(
                "Let the API's namespace accept plain traffic too",
                "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata:\n  name: deepgram\n  "
                "namespace: dg-self-hosted\n"
                "spec:\n  mtls:\n    mode: PERMISSIVE",
            ),
        ),
        when=_sidecar,
        source="Istio's and Linkerd's documentation: traffic redirection, holdApplicationUntilProxyStarts, "
        "PeerAuthentication",
    ),
)
