"""What can be wrong with voices, Flux and the agent: each cause fires on its evidence, and not on its near-misses."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dgcheck.model.evidence import Ending, Seen
from tests.rules.built import DG, HEARD, HTML, NGINX_404, got, matches, upgraded
from tests.rules.further_built import (
    AUDIO,
    LISTED,
    NAME,
    SAID,
    TURNS,
    answered_with,
    further,
    message,
    opened,
    sound,
    spoke,
    talked,
    turn,
)
from tests.rules.models_built import REFUSAL

NO_VOICE = json.dumps(
    {"err_code": "Bad Request", "err_msg": "Bad Request: No such model/version combination found.", "request_id": "r"}
)
UNDECODABLE = json.dumps({"err_code": "Bad Request", "err_msg": "failed to process audio: corrupt or unsupported data"})
ON_V2 = json.dumps({"err_code": "V2_MODEL_ON_V1_LISTEN_ENDPOINT", "err_msg": "Flux models are not supported here."})
SPEAK_SOCKET = f"/v1/speak?model={NAME}"
CONNECTED = message("Connected")
FLUX: dict[str, Any] = {"models": (TURNS,)}
AGENT: dict[str, Any] = {"models": (), "only": ("agent",)}
THINK = "Invalid think settings: no API key for open_ai"
CLIP = "we will meet again tomorrow"
SAME = HEARD.replace("hello there", CLIP)
WELL = (spoke(), sound(), opened(SPEAK_SOCKET), talked("Metadata", "binary", "binary", "Flushed", check="speak"))


def refused(target: str, status: int = 400, body: str = REFUSAL, **fields: Any) -> Seen:
    return opened(target, status, body, **fields)


@pytest.mark.parametrize(
    ("word", "evidence", "settings", "said"),
    [
        # voices
        pytest.param("model_missing", [LISTED, spoke(400, NO_VOICE, voice="aura-2-zeus-en")], {}, NAME, id="a voice"),
        pytest.param("model_missing", [LISTED, spoke(400, NO_VOICE)], {}, "two files", id="listed and refused"),
        pytest.param("model_misspelt", [LISTED, spoke(400, NO_VOICE, voice="aura-2-tahlia-en")], {}, NAME, id="typo"),
        pytest.param("speech_silent", [spoke(), sound(silent=True)], {}, "silent", id="silence"),
        pytest.param(
            "speech_silent", [spoke(), sound(size=0, form="", lasts=None)], {}, "without a byte", id="nothing"
        ),
        pytest.param(
            "speech_silent",
            [opened(SPEAK_SOCKET), talked("Metadata", "Flushed", check="speak")],
            {},
            "without any audio",
            id="Flushed alone",
        ),
        pytest.param(
            "voice_differs",
            [spoke(headers=(*AUDIO[:2], ("dg-model-name", "aura-2-zeus-en"))), sound()],
            {},
            "aura-2-zeus-en spoke",
            id="another voice",
        ),
        pytest.param("http_bad_response", [spoke(ending=Ending.CLOSED), sound()], {}, "was cut off", id="cut off"),
        pytest.param("http_bad_response", [spoke(200, "<html>", headers=HTML)], {}, "text (text/html)", id="a page"),
        pytest.param(
            "http_bad_response",
            [spoke(), sound(form="", trouble="begins with 00 01 02 03, which no audio format does", lasts=None)],
            {},
            "begins with 00 01",
            id="no audio",
        ),
        pytest.param("http_bad_response", [spoke(), sound(lasts=0.4)], {}, "lasts 400 ms for 19 words", id="too short"),
        pytest.param("http_bad_response", [spoke(204)], {}, "came with 204", id="no content"),
        pytest.param(
            "http_stalled",
            [spoke(None, ending=Ending.TIMED_OUT, reached="first_byte")],
            {},
            "did not come",
            id="no answer",
        ),
        pytest.param(
            "speech_buffered",
            [
                spoke(),
                sound(first_after=1.0, all_after=1.01),
                opened(SPEAK_SOCKET),
                talked("binary", "Flushed", check="speak"),
                sound(first_after=0.1, all_after=1.0),
            ],
            {},
            "On a WebSocket the same text began after 100 ms",
            id="held back, by a socket",
        ),
        pytest.param(
            "speech_buffered",
            [
                spoke(),
                sound(first_after=1.0, all_after=1.01),
                spoke(purpose="speak_again"),
                sound(first_after=0.3, all_after=0.31, words=6, purpose="speak_again"),
                spoke(purpose="speak_again"),
                sound(first_after=1.0, all_after=1.02, purpose="speak_again"),
            ],
            {},
            "A text of 32% the length",
            id="held back, by the length",
        ),
        pytest.param("transcript_empty", [spoke(), sound(), answered_with("")], {}, "heard nothing", id="unheard"),
        pytest.param("transcript_mismatch", [spoke(), sound(), answered_with("a b c")], {}, "are wrong", id="misheard"),
        pytest.param(
            "audio_undecodable",
            [
                spoke(),
                sound(),
                got(
                    "POST /v1/listen?model=nova-3",
                    400,
                    UNDECODABLE,
                    DG,
                    check="speak",
                ),
            ],
            {},
            "What the deployment itself spoke",
            id="undecodable to itself",
        ),
        pytest.param("http_not_found", [LISTED, spoke(404, NGINX_404, headers=HTML)], {}, "nginx answered", id="404"),
        pytest.param("http_method_not_allowed", [LISTED, spoke(405, "", headers=())], {}, "405", id="405"),
        pytest.param("http_unavailable", [spoke(503, "", headers=())], {}, "503", id="503 to speech alone"),
        pytest.param(
            "bad_parameter",
            [
                spoke(
                    400,
                    json.dumps({"err_code": "INVALID_QUERY_PARAMETER", "err_msg": "Unsupported audio format: `speed`"}),
                )
            ],
            {},
            "Unsupported audio format",
            id="a parameter",
        ),
        pytest.param(
            "ws_closed_early",
            [
                opened(SPEAK_SOCKET),
                talked("Metadata", check="speak", closed_by="server", close_code=1011, close_reason="NET-0003"),
            ],
            {},
            "the stream was open for too long",
            id="a token of speech",
        ),
        # Flux
        pytest.param(
            "model_missing", [refused("/v2/listen?model=flux-general-multi")], FLUX, "Flux model", id="no Flux"
        ),
        pytest.param(
            "model_wrong_endpoint",
            [refused("/v2/listen?model=nova-3")],
            {"models": ("nova-3",), "only": ("flux",)},
            "/v1/listen, not by /v2/listen",
            id="Nova on v2",
        ),
        pytest.param(
            "model_wrong_endpoint",
            [refused("/v2/listen?model=nova-3", body="", headers=())],
            {"models": ("nova-3",), "only": ("flux",)},
            "/v1/listen",
            id="Nova on v2, without words",
        ),
        pytest.param(
            "model_wrong_endpoint",
            [
                refused(f"/v2/listen?model={TURNS}", 404, "", headers=()),
                upgraded(f"GET /v1/listen?model={TURNS}", 400, ON_V2, DG, check="flux", purpose="flux_on_v1"),
            ],
            FLUX,
            "is not served here",
            id="Flux switched off",
        ),
        pytest.param(
            "ws_closed_early",
            [opened(), talked(CONNECTED, message("Error", code="INTERNAL_SERVER_ERROR", description="Sorry."))],
            FLUX,
            "INTERNAL_SERVER_ERROR: “Sorry.”",
            id="an Error",
        ),
        pytest.param("ws_closed_early", [opened(), talked(CONNECTED, closed_by="fin")], FLUX, "Connected", id="gone"),
        pytest.param("ws_no_results", [opened(), talked(CONNECTED)], FLUX, "no TurnInfo came", id="no turn"),
        pytest.param(
            "transcript_empty", [opened(), talked(turn("EndOfTurn", ""))], FLUX, "heard nothing", id="no word"
        ),
        pytest.param(
            "transcript_mismatch", [opened(), talked(turn("EndOfTurn", "a b c"))], FLUX, "are wrong", id="other words"
        ),
        pytest.param(
            "turn_not_ended",
            [opened(), talked(CONNECTED, turn("Update"), close_sent_at=8.5, closed_by="server", close_code=1005)],
            FLUX,
            "no EndOfTurn",
            id="an endless turn",
        ),
        # the agent
        pytest.param(
            "agent_settings_refused",
            [opened("/v1/agent/converse"), talked("Welcome", message("Error", description=THINK), check="agent")],
            AGENT,
            THINK,
            id="settings refused",
        ),
        pytest.param(
            "ws_no_results",
            [opened("/v1/agent/converse"), talked("Welcome", check="agent")],
            AGENT,
            "neither SettingsApplied nor an Error",
            id="settings unanswered",
        ),
        pytest.param(
            "ws_upgrade_not_forwarded", [refused("/v1/agent/converse", 426, "", headers=())], AGENT, "426", id="426"
        ),
        pytest.param(
            "ws_upgrade_rejected",
            [refused("/v1/agent/converse", 405, "", headers=())],
            AGENT,
            "a proxy drops the headers",
            id="405 and no socket anywhere",
        ),
    ],
)
def test_it_is_named(word: str, evidence: list[Seen], settings: dict[str, Any], said: str) -> None:
    found = matches(further(*evidence, **settings), word)
    assert [one for one in found if said in one.says], [one.says for one in found]


@pytest.mark.parametrize(
    ("word", "evidence", "settings"),
    [
        pytest.param("speech_silent", [*WELL], {}, id="speech that can be heard"),
        pytest.param("speech_silent", [spoke(), sound(form="MP3", encoding="", silent=None)], {}, id="compressed"),
        pytest.param("speech_silent", [spoke(ending=Ending.CLOSED), sound(size=0)], {}, id="broken off"),
        pytest.param("voice_differs", [spoke(headers=AUDIO[:2]), sound()], {}, id="no header"),
        pytest.param("voice_differs", [spoke(voice="b2c9a3de-7d69-4b5a-9a5b-77b2a5c8e7aa"), sound()], {}, id="a UUID"),
        pytest.param("http_bad_response", [spoke(), sound(form="MP3", silent=None)], {}, id="another form than asked"),
        pytest.param("http_bad_response", [spoke(), sound(lasts=None, form="Ogg")], {}, id="of unknown length"),
        pytest.param(
            "speech_buffered",
            [
                spoke(),
                sound(first_after=2.5, all_after=2.51),
                opened(SPEAK_SOCKET),
                talked("binary", "Flushed", check="speak"),
                sound(first_after=0.1, all_after=0.5),
            ],
            {},
            id="a first request that loads the voice",
        ),
        pytest.param(
            "speech_buffered",
            [
                spoke(),
                sound(first_after=1.0, all_after=1.01),
                spoke(purpose="speak_again"),
                sound(first_after=0.3, all_after=0.31, words=6, purpose="speak_again"),
                spoke(purpose="speak_again"),
                sound(first_after=0.4, all_after=0.41, purpose="speak_again"),
            ],
            {},
            id="slow once",
        ),
        pytest.param("speech_buffered", [spoke(), sound(first_after=0.9, all_after=4.0)], {}, id="slow, and in pieces"),
        pytest.param("speech_buffered", [spoke(), sound(first_after=0.2, all_after=0.2)], {}, id="quick, and at once"),
        pytest.param("transcript_mismatch", [spoke(), sound(), answered_with(SAID.text.lower())], {}, id="understood"),
        pytest.param("transcript_empty", [spoke(), sound(language=""), answered_with("")], {}, id="no known language"),
        pytest.param(
            "transcript_mismatch",
            [got("POST /v1/listen?model=nova-3", 200, SAME, DG), spoke(), sound(), answered_with(CLIP)],
            {},
            id="who hears the same in all speech",
        ),
        pytest.param(
            "transcript_mismatch",
            [spoke(), sound(), answered_with("hello there")],
            {"expect": "Hello there!"},
            id="words that were given",
        ),
        pytest.param("http_not_found", [*WELL], {}, id="served"),
        pytest.param("http_not_found", [spoke(404)], {"models": ()}, id="not asked for"),
        pytest.param("endpoint_off", [spoke(404)], {}, id="asked for"),
        pytest.param("http_method_not_allowed", [refused("/v1/agent/converse", 405)], {"models": ()}, id="not asked"),
        pytest.param("ws_no_results", [opened(), talked(CONNECTED, turn("EndOfTurn"))], FLUX, id="a turn"),
        pytest.param(
            "ws_closed_early",
            [
                opened(),
                talked(CONNECTED, turn("EndOfTurn"), close_sent_at=3.0, closed_by="server", close_code=1005),
            ],
            FLUX,
            id="an end without a status code is normal",
        ),
        pytest.param(
            "ws_closed_early", [opened(), talked(CONNECTED, ending=Ending.CUT_SHORT)], FLUX, id="the run's own end"
        ),
        pytest.param(
            "turn_not_ended",
            [opened(), talked(CONNECTED, turn("Update"), close_sent_at=3.0)],
            FLUX,
            id="not waited for",
        ),
        pytest.param("turn_not_ended", [opened(), talked(turn("EndOfTurn"), close_sent_at=9.0)], FLUX, id="it ended"),
        pytest.param(
            "model_wrong_endpoint",
            [refused(f"/v2/listen?model={TURNS}", 404, ""), upgraded("GET /v1/listen", 400, REFUSAL, DG, check="flux",
                                                                    purpose="flux_on_v1")],
            FLUX,
            id="refused for another reason",
        ),
        pytest.param(
            "agent_settings_refused",
            [opened("/v1/agent/converse"), talked("Welcome", "SettingsApplied", check="agent")],
            AGENT,
            id="settings applied",
        ),
        pytest.param(
            "ws_upgrade_rejected",
            [opened(SPEAK_SOCKET), refused("/v1/agent/converse", 405, "", headers=())],
            AGENT,
            id="405, and others opened",
        ),
        pytest.param("bad_parameter", [LISTED, spoke(400, NO_VOICE)], {}, id="a voice is no parameter"),
        pytest.param("model_missing", [LISTED, spoke(400, NO_VOICE, voice="aura-2-tahlia-en")], {}, id="misspelt"),
    ],
)  # fmt: skip
def test_it_is_not_named(word: str, evidence: list[Seen], settings: dict[str, Any]) -> None:
    assert matches(further(*evidence, **settings), word) == []
