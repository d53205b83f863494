"""TLS handshakes of two sides that do not speak alike, or of which one falls silent, in the words of TLS libraries."""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence
from dgcheck.rules.shared.ways import ways

SURE, LIKELY, POSSIBLE = Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE

_PLAIN = (
    "TLS was spoken to a port that answers in plain text: https or wss (or a bare host, which "
    "means TLS to many SDKs) was used on a plain HTTP port."
)
_TLS = "Plain HTTP was spoken to a port that speaks TLS: http or ws was used where https or wss belongs."
_CUT = (
    "The other side closed the connection in the middle of the TLS handshake. A port of plain "
    "HTTP does so, and so do others."
)
_ALERT = "The server broke off the TLS handshake with an alert that does not say why."
_STALLED = "The connection came about, and the TLS handshake never ended."
_SOMETHING = "The TLS connection failed; what failed stands in an inner error that these words leave out."
_CUTS = (
    "tcp_closed_early",
    "tls_client_cert_required",
    "tls_version",
    "tls_sni_required",
    "tcp_reset",
    "middlebox",
    "tls_failed",
)
_ALERTS = ("tls_version", "tls_client_cert_required", "tls_sni_required", "tls_weak_key")
_STALLS = ("tls_to_plain_port", "client_timeout")
_HIDDEN = (
    "tls_to_plain_port",
    "tls_unknown_ca",
    "tls_self_signed",
    "tls_expired",
    "tls_hostname_mismatch",
    "tls_missing_intermediate",
    "tls_version",
    "tls_client_cert_required",
    "tls_not_yet_valid",
    "tcp_closed_early",
    "tcp_reset",
    "proxy_env",
    "tls_handshake_stalled",
    "url_scheme_wrong",
    "sdk_dials_elsewhere",
)

MESSAGES = (
    # TLS to a plain port.
    *ways(
        "tls_to_plain_port",
        _PLAIN,
        SURE,
        (),
        (
            "wrong version number",
            r"(?:\berror:[0-9a-f]{6,10}:)?(?:ssl routines:[^\n:]{0,60}:)?wrong version number",
            "",
            "OpenSSL: Python, Node, curl, Ruby, PHP",
        ),
        ("wrong_version_number", "", "", "OpenSSL and BoringSSL"),
        ("packet length too long", "", "", "OpenSSL 3, which reads “HTTP” as a record"),
        ("packet_length_too_long", "", "", "OpenSSL 3"),
        ("server gave http response to https client", "", "go", "Go 1.8 and newer"),
        ("oversized record received with length 20527", "", "go", "Go up to 1.11: 20527 is “P/”"),
        ("unexpected packet format", "", "dotnet", ".NET Core 2 and 3, .NET Framework"),
        ("cannot determine the frame size or a corrupted frame was received", "", "dotnet", ".NET 5 to 10"),
        ("ssl_error_rx_record_too_long", "", "browser", "Firefox"),
    ),
    *ways(
        "tls_to_plain_port",
        _PLAIN,
        LIKELY,
        ("tls_version",),
        ("get_server_hello:unknown protocol", "", "", "OpenSSL 1.0"),
        (
            'get_server_hello", reason: "unknown protocol',
            "",
            "rust",
            "OpenSSL 1.0 beneath rust-openssl, printed for debugging",
        ),
        ("[ssl: unknown_protocol]", "", "python", "OpenSSL 1.0"),
    ),
    *ways(
        "tls_to_plain_port",
        _PLAIN,
        LIKELY,
        ("tls_failed",),
        ("record layer failure", r"\brecord[_ ]layer[_ ]failure\b", "", "OpenSSL 3"),
        ("record_layer_failure", "", "", "OpenSSL 3"),
    ),
    *ways(
        "tls_to_plain_port",
        _PLAIN,
        LIKELY,
        ("plain_to_tls_port",),
        ("first record does not look like a tls handshake", "", "go", "Go"),
        ("not an ssl/tls record", "", "java", "Netty"),
    ),
    *ways(
        "plain_to_tls_port",
        "A client spoke plain text to this server's TLS port.",
        LIKELY,
        ("not_http",),
        (
            "tls handshake error from",
            r"tls handshake error from [^\n]{1,120}: tls: first record does not look like a tls handshake[^\n]*",
            "go",
            "Go's net/http, as a server",
        ),
    ),
    *ways(
        "plain_to_tls_port",
        "A client spoke something else than TLS to this server's TLS port.",
        LIKELY,
        ("not_http",),
        (
            "tls handshake error from",
            (
                r"tls handshake error from [^\n]{1,120}: (?:tls: unsupported sslv2 handshake received|"
                r"tls: oversized record received)[^\n]*"
            ),
            "go",
            "",
        ),
    ),
    *ways(
        "tls_to_plain_port",
        _PLAIN,
        LIKELY,
        ("not_http",),
        ("oversized record received with length", "", "go", ""),
        ("received corrupt message", r"received corrupt message(?: of type \w{1,40})?", "rust", "rustls"),
        ("invalidcontenttype", "", "rust", "rustls"),
        (
            "unrecognized ssl message",
            r"un(?:supported or un)?recognized ssl message(?:, plaintext connection\?)?",
            "java",
            "Java 8 to 21",
        ),
        ("unexpected tls packet was received", "", "curl", "GnuTLS"),
    ),
    *ways(
        "tls_to_plain_port",
        _PLAIN,
        POSSIBLE,
        ("tls_version", "tls_failed", "tcp_closed_early"),
        ("err_ssl_protocol_error", "", "browser", "Chromium"),
    ),
    *ways(
        "tls_to_plain_port",
        _PLAIN,
        LIKELY,
        ("tls_failed", "tls_version"),
        ("sec_e_invalid_token", "", "", "Windows Schannel"),
        ("token supplied to the function is invalid", "", "", "Windows Schannel"),
    ),
    *ways(
        "tls_to_plain_port",
        _CUT,
        POSSIBLE,
        _CUTS,
        ("unexpected eof while reading", "", "", "OpenSSL 3"),
        ("unexpected_eof_while_reading", "", "", "OpenSSL 3"),
        ("eof occurred in violation of protocol", "", "python", "Python's ssl"),
        ("before secure tls connection was established", "", "node", "Node"),
        ("remote party has closed the transport stream", "", "dotnet", ".NET Core 2 and 3, .NET Framework"),
        ("unexpected eof or 0 bytes from the transport stream", "", "dotnet", ".NET 5 to 10"),
        ("remote host", r"remote host (?:terminated the|closed connection during) handshake", "java", "Java 8 to 21"),
        ("ssl_error_syscall", "", "", "OpenSSL 1: curl"),
        ("ssl_connect syscall", r"ssl_connect syscall returned=5", "ruby", ""),
        ("tls connection was non-properly terminated", "", "curl", "GnuTLS"),
        ("tls handshake eof", "", "rust", "rustls"),
        ("connection terminated during handshake", "", "dart", ""),
        ("failed to receive handshake", "", "", "Windows Schannel beneath curl"),
        ("osstatus error -980", r"osstatus error -980[56]\b", "browser", "Safari"),
    ),
    *ways(
        "tcp_closed_early",
        "The other side closed the TLS connection without saying so first.",
        POSSIBLE,
        ("tcp_reset", "http_bad_response"),
        ("without sending tls close_notify", "", "rust", "rustls"),
    ),
    # Plain HTTP to a TLS port, where the client or the server says so.
    *ways(
        "plain_to_tls_port",
        _TLS,
        SURE,
        (),
        ("plain http request was sent to https port", "", "", "nginx"),
        ("plain http to an ssl-enabled server port", "", "", "Apache"),
        ("combination of host and port requires tls", "", "", "Tomcat"),
        ("[ssl: http_request]", "", "python", "OpenSSL, as a server"),
        (":http request", r"ssl routines:[^\n:]{0,60}:http request\b", "", "OpenSSL, as a server"),
        ("err_ssl_http_request", "", "node", ""),
    ),
    *ways(
        "plain_to_tls_port",
        "The module connected to the usual port of TLS with TLS switched off.",
        POSSIBLE,
        ("model_missing", "ws_upgrade_not_forwarded", "ws_upgrade_rejected"),
        ("port 443, using tls? (no)", r"port (?:8)?443, using tls\? \(no\)", "c", "FreeSWITCH module of jambonz"),
    ),
    *ways(
        "tls_to_plain_port",
        "The module connected to the usual port of plain HTTP with TLS switched on.",
        POSSIBLE,
        ("model_missing", "ws_upgrade_not_forwarded", "ws_upgrade_rejected"),
        ("using tls? (yes)", r"port (?:80|8080), using tls\? \(yes\)", "c", "FreeSWITCH module of jambonz"),
    ),
    # Silence.
    *ways(
        "tls_handshake_stalled",
        _STALLED,
        POSSIBLE,
        _STALLS,
        ("handshake operation timed out", "", "python", "Python's ssl"),
        ("tls handshake timeout", "", "go", "Go"),
        ("ssl connection timeout", "", "curl", "curl"),
        ("ssl handshake is taking longer than", "", "python", "asyncio"),
        ("handshake timed out", r"(?<!opening )\bhandshake timed out", "java", "Netty"),
    ),
    # Anything else.
    *ways(
        "tls_failed",
        _ALERT,
        LIKELY,
        _ALERTS,
        (
            "handshake failure",
            r"alert[_ ]handshake[_ ]failure|tls: handshake failure|fatal alert: handshake_?failure",
            "",
            "OpenSSL, Go",
        ),
        ("alert_handshake_failure", "", "", "OpenSSL and BoringSSL"),
        ("fatal alert: handshake", r"fatal alert: handshake_?failure", "", "Java, rustls"),
        ("alertreceived(handshakefailure)", "", "rust", "rustls, printed for debugging"),
        ("ssl_error_handshake_failure_alert", "", "browser", ""),
        ("osstatus error -9824", "", "browser", ""),
    ),
    *ways(
        "tls_failed",
        "The server broke off the TLS handshake with the alert {reason}.",
        POSSIBLE,
        _ALERTS,
        ("received fatal alert", r"received fatal alert: (?P<reason>\w{1,40})", "", ""),
        wraps=True,
    ),
    *ways(
        "tls_failed",
        "The other side broke off the TLS handshake: {reason}.",
        POSSIBLE,
        _ALERTS,
        ("remote error: tls: ", r"remote error: tls: (?P<reason>[\w ]+)", "go", ""),
        wraps=True,
    ),
    *ways(
        "tls_failed",
        "The server only knows the old, unsafe way to renegotiate TLS, which OpenSSL 3 refuses.",
        LIKELY,
        ("middlebox",),
        ("unsafe legacy renegotiation disabled", "", "", ""),
        ("unsafe_legacy_renegotiation_disabled", "", "", ""),
    ),
    *ways(
        "tls_failed",
        "A TLS record arrived damaged: something between the two sides changes the bytes.",
        LIKELY,
        ("middlebox",),
        ("bad record mac", r"bad[_ ]record[_ ]mac", "", ""),
    ),
    *ways(
        "tls_failed",
        _SOMETHING,
        POSSIBLE,
        _HIDDEN,
        ("ssl connection could not be established", "", "dotnet", ".NET Core 2.1 to 10"),
        ("authentication failed, see inner exception", "", "dotnet", ".NET"),
        ("ssl handshake failed with openssl error", "", "dotnet", ".NET on Linux"),
        ("could not create ssl/tls secure channel", "", "dotnet", ".NET Framework"),
        ("a secure connection to the server cannot be made", "", "swift", "NSURLErrorSecureConnectionFailed"),
        ("code=-1200", "", "swift", ""),
        ("can't establish a secure connection to the server", "", "browser", "Safari"),
        ("gnutls_handshake() failed", "", "curl", ""),
        ("handshakeexception", r"(?<!ssl)(?<!socket)(?<!client)(?<!server)handshakeexception", "dart", ""),
        ("sslhandshakeexception", "", "java", ""),
        ("unknown_certificate_verification_error", "", "node", "Bun 1, of every handshake that was cut short"),
        ("failed: tls handshake failed", "", "node", "Bun 1"),
        wraps=True,
    ),
    *ways(
        "tls_unknown_ca",
        _SOMETHING,
        POSSIBLE,
        ("tls_self_signed", "tls_expired", "tls_hostname_mismatch", "tls_missing_intermediate"),
        ("trust relationship for the ssl/tls secure channel", "", "dotnet", ".NET Framework"),
        wraps=True,
    ),
)
