"""What servers and frameworks say of a body that is too large for them, beside nginx and the bare status (DG3007)."""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence
from dgcheck.rules.shared.ways import ways

SURE, LIKELY, POSSIBLE = Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE

_TOO_LARGE = "The upload is larger than that server allows."

MESSAGES = (
    *ways(
        "http_body_too_large",
        _TOO_LARGE,
        SURE,
        (),
        ("http: request body too large", "", "go", "net/http: MaxBytesReader; Caddy's request_body"),
        ("request_payload_too_large", "", "envoy", "response details of the buffer filter"),
        (
            "larger than the configured limit",
            r"requested content-length of [0-9]{1,20} is larger than the configured limit of (?P<limit>[0-9]{1,20})",
            "apache",
            "AH01587: LimitRequestBody",
        ),
        ("payloadtoolargeerror", r"payloadtoolargeerror: request entity too large", "node", "Express: body-parser"),
        ("maximum request body size", r"maximum request body size [0-9]{1,20} exceeded", "python", "aiohttp's server"),
        (
            "request body too large",
            r"request body too large\. the max request body size is (?P<limit>[0-9]{1,20}) bytes",
            "dotnet",
            "Kestrel: MaxRequestBodySize",
        ),
        ("maxuploadsizeexceededexception", "", "java", "Spring"),
        ("sizelimitexceededexception", "", "java", "Tomcat, Commons FileUpload"),
        (
            "request content length",
            r"configured to deny a request that exceeds the request content length",
            "iis",
            "404.13: maxAllowedContentLength",
        ),
    ),
    *ways(
        "http_body_too_large",
        "The server answered, and meant to end, before the upload was over: most often it is too large for it.",
        POSSIBLE,
        ("http_unauthorized", "tcp_closed_early"),
        ("http error before end of send", r"http error before end of send, (?:keep sending|stop sending)", "curl", ""),
    ),
)
