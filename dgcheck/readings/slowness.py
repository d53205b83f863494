"""How long answers took, and which of them were slow: the selections that the rule and the experiment share."""

from __future__ import annotations

from dgcheck.model.case import Case
from dgcheck.model.evidence import Exchange, Stream, Upgrade
from dgcheck.readings.answers import opened, phase, waited
from dgcheck.wire.results import read_transcription


def answer_time(seen: Exchange) -> float | None:
    """Seconds from the first byte of a request to the last of its answer; None when it was not answered."""
    return phase(seen.phases, "request", "first_byte", "transfer")


def late(stream: Stream) -> float | None:
    """Seconds from the last audio to the last result of a stream that was heard to its end; None when none came.

    Where CloseStream was said later than that, from there: the last words are due when the end is asked for.
    """
    ends = [one.at for one in stream.heard if one.kind in ("Results", "Metadata")]
    if stream.audio_sent_at is None or not any(one.kind == "Results" and one.is_final for one in stream.heard):
        return None
    return max(ends) - max(stream.audio_sent_at, stream.close_sent_at or 0.0)


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


def slow_upgrades(case: Case) -> tuple[Upgrade, ...]:
    """The upgrades that were accepted later than allowed."""
    found = (*case.of(Upgrade, "ws.upgrade"), *case.of(Upgrade, "ws.stream"))
    return tuple(seen for seen in found if opened(seen) and (waited(seen) or 0.0) > case.settings.slow)


def quick_upgrade(case: Case) -> Upgrade | None:
    """A later upgrade that was accepted in time, or None."""
    later = (seen for seen in case.of(Upgrade, "replicas") if opened(seen))
    return next((seen for seen in later if (waited(seen) or 0.0) <= case.settings.slow), None)


def quick_stream(case: Case) -> Stream | None:
    """A later stream whose last result came in time, or None."""
    for seen in case.of(Stream, "replicas"):
        took = late(seen)
        if took is not None and took <= case.settings.slow:
            return seen
    return None


def quick_again(case: Case) -> Exchange | Upgrade | Stream | None:
    """A later question of the same kind as one that was slow, answered in time; None without one.

    Like is compared with like: a quick POST says nothing of a slow stream.
    """
    pairs = (
        (slow_posts(case), quick_post(case)),
        (slow_upgrades(case), quick_upgrade(case)),
        (slow_streams(case), quick_stream(case)),
    )
    return next((quick for slow, quick in pairs if slow and quick is not None), None)


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


def slow_again(case: Case) -> bool:
    """Whether anything that was slow was asked again and was slow again."""
    slow = case.settings.slow
    posts = slow_posts(case) and any((answer_time(seen) or 0.0) > slow for seen in other_posts(case))
    opens = slow_upgrades(case) and any((waited(seen) or 0.0) > slow for seen in case.of(Upgrade, "replicas"))
    streams = slow_streams(case) and any((late(seen) or 0.0) > slow for seen in case.of(Stream, "replicas"))
    return bool(posts or opens or streams)


def _is_slow(case: Case, seen: Exchange) -> bool:
    took, allowed = answer_time(seen), case.settings.slow
    if seen.status != 200 or took is None or took <= allowed:
        return False
    answer = read_transcription(seen.response.body) if seen.response and case.settings.audio_file else None
    return took > ((answer.duration or 0.0) if answer else 0.0)
