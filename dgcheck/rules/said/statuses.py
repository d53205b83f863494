"""How clients tell the status of an answer: the same number in the words of many libraries.

One table says what a status means to an upgrade and to a plain request, another how each library words it; the messages
are their product. What stands in the answer's body says more; so where the number alone says next to nothing (400,
200) these words are never more than possible, and the body's lead.
"""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence
from dgcheck.model.message import Message
from dgcheck.model.record import dataclass

SURE, LIKELY, POSSIBLE = Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE


@dataclass(frozen=True, slots=True)
class Meaning:
    """What some statuses mean: `statuses` is an alternation; `near` and `unless` as in Message."""

    statuses: str
    cause: str
    confidence: Confidence
    alt: tuple[str, ...]
    says: str
    near: str = ""
    unless: str = ""


_COMMON = (
    Meaning(
        "401",
        "http_unauthorized",
        LIKELY,
        ("hosted_endpoint", "api_key_blank", "api_key_malformed", "sdk_dials_elsewhere"),
        "The answer was 401: whoever answered wants credentials, and the containers themselves never ask for any.",
    ),
    Meaning(
        "402",
        "http_payment_required",
        LIKELY,
        ("hosted_endpoint", "sdk_dials_elsewhere"),
        "The answer was 402, which only Deepgram's hosted service gives: its project is out of credit.",
    ),
    Meaning(
        "403",
        "http_forbidden",
        LIKELY,
        ("proxy_env", "hosted_endpoint", "middlebox"),
        "The answer was 403: something in front of the deployment does not let this request through.",
    ),
    Meaning(
        "404",
        "http_not_found",
        LIKELY,
        ("url_path_wrong", "url_path_doubled", "url_version_missing", "wrong_service"),
        "The answer was 404: whoever answered knows no such path.",
    ),
    Meaning(
        "407",
        "proxy_env",
        LIKELY,
        (),
        "The answer was 407: a forward proxy from the proxy settings stands in between and wants credentials.",
    ),
    Meaning(
        "408",
        "client_timeout",
        LIKELY,
        ("http_gateway_timeout", "http_stalled"),
        "The answer was 408: the request was not complete in the time that whoever answered allows.",
    ),
    Meaning("413", "http_body_too_large", SURE, (), "The answer was 413: the request is larger than is allowed there."),
    Meaning("429", "http_rate_limited", SURE, (), "The answer was 429: too many requests at once."),
    Meaning(
        "500",
        "http_server_error",
        LIKELY,
        ("engine_disconnected", "replica_unhealthy"),
        "The answer was 500: whoever answered failed at this request.",
    ),
    Meaning(
        "502|520|521|523|525|526|530",
        "http_bad_gateway",
        LIKELY,
        ("engine_disconnected", "replica_unhealthy"),
        "The answer was {status}: a proxy in front could not use the deployment behind it.",
    ),
    Meaning(
        "503|529",
        "http_unavailable",
        LIKELY,
        ("engine_disconnected", "engine_initializing", "replica_unhealthy"),
        "The answer was {status}: nothing healthy is behind that address now, or it is overloaded.",
    ),
    Meaning(
        "504|522|524",
        "http_gateway_timeout",
        LIKELY,
        ("http_stalled", "replica_unhealthy"),
        "The answer was {status}: a proxy in front gave up waiting for the deployment.",
    ),
)

_REFUSED = (
    "The upgrade was answered {status}, and these words do not say why; the header dg-error of that answer does. With "
    "a self-hosted deployment it is most often a model, or a model for that language, that is not installed."
)
_TERMS = r"[?&](?:keyterms?|keywords?|replace|search)="  # parameters that depend on the model and the language

UPGRADE = (
    *_COMMON,
    Meaning(
        "101",
        "ws_bad_accept",
        LIKELY,
        ("ws_upgrade_not_forwarded",),
        "The answer was 101, and the client still refused it: its headers are not a WebSocket handshake.",
    ),
    Meaning(
        "20[0-6]",
        "ws_upgrade_not_forwarded",
        POSSIBLE,
        ("wrong_service", "http_bad_response", "middlebox", "ws_upgrade_rejected"),
        "The upgrade was answered {status} instead of 101, as a plain GET would be.",
    ),
    Meaning(
        "30[1-8]",
        "http_redirect",
        LIKELY,
        ("ws_upgrade_rejected",),
        "The upgrade was answered {status}: a redirect, which WebSocket clients do not follow.",
    ),
    Meaning(
        "400|422",
        "model_missing",
        POSSIBLE,
        (
            "ws_upgrade_rejected",
            "bad_parameter",
            "model_not_streaming",
            "model_language",
            "ws_upgrade_not_forwarded",
            "plain_to_tls_port",
        ),
        _REFUSED,
        unless=_TERMS,
    ),
    Meaning(
        "400|422",
        "bad_parameter",
        POSSIBLE,
        ("model_language", "ws_upgrade_rejected", "model_missing", "model_not_streaming"),
        f"{_REFUSED} The request has search terms, which not every model and language takes.",
        near=_TERMS,
    ),
    Meaning(
        "405",
        "http_method_not_allowed",
        LIKELY,
        ("ws_upgrade_not_forwarded", "model_not_streaming", "url_path_wrong"),
        "The upgrade was answered 405: whoever answered takes no GET there.",
    ),
    Meaning(
        "426",
        "ws_upgrade_not_forwarded",
        LIKELY,
        ("alpn_http2_only", "http_redirect", "ws_upgrade_rejected"),
        "The upgrade was answered 426: the request for an upgrade did not arrive as one.",
    ),
    Meaning(
        "501|505",
        "ws_upgrade_not_forwarded",
        POSSIBLE,
        ("ws_upgrade_rejected", "wrong_service"),
        "The upgrade was answered {status}: whoever answered cannot upgrade.",
    ),
)

REQUEST = (
    *_COMMON,
    Meaning(
        "30[1-8]",
        "http_redirect",
        LIKELY,
        ("ws_upgrade_rejected",),
        "The answer was {status}: a redirect that this client does not follow, or that turns its POST into a GET.",
    ),
    Meaning(
        "400|415|422",
        "bad_parameter",
        POSSIBLE,
        (
            "model_missing",
            "audio_undecodable",
            "model_language",
            "model_format",
            "model_not_batch",
            "model_version",
            "default_model_missing",
            "remote_url_blocked",
            "plain_to_tls_port",
            "url_path_wrong",
            "wrong_service",
            "http_bad_response",
            "model_not_streaming",
        ),
        "The answer was {status}, and these words do not say why; the answer's body and its header dg-error do.",
    ),
    Meaning(
        "405",
        "http_method_not_allowed",
        LIKELY,
        ("url_path_wrong", "http_redirect", "wrong_service"),
        "The answer was 405: whoever answered takes no such method there; a redirect turns a POST into a GET.",
    ),
    Meaning(
        "426",
        "ws_upgrade_not_forwarded",
        LIKELY,
        ("alpn_http2_only", "http_redirect", "ws_upgrade_rejected"),
        "The answer was 426: an upgrade was wanted there.",
    ),
)

# What both kinds of answer share stands once where one wording serves both; the rest of a table is its own.
_UPGRADE_ONLY = tuple(one for one in UPGRADE if one not in _COMMON)
_REQUEST_ONLY = tuple(one for one in REQUEST if one not in _COMMON)

# (stem, the words with STATUS where the number stands, who says it, how we know)
_EITHER = (
    (
        "status code",
        r"status code(?: received| of)?:? (?:101 but got )?['\"]?STATUS",
        "",
        "ClientWebSocket, java.net.http, Java-WebSocket, Vert.x, axios, Dio; Deepgram JavaScript 5 and Java 0.3",
    ),
    ("status_code", r"\bstatus_code['\"]?(?:: ?|=)STATUS", "", "Deepgram Python 5 to 7, mint_web_socket"),
    (", message=", r"\bSTATUS, message=['\"](?!bad status line|expected http/)", "python", "aiohttp 3"),
    ("http error", r"\bhttp error:? STATUS", "", "tungstenite 0.12 and newer, urllib"),
)
_UPGRADES_EITHER = (
    ("when status", r"status code ['\"]?STATUS['\"]? when status\s{1,6}code", "dotnet", "ClientWebSocket 3.1, 8, 10"),
    ("response status code", r"http response status code:? STATUS", "java", "java.net.http 17, Jetty 9 to 12"),
    ("status code received", r"status code received: STATUS", "java", "Java-WebSocket 1.3 to 1.6"),
    ("returned http status code", r"returned http status code STATUS", "java", "Vert.x 3 and 4"),
    ("but got", r"status code 101 but got STATUS", "go", "coder/websocket 1"),
    (
        "websocket connection",
        r"status_code: STATUS, body: unexpected error when initializing websocket",
        "python",
        "Deepgram Python 5 to 7",
    ),
    ("invalid response status", r"\bSTATUS, message='invalid response status'", "python", "aiohttp 3"),
    ("http error: ", r"\bhttp error: STATUS", "rust", "tungstenite 0.12 and newer"),
)
_REQUESTS_EITHER = (
    (
        "status code",
        r"(?<!invalid )(?<!response )(?<!http )\bstatus code(?: of)?:? STATUS(?! when)",
        "",
        "Deepgram JS 5",
    ),
    (
        "status_code",
        r"\bstatus_code['\"]?(?:: ?|=)STATUS(?!, body: (?:unexpected error when init|websocket initialized))",
        "python",
        "Deepgram Python 5 to 7",
    ),
    (
        ", message=",
        (
            r"\bSTATUS, message=['\"](?!invalid (?:response status|challenge|upgrade|connection)|"
            r"bad status line|expected http/)"
        ),
        "python",
        "aiohttp 3",
    ),
    ("http error ", r"\bhttp error STATUS", "python", "urllib of Python 3; Deepgram Python 2"),
)
_UPGRADES = (
    ("unexpected server response", r"unexpected server response(?::| \() ?STATUS", "node", "ws 1 to 8"),
    ("server rejected websocket", r"rejected websocket connection: http STATUS", "python", "websockets 10 to 17"),
    ("unexpected response code", r"unexpected response code: ?STATUS", "browser", "Chromium, Safari, faye-websocket"),
    ("http 101 response", r"expected http 101 response but was '?STATUS", "java", "OkHttp 3 to 5"),
    ("handshake ", r"handshake (?:status|response getstatus:) STATUS", "python", "websocket-client, Netty"),
    (
        "http response",
        r"http response(?: status)?:? '?STATUS",
        "go",
        "Deepgram Go 1.3 to 3.5, gobwas/ws, libwebsockets",
    ),
    ("response status", r"not 101, response status:? STATUS", "c", "jambonz, on libwebsockets"),
    ("http(response {", r"http\(response \{ status: STATUS", "rust", "tungstenite, printed for debugging"),
    ("'101'", r"'STATUS'[^\n\d]{1,80}'101'", "dotnet", "ClientWebSocket of .NET Framework, and in any language"),
    ("status code not 101", r"status code not 101: STATUS", "python", "websockets 3 to 9"),
    ("status code 101", r"expected status code 101 but was STATUS", "kotlin", "Ktor 2 and 3"),
    ("unexpected status code (", r"received unexpected status code \(STATUS", "rust", "rust-websocket, so websocat 1"),
    ("response code from server", r"bad response code from server:? ?STATUS", "swift", "SocketRocket"),
    ("non-101 status: ", r"\bnon-101 status: STATUS", "node", "websocket 1"),
    ("requesterror{code: ", r"\bwebsockex\.requesterror\{code: STATUS", "elixir", "WebSockex 0.4"),
    ("notanupgrade(", r"\bnotanupgrade\(STATUS", "swift", "Starscream 4"),
    ("response code was not 101: ", r"response code was not 101: STATUS", "java", "Tyrus 1 and 2"),
    ("websocket upgrade failure: ", r"websocket upgrade failure: STATUS", "java", "Vert.x 3 to 5"),
    ("websocket: invalid status code", r"websocket: invalid status code: STATUS", "rust", "fastwebsockets, so Deno"),
    ("deepgram-returning-", r"\bdeepgram-returning-STATUS", "", "Vapi's endedReason"),
    ("the status line is", r"the status line is: http/1\.[01] STATUS", "java", "nv-websocket-client 2"),
)
_REQUESTS = (
    ("(status: ", r"\(status: STATUS\)", "python", "Deepgram Python 3 and 4"),
    ("` returned ", r"request `[^`\n]{1,80}` returned STATUS", "python", "Deepgram Python 2"),
    ("does not indicate success", r"does not indicate success: STATUS", "dotnet", "HttpClient 3.1 to 10"),
    ("post http", r"\bpost https?://[^\s\"]{1,2000}: STATUS ", "go", "Deepgram Go 1.3 to 3.5"),
    (" error: ", r"\bSTATUS (?:client|server) error: [^\n]{0,80} for url", "python", "requests 2"),
    (" for url ", r"(?:client error|server error|redirect response) '?\(?STATUS", "python", "httpx 0.2x, reqwest"),
    ("kind: status(", r"kind: status\(STATUS", "rust", "reqwest, printed for debugging"),
    ("requested url returned error", r"requested url returned error: STATUS", "curl", "curl 7 and 8"),
    ("response code ", r"(?<!unexpected )\bresponse code STATUS", "node", "got 11 to 14"),
    ("returned http response code", r"returned http response code: STATUS for url", "java", "HttpURLConnection"),
    (
        "awaiting response... ",
        r"awaiting response\.\.\. STATUS (?![^\n]{0,80}\nlocation: [^\n]{1,2000}\[following\])",
        "",
        "wget 1.2x",
    ),
    ("server returned an error", r"server returned an error: \(STATUS\)", "dotnet", "HttpWebRequest of .NET Framework"),
    ("server responded with", r"responded with (?:a )?status(?: of)? STATUS", "browser", "Chromium, Faraday"),
    ("httpclienterror: http ", r"httpclienterror: http (?!599)STATUS", "python", "Tornado 5 and newer"),
    ("returned the status ", r"server returned the status STATUS with message", "", "MATLAB"),
    ("http status ", r"\bhttp status STATUS (?:–|-|&#8211;) \w", "java", "Tomcat 7 to 11, the page of an error"),
    ("failed with", r"\bfailed with (?:a )?(?:http )?status:? STATUS", "", "as many programs word it"),
    ("statuscode", r"\bstatuscode['\"]?\s{0,4}[:=]\s{0,4}STATUS", "node", "answers printed by Node"),
)


# Other programs than clients of the API that say the same: git, and the package managers.
_ELSEWHERE = r"unable to access '|npm (?:err|error)|pypi\.org|archive\.ubuntu|deb\.debian|github\.com/(?!deepgram)"


def _told(words: tuple[tuple[str, str, str, str], ...], meanings: tuple[Meaning, ...]) -> tuple[Message, ...]:
    return tuple(
        Message(
            cause=one.cause,
            stem=stem,
            match=match.replace("STATUS", rf"(?P<status>{one.statuses})(?!\d)"),
            says=one.says,
            confidence=one.confidence,
            alt=one.alt,
            speaker=speaker,
            near=one.near,
            unless=f"{one.unless}|{_ELSEWHERE}" if one.unless else _ELSEWHERE,
            source=source,
        )
        for stem, match, speaker, source in words
        for one in meanings
    )


MESSAGES = (
    *_told(_EITHER, _COMMON),
    *_told(_UPGRADES_EITHER, _UPGRADE_ONLY),
    *_told(_REQUESTS_EITHER, _REQUEST_ONLY),
    *_told(_UPGRADES, UPGRADE),
    *_told(_REQUESTS, REQUEST),
)
