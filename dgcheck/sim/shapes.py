"""The JSON of a deployment's answers, field by field in the order of the wire."""

from __future__ import annotations

import hashlib
import json
import time
import uuid
from collections.abc import Collection, Sequence
from typing import Any

from dgcheck.model.evidence import Model


def dump(value: Any) -> bytes:
    """Compact JSON, as the containers write it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def new_id() -> str:
    """A request id: a UUID of version 4."""
    return str(uuid.uuid4())


def created(epoch: float) -> str:
    """RFC 3339 with milliseconds and Z."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(epoch)) + f".{int(epoch % 1 * 1000):03d}Z"


def stamp(epoch: float) -> str:
    """The time format of /v1/certificates: fractional `.0` and an offset with seconds."""
    return time.strftime("%Y-%m-%d %H:%M:%S.0 +00:00:00", time.gmtime(epoch))


def internal_name(model: Model) -> str:
    """How `model_info` spells a model: `general-nova-3`, but `2-general-nova`."""
    family, _, variant = model.canonical_name.rpartition("-")
    return f"2-{variant}-nova" if family == "nova-2" else f"{variant}-{family}"


def model_info(model: Model) -> dict[str, str]:
    """`model_info` of one model; `arch` is spelt as a request spells it."""
    return {
        "name": internal_name(model),
        "version": model.version,
        "arch": model.architecture.replace("nova3", "nova-3"),
    }


def spoken(text: str, start: float, seconds: float, *, formatted: bool, speaker: bool = False) -> list[dict[str, Any]]:
    """Words spread evenly over `seconds`."""
    words = text.split()
    step = seconds / len(words) if words else 0.0
    rows: list[dict[str, Any]] = []
    for number, word in enumerate(words):
        row: dict[str, Any] = {
            "word": word.lower().strip(".,?!"),
            "start": round(start + number * step, 3),
            "end": round(start + (number + 0.8) * step, 3),
            "confidence": 0.98,
        }
        if formatted:
            row["punctuated_word"] = word
        if speaker:
            row |= {"speaker": 0, "speaker_confidence": 0.9}
        rows.append(row)
    return rows


def sentence(text: str) -> str:
    """The words as `smart_format` and `punctuate` would write them."""
    return f"{text[0].upper()}{text[1:].rstrip('.')}." if text else ""


def alternative(text: str, start: float, seconds: float, features: Collection[str]) -> dict[str, Any]:
    """One alternative of a channel, with what the features that are on add to it."""
    formatted = bool({"smart_format", "punctuate"} & set(features))
    shown = sentence(text) if formatted else text
    words = spoken(shown, start, seconds, formatted=formatted, speaker="diarize" in features)
    row: dict[str, Any] = {"transcript": shown, "confidence": 0.99 if text else 0.0, "words": words}
    if text and {"paragraphs", "smart_format"} & set(features):
        paragraph = {
            "sentences": [{"text": shown, "start": start, "end": round(start + seconds, 3)}],
            "num_words": len(words),
            "start": start,
            "end": round(start + seconds, 3),
        }
        row["paragraphs"] = {"transcript": f"\n{shown}", "paragraphs": [paragraph]}
    if "detect_entities" in features:
        row["entities"] = []
    return row


def transcription(
    *,
    request_id: str,
    audio: bytes,
    epoch: float,
    seconds: float,
    channels: int,
    model: Model,
    text: str,
    features: Collection[str],
    tags: Sequence[str] = (),
    extra: bool = False,
) -> dict[str, Any]:
    """The body of a 200 to `POST /v1/listen`. `features` are the parameters that are on and served."""
    metadata: dict[str, Any] = {
        "transaction_key": "deprecated",
        "request_id": request_id,
        "sha256": hashlib.sha256(audio).hexdigest(),
        "created": created(epoch),
        "duration": round(seconds, 6),
        "channels": channels,
        "models": [model.uuid],
        "model_info": {model.uuid: model_info(model)},
    }
    if tags:
        metadata["tags"] = list(tags)
    if extra:
        metadata |= {"warnings": [], "billing": {"unit": "s", "amount": [1, {"n": None}]}}
    row: dict[str, Any] = {"alternatives": [alternative(text, 0.0, seconds, features)]}
    if "detect_language" in features:
        row |= {"detected_language": "en", "language_confidence": 0.99}
    results: dict[str, Any] = {"channels": [row] * max(1, channels)}
    if "utterances" in features:
        results["utterances"] = _utterances(row["alternatives"][0], seconds) if text else []
    if "summarize" in features:
        results["summary"] = {"result": "success", "short": text}
    for name in ("sentiment", "topics", "intents"):
        if name in features:
            results["sentiments" if name == "sentiment" else name] = {"segments": []}
    body = {"metadata": metadata, "results": results}
    return body | {"x_unknown": {"a": [1, None, "b"]}} if extra else body


def _utterances(best: dict[str, Any], seconds: float) -> list[dict[str, Any]]:
    return [
        {
            "start": 0.0,
            "end": round(seconds, 3),
            "confidence": best["confidence"],
            "channel": 0,
            "transcript": best["transcript"],
            "words": best["words"],
            "speaker": 0,
            "id": new_id(),
        }
    ]


def results(
    *,
    request_id: str,
    model: Model,
    start: float,
    duration: float,
    final: bool,
    finalized: bool,
    text: str,
    channels: int,
    features: Collection[str],
    extra: bool = False,
) -> bytes:
    """One `Results` message of a stream."""
    row: dict[str, Any] = {
        "type": "Results",
        "channel_index": [0, max(1, channels)],
        "duration": round(duration, 7),
        "start": round(start, 7),
        "is_final": final,
        "speech_final": final,
        "channel": {"alternatives": [alternative(text, start, duration, set(features) - {"paragraphs"})]},
        "metadata": {"request_id": request_id, "model_info": model_info(model), "model_uuid": model.uuid},
        "from_finalize": finalized,
    }
    row["channel"]["alternatives"][0].pop("paragraphs", None)
    return dump(row | {"x_unknown": ["new", {"field": 1}]} if extra else row)


def metadata(
    *, request_id: str, model: Model | None, epoch: float, duration: float, channels: int, sha256: str
) -> bytes:
    """The `Metadata` message of a stream; without a model when no audio was decoded."""
    row: dict[str, Any] = {
        "type": "Metadata",
        "transaction_key": "deprecated",
        "request_id": request_id,
        "sha256": sha256,
        "created": created(epoch),
        "duration": round(duration, 6),
        "channels": channels,
    }
    if model is not None:
        row |= {"models": [model.uuid], "model_info": {model.uuid: model_info(model)}}
    return dump(row)
