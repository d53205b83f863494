"""DG4007 to DG4010: an open stream that holds back its results, or has none."""

from __future__ import annotations

import pytest

from dgcheck.model.catalogue import Confidence
from dgcheck.model.evidence import Ending, Stream
from tests.rules.answers_built import built, cut, good_streams, metadata, pages, post, results, stream, upgrade
from tests.rules.built import findings, matches, roots

SERVER = {"closed_by": "server", "close_code": 1000}


def held(first: float, *, close: float = 4.1, interim: bool = True) -> Stream:
    """The stream that waited three seconds before it said CloseStream."""
    said = [results(first, final=False)] if interim else []
    return stream("after_first", *said, results(first), close_sent_at=close, ended_at=first + 0.1)


def quick(first: float = 1.2) -> Stream:
    """The stream that said CloseStream at once."""
    return stream("at_once", results(first), metadata(first + 0.1), ended_at=first + 0.2, **SERVER)


def case_of(*streams: Stream) -> list[str]:
    return roots(built(*pages(), post(), upgrade(), *streams))


def test_results_that_come_only_after_closestream_are_held_back() -> None:
    found = built(*pages(), post(), upgrade(), quick(), held(4.15))
    assert roots(found) == ["ws_buffered"]
    one = findings(found)["ws_buffered"]
    assert one.confidence is Confidence.LIKELY
    assert "for 3.0 s no result came; after CloseStream all came within 50 ms, interim results among them" in one.says


def test_results_that_follow_closestream_equally_late_on_both_streams_are_held_back() -> None:
    """A relay that lets go only when the other side closes, two seconds after CloseStream."""
    assert case_of(quick(3.1), held(6.1)) == ["ws_buffered"]


@pytest.mark.parametrize(
    "streams",
    [
        pytest.param([quick(4.0), held(4.2)], id="a deployment that needs 3 s on both"),
        pytest.param([quick(3.1), held(5.1)], id="one after the other, 2 s for each"),
        pytest.param([quick(5.1), held(8.1)], id="4 s and 7 s: an engine busy with the first of them"),
        pytest.param([quick(), held(4.15, interim=False)], id="no interim results, so the first word is the last"),
        pytest.param([quick(), held(7.0)], id="a result long after CloseStream"),
        pytest.param([held(4.15)], id="nothing to compare with"),
        pytest.param([quick(), held(2.0)], id="a result before CloseStream"),
        pytest.param([quick(), held(1.3, close=1.25)], id="CloseStream was said soon"),
        pytest.param(good_streams(), id="healthy"),
    ],
)
def test_near_misses_are_not_held_back(streams: list[Stream]) -> None:
    assert matches(built(post(), *streams), "ws_buffered") == []


def test_1009_is_told_with_the_size() -> None:
    closed = stream("at_once", closed_by="server", close_code=1009, close_reason="Message too big")
    found = built(*pages(), post(), upgrade(), closed)
    assert roots(found) == ["ws_frame_too_large"]
    assert (
        "12000 bytes in 4 messages (1.5 s of audio), about 3000 bytes each"
        in findings(found)["ws_frame_too_large"].says
    )


def test_cut_that_smaller_messages_escape_is_a_size() -> None:
    small = stream("small_messages", results(1.2), metadata(1.3), purpose="small_messages", **SERVER)
    found = built(*pages(), post(), upgrade(), cut("at_once", 1.12), cut("after_first", 1.12), small)
    assert roots(found) == ["ws_frame_too_large"]
    assert findings(found)["ws_frame_too_large"].confidence is Confidence.LIKELY


def test_cut_that_smaller_messages_share_is_no_size() -> None:
    small = cut("small_messages", 1.12, purpose="small_messages")
    assert case_of(cut("at_once", 1.12), small) == ["ws_closed_early"]


@pytest.mark.parametrize(
    "reason", ["NET-0001", "net0001", "see https://dpgr.am/net0000", "NET_0000", "Net-0002 no audio"]
)
def test_deepgrams_timeouts_are_read_in_every_spelling(reason: str) -> None:
    closed = stream("at_once", closed_by="server", close_code=1011, close_reason=reason)
    assert case_of(closed) == ["audio_not_received"]


def test_metadata_without_audio_says_what_was_sent() -> None:
    found = built(*pages(), post(), upgrade(), stream("at_once", metadata(1.2, 0.0), **SERVER))
    assert roots(found) == ["audio_not_received"]
    assert "0 seconds of audio were received, although 12000 bytes" in findings(found)["audio_not_received"].says


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(
            stream("at_once", metadata(1.15, 0.0), results(1.2), **SERVER), id="Metadata first, results after"
        ),
        pytest.param(stream("at_once", closed_by="server", close_code=1011), id="1011 without a token"),
        pytest.param(stream("at_once", metadata(1.2, 0.0), sent_bytes=0, **SERVER), id="nothing was sent"),
        pytest.param(good_streams()[0], id="healthy"),
    ],
)
def test_near_misses_are_not_lost_audio(one: Stream) -> None:
    assert matches(built(post(), one), "audio_not_received") == []


def test_open_stream_without_a_result_is_told_with_its_time() -> None:
    found = built(*pages(), post(), upgrade(), stream("at_once", ending=Ending.TIMED_OUT, ended_at=21.0))
    assert roots(found) == ["ws_no_results"]
    assert "stayed open for 20.0 s, and no result came" in findings(found)["ws_no_results"].says


def test_good_end_without_a_result_is_told() -> None:
    assert case_of(stream("at_once", metadata(1.2), **SERVER)) == ["ws_no_results"]


def test_interim_results_without_a_final_one_are_told() -> None:
    late = stream("at_once", results(1.2, final=False), ending=Ending.TIMED_OUT, ended_at=21.0)
    assert "interim results came, but no final one" in matches(built(post(), late), "ws_no_results")[0].says


@pytest.mark.parametrize(
    "streams",
    [
        pytest.param(good_streams(), id="healthy"),
        pytest.param(
            [stream("at_once", results(1.2, ""), metadata(1.3), **SERVER)], id="an empty transcript is a result"
        ),
        pytest.param(
            [stream("at_once", results(1.2), ending=Ending.TIMED_OUT, ended_at=21.0)], id="no Metadata, final words"
        ),
        pytest.param([stream("at_once", ending=Ending.CUT_SHORT)], id="the run's own end"),
        pytest.param([cut("at_once", 1.2)], id="cut"),
    ],
)
def test_near_misses_are_not_without_results(streams: list[Stream]) -> None:
    assert matches(built(post(), *streams), "ws_no_results") == []
