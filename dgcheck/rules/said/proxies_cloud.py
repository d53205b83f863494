"""Load balancers and gateways of clouds: AWS, Google, Azure, Cloudflare. Their pages, bodies and logs."""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence
from dgcheck.model.message import Message
from dgcheck.wire.proxy_words import GOOGLE_TEMPORARY

SURE, LIKELY, POSSIBLE = Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE

_STARTING = ("engine_disconnected", "engine_initializing", "replica_unhealthy")
_ALB = "AWS: access logs of Application Load Balancers"


def _alb(status: str, cause: str, meaning: str, alt: tuple[str, ...]) -> Message:
    """A line of an ALB's access log: the balancer's own status, and that of its target behind it."""
    return Message(
        cause,
        "z app/",
        rf"\b(?:https?|h2|wss?) \d{{4}}-\d\d-\d\dT\S{{8,20}}Z app/(?P<balancer>\S{{1,120}}) \S{{7,60}} "
        rf"(?P<target>\S{{1,60}}) \S{{1,12}} \S{{1,12}} \S{{1,12}} {status} (?P<answer>-|\d{{3}}) [^\n]*",
        f"The ALB's log: {meaning}",
        LIKELY,
        alt,
        "alb",
        source=_ALB,
    )


def _target(code: str, meaning: str, alt: tuple[str, ...]) -> Message:
    """The state of a target, as the console and `describe-target-health` show it."""
    return Message(
        "http_unavailable",
        f"target.{code.lower()}",
        rf"Target\.{code}\b[^\n]*",
        f"A target of the load balancer is out of service: {meaning}.",
        LIKELY,
        alt,
        "alb",
        source="AWS: target health reason codes",
    )


def _gateway(words: str, cause: str, meaning: str, alt: tuple[str, ...]) -> Message:
    """The body of an answer of API Gateway: one message and nothing else."""
    return Message(
        cause,
        words.lower(),
        rf"\{{\s*[\"'][Mm]essage[\"']\s*:\s*[\"']{words}[\"'](?:\s*,\s*[\"']connectionId[\"'][^}}\n]{{0,200}})?\s*\}}",
        f"AWS API Gateway: {meaning}",
        LIKELY,
        alt,
        "api-gateway",
        source="AWS: gateway response types",
    )


def _cloudflare(code: str, words: str, cause: str, meaning: str, alt: tuple[str, ...]) -> tuple[Message, ...]:
    """One of Cloudflare's own numbers: as the text it sends, and as the title of its page and as people quote it."""
    forms = (
        (f"error code: {code}", rf"\berror code: {code}\b"),
        (
            words.lower(),
            rf"\b(?:Error |error code )?{code}\b(?:[^\n\w]{{0,12}}|[^\n]{{0,80}}\n\s{{0,20}})(?:error:? )?{words}",
        ),
    )
    return tuple(
        Message(
            cause,
            stem,
            match,
            f"Cloudflare: {meaning}",
            LIKELY,
            alt,
            "cloudflare",
            source="Cloudflare: 5xx and 1xxx errors",
        )
        for stem, match in forms
    )


def _google(stem: str, cause: str, meaning: str, alt: tuple[str, ...]) -> Message:
    return Message(
        cause, stem, "", f"Google's load balancer: {meaning}", LIKELY, alt, "gce", source="Google: statusDetails"
    )


_AWS = (
    _alb("502", "http_bad_gateway", "the target closed the connection or broke HTTP (502).", ("tcp_reset", *_STARTING)),
    _alb("503", "http_unavailable", "no healthy target could take the request (503).", _STARTING),
    _alb("504", "http_gateway_timeout", "the target did not answer in time (504).", ("http_stalled", "tcp_timeout")),
    _alb("460", "client_timeout", "the client went away before the idle timeout (460).", ("http_stalled",)),
    _alb(
        "464",
        "http_bad_gateway",
        "client and target group speak different versions of HTTP (464).",
        ("alpn_http2_only",),
    ),
    _alb("403", "http_forbidden", "a rule or a web firewall refused the request (403).", ()),
    _alb("(?:401|561)", "http_unauthorized", "the balancer wants a login.", ()),
    _target("FailedHealthChecks", "it fails the health checks", _STARTING),
    _target(
        "ResponseCodeMismatch",
        "its health check got another status than the one wanted",
        (*_STARTING, "http_not_found"),
    ),
    _target("Timeout", "its health check got no answer in time", ("tcp_timeout", "http_stalled", *_STARTING)),
    _target("NotInUse", "no listener uses its target group", ()),
    Message(
        "http_unavailable",
        "health checks failed with these codes",
        r"Health checks failed with these codes: \[(?P<codes>[\d, ]{1,60})\]",
        "A target of the load balancer is out of service: its health check got {codes}.",
        LIKELY,
        (*_STARTING, "http_not_found"),
        "alb",
        source="AWS: target health",
    ),
    _gateway(
        "Forbidden",
        "http_forbidden",
        "the request has no API key it knows, or a rule refuses it (403).",
        ("url_path_wrong",),
    ),
    _gateway(
        "Missing Authentication Token",
        "http_forbidden",
        "it has no such path or method, or wants a signature (403).",
        ("url_path_wrong", "http_not_found", "http_unauthorized"),
    ),
    _gateway("Unauthorized", "http_unauthorized", "its authoriser wants other credentials (401).", ()),
    _gateway(
        "Internal server error",
        "http_server_error",
        "what stands behind it failed, or broke what it expects (500 or 502).",
        ("http_bad_gateway", "http_unavailable", "replica_unhealthy"),
    ),
    _gateway(
        "Endpoint request timed out", "http_gateway_timeout", "no answer came within 29 s (504).", ("http_stalled",)
    ),
    _gateway(
        "Network error communicating with endpoint",
        "http_gateway_timeout",
        "it cannot reach its endpoint (504).",
        ("tcp_timeout", "http_bad_gateway"),
    ),
    _gateway(
        "Service Unavailable",
        "http_unavailable",
        "it cannot use what stands behind it (503).",
        ("http_bad_gateway", *_STARTING),
    ),
    _gateway("Too Many Requests", "http_rate_limited", "its limit of requests is reached (429).", ()),
    _gateway("Limit Exceeded", "http_rate_limited", "the quota of its usage plan is used up (429).", ()),
    _gateway("Request Too Long", "http_body_too_large", "the body is larger than its 10 MB (413).", ()),
    _gateway("Not Found", "http_not_found", "it has no such route (404).", ("url_path_wrong",)),
)

_CLOUDFLARE = (
    *_cloudflare(
        "520",
        "Web server is returning an unknown error",
        "http_bad_gateway",
        "the origin sent no usable answer.",
        ("http_bad_response", "tcp_reset"),
    ),
    *_cloudflare(
        "521", "Web server is down", "http_bad_gateway", "the origin refused the connection.", ("tcp_refused",)
    ),
    *_cloudflare(
        "522",
        "Connection timed out",
        "http_gateway_timeout",
        "the origin did not accept a connection in time.",
        ("tcp_timeout", "http_bad_gateway"),
    ),
    *_cloudflare(
        "523",
        "Origin is unreachable",
        "http_bad_gateway",
        "the origin cannot be reached.",
        ("host_unreachable", "dns_nxdomain"),
    ),
    *_cloudflare(
        "524",
        "A timeout occurred",
        "http_gateway_timeout",
        "the origin did not answer within 100 s.",
        ("http_stalled",),
    ),
    *_cloudflare(
        "525",
        "SSL handshake failed",
        "http_bad_gateway",
        "the TLS handshake with the origin failed.",
        ("tls_failed", "tls_version", "tls_to_plain_port"),
    ),
    *_cloudflare(
        "526",
        "Invalid SSL certificate",
        "http_bad_gateway",
        "it does not trust the origin's certificate.",
        ("tls_unknown_ca", "tls_self_signed", "tls_expired"),
    ),
    *_cloudflare(
        "530",
        "Origin DNS error",
        "http_bad_gateway",
        "the origin's name cannot be resolved, or its tunnel is down.",
        ("dns_nxdomain",),
    ),
    *_cloudflare(
        "1016", "Origin DNS error", "http_bad_gateway", "the origin's name cannot be resolved.", ("dns_nxdomain",)
    ),
    *_cloudflare(
        "1033",
        "Cloudflare Tunnel error",
        "http_bad_gateway",
        "the tunnel to the origin is down.",
        ("http_unavailable",),
    ),
    *_cloudflare(
        "1020", "Access denied", "http_forbidden", "a rule of its firewall refused the request.", ("middlebox",)
    ),
    *_cloudflare("1015", "You are being rate limited", "http_rate_limited", "its limit of requests is reached.", ()),
    Message(
        "http_forbidden",
        "cloudflare",
        r"Attention Required! \| Cloudflare|Just a moment\.\.\.[^\n]{0,200}cloudflare|Sorry, you have been blocked",
        "Cloudflare: it takes the client for a robot and wants a person's proof.",
        LIKELY,
        ("middlebox",),
        "cloudflare",
        source="Cloudflare: challenge pages",
    ),
)

_GOOGLE = (
    Message(
        "http_bad_gateway",
        GOOGLE_TEMPORARY.lower(),
        "",
        "Google's load balancer: what stands behind it gave no usable answer (502).",
        LIKELY,
        ("http_unavailable", *_STARTING),
        "gce",
        source="Google: HTTP load balancing",
    ),
    Message(
        "http_not_found",
        "backend notfound",
        r"response 404 \(backend NotFound\)[^\n]*",
        "Google's load balancer: no rule fits this host and path, so its default backend gave 404.",
        LIKELY,
        ("url_path_wrong",),
        "gce",
        source="GKE ingress, default backend",
    ),
    _google("failed_to_pick_backend", "http_unavailable", "no backend is healthy.", ("http_bad_gateway", *_STARTING)),
    _google(
        "failed_to_connect_to_backend",
        "http_bad_gateway",
        "it cannot connect to a backend.",
        ("tcp_refused", "tcp_timeout"),
    ),
    _google(
        "backend_connection_closed",
        "http_bad_gateway",
        "a backend closed the connection.",
        ("tcp_closed_early", "ws_closed_early"),
    ),
    _google(
        "backend_timeout",
        "http_gateway_timeout",
        "a backend did not answer within timeoutSec (30 s unless set).",
        ("ws_idle_cut", "http_bad_gateway"),
    ),
    _google("backend_early_response_with_non_error_status", "http_bad_gateway", "a backend answered too early.", ()),
    _google(
        "websocket_handshake_failed",
        "ws_upgrade_rejected",
        "the WebSocket handshake with a backend failed.",
        ("ws_upgrade_not_forwarded",),
    ),
    _google("denied_by_security_policy", "http_forbidden", "Cloud Armor refused the request.", ()),
)

_AZURE = (
    Message(
        "http_bad_gateway",
        "microsoft-azure-application-gateway",
        r"502 Bad Gateway[\s\S]{0,300}Microsoft-Azure-Application-Gateway",
        "Azure's Application Gateway: no backend gave a usable answer (502).",
        LIKELY,
        ("http_unavailable", *_STARTING),
        "azure",
        source="Azure: troubleshooting 502 in Application Gateway",
    ),
    Message(
        "http_unavailable",
        "our services aren't available right now",
        "",
        "Azure's edge: it cannot use what stands behind it.",
        LIKELY,
        ("http_bad_gateway", "http_gateway_timeout", "url_path_wrong"),
        "azure",
        source="Azure's edge, its error page",
    ),
    *(
        Message(
            cause,
            word.lower(),
            rf"\b{word}\b",
            f"Azure's edge: {meaning}",
            LIKELY,
            alt,
            "azure",
            source="Azure: errorInfo",
        )
        for word, cause, meaning, alt in (
            ("OriginConnectionRefused", "http_bad_gateway", "the origin refused the connection.", ("tcp_refused",)),
            ("OriginConnectionAborted", "http_bad_gateway", "the origin broke off the connection.", ("tcp_reset",)),
            (
                "OriginConnectionError",
                "http_bad_gateway",
                "it cannot connect to the origin.",
                ("tcp_refused", "tcp_timeout"),
            ),
            ("OriginTimeout", "http_gateway_timeout", "the origin did not answer in time.", ("http_stalled",)),
            ("OriginNameResolution", "dns_nxdomain", "it cannot resolve the origin's name.", ("http_bad_gateway",)),
            (
                "OriginCertificateSelfSigned",
                "tls_self_signed",
                "the origin's certificate signed itself.",
                ("http_bad_gateway",),
            ),
            ("OriginCertificateExpired", "tls_expired", "the origin's certificate has expired.", ("http_bad_gateway",)),
            (
                "OriginInvalidResponse",
                "http_bad_gateway",
                "the origin's answer is no valid HTTP.",
                ("http_bad_response",),
            ),
        )
    ),
)

MESSAGES = (*_AWS, *_CLOUDFLARE, *_GOOGLE, *_AZURE)
