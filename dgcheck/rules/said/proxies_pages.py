"""Pages, certificates and access logs that many proxies have in common."""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence
from dgcheck.model.message import Message
from dgcheck.wire.tls_words import WANTS_CERTIFICATE, WANTS_TLS

LIKELY, POSSIBLE = Confidence.LIKELY, Confidence.POSSIBLE

_STARTING = ("engine_disconnected", "engine_initializing", "replica_unhealthy")
_PATHS = ("url_path_wrong", "url_path_doubled", "url_version_missing", "wrong_service")
_HOSTED = ("hosted_endpoint", "api_key_blank")
_FORBIDDEN = ("proxy_env", "hosted_endpoint", "middlebox")
_UPGRADE = ("alpn_http2_only", "ws_upgrade_rejected")
_API = r"/v[12]/(?:listen|speak|models|status|agent|read)"


def _page(cause: str, title: str, meaning: str, alt: tuple[str, ...]) -> Message:
    """The title or heading of a page that proxies give with a status."""
    return Message(
        cause,
        "<title>",
        rf"<title>\s*(?:{title})",
        meaning,
        LIKELY,
        alt,
        source="pages of nginx, Apache, ALB, Azure, Google",
    )


def _logged(cause: str, status: str, meaning: str, alt: tuple[str, ...]) -> Message:
    """A line of an access log in the common form, where the path is the API's: `"GET /v1/listen HTTP/1.1" 502`."""
    return Message(
        cause,
        f'" {status} ',
        rf"\"[A-Z]{{3,8}} (?P<path>[^\s\"?]{{0,100}}{_API})[^\s\"]{{0,600}} HTTP/[\d.]{{1,3}}\" {status} (?=[\d-])",
        f"The access log: {meaning}",
        LIKELY,
        alt,
        source="the common log format",
    )


_PAGES = (
    _page(
        "http_bad_gateway", "502 |Bad Gateway", "A proxy's page: it could not use the deployment behind it.", _STARTING
    ),
    _page(
        "http_unavailable",
        "503 |Service (?:Temporarily )?Unavailable",
        "A proxy's page: nothing healthy is behind it.",
        _STARTING,
    ),
    _page("http_gateway_timeout", "504 |Gateway Time-?out", "A proxy's page: it gave up waiting.", ("http_stalled",)),
    _page(
        "http_body_too_large", "413 |Request Entity Too Large", "A proxy's page: the upload is larger than allowed.", ()
    ),
    _page("http_rate_limited", "429 |Too Many Requests", "A proxy's page: too many requests.", ()),
    _page("http_unauthorized", "401 |Unauthorized", "A proxy's page: it wants credentials.", ("hosted_endpoint",)),
    _page(
        "http_forbidden",
        "403 |Forbidden",
        "A proxy's page: the request is not allowed there.",
        ("proxy_env", "middlebox"),
    ),
    _page("http_not_found", "404 |Not Found", "A page: whoever answered knows no such path.", _PATHS),
    _page("http_method_not_allowed", "405 |Method Not Allowed", "A page: no such method there.", _PATHS),
    _page("http_redirect", r"30[12378] ", "A page: the address has moved elsewhere.", ("ws_upgrade_rejected",)),
    _page(
        "client_timeout",
        "408 |Request Time-?out",
        "A proxy's page: the request was not complete in time.",
        ("http_stalled",),
    ),
)

# Services that say the same of themselves, and package managers, whose 404 is about a package.
_ELSEWHERE = (
    r"huggingface|api\.openai\.com|googleapis|anthropic\.com|github\.com/(?!deepgram)|npm (?:err|error)|pypi\.org|"
    r"docker\.io|registry-1|archive\.ubuntu|deb\.debian|\bsip(?:/2\.0|:|\))"
)


def _phrase(
    cause: str, words: str, meaning: str, alt: tuple[str, ...], confidence: Confidence = LIKELY
) -> tuple[Message, ...]:
    """A status with its reason phrase, as people and programs quote it; the phrase alone, as some proxies send it."""
    reason = words.partition(" ")[2]
    return (
        Message(cause, words.lower(), rf"\b{words}\b", meaning, confidence, alt, unless=_ELSEWHERE, source="RFC 9110"),
        Message(
            cause,
            reason.lower(),
            rf"\A\s*(?:(?:Error|Message|Body): )?{reason}\.?\s*\Z",
            meaning,
            LIKELY,
            alt,
            source="bodies of Traefik, Go, Envoy Gateway",
        ),
    )


_PHRASES = (
    *_phrase("http_bad_gateway", "502 Bad Gateway", "A proxy could not use the deployment behind it (502).", _STARTING),
    *_phrase("http_unavailable", "503 Service Unavailable", "Nothing healthy is behind that address (503).", _STARTING),
    *_phrase("http_gateway_timeout", "504 Gateway Timeout", "A proxy gave up waiting (504).", ("http_stalled",)),
    *_phrase("http_gateway_timeout", "504 Gateway Time-out", "A proxy gave up waiting (504).", ("http_stalled",)),
    *_phrase("http_body_too_large", "413 Payload Too Large", "The upload is larger than allowed (413).", ()),
    *_phrase("http_body_too_large", "413 Request Entity Too Large", "The upload is larger than allowed (413).", ()),
    *_phrase("http_body_too_large", "413 Content Too Large", "The upload is larger than allowed (413).", ()),
    *_phrase("http_rate_limited", "429 Too Many Requests", "Too many requests at once (429).", ()),
    *_phrase("http_unauthorized", "401 Unauthorized", "Whoever answered wants credentials (401).", _HOSTED, POSSIBLE),
    *_phrase(
        "http_forbidden", "403 Forbidden", "Something does not let the request through (403).", _FORBIDDEN, POSSIBLE
    ),
    *_phrase("http_not_found", "404 Not Found", "Whoever answered knows no such path (404).", _PATHS, POSSIBLE),
    *_phrase("http_method_not_allowed", "405 Method Not Allowed", "No such method there (405).", _PATHS, POSSIBLE),
    *_phrase("proxy_env", "407 Proxy Authentication Required", "A forward proxy wants credentials (407).", ()),
    *_phrase("ws_upgrade_not_forwarded", "426 Upgrade Required", "An upgrade did not arrive as one (426).", _UPGRADE),
    *_phrase(
        "http_server_error", "500 Internal Server Error", "Whoever answered failed (500).", _STARTING[::2], POSSIBLE
    ),
)

_TLS = (
    *(
        Message(
            "plain_to_tls_port",
            sentence,
            "",
            "The port speaks TLS, and got plain HTTP.",
            over=("bad_parameter", "ws_upgrade_rejected", "http_bad_response"),
            source="dgcheck.wire.tls_words",
        )
        for sentence in WANTS_TLS
    ),
    *(
        Message(
            "tls_client_cert_required",
            sentence,
            "",
            "Whoever answered wants a client certificate, and got none that it takes.",
            LIKELY,
            ("tls_failed",),
            over=("bad_parameter", "ws_upgrade_rejected", "http_forbidden"),
            source="dgcheck.wire.tls_words",
        )
        for sentence in WANTS_CERTIFICATE
    ),
    *(
        Message(
            "ingress_default_certificate",
            words,
            "",
            "The ingress shows its dummy certificate: the host's own secret is missing, or does not fit.",
            over=("tls_self_signed", "tls_unknown_ca", "tls_hostname_mismatch", "tls_expired"),
            source="ingress-nginx, Traefik, cert-manager",
        )
        for words in ("kubernetes ingress controller fake certificate", "traefik default cert", "cert-manager.local")
    ),
)

_ACCESS_LOGS = (
    _logged("http_bad_gateway", "502", "a request for the API got 502.", _STARTING),
    _logged("http_unavailable", "503", "a request for the API got 503.", _STARTING),
    _logged("http_gateway_timeout", "504", "a request for the API got 504.", ("http_stalled",)),
    _logged("http_body_too_large", "413", "an upload to the API got 413.", ()),
    _logged("http_rate_limited", "429", "a request for the API got 429.", ()),
    _logged("http_unauthorized", "401", "a request for the API got 401.", ("hosted_endpoint",)),
    _logged("http_forbidden", "403", "a request for the API got 403.", ("ws_upgrade_not_forwarded",)),
    _logged("http_not_found", "404", "a request for the API got 404.", _PATHS),
    _logged("client_timeout", "499", "a client went away before the API had answered.", ("http_stalled",)),
    _logged("ws_upgrade_not_forwarded", "426", "an upgrade did not arrive as one (426).", ("ws_upgrade_rejected",)),
)

MESSAGES = (*_PAGES, *_PHRASES, *_TLS, *_ACCESS_LOGS)
