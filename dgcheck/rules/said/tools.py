"""What curl's library, wget and openssl say, where their words differ from those of the clients of an SDK.

Programs on libcurl often print only its word for a code (`curl_easy_strerror`), or the code alone, as Guzzle does where
libcurl gave no text of its own. Either says where it hurt and no more, so a text beside it leads.
"""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence
from dgcheck.rules.shared.ways import ways

SURE, LIKELY, POSSIBLE = Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE

_NO_CONNECTION = "No connection came about; these words are said of a refused port and of a silent one alike."
_UNRESOLVED = "The name could not be resolved; libcurl says no more than that."
_ENDED = "The client's own time limit ended it; these words do not say what it was waiting for."
_HANDSHAKE = "The TLS handshake failed, and these words do not say why."
_UNTRUSTED = "The server's certificate could not be verified; these words do not say why."
_CLOSED = "The connection came about and was closed before an answer."
_LOST = "The connection came about and broke off before the whole answer was there."
_LIBCURL = "libcurl 7 and 8, curl_easy_strerror"
_CODE = "Guzzle, where libcurl gave no text"

_RESOLVER = ("dns_search_domain", "dns_no_address", "dns_temporary", "dns_servfail", "dns_timeout")
_PHASES = ("http_stalled", "tcp_timeout", "tls_handshake_stalled", "tls_to_plain_port")
_FAILED = ("tls_to_plain_port", "tls_version", "tcp_closed_early", "tcp_reset", "tls_client_cert_required")
_VERIFY = ("tls_self_signed", "tls_hostname_mismatch", "tls_expired", "tls_missing_intermediate")
_CLOSES = ("tcp_reset", "plain_to_tls_port", "tls_client_cert_required")

MESSAGES = (
    *ways(
        "dns_nxdomain",
        _UNRESOLVED,
        POSSIBLE,
        _RESOLVER,
        ("couldn't resolve host name", "", "curl", _LIBCURL),
        ("could not resolve hostname", r"could not resolve hostname(?! [^\n])", "curl", "libcurl 8.10 and newer"),
        ("curl error 6:", "", "php", _CODE),
        wraps=True,
    ),
    *ways(
        "tcp_refused",
        _NO_CONNECTION,
        POSSIBLE,
        ("tcp_timeout", "host_unreachable"),
        (
            "could not connect to server",
            r"curl[^\n]{0,80}could not connect to server",
            "curl",
            "libcurl 8.10 and newer",
        ),
        ("curl error 7:", "", "php", _CODE),
        wraps=True,
    ),
    *ways(
        "client_timeout",
        _ENDED,
        POSSIBLE,
        _PHASES,
        ("timeout was reached", r"(?<!: )\btimeout was reached|curl[^\n]{0,80}timeout was reached", "curl", _LIBCURL),
        ("curl error 28:", "", "php", _CODE),
        ("wget: download timed out", "", "", "busybox"),
        wraps=True,
    ),
    *ways(
        "tls_failed",
        _HANDSHAKE,
        POSSIBLE,
        _FAILED,
        ("ssl connect error", r"\bssl connect error\b", "curl", _LIBCURL),
        ("curl error 35:", "", "php", _CODE),
        ("unable to establish ssl connection", "", "", "wget"),
        wraps=True,
    ),
    *ways(
        "tls_unknown_ca",
        _UNTRUSTED,
        POSSIBLE,
        _VERIFY,
        ("peer certificate or ssh remote key was not ok", "", "curl", _LIBCURL),
        ("curl error 60:", "", "php", _CODE),
        wraps=True,
    ),
    *ways(
        "tls_unknown_ca",
        "The file with trusted CAs that this client was told to use is missing or cannot be read.",
        LIKELY,
        ("tls_failed",),
        ("problem with the ssl ca cert", "", "curl", _LIBCURL),
        ("error setting certificate verify locations", "", "curl", "libcurl with OpenSSL"),
        ("error setting certificate file", "", "curl", "libcurl 7.84 and newer with OpenSSL"),
    ),
    *ways(
        "tcp_closed_early",
        _CLOSED,
        POSSIBLE,
        _CLOSES,
        ("server returned nothing (no headers, no data)", "", "curl", _LIBCURL),
        ("curl error 52:", "", "php", _CODE),
        ("no data received.", r"awaiting response\.\.\. no data received", "", "wget"),
        wraps=True,
    ),
    *ways(
        "tcp_closed_early",
        "The other side ended the connection, and not as TLS ends one.",
        POSSIBLE,
        ("tcp_reset", "http_bad_response", "ws_closed_early"),
        ("openssl ssl_read: ", r"openssl ssl_read: (?:success|no error)", "curl", "curl 7 with OpenSSL 1"),
        wraps=True,
    ),
    *ways(
        "tcp_reset",
        _LOST,
        POSSIBLE,
        ("tcp_closed_early", "http_bad_response"),
        ("failure when receiving data from the peer", "", "curl", _LIBCURL),
        ("failed sending data to the peer", "", "curl", _LIBCURL),
        ("curl error 55:", "", "php", _CODE),
        ("curl error 56:", "", "php", _CODE),
        wraps=True,
    ),
    *ways(
        "tcp_reset",
        "The connection was reset in the middle of the TLS handshake.",
        POSSIBLE,
        ("tcp_closed_early", "tls_to_plain_port", "tls_failed"),
        ("write:errno=104", "", "openssl", "s_client of OpenSSL 1.1 and 3"),
        ("read:errno=104", "", "openssl", "s_client of OpenSSL 1.1 and 3"),
        ("gnutls: error in the pull function", "", "", "wget with GnuTLS"),
    ),
    *ways(
        "host_unreachable",
        "A router or this machine answered that the address cannot be reached.",
        LIKELY,
        (),
        ("connect:errno=113", "", "openssl", "s_client of OpenSSL 1.1 and 3"),
        ("connect:errno=101", "", "openssl", "s_client of OpenSSL 1.1 and 3"),
    ),
    *ways(
        "http_not_found",
        "The answer was 404 or 410, which Java's HttpURLConnection tells as a file that was not found.",
        LIKELY,
        ("url_path_wrong", "url_path_doubled", "url_version_missing", "wrong_service"),
        ("filenotfoundexception: http", r"filenotfoundexception: https?://[^\s]{1,2000}", "java", "HttpURLConnection"),
    ),
    *ways(
        "not_http",
        "What came back does not begin as an answer in HTTP does.",
        POSSIBLE,
        ("plain_to_tls_port", "http_bad_response", "tls_to_plain_port"),
        ("weird server reply", "", "curl", _LIBCURL),
        (
            "invalid http response",
            r"\binvalid http response[ \t\r\"'\]]*(?![^\n])",
            "",
            "HttpURLConnection, faye-websocket",
        ),
        wraps=True,
    ),
    *ways(
        "tls_handshake_stalled",
        "The connection came about, the client began the TLS handshake, and nothing came back in the time it allows.",
        LIKELY,
        ("client_timeout", "tls_to_plain_port"),
        (
            "client hello (1):",
            r"client hello \(1\):[^\n]*\n(?:[^\n]{0,200}\n){0,6}?[^\n]{0,200}connection timed out after[^\n]*",
            "curl",
            "curl 7 and 8 with -v",
        ),
        over=("tcp_timeout",),
    ),
    *ways(
        "tls_failed",
        "Windows could not find out whether the server's certificate was revoked, and does not go on without.",
        LIKELY,
        (),
        ("crypt_e_no_revocation_check", "", "curl", "curl on Windows Schannel"),
        ("crypt_e_revocation_offline", "", "curl", "curl on Windows Schannel"),
    ),
    *ways(
        "tls_failed",
        "The server broke off the TLS handshake with an alert, and Windows does not say which.",
        POSSIBLE,
        ("tls_version", "tls_client_cert_required", "tls_sni_required"),
        ("sec_e_illegal_message", "", "curl", "curl on Windows Schannel"),
        ("message received was unexpected or badly formatted", "", "", "Windows Schannel, in words: Rust, .NET"),
        wraps=True,
    ),
    *ways(
        "tls_weak_key",
        "The server signs its handshake in a way that this OpenSSL does not allow, as servers of TLS 1.0 and 1.1 do.",
        POSSIBLE,
        ("tls_version",),
        ("legacy sigalg disallowed or unsupported", "", "openssl", "OpenSSL 3"),
    ),
    *ways(
        "tls_hostname_mismatch",
        "The certificate that the server shows is for other names than the one that was asked for.",
        SURE,
        (),
        ("certificate's owner does not match hostname", "", "", "wget with GnuTLS"),
        (
            "certificate subject alternative name matches",
            r"no certificate subject alternative name matches\s{1,8}requested host name",
            "",
            "wget with OpenSSL",
        ),
        (
            "certificate common name",
            r"certificate common name [^\n]{1,200} doesn't match requested host name",
            "",
            "wget with OpenSSL",
        ),
        (
            "certificate common name",
            r"certificate common name from peer '[^'\n]{1,300}' did not match",
            "c",
            "Asterisk 18 to 21",
        ),
        ("unitytls_x509verify_flag_cn_mismatch", r"unitytls_x509verify_flag_cn_mismatch[^\n]*", "unity", "Unity's TLS"),
    ),
    *ways(
        "http_bad_response",
        "The other side ended the stream of HTTP/2 with an error in the middle of the answer.",
        POSSIBLE,
        ("tcp_reset", "http_server_error", "alpn_http2_only"),
        ("was not closed cleanly", r"http/2 stream \d{1,9} was not closed cleanly[^\n]*", "curl", "curl 7 and 8"),
        wraps=True,
    ),
    # Windows PowerShell, and ping.
    *ways(
        "tcp_refused",
        _NO_CONNECTION,
        POSSIBLE,
        ("tcp_timeout", "host_unreachable"),
        ("tcp connect to (", r"tcp connect to \((?P<host>[^\s)]{1,253}) ?: ?(?P<port>\d{1,5})\) failed", "", "Windows"),
        ("tcptestsucceeded", r"tcptestsucceeded\s{0,4}:\s{0,4}false", "", "Test-NetConnection of PowerShell"),
        (
            "unable to connect to the remote server",
            r"(?:invoke-(?:webrequest|restmethod)|webexception)\s{0,4}:\s{0,4}unable to connect to the remote server",
            "dotnet",
            "PowerShell 5, .NET Framework: WebException of a connection",
        ),
    ),
    *ways(
        "dns_nxdomain",
        "The name that was looked up does not exist.",
        LIKELY,
        (),
        ("dns name does not exist", "", "", "Resolve-DnsName of PowerShell, Windows' DNS_ERROR_RCODE_NAME_ERROR"),
    ),
    *ways(
        "host_unreachable",
        "A router or this machine answered that the address cannot be reached.",
        LIKELY,
        (),
        (
            "destination ",
            r"(?:icmp_seq=\d{1,9} |reply from [\w.:%-]{1,60}: )destination (?:host|net) unreachable",
            "",
            "ping of Linux and Windows",
        ),
    ),
    *ways(
        "http_bad_response",
        "The answer ended before the length that its header promises.",
        POSSIBLE,
        ("tcp_closed_early", "tcp_reset"),
        ("connection closed at byte", "", "", "wget"),
    ),
    # wget -nv, which leaves out the line of the answer.
    *(
        message
        for cause, words in (
            ("http_forbidden", "error 403: forbidden"),
            ("http_not_found", "error 404: not found"),
            ("http_bad_gateway", "error 502: bad gateway"),
            ("http_unavailable", "error 503: service unavailable"),
        )
        for message in ways(
            cause,
            "That is the status with which the request was answered.",
            LIKELY,
            ("engine_disconnected",) if cause.endswith(("gateway", "unavailable")) else ("url_path_wrong",),
            (words, rf"\d\d:\d\d:\d\d {words}", "", "wget 1.2x"),
        )
    ),
    # Small devices: mbedTLS gives a number.
    *ways(
        "tcp_closed_early",
        "The other side ended the connection in the middle of the TLS handshake.",
        POSSIBLE,
        ("tls_to_plain_port", "tls_failed", "tls_version", "tcp_reset"),
        ("mbedtls_ssl_handshake returned -0x7280", "", "c", "mbedTLS 2 and 3: connection EOF"),
        ("mbedtls_ssl_handshake returned -0x7880", "", "c", "mbedTLS 2 and 3: close notify"),
    ),
    *ways(
        "tls_to_plain_port",
        "What came back in the TLS handshake was no TLS record.",
        LIKELY,
        ("tls_failed",),
        ("mbedtls_ssl_handshake returned -0x7200", "", "c", "mbedTLS 2 and 3: invalid record"),
    ),
    *ways(
        "tls_unknown_ca",
        _UNTRUSTED,
        POSSIBLE,
        _VERIFY,
        ("mbedtls_ssl_handshake returned -0x2700", "", "c", "mbedTLS 2 and 3: verification failed"),
    ),
    *ways(
        "tls_failed",
        "The server broke off the TLS handshake with an alert.",
        POSSIBLE,
        ("tls_version", "tls_client_cert_required", "tls_sni_required"),
        ("mbedtls_ssl_handshake returned -0x7780", "", "c", "mbedTLS 2 and 3: fatal alert"),
        wraps=True,
    ),
)
