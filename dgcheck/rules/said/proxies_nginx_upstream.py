"""What nginx says in its error log of what stands behind it.

A client never sees these lines: it gets the 502, 503 or 504 that nginx makes of them, so that is the cause, and the
finer reason its other name. Only TLS and names, where the finer reason is the mistake itself, come first.
"""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence
from dgcheck.model.message import Message

LIKELY = Confidence.LIKELY

_RUN = "nginx 1.22, run; src/http/ngx_http_upstream.c"
# The rest of the line, with the address behind nginx where it names one. It spans the line, so that no client's
# reading of the reason (`Connection refused`) stands beside it.
REST = r"(?:[^\n]{0,600}?upstream: \"(?P<upstream>[^\"\s]{1,200})\")?[^\n]*"


def _log(
    cause: str, stem: str, words: str, meaning: str, alt: tuple[str, ...] = (), confidence: Confidence = LIKELY
) -> Message:
    """A line of the error log. `words` begins at what nginx says after the number of the connection."""
    over = () if cause.startswith("http_") else ("http_bad_gateway",)
    return Message(cause, stem, words + REST, f"nginx: {meaning}", confidence, alt, "nginx", over=over, source=_RUN)


def _tls(cause: str, words: str, meaning: str, alt: tuple[str, ...]) -> Message:
    """A handshake with what stands behind nginx that failed."""
    return _log(
        cause,
        "ssl_do_handshake() failed",
        rf"SSL_do_handshake\(\) failed \((?:SSL: )?[^\n]{{0,160}}(?:{words})[^\n]{{0,200}} while SSL handshaking to "
        "upstream",
        f"{meaning}, so clients get 502.",
        (*alt, "http_bad_gateway"),
    )


_GATEWAY = (
    _log(
        "http_bad_gateway",
        "connect() failed (111",
        r"connect\(\) failed \(111: (?:Connection refused|[^)\n]{1,60})\) while connecting to upstream",
        "what stands behind it refused the connection, so clients get 502.",
        ("tcp_refused", "engine_disconnected"),
    ),
    _log(
        "http_bad_gateway",
        "connect() failed (61: connection refused)",
        r"connect\(\) failed \(61: Connection refused\) while connecting to upstream",
        "what stands behind it refused the connection, so clients get 502.",
        ("tcp_refused", "engine_disconnected"),
    ),
    _log(
        "http_bad_gateway",
        "connect() failed (113",
        r"connect\(\) failed \(113: [^)\n]{1,60}\) while connecting to upstream",
        "there is no way to what stands behind it, so clients get 502.",
        ("host_unreachable", "tcp_timeout"),
    ),
    _log(
        "http_bad_gateway",
        "connect() failed (101",
        r"connect\(\) failed \(101: [^)\n]{1,60}\) while connecting to upstream",
        "it has no route to what stands behind it, so clients get 502.",
        ("host_unreachable", "address_family_unreachable"),
    ),
    _log(
        "http_bad_gateway",
        "while connecting to upstream",
        r"connect\(\)(?: to \S{1,120})? failed \((?!111|61:|113|101|110|60:)\d{1,3}: [^)\n]{1,60}\) while connecting "
        "to upstream",
        "it cannot connect to what stands behind it, so clients get 502.",
        ("http_forbidden", "host_unreachable"),
    ),
    _log(
        "http_bad_gateway",
        "no live upstreams",
        r"no live upstreams while connecting to upstream",
        "every server behind it has failed lately, so clients get 502 at once.",
        ("http_unavailable", "tcp_refused"),
    ),
    _log(
        "http_bad_gateway",
        "upstream prematurely closed connection while reading response header",
        r"upstream prematurely closed connection while reading response header from upstream",
        "what stands behind it closed the connection without an answer, so clients get 502.",
        ("tcp_closed_early", "replica_unhealthy"),
    ),
    _log(
        "http_bad_response",
        "upstream prematurely closed connection while reading upstream",
        r"upstream prematurely closed connection while reading upstream",
        "what stands behind it broke off in the middle of an answer.",
        ("tcp_closed_early", "replica_unhealthy", "http_bad_gateway"),
    ),
    _log(
        "http_bad_gateway",
        "connection reset by peer) while reading response header",
        r"(?:recv|readv|SSL_read)\(\) failed \(\d{1,3}: Connection reset by peer\) while reading response header from "
        "upstream",
        "what stands behind it reset the connection before it answered, so clients get 502.",
        ("tcp_reset", "plain_to_tls_port", "replica_unhealthy"),
    ),
    _log(
        "http_bad_response",
        "connection reset by peer) while reading upstream",
        r"(?:recv|readv|SSL_read)\(\) failed \(\d{1,3}: Connection reset by peer\) while reading upstream",
        "what stands behind it reset the connection in the middle of an answer.",
        ("tcp_reset", "replica_unhealthy", "http_bad_gateway"),
    ),
    _log(
        "http_bad_gateway",
        "while sending request to upstream",
        r"(?:send|sendfile|writev|SSL_write)\(\) failed \(\d{1,3}: [^)\n]{1,60}\) while sending request to upstream",
        "what stands behind it closed the connection while the request was sent to it, so clients get 502.",
        ("tcp_reset", "http_body_too_large", "replica_unhealthy"),
    ),
    _log(
        "http_bad_gateway",
        "upstream sent no valid http/1.0 header",
        r"upstream sent no valid HTTP/1\.0 header while reading response header from upstream",
        "what stands behind it answered with something that is no HTTP.",
        ("not_http", "http_bad_response", "plain_to_tls_port"),
    ),
    _log(
        "http_bad_gateway",
        "upstream sent too big header",
        r"upstream sent too big header while reading response header from upstream",
        "the head of the answer is larger than its buffer (proxy_buffer_size), so clients get 502.",
        ("http_bad_response",),
    ),
    _log(
        "http_bad_gateway",
        "upstream sent invalid header",
        r"upstream sent (?:invalid header|duplicate header line|invalid chunked response|unsupported transfer encod)",
        "what stands behind it sent an answer that is not well formed, so clients get 502.",
        ("http_bad_response",),
    ),
)

_TIMEOUTS = (
    _log(
        "http_gateway_timeout",
        "while reading response header from upstream",
        r"upstream timed out \(\d{1,5}: [^)\n]{1,200}\) while reading response header from upstream",
        "no answer came within proxy_read_timeout (60 s unless set), so clients get 504.",
        ("http_stalled", "replica_unhealthy"),
    ),
    _log(
        "http_gateway_timeout",
        "while connecting to upstream",
        r"(?:upstream timed out|connect\(\) failed) \((?:110|60): [^)\n]{1,80}\) while connecting to upstream",
        "no connection to what stands behind it came about in time, so clients get 504.",
        ("tcp_timeout", "http_bad_gateway"),
    ),
    _log(
        "http_gateway_timeout",
        "upstream timed out",
        r"upstream timed out \(\d{1,5}: [^)\n]{1,200}\) while SSL handshaking to upstream",
        "the TLS handshake with what stands behind it did not end in time, so clients get 504.",
        ("tls_handshake_stalled", "http_bad_gateway"),
    ),
    _log(
        "http_gateway_timeout",
        "upstream timed out",
        r"upstream timed out \(\d{1,5}: [^)\n]{1,200}\) while (?:reading upstream|sending request to upstream)",
        "what stands behind it stopped in the middle, for longer than nginx waits (60 s unless set).",
        ("http_stalled", "replica_unhealthy"),
    ),
    _log(
        "ws_idle_cut",
        "while proxying upgraded connection",
        r"upstream timed out \(\d{1,5}: [^)\n]{1,200}\) while proxying upgraded connection",
        "an open WebSocket was silent for longer than proxy_read_timeout (60 s unless set), and was cut.",
        ("ws_closed_early", "http_gateway_timeout"),
    ),
    _log(
        "ws_closed_early",
        "while proxying upgraded connection",
        r"(?:recv|send|readv|writev|SSL_read|SSL_write)\(\) failed \(\d{1,3}: [^)\n]{1,60}\) while proxying upgraded "
        "connection",
        "an open WebSocket was broken off.",
        ("tcp_reset", "replica_unhealthy"),
    ),
)

_UPSTREAM_TLS = (
    _tls(
        "tls_to_plain_port",
        "wrong version number|packet length too long|record layer failure|unknown protocol|WRONG_VERSION_NUMBER",
        "it speaks TLS to a port that speaks plain HTTP",
        (),
    ),
    _tls(
        "tls_version",
        "alert protocol version|unsupported protocol|no protocols available|version too low",
        "it and what stands behind it have no version of TLS in common",
        ("tls_failed",),
    ),
    _tls(
        "tls_sni_required",
        "unrecognized name|alert internal error",
        "what stands behind it wants a name in the TLS handshake (proxy_ssl_server_name on)",
        ("tls_failed",),
    ),
    _tls(
        "tls_client_cert_required",
        "certificate required|alert bad certificate",
        "what stands behind it wants a client certificate",
        ("tls_failed",),
    ),
    _tls(
        "tls_version",
        "handshake failure",
        "what stands behind it broke off the TLS handshake",
        ("tls_sni_required", "tls_client_cert_required", "tls_failed"),
    ),
    _log(
        "tls_failed",
        "peer closed connection in ssl handshake",
        r"peer closed connection in SSL handshake(?: \(\d{1,3}: [^)\n]{1,60}\))? while SSL handshaking to upstream",
        "what stands behind it broke off the TLS handshake, so clients get 502.",
        ("tls_sni_required", "tls_version", "tcp_reset", "http_bad_gateway"),
    ),
    _log(
        "tls_failed",
        "ssl_do_handshake() failed",
        r"SSL_do_handshake\(\) failed[^\n]{0,300} while SSL handshaking to upstream",
        "the TLS handshake with what stands behind it failed, so clients get 502.",
        ("tls_version", "http_bad_gateway"),
    ),
    _log(
        "tls_self_signed",
        "upstream ssl certificate verify error",
        r"upstream SSL certificate verify error: \((?:18|19):[^)\n]{1,80}\)",
        "it does not trust the certificate of what stands behind it, which signed itself; clients get 502.",
        ("tls_unknown_ca", "http_bad_gateway"),
    ),
    _log(
        "tls_expired",
        "upstream ssl certificate verify error",
        r"upstream SSL certificate verify error: \(10:[^)\n]{1,80}\)",
        "the certificate of what stands behind it has expired; clients get 502.",
        ("http_bad_gateway",),
    ),
    _log(
        "tls_unknown_ca",
        "upstream ssl certificate verify error",
        r"upstream SSL certificate verify error: \((?:20|21|2|26|27):[^)\n]{1,80}\)",
        "it does not trust the certificate of what stands behind it; clients get 502.",
        ("tls_missing_intermediate", "tls_self_signed", "http_bad_gateway"),
    ),
    _log(
        "tls_hostname_mismatch",
        "upstream ssl certificate does not match",
        r"upstream SSL certificate does not match \"(?P<host>[^\"\n]{1,200})\"",
        "the certificate of what stands behind it is for another name (proxy_ssl_name); clients get 502.",
        ("http_bad_gateway",),
    ),
)

_NAMES = (
    _log(
        "dns_nxdomain",
        "host not found in upstream",
        r"host not found in (?:upstream|resolver)(?: in upstream)? \"(?P<host>[^\"\n]{1,200})\"",
        "it cannot resolve {host}, which its configuration names, and does not start.",
        ("dns_temporary", "dns_search_domain", "http_bad_gateway"),
    ),
    _log(
        "dns_nxdomain",
        "could not be resolved (3",
        r"(?<![\w.-])(?P<host>[\w.-]{1,200}) could not be resolved \(3: [^)\n]{1,40}\)",
        "its resolver says that {host} does not exist; clients get 502.",
        ("dns_search_domain", "http_bad_gateway"),
    ),
    _log(
        "dns_servfail",
        "could not be resolved (2",
        r"(?<![\w.-])(?P<host>[\w.-]{1,200}) could not be resolved \([25]: [^)\n]{1,40}\)",
        "its resolver failed at {host}; clients get 502.",
        ("dns_temporary", "http_bad_gateway"),
    ),
    _log(
        "dns_timeout",
        "could not be resolved (110",
        r"(?<![\w.-])(?P<host>[\w.-]{1,200}) could not be resolved \(110: [^)\n]{1,40}\)",
        "its resolver did not answer for {host}; clients get 502.",
        ("dns_temporary", "http_bad_gateway"),
    ),
    _log(
        "dns_timeout",
        "while resolving, resolver:",
        r"(?:send|recv)\(\) failed \(\d{1,3}: [^)\n]{1,60}\) while resolving, resolver: (?P<resolver>[\w.:\[\]]{3,60})",
        "the DNS server that its configuration names, {resolver}, does not answer.",
        ("dns_servfail", "dns_temporary", "http_bad_gateway"),
    ),
    _log(
        "http_bad_gateway",
        "no resolver defined to resolve",
        r"no resolver defined to resolve (?P<host>[\w.-]{1,200})",
        "its configuration names {host} by a variable and no resolver to ask for it; clients get 502.",
        ("dns_nxdomain",),
    ),
)

MESSAGES = (*_GATEWAY, *_TIMEOUTS, *_UPSTREAM_TLS, *_NAMES)
