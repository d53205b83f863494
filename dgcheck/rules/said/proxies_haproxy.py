"""HAProxy: its error pages, the two letters at the end of each line of its log, its words on servers that are down."""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence
from dgcheck.model.message import Message

LIKELY, POSSIBLE = Confidence.LIKELY, Confidence.POSSIBLE

_RUN = "haproxy 2.6, run"
_STARTING = ("engine_disconnected", "engine_initializing", "replica_unhealthy")


def _page(cause: str, words: str, meaning: str, alt: tuple[str, ...], confidence: Confidence = LIKELY) -> Message:
    """The one sentence of an error page."""
    return Message(cause, words.lower().rstrip("."), "", f"HAProxy: {meaning}", confidence, alt, "haproxy", source=_RUN)


def _log(
    cause: str,
    state: str,
    status: str,
    meaning: str,
    alt: tuple[str, ...],
    *,
    server: str = r"[^\s/]{1,80}",
) -> Message:
    """A line of the HTTP log: backend/server, five times, status, bytes, two cookies, and the state of the end.

    HAProxy tells a broken connection from its own time limit by the case of the first letter (`SH`, `sH`). Messages are
    read without regard to case, so what the case alone tells is left to the other causes; `cD` is left out, since `CD`
    is how a client that simply goes away ends.
    """
    return Message(
        cause,
        f" {state}-- ",
        rf" (?P<backend>[^\s/]{{1,80}})/(?P<server>{server}) [-\d/+]{{5,60}} (?P<status>{status}) \+?\d{{1,15}} "
        rf"\S{{1,80}} \S{{1,80}} {state}-- [^\n]*",
        f"HAProxy's log: {meaning}",
        LIKELY,
        alt,
        "haproxy",
        source=_RUN,
    )


def _tunnel(cause: str, state: str, meaning: str, alt: tuple[str, ...]) -> Message:
    """A line of the TCP log: backend/server, three times, bytes, and the state of the end."""
    return Message(
        cause,
        f" {state} ",
        rf" (?P<backend>[^\s/]{{1,80}})/(?P<server>[^\s/]{{1,80}}) -?\d{{1,9}}/-?\d{{1,9}}/\+?\d{{1,9}} \+?\d{{1,15}} "
        rf"{state} \d{{1,7}}/[^\n]*",
        f"HAProxy's log: {meaning}",
        POSSIBLE,
        alt,
        "haproxy",
        source="HAProxy's manual, session state at disconnection",
    )


_NO_SERVER = "no server is up that could take the request, so clients get 503."

MESSAGES = (
    _page(
        "http_unavailable", "No server is available to handle this request.", _NO_SERVER, ("tcp_refused", *_STARTING)
    ),
    _page(
        "http_bad_gateway",
        "The server returned an invalid or incomplete response.",
        "the server broke off, or answered with something that is no HTTP, so clients get 502.",
        ("tcp_closed_early", "not_http", "plain_to_tls_port", "replica_unhealthy"),
    ),
    _page(
        "http_gateway_timeout",
        "The server didn't respond in time.",
        "no answer came within timeout server, so clients get 504.",
        ("http_stalled", "replica_unhealthy"),
    ),
    _page("http_forbidden", "Request forbidden by administrative rules.", "a rule of its configuration gives 403.", ()),
    _page(
        "http_rate_limited",
        "You have sent too many requests in a given amount of time.",
        "a rule of its configuration gives 429.",
        (),
    ),
    _page(
        "client_timeout",
        "Your browser didn't send a complete request in time.",
        "the request was not complete within timeout http-request, so it got 408.",
        ("http_stalled",),
    ),
    _page(
        "bad_parameter",
        "Your browser sent an invalid request.",
        "it cannot read the request, so it gets 400.",
        ("tls_to_plain_port", "http_bad_response"),
        POSSIBLE,
    ),
    _log("http_unavailable", "sc", "503", _NO_SERVER, ("tcp_refused", *_STARTING), server="<NOSRV>"),
    _log(
        "http_unavailable",
        "sc",
        "503",
        "no connection to the server came about, so clients get 503.",
        ("tcp_refused", "tcp_timeout", "http_bad_gateway", *_STARTING),
        server=r"(?!<NOSRV>)[^\s/]{1,80}",
    ),
    _log(
        "http_bad_gateway",
        "sh",
        "502",
        "the server closed the connection before it answered, so clients get 502.",
        ("tcp_closed_early", "tcp_reset", "replica_unhealthy"),
    ),
    _log(
        "http_gateway_timeout",
        "sh",
        "504",
        "no answer came within timeout server, so clients get 504.",
        ("http_stalled", "replica_unhealthy"),
    ),
    _log(
        "http_bad_gateway",
        "ph",
        "50[02]",
        "the server's answer is no valid HTTP, so clients get 502.",
        ("not_http", "http_bad_response", "plain_to_tls_port"),
    ),
    _log("http_unavailable", "sq", "503", "no server had a free place, so clients get 503.", ("http_rate_limited",)),
    _log(
        "ws_closed_early",
        "sd",
        "101",
        "an open WebSocket was ended from the server's side, or because the server was silent for too long.",
        ("ws_idle_cut", "tcp_reset", "replica_unhealthy"),
    ),
    _log(
        "http_bad_response",
        "sd",
        "200",
        "the server broke off in the middle of an answer, or was silent for too long.",
        ("http_stalled", "tcp_reset", "tcp_closed_early", "replica_unhealthy"),
    ),
    _log("client_timeout", "cr", "408", "the request was not complete in time.", ("http_stalled",)),
    _log("http_forbidden", "pr", "403", "a rule of its configuration refused the request (403).", ()),
    _log("http_rate_limited", "pr", "429", "a rule of its configuration refused the request (429).", ()),
    _tunnel("tcp_refused", "sc", "no connection to the server came about.", ("tcp_timeout", "http_unavailable")),
    _tunnel("ws_closed_early", "sd", "the server broke off, or was silent for too long.", ("ws_idle_cut", "tcp_reset")),
    Message(
        "http_unavailable",
        "is down, reason:",
        r"Server (?P<backend>[\w.:-]{1,80})/(?P<server>[\w.:-]{1,80}) is DOWN, reason: (?P<reason>[^\n]{1,200}?)"
        r"(?:, check duration[^\n]*|\.?\s*$|\n)",
        "HAProxy holds {backend}/{server} for dead: {reason}.",
        LIKELY,
        ("tcp_refused", "tcp_timeout", *_STARTING),
        "haproxy",
        source=_RUN,
    ),
    Message(
        "http_unavailable",
        "has no server available!",
        r"backend '?(?P<backend>[\w.:-]{1,80})'? has no server available!",
        "HAProxy: no server of {backend} is up, so clients get 503.",
        LIKELY,
        ("tcp_refused", *_STARTING),
        "haproxy",
        source=_RUN,
    ),
)
