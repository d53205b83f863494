"""The models of the stand-in, and the shapes in which a deployment lists them.

Names, architectures and languages are those of the vendor's own pages; UUIDs and versions are made up. The group
keys of the self-hosted listing are not published: `stt` and `tts` are an assumption, and so is `helpers`.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from typing import Any

from dgcheck.model.errors import UsageError
from dgcheck.model.evidence import Model
from dgcheck.model.record import replace
from dgcheck.wire.endpoint import is_flux_voice

SHAPES = ("grouped", "flat", "old_flat", "hosted", "bare")

ENGLISH = ("en", "en-US", "en-GB", "en-AU", "en-IN", "en-NZ")


def _uuid(word: str) -> str:
    """The same UUID for the same word, so that logs of two runs can be compared."""
    return str(uuid.uuid5(uuid.UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8"), f"dgcheck.sim/{word}"))


def speech(
    canonical: str,
    languages: Sequence[str] = ENGLISH,
    *,
    version: str = "2025-07-31.0",
    batch: bool | None = True,
    streaming: bool | None = True,
    formatted: bool | None = True,
) -> Model:
    """A speech-to-text model, by the name one asks for (`nova-3-general`)."""
    family, _, variant = canonical.rpartition("-")
    name = f"2-{variant}" if family == "nova-2" else variant
    return Model(
        name=name or canonical,
        canonical_name=canonical,
        architecture=family or canonical,
        languages=tuple(languages),
        version=version,
        uuid=_uuid(f"{canonical}/{version}/{batch}/{streaming}"),
        kind="stt",
        batch=batch,
        streaming=streaming,
        formatted=formatted,
    )


def voice(canonical: str, language: str = "en") -> Model:
    """A text-to-speech voice (`aura-2-thalia-en`)."""
    parts = canonical.split("-")
    return Model(
        name=parts[-2] if len(parts) > 2 else canonical,
        canonical_name=canonical,
        architecture="aura-2" if canonical.startswith("aura-2") else "aura",
        languages=(language,),
        version="2025-04-07.0",
        uuid=_uuid(canonical),
        kind="tts",
    )


def flux(canonical: str = "flux-general-en") -> Model:
    """A turn-taking model; it is served on `/v2/listen` alone."""
    return Model(
        name="general",
        canonical_name=canonical,
        architecture="flux",
        languages=("en",),
        version="2025-10-15.0",
        uuid=_uuid(canonical),
        kind="flux",
        streaming=True,
        batch=False,
    )


def flux_voice(canonical: str = "flux-haley-en") -> Model:
    """A voice of Flux; it is served on `/v2/speak` alone, where that is switched on."""
    return replace(voice(canonical), architecture="flux", version="2026-08-12.0")


def _flux(canonical: str) -> Model:
    return flux_voice(canonical) if is_flux_voice(canonical) else flux(canonical)


def helper(name: str) -> Model:
    """A model that only serves another one (`entity-detector`, `diarizer`)."""
    return Model(
        name=name,
        canonical_name=name,
        architecture=name,
        languages=("en",),
        version="2025-05-01.0",
        uuid=_uuid(name),
        kind="helper",
    )


HELPERS = tuple(helper(name) for name in ("entity-detector", "diarizer", "language-detector"))

STANDARD = (
    speech("nova-3-general", (*ENGLISH, "multi", "es", "fr", "de")),
    speech("nova-3-medical", ENGLISH),
    speech("nova-2-general", (*ENGLISH, "es", "fr", "de"), version="2024-01-18.26916"),
    voice("aura-2-thalia-en"),
    *HELPERS,
)

VOICES = (voice("aura-2-thalia-en"), voice("aura-2-andromeda-en"), voice("aura-2-celeste-es", "es"))


def many(count: int) -> tuple[Model, ...]:
    """A listing of that many speech models, in many languages and versions, the standard ones last."""
    tags = ("en", "es", "fr", "de", "it", "nl", "pt", "hi", "ja", "ko", "pl", "sv")
    rows = []
    for number in range(max(0, count - len(STANDARD))):
        tag = tags[number % len(tags)]
        version = f"20{18 + number % 6}-{1 + number % 12:02d}-01.{number}"
        rows.append(speech(f"enhanced-custom{number}", (tag,), version=version, streaming=number % 2 == 0))
    return (*rows, *STANDARD)


def split_by_mode(models: Sequence[Model]) -> tuple[Model, ...]:
    """Each speech model as two rows, one for each mode, as separate files of a deployment are listed."""
    rows: list[Model] = []
    for model in models:
        if model.kind == "stt" and model.batch and model.streaming:
            rows.append(replace(model, streaming=False, uuid=_uuid(f"{model.uuid}/batch")))
            rows.append(replace(model, batch=False, uuid=_uuid(f"{model.uuid}/streaming"), version="2025-04-17.21547"))
        else:
            rows.append(model)
    return tuple(rows)


def listing(models: Sequence[Model], shape: str, extra: bool = False) -> Any:
    """The body of `/v1/models`, ready for JSON.

    `grouped` is the self-hosted object since release 260630 (its keys assumed), `flat` the list before it,
    `old_flat` that of 2022 (name, uuid, version, tags, languages), `hosted` the hosted service's object, `bare` a
    grouped object without flags. `extra` adds fields and groups that no reader knows.
    """
    if shape in ("flat", "old_flat"):
        row = _flat if shape == "flat" else _old
        return [row(model, extra) for model in models if model.kind == "stt"]
    groups: dict[str, Any] = {"stt": [], "tts": []}
    if shape != "hosted":
        groups["helpers"] = []
    for model in models:
        if model.kind in ("stt", "flux"):
            groups["stt"].append(_bare(model, extra) if shape == "bare" else _flat(model, extra))
        elif model.kind == "tts":
            groups["tts"].append(_voice(model, extra))
        elif shape != "hosted":
            groups["helpers"].append(_bare(model, extra))
    if extra:
        groups |= {"aliases": [["latest", 3]], "counts": {"loaded": len(models)}, "generated_by": "release-299901"}
    return groups


def _bare(model: Model, extra: bool) -> dict[str, Any]:
    row: dict[str, Any] = {
        "name": model.name,
        "canonical_name": model.canonical_name,
        "architecture": model.architecture,
        "languages": list(model.languages),
        "version": model.version,
        "uuid": model.uuid,
    }
    if extra:
        row |= {"loaded_at": "2026-01-01T00:00:00Z", "sharding": {"engines": 2}, "aliases": []}
    return row


def _flat(model: Model, extra: bool) -> dict[str, Any]:
    row = _bare(model, extra)
    for key, value in (("batch", model.batch), ("streaming", model.streaming), ("formatted_output", model.formatted)):
        if value is not None:
            row[key] = value
    return row


def _old(model: Model, extra: bool) -> dict[str, Any]:
    return {
        "name": model.canonical_name,
        "uuid": model.uuid,
        "version": model.version,
        "tags": [],
        "languages": list(model.languages),
    }


def _voice(model: Model, extra: bool) -> dict[str, Any]:
    return _bare(model, extra) | {"metadata": {"accent": "American", "age": "Adult", "color": "#D27BDD", "tags": []}}


def read_models(text: str) -> tuple[Model, ...]:
    """Models from a file: a listing in any of the shapes above, or one model name a line.

    A line is `NAME [LANGUAGE,...] [batch|streaming|both] [unformatted] [version=V]`; `#` begins a comment. Raises
    UsageError that names the line or the field.
    """
    stripped = text.lstrip()
    if stripped[:1] in ("{", "["):
        return _from_json(stripped)
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split("#", 1)[0].split()
        if words:
            rows.append(_from_words(words, f"line {number}"))
    return tuple(rows)


def _from_words(words: Sequence[str], where: str) -> Model:
    name, *rest = words
    if name.startswith("aura"):
        return voice(name)
    if name.startswith("flux"):
        return _flux(name)
    languages: tuple[str, ...] = ENGLISH
    batch = streaming = formatted = True
    version = "2025-07-31.0"
    for word in rest:
        if word in ("batch", "streaming", "both"):
            batch, streaming = word != "streaming", word != "batch"
        elif word == "unformatted":
            formatted = False
        elif word.startswith("version="):
            version = word.removeprefix("version=")
        elif word.replace("-", "").replace(",", "").isalnum():
            languages = tuple(word.split(","))
        else:
            raise UsageError(
                f"models, {where}: {word!r} is no language, mode (batch, streaming, both), `unformatted` or `version=V`"
            )
    return speech(name, languages, version=version, batch=batch, streaming=streaming, formatted=formatted)


def _from_json(text: str) -> tuple[Model, ...]:
    try:
        data = json.loads(text)
    except ValueError as error:
        raise UsageError(f"models: the file begins like JSON and is none ({error})") from None
    groups = data.items() if isinstance(data, dict) else [("stt", data)]
    rows: list[Model] = []
    for key, items in groups:
        named = items if isinstance(items, list) else ()
        rows.extend(_from_item(key, item) for item in named if isinstance(item, dict) and _name_of(item))
    return tuple(rows)


def _name_of(item: dict[str, Any]) -> str:
    return str(item.get("canonical_name") or item.get("name") or "")


def _from_item(key: str, item: dict[str, Any]) -> Model:
    canonical = _name_of(item)
    tongues = item.get("languages", item.get("language", []))
    kind = "tts" if key == "tts" else "stt" if key == "stt" or "batch" in item else "helper"
    if canonical.startswith("flux"):
        kind = _flux(canonical).kind
    return Model(
        name=str(item.get("name") or canonical),
        canonical_name=canonical,
        architecture=str(item.get("architecture") or canonical.rpartition("-")[0]),
        languages=(tongues,) if isinstance(tongues, str) else tuple(str(tag) for tag in tongues),
        version=str(item.get("version") or ""),
        uuid=str(item.get("uuid") or _uuid(canonical)),
        kind=kind,
        batch=_flag(item, "batch"),
        streaming=_flag(item, "streaming"),
        formatted=_flag(item, "formatted_output"),
    )


def _flag(item: dict[str, Any], key: str) -> bool | None:
    value = item.get(key)
    return value if isinstance(value, bool) else None
