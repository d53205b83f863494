"""Parameters of `/v1/listen` that are often written wrong, and how they are written right (self-hosted-api.md §2.2)."""

from __future__ import annotations

import re

from dgcheck.model.pattern import pattern

_LANGUAGES = {
    "english": "en",
    "spanish": "es",
    "french": "fr",
    "german": "de",
    "italian": "it",
    "portuguese": "pt",
    "dutch": "nl",
    "hindi": "hi",
    "japanese": "ja",
    "korean": "ko",
    "chinese": "zh",
    "russian": "ru",
    "auto": "multi",
}
_ENCODINGS = {
    "pcm": "linear16",
    "pcm16": "linear16",
    "pcm_s16le": "linear16",
    "s16le": "linear16",
    "l16": "linear16",
    "lin16": "linear16",
    "linear-16": "linear16",
    "linear_16": "linear16",
    "wav": "linear16",
    "int16": "linear16",
    "ulaw": "mulaw",
    "mu-law": "mulaw",
    "mu_law": "mulaw",
    "pcmu": "mulaw",
    "g711": "mulaw",
    "g711_ulaw": "mulaw",
    "a-law": "alaw",
    "pcma": "alaw",
    "amr": "amr-nb",
    "ogg": "ogg-opus",
}
_TRUE, _FALSE = {"yes", "on", "1", "y", "t"}, {"no", "off", "0", "n", "f", "none", "null", "undefined"}
_SPAN = pattern(r"(\d{1,9}(?:\.\d{1,6})?)\s*(ms|msec|s|sec|seconds?)", re.IGNORECASE)
_RATE = pattern(r"(\d{1,6}(?:\.\d{1,3})?)\s*(khz|k|hz)", re.IGNORECASE)
_MILLISECONDS = frozenset({"endpointing", "utterance_end_ms"})
_WORDS = frozenset({"model", "tier", "version", "tag", "extra", "callback", "search", "replace", "keyterm", "keywords"})


def swap(name: str, value: str, model: str) -> str:
    """The pair that was probably meant, as `name=value`; '' where none is known."""
    plain = value.strip()
    lower = plain.lower()
    if name == "keywords" and _newer(model):
        return f"keyterm={plain.partition(':')[0]}"
    if name == "keyterm" and model and not _newer(model):
        return f"keywords={plain}"
    if name == "language":
        return _language(plain)
    if name == "encoding" and lower in _ENCODINGS:
        return f"encoding={_ENCODINGS[lower]}"
    if name in _MILLISECONDS and (span := _SPAN.fullmatch(plain)):
        number = float(span[1]) * (1 if span[2].lower().startswith("m") else 1000)
        return f"{name}={max(round(number), 1000 if name == 'utterance_end_ms' else 0)}"
    if name == "utterance_end_ms" and plain.isdecimal() and int(plain) < 1000:
        return "utterance_end_ms=1000"
    if name == "sample_rate" and (rate := _RATE.fullmatch(plain)):
        return f"sample_rate={round(float(rate[1]) * (1 if rate[2].lower() == 'hz' else 1000))}"
    return _boolean(name, plain, lower)


def _newer(model: str) -> bool:
    return model.lower().replace("nova3", "nova-3").startswith(("nova-3", "flux"))


def _language(value: str) -> str:
    known = _LANGUAGES.get(value.lower())
    if known:
        return f"language={known}"
    if re.fullmatch(r"[A-Za-z]{2,3}_[A-Za-z0-9]{2,4}", value):
        head, _, tail = value.partition("_")
        return f"language={head.lower()}-{tail.upper() if len(tail) == 2 else tail}"
    return ""


def _boolean(name: str, plain: str, lower: str) -> str:
    if name in _WORDS or (name in _MILLISECONDS and lower in ("0", "1")):
        return ""
    if lower in _TRUE or (lower == "true" and plain != lower):
        return f"{name}=true"
    if lower in _FALSE or (lower == "false" and plain != lower):
        return f"{name}=false"
    return ""
