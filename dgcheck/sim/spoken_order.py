"""From a request for speech to the voice and the form of its audio, or to the refusal that the real API gives.

Texts are the documented ones of /v1/speak (errors, media output settings); /v2/speak borrows them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from dgcheck.model.evidence import Model
from dgcheck.model.record import dataclass
from dgcheck.sim.asked import Asked
from dgcheck.sim.deployment import Deployment
from dgcheck.sim.query import Refusal
from dgcheck.wire.endpoint import is_flux_voice

LONGEST = 2400  # characters of a text (documentation of errors; other pages say 2000)
LARGEST = 2 * 2**20  # bytes of a body
DEFAULT = "aura-asteria-en"
NO_VOICE = "Bad Request: No such model/version combination found."
_RATES: Mapping[str, tuple[int, ...]] = {
    "linear16": (8000, 16000, 24000, 32000, 48000),
    "mulaw": (8000, 16000),
    "alaw": (8000, 16000),
    "flac": (8000, 16000, 22050, 32000, 48000),
    "mp3": (),
    "opus": (),
    "aac": (),
}
_CONTAINERS: Mapping[str, tuple[str, ...]] = {
    "linear16": ("wav", "none"),
    "mulaw": ("wav", "none"),
    "alaw": ("wav", "none"),
    "opus": ("ogg",),
}
_USUAL_RATE: Mapping[str, int] = {"linear16": 24000, "mulaw": 8000, "alaw": 8000}
_FLUX_RATES = (8000, 16000, 24000, 32000, 44100, 48000)  # of a stream of linear16
STREAMED = ("linear16", "mulaw", "alaw")


@dataclass(frozen=True, slots=True)
class Voicing:
    """A voice and the form of its audio; `container` is wav, none, or '' where the encoding is one itself."""

    voice: Model
    encoding: str
    container: str
    rate: int


def understand(asked: Asked, deployment: Deployment, *, streamed: bool) -> Voicing | Refusal:
    """What is to be spoken by whom and in which form, by the query alone."""
    known = [one for one in deployment.models if one.kind == "tts" and not is_flux_voice(one.canonical_name)]
    return _voicing(asked, known, asked.param("model") or DEFAULT, NO_VOICE, streamed=streamed)


def understand_flux(asked: Asked, deployment: Deployment, *, streamed: bool) -> Voicing | Refusal:
    """The same for a Flux voice, which has to be named."""
    rate, encoding = asked.param("sample_rate"), asked.param("encoding") or "linear16"
    if streamed and rate is not None and rate not in map(str, _FLUX_RATES if encoding == "linear16" else (8000, 16000)):
        return _bad(f"Failed to deserialize query parameters: unknown variant `{rate[:40]}`")
    if not asked.param("model"):
        return _bad("Failed to deserialize query parameters: missing field `model`")
    known = [one for one in deployment.models if one.kind == "tts" and is_flux_voice(one.canonical_name)]
    refusal = deployment.switches.flux_voice_refusal
    return _voicing(asked, known, asked.param("model") or "", refusal, streamed=streamed)


def _voicing(asked: Asked, known: Sequence[Model], wanted: str, no_voice: str, *, streamed: bool) -> Voicing | Refusal:
    encoding = asked.param("encoding") or ("linear16" if streamed else "mp3")
    problem = _form(asked, encoding, streamed=streamed)
    if problem is not None:
        return problem
    version = asked.param("version") or "latest"
    named = (one for one in known if wanted in (one.canonical_name, one.uuid))
    fitting = [one for one in named if version in ("latest", one.version)]
    if not fitting:
        return Refusal(400, "Bad Request", no_voice)
    container = "none" if streamed else asked.param("container") or next(iter(_CONTAINERS.get(encoding, ("",))))
    rate = int(asked.param("sample_rate") or _USUAL_RATE.get(encoding, 24000))
    return Voicing(fitting[0], encoding, container, rate)


def _form(asked: Asked, encoding: str, *, streamed: bool) -> Refusal | None:
    rate, container, bits = asked.param("sample_rate"), asked.param("container"), asked.param("bit_rate")
    for name, value in (("sample_rate", rate), ("bit_rate", bits)):
        if value is not None and not value.isdecimal():
            return _bad(f"Failed to deserialize query parameters: {name}: invalid digit found in string")
    if encoding not in (STREAMED if streamed else _RATES):
        return _bad(f"Failed to deserialize query parameters: unknown variant `{encoding[:40]}`")
    if streamed:
        return None
    allowed = _CONTAINERS.get(encoding, ())
    if container is not None and container not in allowed:
        word = "is invalid" if allowed else "is not applicable"
        shown = f"container={container[:40]}" if allowed else "container"
        return _bad(f"Unsupported audio format: `{shown}` {word} when `encoding={encoding}`")
    if rate is not None and int(rate) not in _RATES[encoding]:
        said = f"must be {', '.join(map(str, _RATES[encoding]))}" if _RATES[encoding] else "is not applicable"
        return _bad(f"Unsupported audio format: `sample_rate` {said} when `encoding={encoding}`")
    if bits is not None and encoding not in ("mp3", "opus", "aac"):
        return _bad(f"Unsupported audio format: `bit_rate` is not applicable when `encoding={encoding}`")
    return None


def _bad(message: str) -> Refusal:
    return Refusal(400, "INVALID_QUERY_PARAMETER", message)


def text_of(asked: Asked) -> str | Refusal:
    """The text that a POST brings, as JSON or as plain text."""
    if len(asked.body) > LARGEST:
        return Refusal(413, "PAYLOAD_TOO_LARGE", "Payload size exceeds limit of 2 MB.")
    kind = asked.header("content-type").partition(";")[0].strip().lower()
    if kind not in ("application/json", "text/plain"):
        need = "`Content-Type` must be either `text/plain` or `application/json`."
        return Refusal(415, "UNSUPPORTED_MEDIA_TYPE", f"`Content-Type` header is not supported. {need}")
    try:
        text = asked.body.decode()
    except UnicodeDecodeError:
        return Refusal(400, "PAYLOAD_ERROR", "Failed to decode payload as UTF-8.")
    return judged(_from_json(text) if kind == "application/json" else text)


def judged(text: str | Refusal) -> str | Refusal:
    """The text, unless there is nothing in it, or too much."""
    if isinstance(text, Refusal):
        return text
    if not text.strip():
        return Refusal(400, "Bad Request", "Input text contains no characters.")
    if len(text) > LONGEST:
        return Refusal(413, "Payload Too Large", f"Input text exceeds maximum character limit of {LONGEST}.")
    return text


def _from_json(body: str) -> str | Refusal:
    one = "Failed to deserialize JSON payload. Please specify exactly one of `text` or `url` in the JSON body."
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return Refusal(400, "PAYLOAD_ERROR", one)
    if not isinstance(found, dict) or ("text" in found) == ("url" in found):
        return Refusal(400, "PAYLOAD_ERROR", one)
    if "url" in found:
        return Refusal(400, "REMOTE_CONTENT_ERROR", "The remote server hosting the media failed to return valid data.")
    return found["text"] if isinstance(found["text"], str) else Refusal(400, "PAYLOAD_ERROR", one)
