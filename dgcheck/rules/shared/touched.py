"""Which checks a match touches; no causes stand here."""

from __future__ import annotations

from collections.abc import Iterable

from dgcheck.model.evidence import Seen


def touched(seen: Iterable[Seen], *more: str) -> tuple[str, ...]:
    """The checks that asked these questions, and those in `more`, each once and in this order."""
    return tuple(dict.fromkeys((*(one.check for one in seen), *more)))
