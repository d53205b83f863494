"""Answers that are no answer of the API, in the words of clients: a TLS alert, another service, a page, a broken body.

The bytes of an alert (0x15 0x03) and the banners of other services, which many clients quote, decide.
"""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence
from dgcheck.model.message import Message
from dgcheck.rules.shared.ways import ways

SURE, LIKELY, POSSIBLE = Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE

_BANNER = "Something answers on that port, and it does not speak HTTP."
_ALERT = "The answer to plain HTTP is a TLS alert: this port speaks TLS."
_PLAIN = "The answer is no HTTP. A port that speaks TLS answers plain HTTP so, and so do other services."
_BROKEN = "The answer began and broke off, or is not what the API promises."
_NOT_HTTP = ("not_http", "alpn_http2_only", "http_bad_response", "wrong_service")
_SERVICE = ("wrong_service",)
_PAGE = ("wrong_service", "middlebox", "tcp_closed_early")
# What services that are not HTTP say first.
_SPOKEN = (
    r"(?:ssh-\d|220[ -]|\+ok |\* ok |-err |-denied |-noauth |rfb 00|[^\n]{0,12}mysql|[^\n]{0,12}mariadb|amqp|"
    r"[^\n]{0,8}fatal|invalid command|error\b|\d{3}-)"
)
# llhttp's codes of what is wrong with a status line; the others are of what comes behind it.
_LINE = r"hpe_invalid_(?:constant|version|status|http_token|method|internal)"
_TLS_BYTES = r"(?:\\x15\\x03|\\u0015\\u0003|\\x16\\x03|\x15\x03|\\25\\3|0x15,? ?0x0?3)"
_HTTP2 = (
    r"(?:\\x00\\x00\\x[0-9a-f]{2}\\x04|\x00\x00[\x00-\x7f]\x04)"  # a SETTINGS frame, with which an HTTP/2 server begins
)

MESSAGES = (
    # The bytes of a TLS alert.
    *ways(
        "plain_to_tls_port",
        _ALERT,
        SURE,
        (),
        ("malformed http response", rf"malformed http response [\"']{_TLS_BYTES}", "go", "Go"),
        ("status line", rf"status line:? ?[\"'\[(b]{{0,4}}{_TLS_BYTES}", "", ".NET, aiohttp, h11, OkHttp, Ruby"),
        ("badstatusline", rf"badstatusline\W{{1,4}}(?:b?['\"])?{_TLS_BYTES}", "python", "http.client"),
        ("hpe_invalid", rf"{_LINE}[\s\S]{{0,200}}data: ['\"]{_TLS_BYTES}", "node", "undici"),
        ("parser state", rf"receiving \[[^\n]{{0,6}}{_TLS_BYTES}", "java", "java.net.http"),
        ("rawpacket: <buffer 15 03", "", "node", "Node's parser beneath ws: the first bytes, printed with the error"),
    ),
    *ways(
        "plain_to_tls_port",
        _PLAIN,
        POSSIBLE,
        _NOT_HTTP,
        (
            "parser state",
            r"parsing http/1\.1 status line, receiving \[(?!ssh-|220|[+*-])[^\n]{0,200}parser state",
            "java",
            "",
        ),
        ("parse error: expected http/", "", "node", "Node's parser"),
        ("expected http/", r"(?<!error: )\bexpected http/(?:, rtsp/ or ice/)?:\s", "python", "llhttp beneath aiohttp"),
        ("status line", r"status line:? ?[\"'\[(b]{1,4}\s{2}", "dotnet", "control characters, escaped in a log"),
        ("illegal request line", "", "python", "h11 beneath httpx, where the first byte is no letter"),
        (
            "invalid http version",
            r"(?:httparse error: )?invalid http version(?: parsed)?",
            "rust",
            "httparse beneath tungstenite and hyper",
        ),
        ("httparseerror(version)", "", "rust", "tungstenite, printed for debugging"),
        (
            "http version must be 1.1 or higher",
            "",
            "rust",
            "tungstenite: HTTP/1.0, in which a Go server answers plain HTTP on its TLS port",
        ),
        ("wronghttpversion", "", "rust", "the same, printed for debugging"),
        ("(parse(version))", "", "rust", "hyper, printed for debugging"),
        ("received unexpected message from connection", "", "rust", "hyper"),
        ("(unexpectedmessage)", "", "rust", "hyper, printed for debugging"),
        ("received http/0.9 when not allowed", "", "curl", ""),
        ("err_invalid_http_response", "", "browser", ""),
    ),
    *ways(
        "not_http",
        _BANNER,
        LIKELY,
        _SERVICE,
        ("ssh-2.0-", r"\A\s*[\"']?ssh-2\.0-[^\n]{0,80}\s*\Z", "python", "urllib: the answer itself is the message"),
    ),
    *ways(
        "plain_to_tls_port",
        _PLAIN,
        POSSIBLE,
        _NOT_HTTP,
        ("hpe_invalid", r"hpe_invalid_(?:constant|version|http_token|internal)", "node", ""),
        wraps=True,
    ),
    *ways(
        "plain_to_tls_port",
        "The answer begins as a Go server's “Client sent an HTTP request to an HTTPS server.” does.",
        POSSIBLE,
        ("http_bad_response", "wrong_service"),
        (
            "is not valid json",
            (
                r"[\"'](?:client sen|<html>[^\"\n]{0,12}<head><title>400 the plain)"
                r"[^\n]{0,20}[\"']?\.{0,3} is not valid json"
            ),
            "node",
            "",
        ),
    ),
    *ways(
        "plain_to_tls_port",
        _PLAIN,
        POSSIBLE,
        ("http_bad_response", "wrong_service"),
        ("unexpected token", r"unexpected token '?c'? in json at position 0", "node", "Node 18 and older"),
    ),
    # Another service.
    *ways(
        "not_http",
        _BANNER,
        LIKELY,
        _SERVICE,
        ("malformed http status code", "", "go", "Go"),
        (
            "malformed http response",
            rf"malformed http response \"(?!{_TLS_BYTES}|{_HTTP2})(?P<banner>[^\"\n]{{0,80}})",
            "go",
            "Go",
        ),
        ("malformed http version", "", "go", ""),
        (
            "status line",
            (
                rf"(?:invalid|illegal|unexpected|bad|wrong|"
                rf"malformed)(?: http)? status line:? ?[\"'\[(b]{{0,4}}(?:bytearray\(b['\"])?"
                rf"(?P<banner>{_SPOKEN}[^\n'\"]{{0,60}})"
            ),
            "",
            ".NET, OkHttp, java.net.http, h11, aiohttp, Ruby",
        ),
        (
            "expected http/",
            rf"expected http/(?:, rtsp/ or ice/)?:\s{{0,8}}b?['\"](?P<banner>{_SPOKEN}[^\n'\"]{{0,60}})",
            "python",
            "llhttp beneath aiohttp",
        ),
        ("badstatusline", rf"badstatusline\W{{1,4}}(?:b?['\"])?(?P<banner>{_SPOKEN}[^\n'\"]{{0,60}})", "python", ""),
        (
            "hpe_invalid",
            rf"{_LINE}[\s\S]{{0,200}}data: ['\"](?!{_TLS_BYTES}|{_HTTP2})(?P<banner>[^'\"\n]{{1,60}})",
            "node",
            "undici",
        ),
        (
            "rawpacket: <buffer",
            r"rawpacket: <buffer (?:53 53 48 2d|32 32 30 (?:20|2d)|2b 4f 4b|2a 20 4f 4b|2d 45 52 52)\b",
            "node",
            "Node's parser beneath ws: SSH, SMTP and FTP, POP3, IMAP, Redis",
        ),
        ("receiving [", rf"status line, receiving \[(?P<banner>{_SPOKEN}[^\n\]]{{0,60}})", "java", ""),
        (
            "unsupported protocol; expected http/1.1",
            rf"expected http/1\.1: (?P<banner>{_SPOKEN}[^\n]{{0,60}})",
            "python",
            "websockets 12 and newer",
        ),
    ),
    *ways(
        "not_http",
        _BANNER,
        POSSIBLE,
        ("plain_to_tls_port", "wrong_service", "http_bad_response"),
        (
            "status line",
            (
                rf"(?:invalid|illegal|unexpected|wrong|"
                rf"malformed)(?: http)? status line:? ?[\"'\[(b]{{0,4}}(?!{_TLS_BYTES})"
            ),
            "",
            "",
        ),
        wraps=True,
    ),
    *ways(
        "plain_to_tls_port",
        _ALERT,
        SURE,
        (),
        (
            "expected http/",
            rf"expected http/(?:, rtsp/ or ice/)?:\s{{0,8}}b?['\"]{_TLS_BYTES}",
            "python",
            "llhttp beneath aiohttp",
        ),
    ),
    *ways(
        "alpn_http2_only",
        "The other side has no protocol in common with this client (ALPN): it speaks HTTP/2 alone, most often.",
        LIKELY,
        ("tls_failed",),
        ("no application protocol", r"(?:alert|tls:|peer:) no application protocol[^\n]{0,40}", "", "OpenSSL, Go"),
        ("no_application_protocol", "", "", "Python, Node, Java"),
        ("noapplicationprotocol", "", "rust", "rustls"),
        ("alert number 120", r"ssl alert number 120(?!\d)", "", "OpenSSL"),
    ),
    *ways(
        "alpn_http2_only",
        "The front answered the upgrade in HTTP/2, which cannot upgrade to a WebSocket here.",
        LIKELY,
        ("ws_upgrade_not_forwarded",),
        ("unsupported protocol; expected http/1.1", r"expected http/1\.1: http/2", "python", "websockets 12 and newer"),
    ),
    *ways(
        "alpn_http2_only",
        "The front answered in HTTP/2 frames, which cannot upgrade to a WebSocket here.",
        LIKELY,
        ("ws_upgrade_not_forwarded",),
        ("malformed http response", rf"malformed http response \"{_HTTP2}", "go", "Go"),
        ("badstatusline", rf"badstatusline\W{{1,4}}(?:b?['\"])?{_HTTP2}", "python", ""),
        (
            "expected http/",
            rf"expected http/(?:, rtsp/ or ice/)?:\s{{0,8}}b?['\"]{_HTTP2}",
            "python",
            "llhttp beneath aiohttp",
        ),
        ("hpe_invalid", rf"{_LINE}[\s\S]{{0,200}}data: ['\"]{_HTTP2}", "node", "undici"),
        ("rawpacket: <buffer 00 00", r"rawpacket: <buffer 00 00 [0-9a-f]{2} 04\b", "node", "Node's parser beneath ws"),
    ),
    # An answer that is none the client can read.
    *ways(
        "http_bad_response",
        "A plain request was answered 101, as if it had asked for an upgrade.",
        LIKELY,
        ("wrong_service", "middlebox"),
        ("_switch_upgrade event", "", "python", "h11 beneath httpx"),
    ),
    *ways(
        "http_bad_response",
        "The answer is not declared as JSON; it is a page, most often.",
        LIKELY,
        _PAGE,
        (
            "attempt to decode json",
            r"\b(?:20\d|0), message=['\"]attempt to decode json with unexpected mimetype",
            "python",
            "aiohttp 3",
        ),
    ),
    *ways(
        "http_bad_response",
        _BROKEN,
        LIKELY,
        _PAGE,
        ("error while copying content to a stream", "", "dotnet", ".NET Core 3.1 to 10"),
        ("peer closed connection without sending complete message body", "", "python", "h11 beneath httpx"),
        ("incompleteread(", "", "python", ""),
        ("response payload is not completed", "", "python", "aiohttp"),
        (
            "fixed content-length: ",
            r"fixed content-length: \d{1,9}, bytes received: \d{1,9}",
            "java",
            "java.net.http 17",
        ),
        (
            "protocolexception: unexpected end of stream",
            r"protocolexception: unexpected end of stream(?! on)",
            "java",
            "OkHttp 4",
        ),
        ("end of file before message length reached", "", "rust", "hyper"),
        ("incompletebody", r"\bincompletebody\b", "rust", "hyper, printed for debugging"),
        ("transfer closed with", r"transfer closed with (?:\d{1,9} bytes|outstanding read data) remaining", "curl", ""),
        ("err_content_length_mismatch", "", "browser", ""),
        ("err_incomplete_chunked_encoding", "", "browser", ""),
    ),
    *ways(
        "http_bad_response",
        "A page came where JSON was promised.",
        LIKELY,
        _PAGE,
        ("looking for beginning of value", r"invalid character '<' looking for beginning of value", "go", ""),
        ("encountered while parsing value: <", "", "dotnet", "Newtonsoft.Json"),
        wraps=True,
    ),
    *ways(
        "http_bad_response",
        "What came is no JSON; a page, most often.",
        LIKELY,
        _PAGE,
        ("is an invalid start of a value", "", "dotnet", ""),
        wraps=True,
    ),
    *ways(
        "http_bad_response",
        "An empty answer came where JSON was promised.",
        POSSIBLE,
        _PAGE,
        ("does not contain any json tokens", "", "dotnet", ""),
        wraps=True,
    ),
    *ways(
        "http_bad_response",
        "What came is no JSON: empty, or a page.",
        POSSIBLE,
        (*_PAGE, "http_redirect", "http_not_found", "http_bad_gateway"),
        ("expecting value: line 1 column 1", "", "python", ""),
        wraps=True,
    ),
    *ways(
        "http_bad_response",
        "What came is no JSON; a page, most often. The status is hidden.",
        POSSIBLE,
        (*_PAGE, "http_not_found", "http_bad_gateway"),
        ("is not valid json", r"unexpected token '?[\s\S]{1,80}is not valid json", "node", "Node 20 and newer"),
        ("in json at position", r"unexpected token \S{1,6} in json at position \d{1,9}", "node", "Node 18 and older"),
        wraps=True,
    ),
    *ways(
        "http_bad_response",
        "An empty answer came where JSON was promised. The status is hidden.",
        POSSIBLE,
        (*_PAGE, "http_not_found", "http_unavailable"),
        ("unexpected end of json input", "", "", "Node; Go says the same"),
        wraps=True,
    ),
    *ways(
        "http_bad_response",
        "An empty answer came. The status is hidden.",
        POSSIBLE,
        (*_PAGE, "http_not_found", "http_unavailable"),
        ('{"error":""}', r"\bdg: \{\"error\":\"\"\}", "node", "Deepgram JavaScript 1 and 2"),
        wraps=True,
    ),
    Message(
        "http_redirect",
        "on a detached arraybuffer",
        says="The request was redirected with its body already sent, which this client cannot repeat.",
        confidence=LIKELY,
        speaker="node",
        near=r"fetch failed",
        source="undici on a 307 or 308",
    ),
    *ways(
        "http_redirect",
        "The answers redirect again and again.",
        LIKELY,
        (),
        ("too many redirects", "", "", "requests, reqwest, Chromium"),
        ("err_too_many_redirects", "", "browser", "Chromium"),
        ("too many follow-up requests", "", "java", "OkHttp"),
        ("exceeded maximum allowed redirects", "", "python", "httpx"),
        (
            " redirects",
            r"(?<!not )\b(?:stopped after|exceeded|more than) \d{1,3} redirects(?:[.,;\"')]|\s*(?![^\n]))",
            "go",
            "Go, requests, websockets 15 to 17",
        ),
        ("redirects followed", r"maximum \(\d{1,4}\) redirects followed", "curl", "curl"),
    ),
)
