"""What only browsers and phones forbid: plain text from a secure page, answers of another origin (DG0013, DG3019)."""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence
from dgcheck.rules.shared.ways import ways

SURE, LIKELY, POSSIBLE = Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE

_MIXED = "The page came over https, and browsers do not let such a page call http:// or ws://."
_CORS = "The browser did not let the page read the answer: the answer does not allow that page's origin."
_CSP = "The page's own Content-Security-Policy forbids it to connect there (connect-src)."
_ATS = "iOS and macOS do not let an app call plain http:// or ws:// unless its Info.plist allows that host."

# What Chromium's own log, and that of what is built on it, says by number: net/base/net_error_list.h.
_NUMBERS = (
    ("100", "tcp_closed_early", ("tls_to_plain_port", "tcp_reset"), "the other side closed it."),
    ("101", "tcp_reset", ("tcp_closed_early", "tls_to_plain_port"), "the connection was reset."),
    ("102", "tcp_refused", (), "the connection was refused."),
    ("105", "dns_nxdomain", ("dns_temporary", "dns_servfail"), "the name could not be resolved."),
    ("107", "tls_to_plain_port", ("tls_failed", "tls_version"), "what came back is no TLS."),
    ("109", "host_unreachable", ("address_family_unreachable",), "the address cannot be reached."),
    ("110", "tls_client_cert_required", (), "the server wants a client certificate."),
    ("113", "tls_version", ("tls_failed",), "there is no version of TLS or no cipher in common."),
    ("118", "tcp_timeout", ("client_timeout",), "the attempt to connect was not answered."),
    ("200", "tls_hostname_mismatch", (), "the certificate is for other names."),
    ("201", "tls_expired", ("tls_not_yet_valid", "clock_skew"), "the certificate is not valid at this time."),
    ("202", "tls_unknown_ca", ("tls_self_signed", "tls_missing_intermediate"), "the certificate is not trusted."),
)

MESSAGES = (
    *(
        message
        for number, cause, alt, means in _NUMBERS
        for message in ways(
            cause,
            f"Chromium's net error -{number}: {means}",
            LIKELY if cause.startswith("tls_") or not alt else POSSIBLE,
            alt,
            ("net_error", rf"\bnet_error(?:[ :=]|\s\(){{1,2}}-{number}(?!\d)", "browser", "Chromium, Electron"),
        )
    ),
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
        (
            "is not allowed by access-control-allow-",
            (
                r"(?:request header field [\w-]{1,80} is not allowed by access-control-allow-headers|"
                r"method [a-z]{1,16} is not allowed by access-control-allow-methods)[^\n]*"
            ),
            "browser",
            "Chromium, Safari",
        ),
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
