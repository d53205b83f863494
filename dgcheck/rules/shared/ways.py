"""Several ways in which one cause speaks with one meaning, as a table: what `rules/said/` is mostly made of."""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence
from dgcheck.model.message import Message


def ways(
    cause: str,
    says: str,
    confidence: Confidence,
    alt: tuple[str, ...],
    *rows: tuple[str, str, str, str],
    wraps: bool = False,
    over: tuple[str, ...] = (),
) -> tuple[Message, ...]:
    """The messages of a table: a row is a stem, its pattern ('' where the stem decides), who says it, how we know."""
    return tuple(
        Message(cause, stem, match, says, confidence, alt, speaker, wraps, over=over, source=source)
        for stem, match, speaker, source in rows
    )
