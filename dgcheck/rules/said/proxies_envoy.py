"""Envoy, and what is built on it (Istio, Contour, Envoy Gateway): bodies of its answers, flags and details of its log.

Where nothing can be reached behind it Envoy answers 503, so that is the cause, and the reason it adds is the other
name; only what it says of TLS is sharper than the status.
"""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence
from dgcheck.model.message import Message
from dgcheck.wire.proxy_words import CONNECT_ERROR, NO_HEALTHY_UPSTREAM, REQUEST_TIMEOUT

SURE, LIKELY, POSSIBLE = Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE

_RUN = "envoy 1.40, run"
_DOCS = "Envoy's documentation of response flags and response code details"
# Its own control plane says the same of a configuration stream; that has nothing to do with a request.
_BEGIN = r"(?<!closed: 14, )(?<!closed: 13, )(?<!ago: 14, )(?<!ago: 13, )" + CONNECT_ERROR
_ENDS = r"(?:\. retried and the latest)?\W{0,3}\s*reset reason: "
_NOTHING = "Envoy: nothing healthy stands behind it, so clients get 503."
_STARTING = ("engine_disconnected", "engine_initializing", "replica_unhealthy")


def _reset(cause: str, reason: str, meaning: str, alt: tuple[str, ...]) -> Message:
    """The body of an answer, or a line that quotes it, by its reason."""
    return Message(
        cause,
        CONNECT_ERROR,
        rf"{_BEGIN}{_ENDS}{reason}[^\n]*",
        f"Envoy: {meaning}",
        LIKELY,
        alt,
        "envoy",
        over=() if cause.startswith("http_") else ("http_unavailable", "tls_failed"),
        source=_RUN,
    )


def _tls(cause: str, words: str, meaning: str, alt: tuple[str, ...]) -> Message:
    return _reset(
        cause,
        rf"[^\n]{{0,80}}transport failure reason: [^\n]{{0,120}}(?:{words})",
        f"{meaning}, so clients get 503.",
        (*alt, "http_unavailable"),
    )


def _flag(
    cause: str, status: str, flags: str, meaning: str, alt: tuple[str, ...], confidence: Confidence = LIKELY
) -> Message:
    """A line of the access log in its usual form: `"GET /v1/listen HTTP/1.1" 503 UF,URX ...`."""
    return Message(
        cause,
        f'" {status} {"dc" if status == "0" else ""}',
        rf"\"[A-Z]{{3,8}} (?P<path>[^\s\"]{{1,400}}) HTTP/[\d.]{{1,3}}\" {status} (?:{flags})(?:,[A-Z]{{2,5}})* "
        r"[^\n]*",
        f"Envoy's log: {meaning}",
        confidence,
        alt,
        "envoy",
        source=_DOCS,
    )


def _json_flag(cause: str, flags: str, meaning: str, alt: tuple[str, ...]) -> Message:
    """The same flags in an access log written as JSON."""
    return Message(
        cause,
        "response_flags",
        rf"response_flags\"\s?:\s?\"(?:{flags})(?:,[A-Z]{{2,5}})*\"",
        f"Envoy's log: {meaning}",
        LIKELY,
        alt,
        "envoy",
        source=_DOCS,
    )


def _detail(cause: str, stem: str, meaning: str, alt: tuple[str, ...], confidence: Confidence = LIKELY) -> Message:
    """A response code detail, as Istio's log and newer Envoys show it."""
    return Message(cause, stem, rf"\b{stem}[^\n]*", f"Envoy's log: {meaning}", confidence, alt, "envoy", source=_DOCS)


_RESETS = (
    _tls(
        "tls_version",
        r"HANDSHAKE_FAILURE|PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|VERSION_TOO_LOW",
        "it and what stands behind it share no version of TLS or no cipher",
        ("tls_client_cert_required", "tls_failed"),
    ),
    _tls("tls_to_plain_port", r"WRONG_VERSION_NUMBER", "it speaks TLS to a port that speaks plain HTTP", ()),
    _tls(
        "tls_client_cert_required",
        r"CERTIFICATE_REQUIRED|ALERT_BAD_CERTIFICATE",
        "what stands behind it wants a client certificate",
        ("mesh_sidecar", "tls_failed"),
    ),
    _tls("tls_expired", r"certificate has expired|CERTIFICATE_EXPIRED", "a certificate has expired", ()),
    _tls(
        "tls_hostname_mismatch",
        r"verify SAN list|SAN matcher",
        "the certificate of what stands behind it is for another name",
        ("tls_unknown_ca",),
    ),
    _tls(
        "tls_unknown_ca",
        r"CERTIFICATE_VERIFY_FAILED|UNKNOWN_CA|CERTIFICATE_UNKNOWN",
        "it does not trust the certificate of what stands behind it",
        ("tls_self_signed", "tls_hostname_mismatch", "tls_expired"),
    ),
    _reset(
        "http_unavailable",
        r"[^\n]{0,80}(?:connect error: 111|Connection refused)",
        "what stands behind it refused the connection, so clients get 503.",
        ("tcp_refused", *_STARTING, "http_bad_gateway"),
    ),
    _reset(
        "http_unavailable",
        r"[^\n]{0,80}(?:connect error: (?:113|101)|No route to host|Network is unreachable)",
        "there is no way to what stands behind it, so clients get 503.",
        ("host_unreachable", "http_bad_gateway"),
    ),
    _reset(
        "http_unavailable",
        "connection timeout",
        "no connection to what stands behind it came about in time, so clients get 503.",
        ("tcp_timeout", "http_gateway_timeout", "http_bad_gateway"),
    ),
    _reset(
        "http_unavailable",
        "overflow",
        "one of its limits on connections or requests is reached, so clients get 503.",
        ("http_rate_limited",),
    ),
    _reset(
        "http_unavailable",
        "connection termination",
        "what stands behind it closed the connection without an answer, so clients get 503.",
        ("http_bad_gateway", "tcp_closed_early", "replica_unhealthy", "plain_to_tls_port", "mesh_sidecar"),
    ),
    _reset(
        "http_bad_gateway",
        "protocol error",
        "what stands behind it answered with something that is no HTTP, so clients get 502 or 503.",
        ("not_http", "plain_to_tls_port", "http_unavailable", "http_bad_response"),
    ),
    Message(
        "http_unavailable",
        CONNECT_ERROR,
        rf"{_BEGIN}[^\n]*",
        "Envoy: it could not use what stands behind it, so clients get 503.",
        LIKELY,
        ("http_bad_gateway", "tcp_refused", *_STARTING),
        "envoy",
        source=_RUN,
    ),
    Message(
        "http_unavailable",
        "upstream reset: reset reason",
        r"upstream reset: reset reason:? [^\n]*",
        "Envoy: what stands behind it could not be used, so clients get 503.",
        LIKELY,
        ("http_bad_gateway", "tcp_closed_early", *_STARTING),
        "envoy",
        source="istio, issue 40627",
    ),
    Message(
        "http_unavailable",
        NO_HEALTHY_UPSTREAM,
        "",
        _NOTHING,
        LIKELY,
        (*_STARTING, "tcp_refused"),
        "envoy",
        source=_RUN,
    ),
    Message(
        "http_gateway_timeout",
        REQUEST_TIMEOUT,
        "",
        "Envoy: no answer came within the route's timeout (15 s unless set), so clients get 504.",
        LIKELY,
        ("http_stalled", "replica_unhealthy"),
        "envoy",
        source=_RUN,
    ),
    Message(
        "http_forbidden",
        "rbac: access denied",
        "",
        "Envoy: a rule of authorisation refused the request (403).",
        LIKELY,
        ("mesh_sidecar",),
        "envoy",
        source=_RUN,
    ),
)

_BROKEN = ("http_bad_gateway", "tcp_closed_early", "replica_unhealthy", "plain_to_tls_port")
_FLAGS = (
    _flag("http_unavailable", "503", "(?:UH|UF|NC|UMSDR|URX)", "nothing behind it could be reached (503).", _STARTING),
    _flag("http_unavailable", "503", "(?:UC|UR|LR)", "what stands behind it broke off the connection (503).", _BROKEN),
    _flag("http_unavailable", "503", "UO", "one of its limits is reached (503).", ("http_rate_limited",)),
    _flag(
        "http_unavailable",
        "503",
        "NR(?! filter_chain_not_found)",
        "it has no route or subset for this (503).",
        ("http_not_found", "url_path_wrong", "wrong_service"),
    ),
    _flag("http_not_found", "404", "NR", "no route fits this host and path.", ("url_path_wrong", "wrong_service")),
    _flag("http_gateway_timeout", "504", "UT", "no answer came in time (504).", ("http_stalled",)),
    _flag("http_bad_gateway", "502", "UPE", "what stands behind it does not speak HTTP (502).", ("not_http",)),
    _flag("http_rate_limited", "429", "(?:RL|RLSE)", "a rate limit refused the request (429).", ()),
    _flag("http_forbidden", "403", "UAEX", "an authorisation service refused the request.", ("http_unauthorized",)),
    _flag("client_timeout", "0", "DC", "the client went away before the answer.", ("http_stalled",), POSSIBLE),
)

_JSON_FLAGS = (
    _json_flag("http_unavailable", "(?:UH|UF|NC|UMSDR|URX)", "nothing behind it could be reached (503).", _STARTING),
    _json_flag("http_unavailable", "(?:UC|UR|LR)", "what stands behind it broke off the connection (503).", _BROKEN),
    _json_flag("http_unavailable", "UO", "one of its limits is reached (503).", ("http_rate_limited",)),
    _json_flag("http_not_found", "NR", "no route fits this host and path.", ("url_path_wrong", "wrong_service")),
    _json_flag("http_gateway_timeout", "UT", "no answer came in time (504).", ("http_stalled",)),
    _json_flag("http_bad_gateway", "UPE", "what stands behind it does not speak HTTP.", ("not_http",)),
    _json_flag("ws_idle_cut", "SI", "nothing passed for too long, so it cut the stream.", ("http_stalled",)),
)

_DETAILS = (
    _detail(
        "ws_upgrade_not_forwarded", "upgrade_failed", "this listener or route does not allow the upgrade (403).", ()
    ),
    _detail("http_unavailable", "no_healthy_upstream", "nothing healthy stands behind it (503).", _STARTING),
    _detail(
        "http_unavailable",
        "upstream_reset_before_response_started",
        "what stands behind it could not be used (503).",
        ("http_bad_gateway", "tcp_refused", "tcp_closed_early", *_STARTING),
    ),
    _detail("http_unavailable", "cluster_not_found", "what the route names does not exist (503).", ("http_not_found",)),
    _detail("http_not_found", "route_not_found", "no route fits this host and path.", ("url_path_wrong",)),
    _detail(
        "mesh_sidecar",
        "filter_chain_not_found",
        "the connection is of a kind that this listener does not take: plain where mutual TLS is wanted, most often.",
        ("http_unavailable", "tcp_reset", "tls_sni_required"),
        POSSIBLE,
    ),
    _detail("http_gateway_timeout", "upstream_response_timeout", "no answer came in time (504).", ("http_stalled",)),
    _detail("http_gateway_timeout", "response_timeout", "no answer came in time (504).", ("http_stalled",)),
    _detail("http_gateway_timeout", "upstream_per_try_timeout", "no answer came in time (504).", ("http_stalled",)),
    _detail("http_forbidden", "rbac_access_denied", "a rule of authorisation refused the request.", ("mesh_sidecar",)),
    _detail(
        "http_forbidden", "ext_authz_denied", "an authorisation service refused the request.", ("http_unauthorized",)
    ),
    _detail(
        "ws_idle_cut", "stream_idle_timeout", "nothing passed for too long, so it cut the stream.", ("http_stalled",)
    ),
    _detail(
        "ws_closed_early", "max_duration_timeout", "the stream reached the age at which it is cut.", ("ws_idle_cut",)
    ),
    Message(
        "mesh_sidecar",
        "envoy proxy is not ready",
        "",
        "The sidecar of the mesh in this pod is not ready, so nothing passes it yet.",
        POSSIBLE,
        ("http_unavailable", "tcp_refused"),
        "envoy",
        source="Istio's readiness probe",
    ),
)

MESSAGES = (*_RESETS, *_FLAGS, *_JSON_FLAGS, *_DETAILS)
