"""A limit of the client's own ended it (DG3018), or a connected server did not answer in that time (DG3014).

Where a library says in which phase the time ran out, that decides; `timed out` alone fits every phase.
"""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence
from dgcheck.model.message import Message
from dgcheck.rules.shared.ways import ways

SURE, LIKELY, POSSIBLE = Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE

_ENDED = "The client's own time limit ended it; these words do not say what it was waiting for."
_CONNECTING = (
    "The client's time limit for the whole connection ended it: to connect, the TLS handshake, "
    "or the answer to the upgrade."
)
_WAITED = "The connection stands and the request is out; no answer came in the time that the client allows."
_HALF = "The answer began, and the rest of it did not come in the time that the client allows."

_PHASES = (
    "http_stalled",
    "tcp_timeout",
    "tls_handshake_stalled",
    "http_unavailable",
    "tls_to_plain_port",
    "tcp_refused",
)
_SLOW = ("client_timeout",)
_LONG = ("client_timeout", "tls_handshake_stalled", "tls_to_plain_port")

MESSAGES = (
    # No word of the phase.
    *ways(
        "client_timeout",
        _ENDED,
        POSSIBLE,
        _PHASES,
        ("a task was canceled", "", "dotnet", ".NET Core 2 to 10"),
        ("the operation has timed out", r"the operation has timed out", "dotnet", ".NET"),
        ("aborted due to timeout", r"(?:the )?operation was aborted due to timeout", "node", "AbortSignal.timeout"),
        (
            "context deadline exceeded",
            r"context deadline exceeded(?: \(client\.timeout exceeded while awaiting headers\))?",
            "go",
            "Go",
        ),
        (
            "request timed out",
            r"(?:httptimeoutexception: |the )?request timed out\b",
            "",
            "java.net.http, NSURLErrorTimedOut",
        ),
        ("code=-1001", "", "swift", ""),
        ("sockettimeoutexception: timeout", "", "java", "OkHttp"),
        (
            "operation timed out",
            r"(?<!handshake )(?<!read )(?<!write )\boperation timed out(?! after)(?=[ \t\r]*(?![^\n])|\)|\"|,)",
            "rust",
            "reqwest",
        ),
        ("deadline has elapsed", "", "rust", "tokio"),
        ("source: timedout", "", "rust", "reqwest, printed for debugging"),
        ("timeoutexception after", r"timeoutexception after \d{1,9}:", "dart", "Dart"),
        ("timeoutexception: future not completed", "", "dart", ""),
        ("reason: :timeout", "", "elixir", "Mint"),
        ("transporterror) timeout", r"\b(?:req|mint)\.transporterror\) timeout\b", "elixir", "Req, Mint"),
        ("err_timed_out", "", "browser", ""),
        ("websockettimeoutexception", r"websockettimeoutexception(?:: [^\n]{0,40})?", "python", "websocket-client"),
        ("request timeout has expired", r"request timeout has expired \[url=", "kotlin", "Ktor 2 and 3"),
    ),
    *ways(
        "client_timeout",
        _ENDED,
        POSSIBLE,
        _PHASES,
        ("taskcanceledexception", "", "dotnet", ""),
        ("the operation was canceled", r"the operation was cancell?ed", "dotnet", ""),
        (
            "timeouterror",
            (
                r"(?<![^\n\s])(?:asyncio\.(?:exceptions\.)?|builtins\.|"
                r"concurrent\.futures\._base\.)?timeouterror(?:\(\))?:?(?: timed out)?[ \t\r]*(?![^\n])"
            ),
            "python",
            "Python 3.8 to 3.13",
        ),
        (
            "timed out",
            (
                r"(?:(?<![^\n])|timeouterror: |socket\.timeout: |urlopen error |error: |exception: |"
                r"start: )timed out>?[ \t\r]*(?![^\n])"
            ),
            "python",
            "Python's socket",
        ),
        ("client.timeout exceeded while awaiting headers", "", "go", "Go"),
        ("execution expired", r"\bexecution expired\b", "ruby", ""),
        wraps=True,
    ),
    *ways(
        "client_timeout",
        "HttpClient's own limit of {limit} s ended the request; SDKs set that limit.",
        POSSIBLE,
        _PHASES,
        (
            "configured httpclient.timeout of",
            r"canceled due to the configured httpclient\.timeout of (?P<limit>[\d.,]+) seconds",
            "dotnet",
            ".NET 5 to 10",
        ),
    ),
    *ways(
        "tls_handshake_stalled",
        "The TLS handshake did not end in the time that this client allows.",
        POSSIBLE,
        ("client_timeout", "tcp_timeout", "tls_to_plain_port"),
        ("timed out waiting ssl", "", "c", "libwebsockets"),
    ),
    *ways(
        "tcp_timeout",
        "No connection came about in the time that this client allows, in which it counts the TLS handshake.",
        POSSIBLE,
        ("client_timeout", "tls_handshake_stalled", "tls_to_plain_port"),
        ("request connection took longer than", r"connection took longer than [\d:.]{1,20}", "dart", "Dio 5"),
    ),
    *ways(
        "http_stalled",
        "The request was sent, and no answer came in the time that this client allows.",
        POSSIBLE,
        ("client_timeout", "tcp_timeout", "http_gateway_timeout"),
        ("timed out waiting server reply", "", "c", "libwebsockets"),
    ),
    *ways(
        "client_timeout",
        _CONNECTING,
        POSSIBLE,
        _PHASES,
        ("connect cancelled", r"\bconnect cancelled\b", "dotnet", "Deepgram .NET 4 to 7"),
        ("error: timeout", r"\berror: timeout[ \t\r]*(?![^\n])", "node", "Deepgram JavaScript 5"),
        (
            "timeout exceeded when calling",
            r"timeout exceeded when calling \w{3,8} \S{1,400}",
            "node",
            "Deepgram JavaScript 5",
        ),
        ("opening handshake has timed out", "", "node", "ws with handshakeTimeout"),
        ("timed out during opening handshake", "", "python", "websockets, asyncio"),
    ),
    *ways(
        "client_timeout",
        _ENDED,
        POSSIBLE,
        (*_PHASES, "tcp_closed_early"),
        ('"timeout"', r"deepgramerror: \"timeout\"", "node", "Deepgram JavaScript 5"),
    ),
    *ways(
        "client_timeout",
        _CONNECTING,
        POSSIBLE,
        (
            "tcp_timeout",
            "tls_handshake_stalled",
            "tls_to_plain_port",
            "tcp_refused",
            "http_stalled",
            "http_unavailable",
        ),
        (
            "connect timeout error",
            r"connect timeout error(?: \(attempted address(?:es)?: (?P<address>[^,)\n]{1,200}))?",
            "node",
            "undici",
        ),
    ),
    *ways(
        "client_timeout",
        "The program itself ended the request, as it does after a time limit of its own.",
        POSSIBLE,
        _PHASES,
        ("operation was aborted", r"th(?:e|is) operation was aborted(?! due)", "node", "fetch with an AbortSignal"),
    ),
    *ways(
        "client_timeout",
        "The client's own limit of {limit} ms ended it.",
        POSSIBLE,
        _PHASES,
        ("ms exceeded", r"timeout of (?P<limit>\d{1,9}) ?ms exceeded", "node", "axios, superagent"),
    ),
    *ways(
        "client_timeout",
        "The program itself ended the request.",
        POSSIBLE,
        _PHASES,
        ("context canceled", r"\bcontext cancell?ed\b", "go", ""),
        wraps=True,
    ),
    *ways(
        "client_timeout",
        "OkHttp's limit for the whole call ended it.",
        POSSIBLE,
        _PHASES,
        ("interruptedioexception: timeout", "", "java", "OkHttp"),
    ),
    # got names the phase.
    *ways(
        "client_timeout",
        "The client's limit for the whole request ended it.",
        POSSIBLE,
        _PHASES,
        ("timeout awaiting '", r"timeout awaiting '(?:request|socket|send)' for \d{1,9} ?ms", "node", "got 9 to 14"),
        ("network timeout at: ", "", "node", "node-fetch 2"),
        ("response timeout while trying to fetch", "", "node", "node-fetch 2"),
        over=("tcp_timeout",),
    ),
    *ways(
        "tcp_timeout",
        "No connection came about in the time that the client allows.",
        LIKELY,
        _SLOW,
        ("timeout awaiting 'connect' for", "", "node", "got 9 to 14"),
    ),
    *ways(
        "tls_handshake_stalled",
        "The TLS handshake did not end in the time that the client allows.",
        LIKELY,
        ("client_timeout", "tls_to_plain_port"),
        ("timeout awaiting 'secureconnect' for", "", "node", "got 9 to 14"),
        over=("tcp_timeout",),
    ),
    *ways(
        "dns_timeout",
        "The name was not resolved in the time that the client allows.",
        LIKELY,
        _SLOW,
        ("timeout awaiting 'lookup' for", "", "node", "got 9 to 14"),
        over=("tcp_timeout",),
    ),
    *ways(
        "http_stalled",
        _WAITED,
        LIKELY,
        _SLOW,
        ("timeout awaiting 'response' for", "", "node", "got 9 to 14"),
        ("readtimeout('", r"\breadtimeout\('(?:timed out)?'\)", "python", "httpx 0.2x, printed for debugging"),
        over=("tcp_timeout",),
    ),
    *ways(
        "client_timeout",
        _ENDED,
        POSSIBLE,
        _PHASES,
        ("did not observe any item or terminal event", "", "java", "Reactor"),
    ),
    # Connected, asked, and no answer.
    *ways(
        "http_stalled",
        "The connection stands, and the upgrade was not answered in time.",
        LIKELY,
        _SLOW,
        ("timed out while waiting for handshake response", "", "python", "websockets, threads"),
    ),
    Message(
        "http_stalled",
        "readtimeout",
        match=r"\breadtimeout(?:error)?\b(?!\()(?::? timed out)?",
        says=_WAITED,
        confidence=LIKELY,
        alt=_SLOW,
        speaker="python",
        unless=r"httpsconnectionpool",
        source="httpx 0.2x, requests",
    ),
    *ways(
        "http_stalled",
        _WAITED,
        LIKELY,
        _SLOW,
        ("sockettimeouterror", "", "python", "aiohttp 3.10 and newer"),
        ("read operation timed out", "", "python", "Python's ssl"),
        ("timeout on reading data from socket", "", "python", "aiohttp 3"),
        ("headers timeout error", "", "node", "undici"),
        ("und_err_headers_timeout", "", "node", "undici"),
        ("esockettimedout", "", "node", "request"),
        ("socket timeout has expired", r"socket timeout has expired \[url=", "kotlin", "Ktor 2 and 3"),
        ("timeout awaiting response headers", "", "go", "Go with ResponseHeaderTimeout"),
        (
            "operation timed out after",
            r"operation timed out after \d{1,9} (?:milli)?seconds with (?P<bytes>\d{1,9})\b[^\n]{0,30} bytes received",
            "curl",
            "curl 7 and 8",
        ),
        ("net::readtimeout", "", "ruby", ""),
        (
            "request took longer than",
            r"request took longer than [\d:.]{1,20} to (?:receive|send) data",
            "dart",
            "Dio 5",
        ),
    ),
    Message(
        "http_stalled",
        "read timed out",
        match=r"read timed out\.? ?(?:\(read timeout=(?P<limit>[\d.]+)\))?",
        says=_WAITED,
        confidence=LIKELY,
        alt=_SLOW,
        unless=r"httpsconnectionpool|sockettimeoutexception",
        source="requests",
    ),
    *ways(
        "http_stalled",
        "No answer came in the time that the client allows; Java says the same of a TLS handshake that never ends.",
        POSSIBLE,
        _LONG,
        ("sockettimeoutexception: read timed out", "", "java", "OkHttp 4, java.net"),
    ),
    *ways(
        "http_stalled",
        "No answer came in the time that the client allows; requests says the same of a TLS handshake that never ends.",
        POSSIBLE,
        _LONG,
        ("httpsconnectionpool(", r"httpsconnectionpool\([^\n]{1,300}read timed out[^\n]*", "python", "requests"),
    ),
    *ways(
        "http_stalled",
        "The connection stands, and the upload was not taken in the time that the client allows.",
        LIKELY,
        _SLOW,
        ("write operation timed out", "", "python", "Python's ssl, httpx"),
        ("writetimeout", r"\bwritetimeout\b", "python", "httpx 0.2x"),
    ),
    *ways(
        "http_stalled",
        _HALF,
        LIKELY,
        _SLOW,
        ("body timeout error", "", "node", "undici"),
        (
            "while reading body",
            r"context (?:deadline exceeded|or cancellation) [^\n]{0,40}while reading body\)?",
            "go",
            "Go",
        ),
    ),
    *ways(
        "http_stalled",
        "The connection stands, and nothing came back in time; Go says the same of a TLS handshake that never ends.",
        POSSIBLE,
        _LONG,
        ("i/o timeout", r"\bread tcp [^\n]{1,120}: i/o timeout", "go", "Go"),
    ),
)
