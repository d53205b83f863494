"""What only browsers and phones forbid: plain text from a secure page, answers of another origin (DG0013, DG3019)."""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence
from dgcheck.rules.shared.ways import ways

SURE, LIKELY, POSSIBLE = Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE

_MIXED = "The page came over https, and browsers do not let such a page call http:// or ws://."
_CORS = "The browser did not let the page read the answer: the answer does not allow that page's origin."
_CSP = "The page's own Content-Security-Policy forbids it to connect there (connect-src)."
_ATS = "iOS and macOS do not let an app call plain http:// or ws:// unless its Info.plist allows that host."

MESSAGES = (
    *ways(
        "browser_mixed_content",
        _MIXED,
        SURE,
        (),
        ("mixed content: the page", r"mixed content: the page at '[^\n]*", "", "Chromium"),
        ("may not be initiated from a page loaded over https", "", "", "Chromium"),
        ("blocked loading mixed active content", "", "", "Firefox"),
        ("insecure content from", r"was not allowed to (?:display|run) insecure content from", "", "Safari"),
    ),
    *ways(
        "browser_mixed_content",
        _MIXED,
        LIKELY,
        (),
        (
            "the operation is insecure",
            r"securityerror: the operation is insecure",
            "",
            "Firefox: new WebSocket on a secure page",
        ),
    ),
    *ways(
        "browser_mixed_content",
        _ATS,
        POSSIBLE,
        ("url_scheme_wrong",),
        (
            "app transport security policy",
            r"app transport security policy[^\n]*",
            "swift",
            "NSURLErrorAppTransportSecurityRequiresSecureConnection",
        ),
        ("code=-1022", "", "swift", ""),
    ),
    *ways(
        "browser_mixed_content",
        (
            "Android does not let an app call plain http:// or ws:// unless its network security "
            "configuration allows that host."
        ),
        POSSIBLE,
        ("url_scheme_wrong",),
        (
            "cleartext",
            r"cleartext (?:http traffic|communication) to \S{1,253} not permitted",
            "java",
            "Android 9 and newer",
        ),
    ),
    *ways(
        "cors_blocked",
        _CORS,
        SURE,
        (),
        ("blocked by cors policy", r"has been blocked by cors policy[^\n]*", "", "Chromium"),
        ("cross-origin request blocked", r"cross-origin request blocked[^\n]*", "", "Firefox"),
        ("is not allowed by access-control-allow-origin", "", "", "Safari"),
        ("preflight response is not successful", "", "", "Safari"),
    ),
    *ways(
        "cors_blocked",
        "Deepgram's JavaScript SDK refuses REST calls wherever it takes itself to be in a browser.",
        LIKELY,
        (),
        ("due to cors we are unable to support rest-based", "", "browser", "Deepgram JavaScript 3"),
    ),
    *ways(
        "cors_blocked",
        _CORS,
        POSSIBLE,
        ("tcp_refused", "tls_unknown_ca", "dns_nxdomain", "http_redirect"),
        ("due to access control checks", "", "", "Safari, which says so of other failures too"),
    ),
    *ways(
        "cors_blocked",
        _CSP,
        LIKELY,
        (),
        (
            "content security policy",
            (
                r"(?:refused to connect to|"
                r"connecting to) '[^'\n]{1,2000}'"
                r"[^\n]{0,40}(?:because it )?violates the following content security policy[^\n]*"
            ),
            "",
            "Chromium",
        ),
        ("content-security-policy", r"content-security-policy: the page's settings blocked[^\n]*", "", "Firefox"),
    ),
    *ways(
        "cors_blocked",
        "The server refuses WebSockets of pages whose origin it does not know.",
        SURE,
        (),
        ("checkorigin", r"request origin not allowed by upgrader\.checkorigin", "go", "gorilla/websocket"),
        ("invalid origin header", r"invalid origin header: [^\n]{1,300}", "python", "websockets: InvalidOrigin"),
    ),
)
