"""DG6001 to DG6004: words, time, clocks."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Severity
from dgcheck.model.evidence import Ending, Exchange, Heard, Phase, Seen, Stream
from tests.rules.built import DG, findings, got, matches
from tests.rules.models_built import asked, posted, streamed

ASK = "model=nova-3"
WORDS = "the quick brown fox jumps"


def text(transcript: str, duration: float = 1.5) -> str:
    words = [{"word": word} for word in transcript.split()]
    alternative = {"transcript": transcript, "words": words}
    return json.dumps({"metadata": {"duration": duration}, "results": {"channels": [{"alternatives": [alternative]}]}})


def heard(*finals: str, at: float = 0.5, **fields: Any) -> Stream:
    """A stream that was heard to its end; its upgrade is e3, the first piece of evidence."""
    said = tuple(Heard(at=at, kind="Results", is_final=True, transcript=final) for final in finals)
    end = (Heard(at=at + 0.01, kind="Metadata", duration=1.5),)
    known = {"check": "ws.stream", "ending": Ending.ANSWERED, "upgrade": "e3", "close_code": 1000, "audio_sent_at": 0.2}
    return Stream(id="", **{**known, "heard": (*said, *end), **fields})


def speech(*evidence: Seen, words: str = WORDS, **settings: Any) -> Case:
    found = asked("nova-3", *evidence, **settings)
    found.words = words
    return found


# --- no words --------------------------------------------------------------------------------------------------------


def test_an_empty_transcript_of_known_words() -> None:
    one = findings(speech(posted(ASK, body=text(""))))["transcript_empty"]
    assert one.severity is Severity.ERROR
    assert one.says == f"POST /v1/listen succeeded, but the transcript of “{WORDS}” is empty."
    assert one.checks == ("rest",)


def test_a_stream_without_words_beside_a_post_with_words() -> None:
    found = speech(streamed(ASK), heard("", ""), posted(ASK, body=text(WORDS)))
    one = matches(found, "transcript_empty")[0]
    assert one.checks == ("ws.stream",)
    assert "Meanwhile POST /v1/listen returned words." in one.says


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(speech(posted(ASK, body=text(WORDS))), id="words"),
        pytest.param(speech(posted(ASK, body=text("")), words=""), id="nobody knows what is said"),
        pytest.param(speech(posted(f"{ASK}&language=es", body=text(""))), id="asked in another language"),
        pytest.param(speech(posted(f"{ASK}&language=multi", body=text(""))), id="asked in several languages"),
        pytest.param(speech(posted(ASK, 400)), id="refused"),
        pytest.param(speech(posted(ASK, body='{"request_id":"1"}')), id="a callback's receipt"),
        pytest.param(speech(streamed(ASK), heard("", WORDS)), id="words in the second result"),
        pytest.param(speech(streamed(ASK), heard()), id="no result at all"),
        pytest.param(
            speech(streamed(ASK), heard("", close_code=None, heard=(Heard(at=1, kind="Results", is_final=True),))),
            id="a stream that was left before its end",
        ),
        pytest.param(speech(streamed(f"{ASK}&language=es"), heard("")), id="a stream in another language"),
    ],
)
def test_what_is_no_empty_transcript(found: Case) -> None:
    assert matches(found, "transcript_empty") == []


@pytest.mark.parametrize("language", ["en", "en-US", "EN-gb"])
def test_regions_of_the_clips_language_are_judged(language: str) -> None:
    assert len(matches(speech(posted(f"{ASK}&language={language}", body=text(""))), "transcript_empty")) == 1


# --- other words -----------------------------------------------------------------------------------------------------


def test_other_words_are_a_warning_with_both_texts() -> None:
    one = findings(speech(posted(ASK, body=text("a slow green ox sleeps"))))["transcript_mismatch"]
    assert one.severity is Severity.WARNING
    assert "returned “a slow green ox sleeps” for “the quick brown fox jumps”: 100% of the words are wrong" in one.says


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(speech(posted(ASK, body=text("The quick, brown fox jumps."))), id="formatted"),
        pytest.param(speech(posted(ASK, body=text("the quick brown box jumped"))), id="two of five wrong"),
        pytest.param(speech(posted(ASK, body=text(""))), id="empty is another cause"),
        pytest.param(speech(posted(f"{ASK}&language=es", body=text("uno dos tres"))), id="another language"),
        pytest.param(speech(posted(ASK, body=text("anything")), words=""), id="words unknown"),
        pytest.param(speech(streamed(ASK), heard("the quick", "brown fox jumps")), id="in two results"),
    ],
)
def test_what_is_no_mismatch(found: Case) -> None:
    assert matches(found, "transcript_mismatch") == []


@pytest.mark.parametrize("query", [ASK, f"{ASK}&language=es", f"{ASK}&language=multi"])
def test_words_of_a_persons_own_recording_are_judged_in_whatever_language_was_asked(query: str) -> None:
    found = speech(posted(query, body=text("uno dos tres")), words="la casa verde")
    found.audio_language = ""
    assert len(matches(found, "transcript_mismatch")) == 1
    right = speech(posted(query, body=text("La casa verde.")), words="la casa verde")
    right.audio_language = ""
    assert matches(right, "transcript_mismatch") == []


# --- slow ------------------------------------------------------------------------------------------------------------


def timed(first_byte: float, *, request: float = 0.1, transfer: float = 0.1, body: str = "", **fields: Any) -> Exchange:
    phases = (
        Phase("request", 0.0, request),
        Phase("first_byte", request, first_byte),
        Phase("transfer", request + first_byte, transfer),
    )
    return posted(ASK, body=body or text(WORDS), phases=phases, **fields)


def test_a_slow_post_names_the_phase() -> None:
    one = findings(speech(timed(7.0)))["slow_response"]
    assert one.severity is Severity.WARNING
    assert one.says == (
        "POST /v1/listen took 7.2 s, 7.0 s of it waiting for the first byte of the answer; more than 5.0 s is called "
        "slow (--slow)."
    )


def test_a_slow_upload_is_told_as_such() -> None:
    assert "9.0 s of it sending the audio" in matches(speech(timed(0.1, request=9.0)), "slow_response")[0].says


def test_a_slow_stream() -> None:
    one = matches(speech(streamed(ASK), heard(WORDS, at=9.0)), "slow_response")[0]
    assert "the last result of a stream came 8.8 s after the last audio" in one.says.lower()
    assert one.checks == ("ws.stream",)


def upgraded_after(took: float, **fields: Any) -> Seen:
    return streamed(ASK, phases=(Phase("upgrade", 0.0, took),), **fields)


def test_a_slow_upgrade() -> None:
    one = findings(speech(upgraded_after(6.0)))["slow_response"]
    assert one.severity is Severity.WARNING
    assert "The WebSocket upgrade of /v1/listen was answered after 6.0 s" in one.says
    again = findings(speech(upgraded_after(6.0), upgraded_after(0.1, check="replicas")))["slow_response"]
    assert again.severity is Severity.INFO


@pytest.mark.parametrize("check", [{"check": "replicas"}, {"purpose": "again"}], ids=["replicas", "again"])
def test_a_second_fast_answer_means_that_the_first_loaded_the_model(check: dict[str, Any]) -> None:
    one = findings(speech(timed(9.0), timed(0.2, **check)))["slow_response"]
    assert one.severity is Severity.INFO
    assert "the first request probably loaded the model" in one.says


def test_a_quick_post_says_nothing_of_a_slow_stream() -> None:
    slow, quick = heard(WORDS, at=9.0), heard(WORDS, at=0.3, check="replicas")
    alone = findings(speech(streamed(ASK), slow, timed(0.1), timed(0.1, check="replicas")))["slow_response"]
    assert alone.severity is Severity.WARNING
    assert "loaded the model" not in alone.says
    again = findings(speech(streamed(ASK), slow, timed(0.1, check="replicas"), quick))["slow_response"]
    assert again.severity is Severity.INFO
    assert "a stream was over within 110 ms, so the first request probably loaded the model" in again.says


def test_a_stream_is_slow_after_closestream_where_that_came_later() -> None:
    one = matches(speech(streamed(ASK), heard(WORDS, at=9.2, close_sent_at=3.2)), "slow_response")[0]
    assert "came 6.0 s after closestream" in one.says.lower()


def test_a_second_slow_answer_leaves_it_a_warning() -> None:
    found = findings(speech(timed(9.0), timed(8.0, purpose="again")))
    assert found["slow_response"].severity is Severity.WARNING


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(speech(timed(4.7)), id="within the limit"),
        pytest.param(speech(timed(7.0), slow=10.0), id="a limit of one's own"),
        pytest.param(speech(timed(7.0, status=500)), id="no success"),
        pytest.param(speech(timed(30.0, body=text(WORDS, 60.0)), audio_file="long.wav"), id="a minute of one's own"),
        pytest.param(speech(streamed(ASK), heard(WORDS, at=5.1)), id="a stream within it"),
        pytest.param(speech(streamed(ASK), heard(WORDS, at=60.0, audio_sent_at=59.0)), id="audio in real time"),
        pytest.param(speech(streamed(ASK), heard(WORDS, at=5.3, close_sent_at=3.2)), id="our own wait is not counted"),
        pytest.param(speech(posted(ASK)), id="no times known"),
    ],
)
def test_what_is_not_slow(found: Case) -> None:
    assert matches(found, "slow_response") == []


# --- clocks ----------------------------------------------------------------------------------------------------------

NOW = 1_800_000_000.0


def dated(ahead: float, took: float = 0.1, **fields: Any) -> Exchange:
    known = {"server_time": NOW + ahead, "local_time": NOW, "phases": (Phase("first_byte", 0.0, took),)}
    return got("GET /v1/status", 200, '{"system_health":"Healthy"}', **{**known, **fields})


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (300.0, "5 minutes ahead"),
        (-300.0, "5 minutes behind"),
        (90_000.0, "25 hours ahead"),
        (-864_000.0, "10 days behind"),
        (100.0, "100 seconds ahead"),
    ],
)
def test_clocks_that_disagree(ahead: float, words: str) -> None:
    one = findings(speech(dated(ahead)))["clock_skew"]
    assert one.severity is Severity.WARNING
    assert words in one.says
    assert "2027-01-15 08:00:00 UTC" in one.says


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param([dated(59.0)], id="under a minute"),
        pytest.param([dated(-60.5)], id="a whole second may be lost"),
        pytest.param([dated(-100.0, took=90.0)], id="the answer took that long"),
        pytest.param([dated(300.0), dated(0.0)], id="another answer agrees"),
        pytest.param([dated(-4000.0, headers=(("age", "4000"),))], id="out of a cache"),
        pytest.param([dated(0.0, server_time=None)], id="no Date"),
        pytest.param([dated(300.0, purpose="direct")], id="an experiment"),
    ],
)
def test_what_is_no_skew(evidence: list[Seen]) -> None:
    assert matches(speech(*evidence), "clock_skew") == []


def test_dg_marks_do_not_matter() -> None:
    assert len(matches(speech(dated(300.0, headers=DG)), "clock_skew")) == 1
