"""WebSocket streams that were open and ended, in the words of clients.

A close as the client prints it says little; the reason inside it, which is the deployment's, says more. So the codes
that carry such reasons only wrap.
"""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence
from dgcheck.model.message import Message
from dgcheck.rules.shared.ways import ways

SURE, LIKELY, POSSIBLE = Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE

_DROPPED = (
    "The stream was open and ended without a close: the other side, or something in between, dropped the connection."
)
_CLOSED = "The stream was open, and the other side closed it."
_BIG = "A WebSocket message was larger than one side allows."
_FRAME = (
    "What came on the stream is no WebSocket frame: something in between changes the bytes, or does not know WebSocket."
)
_DROPS = ("tcp_reset", "tcp_closed_early", "ws_idle_cut", "replica_unhealthy")
_CLOSES = ("ws_idle_cut", "replica_unhealthy", "tcp_closed_early", "tcp_reset")
# Of these a browser's page is told nothing at all.
_PAGE = (
    "model_missing",
    "bad_parameter",
    "http_unauthorized",
    "tcp_refused",
    "tcp_timeout",
    "dns_nxdomain",
    "ws_upgrade_not_forwarded",
    "tls_unknown_ca",
    "ws_subprotocol",
)
_AWAY = ("ws_idle_cut", "replica_unhealthy", "ws_age_limit")
_BEHIND = ("engine_disconnected", "replica_unhealthy")
# How clients print the code of a close: websockets, browsers and ws, gorilla, Python's SDKs.
_CODE = (
    r"(?:received |sent |\b(?:close ?)?code['\"]?[:=]? ?['\"]?|_closecode: |\bclose |with code |"
    r"\b(?:websocket closed:?|connection closed:) |<wsmsgtype\.close: 8>, data=)"
)


def _closed(
    code: int, cause: str, means: str, confidence: Confidence, alt: tuple[str, ...], name: str = ""
) -> tuple[Message, ...]:
    """A close by its code, as a number and by the name that coder/websocket gives it; what is not sure wraps."""
    rows = [(str(code), rf"{_CODE}{code}\b", "", "RFC 6455, as clients print it")]
    if name:
        rows.append((f"status{name}", rf"status = status{name}\b", "go", "coder/websocket 1"))
    says = f"The stream was closed with {code}: {means}"
    return ways(cause, says, confidence, alt, *rows, wraps=confidence is POSSIBLE)


MESSAGES = (
    # Ended without a close.
    *ways(
        "ws_closed_early",
        _DROPPED,
        POSSIBLE,
        _DROPS,
        ("no close frame received or sent", "", "python", "websockets 10 to 17"),
        ("connectionclosederror(none, none", "", "python", "websockets, printed for debugging"),
        ("without completing the close handshake", "", "dotnet", ".NET Core 2 to 10"),
        ("connection reset without closing handshake", "", "rust", "tungstenite"),
        (
            "close 1006",
            r"(?:websocket: )?close 1006(?: \(abnormal closure\)(?:: unexpected eof)?)?",
            "go",
            "gorilla/websocket",
        ),
        ("connection to remote host was lost", "", "python", "websocket-client"),
        (
            "from far end",
            r"(?:connection )?(?:dropped|closed) from far end[^\n]*",
            "c",
            "FreeSWITCH modules of drachtio and jambonz",
        ),
    ),
    *ways(
        "ws_closed_early",
        "The other side answered no ping for the time that this client allows.",
        LIKELY,
        ("ws_idle_cut", "http_stalled", "replica_unhealthy"),
        (
            "keepalive ping timeout",
            (
                r"(?:sent|> close) 1011 \((?:internal|unexpected) error\) keepalive ping timeout"
                r"(?:; no close frame received)?"
            ),
            "python",
            "websockets 10 to 17",
        ),
        ("but didn't receive pong within", r"sent ping but didn't receive pong within [^\n]*", "java", "OkHttp 3 to 5"),
    ),
    *ways(
        "ws_closed_early",
        _DROPPED,
        POSSIBLE,
        (*_DROPS, *_PAGE),
        ("1006", rf"{_CODE}1006\b", "", "as clients print it"),
        wraps=True,
    ),
    *ways(
        "ws_closed_early",
        _CLOSED,
        POSSIBLE,
        _CLOSES,
        (
            "connection closed unexpectedly",
            r"(?:deepgram|websocket) connection closed unexpectedly",
            "python",
            "livekit-plugins-deepgram",
        ),
        wraps=True,
    ),
    *ways(
        "ws_closed_early",
        _DROPPED,
        POSSIBLE,
        _DROPS,
        ("websocketconnectionclosedexception", "", "python", "websocket-client"),
        (
            "socket is not connected",
            r"\bsocket is not connected",
            "swift",
            "ENOTCONN: written after the stream had ended",
        ),
        (
            "java.io.eofexception",
            r"java\.io\.eofexception:?[ \t\r]*(?![^\n])",
            "java",
            "OkHttp 4: ended without a close",
        ),
        wraps=True,
    ),
    # Closed with a code.
    *_closed(1001, "ws_closed_early", "it is going away, or has waited long enough.", POSSIBLE, _AWAY, "goingaway"),
    *_closed(1002, "ws_closed_early", "what it got breaks the protocol.", POSSIBLE, ("middlebox", "http_bad_response")),
    *_closed(1003, "audio_undecodable", "it cannot use what was sent.", POSSIBLE, ("ws_closed_early", "bad_parameter")),
    *_closed(1005, "ws_closed_early", "it gave no code.", POSSIBLE, ("http_server_error", *_CLOSES)),
    *_closed(1007, "audio_undecodable", "a text was no valid text.", POSSIBLE, ("ws_closed_early", "bad_parameter")),
    *_closed(
        1008,
        "audio_undecodable",
        "with DATA-0000 as its reason that is audio it cannot decode; a gateway says so of what its rules forbid.",
        POSSIBLE,
        ("ws_closed_early", "http_unauthorized", "audio_not_received"),
        "policyviolation",
    ),
    *_closed(1009, "ws_frame_too_large", "a message was larger than it allows.", SURE, (), "messagetoobig"),
    *_closed(
        1011,
        "audio_not_received",
        "with NET-0001 as its reason no audio reached it; with NET-0000 it had no answer in time.",
        POSSIBLE,
        ("ws_closed_early", "http_server_error", "audio_undecodable"),
        "internalerror",
    ),
    *_closed(1012, "replica_unhealthy", "it restarts.", POSSIBLE, ("ws_closed_early", "http_unavailable")),
    *_closed(1013, "http_unavailable", "try again later.", LIKELY, _BEHIND, "tryagainlater"),
    *_closed(1014, "http_bad_gateway", "a gateway cannot use what is behind it.", LIKELY, _BEHIND, "badgateway"),
    *ways(
        "ws_closed_early",
        "The stream was open, and the other side closed it with a code of its own (4000 to 4999), which no page about "
        "the API names: something in front of the deployment does so, or another service answers.",
        LIKELY,
        ("wrong_service", "http_unauthorized", "replica_unhealthy"),
        ("(private use)", r"received 4\d{3} \(private use\)", "python", "websockets 10 to 17"),
        ("close(code=4", r"\(close\(code=4\d{3}, ", "python", "websockets, printed for debugging"),
        ("close 4", r"\bwebsocket: close 4\d{3}\b", "go", "gorilla/websocket"),
        ("code: 4", r"\bcode: 4\d{3}, reason: ", "node", "ws and browsers"),
        wraps=True,
    ),
    *_closed(1015, "tls_failed", "the TLS handshake failed.", POSSIBLE, ("tls_unknown_ca", "tls_to_plain_port")),
    # Frames.
    *ways(
        "ws_frame_too_large",
        _BIG,
        SURE,
        (),
        ("frame exceeds limit of", "", "python", "websockets 13 and newer"),
        ("over size limit", r"over size limit \(", "python", "websockets up to 12"),
        ("max payload size exceeded", "", "node", "ws"),
        ("websocket: read limit exceeded", "", "go", "gorilla/websocket"),
        ("space limit exceeded: message too long", "", "rust", "tungstenite"),
        ("exceeds limit ", r"message size \d{1,12} exceeds limit \d{1,12}", "python", "aiohttp 3"),
        ("max frame length of ", r"max frame length of \d{1,12} has been exceeded", "java", "Netty 4.1"),
        ("message too long: ", r"message too long: \d{1,9} > \d{1,9}", "rust", "tungstenite 0.18 and newer"),
    ),
    *ways(
        "http_bad_response",
        _FRAME,
        POSSIBLE,
        ("ws_closed_early", "middlebox", "ws_bad_accept"),
        ("invalid websocket frame", "", "node", "ws"),
        ("encountered invalid opcode", "", "rust", "tungstenite"),
        ("masked frame from server", "", "rust", "tungstenite"),
        ("protocol(maskedframefromserver", "", "rust", "tungstenite, printed for debugging"),
        ("websocket: ", r"websocket: (?:rsv[123] set|bad opcode \d|bad mask)[^\n]{0,60}", "go", "gorilla/websocket"),
        ("invalid frame header", "", "browser", "Chromium"),
        (
            "reserved bits",
            r"(?:one or more )?reserved bits (?:are on|must be 0|are non-zero)[^\n]{0,40}",
            "",
            "Chromium, websockets, tungstenite",
        ),
    ),
)
