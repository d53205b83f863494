"""The catalogue: one family of causes per file, found by scanning this folder.

Start-up fails loudly on a module without `FAMILY`, and on a code or word that stands twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module

from dgcheck.model.catalogue import Cause
from dgcheck.model.errors import InternalError
from dgcheck.model.members import members

_NO_CAUSES = ("shared", "said")  # folders here that hold no causes


# What a family may still say where every question of a run was answered well: something of these checks, and with `()`
# nothing, since its causes explain failures. A family that does not stand here is always asked.
_OF_GOOD_ANSWERS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("access", "answer", "audio", "client", "dns", "gateway", "hops", "http", "intermittent"), ()),
    **dict.fromkeys(("own", "paths", "proxy", "reach", "request", "slow_names", "websocket"), ()),
    "browser": ("origin",),
    "cuts": ("ws.hold",),
    "engine_load": ("license",),
    "features": ("rest",),
    "further": ("speak", "flux", "agent"),
    "license_proxy": ("license",),
    "middle": ("tls",),
    "models": ("replicas", "speak", "flux", "agent"),
    "quality": ("rest", "rest.url", "ws.stream", "speak"),
    "remote": ("rest.url",),
    "sdk": ("sdk",),
    "stream": ("ws.stream",),
    "subprotocol": ("ws.upgrade", "origin"),
    "tls": ("tls",),
    "uploads": ("rest.size",),
}


def families(good: frozenset[str] | None = None) -> tuple[str, ...]:
    """The modules of causes, in order. With `good`, the checks of a run in which all went well, those alone that may
    have something to say of it.
    """
    names = (name for name in members(__path__) if name not in _NO_CAUSES)
    if good is None:
        return tuple(f"{__name__}.{name}" for name in names)
    return tuple(
        f"{__name__}.{name}" for name in names if name not in _OF_GOOD_ANSWERS or good & {*_OF_GOOD_ANSWERS[name]}
    )


@cache
def causes(good: frozenset[str] | None = None) -> tuple[Cause, ...]:
    """Every cause of those `families`, in order of its code. Raises InternalError when they contradict themselves."""
    found: dict[str, Cause] = {}
    words: set[str] = set()
    for name in families(good):
        family = getattr(import_module(name), "FAMILY", None)
        if not isinstance(family, tuple):
            raise InternalError(f"{name.replace('.', '/')}.py has no FAMILY")
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
