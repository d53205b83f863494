"""Connections that came about and ended without an answer, in the words of clients.

A client sees the same end whether the service crashed, did not like TLS or plain text, or wanted a client certificate;
so these messages are only possible, and name the others.
"""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence
from dgcheck.model.message import Message
from dgcheck.rules.shared.ways import ways

SURE, LIKELY, POSSIBLE = Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE

_RESET = "The connection came about and was then reset."
_CLOSED = "The connection came about and was closed before an answer."
_RESETS = ("tcp_closed_early", "plain_to_tls_port", "tls_client_cert_required")
_CLOSES = ("tcp_reset", "plain_to_tls_port", "tls_to_plain_port", "tls_client_cert_required", "not_http")
_NO_ANSWER = ("plain_to_tls_port", "not_http", "http_bad_response", "tcp_reset", "tls_client_cert_required")

MESSAGES = (
    # Reset.
    *ways(
        "tcp_reset",
        _RESET,
        POSSIBLE,
        _RESETS,
        (
            "connection reset",
            r"connection reset(?: by peer)?(?! without closing)(?! by [\d.:a-f]+ port)",
            "",
            "ECONNRESET, whoever says it",
        ),
        ("econnreset", r"\b(?:read|write|connect|recv) econnreset", "node", ""),
        ("forcibly closed by the remote host", "", "", "Windows WSAECONNRESET: .NET, Go, Rust, Python"),
        (
            "10054",
            r"(?:\bwinerror |\berrno |\(os error |socketexception \(|error code:? |\()10054\b",
            "",
            "Windows WSAECONNRESET in any language",
        ),
        (
            "10053",
            r"(?:\bwinerror |\berrno |\(os error |socketexception \(|error code:? )10053\b",
            "",
            "Windows WSAECONNABORTED in any language",
        ),
        ("aborted by the software in your host machine", "", "", "Windows WSAECONNABORTED"),
        ("err_connection_reset", "", "browser", ""),
        (
            "connectionreseterror",
            r"connectionreseterror(?:\(['\"]|: )(?:connection lost|cannot write to closing transport)",
            "python",
            "asyncio and aiohttp: written after the other side had gone",
        ),
        ("ns_error_net_reset", "", "browser", ""),
    ),
    *ways(
        "tcp_reset",
        _RESET,
        POSSIBLE,
        _RESETS,
        ("econnreset", r"(?<!read )(?<!write )(?<!connect )econnreset", "", ""),
        wraps=True,
    ),
    *ways(
        "tcp_reset",
        "The connection was lost before an answer.",
        POSSIBLE,
        _RESETS,
        ("network connection was lost", "", "swift", ""),
        ("code=-1005", "", "swift", ""),
    ),
    *ways(
        "tcp_reset",
        "The connection ended while the answer to the upgrade was awaited.",
        POSSIBLE,
        ("tcp_closed_early", "plain_to_tls_port", "tls_to_plain_port", "ws_closed_early"),
        ("connection failed: read failed", "", "c", "libwebsockets beneath FreeSWITCH modules"),
    ),
    # Closed before an answer.
    *ways(
        "tcp_closed_early",
        _CLOSED,
        POSSIBLE,
        _CLOSES,
        ("server disconnected", r"server disconnected(?: without sending a response)?", "python", "aiohttp, httpx"),
        ("remote end closed connection without response", "", "python", "http.client"),
        ("can not write request body", "", "python", "aiohttp"),
        ("broken pipe", r"\bbroken pipe\b", "", "EPIPE"),
        ("epipe", r"\bwrite epipe\b", "node", ""),
        ("socket hang up", "", "node", ""),
        ("other side closed", r"\bother side closed\b", "node", "undici"),
        (": eof", r"(?:(?:post|get|err|dial|failed|error|listen)[^\n]{0,600}): eof[ \t\r]*(?![^\n])", "go", "Go"),
        ("empty reply from server", "", "curl", ""),
        ("unexpected end of stream on", "", "java", "OkHttp"),
        ("header parser received no bytes", "", "java", "java.net.http"),
        ("unexpected end of file from server", "", "java", "HttpURLConnection"),
        ("connection prematurely closed before response", "", "java", "Reactor Netty"),
        ("nohttpresponseexception", r"nohttpresponseexception: [^\n]{0,253}", "java", "Apache HttpClient 4 and 5"),
        ("connection closed before message completed", "", "rust", "hyper"),
        ("handshake not finished", "", "rust", "tungstenite"),
        ("(handshakeincomplete)", "", "rust", "tungstenite, printed for debugging"),
        ("(incompletemessage)", "", "rust", "hyper, printed for debugging"),
        ("closed before full header was received", "", "dart", ""),
        ("end of file reached", r"end of file reached(?: \(eoferror\))?", "ruby", ""),
        ("reason: :closed", "", "elixir", "Mint"),
        ("err_empty_response", "", "browser", ""),
        ("err_connection_closed", "", "browser", ""),
        ("ns_error_net_empty_response", "", "browser", ""),
        ("ns_error_net_interrupt", "", "browser", ""),
        ("can't handle event type connectionclosed", "", "python", "httpcore before 0.13.3"),
        ("connerror{original: :closed", "", "elixir", "WebSockex 0.4"),
    ),
    *ways(
        "tcp_closed_early",
        "The answer had begun, and the connection ended before its end.",
        POSSIBLE,
        ("http_bad_response", "tcp_reset"),
        ("fetcherror: premature close", "", "node", "node-fetch 2"),
        (
            "premature end of ",
            r"premature end of (?:chunk coded message body|content-length delimited message body)[^\n]*",
            "java",
            "Apache HttpClient 4 and 5",
        ),
        ("typeerror: terminated", r"typeerror: terminated[ \t\r]*(?![^\n])", "node", "undici"),
        ("the server aborted pending request", "", "node", "got 11 to 14"),
        ("stream has been aborted", r"error: stream has been aborted\b", "node", "axios 1"),
    ),
    *ways(
        "tcp_reset",
        "The connection broke off while an answer was awaited.",
        POSSIBLE,
        _RESETS,
        (
            "readerror",
            r"(?:(?:httpx|httpcore)\.|(?<![^\n\s]))(?:read|write)error(?::?[ \t\r]*(?![^\n])|\(''\))",
            "python",
            "httpx over anyio",
        ),
        wraps=True,
    ),
    *ways(
        "tcp_reset",
        "The connection broke off while the request was sent.",
        POSSIBLE,
        _RESETS,
        (
            "writeerror",
            r"(?:(?:httpx|httpcore)\.|(?<![^\n\s]))writeerror:?[ \t\r]*(?![^\n])",
            "python",
            "httpx over anyio",
        ),
        wraps=True,
    ),
    *ways(
        "tcp_closed_early",
        _CLOSED,
        POSSIBLE,
        _CLOSES,
        ("endofstream", r"\bendofstream:?[ \t\r]*(?![^\n])", "python", "anyio"),
        ("und_err_socket", "", "node", ""),
        ("not found: limit=0 content=", r"\\n not found: limit=0|not found: limit=0 content=", "java", "Okio"),
        (
            "underlying connection was closed",
            (
                r"underlying connection was closed: (?:an unexpected error|"
                r"the connection was closed unexpectedly|a connection that was expected)"
            ),
            "dotnet",
            ".NET Framework",
        ),
        wraps=True,
    ),
    *ways("tcp_reset", _RESET, POSSIBLE, _RESETS, ("brokenresourceerror", "", "python", "anyio"), wraps=True),
    *ways(
        "tcp_reset",
        _RESET,
        POSSIBLE,
        (*_RESETS, "tls_to_plain_port"),
        ("connectionreseterror", r"connectionreseterror:?[ \t\r]*(?![^\n])", "python", "asyncio, without a text"),
        wraps=True,
    ),
    *ways(
        "tls_to_plain_port",
        "The connection was closed in the middle of the TLS handshake; aiohttp has no words for it.",
        POSSIBLE,
        ("tcp_reset", "tcp_closed_early", "tls_client_cert_required", "tls_version"),
        ("cannot connect to host", r"cannot connect to host [^\n]{1,300} \[none\]", "python", "aiohttp 3"),
    ),
    *ways(
        "tcp_refused",
        "The connection failed; httpx has no words for it, and the exception beneath has.",
        POSSIBLE,
        ("tls_to_plain_port", "tcp_reset", "tcp_timeout", "tls_client_cert_required"),
        (
            "connecterror",
            r"(?:(?:httpx|httpcore)\.|(?<![^\n\s]))connecterror(?::?[ \t\r]*(?![^\n])|\(''\))",
            "python",
            "httpx over anyio",
        ),
        wraps=True,
    ),
    *ways(
        "tcp_closed_early",
        _CLOSED,
        POSSIBLE,
        (*_CLOSES, "http_bad_response"),
        ("unexpected eof", r"(?<!closure\): )\bunexpected eof[ \t\r]*(?![^\n])", "go", "Go"),
    ),
    *ways("tcp_closed_early", _CLOSED, POSSIBLE, ("tcp_reset",), ("server closed idle connection", "", "go", "")),
    *ways(
        "tcp_closed_early",
        "The other side ended its connection of HTTP/2 while requests were on it, as a server does that is shut down.",
        POSSIBLE,
        ("replica_unhealthy", "http_unavailable", "http_bad_response"),
        (
            "server sent goaway and closed the connection",
            r"server sent goaway and closed the connection(?![^\n]{0,80}http_1_1_required)[^\n]*",
            "go",
            "Go's http2",
        ),
    ),
    *ways(
        "tcp_closed_early",
        _CLOSED,
        POSSIBLE,
        (*_CLOSES, "http_bad_response"),
        ("httpstreamclosederror", "", "python", "Tornado 5 and newer"),
    ),
    Message(
        "tcp_closed_early",
        "the response ended prematurely",
        says=_CLOSED,
        confidence=POSSIBLE,
        alt=_CLOSES,
        speaker="dotnet",
        unless=r"copying content to a stream",
        source=".NET Core 3.1 to 10",
    ),
    *ways(
        "tcp_closed_early",
        _CLOSED,
        POSSIBLE,
        _NO_ANSWER,
        ("did not receive a valid http response", "", "python", "websockets 10 to 17"),
        wraps=True,
    ),
    *ways(
        "tcp_closed_early",
        _CLOSED,
        POSSIBLE,
        _NO_ANSWER,
        ("closed while reading http status line", "", "python", "websockets 10 to 17"),
        ("stream ends after 0 bytes", "", "python", "websockets 10 to 17"),
    ),
    # Only that it hurt.
    *ways(
        "tcp_refused",
        "These words hide what failed; error.originalError.cause or error.cause has it.",
        POSSIBLE,
        (
            "tls_to_plain_port",
            "dns_nxdomain",
            "tcp_timeout",
            "tls_self_signed",
            "tls_unknown_ca",
            "dns_temporary",
            "tcp_reset",
            "url_scheme_wrong",
            "tcp_closed_early",
            "tls_hostname_mismatch",
            "http_redirect",
        ),
        ("fetch failed", r"\bfetch failed\b", "node", "undici"),
        wraps=True,
    ),
    *ways(
        "tcp_refused",
        "A browser hides what failed from its page; its console and network tab have it.",
        POSSIBLE,
        ("cors_blocked", "browser_mixed_content", "dns_nxdomain", "tls_unknown_ca", "tcp_timeout"),
        ("failed to fetch", r"\bfailed to fetch\b(?! https?:)", "browser", ""),
        ("networkerror when attempting to fetch", "", "browser", ""),
        wraps=True,
    ),
    *ways(
        "tcp_refused",
        "reqwest keeps what failed in the source of its error: print the whole chain.",
        POSSIBLE,
        ("dns_nxdomain", "tcp_timeout", "tls_to_plain_port", "tls_unknown_ca", "tcp_closed_early"),
        ("error sending request for url", "", "rust", ""),
        wraps=True,
    ),
)
