"""From a query to the model that serves it, or to the refusal that the real API gives.

The order is that of the real thing: first the parameters, then the model. Texts are its documented ones; where a
text is not known the plainest of them, `Invalid query string.`, stands in.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from urllib.parse import urlsplit

from dgcheck.model.evidence import Model
from dgcheck.model.record import dataclass
from dgcheck.sim import hearing
from dgcheck.sim.asked import Asked
from dgcheck.sim.deployment import Deployment

BOOLEANS = frozenset(
    [
        "smart_format",
        "punctuate",
        "paragraphs",
        "utterances",
        "numerals",
        "diarize",
        "filler_words",
        "profanity_filter",
        "dictation",
        "measurements",
        "multichannel",
        "detect_entities",
        "interim_results",
        "vad_events",
        "no_delay",
        "mip_opt_out",
        "debug",
        "inspect_response",
        "sentiment",
        "topics",
        "intents",
    ]
)
NUMBERS = frozenset({"sample_rate", "channels", "utterance_end_ms", "utt_split"})
FREE = frozenset(
    [
        "model",
        "tier",
        "language",
        "version",
        "detect_language",
        "diarize_model",
        "encoding",
        "endpointing",
        "keyterm",
        "keywords",
        "redact",
        "replace",
        "search",
        "summarize",
        "callback",
        "callback_method",
        "tag",
        "extra",
        "access_token",
        "custom_topic",
        "custom_topic_mode",
        "custom_intent",
        "custom_intent_mode",
    ]
)
NO_MODEL = "Bad Request: No such model/language/tier combination found."
BAD_QUERY = "Invalid query string."
UNDECODABLE = "Bad Request: failed to process audio: corrupt or unsupported data"
_SHORT: Mapping[str, str] = {"nova": "nova-general", "enhanced": "enhanced-general", "base": "base-general"}


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer in the legacy form: HTTP status, `err_code`, `err_msg`."""

    status: int
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a request asked for, understood. `features` are the parameters that are on and that this deployment
    serves; `encoding` is '' where the container has to tell.
    """

    model: Model
    features: frozenset[str]
    encoding: str
    rate: int
    channels: int
    interims: bool
    tags: tuple[str, ...] = ()


def understand(asked: Asked, mode: str, deployment: Deployment) -> Order | Refusal:
    """The order of a request to `/v1/listen` in one mode (`batch` or `streaming`), or why it is refused."""
    problem = _parameters(asked, mode, deployment)
    if problem:
        return problem
    found = _model(asked, mode, deployment)
    if isinstance(found, Refusal):
        return found
    problem = _by_model(asked, found, deployment)
    if problem:
        return problem
    channels = asked.param("channels")
    return Order(
        model=found,
        features=_features(asked, deployment.missing_features),
        encoding=asked.param("encoding") or "",
        rate=int(float(asked.param("sample_rate") or 0)),
        channels=int(float(channels)) if channels else 1,
        interims=asked.param("interim_results") == "true",
        tags=tuple(value for key, value in asked.query if key == "tag"),
    )


def _parameters(asked: Asked, mode: str, deployment: Deployment) -> Refusal | None:
    bad = Refusal(400, "Bad Request", BAD_QUERY)
    for key, value in asked.query:
        if key in BOOLEANS and value.lower() not in ("true", "false"):
            return bad
        if key in NUMBERS and not _is_number(value):
            return bad
        if key == "endpointing" and value.lower() not in ("true", "false") and not value.isdecimal():
            return bad
        if deployment.switches.unsupported_parameter and key not in BOOLEANS | NUMBERS | FREE:
            return bad
    callback = asked.param("callback")
    if callback is not None and not _is_url(callback):
        return Refusal(400, "INVALID_QUERY_PARAMETER", "Invalid callback url.")
    return _encoding(asked, mode, bad) or _streaming(asked, mode, bad)


def _encoding(asked: Asked, mode: str, bad: Refusal) -> Refusal | None:
    encoding = asked.param("encoding")
    if encoding is None:
        return None
    known = hearing.BATCH_ENCODINGS if mode == "batch" else hearing.STREAM_ENCODINGS
    if encoding not in known:
        return bad
    return bad if mode == "streaming" and not asked.param("sample_rate") else None


def _streaming(asked: Asked, mode: str, bad: Refusal) -> Refusal | None:
    if mode != "streaming":
        return None
    if asked.param("diarize_model") == "v2":
        return bad
    pause = asked.param("utterance_end_ms")
    if pause is not None and (float(pause) < 1000 or asked.param("interim_results") != "true"):
        return bad
    return None


def _by_model(asked: Asked, model: Model, deployment: Deployment) -> Refusal | None:
    """What depends on the model: keywords and keyterm, and formatting."""
    newer = model.architecture.replace("nova3", "nova-3").startswith("nova-3")
    if newer and asked.param("keywords") is not None:
        text = "Keywords are not supported for Nova-3. Please use `keyterm` instead."
        return Refusal(400, "INVALID_QUERY_PARAMETER", text)
    if not newer and asked.param("keyterm") is not None and not deployment.switches.keyterm_on_nova_2:
        text = "`keyterm` is only supported for Nova-3 and Flux. Please use `keywords` instead."
        return Refusal(400, "INVALID_QUERY_PARAMETER", text)
    if asked.param("smart_format") == "true":
        unformatted = model.formatted is False and not deployment.ner
        if unformatted or (deployment.formatting_conflict and model.formatted):
            return _no_model(asked, deployment)
    return None


def _no_model(asked: Asked, deployment: Deployment) -> Refusal:
    if not deployment.switches.hint:
        return Refusal(400, "Bad Request", NO_MODEL)
    hint = ' You could try the "general" model (language: en-US, base tier).'
    return Refusal(400, "Bad Request", NO_MODEL + hint)


def _model(asked: Asked, mode: str, deployment: Deployment) -> Model | Refusal:
    wanted = asked.param("model") or ""
    named = matching(wanted, asked.param("tier") or "", deployment.models)
    if wanted.startswith("flux") or any(model.kind == "flux" for model in named):
        text = (
            "Flux models are not supported on the `/v1/listen` endpoint. Please use the `/v2/listen` endpoint for "
            "conversational speech-to-text requests."
        )
        return Refusal(400, "V2_MODEL_ON_V1_LISTEN_ENDPOINT", text)
    by_uuid = any(model.uuid == wanted for model in named)
    detects = asked.param("detect_language") not in (None, "false") and mode == "batch"
    language = None if by_uuid or detects else asked.param("language") or "en"
    version = asked.param("version") or "latest"
    fitting = [
        model
        for model in named
        if serves(model, mode)
        and (language is None or language.lower() in (tag.lower() for tag in model.languages))
        and version in ("latest", model.version)
    ]
    return max(fitting, key=lambda model: model.version) if fitting else _no_model(asked, deployment)


def serves(model: Model, mode: str) -> bool:
    """Whether the model takes part in a mode; one that does not say serves both."""
    flag = model.batch if mode == "batch" else model.streaming
    return model.kind in ("stt", "flux") and flag is not False


def matching(wanted: str, tier: str, models: Sequence[Model]) -> list[Model]:
    """The speech models that a name means: canonical, without `general`, legacy with a tier, or a UUID.

    No name at all means Base general.
    """
    name = wanted or "general"
    names = {name, _SHORT.get(name, f"{name}-general")}
    if name == "general" or tier:
        names = {f"{tier or 'base'}-{name}"}
    return [
        model
        for model in models
        if model.kind in ("stt", "flux")
        and (model.canonical_name in names or model.uuid == name or (model.name == name and name[:1].isdigit()))
    ]


def _features(asked: Asked, missing: Collection[str]) -> frozenset[str]:
    """The parameters that are on, those left out whose helper model is absent. `extra` names are of no interest."""
    on = {key for key, value in asked.query if key in BOOLEANS and value.lower() == "true"}
    for key in ("summarize", "detect_language", "redact", "search", "diarize_model"):
        if asked.param(key) not in (None, "false", ""):
            on.add("diarize" if key == "diarize_model" else key)
    return frozenset(on - set(missing))


def _is_number(value: str) -> bool:
    try:
        return 0 <= float(value) < 1e9
    except ValueError:
        return False


def _is_url(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https", "ws", "wss") and bool(parts.hostname)
