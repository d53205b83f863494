"""WebSocket upgrades that were answered wrongly, or not with 101, in the words of clients (statuses: `statuses.py`)."""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence
from dgcheck.model.message import Message
from dgcheck.rules.shared.ways import ways

SURE, LIKELY, POSSIBLE = Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE

_ACCEPT = (
    "The answer was 101, and its Sec-WebSocket-Accept is not the one for this request: something "
    "in between answers or rewrites it."
)
_HEADERS = "The answer to the upgrade lacks the headers of a WebSocket handshake: something in between takes them out."
_PROTOCOL = "The client offered a WebSocket subprotocol, and the answer does not hold one it can use."
_DROPPED = (
    "The stream was open and ended without a close: the other side, or something in between, dropped the connection."
)
_HIDDEN = "The upgrade failed; this client does not say how it was answered, or whether it was."
_DROPS = ("tcp_reset", "tcp_closed_early", "ws_idle_cut", "replica_unhealthy")
_FORWARDED = ("ws_upgrade_not_forwarded",)
# Everything that a client which names no reason may have met, the usual first.
_ANYTHING = (
    "model_missing",
    "bad_parameter",
    "tcp_refused",
    "tls_to_plain_port",
    "http_unauthorized",
    "ws_upgrade_not_forwarded",
    "http_not_found",
    "dns_nxdomain",
    "tls_unknown_ca",
    "tcp_timeout",
    "plain_to_tls_port",
    "http_forbidden",
    "url_scheme_wrong",
    "sdk_dials_elsewhere",
    "tls_self_signed",
    "http_bad_gateway",
    "http_unavailable",
    "tls_hostname_mismatch",
    "tls_expired",
    "model_not_streaming",
    "model_language",
    "http_redirect",
    "proxy_env",
    "ws_bad_accept",
)
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
# Of these a client that hides the status was told by it.
_ANSWERED = tuple(one for one in _ANYTHING if not one.startswith(("dns_", "tcp_", "tls_")))

MESSAGES = (
    # A handshake that is none.
    *ways(
        "ws_bad_accept",
        "The answer to the upgrade has an extension that this client did not offer, so it ends the connection.",
        LIKELY,
        ("middlebox", "ws_upgrade_not_forwarded"),
        ("unsupported extension: name = ", "", "python", "websockets 10 to 17"),
        ("indicated an extension that was not requested", "", "node", "ws 8"),
    ),
    *ways(
        "ws_bad_accept",
        _ACCEPT,
        SURE,
        (),
        (
            "sec-websocket-accept",
            (
                r"(?:'sec-websocket-accept' header value '[^'\n]{0,80}' is invalid|"
                r"invalid sec-websocket-accept (?:header|response)(?:: [^\s]{1,80})?|"
                r"incorrect 'sec-websocket-accept' header|mismatch in \"sec-websocket-accept\"|"
                r"expected 'sec-websocket-accept' header value '[^'\n]{0,80}' but was '[^'\n]{0,80}')"
            ),
            "",
            ".NET, websockets, ws, Chromium, tungstenite, OkHttp, SocketRocket",
        ),
        ("invalid challenge response", "", "python", "aiohttp 3"),
        ("invalid challenge. actual: ", r"invalid challenge\. actual: [^\n]{0,80}", "java", "Netty 4.1"),
    ),
    *ways(
        "ws_bad_accept",
        _HEADERS,
        LIKELY,
        _FORWARDED,
        (
            "sec-websocket-accept",
            (
                r"(?:missing |no |bad response field: \"?|empty |multiple )(?:required header ')?"
                r"sec-websocket-accept['\"]?(?: header| missing| is missing)?|"
                r"['\"]?sec-websocket-accept['\"]?(?: header)? (?:is )?(?:missing|not found)"
            ),
            "",
            "websockets, Chromium, java.net.http, .NET",
        ),
        ("invalid websocket header", "", "python", "websocket-client"),
        (
            "upgrade header",
            r"(?:missing|empty|invalid) upgrade header(?:: [^\n]{0,60})?",
            "python",
            "websockets, aiohttp",
        ),
        (
            "connection header",
            r"(?:missing|empty|invalid) connection header(?:: [^\n]{0,60})?",
            "python",
            "websockets, aiohttp",
        ),
        (
            "missing the required header",
            r"missing the required header '(?:upgrade|connection|sec-websocket-accept)'",
            "dotnet",
            ".NET Core 3.1 to 10",
        ),
        (
            "header value",
            r"the '(?:upgrade|connection)' header value '[^'\n]{0,80}' is invalid",
            "dotnet",
            ".NET Core 3.1 to 10",
        ),
        (
            "during websocket handshake",
            (
                r"during websocket handshake: (?:'(?:upgrade|connection)' header|incorrect|"
                r"'sec-websocket-accept')[^\n]{0,80}"
            ),
            "browser",
            "Chromium",
        ),
        ("expected 'connection' header value", "", "java", "OkHttp"),
        ("expected 'upgrade' header value", "", "java", "OkHttp"),
        (
            "invalid handshake response ",
            r"invalid handshake response (?:upgrade|connection): [^\n]{0,80}",
            "java",
            "Netty 4.1",
        ),
        (
            "bad response field",
            r"bad response field: \"?(?:upgrade|connection|sec-websocket)[^\n]{0,60}",
            "java",
            "java.net.http",
        ),
        ('no "upgrade: websocket" header', "", "rust", "tungstenite"),
        ('no "connection: upgrade" header', "", "rust", "tungstenite"),
        ("missingupgradewebsocketheader", "", "rust", "tungstenite, printed for debugging"),
        ("missingconnectionupgradeheader", "", "rust", "tungstenite, printed for debugging"),
        ("secwebsocketacceptkeymismatch", "", "rust", "tungstenite, printed for debugging"),
        ("hs: upgrade missing", "", "c", "libwebsockets"),
        (
            "websocket protocol violation",
            r"websocket protocol violation: (?:invalid sec-websocket-accept|(?:connection|upgrade) header)[^\n]{0,120}",
            "go",
            "coder/websocket 1",
        ),
        ("refuses handshake", r"draft_\w{1,40}[^\n]{0,120} refuses handshake", "java", "Java-WebSocket 1.5"),
    ),
    *ways(
        "ws_bad_accept",
        _ACCEPT,
        LIKELY,
        _FORWARDED,
        ("hs: accept", r"hs: accept (?:missing|hash wrong)", "c", "libwebsockets"),
    ),
    *ways(
        "ws_upgrade_rejected",
        "The upgrade was answered, and not with a right 101; the exception beneath has the status.",
        POSSIBLE,
        _ANSWERED,
        ("websockethandshakeexception", "", "java", "java.net.http 17"),
        wraps=True,
    ),
    *ways(
        "ws_bad_accept",
        (
            "The answer to the upgrade had no dg-request-id, which the Rust SDK insists on: a proxy "
            "takes that header out, or another service answered."
        ),
        LIKELY,
        ("wrong_service", "ws_upgrade_not_forwarded"),
        ("missing request id", r"websocket upgrade headers missing request id", "rust", "Deepgram Rust 0.5 to 0.9"),
    ),
    # Subprotocols.
    *ways(
        "ws_subprotocol",
        _PROTOCOL,
        SURE,
        (),
        (
            "sec-websocket-protocol",
            (
                r"sent non-empty 'sec-websocket-protocol' header but no response|"
                r"'sec-websocket-protocol' header value '[^'\n]{0,80}' in response does not match|"
                r"response must not include 'sec-websocket-protocol'|"
                r"error during websocket handshake: [^\n]{0,40}'sec-websocket-protocol'"
            ),
            "browser",
            "Chromium",
        ),
        (
            "subprotocol",
            (
                r"server sent (?:no subprotocol|an? (?:invalid )?subprotocol(?: but none was requested)?)|"
                r"unsupported subprotocol|no subprotocols supported|invalid subprotocol(?:: | received| in)|"
                r"subprotocol error"
            ),
            "",
            "ws, websockets, tungstenite",
        ),
        (
            "but server is only accepting",
            r"request requested '[^'\n]{0,80}' protocol\(s\), but server is only accepting",
            "dotnet",
            ".NET Core 3.1 to 10",
        ),
    ),
    # A refusal without its status.
    *ways(
        "ws_upgrade_rejected",
        _HIDDEN,
        POSSIBLE,
        _ANYTHING,
        ("unable to connect to the remote server", "", "dotnet", "ClientWebSocket of .NET and Mono"),
        ("verbindung mit dem remoteserver kann nicht hergestellt werden", "", "dotnet", ".NET, German"),
        ("impossible de se connecter au serveur distant", "", "dotnet", ".NET, French"),
        ("no es posible conectar con el servidor remoto", "", "dotnet", ".NET, Spanish"),
        ("nie można połączyć się z serwerem zdalnym", "", "dotnet", ".NET, Polish"),
        ("невозможно соединиться с удаленным сервером", "", "dotnet", ".NET, Russian"),
        ("无法连接到远程服务器", "", "dotnet", ".NET, Chinese"),
        ("network error or non-101 status code", "", "node", "undici: the WebSocket of Node 22"),
        (
            "cannot connect to websocket",
            r"(?:cannot|failed to) connect to websocket: \S{1,2000}",
            "go",
            "Deepgram Go 1 to 3",
        ),
        wraps=True,
    ),
    Message(
        "ws_upgrade_not_forwarded",
        "parseandvalidateconnectresponseasync",
        says="The client failed while it read the answer to the upgrade, so an answer came, and it was not 101.",
        confidence=POSSIBLE,
        alt=("ws_upgrade_rejected", "bad_parameter", "http_not_found", "model_missing", "ws_closed_early"),
        speaker="dotnet",
        unless=r"returned status code",
        source="ClientWebSocket of Mono and .NET Core 2",
    ),
    *ways(
        "ws_upgrade_rejected",
        "The upgrade was answered, and not with a right 101; Go's client leaves out with what.",
        POSSIBLE,
        _ANSWERED,
        ("bad handshake", r"websocket: bad handshake", "go", "gorilla/websocket and its forks"),
        wraps=True,
    ),
    Message(
        "ws_upgrade_rejected",
        "bad handshake",
        r"\bdialer failed\. err: websocket: bad handshake",
        (
            "The upgrade was answered, and not with a right 101; Go's client leaves out with what. Where Host begins "
            "with ws:// or wss:// it sends an empty Host header, which nginx answers with 400 and others with 404."
        ),
        POSSIBLE,
        ("model_missing", "sdk_request_refused", *(one for one in _ANSWERED if one != "model_missing")),
        "go",
        wraps=True,
        source="Deepgram Go 1.3 to 3.5; run before nginx 1.22",
    ),
    Message(
        "model_missing",
        "] http response: 400",
        r"\bwebsocket\.go:\d{1,5}\] http response: 400\b[^\n]*",
        (
            "The upgrade was answered 400; its header dg-error says why. Most often it is a model that is not "
            "installed. Where Host begins with ws:// or wss://, Go sends an empty Host header, which nginx answers so."
        ),
        POSSIBLE,
        ("sdk_request_refused", "ws_upgrade_rejected", "bad_parameter", "model_language", "model_not_streaming"),
        "go",
        source="Deepgram Go 3.5 with a log level of 3 or more; run before nginx 1.22",
    ),
    *ways(
        "ws_upgrade_rejected",
        "The upgrade was answered, and not with 101.",
        POSSIBLE,
        _ANSWERED,
        ("ws upgrade response not 101", "", "c", "libwebsockets"),
        ("starscream.httpupgradeerror error ", "", "swift", "Starscream 4, as Foundation words it"),
        ("handshake::invalidstatuscode", "", "ruby", "websocket-ruby"),
        ("expected 101 status code", "", "node", "Bun 1"),
        wraps=True,
    ),
    *ways(
        "ws_upgrade_rejected",
        "The upgrade was answered, and not with 101.",
        POSSIBLE,
        ("model_missing", "bad_parameter", "http_unauthorized", "http_not_found"),
        ("websocket handshake was declined by the remote peer", "", "c", "Boost.Beast"),
    ),
    *ways(
        "ws_upgrade_rejected",
        "The upgrade was answered, and not with 101.",
        POSSIBLE,
        ("model_missing", "bad_parameter", "http_unauthorized", "http_not_found", "ws_upgrade_not_forwarded"),
        ("was not upgraded to websocket", "", "dart", "Dart"),
        (
            "bad response from the server",
            r"there was a bad response from the server",
            "swift",
            "NSURLErrorBadServerResponse",
        ),
        ("code=-1011", "", "swift", ""),
        wraps=True,
    ),
    *ways(
        "ws_upgrade_not_forwarded",
        "What arrived as an upgrade, or as the answer to one, lacks the headers of a WebSocket handshake.",
        POSSIBLE,
        ("ws_bad_accept", "http_unavailable"),
        (
            "the websocket handshake ",
            r"the websocket handshake (?:was missing the|(?:connection|upgrade) field is missing the)[^\n]{0,60}",
            "c",
            "Boost.Beast",
        ),
        ("made to a site where websockets are disabled", "", "", "IIS"),
    ),
    *ways(
        "ws_closed_early",
        "A browser does not tell its page why the upgrade failed.",
        POSSIBLE,
        ("ws_upgrade_rejected", *_PAGE),
        ("can't establish a connection to the server at", "", "browser", "Firefox"),
        wraps=True,
    ),
    *ways(
        "ws_closed_early",
        "A browser does not tell its page why the stream failed; repeat the same URL outside it.",
        POSSIBLE,
        _PAGE,
        (
            "websocket connection to '",
            r"websocket connection to '(?P<url>[^'\n]{1,2000})' failed:[ \t\r]*(?![^\n])",
            "browser",
            "Chromium, Safari",
        ),
        wraps=True,
    ),
    *ways(
        "ws_closed_early",
        _DROPPED,
        POSSIBLE,
        _DROPS,
        ("was interrupted while the page was loading", "", "browser", "Firefox"),
    ),
    *ways(
        "ws_closed_early",
        "The page closed its own socket before it was open.",
        POSSIBLE,
        ("tcp_timeout", "http_stalled", "client_timeout"),
        ("websocket is closed before the connection is established", "", "browser", "Chromium, Safari"),
        wraps=True,
    ),
    *ways(
        "ws_closed_early",
        "The program closed its own socket before it was open.",
        POSSIBLE,
        ("tcp_timeout", "http_stalled", "client_timeout"),
        ("websocket was closed before the connection was established", "", "node", "ws"),
        wraps=True,
    ),
    *ways(
        "ws_closed_early",
        _HIDDEN,
        POSSIBLE,
        _PAGE,
        ("deepgramwebsocketerror: websocket connection error", "", "browser", "Deepgram JavaScript 4.11 in a browser"),
        wraps=True,
    ),
)
