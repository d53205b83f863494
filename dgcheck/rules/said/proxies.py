"""Proxies whose words are few: Traefik, Caddy, Apache, Kong, squid, and the ingress controllers."""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence
from dgcheck.model.message import Message
from dgcheck.wire.proxy_words import DEFAULT_BACKEND, GO_NOT_FOUND

SURE, LIKELY, POSSIBLE = Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE

_STARTING = ("engine_disconnected", "engine_initializing", "replica_unhealthy")
_PATHS = ("url_path_wrong", "url_path_doubled", "url_version_missing", "wrong_service")


def _says(
    cause: str,
    words: str,
    who: str,
    meaning: str,
    alt: tuple[str, ...],
    confidence: Confidence = LIKELY,
    near: str = "",
) -> Message:
    """Words that this program says and hardly another."""
    title = {
        "kong": "Kong",
        "traefik": "Traefik",
        "apache": "Apache",
        "squid": "squid",
        "ingress-nginx": "ingress-nginx",
    }
    return Message(
        cause, words.lower(), "", f"{title.get(who, who)}: {meaning}", confidence, alt, who, near=near, source=who
    )


def _squid(cause: str, code: str, meaning: str, alt: tuple[str, ...], words: str = "") -> Message:
    """By the code in the header of its answer, or by the words of its page."""
    stem, match = (words.lower(), "") if words else (code.lower(), rf"\b{code}\b")
    return Message(cause, stem, match, f"squid: {meaning}", LIKELY, alt, "squid", source="squid 5.7, run")


_OTHERS = (
    Message(
        "http_not_found",
        GO_NOT_FOUND,
        "",
        "A program in Go, Traefik most often: no route fits this host and path.",
        LIKELY,
        _PATHS,
        "traefik",
        source="Go's net/http",
    ),
    Message(
        "http_bad_gateway",
        "' caused by: ",
        r"'(?P<status>502) Bad Gateway' caused by: (?P<reason>[^\n\"]{1,200})[^\n]*",
        "Traefik: it could not use what stands behind it ({reason}), so clients get 502.",
        LIKELY,
        ("tcp_refused", "tcp_closed_early", "dns_nxdomain", *_STARTING),
        "traefik",
        source="Traefik's log",
    ),
    Message(
        "http_gateway_timeout",
        "' caused by: ",
        r"'(?P<status>504) Gateway Timeout' caused by: (?P<reason>[^\n\"]{1,200})[^\n]*",
        "Traefik: what stands behind it did not answer ({reason}), so clients get 504.",
        LIKELY,
        ("tcp_timeout", "http_stalled"),
        "traefik",
        source="Traefik's log",
    ),
    *(
        Message(
            cause,
            words.lower(),
            rf"{words}[\s\"]{{1,4}}(?:error=\"?)?(?P<reason>(?:dial|read|write) tcp [^\n\"]{{1,200}})[^\n]*",
            f"Traefik: {meaning} ({{reason}}), so clients get {words[:3]}.",
            LIKELY,
            inside,
            "traefik",
            over=inside,
            source="Traefik 3's log, as JSON and for a terminal",
        )
        for cause, words, meaning, inside in (
            (
                "http_bad_gateway",
                "502 Bad Gateway",
                "it could not use what stands behind it",
                ("tcp_refused", "tcp_closed_early", "tcp_reset", "dns_nxdomain", "host_unreachable", *_STARTING),
            ),
            (
                "http_gateway_timeout",
                "504 Gateway Timeout",
                "what stands behind it did not answer",
                ("tcp_timeout", "http_stalled"),
            ),
        )
    ),
    Message(
        "http_unavailable",
        "no available server",
        r"\A\s*no available server\s*\Z|body: ?['\"]?no available server",
        "Traefik: no server of the service is up (503).",
        LIKELY,
        _STARTING,
        "traefik",
        source="Traefik 3",
    ),
    Message(
        "http_bad_gateway",
        "http.log.error",
        r"http\.log\.error[\"\s][^\n]{0,1100}\"status\":\s?502\b[^\n]*",
        "Caddy: it could not use what stands behind it, so clients get 502.",
        LIKELY,
        ("tcp_refused", "tcp_closed_early", "tcp_reset", "dns_nxdomain", "tls_to_plain_port", *_STARTING),
        "caddy",
        over=("tcp_refused", "tcp_closed_early", "tcp_reset", "dns_nxdomain", "tls_to_plain_port"),
        source="caddy 2.6, run",
    ),
    Message(
        "http_unavailable",
        "http.log.error",
        r"http\.log\.error[\"\s][^\n]{0,1100}\"status\":\s?503\b[^\n]*",
        "Caddy: no server behind it is up, so clients get 503.",
        LIKELY,
        _STARTING,
        "caddy",
        source="caddy 2.6, run",
    ),
    Message(
        "http_gateway_timeout",
        "http.log.error",
        r"http\.log\.error[\"\s][^\n]{0,1100}\"status\":\s?504\b[^\n]*",
        "Caddy: what stands behind it did not answer in time, so clients get 504.",
        LIKELY,
        ("http_stalled", "tcp_timeout"),
        "caddy",
        over=("http_stalled", "tcp_timeout", "client_timeout"),
        source="caddy 2.6, run",
    ),
    Message(
        "http_bad_gateway",
        "the proxy server received an invalid",
        r"The proxy server received an invalid\s+response from an upstream server[^\n]*",
        "Apache: what stands behind it gave no usable answer (502).",
        LIKELY,
        ("tcp_closed_early", *_STARTING),
        "apache",
        source="Apache 2.4's page",
    ),
    Message(
        "http_unavailable",
        "ah00957",
        r"(?:\(\d{1,3}\)[^\n]{1,60}: )?AH00957: [^\n]*",
        "Apache: it cannot connect to what stands behind it, so clients get 503.",
        LIKELY,
        ("tcp_refused", "tcp_timeout", "http_bad_gateway", *_STARTING),
        "apache",
        source="Apache 2.4's log",
    ),
    Message(
        "http_unavailable",
        "ah01114",
        r"AH01114: [^\n]*",
        "Apache: it cannot connect to what stands behind it, so clients get 503.",
        LIKELY,
        ("tcp_refused", "tcp_timeout", "http_bad_gateway", *_STARTING),
        "apache",
        source="Apache 2.4's log",
    ),
    Message(
        "http_bad_gateway",
        "error reading from remote server",
        r"(?:AH00898: )?Error reading from remote server[^\n]*",
        "Apache: what stands behind it broke off without an answer (502).",
        LIKELY,
        ("tcp_closed_early", "http_gateway_timeout", *_STARTING),
        "apache",
        source="Apache 2.4's log and page",
    ),
    Message(
        "http_bad_gateway",
        "error reading status line from remote server",
        r"(?:AH01102: )?error reading status line from remote server[^\n]*",
        "Apache: what stands behind it broke off without an answer (502).",
        LIKELY,
        ("tcp_closed_early", "http_gateway_timeout", *_STARTING),
        "apache",
        source="Apache 2.4's log",
    ),
    Message(
        "http_bad_gateway",
        "dns lookup failure for: ",
        r"(?:AH00898: )?DNS lookup failure for: (?P<host>[^\s<]{1,253})[^\n]*",
        "Apache: it cannot resolve {host}, which stands behind it, so clients get 502.",
        LIKELY,
        ("dns_nxdomain", "dns_temporary"),
        "apache",
        source="Apache 2.4's log and page",
    ),
    Message(
        "ws_upgrade_not_forwarded",
        "ah01144",
        r"AH01144: No protocol handler was valid for the URL [^\n]{0,200}(?:scheme 'wss?'|wss?://)[^\n]*",
        "Apache: mod_proxy_wstunnel is not loaded, so it cannot pass the upgrade on.",
        LIKELY,
        ("http_server_error",),
        "apache",
        source="Apache 2.4's log",
    ),
)

_KONG = (
    _says(
        "http_not_found",
        "no Route matched with those values",
        "kong",
        "no route fits this host and path.",
        ("url_path_wrong",),
    ),
    _says(
        "http_bad_gateway",
        "An invalid response was received from the upstream server",
        "kong",
        "what stands behind it gave no usable answer (502).",
        ("tcp_refused", "tcp_closed_early", *_STARTING),
    ),
    _says(
        "http_gateway_timeout",
        "The upstream server is timing out",
        "kong",
        "what stands behind it did not answer in time (504).",
        ("http_stalled", "tcp_timeout"),
    ),
    _says(
        "http_unavailable",
        "failure to get a peer from the ring-balancer",
        "kong",
        "no target is healthy (503).",
        _STARTING,
    ),
    _says("http_unauthorized", "No API key found in request", "kong", "it wants a key of its own (401).", ()),
    _says("http_rate_limited", "API rate limit exceeded", "kong", "its limit of requests is reached (429).", ()),
    _says(
        "http_forbidden", "You cannot consume this service", "kong", "this consumer may not use the service (403).", ()
    ),
)

_INGRESS = (
    _says("http_not_found", DEFAULT_BACKEND, "ingress-nginx", "no rule fits this host and path.", ("url_path_wrong",)),
    _says(
        "http_unavailable",
        "does not have any active Endpoint",
        "ingress-nginx",
        "no pod behind the Service is ready, so clients get 503.",
        _STARTING,
    ),
    Message(
        "http_unavailable",
        "error obtaining endpoints for service",
        r"Error obtaining Endpoints for Service \"(?P<service>[^\"\n]{1,120})\"[^\n]*",
        "ingress-nginx: there is no Service {service}, so clients get 503.",
        LIKELY,
        ("http_not_found",),
        "ingress-nginx",
        source="ingress-nginx's log",
    ),
    Message(
        "ingress_default_certificate",
        "using default certificate",
        r"(?:SSL certificate|secret) \"?(?P<secret>[^\s\":]{1,120})\"?[^\n]{0,300}Using default certificate",
        "ingress-nginx: it shows its dummy certificate, because the secret {secret} is missing or does not fit.",
        LIKELY,
        ("tls_hostname_mismatch",),
        "ingress-nginx",
        over=("tls_self_signed", "tls_unknown_ca", "tls_hostname_mismatch"),
        source="ingress-nginx's log",
    ),
)

_SQUID = (
    _squid(
        "http_unavailable",
        "ERR_CONNECT_FAIL",
        "it cannot connect to the deployment (503).",
        ("proxy_env", "tcp_refused", "tcp_timeout"),
    ),
    _squid(
        "http_unavailable",
        "ERR_DNS_FAIL",
        "it cannot resolve the deployment's name (503).",
        ("dns_nxdomain", "proxy_env"),
    ),
    _squid(
        "http_unavailable",
        "ERR_DNS_FAIL",
        "it cannot resolve the deployment's name (503).",
        ("dns_nxdomain", "proxy_env"),
        "Unable to determine IP address from host name",
    ),
    _squid("http_unavailable", "ERR_CANNOT_FORWARD", "it has no way to the deployment (503).", ("proxy_env",)),
    _squid("http_forbidden", "ERR_ACCESS_DENIED", "its rules do not allow the request (403).", ("proxy_env",)),
    _squid(
        "http_forbidden",
        "ERR_ACCESS_DENIED",
        "its rules do not allow the request (403).",
        ("proxy_env",),
        "Access control configuration prevents your request from being allowed",
    ),
    _squid(
        "proxy_env",
        "ERR_CACHE_ACCESS_DENIED",
        "a forward proxy stands in between and wants credentials (407).",
        ("http_unauthorized",),
    ),
    _squid(
        "http_bad_gateway",
        "ERR_ZERO_SIZE_OBJECT",
        "the deployment broke off without an answer (502).",
        ("proxy_env", "tcp_closed_early"),
    ),
    _squid(
        "http_bad_gateway",
        "ERR_ZERO_SIZE_OBJECT",
        "the deployment broke off without an answer (502).",
        ("proxy_env", "tcp_closed_early"),
        "Squid did not receive any data for this request",
    ),
    _squid("http_bad_gateway", "ERR_READ_ERROR", "the deployment broke off (502).", ("proxy_env", "tcp_reset")),
    _squid(
        "http_gateway_timeout",
        "ERR_READ_TIMEOUT",
        "the deployment did not answer in time (504).",
        ("proxy_env", "http_stalled"),
    ),
    _squid(
        "http_unavailable",
        "ERR_SECURE_CONNECT_FAIL",
        "the TLS handshake with the deployment failed (503).",
        ("proxy_env", "tls_failed"),
    ),
    _squid("http_body_too_large", "ERR_TOO_BIG", "the upload is larger than it allows (413).", ("proxy_env",)),
    Message(
        "http_forbidden",
        "tcp_denied/",
        r"TCP_DENIED/(?P<status>40[03])[^\n]*",
        "squid's log: its rules do not allow the request.",
        LIKELY,
        ("proxy_env",),
        "squid",
        source="squid 5.7, run",
    ),
    Message(
        "proxy_env",
        "tcp_denied/",
        r"TCP_DENIED/407[^\n]*",
        "squid's log: it wants credentials, and got none.",
        LIKELY,
        (),
        "squid",
        source="squid 5.7, run",
    ),
)

MESSAGES = (*_OTHERS, *_KONG, *_INGRESS, *_SQUID)
