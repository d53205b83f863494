"""How clients tell the status of an answer: the same number in the words of many libraries.

One table says what a status means to an upgrade and to a plain request (`rules/shared/meanings.py`), those here how
each library words it; the messages are their product. What stands in the body of an answer says more; where the number
alone says next to nothing (400, 200) these words are never more than possible, and those of the body lead.
"""

from __future__ import annotations

from dgcheck.model.message import Message
from dgcheck.rules.shared.meanings import COMMON, REQUEST, UPGRADE, Meaning

# What both kinds of answer share stands once where one wording serves both; the rest of a table is its own.
_UPGRADE_ONLY = tuple(one for one in UPGRADE if one not in COMMON)
_REQUEST_ONLY = tuple(one for one in REQUEST if one not in COMMON)

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
    ("__dgerror", r"\b__dgerror: true,\s{1,8}status: STATUS", "node", "Deepgram JavaScript 3 and 4, printed"),
    ("failed. err: ", r"\bdo(?:\(\))? failed\. err: STATUS [a-z]", "go", "Deepgram Go 1.3 to 3.5, by its log"),
    ("` returned ", r"request `[^`\n]{1,80}` returned STATUS", "python", "Deepgram Python 2"),
    ("does not indicate success", r"does not indicate success: STATUS", "dotnet", "HttpClient 3.1 to 10"),
    ("post http", r"\bpost https?://[^\s\"]{1,2000}: STATUS(?: |$)", "go", "Deepgram Go 1.3 to 3.5"),
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
    *_told(_EITHER, COMMON),
    *_told(_UPGRADES_EITHER, _UPGRADE_ONLY),
    *_told(_REQUESTS_EITHER, _REQUEST_ONLY),
    *_told(_UPGRADES, UPGRADE),
    *_told(_REQUESTS, REQUEST),
)
