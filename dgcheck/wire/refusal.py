"""What a refusal is about, by the server's own words and error codes (self-hosted-api.md §4.2 and §4.4).

Texts are matched as loosely as they have been seen to vary: with and without their prefix, in body or header.
"""

from __future__ import annotations

from dgcheck.model.evidence import Response
from dgcheck.model.pattern import pattern
from dgcheck.model.record import dataclass, remembered
from dgcheck.wire.server_error import error_of, said

WITHOUT_ENCODING = "without_encoding"  # an experiment: undecodable audio, not declared as raw

CODES = {
    "V2_MODEL_ON_V1_LISTEN_ENDPOINT": "model",
    "REMOTE_CONTENT_ERROR": "remote",
    "INVALID_QUERY_PARAMETER": "parameter",
    "INVALID_JSON": "payload",
    "PAYLOAD_ERROR": "payload",
    "UNSUPPORTED_MEDIA_TYPE": "payload",
}
# In this order: a text that names the model may also speak of parameters.
_WORDS = (
    ("model", ("no such model", "models are not supported on the")),
    (
        "remote",
        ("remote server hosting the media", "url for media download", "remote media server", "could not parse url"),
    ),
    ("audio", ("failed to process audio", "corrupt or unsupported data", "data-0000")),
    ("payload", ("could not process the json payload", "invalid json submitted", "deserialize json payload")),
    (
        "parameter",
        (
            "query string",
            "query parameter",
            "invalid callback url",
            "unsupported audio format",
            "is not applicable when",
            "not supported for",
            "is only supported for",
            "are only supported for",
        ),
    ),
    ("license", ("license", "licence")),
)
_QUOTED = pattern(r"`([A-Za-z_][\w.]{0,40})(?:=[^`]{0,80})?`")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal as read. `about` is model, remote, audio, payload, parameter, license, or '' when the words do not
    say; `words` the server's own, '' when it had none; `names` what stands in back-ticks.
    """

    about: str
    code: str
    words: str
    names: tuple[str, ...] = ()


@remembered
def read_refusal(response: Response | None) -> Refusal:
    """Read what a refusal is about; never raises. An answer with no words is about ''."""
    if response is None:
        return Refusal("", "", "")
    found = error_of(response)
    words = said(response)
    if found.form == "html":
        return Refusal("", "", words)
    about = CODES.get(found.code.upper(), "")
    if about in ("", "parameter"):
        lower = words.lower()
        about = next((kind for kind, parts in _WORDS if any(part in lower for part in parts)), about)
    return Refusal(about, found.code, words, tuple(dict.fromkeys(_QUOTED.findall(words) if "`" in words else ())))
