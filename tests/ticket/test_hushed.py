"""What was said in a person's own recording is in no bundle, and the judgement stays what it was."""

from __future__ import annotations

import json
import re

import pytest

from dgcheck.model.evidence import Ending, Exchange, Heard, Request, Response, Seen, Stream
from dgcheck.model.record import replace
from dgcheck.model.report import Report
from dgcheck.ticket.hushed import hushed, own_recording
from dgcheck.wire.results import read_transcription
from dgcheck.wire.words import error_rate
from tests.report import canonical

SAID = "Call Dr. Müller at twenty-five, can't wait"
ANSWER = {
    "metadata": {"request_id": "5d2c1a3e", "models": ["f537f3a9"], "model_info": {"f537f3a9": {"name": "general"}}},
    "results": {
        "channels": [
            {
                "alternatives": [
                    {
                        "transcript": SAID,
                        "words": [{"word": "müller", "punctuated_word": "Müller", "start": 0.1}],
                        "summaries": [{"summary": 'a "doctor" named M\\u00fcller'}],
                    }
                ],
                "detected_language": "en",
            }
        ],
        "topics": ["Müller", "waiting"],
    },
}
SECRET_WORDS = re.compile(r"m(ü|u|\\u00fc)ller|doctor|wait|twenty|25", re.IGNORECASE)


def answer(body: str, status: int = 200) -> Exchange:
    return Exchange(
        id="e1",
        check="rest",
        ending=Ending.ANSWERED,
        url="http://h/v1/listen",
        request=Request(method="POST", target="/v1/listen"),
        response=Response(status=status, body=body),
    )


def report(*evidence: Seen, audio: str = "call.wav", expect: str = "") -> Report:
    before = canonical.failing()
    facts = {"words": expect, "settings": {"expect": expect}}
    settings = {
        "audio_file": {"value": audio, "origin": "flag"},
        "audio_url": {"value": "", "origin": "default"},
        "expect": {"value": expect, "origin": "flag"},
    }
    return replace(before, evidence=evidence, settings=settings, environment={"judged_on": facts})


def body_of(seen: Seen) -> str:
    assert isinstance(seen, Exchange)
    assert seen.response is not None
    return seen.response.body


@pytest.mark.parametrize("cut", [None, 60, 200, 250, 300, 350, 400, 450, 500])
@pytest.mark.parametrize("ascii_", [True, False])
def test_no_word_of_an_answer_is_left_wherever_it_was_cut(cut: int | None, ascii_: bool) -> None:
    text = json.dumps(ANSWER, ensure_ascii=ascii_)[:cut]
    (seen,) = hushed(report(answer(text))).evidence
    assert not SECRET_WORDS.search(body_of(seen))
    assert "5d2c1a3e" in body_of(seen)


def test_what_is_no_speech_stays() -> None:
    before = json.loads(json.dumps(ANSWER))
    (seen,) = hushed(report(answer(json.dumps(ANSWER)))).evidence
    after = json.loads(body_of(seen))
    assert after["metadata"] == before["metadata"]
    assert after["results"]["channels"][0]["detected_language"] == "en"
    assert read_transcription(body_of(seen)).keys == read_transcription(json.dumps(ANSWER)).keys  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "heard",
    [
        "call doctor muller at 25 can not wait",
        "CALL DR MÜLLER AT TWENTY FIVE. CAN'T WAIT!",
        "call",
        "",
        "a b c d e f g h",
    ],
)
def test_words_are_as_far_apart_as_before(heard: str) -> None:
    after = hushed(
        report(answer(json.dumps({"results": {"channels": [{"alternatives": [{"transcript": heard}]}]}})), expect=SAID)
    )
    read = read_transcription(body_of(after.evidence[0]))
    facts = after.environment["judged_on"]
    assert read is not None
    assert error_rate(facts["words"], read.transcript) == error_rate(SAID, heard)
    assert not SECRET_WORDS.search(str(facts))
    assert after.settings["expect"]["value"] == "(left out)"


def test_messages_of_a_stream() -> None:
    said = Heard(at=1.0, kind="Results", transcript=SAID, text=json.dumps({"type": "Results", "transcript": SAID}))
    kept = Heard(at=2.0, kind="Error", text='{"type":"Error","description":"wait"}')
    turn = Heard(at=3.0, kind="ConversationText", text=json.dumps({"type": "ConversationText", "content": SAID}))
    (seen,) = hushed(
        report(Stream(id="e2", check="ws.stream", ending=Ending.ANSWERED, upgrade="e1", heard=(said, kept, turn)))
    ).evidence
    assert isinstance(seen, Stream)
    assert not SECRET_WORDS.search(seen.heard[0].transcript + seen.heard[0].text + seen.heard[2].text)
    assert seen.heard[1] == kept
    assert '"type": "Results"' in seen.heard[0].text


def test_a_refusal_is_no_speech() -> None:
    before = answer('{"err_msg":"wait"}', status=400)
    assert hushed(report(before)).evidence == (before,)


def test_the_same_word_is_another_in_another_report() -> None:
    one, two = (hushed(report(expect=SAID)).environment["judged_on"]["words"] for _ in range(2))
    assert one != two


def test_only_a_recording_of_ones_own_is_hushed() -> None:
    assert own_recording(report())
    assert not own_recording(report(audio=""))
    assert not own_recording(canonical.healthy())
