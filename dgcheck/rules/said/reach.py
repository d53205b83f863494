"""Reaching a port, in the words of clients: refused, never answered, no way there (what ends later: `endings.py`)."""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence
from dgcheck.model.message import Message
from dgcheck.rules.shared.ways import ways

SURE, LIKELY, POSSIBLE = Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE

_REFUSED = "The connection was refused: nothing listens on that port of that address."
_REFUSED_AT = "The connection to {host} port {port} was refused: nothing listens there."
_NO_CONNECTION = "No connection came about; these words are said of a refused port and of a silent one alike."
_SILENT = "The attempt to connect was never answered: packets vanish on the way, as a firewall makes them."
_NO_ROUTE = "A router or this machine answered that the address cannot be reached."
_NO_FAMILY = "This machine has no way to addresses of that family."
_RESET = "The connection came about and was then reset."
_CLOSED = "The connection came about and was closed before an answer."
_BANNER = "Something answers on that port, and it does not speak HTTP."
_AT = r"(?:\[?(?P<host>[\w.:%-]{1,253}?)\]?:(?P<port>\d{1,5}))"

_RESETS = ("tcp_closed_early", "plain_to_tls_port", "tls_client_cert_required")
_CLOSES = (
    "tcp_reset",
    "plain_to_tls_port",
    "tls_to_plain_port",
    "tls_client_cert_required",
    "not_http",
    "http_server_error",
)
_CONNECTING = r"(?:connecterror|\.start|tcp connect error|ws: io error|urlopen error|\.connect\(\w{1,20}\)\n\w{1,40})"
_EITHER = ("tcp_timeout", "host_unreachable")

MESSAGES = (
    # Refused.
    *ways(
        "tcp_refused",
        _REFUSED_AT,
        SURE,
        (),
        ("connection refused", rf"connection refused \({_AT}\)", "dotnet", ".NET 5 to 10 on Linux and macOS"),
        ("econnrefused", rf"connect econnrefused {_AT}", "node", "Node"),
        (
            "connect call failed",
            r"\[errno (?:111|61|10061)\] connect call failed \('(?P<host>[^'\n]{1,60})', (?P<port>\d{1,9})",
            "python",
            "asyncio of Python 3.8 to 3.13",
        ),
    ),
    *ways(
        "tcp_refused",
        _REFUSED,
        SURE,
        (),
        (
            "connection refused",
            r"connection refused(?!: (?:not auth|bad user|identifier|unacceptable)| by the server)",
            "",
            "ECONNREFUSED on every Unix, whoever says it; not a broker's refusal in MQTT, nor python-socketio's word",
        ),
        ("econnrefused", "", "", "Node, Ruby, Erlang"),
        ("err_connection_refused", "", "browser", ""),
        ("ns_error_connection_refused", "", "browser", ""),
        (
            "actively refused it",
            rf"actively refused it\.? ?(?:\({_AT}\))?",
            "",
            "Windows WSAECONNREFUSED: .NET, Go, Rust, Java",
        ),
        ("refused the network connection", "", "", "Windows ERROR_CONNECTION_REFUSED"),
        (
            "10061",
            (
                r"(?:\bwinerror |\berrno |\(os error |\bwsaeconnrefused\W{1,3}|socketexception \(|"
                r"error code:? |0x274d|\()10061\b"
            ),
            "",
            "Windows WSAECONNREFUSED in any language",
        ),
    ),
    *ways(
        "tcp_refused",
        "No connection to {host} port {port} came about; aiohttp leaves out why.",
        POSSIBLE,
        (*_EITHER, "tcp_reset"),
        (
            "connect call failed",
            r"(?<!\] )connect call failed \('(?P<host>[^'\n]{1,60})', (?P<port>\d{1,9})",
            "python",
            "aiohttp over asyncio",
        ),
    ),
    *ways(
        "tcp_refused",
        _NO_CONNECTION,
        LIKELY,
        _EITHER,
        (
            "couldn't connect to server",
            r"failed to connect to (?P<host>[^\s]{1,253}) port (?P<port>\d{1,9})[^\n]{0,60}couldn't connect to server",
            "curl",
            "curl 7.85 and newer",
        ),
        ("could not connect to the server", "", "swift", ""),
        ("code=-1004", "", "swift", ""),
    ),
    *ways(
        "tcp_refused",
        _NO_CONNECTION,
        POSSIBLE,
        (*_EITHER, "tcp_reset"),
        ("all connection attempts failed", "", "python", "anyio beneath httpx, and asyncio of Python 3.12"),
        wraps=True,
    ),
    *ways(
        "tcp_refused",
        _NO_CONNECTION,
        POSSIBLE,
        _EITHER,
        (
            "failed to connect to ",
            r"failed to connect to (?:[\w.-]{1,253})?/(?P<host>[\d.a-f:\[\]]{2,60}):(?P<port>\d{1,9})",
            "java",
            "OkHttp 3 to 5",
        ),
        wraps=True,
    ),
    *ways(
        "tcp_refused",
        _NO_CONNECTION,
        POSSIBLE,
        (*_EITHER, "dns_nxdomain"),
        (
            "java.net.connectexception",
            r"java\.net\.connectexception(?::? null)?[ \t\r]*(?![^\n])",
            "java",
            "java.net.http 17",
        ),
        wraps=True,
    ),
    *ways(
        "tcp_timeout",
        _NO_CONNECTION,
        POSSIBLE,
        ("tcp_refused", "host_unreachable", "tcp_reset"),
        ("_connect_sock(", r"await self\._connect_sock\(", "python", "asyncio, a trace cut off"),
        wraps=True,
    ),
    *ways(
        "tcp_refused",
        _NO_CONNECTION,
        POSSIBLE,
        ("tcp_timeout", "dns_nxdomain", "host_unreachable", "tls_to_plain_port"),
        ("cannot connect to destination host", "", "unity", "UnityWebRequest"),
        wraps=True,
    ),
    *ways(
        "tcp_refused",
        _NO_CONNECTION,
        POSSIBLE,
        ("tcp_timeout", "dns_nxdomain", "http_unauthorized", "hosted_endpoint"),
        ("连接失败", r"deepgram ?连接失败[^\n]*", "", ""),
        wraps=True,
    ),
    # Never answered.
    *ways(
        "tcp_timeout",
        "Nothing answered the attempt to connect to {host} port {port}: packets vanish on the way.",
        LIKELY,
        ("host_unreachable",),
        (
            "connect to ",
            (
                r"\bnc: connect to (?P<host>[^\s]{1,253})(?: \([^\s)]{1,60}\))? port (?P<port>\d{1,9}) \(tcp\)"
                r" (?:failed: connection )?timed out[^\n]*"
            ),
            "",
            "netcat of OpenBSD, as on Debian and Ubuntu",
        ),
    ),
    *ways(
        "tcp_timeout",
        "Nothing answered the attempt to connect to {host} port {port}: packets vanish on the way.",
        LIKELY,
        ("client_timeout",),
        ("i/o timeout", rf"\bdial tcp(?:4|6)? {_AT}: (?:i/o timeout|connectex: i/o timeout)", "go", "Go"),
    ),
    Message(
        "tcp_timeout",
        "connection timed out",
        match=r"connection timed out(?!; no servers)(?: after \d{1,9} (?:ms|milliseconds))?",
        says=_SILENT,
        confidence=LIKELY,
        alt=("client_timeout", "tls_handshake_stalled"),
        unless=r"websockettimeoutexception|tls handshake, client hello \(1\):",  # curl -v: it was connected
        source="ETIMEDOUT, whoever says it; curl",
    ),
    *ways(
        "tcp_timeout",
        _SILENT,
        LIKELY,
        (),
        ("timed out (os error", r"\(os error (?:110|60|10060)\)", "rust", ""),
        ("err_connection_timed_out", "", "browser", ""),
        (
            "10060",
            r"(?:\bwinerror |\berrno |\(os error |socketexception \(|error code:? |\()10060\b",
            "",
            "Windows WSAETIMEDOUT in any language",
        ),
        ("semaphore timeout period has expired", "", "", "Windows ERROR_SEM_TIMEOUT in asyncio"),
        (
            "connect call failed",
            r"\[errno (?:110|60|10060)\] connect call failed \('(?P<host>[^'\n]{1,60})', (?P<port>\d{1,9})",
            "python",
            "",
        ),
    ),
    *ways(
        "tcp_timeout",
        _SILENT,
        LIKELY,
        ("client_timeout",),
        (
            "operation timed out",
            r"(?:\[errno 60\]|connect:|errno = 60|failed:) ?operation timed out|operation timed out(?:,| \(os) err",
            "",
            "ETIMEDOUT on macOS",
        ),
        ("etimedout", r"connect etimedout(?: " + _AT + ")?", "node", ""),
        ("did not properly respond after a period of time", "", "", "Windows WSAETIMEDOUT: .NET, Go, Rust"),
        ("connect timed out", r"(?:sockettimeoutexception: |\] failed: )connect timed out", "java", "java.net"),
        (
            "failed to connect to ",
            r"failed to connect to [^\n]{1,200} \(port (?P<port>\d{1,9})\)[^\n]{0,120} after \d{1,9} ?ms",
            "java",
            "Android beneath OkHttp",
        ),
        (
            "failed to connect to ",
            r"failed to connect to [^\n]{1,253} port \d{1,9}[^\n]{0,40}: (?:timeout was reached|timed out)",
            "curl",
            "",
        ),
        (
            "connecttimeouterror(",
            r"connecttimeouterror\([^\n]{0,300}connect timeout=",
            "python",
            "urllib3 beneath requests",
        ),
        ("net::opentimeout", "", "ruby", ""),
        ("err_socket_connection_timeout", "", "node", "Node 20 and newer, of one address after another"),
        ("reason: :connect_timeout", "", "elixir", "hackney"),
        (
            "failed to open tcp connection",
            r"failed to open tcp connection to [^\n]{1,253} \(execution expired\)",
            "ruby",
            "",
        ),
    ),
    *ways(
        "tcp_timeout",
        _SILENT,
        LIKELY,
        ("client_timeout", "http_stalled"),
        ("etimedout", r"(?<!connect )etimedout", "", ""),
        wraps=True,
    ),
    *ways("tcp_timeout", _SILENT, LIKELY, ("http_stalled",), ("ns_error_net_timeout", "", "browser", "")),
    *ways(
        "tcp_timeout",
        (
            "No connection came about in the time that the client allows, which java.net.http counts "
            "with its TLS handshake."
        ),
        POSSIBLE,
        ("tls_handshake_stalled", "tls_to_plain_port", "client_timeout"),
        ("http connect timed out", "", "java", "java.net.http 17"),
    ),
    *ways(
        "tcp_timeout",
        _SILENT,
        POSSIBLE,
        ("tls_handshake_stalled", "client_timeout", "tls_to_plain_port"),
        (
            "connecttimeout",
            r"\bconnecttimeout(?:(?::? timed out|:)?[ \t\r]*(?![^\n])|\('(?:timed out)?'\))",
            "python",
            "httpx 0.2x",
        ),
        wraps=True,
    ),
    *ways(
        "tcp_timeout",
        _SILENT,
        LIKELY,
        ("client_timeout", "tls_handshake_stalled"),
        ("connection timeout to host", "", "python", "aiohttp 3"),
        ("connect timeout has expired", r"connect timeout has expired \[url=", "kotlin", "Ktor 2 and 3"),
    ),
    # No way there.
    *ways(
        "host_unreachable",
        _NO_ROUTE,
        SURE,
        (),
        ("no route to host", "", "", "EHOSTUNREACH, whoever says it"),
        ("ehostunreach", "", "", ""),
        ("host is down", r"\bhost is down\b", "", ""),
        ("err_address_unreachable", "", "browser", ""),
    ),
    *ways(
        "tcp_reset",
        "The connection was reset as soon as it came about.",
        POSSIBLE,
        _RESETS,
        ("connect call failed", r"\[errno (?:104|54|10054)\] connect call failed", "python", ""),
    ),
    *ways(
        "host_unreachable",
        _NO_ROUTE,
        LIKELY,
        ("address_family_unreachable",),
        ("connect call failed", r"\[errno (?:113|65|101|51)\] connect call failed", "python", ""),
        (
            "unreachable host",
            r"socket operation was attempted to an unreachable (?:host|network)",
            "",
            "Windows WSAEHOSTUNREACH",
        ),
        (
            "unreachable network",
            r"socket operation was attempted to an unreachable network",
            "",
            "Windows WSAENETUNREACH",
        ),
        ("network is unreachable", "", "", "ENETUNREACH"),
        ("enetunreach", "", "", ""),
    ),
    *ways(
        "address_family_unreachable",
        _NO_FAMILY,
        LIKELY,
        ("host_unreachable",),
        (
            "network is unreachable",
            r"(?<![\w:])\[?[0-9a-f]{0,4}:[0-9a-f]{0,4}:[0-9a-f:]{1,40}[\]\d: ][^\n]{0,40}network is unreachable",
            "",
            "",
        ),
        ("enetunreach", r"enetunreach \[?[0-9a-f]{0,4}:[0-9a-f]{0,4}:[0-9a-f:]{1,40}", "node", ""),
        ("address family not supported", "", "", "EAFNOSUPPORT"),
        ("eafnosupport", "", "", ""),
    ),
    *ways(
        "address_family_unreachable",
        _NO_FAMILY,
        POSSIBLE,
        ("tcp_refused", "host_unreachable"),
        (
            "assign requested address",
            r"\bcan(?:no|')t assign requested address|connect[^\n]{0,80}assign requested address",
            "",
            "EADDRNOTAVAIL: ::1 where IPv6 is off",
        ),
        ("eaddrnotavail", r"connect eaddrnotavail", "node", ""),
    ),
    *ways(
        "host_unreachable",
        _NO_ROUTE,
        LIKELY,
        (),
        ("err_internet_disconnected", "", "browser", ""),
        ("internet connection appears to be offline", "", "swift", ""),
        ("code=-1009", "", "swift", ""),
    ),
    *ways(
        "host_unreachable",
        "This machine does not allow the connection: a firewall of its own forbids it.",
        LIKELY,
        (),
        ("forbidden by its access permissions", "", "", "Windows WSAEACCES"),
    ),
    *ways(
        "host_unreachable",
        "This machine does not allow the connection: a firewall rule of its own forbids it.",
        LIKELY,
        (),
        ("connect: ", r"\bconnect: (?:permission denied|operation not permitted)", "go", ""),
        ("connect eacces", r"connect eacces " + _AT, "node", ""),
        (
            "permission denied",
            _CONNECTING + r":?\s{0,4}(?:\[errno 13\] )?permission denied",
            "",
            "EACCES of a connect",
        ),
        ("connect call failed", r"\[errno (?:13|1)\] connect call failed", "python", "asyncio"),
    ),
)
