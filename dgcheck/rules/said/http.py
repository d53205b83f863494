"""What a deployment, or Deepgram's hosted service, says in the body of a refusal and in its header `dg-error`.

The same words reach people in many coats: as JSON, as the text of an exception that an SDK made of the body, alone.
What only the status says stands in `statuses.py`, what a proxy's page says in the files on proxies.
"""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence
from dgcheck.model.message import Message
from dgcheck.wire.refusal import CODES

SURE, LIKELY, POSSIBLE = Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE

_ERRORS = "wire reference §4.2, Deepgram's page on errors"
# Words that other programs say as well count where they stand alone, in a field of an error, or behind an SDK's name.
_FRONT = (
    r"(?:\A\s{0,40}|\n[ \t]{0,40}(?=[^\n]{1,80}\s{0,40}\Z)|[\"']?(?:err_msg|dg-error|message)[\"']?\s*[:=]\s*[\"']?|"
    r"Deepgram\w{0,40}(?:Exception|Error):?\s+(?:thrown\s+)?|returned \d{3}:\s*)"
)
_END = r"(?=[\"']|\s*\Z|\s*\n|\s*\(Status)"
_CODE = r"[\"']?(?:err_code|error_code|category)[\"']?\s*[:=]\s*[\"']?"


def _says(
    cause: str,
    words: str,
    meaning: str,
    confidence: Confidence = LIKELY,
    alt: tuple[str, ...] = (),
    *,
    stem: str = "",
    over: tuple[str, ...] = (),
) -> Message:
    """Words that only a deployment or the hosted service says. `words` is a pattern; `stem` where it is no literal."""
    match = rf"{words}[^\n]*"
    return Message(
        cause, stem or words.lower(), match, meaning, confidence, alt, "deployment", over=over, source=_ERRORS
    )


def _alone(cause: str, words: str, meaning: str, alt: tuple[str, ...], over: tuple[str, ...] = ()) -> Message:
    """Words that others say too, where they stand alone or in an error of a deployment."""
    return Message(
        cause,
        words.lower(),
        rf"{_FRONT}{words}\.?{_END}",
        meaning,
        LIKELY,
        alt,
        "deployment",
        over=over,
        source=_ERRORS,
    )


def _code(cause: str, code: str, meaning: str, confidence: Confidence, alt: tuple[str, ...] = ()) -> Message:
    """The code of an error, as upper-case token or as the reason phrase of its status."""
    return Message(
        cause, code.lower(), rf"{_CODE}{code}\b", meaning, confidence, alt, "deployment", source="wire reference §4.1"
    )


_PARAMETER = "The deployment does not accept a parameter of the request"
_BODY = "The deployment does not accept the body of the request"
_UNAUTHORIZED = "Credentials were refused. The containers check none, so the hosted service or a gateway answered."
_FORBIDDEN = "The key may not do this. The containers check no keys, so the hosted service or a gateway answered."
_CREDIT = "A project at Deepgram has no credit left. Only the hosted service says so: the request went there."
_BUSY = "No Engine could take the request, or all are busy."
_BUSY_ALT = ("engine_disconnected", "engine_initializing", "replica_unhealthy", "http_rate_limited")
_LIMIT = "More requests came than are allowed at once."
_FAILED = "The deployment failed at this request."
_FAILED_ALT = ("engine_disconnected", "replica_unhealthy")
_HOSTED = ("hosted_endpoint", "sdk_dials_elsewhere")
_PATH = ("url_path_wrong", "url_path_doubled", "url_version_missing", "wrong_service")
_BAD = ("ws_upgrade_rejected",)

_PARAMETERS = (
    _says("bad_parameter", "Invalid query string", f"{_PARAMETER}: a value cannot be read.", over=_BAD),
    _says(
        "bad_parameter",
        r"Failed to deserialize query (?:parameters?|string):?\s*(?P<reason>[^\n\"}]{0,160})",
        f"{_PARAMETER}: {{reason}}.",
        stem="failed to deserialize query",
        over=_BAD,
    ),
    _says(
        "bad_parameter",
        r"Unknown query parameters?:?\s*(?P<name>[\w, ]{1,80})",
        f"{_PARAMETER}: it knows no {{name}}.",
        stem="unknown query parameter",
        over=_BAD,
    ),
    _says(
        "bad_parameter",
        r"Keywords are not supported for",
        f"{_PARAMETER}: Nova-3 takes keyterm, not keywords.",
        SURE,
        over=_BAD,
    ),
    _says(
        "bad_parameter",
        r"`(?P<name>\w{1,40})` (?:is|are) only supported for",
        f"{_PARAMETER}: {{name}} is for other models.",
        SURE,
        stem="only supported for",
        over=_BAD,
    ),
    _says(
        "bad_parameter",
        r"`(?P<name>\w{1,40})(?:=[^`\n]{0,60})?` (?:is not applicable|is invalid|must be [^\n]{1,60}) when",
        f"{_PARAMETER}: {{name}} does not go with the others.",
        stem=" when `",
        over=_BAD,
    ),
    Message(
        "bad_parameter",
        "' value of '",
        r"Invalid '(?P<name>\w{1,40})' value of '(?P<value>[^'\n]{0,80})'[^\n]*",
        f"{_PARAMETER}: {{name}} may not be {{value}}.",
        LIKELY,
        speaker="deployment",
        near=r"dg-error|dg-request-id|err_msg|deepgram|/v[12]/listen|\A\s*Invalid '",
        over=_BAD,
        source="deepgram-python-sdk, issue 279",
    ),
    _says("bad_parameter", "Unsupported audio format:", f"{_PARAMETER}: it cannot make that format.", over=_BAD),
    _says("bad_parameter", "Invalid callback url", f"{_PARAMETER}: callback is no URL that it may call.", over=_BAD),
    _says(
        "bad_parameter",
        "not supported for non-English",
        f"{_PARAMETER}: the feature is for English only.",
        alt=("model_language",),
        over=_BAD,
    ),
    _says("bad_parameter", "we could not process the JSON payload", f"{_BODY}: it is said to be JSON and is none."),
    _says("bad_parameter", "Invalid JSON submitted", f"{_BODY}: it is said to be JSON and is none."),
    _says("bad_parameter", "Failed to deserialize JSON payload", f"{_BODY}: it is JSON of another shape."),
    _says("bad_parameter", "Input text contains no characters", f"{_BODY}: there is no text to speak."),
    _says("bad_parameter", r"`Content-Type` header is not supported", f"{_BODY}: its Content-Type is another."),
    *(
        _code("bad_parameter", code, f"{_BODY if about == 'payload' else _PARAMETER}.", LIKELY, ("model_missing",))
        for code, about in CODES.items()
        if about in ("parameter", "payload")
    ),
)

_HOSTED_WORDS = (
    _alone(
        "http_unauthorized",
        "Invalid credentials",
        _UNAUTHORIZED,
        (*_HOSTED, "api_key_blank", "api_key_malformed"),
    ),
    _code("http_unauthorized", "INVALID_AUTH", _UNAUTHORIZED, LIKELY, _HOSTED),
    _says("http_forbidden", "User does not have sufficient permissions", _FORBIDDEN, alt=_HOSTED),
    _says("http_forbidden", "Project does not have access to the requested model", _FORBIDDEN, alt=_HOSTED),
    _alone("http_forbidden", "Insufficient permissions", _FORBIDDEN, _HOSTED),
    _code("http_forbidden", "INSUFFICIENT_PERMISSIONS", _FORBIDDEN, LIKELY, (*_HOSTED, "http_unauthorized")),
    _says("http_payment_required", "Project does not have enough credits", _CREDIT, SURE),
    _says("http_payment_required", r"\bASR_PAYMENT_REQUIRED\b", _CREDIT, SURE, stem="asr_payment_required"),
    Message(
        "http_payment_required",
        "payment required",
        r"(?:402[\s,'\":-]{1,40}(?:statusMessage)?[\s,'\":]{0,20}|HTTP[^\n]{0,20})Payment Required",
        _CREDIT,
        LIKELY,
        _HOSTED,
        source=_ERRORS,
    ),
    _code("http_not_found", "PROJECT_NOT_FOUND", "The hosted service knows no such project.", LIKELY, _HOSTED),
    _says(
        "http_not_found", "UUID parsing failed: invalid character", "A path has a word in an id's place.", alt=_HOSTED
    ),
)

_BUSY_WORDS = (
    _code("http_rate_limited", "TOO_MANY_REQUESTS", _LIMIT, LIKELY),
    _code("http_rate_limited", "Too Many Requests", _LIMIT, LIKELY),
    Message(
        "http_rate_limited",
        "too many requests",
        r"Too many requests\. Please try again later[^\n]*",
        _LIMIT,
        LIKELY,
        speaker="deployment",
        source=_ERRORS,
    ),
    _code("http_unavailable", "Service Unavailable", _BUSY, LIKELY, _BUSY_ALT[:3]),
    _alone("http_unavailable", "Please try again later", _BUSY, _BUSY_ALT),
    _code("http_server_error", "INTERNAL_SERVER_ERROR", _FAILED, LIKELY, _FAILED_ALT),
    Message(
        "http_server_error",
        "internal_server_error",
        r"[\"']?code[\"']?\s*[:=]\s*[\"']?INTERNAL_SERVER_ERROR\b[^\n]*",
        _FAILED,
        LIKELY,
        (*_FAILED_ALT, "ws_closed_early"),
        "deployment",
        near=r"[\"']?type[\"']?\s*[:=]\s*[\"']?Error\b|deepgram|\bflux",
        source="wire reference §3.5",
    ),
    Message(
        "http_server_error",
        "internal server error",
        rf"(?:[\"']?err_msg[\"']?\s*[:=]\s*[\"']?|Deepgram\w{{0,40}}(?:Exception|Error):?\s+(?:thrown\s+)?|\A\s*)"
        rf"Internal server error\.?{_END}",
        _FAILED,
        LIKELY,
        _FAILED_ALT,
        "deployment",
        source=_ERRORS,
    ),
    _code("http_not_found", "NOT_FOUND", "Whoever answered knows no such path.", LIKELY, _PATH),
    Message(
        "http_not_found",
        "not found.",
        r"(?:[\"']?err_msg[\"']?\s*[:=]\s*[\"']?|Deepgram\w{0,40}(?:Exception|Error):?\s+(?:thrown\s+)?|\A\s*)"
        r"Not Found\.(?=[\"']|\s*\Z|\s*\n|\s*\(Status)",
        "Whoever answered knows no such path.",
        LIKELY,
        _PATH,
        "deployment",
        source="measured errors of the SDKs",
    ),
)

_SIZES = (
    _says("http_body_too_large", "Payload size exceeds limit of", "The body is larger than is allowed.", SURE),
    _says("http_body_too_large", "exceeds maximum character limit", "The text to speak is too long.", SURE),
    _code("http_body_too_large", "PAYLOAD_TOO_LARGE", "The body is larger than is allowed.", SURE),
    _code("http_body_too_large", "Payload Too Large", "The body is larger than is allowed.", SURE),
    _code(
        "client_timeout", "SLOW_UPLOAD", "The upload was not complete in the time allowed.", POSSIBLE, ("http_stalled",)
    ),
    _code(
        "client_timeout",
        "ASR_UNPROCESSABLE_ENTITY",
        "The upload broke off, or took too long.",
        POSSIBLE,
        ("tcp_closed_early", "http_stalled", "http_body_too_large"),
    ),
    Message(
        "client_timeout",
        "slow upload",
        r"[\"']?(?:err_msg|message|dg-error)[\"']?\s*[:=]\s*[\"']?Slow upload[^\n]*",
        "The upload was not complete in the time allowed.",
        POSSIBLE,
        ("http_stalled",),
        "deployment",
        source="reports of users",
    ),
    _says(
        "client_timeout",
        "timed out waiting for the request",
        "The upload was not complete in the time allowed.",
        POSSIBLE,
        ("http_stalled", "http_gateway_timeout"),
    ),
)

MESSAGES = (*_PARAMETERS, *_HOSTED_WORDS, *_BUSY_WORDS, *_SIZES)
