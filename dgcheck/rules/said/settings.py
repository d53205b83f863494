"""URLs that an SDK or its libraries cannot use, in their own words (DG0001 to DG0003)."""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence
from dgcheck.rules.shared.ways import ways

SURE, LIKELY, POSSIBLE = Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE

_UNREADABLE = "The address that the SDK was given cannot be read as a URL."
_NO_SCHEME = "The address that the SDK was given has no scheme in front."
_BAD_SCHEME = "The address that the SDK was given has a scheme that it cannot use for this."
_GLUED = "The address was given with its scheme ({scheme}://), and the SDK put another one in front of it."
_MISSING = ("url_scheme_missing",)
_INVALID = ("url_invalid",)
_SDK = ("sdk_dials_elsewhere", "url_invalid")
_SCHEMES = r"(?P<scheme>https?|wss?)"

MESSAGES = (
    *ways(
        "url_invalid",
        "The address that is dialled is no host with a port.",
        LIKELY,
        _MISSING,
        ("missing port in address", r"\baddress [^\s]{1,253}: missing port in address", "go", "Go's net"),
        ("too many colons in address", r"\baddress [^\s]{1,253}: too many colons in address", "go", "Go's net"),
        ("locationparseerror: ", r"locationparseerror: failed to parse: [^\n]{0,500}", "python", "urllib3"),
        ("does not specify a valid host name", "", "java", "Apache HttpClient 4"),
    ),
    # Go: what net/url says.
    *ways(
        "url_scheme_wrong",
        _GLUED,
        LIKELY,
        ("sdk_dials_elsewhere", "url_invalid", "url_path_wrong"),
        ('parse "', r"parse \"?(?:https?|wss?)://" + _SCHEMES + r":(?:%2f%2f|//)[^\n]*", "go", "Deepgram Go 1 to 3"),
    ),
    *ways(
        "url_invalid",
        _UNREADABLE,
        LIKELY,
        ("sdk_dials_elsewhere", "url_path_wrong", "url_scheme_missing"),
        (
            "after host",
            (
                r"parse \"?(?!(?:https?|wss?)://(?:https?|wss?):(?:%2f|"
                r"//))[^\n]{1,1000}invalid port \"[^\"\n]{0,300}\" after host"
            ),
            "go",
            "Go",
        ),
    ),
    *ways(
        "url_invalid",
        _UNREADABLE,
        LIKELY,
        ("sdk_dials_elsewhere", "url_scheme_wrong", "url_path_wrong"),
        (
            "invalid url escape",
            (
                r"parse \"?(?!(?:https?|wss?)://(?:https?|wss?):(?:%2f|"
                r"//))[^\n]{1,1000}invalid url escape \"[^\"\n]{0,20}\""
            ),
            "go",
            "Go",
        ),
    ),
    *ways(
        "url_invalid",
        _UNREADABLE,
        LIKELY,
        _MISSING,
        ("in host name", r"invalid character \"[^\"\n]{0,8}\" in host name", "go", ""),
        ("invalid control character in url", "", "go", ""),
        ("no host in request url", "", "go", ""),
    ),
    *ways(
        "url_scheme_missing",
        _NO_SCHEME,
        LIKELY,
        _INVALID,
        ("first path segment in url cannot contain colon", "", "go", ""),
        ("missing protocol scheme", "", "go", ""),
    ),
    *ways(
        "url_scheme_wrong",
        _BAD_SCHEME,
        LIKELY,
        _SDK,
        (
            "unsupported protocol scheme",
            r"unsupported protocol scheme \"(?P<scheme>wss?|tcp|grpcs?|file|ftp)\"",
            "go",
            "",
        ),
        ("malformed ws or wss url", "", "go", "gorilla/websocket; Deepgram Go 1.4 to 3"),
    ),
    *ways(
        "url_scheme_missing",
        _NO_SCHEME,
        LIKELY,
        ("url_invalid", "url_scheme_wrong"),
        ("unsupported protocol scheme", r"unsupported protocol scheme \"(?!(?:wss?|tcp|grpcs?|file|ftp)\")", "go", ""),
    ),
    # .NET.
    *ways(
        "url_invalid",
        _UNREADABLE,
        LIKELY,
        _MISSING,
        (
            "invalid uri: ",
            (
                r"invalid uri: (?:the hostname|invalid port|a dos path|the authority|the uri is empty|"
                r"there is an invalid|the uri string is too long)[^\n]{0,60}"
            ),
            "dotnet",
            ".NET",
        ),
    ),
    *ways(
        "url_invalid",
        "The address that the SDK was given cannot be read as a URL; most often its scheme is missing.",
        LIKELY,
        _MISSING,
        (
            "invalid uri: ",
            r"invalid uri: the (?:format of the uri could not|uri scheme is not valid)[^\n]{0,40}",
            "dotnet",
            ".NET",
        ),
    ),
    *ways(
        "url_scheme_wrong",
        _BAD_SCHEME,
        LIKELY,
        ("url_scheme_missing", "sdk_dials_elsewhere"),
        ("schemes are allowed", r"only 'https?' and 'https?' schemes are allowed", "dotnet", ".NET Core 2 to 10"),
        (
            "only uris starting with",
            r"only uris starting with 'ws://' or 'wss://' are supported",
            "dotnet",
            ".NET, Mono",
        ),
        (
            "scheme is not supported",
            r"the '(?P<scheme>https?|wss?|tcp|ftp|file)' scheme is not supported",
            "dotnet",
            ".NET 5 to 10",
        ),
    ),
    *ways(
        "url_scheme_missing",
        _NO_SCHEME,
        LIKELY,
        ("url_scheme_wrong", "sdk_dials_elsewhere", "url_invalid"),
        (
            "scheme is not supported",
            r"the '(?!(?:https?|wss?|tcp|ftp|file)')[^'\n]{1,253}' scheme is not supported",
            "dotnet",
            ".NET 5 to 10",
        ),
    ),
    *ways(
        "url_invalid",
        "The address that the SDK was given is no whole URL.",
        LIKELY,
        _MISSING,
        ("invalid request uri was provided", "", "dotnet", ".NET"),
    ),
    # Java.
    *ways(
        "url_scheme_missing",
        _NO_SCHEME,
        LIKELY,
        ("url_invalid", "bad_parameter"),
        (
            "invalid websocket url",
            r"invalid websocket url: (?!(?:https?|wss?)://)[^\s]{1,2000}",
            "java",
            "Deepgram Java 0.3",
        ),
    ),
    *ways(
        "url_scheme_missing",
        _NO_SCHEME,
        LIKELY,
        _INVALID,
        (
            "no scheme was found",
            r"expected url scheme 'http' or 'https' but no (?:scheme|colon) was found",
            "java",
            "OkHttp",
        ),
        ("but no colon was found", "", "java", "OkHttp 3"),
        ("uri with undefined scheme", "", "java", "java.net.http"),
        ("malformedurlexception: no protocol", "", "java", ""),
    ),
    *ways(
        "url_scheme_wrong",
        _BAD_SCHEME,
        LIKELY,
        _SDK,
        (
            "expected url scheme",
            r"expected url scheme 'http' or 'https' but was '(?P<scheme>wss?|tcp)'",
            "java",
            "OkHttp",
        ),
        (
            "malformedurlexception: unknown protocol",
            r"malformedurlexception: unknown protocol: (?P<scheme>wss?|tcp)\b",
            "java",
            "",
        ),
    ),
    *ways(
        "url_scheme_missing",
        _NO_SCHEME,
        LIKELY,
        ("url_invalid", "url_scheme_wrong"),
        ("expected url scheme", r"expected url scheme 'http' or 'https' but was '(?!(?:wss?|tcp)')", "java", "OkHttp"),
    ),
    *ways(
        "url_scheme_wrong",
        _BAD_SCHEME,
        LIKELY,
        ("url_scheme_missing", "sdk_dials_elsewhere"),
        ("invalid uri scheme", r"invalid uri scheme:? (?P<scheme>\w{1,20})", "java", "java.net.http"),
    ),
    *ways(
        "url_scheme_missing",
        _NO_SCHEME,
        LIKELY,
        ("url_scheme_wrong", "url_invalid"),
        (
            "malformedurlexception: unknown protocol",
            r"malformedurlexception: unknown protocol: (?!(?:wss?|tcp)\b)",
            "java",
            "",
        ),
    ),
    *ways(
        "url_invalid",
        "The host in the address is no name: a part of it is empty or longer than 63 characters.",
        LIKELY,
        (),
        ("label empty or too long", "", "python", "Python's idna codec"),
        ("label too long", r"idna[^\n]{0,60}label too long", "python", "Python 3.13's idna codec"),
    ),
    # Rust.
    *ways(
        "url_invalid",
        "The address that the SDK was given is no base URL; most often its scheme is missing.",
        LIKELY,
        _MISSING,
        ("the provided base url is not valid", "", "rust", "Deepgram Rust 0.5 to 0.9"),
    ),
    *ways(
        "url_scheme_missing",
        _NO_SCHEME,
        LIKELY,
        _INVALID,
        ("relative url without a base", "", "rust", "url"),
        ("relativeurlwithoutbase", "", "rust", "url, printed for debugging"),
    ),
    *ways(
        "url_scheme_wrong",
        _BAD_SCHEME,
        LIKELY,
        ("url_scheme_missing", "sdk_dials_elsewhere"),
        ("url scheme", r"url scheme (?:not supported|is not allowed)", "rust", "tungstenite, reqwest"),
    ),
    *ways(
        "url_scheme_wrong",
        "reqwest could not make a request of that address; most often its scheme is ws or wss.",
        POSSIBLE,
        ("url_invalid", "url_scheme_missing"),
        ("builder error for url", "", "rust", "reqwest"),
        wraps=True,
    ),
    # curl and phones.
    *ways(
        "url_scheme_wrong",
        _BAD_SCHEME,
        LIKELY,
        ("url_scheme_missing",),
        (
            "in libcurl",
            (
                r"protocol \"?(?P<scheme>[\w{1,40}.-]{1,40})\"? (?:not supported or disabled|disabled) in libcurl|"
                r"protocol \"[\w{1,40}.-]{1,40}\" (?:not supported|disabled)"
            ),
            "curl",
            "curl 7 and 8",
        ),
        (
            'protocol "',
            r"protocol \"(?P<scheme>[\w{1,40}.-]{1,40})\" (?:not supported|disabled)(?!\. expected)",
            "curl",
            "curl 8",
        ),
        ("code=-1002", "", "swift", "NSURLErrorUnsupportedURL"),
    ),
    *ways(
        "url_invalid",
        _UNREADABLE,
        LIKELY,
        _MISSING,
        ("url rejected: ", r"url rejected: [^\n]{1,80}", "curl", "curl 8"),
        ("bad/illegal format or missing url", "", "curl", "curl 7 and 8"),
        ("code=-1000", "", "swift", "NSURLErrorBadURL"),
    ),
)
