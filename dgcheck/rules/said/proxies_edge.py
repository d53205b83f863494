"""Fronts at the edge: CDNs, tunnels, platforms' routers, API managers, web filters; and access logs written as JSON."""

from __future__ import annotations

import re

from dgcheck.model.catalogue import Confidence
from dgcheck.model.message import Message
from dgcheck.wire.inspection import DEVICES

LIKELY, POSSIBLE = Confidence.LIKELY, Confidence.POSSIBLE

_STARTING = ("engine_disconnected", "engine_initializing", "replica_unhealthy")
_API = r"/v[12]/(?:listen|speak|models|status|agent|read)\b"


def _cloudfront(status: str, cause: str, meaning: str, alt: tuple[str, ...]) -> Message:
    return Message(
        cause,
        f"{status} error",
        rf"\b{status} ERROR\b",
        f"CloudFront: {meaning}",
        LIKELY,
        alt,
        "cloudfront",
        near=r"cloudfront|The request could not be satisfied",
        source="AWS: CloudFront's error pages",
    )


def _says(cause: str, who: str, words: str, meaning: str, alt: tuple[str, ...], behind: str = "") -> Message:
    """Words that only this program says; `behind` is what it says next, where others say the words as well."""
    match = f"{re.escape(words.lower())}{behind}" if behind else ""
    return Message(cause, words.lower(), match, f"{who}: {meaning}", LIKELY, alt, who.lower(), source=who)


def _json_log(stem: str, key: str, status: str, cause: str, meaning: str, alt: tuple[str, ...]) -> Message:
    """A line of an access log written as JSON, where the path in it is the API's."""
    return Message(
        cause,
        stem,
        rf"\"{key}\"\s?:\s?\"?{status}\b",
        f"The access log: {meaning}",
        LIKELY,
        alt,
        near=_API,
        source="nginx and Traefik, logs as JSON",
    )


_STATUSES = (
    ("502", "http_bad_gateway", "a request for the API got 502.", _STARTING),
    ("503", "http_unavailable", "a request for the API got 503.", _STARTING),
    ("504", "http_gateway_timeout", "a request for the API got 504.", ("http_stalled",)),
    ("413", "http_body_too_large", "an upload to the API got 413.", ()),
    ("429", "http_rate_limited", "a request for the API got 429.", ()),
    ("401", "http_unauthorized", "a request for the API got 401.", ("hosted_endpoint",)),
    ("403", "http_forbidden", "a request for the API got 403.", ("ws_upgrade_not_forwarded",)),
    ("404", "http_not_found", "a request for the API got 404.", ("url_path_wrong", "wrong_service")),
)

_FRONTS = (
    _cloudfront("403", "http_forbidden", "a rule or a web firewall refused the request.", ("http_method_not_allowed",)),
    _cloudfront("502", "http_bad_gateway", "it cannot use the origin.", ("tls_failed", "tcp_refused")),
    _cloudfront("503", "http_unavailable", "the origin is overloaded or not there.", _STARTING),
    _cloudfront("504", "http_gateway_timeout", "the origin did not answer in time.", ("tcp_timeout", "http_stalled")),
    _says(
        "http_bad_gateway",
        "IIS",
        "received an invalid response while acting as a gateway or proxy server",
        "what stands behind it gave no usable answer (502).",
        ("http_gateway_timeout", *_STARTING),
    ),
    _says(
        "http_body_too_large",
        "IIS",
        "configured to deny a request that exceeds the request content length",
        "the upload is larger than maxAllowedContentLength (30 MB unless set).",
        (),
    ),
    _says(
        "http_unavailable",
        "OpenShift",
        "the application is currently not serving requests at this endpoint",
        "no pod stands behind this route, or the route does not exist (503).",
        (*_STARTING, "url_path_wrong"),
    ),
    _says("http_bad_gateway", "ngrok", "err_ngrok_8012", "it cannot connect to the local port.", ("tcp_refused",)),
    _says("http_unavailable", "ngrok", "err_ngrok_3200", "the tunnel is not running.", ("http_not_found",)),
    _says(
        "http_unavailable",
        "Apigee",
        "messaging.adaptors.http.flow.serviceunavailable",
        "it cannot connect to its target.",
        ("tcp_refused", "tcp_timeout"),
    ),
    _says(
        "http_gateway_timeout",
        "Apigee",
        "messaging.adaptors.http.flow.gatewaytimeout",
        "its target did not answer in time.",
        ("http_stalled",),
    ),
    _says(
        "http_bad_gateway",
        "Apigee",
        "messaging.adaptors.http.flow.unexpectedeof",
        "its target broke off the connection.",
        ("tcp_closed_early",),
    ),
)

# Other programs that answer where the API was meant, by words only they have (`dgcheck.wire.service`).
_OTHERS = (
    Message(
        "http_not_found",
        "cannot ",
        rf"\bCannot (?:GET|POST) (?P<path>[^\s<]{{0,80}}{_API}[^\s<]{{0,80}})",
        "A Node.js application (Express) answered, and knows no {path}.",
        LIKELY,
        ("wrong_service", "url_path_wrong"),
        source="Express",
    ),
    Message(
        "http_not_found",
        '"detail"',
        r"\{\s*\"detail\"\s*:\s*\"Not Found\"\s*\}",
        "A Python application (FastAPI) answered, and knows no such path.",
        LIKELY,
        ("wrong_service", "url_path_wrong"),
        source="FastAPI",
    ),
    Message(
        "http_method_not_allowed",
        '"detail"',
        r"\{\s*\"detail\"\s*:\s*\"Method Not Allowed\"\s*\}",
        "A Python application (FastAPI) answered, and takes no such method there.",
        LIKELY,
        ("wrong_service", "url_path_wrong"),
        source="FastAPI",
    ),
    Message(
        "wrong_service",
        "<title>welcome to nginx",
        "",
        "nginx's welcome page came: no server block of it passes this host or path on.",
        LIKELY,
        ("url_path_wrong",),
        "nginx",
        source="nginx's default page",
    ),
    *(
        Message("wrong_service", stem, "", f"{who} answers there, and not the deployment.", LIKELY, (), source=who)
        for stem, who in (
            ("ollama is running", "Ollama"),
            ("trying to access mongodb over http on the native driver port", "MongoDB"),
            ("you know, for search", "Elasticsearch"),
        )
    ),
)

_LOGS = tuple(
    _json_log(stem, key, *row)
    for stem, key in (("downstreamstatus", "DownstreamStatus"), ('"status"', "status"))
    for row in _STATUSES
)

# Pages of web filters and inspecting firewalls, by the names that dgcheck's own runs know them by. Only those names
# that are plain words: each must stand in a page.
_FILTERS = tuple(
    Message(
        "middlebox",
        word,
        rf"\b{re.escape(word)}\b",
        f"A page of {name} came in the deployment's place: it inspects or blocks this traffic.",
        LIKELY,
        ("http_forbidden", "proxy_env", "tls_unknown_ca"),
        near=r"<html|<!doctype|<title|<body",
        source="dgcheck.wire.inspection",
    )
    for name, words in DEVICES
    for word in re.split(r"\|(?![^(]*\))", words)
    if re.fullmatch(r"[a-z][a-z ]{4,40}", word)
)

# Sentences of such pages that hold no name, or that are pasted without their tags.
_SENTENCES = (
    _says(
        "http_forbidden",
        "F5",
        "The requested URL was rejected. Please consult with your administrator",
        "its web firewall refused the request.",
        ("middlebox",),
    ),
    _says(
        "http_forbidden",
        "Apache or Akamai",
        "You don't have permission to access",
        "a rule refused the request (403).",
        ("middlebox",),
        r" (?:this resource\b|\S{1,400}\s{1,4}on this server)",
    ),
    _says(
        "middlebox",
        "Palo Alto Networks",
        "you were trying to visit has been blocked in accordance with company policy",
        "its filter answered in the deployment's place.",
        ("http_forbidden", "proxy_env"),
    ),
    _says(
        "middlebox",
        "FortiGuard",
        "FortiGuard Intrusion Prevention - Access Blocked",
        "its filter answered in the deployment's place.",
        ("http_forbidden", "proxy_env"),
    ),
    _says("http_unavailable", "APISIX", "no valid upstream node", "nothing healthy is behind its route.", _STARTING),
    _says(
        "http_unauthorized",
        "Tyk",
        "Authorization field missing",
        "it wants credentials that it knows (401).",
        ("api_key_blank",),
        r"(?:[\"'}]|\s*(?![^\n]))",
    ),
)

MESSAGES = (*_FRONTS, *_OTHERS, *_LOGS, *_FILTERS, *_SENTENCES)
