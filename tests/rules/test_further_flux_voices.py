"""What can be wrong with Flux voices at /v2/speak, and what is nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dgcheck.model.evidence import Heard, Seen
from dgcheck.model.record import replace
from tests.rules.built import DG, got, matches
from tests.rules.further_built import LISTED, NAME, further, message, opened, sound, talked
from tests.rules.models_built import NOVA_3, listed
from tests.rules.models_built import VOICE as THALIA
from tests.rules.test_further import NO_VOICE

VOICE = "flux-haley-en"
SOCKET = f"/v2/speak?model={VOICE}"
HALEY = {**THALIA, "name": "haley", "canonical_name": VOICE, "architecture": "flux", "uuid": "h"}
WITH_FLUX = listed(NOVA_3, HALEY)
ERROR = message("Error", code="NET-0003", description="Time limit.")
TURN = ("Connected", "SpeechStarted", "Flushed", "binary", "SpeechMetadata")


def spoke(status: int = 200, body: str = "", *, path: str = "/v2/speak", voice: str = VOICE) -> Seen:
    headers = (*DG[:1], ("content-type", "audio/wav")) if status == 200 else DG
    return got(f"POST {path}?model={voice}", status, body, headers, check="speak")


def stream(*kinds: str | Heard, **fields: Any) -> tuple[Seen, Seen]:
    return opened(SOCKET), talked(*kinds, check="speak", **fields)


@pytest.mark.parametrize(
    ("word", "evidence", "said"),
    [
        pytest.param("http_not_found", [WITH_FLUX, spoke(404)], "POST /v2/speak", id="switched off"),
        pytest.param("model_missing", [LISTED, spoke(400, NO_VOICE)], "The Flux voice flux-haley-en", id="missing"),
        pytest.param(
            "model_missing",
            [WITH_FLUX, spoke(400, NO_VOICE, voice="flux-alexis-en")],
            "Flux voices that are listed: flux-haley-en",
            id="another person's",
        ),
        pytest.param("model_missing", [WITH_FLUX, spoke(400, NO_VOICE)], "listed and cannot be had", id="listed"),
        pytest.param("model_misspelt", [WITH_FLUX, spoke(400, NO_VOICE, voice="flux-hailey-en")], VOICE, id="misspelt"),
        pytest.param(
            "model_wrong_endpoint",
            [LISTED, spoke(400, NO_VOICE, voice=NAME)],
            f"{NAME} is served by /v1/speak, not by /v2/speak",
            id="Aura on /v2/speak",
        ),
        pytest.param(
            "model_wrong_endpoint",
            [LISTED, spoke(400, NO_VOICE, path="/v1/speak")],
            f"{VOICE} is served by /v2/speak, not by /v1/speak",
            id="Flux on /v1/speak",
        ),
        pytest.param(
            "ws_closed_early",
            [*stream("Connected", "SpeechStarted", ERROR, closed_by="server", close_code=1000)],
            "NET-0003: “Time limit.”), which means the stream was open for too long",
            id="an Error",
        ),
        pytest.param(
            "ws_closed_early",
            [*stream("Connected", "SpeechStarted", ERROR, closed_by="server", close_code=1000)],
            "until then came Connected and SpeechStarted.",
            id="what came before it",
        ),
        pytest.param(
            "ws_closed_early",
            [*stream("Connected", "SpeechStarted", "Flushed", "binary", closed_by="server", close_code=1011)],
            "The socket of /v2/speak opened",
            id="cut off after Flushed",
        ),
        pytest.param(
            "ws_no_results",
            [*stream("Connected")],
            "neither audio nor SpeechMetadata came",
            id="mute",
        ),
        pytest.param(
            "speech_silent",
            [*stream(*(one for one in TURN if one != "binary"))],
            "On a socket of /v2/speak the text was flushed, and SpeechMetadata came without any audio",
            id="no audio",
        ),
        pytest.param(
            "speech_silent", [*stream(*TURN), sound(voice=VOICE, silent=True)], "a socket of /v2/speak", id="silence"
        ),
    ],
)
def test_it_is_told(word: str, evidence: list[Seen], said: str) -> None:
    found = matches(further(*evidence, models=(VOICE,)), word)
    assert found
    assert said in found[0].says


@pytest.mark.parametrize(
    ("word", "evidence"),
    [
        pytest.param("ws_no_results", [*stream(*TURN)], id="a whole turn"),
        pytest.param("ws_no_results", [*stream(*TURN[:4], "SessionMetadata")], id="a whole session"),
        pytest.param("ws_closed_early", [*stream(*TURN, closed_by="server", close_code=1000)], id="closed afterwards"),
        pytest.param(
            "ws_closed_early",
            [*stream(message("Warning", code="SYNTHESIS_RETRYING"), *TURN)],
            id="a warning is no error",
        ),
        pytest.param("speech_silent", [*stream(*TURN), sound(voice=VOICE)], id="it can be heard"),
        pytest.param(
            "model_misspelt", [WITH_FLUX, spoke(400, NO_VOICE, voice="flux-alexis-en")], id="another person's voice"
        ),
        pytest.param("model_wrong_endpoint", [LISTED, spoke(400, NO_VOICE)], id="missing at its own endpoint"),
    ],
)
def test_it_is_not_told(word: str, evidence: list[Seen]) -> None:
    assert not matches(further(*evidence, models=(VOICE,)), word)


@pytest.mark.parametrize(
    ("seen", "command"),
    [
        pytest.param(spoke(404), "[features]\nspeak_v2 = true\n\n[flux_tts]\nenabled = true", id="POST"),
        pytest.param(opened(SOCKET, 404), "[features]\nspeak_v2_streaming = true", id="the stream"),
    ],
)
def test_the_switch_is_named(seen: Seen, command: str) -> None:
    [found] = matches(further(WITH_FLUX, seen, models=(VOICE,)), "http_not_found")
    assert command in [one.command for one in found.remedies]


def test_what_another_voice_streamed_does_not_prove_a_buffer() -> None:
    """Held back is the POST of Aura; the socket on which speech came piece by piece was of a Flux voice."""
    late = sound(first_after=1.0, all_after=1.01)
    live = sound(voice=VOICE, first_after=0.1, all_after=1.0)
    post = spoke(path="/v1/speak", voice=NAME)
    case = further(post, late, *stream(*TURN), live, models=(NAME, VOICE))
    assert not matches(case, "speech_buffered")
    same = further(post, late, *stream(*TURN), replace(live, voice=NAME), models=(NAME, VOICE))
    assert matches(same, "speech_buffered")


def test_a_flux_voice_asked_to_transcribe_speaks_at_v2_speak() -> None:
    refusal = json.dumps({"err_code": "V2_MODEL_ON_V1_LISTEN_ENDPOINT", "err_msg": "Not supported here."})
    case = further(got(f"POST /v1/listen?model={VOICE}", 400, refusal, DG), only=("rest",), models=(VOICE,))
    [found] = matches(case, "model_wrong_endpoint")
    assert "it speaks at /v2/speak" in found.says
