"""Sentences and matches about streams; no causes stand here."""

from __future__ import annotations

from collections.abc import Iterable

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Confidence, Match
from dgcheck.model.evidence import Seen, Stream
from dgcheck.readings.fate import fate
from dgcheck.readings.telling import seconds
from dgcheck.wire.close import close_words


def streamed(
    found: Iterable[Stream],
    says: str,
    confidence: Confidence = Confidence.CERTAIN,
    *more: Seen,
    detail: str = "",
    **facts: str,
) -> Match:
    """The match of some streams; their handshakes, and what `more` there is, are evidence too."""
    evidence = [one for stream in found for one in (stream.id, stream.upgrade)] + [seen.id for seen in more]
    return Match(
        says, tuple(dict.fromkeys(filter(None, evidence))), ("ws.stream",), confidence, facts=facts, detail=detail
    )


def fated(case: Case, *fates: str) -> list[Stream]:
    """The streams of the run that ended in one of these ways (`wire.fate`)."""
    return [stream for stream in case.streams if fate(stream) in fates]


def sent(stream: Stream) -> str:
    """What was sent on a stream: `12000 bytes in 4 messages (1.5 s of audio)`."""
    audio = f" ({seconds(stream.audio_seconds)} of audio)" if stream.audio_seconds else ""
    return f"{stream.sent_bytes} bytes in {stream.sent_messages} messages{audio}"


def how(stream: Stream) -> str:
    """How the connection ended, after `the stream`."""
    if stream.close_code is not None:
        return f"was closed with {close_words(stream.close_code, stream.close_reason)}"
    words = {"fin": "ended without a close frame", "reset": "was reset without a close frame"}
    return words.get(stream.closed_by, "ended")
