"""The catalogue: one family of causes per file, found by scanning this folder.

Start-up fails loudly on a module without `FAMILY`, and on a code or word that stands twice.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from dgcheck.model.catalogue import Cause
from dgcheck.model.errors import InternalError
from dgcheck.model.members import members

_NO_CAUSES = ("shared", "said")  # folders here that hold no causes


@cache
def causes() -> tuple[Cause, ...]:
    """Every cause, in order of its code. Raises InternalError when the catalogue contradicts itself."""
    found: dict[str, Cause] = {}
    words: set[str] = set()
    for name in members(__path__):
        if name in _NO_CAUSES:
            continue
        family = getattr(import_module(f"{__name__}.{name}"), "FAMILY", None)
        if not isinstance(family, tuple):
            raise InternalError(f"dgcheck/rules/{name}.py has no FAMILY")
        for cause in family:
            if cause.code in found or cause.cause in words:
                raise InternalError(f"{cause.code} {cause.cause} stands twice in the catalogue")
            found[cause.code] = cause
            words.add(cause.cause)
    return tuple(found[code] for code in sorted(found))


@cache
def _index() -> dict[str, Cause]:
    return {key: cause for cause in causes() for key in (cause.code, cause.cause)}


def cause(word: str) -> Cause | None:
    """The cause with that code (`DG5003`, any case) or word (`model_not_streaming`); None when there is none."""
    index = _index()
    return index.get(word) or index.get(word.upper()) or index.get(word.lower())
