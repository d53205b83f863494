"""Keys that an SDK refuses before it sends anything (DG0008, DG0009), in the SDKs' own words and their runtimes'.

A self-hosted API checks no key, yet most SDKs insist on one.
"""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence
from dgcheck.model.message import Message
from dgcheck.rules.shared.ways import ways

SURE, LIKELY, POSSIBLE = Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE

_BLANK = "The SDK was given no key and refuses to go on. A self-hosted API checks none, so any text will do."
_LATE = "The SDK was given no key where it looks for one; a key given elsewhere, or set too late, does not count."
_UNFIT = (
    "The key has a line break, a blank or another character that no header can carry; it usually "
    "comes from a file or a variable."
)
_FORM = (
    "This SDK takes only a key of 40 lower-case hexadecimal digits; a self-hosted API checks "
    "none, so any such text will do."
)

_MALFORMED = ("api_key_malformed",)
_EMPTY = ("api_key_blank",)

MESSAGES = (
    # Refused by the SDK.
    *ways(
        "api_key_blank",
        _BLANK,
        LIKELY,
        _MALFORMED,
        ("dg: api key is required", "", "node", "Deepgram JavaScript 1 and 2"),
        (
            "a deepgram api key",
            r"a deepgram api key(?: or access token)? is required",
            "node",
            "Deepgram JavaScript 3 and 4",
        ),
        (
            "api key must be provided",
            r"deepgram api key must be provided in constructor(?: or via settings)?",
            "dotnet",
            "Deepgram .NET 1 to 3",
        ),
        ("no api key found", "", "go", "Deepgram Go 1.0.4 to 3"),
        ("deepgram_api_key not found", "", "go", "Deepgram Go 1.0.0 to 1.0.3"),
        (
            "api key is required",
            r"(?:deepgram(?:setup)?error: |deepgram )api key is required(?:, either as argument or set)?",
            "python",
            "Deepgram Python 2, livekit-plugins-deepgram",
        ),
        ("please provide apikey, accesstoken", "", "java", "Deepgram Java 0.3"),
    ),
    *ways(
        "api_key_blank",
        _LATE,
        LIKELY,
        _MALFORMED,
        ("please provide 'apikey' when initializing", "", "node", "Deepgram JavaScript 5"),
        ("deepgram api key is invalid", "", "dotnet", "Deepgram .NET 4.0 to 6.2"),
        ("deepgram authentication is required", "", "dotnet", "Deepgram .NET 6.3 to 7"),
        ("no authentication credentials found in parameters", "", "dotnet", "Deepgram .NET 6.3 to 7"),
        ("deepgram api key is not set", "", "python", "Deepgram Python 3"),
        ("api key nor access token is set", "", "python", "Deepgram Python 4"),
        ("warning: api key is missing", "", "python", "Deepgram Python 3"),
        ("the client must be instantiated be either passing in api_key", "", "python", "Deepgram Python 5 to 7"),
    ),
    *ways(
        "api_key_blank",
        _BLANK,
        LIKELY,
        ("license", "api_key_malformed"),
        (
            "deepgram_api_key",
            (
                r"deepgram_api_key (?:environment variable |env(?:ironment)? var )?(?:is )?(?:not set|missing|"
                r"required|undefined|must be set)"
            ),
            "",
            "",
        ),
    ),
    *ways(
        "api_key_blank",
        _BLANK,
        LIKELY,
        ("http_unauthorized",),
        ("no deepgram api key provided", "", "c", "FreeSWITCH modules of drachtio and jambonz"),
    ),
    *ways(
        "api_key_malformed",
        _FORM,
        LIKELY,
        _EMPTY,
        (
            "invalid api key",
            r"deepgram(?:setup)?error: invalid api key|dg: invalid api key",
            "python",
            "Deepgram Python 2",
        ),
    ),
    # Refused by the HTTP library, as a header that cannot be.
    *ways(
        "api_key_blank",
        _BLANK,
        LIKELY,
        _MALFORMED,
        ("illegal header value", r"illegal header value b['\"](?:token|bearer) ?['\"]", "python", "h11 beneath httpx"),
    ),
    *ways(
        "api_key_malformed",
        _UNFIT,
        LIKELY,
        _EMPTY,
        (
            "illegal header value",
            r"illegal header value b['\"](?:token|bearer) [^'\"\n]",
            "python",
            "h11 beneath httpx",
        ),
        (
            "invalid authorization header",
            r"invalid authorization header(?:: (?:token|bearer) )?",
            "",
            "websockets, undici",
        ),
        (
            "invalid character in header content",
            r"invalid character in header content(?: \[['\"]authorization['\"]\])?",
            "node",
            "Node",
        ),
        ("err_invalid_char", "", "node", "Node"),
        (
            "characters are not allowed in header",
            r"new-?line or nul characters are not allowed in header(?: value)?s?",
            "dotnet",
            ".NET 6 to 10",
        ),
        (
            "new-line characters in header values",
            r"new-line characters in header values must be followed by a white-?space",
            "dotnet",
            ".NET Core 3.1",
        ),
        ("invalid header field value for", r"invalid header field value for \"authorization\"", "go", "Go"),
        (
            "in authorization value",
            r"unexpected char 0x[0-9a-f]{2,4} at \d{1,9} in authorization value",
            "java",
            "OkHttp",
        ),
        ("invalid header value: ", r"invalid header value: \"?(?:token|bearer)", "java", "java.net.http"),
        ("failed to parse header value", "", "rust", "http beneath reqwest and tungstenite"),
        (
            "reserved character(s)",
            r"invalid leading whitespace, reserved character\(s\), or return character\(s\) in header value",
            "python",
            "requests",
        ),
        (
            "newline or carriage return",
            r"newline(?:,| or) carriage return[^\n]{0,40} (?:in|detected in) headers?",
            "python",
            "aiohttp",
        ),
    ),
    *ways(
        "api_key_malformed",
        _UNFIT,
        POSSIBLE,
        _EMPTY,
        ("illegal header value", r"illegal header value(?! b['\"](?:token|bearer))", "python", ""),
    ),
    Message(
        "api_key_malformed",
        "format of value '",
        match=r"the format of value '[^\n]{0,20}",
        says=_UNFIT,
        confidence=POSSIBLE,
        alt=_EMPTY,
        speaker="dotnet",
        near=r"authorization|header",
        source=".NET",
    ),
    *ways(
        "api_key_malformed",
        (
            "The key is sent as a WebSocket subprotocol here, and holds a character that none may have: "
            "a blank, a quote, a line break."
        ),
        LIKELY,
        _EMPTY,
        (
            "failed to construct 'websocket': the subprotocol",
            r"failed to construct 'websocket': the subprotocol '[^\n]{0,4}",
            "browser",
            "Chromium",
        ),
    ),
    *ways(
        "api_key_malformed",
        "The key is sent as a WebSocket subprotocol here, and holds a character that none may have.",
        LIKELY,
        _EMPTY,
        ("invalid or duplicated subprotocol", "", "node", "ws, undici"),
    ),
)
