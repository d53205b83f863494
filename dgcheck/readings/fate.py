"""How a stream ended: one word for each stream, from its frames, its close and its times."""

from __future__ import annotations

from dgcheck.model.case import Case
from dgcheck.model.evidence import Ending, Heard, Stream
from dgcheck.model.record import remembered
from dgcheck.wire.close import read_close

SILENT_SOCKET = "silent_socket"  # an experiment: a stream on which nothing is sent

SMALL_MESSAGES = "small_messages"  # an experiment: the same speech in messages of MESSAGE_SIZE bytes
MESSAGE_SIZE = 400

# Ends that a rule may speak of; '' is an end in good order, or one that nothing is known of.
FATES = ("undecodable", "too_large", "not_received", "licence", "dropped", "broken", "no_results", "")


@remembered
def fate(stream: Stream) -> str:
    """One word of FATES. A final result makes a stream good, however the connection ended after it."""
    close = read_close(stream.close_code, stream.close_reason)
    if stream.ending is Ending.CUT_SHORT:
        return ""
    if close.token.startswith("DATA"):
        return "undecodable"
    if close.code == 1009 or close.token.startswith("BIG"):
        return "too_large"
    if close.token.startswith("NET"):
        return "not_received"
    if any(word in close_text(stream) for word in ("license", "licence")):
        return "licence"
    if any(one.is_final for one in results(stream)) or (stream.ending is Ending.ANSWERED and _enough(stream)):
        return ""
    return _without_result(stream)


def _enough(stream: Stream) -> bool:
    """We left by ourselves, with a result in hand."""
    return bool(results(stream)) and stream.closed_by == ""


def _without_result(stream: Stream) -> str:
    if _metadata(stream) == 0 and not results(stream) and stream.sent_bytes:
        return "not_received"
    if stream.ending is Ending.BROKEN:
        return "broken"
    if stream.closed_by in ("server", "fin", "reset"):
        # After our CloseStream a normal close is the end that was asked for.
        clean = stream.close_code in (1000, 1005) and (
            _metadata(stream) is not None or stream.close_sent_at is not None
        )
        return "no_results" if clean else "dropped"
    none = stream.ending in (Ending.TIMED_OUT, Ending.TOO_MUCH)
    return "no_results" if none and not _enough_of_it(stream) else ""


def _enough_of_it(stream: Stream) -> bool:
    """A flood of results with final ones among them is for those who judge the words."""
    return stream.ending is Ending.TOO_MUCH and any(one.is_final for one in results(stream))


@remembered
def results(stream: Stream) -> tuple[Heard, ...]:
    """The `Results` messages of a stream."""
    return tuple(one for one in stream.heard if one.kind == "Results")


def close_text(stream: Stream) -> str:
    """The reason of the close, lower case."""
    return stream.close_reason.lower()


def _metadata(stream: Stream) -> float | None:
    """Seconds of audio that the closing Metadata admits; None without one."""
    return next((one.duration for one in reversed(stream.heard) if one.kind == "Metadata"), None)


def lived(stream: Stream) -> float:
    """Seconds from the 101 to the end."""
    return max(0.0, stream.ended_at - stream.opened_at)


def silence(stream: Stream) -> float:
    """Seconds at the end in which neither side said anything."""
    moments = [stream.opened_at, stream.audio_sent_at, stream.close_sent_at]
    moments += [stream.heard[-1].at] if stream.heard else []
    return max(0.0, stream.ended_at - max(moment for moment in moments if moment is not None))


def cut_in_silence(stream: Stream) -> bool:
    """Whether the connection ended without Deepgram's own words after a second or more of silence, unfinished."""
    if fate(stream) != "dropped" or silence(stream) < 0.9:
        return False
    close = read_close(stream.close_code, stream.close_reason)
    return not close.deepgram and close.code in (None, 1001, 1005, 1006)


def dropped_while_sending(stream: Stream) -> bool:
    """Whether the connection ended without a close frame or a result, at once after audio was sent."""
    return fate(stream) == "dropped" and stream.close_code is None and not results(stream) and silence(stream) < 0.9


def too_large_by_trial(case: Case) -> Stream | None:
    """The stream in small messages that went through where every other one was dropped; None without one."""
    small = case.first(Stream, "ws.stream", SMALL_MESSAGES)
    if small is None or not results(small) or fate(small):
        return None
    return small if case.streams and all(dropped_while_sending(one) for one in case.streams) else None


def first_result(stream: Stream) -> float | None:
    """When the first result came, in seconds from the start of the run; None without one."""
    found = results(stream)
    return found[0].at if found else None
