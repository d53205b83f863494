"""DG2018, DG2019, DG2020 and DG2024: the two sides want different terms, so no conversation comes about."""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Match, Remedy
from dgcheck.model.evidence import Banner, Ending, Handshake, Seen, Wire
from dgcheck.readings import contact


def _version(case: Case) -> Iterator[Match]:
    if found := contact.versions_apart(case):
        failed, older = found
        offers = f"It offers {older.version}." if older else "Which one it offers did not show."
        how = f"alert {failed.alert}" if failed.alert else failed.reason.lower().replace("_", " ") or "it hung up"
        says = (
            f"{contact.place(failed.address, failed.port)} and this client have no TLS version in common ({how}); the "
            f"client speaks 1.2 and 1.3. {offers}"
        )
        facts = {"offered_version": older.version} if older else {}
        yield Match(says, contact.ids(failed, older), ("tls",), facts=facts)


def client_certificate(case: Case) -> tuple[Seen, str] | None:
    """Evidence that a https target wants a client certificate, with its words."""
    if case.target is None or not case.target.tls or contact.versions_apart(case) is not None:
        return None
    return contact.wants_certificate(case)


def _client_certificate(case: Case) -> Iterator[Match]:
    found = client_certificate(case)
    if found is None:
        return
    seen, words = found
    shown = bool(case.settings.cert)
    place = contact.place(getattr(seen, "address", ""), getattr(seen, "port", 0))
    says = f"{place} wants a client certificate, and {_ours(shown)}: {_how(seen, words)}."
    facts = {"cert_file": case.settings.cert} if shown else {"client_pem": "client.pem", "client_key": "client.key"}
    yield Match(
        says,
        contact.ids(case.handshake, seen),
        ("tls",),
        facts=facts,
        detail="refused" if shown else "missing",
    )


def _ours(shown: bool) -> str:
    return "the one given with --cert was not accepted" if shown else "none was given"


def _how(seen: Seen, words: str) -> str:
    if isinstance(seen, Wire) and seen.response is not None:
        return f"after the TLS handshake it answered {contact.quoted_answer(seen.response)} and said so"
    if isinstance(seen, Handshake) and seen.asked_for_certificate:
        return f"it asked for one and then {_end(seen)}"
    return f"TLS alert {words} {'after' if isinstance(seen, Wire) else 'during'} the handshake"


def _end(seen: Handshake) -> str:
    if seen.alert:
        return f"ended the handshake (alert {seen.alert})"
    return "reset the connection" if seen.ending is Ending.RESET else "closed the connection"


def _sni(case: Case) -> Iterator[Match]:
    found = contact.sni_unknown(case)
    if found is None:
        return
    main, other = found
    asked = f"the name {main.server_name}" if main.server_name else "no name (an IP address has none)"
    end = f"alert {main.alert}" if main.alert else f"the connection was {main.ending.value}"
    works = ""
    if other is not None:
        works = f" With {f'the name {other.server_name}' if other.server_name else 'no name at all'} it does answer."
    says = (
        f"{contact.place(main.address, main.port)} refuses a TLS handshake with {asked} ({end}): it has no "
        "certificate for "
        f"it.{works}"
    )
    facts = {"server_name": main.server_name} if main.server_name else {"ip": main.address}
    yield Match(says, contact.ids(main, other), ("tls",), facts=facts)


def _http2(case: Case) -> Iterator[Match]:
    seen = contact.http2_only(case)
    if seen is None:
        return
    failed = contact.failed_handshake(case)
    place = contact.place(getattr(seen, "address", ""), getattr(seen, "port", 0))
    if isinstance(seen, Banner):
        how = "it hangs up on a request in HTTP/1.1, and answers the preface of HTTP/2 with SETTINGS"
    elif isinstance(seen, Wire):
        how = "it answered an HTTP/1.1 request with frames of HTTP/2"
    elif failed is not None and failed.alert:
        how = f"it refused http/1.1 in the TLS handshake (alert {failed.alert}) and took h2"
    else:
        how = "in the TLS handshake it takes h2, and a request in HTTP/1.1 gets no answer"
    says = f"{place} speaks HTTP/2 only: {how}. A WebSocket upgrade as SDKs make it needs HTTP/1.1."
    port = str(getattr(seen, "port", ""))
    facts = {"alpn_port": port} if case.target is not None and case.target.tls else {"plain_port": port}
    yield Match(says, contact.ids(failed, seen), ("transport",), facts=facts)


TERMS = (
    Cause(
        code="DG2018",
        cause="tls_version",
        title="No TLS version in common",
        explanation=(
            "Client and server each accept some versions of TLS, and there is none that both accept. Usually the "
            "server "
            "is old or was configured for TLS 1.0 or 1.1 alone, which today's clients refuse; sometimes it is "
            "the other "
            "way round, and an old client meets a server that wants TLS 1.3."
        ),
        told_apart="The server was asked again with older versions; the one that it took is named.",
        remedies=(
            Remedy("In nginx allow current versions, then reload", "ssl_protocols TLSv1.2 TLSv1.3;", place="nginx"),
            Remedy(
                "In HAProxy allow current versions",
                "bind :{port} ssl crt /etc/haproxy/tls/site.pem ssl-min-ver TLSv1.2",
                place="haproxy",
            ),
            Remedy(
                "Give the load balancer's listener a current policy",
                "aws elbv2 modify-listener --listener-arn ARN --ssl-policy ELBSecurityPolicy-TLS13-1-2-2021-06",
                place="alb",
            ),
            Remedy("Allow TLS 1.2 and 1.3 on the server; {offered_version} is refused by today's clients"),
            Remedy(
                "See what it offers", "openssl s_client -connect {host}:{port} -servername {host} -tls1_2 </dev/null"
            ),
        ),
        explains=("tls_failed", "tls_weak_key", "tls_handshake_stalled"),
        when=_version,
        source="RFC 8446, alert protocol_version (70); OpenSSL's reasons",
    ),
    Cause(
        code="DG2019",
        cause="tls_client_cert_required",
        title="The server wants a client certificate",
        explanation=(
            "Something in front (a gateway, a mesh, an ingress with client verification) lets in only clients "
            "that show a "
            "certificate. The API container itself never asks for one.\n\n"
            "With TLS 1.3 a client learns of it only after the handshake, when it reads the first answer; some servers "
            "answer with a page (nginx: 400 No required SSL certificate was sent)."
        ),
        told_apart=(
            "By the alert (certificate_required, bad_certificate...), by the server's sentence, or because it "
            "asked for a "
            "certificate and then ended the handshake. A certificate of ours that the server refused is named as such."
        ),
        remedies=(
            Remedy(
                "Pass the client certificate and its key",
                "dgcheck run {base} --cert {client_pem} --key {client_key}",
            ),
            Remedy(
                "See who issued the certificate that was refused, and whether it has expired",
                "openssl x509 -in {cert_file} -noout -subject -issuer -dates",
            ),
            Remedy(
                "In the client, give the certificate and its key to the SDK's HTTP client; not every SDK can do it for "
                "WebSockets"
            ),
            Remedy(
                "In nginx, ask for no client certificate where the network is protection enough",
                "ssl_verify_client off;",
                place="nginx",
            ),
            Remedy(
                "In ingress-nginx, remove the annotation that asks for one",
                "kubectl -n NAMESPACE annotate ingress NAME nginx.ingress.kubernetes.io/auth-tls-verify-client-",
                place="ingress-nginx",
            ),
            Remedy("In HAProxy", "bind :{port} ssl crt /etc/haproxy/tls/site.pem verify none", place="haproxy"),
        ),
        explains=(
            "tls_failed",
            "tcp_reset",
            "tcp_closed_early",
            "bad_parameter",
            "audio_undecodable",
            "http_forbidden",
            "http_bad_response",
            "ws_upgrade_rejected",
            "ws_upgrade_not_forwarded",
            "models_endpoint_missing",
        ),
        when=_client_certificate,
        source="RFC 8446, alerts 42 to 48 and 116; nginx's codes 495 and 496",
    ),
    Cause(
        code="DG2020",
        cause="tls_sni_required",
        title="The server has no certificate for that name",
        explanation=(
            "In the TLS greeting a client says which host it wants (SNI). This server refuses the handshake for "
            "the name "
            "it was told, or because it was told none, instead of showing some default certificate. With an IP address "
            "in the URL clients send no name at all."
        ),
        told_apart=(
            "Alert unrecognized_name, or the handshake works as soon as another name is sent. A server that shows a "
            "certificate for other names is tls_hostname_mismatch."
        ),
        remedies=(
            Remedy(
                "Use the host's name instead of the address {ip}",
                "dgcheck run {scheme}://NAME:{port} --resolve NAME={ip}",
            ),
            Remedy("Use the name under which the server knows this deployment, in place of {server_name}"),
            Remedy(
                "In nginx, give the name a server block with a certificate",
                "server_name {host};\nssl_certificate /etc/nginx/tls/fullchain.pem;",
                place="nginx",
            ),
            Remedy(
                "Name the host in the Ingress, rules and TLS section",
                "kubectl get ingress --all-namespaces",
                place="kubernetes",
            ),
            Remedy("Try another name", "openssl s_client -connect {host}:{port} -servername NAME </dev/null"),
        ),
        explains=("tls_failed", "tcp_reset", "tcp_closed_early"),
        when=_sni,
        source="RFC 6066, alert unrecognized_name (112); nginx's ssl_reject_handshake",
    ),
    Cause(
        code="DG2024",
        cause="alpn_http2_only",
        title="The front speaks HTTP/2 only",
        explanation=(
            "The listener takes HTTP/2 and no HTTP/1.1. SDKs open their WebSockets by an HTTP/1.1 upgrade, which does "
            "not exist in HTTP/2; few proxies and no SDK speak the newer form (RFC 8441). REST may work all the while."
        ),
        told_apart=(
            "HTTP/1.1 was offered and refused (alert no_application_protocol), answered with frames of HTTP/2, or met "
            "by hanging up, and h2 was accepted."
        ),
        remedies=(
            Remedy("Allow http/1.1 on this listener beside h2"),
            Remedy(
                "In HAProxy", "bind :{alpn_port} ssl crt /etc/haproxy/tls/site.pem alpn h2,http/1.1", place="haproxy"
            ),
            Remedy("In HAProxy, take proto h2 off the bind line", "bind :{plain_port}", place="haproxy"),
            Remedy(
                "In Envoy, let the connection manager of the listener on {plain_port} find out",
                "codec_type: AUTO",
                place="envoy",
            ),
            Remedy(
                "In Envoy, let the connection manager of the listener on {alpn_port} find out, and offer both",
                "codec_type: AUTO\ncommon_tls_context:\n  alpn_protocols: [h2, http/1.1]",
                place="envoy",
            ),
            Remedy(
                "On a Network Load Balancer with a TLS listener, prefer instead of demanding HTTP/2",
                "aws elbv2 modify-listener --listener-arn ARN --alpn-policy HTTP2Preferred",
                place="nlb",
            ),
            Remedy(
                "See what it takes",
                "openssl s_client -connect {host}:{alpn_port} -servername {host} -alpn http/1.1 </dev/null | "
                "grep -i alpn",
            ),
        ),
        explains=(
            "tls_failed",
            "not_http",
            "http_bad_response",
            "http_stalled",
            "tcp_closed_early",
            "tcp_reset",
            "ws_upgrade_rejected",
            "ws_upgrade_not_forwarded",
        ),
        when=_http2,
        source="RFC 7301, alert no_application_protocol (120); RFC 9113",
    ),
)
