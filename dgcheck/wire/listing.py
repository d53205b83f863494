"""Reading `/v1/models`, whatever shape it came in (self-hosted-api.md §3.7).

A self-hosted deployment answers with a flat list of speech models until release 260630 and with an object grouped by
type since, the keys of whose groups are not published; the hosted service has `stt` and `tts`. So every list of rows
is taken, and each row is classified by its own fields first, by the words of its group second.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from dgcheck.model.evidence import Listing, Model
from dgcheck.model.pattern import pattern, stemmed
from dgcheck.model.record import replace
from dgcheck.wire import json_text
from dgcheck.wire.endpoint import is_flux_voice

MOST = 20_000  # rows; what has more is no listing of one deployment
_DEEPEST = 6
_USUAL = 65536  # characters of a listing that is worth remembering
_MOST_LANGUAGES = 500

_TTS = r"tts|text.?to.?speech|speak|voice"
_STT = r"stt|speech.?to.?text|asr|transcri|listen"
_TTS_GROUP = pattern(_TTS, re.IGNORECASE)
_HELPER_GROUP = pattern(r"help|ner|entit|diari|detect|format|support|auxil", re.IGNORECASE)
_STT_GROUP = pattern(_STT, re.IGNORECASE)
_GROUP = pattern(rf"model|{_TTS}|{_STT}", re.IGNORECASE)
# The stems of helper models (§6.1); a speech model is never called so.
_HELPER = pattern(
    r"entity|\bner\b|diari|language-detect|phonem|\bg2p\b|\bsit\b|end-of-turn|summar|profan|\bsearch\b|redact",
    re.IGNORECASE,
)
_VOICE = stemmed(r"voice-?pack|generator|\baura\b", re.IGNORECASE, needs=("voice", "generator", "aura"))
_FLUX = stemmed(r"\bflux\b", needs=("flux",))
_NAMED = ("uuid", "canonical_name", "architecture", "languages", "language", "version", "batch", "streaming", "mode")


def read(body: str) -> Listing | None:
    """The listing in a body: `flat`, `grouped`, or `other` for JSON that lists no models in a known way.

    None when the body is no JSON at all. Never raises. An empty list, an empty object and groups that are all empty
    are listings without a model. What a row does not say is None, never False.
    """
    return _read_again(body) if len(body) <= _USUAL else _read(body)


@lru_cache(8)
def _read_again(body: str) -> Listing | None:
    """The same listing is read again in every run, and by every deployment of a kind."""
    return _read(body)


def _read(body: str) -> Listing | None:
    value = json_text.read(body)
    if value is None:
        return None
    if isinstance(value, list):
        rows = [_model(row, "", flat=True) for row in value[: MOST + 1] if _is_row(row)]
        strange = len(rows) > MOST or (bool(value) and not rows)
        return Listing(shape="other") if strange else Listing(shape="flat", models=_merged(rows))
    if not isinstance(value, dict):
        return Listing(shape="other")
    groups = list(_groups(value, "", 0))
    rows = [_model(row, group, flat=False) for group, found in groups for row in found if _is_row(row)]
    if len(rows) > MOST or not (rows or _is_empty(value, groups)):
        return Listing(shape="other")
    return Listing(shape="grouped", models=_merged(rows))


def speech(listing: Listing) -> tuple[Model, ...]:
    """The rows that `/v1/listen` can serve."""
    return tuple(model for model in listing.models if model.kind == "stt")


def _groups(value: dict[str, Any], above: str, depth: int) -> Iterator[tuple[str, list[Any]]]:
    """Every list below an object with the words of the keys that lead to it."""
    for key, item in value.items():
        group = f"{above} {key[:100]}"
        if isinstance(item, list):
            yield group, item[: MOST + 1]
        elif isinstance(item, dict) and depth < _DEEPEST:
            yield from _groups(item, group, depth + 1)


def _is_empty(value: dict[str, Any], groups: list[tuple[str, list[Any]]]) -> bool:
    """An empty object, or empty lists of which one at least is called like a group of models."""
    called = any(_GROUP.search(group) for group, _ in groups)
    return not value or (called and not any(found for _, found in groups))


def _is_row(row: Any) -> bool:
    """A row has a name and at least one other field of a model; this keeps other products' lists out."""
    named = isinstance(row, dict) and (_text(row, "name") or _text(row, "canonical_name"))
    return bool(named) and any(key in row for key in _NAMED)


def _model(row: dict[str, Any], group: str, *, flat: bool) -> Model:
    batch, streaming = _modes(row, group)
    found = Model(
        name=_text(row, "name") or _text(row, "canonical_name"),
        canonical_name=_text(row, "canonical_name"),
        architecture=_text(row, "architecture") or _text(row, "arch"),
        languages=_languages(row),
        version=_text(row, "version"),
        uuid=_text(row, "uuid"),
        batch=batch,
        streaming=streaming,
        formatted=_flag(row, "formatted_output", "formatted"),
    )
    kind = _kind(found, row, group, flat=flat)
    return replace(found, kind=kind)


def _modes(row: dict[str, Any], group: str) -> tuple[bool | None, bool | None]:
    """(batch, streaming). The manifest's own word `mode` is read where the flags are missing; a group called after a
    mode proves that mode and says nothing of the other.
    """
    batch, streaming = _flag(row, "batch"), _flag(row, "streaming")
    if batch is None and streaming is None:
        mode = _text(row, "mode").lower()
        if mode in ("all", "batch", "streaming"):
            return mode != "streaming", mode != "batch"
        if "streaming" in group.lower():
            return None, True
        if "batch" in group.lower():
            return True, None
    return batch, streaming


def _kind(model: Model, row: dict[str, Any], group: str, *, flat: bool) -> str:
    names = f"{model.canonical_name} {model.name} {model.architecture}".lower()
    if _FLUX.search(names):
        named = is_flux_voice(model.canonical_name or model.name)
        voice = named or isinstance(row.get("metadata"), dict) or _TTS_GROUP.search(group)
        return "tts" if voice else "flux"
    if _VOICE.search(names):
        return "tts"
    if _HELPER.search(names):
        return "tts" if _TTS_GROUP.search(group) else "helper"
    if flat or model.batch is not None or model.streaming is not None or _text(row, "mode"):
        return "stt"
    if isinstance(row.get("metadata"), dict) or _TTS_GROUP.search(group):
        return "tts"
    if _STT_GROUP.search(group) or not _HELPER_GROUP.search(group):
        return "stt"
    return "helper"


def _merged(rows: list[Model]) -> tuple[Model, ...]:
    """One row per model: the same UUID listed under two groups has the modes of both."""
    found: dict[object, Model] = {}
    for index, row in enumerate(rows):
        key: object = (row.uuid.lower(), row.canonical_name, row.name, row.version) if row.uuid else index
        before = found.get(key)
        found[key] = (
            row
            if before is None
            else replace(
                before,
                batch=_either(before.batch, row.batch),
                streaming=_either(before.streaming, row.streaming),
                formatted=_either(before.formatted, row.formatted),
                languages=tuple(dict.fromkeys((*before.languages, *row.languages))),
            )
        )
    return tuple(found.values())


def _either(one: bool | None, other: bool | None) -> bool | None:
    return True if one or other else one if other is None else other


def _languages(row: dict[str, Any]) -> tuple[str, ...]:
    """Language tags as written; () when the row does not say (and when it says an absurd lot)."""
    found = row.get("languages", row.get("language"))
    if isinstance(found, str):
        found = found.split(",")
    if not isinstance(found, list) or len(found) > _MOST_LANGUAGES:
        return ()
    return tuple(dict.fromkeys(tag.strip()[:35] for tag in found if isinstance(tag, str) and tag.strip()))


def _text(row: dict[str, Any], key: str) -> str:
    value = row.get(key)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e15:
        return str(value)
    return value.strip()[:120] if isinstance(value, str) else ""


def _flag(row: dict[str, Any], *keys: str) -> bool | None:
    """A flag as JSON true or false; anything else is not known."""
    return next((row[key] for key in keys if isinstance(row.get(key), bool)), None)
