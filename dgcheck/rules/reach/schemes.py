"""DG2010 and DG2011: the port speaks TLS and the URL does not say so, or the other way round."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Confidence, Match, Remedy
from dgcheck.model.evidence import Handshake, Seen, Wire
from dgcheck.readings import contact
from dgcheck.wire import certificate
from dgcheck.wire.banner import quoted


def _to_plain(case: Case) -> Iterator[Match]:
    seen = contact.plain_port(case)
    failed = contact.failed_handshake(case)
    if seen is None or failed is None or case.target is None:
        return
    proof = (
        f"asked in plain HTTP, it answered {contact.quoted_answer(seen.response)}"
        if isinstance(seen, Wire) and seen.response
        else f"it answered our TLS greeting with plain text ({quoted(failed.first_bytes)})"
    )
    says = f"The URL says {_scheme(case)}, but port {failed.port} of {case.target.host} does not speak TLS: {proof}."
    plain = case.target.base.replace("https://", "http://", 1)
    host = plain.removeprefix("http://").removesuffix(case.target.prefix)
    written = plain if case.target.port != 443 else f"http://{host}:443{case.target.prefix}"
    facts = {"plain_base": written, "plain_ws": written.replace("http://", "ws://", 1)}
    yield Match(says, contact.ids(failed, seen), ("transport",), facts=facts)


def _scheme(case: Case) -> str:
    return (case.target.scheme_given or case.target.scheme) if case.target else ""


def _to_tls(case: Case) -> Iterator[Match]:
    seen, target = contact.tls_port(case), case.target
    if seen is None or target is None or contact.mesh(case):
        return
    asked = next(contact.direct(case), None)
    port = target.port
    says = f"The URL says {_scheme(case)}, but port {port} of {target.host} speaks TLS: {_proof(seen)}."
    secure = target.base.replace("http://", "https://", 1)
    if port == 443:
        secure = secure.replace(":443", "", 1)
    elif port == 80:
        secure = f"https://{target.authority}:80{target.prefix}"
    facts = {"tls_base": secure, "tls_ws": secure.replace("https://", "wss://", 1)}
    if absent := _absent_over_tls(case):
        says += (
            f" Over https, {absent[0].request.path} and {absent[1].request.path} are not there either "
            f"({absent[0].status}), so https alone may not be enough."
        )
        facts["elsewhere"] = str(absent[0].status)
    shaken = contact.tls_there(case) is not None or not isinstance(seen, Wire) or seen.response is None
    sure = Confidence.CERTAIN if shaken else Confidence.LIKELY  # a proxy may relay the page of what is behind it
    yield Match(says, contact.ids(asked, seen), ("transport",), sure, facts)


def _absent_over_tls(case: Case) -> tuple[Wire, ...]:
    """What this port answered when it was asked over TLS: several API paths, and none of them is there."""
    over_tls = tuple(wire for wire in contact.http_over_tls(case) if wire.purpose == "tls_here")
    return over_tls if len(over_tls) >= 2 and all(wire.status in _NOT_HERE for wire in over_tls) else ()


def _proof(seen: Seen) -> str:
    if isinstance(seen, Handshake):
        done = f"a {seen.version} handshake succeeded" if seen.version else "it answers a TLS handshake"
        whose = (
            f", with a certificate for {certificate.listed(certificate.alternatives(seen.chain[0]), 3)}"
            if seen.chain
            else ""
        )
        return done + (whose if seen.chain and certificate.alternatives(seen.chain[0]) else "")
    if isinstance(seen, Wire) and seen.response is not None:
        return (
            f"it says so itself ({contact.quoted_answer(seen.response)}: {quoted(_sentence(seen.response.body), 80)})"
        )
    return "it answered plain HTTP with a TLS alert"


def _sentence(body: str) -> str:
    text = " ".join(re.sub(r"<[^>]{0,200}>", " ", body).split())
    found = re.search(r"[^.|]{0,60}(?:HTTPS? (?:port|server)|plain HTTP|requires TLS)[^.|]{0,30}", text)
    return (found.group() if found else text).strip()


_NOT_HERE = (404, 405, 410)

SCHEMES = (
    Cause(
        code="DG2010",
        cause="tls_to_plain_port",
        title="https was used on a port that speaks plain HTTP",
        explanation=(
            "The client greets with TLS, the port answers in plain HTTP. A self-hosted API container speaks plain HTTP "
            "on 8080 unless [server.https] in api.toml names a certificate and a key, or a proxy in front does TLS. "
            "Clients report it as “wrong version number”, “packet length too long”, “first record does not look like a "
            "TLS handshake” or just “fetch failed”."
        ),
        told_apart="The same port was asked in plain HTTP and answered.",
        remedies=(
            Remedy("Use http (and ws) in the client's setting", "dgcheck run {plain_base}"),
            Remedy(
                "Let the API speak TLS itself, if clients must keep https: in api.toml, with both files mounted into "
                "the container",
                '[server.https]\ncert_file = "/path/to/fullchain.pem"\nkey_file = "/path/to/privkey.pem"',
            ),
            Remedy("Let a proxy in front of it do TLS on port {port}, and pass plain HTTP on to the API"),
        ),
        explains=("tls_failed", "tls_handshake_stalled", "tls_version", "tcp_closed_early", "tcp_reset", "not_http"),
        when=_to_plain,
        source="self-hosted api.toml, [server.https]; OpenSSL, Go and Node error texts",
    ),
    Cause(
        code="DG2011",
        cause="plain_to_tls_port",
        title="http was used on a port that speaks TLS",
        explanation=(
            "The client asks in plain HTTP, the port expects TLS. Some servers say so in a 400 (nginx, Apache, Go), "
            "others close or reset the connection without a word."
        ),
        told_apart=(
            "A TLS handshake on the same port was answered. The page alone proves it not: where no TLS answers, a "
            "proxy speaks plain HTTP to a TLS server behind it (http_bad_response). Who is there was asked as well, "
            "without a key and without trusting the certificate; where no API path is there either, the finding "
            "says so."
        ),
        remedies=(
            Remedy("Use https (and wss) in the client's setting", "dgcheck run {tls_base}"),
            Remedy("In SDKs that take a WebSocket address of its own, write {tls_ws}"),
            Remedy(
                "If the API is not found over https either ({elsewhere}), is this the right port? The Engine "
                "container listens with TLS on its 8080 and is not for clients; and a path prefix may be missing",
                "docker compose ps",
            ),
        ),
        explains=(
            "tcp_closed_early",
            "tcp_reset",
            "not_http",
            "http_stalled",
            "http_bad_response",
            "http_redirect",
            "http_forbidden",
            "http_not_found",
            "bad_parameter",
            "audio_undecodable",
            "model_missing",
            "models_endpoint_missing",
            "ws_upgrade_not_forwarded",
            "ws_upgrade_rejected",
        ),
        when=_to_tls,
        source="RFC 8446; the sentences of nginx, Apache and Go's net/http",
    ),
)
