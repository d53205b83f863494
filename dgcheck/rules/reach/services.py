"""DG2008 and DG2009: something answers on the port, but it is another program."""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Confidence, Match, Remedy
from dgcheck.model.evidence import Wire
from dgcheck.readings import contact, foreign
from dgcheck.readings.telling import checks_of
from dgcheck.wire import certificate
from dgcheck.wire.banner import quoted
from dgcheck.wire.service import Service, is_foreign, page_of, service
from dgcheck.wire.tls_words import wants_tls
from dgcheck.wire.who import answered

# Questions that were put to the API's own place, not to other paths of the host.
_HERE = ("", "fingerprint", "unverified", "tls_here")
_NOT_HERE = (404, 405, 410, 501)


def _here(case: Case) -> tuple[Wire, ...]:
    """Answers from the API's own place: those of the scheme that works."""
    return tuple(
        wire
        for wire in contact.direct(case, None)
        if wire.purpose in _HERE and wire.response is not None and not wants_tls(wire.response)
    )


def _named(case: Case) -> tuple[Wire, Service] | None:
    """A program of another kind that gave itself away, surest first."""
    found = [
        (wire, named)
        for wire in _here(case)
        if wire.response and (named := service(wire.request.target, wire.response))
    ]
    return next((pair for pair in found if pair[1].sure), found[0] if found else None)


def _told(wire: Wire) -> str:
    return f"{wire.request.method} {page_of(wire.request.target)} got {wire.status}"


def _api_wires(case: Case) -> tuple[Wire, ...]:
    """Answers to API paths that are no API's: foreign ones and “not here”, once for each question."""
    found = {
        _told(wire): wire
        for wire in _here(case)
        if "/v1/" in wire.request.target and (is_foreign(wire) or wire.status in _NOT_HERE)
    }
    return tuple(found.values())


def _wrong_service(case: Case) -> Iterator[Match]:
    if case.target is None or foreign.api_seen(case):
        return
    found = _named(case)
    if found is not None:
        yield from _known(case, *found)
    elif _looks_like_engine(case):
        yield _engine(case)
    else:
        yield from _same_for_all(case) or _page_for_all(case)


def _known(case: Case, wire: Wire, named: Service) -> Iterator[Match]:
    asked = [one for one in _api_wires(case) if one is not wire][:2]
    if not named.sure and not asked:
        return
    rest = f"; {' and '.join(_told(one) for one in asked)}" if asked else ""
    says = (
        f"Port {wire.port} of {case.target.host if case.target else wire.address} is {named.name}, not the API: "
        f"{_told(wire)}{_seen_in(wire)}{rest}."
    )
    sure = Confidence.CERTAIN if named.sure else Confidence.LIKELY
    facts = {"service": named.name, **contact.usual(case), **({} if named.sure else _below(case))}
    yield Match(says, contact.ids(wire, *asked), checks_of((wire, *asked)), sure, facts, detail=named.name)


def _below(case: Case) -> dict[str, str]:
    """A fact for the remedy that fits a web server which may hold the API below a path of its own."""
    return {"below": f"{case.target.scheme}://{case.target.authority}"} if case.target else {}


def _seen_in(wire: Wire) -> str:
    body = " ".join(wire.response.body.split()) if wire.response else ""
    return f" ({quoted(body)})" if body and wire.response and wire.response.status == 200 else ""


def _looks_like_engine(case: Case) -> bool:
    """TLS on 8080 with a certificate nobody trusts here, and every API path asked over it is not there."""
    over_tls = [wire for wire in contact.http_over_tls(case) if wire.purpose in ("unverified", "tls_here")]
    shown = contact.any_chain(case)
    own = bool(shown) and not certificate.public_issuer(shown[0]) and not certificate.placeholder(shown)
    unsigned = all(wire.response is not None and not answered(wire.response) for wire in over_tls)
    return (
        own
        and case.target is not None
        and case.target.port == 8080
        and len(over_tls) >= 2
        and unsigned
        and all(wire.status in _NOT_HERE for wire in over_tls)
    )


def _engine(case: Case) -> Match:
    over_tls = contact.http_over_tls(case)
    shown = contact.any_chain(case)[0]
    says = (
        f"Port 8080 speaks TLS with a certificate of its own (issued by {certificate.shown(shown.issuer)}), and "
        "it is not "
        f"the API that answers there: {' and '.join(_told(one) for one in over_tls[:2])}. The Engine container listens "
        "like this; the API speaks plain HTTP on a port of its own."
    )
    tls = contact.tls_there(case)
    facts = {"service": "the Engine container"}
    return Match(
        says,
        contact.ids(*over_tls, tls),
        checks_of(over_tls),
        Confidence.LIKELY,
        facts,
        detail="the Engine container",
    )


def _page_for_all(case: Case) -> Iterator[Match]:
    """Two different API paths that answer 200 with what no API would say, and none of them as the API does.

    Only answers that a client would get count: what stands behind a refused certificate is not judged by a page.
    """
    foreign = [wire for wire in _here(case) if wire.purpose in ("", "fingerprint") and is_foreign(wire)]
    if len({page_of(wire.request.target) for wire in foreign}) < 2:
        return
    asked = foreign[:2]
    says = (
        f"An HTTP service answers on port {asked[0].port}, but it is not this deployment: "
        f"{' and '.join(_told(one) + _seen_in(one) for one in asked)}, which is not what the API says there."
    )
    facts = {"service": "another HTTP service", **contact.usual(case), **_below(case)}
    yield Match(says, contact.ids(*asked), checks_of(asked), Confidence.LIKELY, facts)


def _same_for_all(case: Case) -> tuple[Match, ...]:
    """Three API paths or more with one and the same answer, the POST of audio among them.

    A server that speaks WebSocket alone says so; 200 and 204 with nothing come from a server without any handler; a
    400 tells only together with a front page that is served well, since a gateway may refuse all that comes.
    """
    asked = foreign.same_for_all(case)
    if not asked:
        return ()
    if foreign.socket_only(case):
        what, name = "like a server that speaks WebSocket alone", "a WebSocket server of another kind"
    elif asked[0].status in (200, 204):
        what, name = "like a server to which no handler was given", "a server without a handler for these paths"
    elif front := _front(case):
        what, name = f"while {_told(front)}{_seen_in(front)}", "another HTTP service"
    else:
        return ()
    body = " ".join(asked[0].response.body.split()) if asked[0].response else ""
    said = f" ({quoted(body)})" if body else " and an empty body"
    says = (
        f"Port {asked[0].port} answers every path of the API alike, with {asked[0].status}{said}, "
        f"{what}: {', '.join(_told(one) for one in asked)}. The API gives each of them another answer."
    )
    below = {} if foreign.socket_only(case) else _below(case)
    facts = {"service": name, **contact.usual(case), **below}
    return (Match(says, contact.ids(*asked), checks_of(asked), Confidence.LIKELY, facts),)


def _front(case: Case) -> Wire | None:
    """The front page, where it was asked for and served."""
    return next(
        (wire for wire in _here(case) if wire.purpose == "fingerprint" and wire.status == 200 and wire.request.target),
        None,
    )


def _not_http(case: Case) -> Iterator[Match]:
    words, name = contact.first_words(case), contact.spoken(case)
    if words is None or name == "HTTP/2" or contact.answered(case) or contact.tls_port(case):
        return
    seen, said = words
    what = f"it speaks {name} ({quoted(said)})" if name else f"what came back is no HTTP ({quoted(said)})"
    port = getattr(seen, "port", 0) or (case.target.port if case.target else 0)
    says = f"Port {port} answers, but not as an HTTP server: {what}."
    facts = {"protocol": name or "another protocol", **contact.usual(case)}
    yield Match(says, contact.ids(seen), ("transport",), facts=facts, detail=name)


_PORTS = Remedy(
    "In Compose the API is published as 8080 (`api`), the Engine's metrics as 9991, the License Proxy's status as 8089",
    "docker compose ps",
    place="compose",
)
_SERVICES = Remedy(
    "With the Helm chart the API is the Service deepgram-api-external; deepgram-engine-internal, "
    "deepgram-engine-metrics and "
    "deepgram-license-proxy-status are others",
    "kubectl -n dg-self-hosted get services",
    place="helm",
)
_TRY_USUAL = Remedy("Try the port on which the API listens unless told otherwise", "dgcheck run {api_url}")

SERVICES = (
    Cause(
        code="DG2008",
        cause="not_http",
        title="Something answers, but not HTTP",
        explanation=(
            "The port is open and a program talks on it, in another protocol than HTTP: an SSH or mail server, a "
            "database, a message broker. Almost always the port number, or the host, is the wrong one."
        ),
        told_apart=(
            "The first bytes are quoted, and the protocol is named only where they prove it. Bytes of TLS would be "
            "plain_to_tls_port, a broken HTTP answer http_bad_response, HTTP/2 alone alpn_http2_only."
        ),
        remedies=(
            _TRY_USUAL,
            _PORTS,
            _SERVICES,
            Remedy("On the server, see which program listens there", "sudo ss -ltnp | grep ':{port}'"),
        ),
        explains=(
            "tls_failed",
            "tls_handshake_stalled",
            "http_bad_response",
            "http_stalled",
            "tcp_closed_early",
            "tcp_reset",
            "wrong_service",
            "models_endpoint_missing",
            "ws_upgrade_rejected",
        ),
        when=_not_http,
        source="the greetings of the protocols: RFC 4253 (SSH), RFC 5321 (SMTP), RFC 959 (FTP), the databases' "
        "documentation",
    ),
    Cause(
        code="DG2009",
        cause="wrong_service",
        title="An HTTP service answers, but it is not the API",
        explanation=(
            "Somebody speaks HTTP here, and it is not the API container of this deployment: another port of the same "
            "product (the Engine's metrics on 9991, the License Proxy's status on 8089, the Engine itself, which "
            "listens "
            "with HTTPS on its own 8080), or another program altogether, like a web server's welcome page.\n\n"
            "The Engine is not for clients: it has another path and a certificate of its own. Trusting that "
            "certificate, or switching to https, would lead to the wrong container."
        ),
        told_apart=(
            "By the shape of the answers to /v1/status, /v1/models and /v1/listen, and by what / and /metrics show. A "
            "404 alone proves nothing: that is http_not_found, or url_path_wrong where another path of this host "
            "serves the API."
        ),
        remedies=(
            Remedy(
                "If this server also serves the API, then below a path of its own: put that path into the URL",
                "dgcheck run {below}/PATH",
            ),
            _TRY_USUAL,
            _PORTS,
            _SERVICES,
            Remedy("See for yourself what answers ({service})", "curl -sk -i {base}/v1/status | head -20"),
        ),
        explains=(
            "tcp_closed_early",
            "tcp_reset",
            "plain_to_tls_port",
            "tls_self_signed",
            "tls_unknown_ca",
            "tls_missing_intermediate",
            "tls_hostname_mismatch",
            "tls_expired",
            "http_redirect",
            "http_unauthorized",
            "http_forbidden",
            "http_not_found",
            "http_method_not_allowed",
            "http_server_error",
            "http_bad_response",
            "http_stalled",
            "bad_parameter",
            "audio_undecodable",
            "transcript_empty",
            "ws_upgrade_not_forwarded",
            "ws_upgrade_rejected",
            "ws_bad_accept",
            "ws_subprotocol",
            "ws_no_results",
            "ws_closed_early",
            "no_models",
            "model_missing",
            "models_endpoint_missing",
            "engine_disconnected",
            "default_model_missing",
        ),
        when=_wrong_service,
        source="Deepgram's documentation: metrics guide, License Proxy, status endpoint; the other programs' pages",
    ),
)
