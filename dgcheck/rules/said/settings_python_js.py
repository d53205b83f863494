"""URLs that Python's and JavaScript's libraries cannot use, in their own words (DG0001 to DG0003)."""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence
from dgcheck.model.message import Message
from dgcheck.rules.shared.ways import ways

SURE, LIKELY, POSSIBLE = Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE

_UNREADABLE = "The address that the SDK was given cannot be read as a URL."
_NO_SCHEME = "The address that the SDK was given has no scheme in front."
_BAD_SCHEME = "The address that the SDK was given has a scheme that it cannot use for this."
_MISSING = ("url_scheme_missing",)
_INVALID = ("url_invalid",)
_SDK = ("sdk_dials_elsewhere", "url_invalid")

MESSAGES = (
    # Python.
    *ways(
        "url_scheme_missing",
        _NO_SCHEME,
        LIKELY,
        ("url_invalid", "url_scheme_wrong"),
        ("is missing an 'http://' or 'https://' protocol", "", "python", "httpx 0.2x"),
        ("unknown url type", r"unknown url type: '?(?!(?:wss?|tcp)(?![\w.:/-]))[\w\[]", "python", "urllib"),
    ),
    *ways(
        "url_scheme_wrong",
        _BAD_SCHEME,
        LIKELY,
        _SDK,
        (
            "request url has an unsupported protocol",
            r"request url has an unsupported protocol '(?P<scheme>[^'\n]{1,40})'",
            "python",
            "httpx 0.2x",
        ),
        ("no connection adapters were found", "", "python", "requests"),
        ("nonhttpurl", r"nonhttpurl(?:client|redirectclient)?error: [^\s]{0,500}", "python", "aiohttp 3.10 and newer"),
        ("scheme http", r"(?<!listen\': )\bscheme https? is invalid", "python", "websocket-client"),
    ),
    *ways(
        "url_scheme_wrong",
        _BAD_SCHEME,
        LIKELY,
        ("sdk_dials_elsewhere",),
        ("unknown url type", r"unknown url type: '?(?P<scheme>wss?|tcp)'?(?![\w.:/-])", "python", "urllib"),
    ),
    *ways(
        "url_invalid",
        "The SDK was given an empty address.",
        LIKELY,
        _MISSING,
        ("unknown url type", r"unknown url type: '?[/?]", "python", "urllib"),
        ("isn't a valid uri", r"(?:^|[\s'\"])[/?][^\s]{0,2000} isn't a valid uri", "python", "websockets 8 to 17"),
        (
            "invalidurl",
            r"aiohttp\.client_exceptions\.invalidurl(?:clienterror)?: [/?][^\s]{0,500}",
            "python",
            "aiohttp",
        ),
    ),
    Message(
        "url_scheme_wrong",
        "isn't a valid uri",
        match=r"https?://[^\s]{1,2000} isn't a valid uri: scheme isn't ws or wss",
        says=_BAD_SCHEME,
        confidence=POSSIBLE,
        alt=("sdk_dials_elsewhere", "http_redirect", "url_invalid"),
        speaker="python",
        unless=r"rejected websocket connection: http 30",
        source="websockets 8 to 17",
    ),
    Message(
        "http_redirect",
        "isn't a valid uri",
        match=r"https?://[^\s]{1,2000} isn't a valid uri: scheme isn't ws or wss",
        says="The upgrade was redirected to an http address, which this client does not follow.",
        confidence=LIKELY,
        alt=("sdk_dials_elsewhere", "url_scheme_wrong"),
        speaker="python",
        near=r"rejected websocket connection: http 30",
        source="websockets 13 to 17",
    ),
    *ways(
        "url_scheme_missing",
        _NO_SCHEME,
        LIKELY,
        ("url_scheme_wrong", "url_invalid", "sdk_dials_elsewhere"),
        (
            "isn't a valid uri",
            (
                r"(?:^|[\s'\"])(?![\w=:,({\[]{0,60}(?:https?|wss?)://)[\w\[][^\s'\">]{0,2000} "
                r"isn't a valid uri: scheme isn't ws or wss"
            ),
            "python",
            "websockets 8 to 17",
        ),
    ),
    *ways(
        "url_invalid",
        _UNREADABLE,
        LIKELY,
        _MISSING,
        (
            "isn't a valid uri",
            r"wss?://[^\n]{0,2000} isn't a valid uri(?:: hostname isn't provided)?",
            "python",
            "websockets 8 to 17",
        ),
    ),
    *ways(
        "url_invalid",
        "The port in the address that the SDK was given is no number.",
        LIKELY,
        _MISSING,
        ("port could not be cast", "", "python", "urllib"),
        ("invalid port: ", r"\binvalid port: ['\"]", "python", "httpx"),
    ),
    *ways(
        "url_scheme_missing",
        _NO_SCHEME,
        LIKELY,
        _INVALID,
        ("no scheme supplied", "", "python", "requests"),
        (
            "invalidurl",
            r"aiohttp\.client_exceptions\.invalidurl(?:clienterror)?: [\w\[][^\s]{0,500}",
            "python",
            "aiohttp",
        ),
    ),
    *ways(
        "http_redirect",
        "The upgrade was redirected to an http address, which this client does not follow.",
        LIKELY,
        ("url_scheme_wrong",),
        ("invalid redirect target", r"invalid redirect target '[^\n]{1,2000}", "python", "websocket-client"),
        over=("url_scheme_wrong",),
    ),
    # aiohttp's error is the URL itself: a request with nothing, or with a bare host, in front.
    *ways(
        "url_invalid",
        "The whole message is a path: the SDK was given an empty address.",
        LIKELY,
        _MISSING,
        (
            "/listen?",
            r"\A\s*(?:dg: )?(?:/v1)?/listen\?[^\s]{0,2000}\s*\Z",
            "python",
            "aiohttp beneath Deepgram Python 2",
        ),
    ),
    *ways(
        "url_scheme_missing",
        "The whole message is an address without a scheme.",
        POSSIBLE,
        ("url_invalid", "url_version_missing"),
        (
            "/listen?",
            (
                r"\A\s*(?:dg: )?(?!https?:|"
                r"wss?:)[\w.\[\]-]{1,253}(?::\d{1,5})?(?:/[\w./-]{0,200})?/listen\?[^\s]{0,2000}\s*\Z"
            ),
            "python",
            "aiohttp beneath Deepgram Python 2",
        ),
    ),
    # JavaScript.
    *ways(
        "url_scheme_missing",
        _NO_SCHEME,
        LIKELY,
        _INVALID,
        (
            "failed to parse url from",
            r"failed to parse url from (?!(?:https?|wss?)://)[\w\[][^\s]{0,2000}",
            "node",
            "undici; Deepgram JavaScript 5",
        ),
        (
            "invalid url: ",
            r"\binvalid url: (?!(?:https?|wss?)://|undefined|null)[\w\[][^\s]{0,2000}",
            "",
            "ws, Node 18 and older",
        ),
    ),
    *ways(
        "url_invalid",
        _UNREADABLE,
        LIKELY,
        _MISSING,
        (
            "failed to parse url from",
            r"failed to parse url from (?:[/?]|(?:https?|wss?)://|undefined|null|\[object)[^\s]{0,2000}",
            "node",
            "undici; Deepgram JavaScript 5",
        ),
        (
            "invalid url: ",
            r"\binvalid url: (?:[/?]|(?:https?|wss?)://|undefined|null)[^\s]{0,2000}",
            "",
            "ws, Node 18 and older",
        ),
        (
            "failed to construct 'websocket'",
            r"failed to construct 'websocket': the url '[^\n]{0,2000}' is invalid",
            "browser",
            "Chromium",
        ),
    ),
    *ways(
        "url_invalid",
        _UNREADABLE,
        POSSIBLE,
        ("url_scheme_missing", "url_scheme_wrong"),
        ("invalid url", r"typeerror(?: \[err_invalid_url\])?: invalid url\b(?!:)", "node", "Node 18 and newer"),
    ),
    *ways(
        "url_invalid",
        _UNREADABLE,
        POSSIBLE,
        ("url_scheme_missing", "url_scheme_wrong"),
        ("err_invalid_url", "", "node", ""),
        wraps=True,
    ),
    *ways(
        "url_invalid",
        "The SDK was given an empty address.",
        LIKELY,
        _MISSING,
        ("api url should be a valid url", "", "node", "Deepgram JavaScript 2"),
    ),
    *ways(
        "url_scheme_wrong",
        "The address has a scheme that a WebSocket cannot use; in localhost:8080 that “scheme” is localhost.",
        LIKELY,
        ("url_scheme_missing", "url_invalid"),
        ("protocol must be one of", r"the url's protocol must be one of", "node", "ws 8"),
    ),
    Message(
        "url_scheme_wrong",
        "unknown scheme",
        match=r"\bunknown scheme\b",
        says=_BAD_SCHEME,
        confidence=LIKELY,
        alt=("url_scheme_missing", "sdk_dials_elsewhere"),
        speaker="node",
        near=r"fetch failed",
        source="undici",
    ),
    *ways(
        "url_scheme_wrong",
        _BAD_SCHEME,
        LIKELY,
        ("url_scheme_missing",),
        ("err_invalid_protocol", "", "node", "Node"),
        (
            "failed to construct 'websocket'",
            r"failed to construct 'websocket': the url's scheme must be either[^\n]*",
            "browser",
            "Chromium",
        ),
    ),
    *ways(
        "url_scheme_wrong",
        _BAD_SCHEME,
        LIKELY,
        ("url_scheme_missing", "sdk_dials_elsewhere"),
        (
            "not supported. expected",
            r"protocol \"[\w.+-]{1,253}:\" not supported\. expected \"https?:\"",
            "node",
            "Node",
        ),
    ),
)
