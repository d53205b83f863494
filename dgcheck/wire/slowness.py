"""How long answers took, and which of them were slow: the selections that the rule and the experiment share."""

from __future__ import annotations

from dgcheck.model.case import Case
from dgcheck.model.evidence import Exchange, Stream
from dgcheck.wire.answers import phase
from dgcheck.wire.results import read_transcription


def answer_time(seen: Exchange) -> float | None:
    """Seconds from the first byte of a request to the last of its answer; None when it was not answered."""
    return phase(seen.phases, "request", "first_byte", "transfer")


def late(stream: Stream) -> float | None:
    """Seconds from the last audio to the last result of a stream that was heard to its end; None when none came."""
    ends = [one.at for one in stream.heard if one.kind in ("Results", "Metadata")]
    if stream.audio_sent_at is None or not any(one.kind == "Results" and one.is_final for one in stream.heard):
        return None
    return max(ends) - stream.audio_sent_at


def slow_posts(case: Case) -> tuple[Exchange, ...]:
    """The POSTs of the `rest` check that were answered slower than allowed.

    A file of the user's own may take as long as it lasts.
    """
    return tuple(seen for seen in case.of(Exchange, "rest") if _is_slow(case, seen))


def slow_streams(case: Case) -> tuple[Stream, ...]:
    """The streams of `ws.stream` whose last result came later after the last audio than allowed."""
    own = bool(case.settings.audio_file)
    return tuple(
        one
        for one in case.of(Stream, "ws.stream")
        if (late(one) or 0.0) > max(case.settings.slow, one.audio_seconds if own else 0.0)
    )


def other_posts(case: Case) -> tuple[Exchange, ...]:
    """The POSTs of the same audio that came later and were served, fast or slow."""
    later = (*case.of(Exchange, "replicas"), *case.of(Exchange, "rest", "again"))
    return tuple(seen for seen in later if seen.request.method == "POST" and seen.status == 200)


def quick_post(case: Case) -> Exchange | None:
    """A later POST of the same audio that was answered in time, or None."""
    for seen in other_posts(case):
        took = answer_time(seen)
        if took is not None and took <= case.settings.slow:
            return seen
    return None


def _is_slow(case: Case, seen: Exchange) -> bool:
    took, allowed = answer_time(seen), case.settings.slow
    if seen.status != 200 or took is None or took <= allowed:
        return False
    answer = read_transcription(seen.response.body) if seen.response and case.settings.audio_file else None
    return took > ((answer.duration or 0.0) if answer else 0.0)
