"""The order in which a person reads a listing: speech first, the newest family first, general models before others."""

from __future__ import annotations

from dgcheck.model.evidence import Model
from dgcheck.wire import model_name

KINDS = ("stt", "flux", "tts", "helper")
_FAMILIES = ("nova", "enhanced", "base", "whisper")


def in_order(models: tuple[Model, ...]) -> tuple[Model, ...]:
    """The rows sorted; the same rows come out in the same order, in whatever order they were listed."""
    return tuple(sorted(models, key=_place))


def _place(row: Model) -> tuple[object, ...]:
    found = model_name.of_row(row)
    family = _FAMILIES.index(found.family) if found.family in _FAMILIES else len(_FAMILIES)
    kind = KINDS.index(row.kind) if row.kind in KINDS else len(KINDS)
    general = found.variant != "general"
    name = model_name.request_name(row)
    # Of one model the newest version first; strings sort upwards, so the reading of a version is turned round.
    newest = tuple(-ord(char) for char in row.version)
    return (kind, family, -found.generation, general, name, newest, row.batch is not True, row.languages)
