"""What the statuses of an answer mean, to an upgrade and to a plain request; `rules/said/` makes messages of it.

Where the number alone says next to nothing (400, 200) these are never more than possible.
"""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence
from dgcheck.model.record import dataclass

SURE, LIKELY, POSSIBLE = Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE


@dataclass(frozen=True, slots=True)
class Meaning:
    """What some statuses mean: `statuses` is an alternation, all of one first digit; `near`, `unless` as in Message."""

    statuses: str
    cause: str
    confidence: Confidence
    alt: tuple[str, ...]
    says: str
    near: str = ""
    unless: str = ""


COMMON = (
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
    Meaning(
        "511",
        "middlebox",
        LIKELY,
        ("http_unauthorized",),
        "The answer was 511: something on the way wants a login before it lets anything through, as a captive portal.",
    ),
)

# Envoy's own answer without a body, as clients print headers: `server: envoy` and `content-length: 0`, in any order.
_ENVOY = r"['\"]?server['\"]?[:,] ?['\"]envoy['\"]"
_NO_BODY = r"content-length['\"]?[:,] ?['\"]0['\"]"
_ENVOYS_OWN = rf"{_ENVOY}[\s\S]{{0,300}}{_NO_BODY}|{_NO_BODY}[\s\S]{{0,300}}{_ENVOY}"
_FORBIDDEN = "The answer was 403: something in front of the deployment does not let this request through."

_REFUSED = (
    "The upgrade was answered {status}, and these words do not say why; the header dg-error of that answer does. With "
    "a self-hosted deployment it is most often a model, or a model for that language, that is not installed."
)
_TERMS = r"[?&](?:keyterms?|keywords?|replace|search)="  # parameters that depend on the model and the language

UPGRADE = (
    *COMMON,
    Meaning(
        "101",
        "ws_bad_accept",
        LIKELY,
        ("ws_upgrade_not_forwarded",),
        "The answer was 101, and the client still refused it: its headers are not a WebSocket handshake.",
        unless=r"\] http response: 101",  # the Go SDK writes down every answer, the right one too
    ),
    Meaning(
        "403",
        "http_forbidden",
        LIKELY,
        # Envoy answers so to every upgrade that it was not told to take.
        ("ws_upgrade_not_forwarded", "proxy_env", "hosted_endpoint", "middlebox"),
        _FORBIDDEN,
        unless=_ENVOYS_OWN,
    ),
    Meaning(
        "403",
        "ws_upgrade_not_forwarded",
        POSSIBLE,
        ("http_unavailable", "http_forbidden"),
        "Envoy answered the upgrade with 403 and no body, as it does to every upgrade where its route takes none, and "
        "where nothing behind it is healthy.",
        near=_ENVOYS_OWN,
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
        POSSIBLE,
        ("ws_upgrade_not_forwarded", "model_not_streaming", "url_path_wrong"),
        "The upgrade was answered 405: whoever answered takes no GET there. A proxy that drops the headers of the "
        "upgrade makes a plain GET of it, and a model that is for batch alone is refused so.",
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
    *(
        Meaning(
            statuses,
            "ws_upgrade_rejected",
            LIKELY,
            ("wrong_service", "middlebox"),
            "The upgrade was answered {status}, not 101.",
        )
        for statuses in ("406|409|41[0-2]|41[4-9]|421|42[3-5]|428|431|451", "50[6-8]|510")
    ),
)

REQUEST = (
    *COMMON,
    Meaning("403", "http_forbidden", LIKELY, ("proxy_env", "hosted_endpoint", "middlebox"), _FORBIDDEN),
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
        unless=r"unexpected server response|invalidstatus\(|websocketerror",  # then it was an upgrade
    ),
    Meaning(
        "426",
        "ws_upgrade_not_forwarded",
        LIKELY,
        ("alpn_http2_only", "http_redirect", "ws_upgrade_rejected"),
        "The answer was 426: an upgrade was wanted there.",
    ),
    Meaning(
        "421",
        "wrong_service",
        POSSIBLE,
        ("http_not_found",),
        "The answer was 421: whoever answered does not serve that name.",
    ),
    Meaning(
        "501",
        "wrong_service",
        POSSIBLE,
        ("http_method_not_allowed", "http_not_found"),
        "The answer was 501: whoever answered knows no such method.",
    ),
)
