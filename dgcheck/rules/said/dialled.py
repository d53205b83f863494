"""What a dialled URL in a message gives away: the setting, not the deployment (DG0004, DG0005, DG0011).

A host called `ws` or `http` that is looked up, the hosted service that nobody meant, `/v1` twice.
"""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence
from dgcheck.rules.shared.ways import ways

SURE, LIKELY, POSSIBLE = Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE

_AS_NAME = "A name “{taken}” was looked up: the SDK took the scheme of the address for its host."
_WHOLE_AS_NAME = "The SDK takes a bare host name, and looked up the whole of “{taken}” as one."
_TWICE = "The path has /v1 twice: the address that the SDK was given holds one already, and the SDK adds its own."
_UNVERSIONED = "The path has no /v1: this SDK adds none to the address that it was given."

MESSAGES = (
    # A scheme or a whole URL that was taken for a name.
    *ways(
        "sdk_dials_elsewhere",
        _AS_NAME,
        LIKELY,
        ("url_scheme_wrong", "dns_nxdomain", "url_invalid"),
        (
            "enotfound",
            r"\bgetaddrinfo enotfound (?P<taken>https?|wss?)(?![\w.:/-])",
            "node",
            "Deepgram JavaScript 1 and 2",
        ),
        (
            ":443)",
            (
                r"(?:name or service not known|no such host is known\.?|"
                r"nodename nor servname provided, or not known|temporary failure in name resolution|"
                r"name does not resolve) \((?P<taken>https?|wss?):\d{1,9}\)"
            ),
            "dotnet",
            ".NET 5 to 10",
        ),
        ("lookup ", r"\blookup (?P<taken>https?|wss?)(?: on [^\s]{1,80})?: [^\n]{1,60}", "go", ""),
        (
            "cannot connect to host",
            r"cannot connect to host (?P<taken>https?|wss?):\d{1,9} ssl[^\n]*",
            "python",
            "aiohttp",
        ),
        (
            "resolve",
            (
                r"(?:could not resolve host:? '?|failed to resolve ')(?P<taken>https?|"
                r"wss?)(?![\w.:/-])[^\n]*"
            ),
            "",
            "",
        ),
        (
            "unknownhostexception",
            r"unknownhostexception: (?P<taken>https?|wss?)(?![\w./-])(?!:[/\d])[^\n]*",
            "java",
            "",
        ),
    ),
    *ways(
        "sdk_dials_elsewhere",
        _AS_NAME,
        LIKELY,
        ("url_scheme_wrong", "dns_temporary", "url_invalid"),
        ("eai_again", r"\bgetaddrinfo eai_again (?P<taken>https?|wss?)(?![\w.:/-])", "node", ""),
    ),
    *ways(
        "url_scheme_wrong",
        _WHOLE_AS_NAME,
        LIKELY,
        ("sdk_dials_elsewhere", "url_invalid", "dns_nxdomain"),
        (
            "enotfound",
            r"\bgetaddrinfo (?:enotfound|eai_again) (?P<taken>(?:https?|wss?)://[^\s'\",)]{1,500})",
            "node",
            "Deepgram JavaScript 1 and 2",
        ),
    ),
    *ways(
        "url_invalid",
        _WHOLE_AS_NAME,
        LIKELY,
        ("sdk_dials_elsewhere", "url_path_wrong", "url_scheme_missing", "dns_nxdomain"),
        (
            "enotfound",
            r"\bgetaddrinfo (?:enotfound|eai_again) (?P<taken>\[?[\w.-]{1,253}\]?:\d{1,5}(?:/[^\s'\",)]{0,200})?)",
            "node",
            "Deepgram JavaScript 1 and 2",
        ),
    ),
    *ways(
        "url_path_wrong",
        _WHOLE_AS_NAME,
        LIKELY,
        ("sdk_dials_elsewhere", "url_invalid", "dns_nxdomain"),
        (
            "enotfound",
            r"\bgetaddrinfo (?:enotfound|eai_again) (?P<taken>[\w.-]{1,253}/[^\s'\",)]{0,200})",
            "node",
            "Deepgram JavaScript 1 and 2",
        ),
    ),
    # The hosted service, looked up where it cannot be found.
    *ways(
        "sdk_dials_elsewhere",
        (
            "Deepgram's hosted service (api.deepgram.com) was looked up and not found. Where a self-hosted address was "
            "set, the SDK did not take it."
        ),
        POSSIBLE,
        ("dns_nxdomain", "hosted_endpoint", "dns_temporary", "dns_timeout"),
        (
            "api.deepgram.com",
            (
                r"(?:getaddrinfo (?:enotfound|eai_again) |\blookup |could not resolve host:? '?|failed to resolve '|"
                r"unknownhostexception: |(?:name or service not known|no such host is known\.?|"
                r"servname provided, or not known|temporary failure in name resolution|name does not resolve) \()"
                r"api\.deepgram\.com[^\n]*"
            ),
            "",
            "",
        ),
    ),
    *ways(
        "sdk_dials_elsewhere",
        "Pipecat could not use the address that it was given, and dials Deepgram's hosted service instead.",
        LIKELY,
        ("hosted_endpoint", "url_invalid"),
        ("custom base_url configuration failed", "", "python", "Pipecat 1"),
    ),
    *ways(
        "sdk_dials_elsewhere",
        "The SDK was given its environment as a text; it wants a DeepgramClientEnvironment.",
        LIKELY,
        ("url_invalid",),
        (
            "object has no attribute '",
            r"'str' object has no attribute '(?:base|production|agent)'",
            "python",
            "Deepgram Python 5 to 7",
        ),
    ),
    *ways(
        "sdk_dials_elsewhere",
        "This SDK takes no such option; its address is given as a DeepgramClientEnvironment.",
        LIKELY,
        ("url_invalid",),
        (
            "unexpected keyword argument '",
            r"client\.__init__\(\) got an unexpected keyword argument '(?:base_url|url|api_url)'",
            "python",
            "Deepgram Python 5 to 7",
        ),
    ),
    *ways(
        "sdk_dials_elsewhere",
        "This version's DeepgramClientEnvironment wants agent_rest as well.",
        LIKELY,
        ("url_invalid",),
        ("required keyword-only argument: 'agent_rest'", "", "python", "Deepgram Python 7"),
    ),
    *ways(
        "sdk_dials_elsewhere",
        "This is an option of Deepgram Python 3 and 4; from 5 on the address is given as a DeepgramClientEnvironment.",
        LIKELY,
        ("url_invalid",),
        ("no deepgramclientoptions found", "", "python", "Deepgram Python 5 to 7"),
    ),
    # A path that gives itself away beside a 404.
    *ways(
        "url_path_doubled",
        _TWICE,
        LIKELY,
        ("http_not_found",),
        ("/v1/v1/", r"(?:\b404\b[^\n]{0,300}/v1/v1/|/v1/v1/[^\n]{0,300}\b404\b)[^\n]*", "", ""),
        (
            "/listen/v1/listen",
            r"(?:\b404\b[^\n]{0,300}/listen/v1/listen|/listen/v1/listen[^\n]{0,300}\b404\b)[^\n]*",
            "",
            "",
        ),
        ("/listen/listen", r"(?:\b404\b[^\n]{0,300}/listen/listen|/listen/listen[^\n]{0,300}\b404\b)[^\n]*", "", ""),
    ),
    *ways(
        "url_version_missing",
        _UNVERSIONED,
        LIKELY,
        ("http_not_found", "url_path_wrong"),
        (
            "404",
            (
                r"(?:\b404\b[^\n]{0,300}(?:https?|wss?)://[\w.:\[\]-]{1,260}/listen\b|(?:https?|"
                r"wss?)://[\w.:\[\]-]{1,260}/listen\b[^\n]{0,300}\b404\b)[^\n]*"
            ),
            "",
            "",
        ),
    ),
)
