"""What nginx says of its clients: in its error log, and on the pages that only it writes."""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence
from dgcheck.model.message import Message

SURE, LIKELY, POSSIBLE = Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE

_RUN = "nginx 1.22, run; src/http/ngx_http_request.c"


def _log(
    cause: str, stem: str, words: str, meaning: str, alt: tuple[str, ...] = (), confidence: Confidence = LIKELY
) -> Message:
    """A line of the error log. `words` begins at what nginx says after the number of the connection."""
    return Message(cause, stem, rf"{words}[^\n]*", f"nginx: {meaning}", confidence, alt, "nginx", source=_RUN)


def _tls(cause: str, words: str, meaning: str, alt: tuple[str, ...], confidence: Confidence = LIKELY) -> Message:
    """A client's handshake that failed."""
    return _log(
        cause,
        "ssl_do_handshake() failed",
        rf"SSL_do_handshake\(\) failed \((?:SSL: )?[^\n]{{0,160}}(?:{words})[^\n]{{0,200}} while SSL handshaking"
        r"(?! to upstream)",
        meaning,
        alt,
        confidence,
    )


_REFUSALS = (
    _log(
        "http_body_too_large",
        "client intended to send too large",
        r"client intended to send too large (?:chunked )?body(?:: (?P<size>\d{1,15}) bytes)?",
        "the upload is larger than client_max_body_size (1 MB unless set), so it gets 413.",
        (),
        SURE,
    ),
    _log(
        "http_rate_limited",
        "limiting requests",
        r"limiting requests, excess: [\d.]{1,12}",
        "its limit_req refused the request, with 503 unless limit_req_status says 429.",
        ("http_unavailable",),
    ),
    _log(
        "http_rate_limited",
        "limiting connections by zone",
        r"limiting connections by zone",
        "its limit_conn refused the request, with 503 unless limit_conn_status says 429.",
        ("http_unavailable",),
    ),
    _log("http_forbidden", "access forbidden by rule", "access forbidden by rule", "its deny rules give 403."),
    _log(
        "http_unauthorized",
        "no user/password was provided for basic authentication",
        r"no user/password was provided for basic authentication",
        "it wants a name and password (auth_basic), so the request gets 401.",
    ),
    _log(
        "http_unauthorized",
        "password mismatch",
        r"user \"[^\"\n]{0,80}\": password mismatch",
        "it wants a name and password (auth_basic), and was given a wrong one.",
    ),
    _log(
        "http_unauthorized",
        "was not found in",
        r"user \"[^\"\n]{0,80}\" was not found in \"",
        "it wants a name and password (auth_basic), and does not know the one given.",
    ),
    _log(
        "client_timeout",
        "client prematurely closed connection",
        r"client prematurely closed connection",
        "a client went away before it had its answer.",
        ("http_stalled", "http_gateway_timeout"),
        POSSIBLE,
    ),
    _log(
        "http_unavailable",
        "worker_connections are not enough",
        r"\d{1,7} worker_connections are not enough",
        "it has no connection left for another request.",
        ("http_server_error", "http_bad_gateway"),
    ),
    _log(
        "url_path_wrong",
        "failed (2: no such file or directory)",
        r"open\(\) \"[^\"\n]{0,200}/v[12]/(?:listen|speak|models|status)[^\"\n]{0,60}\" failed \(2: No such file or "
        "directory\\)",
        "it looks for the API's path among its own files: no location passes it on, so it gets 404.",
        ("http_not_found",),
    ),
    _log(
        "plain_to_tls_port",
        "client sent plain http request to https port",
        r"client sent plain HTTP request to HTTPS port",
        "a client spoke plain HTTP to its TLS port and got 400.",
        (),
        SURE,
    ),
    _log(
        "tls_client_cert_required",
        "client sent no required ssl certificate",
        r"client sent no required SSL certificate",
        "it wants a client certificate and got none.",
        (),
        SURE,
    ),
    _log(
        "tls_client_cert_required",
        "client ssl certificate verify error",
        r"client SSL certificate verify error: \((?P<code>\d{1,3}):(?P<reason>[^)\n]{1,80})\)",
        "it does not accept the client's certificate: {reason}.",
    ),
    Message(
        "bad_parameter",
        "request header or cookie too large",
        "",
        "nginx: the head of the request is larger than large_client_header_buffers, so it gets 400.",
        POSSIBLE,
        ("http_body_too_large",),
        "nginx",
        source=_RUN,
    ),
    Message(
        "bad_parameter",
        "request-uri too large",
        r"\b414 Request-URI Too Large",
        "The URL is longer than the server takes (414): too many parameters, keyterm most often.",
        POSSIBLE,
        (),
        "nginx",
        source=_RUN,
    ),
)

_HANDSHAKES = (
    _tls(
        "plain_to_tls_port",
        r"http request\b|HTTP_REQUEST",
        "a client spoke plain HTTP to its TLS port.",
        (),
    ),
    _tls(
        "tls_unknown_ca",
        r"alert unknown ca|ALERT_UNKNOWN_CA",
        "a client broke off the handshake, because it does not trust the certificate.",
        ("tls_self_signed", "tls_missing_intermediate"),
    ),
    _tls(
        "tls_unknown_ca",
        r"alert (?:certificate unknown|bad certificate)|ALERT_(?:CERTIFICATE_UNKNOWN|BAD_CERTIFICATE)",
        "a client broke off the handshake, because it does not accept the certificate.",
        ("tls_self_signed", "tls_hostname_mismatch", "tls_expired"),
        POSSIBLE,
    ),
    _tls(
        "tls_version",
        r"unsupported protocol|no shared cipher|version too low|alert protocol version|UNSUPPORTED_PROTOCOL|"
        "NO_SHARED_CIPHER",
        "it and a client have no version of TLS or no cipher in common.",
        ("tls_failed",),
    ),
)

MESSAGES = (*_REFUSALS, *_HANDSHAKES)
