"""The stand-in's `/v2/speak`, asked by clients that are not ours."""

from __future__ import annotations

import json
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from dgcheck.model.record import replace
from dgcheck.sim.deployment import Deployment, Switches
from dgcheck.sim.models import STANDARD, flux_voice, read_models
from dgcheck.sim.server import Simulator
from dgcheck.sim.speak_flux import IDLE, FluxSpeaking
from dgcheck.sim.spoken_order import Voicing
from tests.sim.asking import client
from tests.sim.test_further import TEXT, kinds, spoken, talk

pytestmark = pytest.mark.anyio
VOICE = flux_voice()
SPEAK = f"/v2/speak?model={VOICE.canonical_name}"
ON = Deployment(models=(*STANDARD, VOICE), speak_v2=True, speak_v2_streaming=True)
SAID = json.dumps({"type": "Speak", **TEXT})
FLUSH, CLOSE = '{"type":"Flush"}', '{"type":"Close"}'


@pytest.mark.parametrize(("query", "kind"), [("", "audio/mpeg"), ("&encoding=linear16", "audio/wav")])
async def test_a_post_is_answered_with_audio(query: str, kind: str) -> None:
    async with Simulator(deployment=ON) as simulator:
        answer = await spoken(simulator, SPEAK + query)
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)


async def test_what_a_flux_voice_speaks_is_understood() -> None:
    async with Simulator(deployment=ON) as simulator:
        audio = (await spoken(simulator, f"{SPEAK}&encoding=linear16")).content
        async with client(simulator) as http:
            heard = await http.post("/v1/listen?model=nova-3", content=audio, headers={"content-type": "audio/wav"})
    assert heard.json()["results"]["channels"][0]["alternatives"][0]["transcript"] == TEXT["text"]


@pytest.mark.parametrize(
    ("at_once", "order"),
    [
        (True, ["Connected", "SpeechStarted", "Flushed", "audio", "SpeechMetadata", "SessionMetadata"]),
        (False, ["Connected", "SpeechStarted", "audio", "SpeechMetadata", "Flushed", "SessionMetadata"]),
    ],
)
async def test_a_turn_has_its_messages(at_once: bool, order: list[str]) -> None:
    deployment = replace(ON, switches=Switches(flushed_at_once=at_once))
    async with Simulator(deployment=deployment) as simulator:
        heard, code, _ = await talk(simulator, SPEAK, SAID, FLUSH, CLOSE)
    told = {one["type"]: one for one in heard if isinstance(one, dict)}
    audio = sum(one for one in heard if isinstance(one, int))
    assert (kinds(heard), code) == (order, 1000)
    assert told["Connected"]["model_uuids"] == [VOICE.uuid]
    assert told["SpeechStarted"]["speech_id"].startswith("dg_sp_")
    assert told["SpeechMetadata"]["speech_id"] == told["SpeechStarted"]["speech_id"]
    assert told["SpeechMetadata"]["audio_duration_ms"] == 1000 * audio // 48000
    assert told["SessionMetadata"]["total_input_character_count"] == len(TEXT["text"])


async def test_close_speaks_what_is_left() -> None:
    async with Simulator(deployment=ON) as simulator:
        heard, _, _ = await talk(simulator, SPEAK, SAID, CLOSE)
    assert kinds(heard) == ["Connected", "SpeechStarted", "audio", "SpeechMetadata", "SessionMetadata"]


async def test_a_flush_of_nothing_is_warned_of() -> None:
    async with Simulator(deployment=ON) as simulator:
        heard, _, _ = await talk(simulator, SPEAK, FLUSH, CLOSE)
    assert heard[1]["code"] == "NO_ACTIVE_SPEECH"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        pytest.param(b"audio", "MESSAGE-0000", id="audio"),
        pytest.param("no json", "DATA-0000", id="no JSON"),
        pytest.param('{"type":"Clear"}', "DATA-0000", id="a command of /v1/speak"),
        pytest.param('{"type":"Speak"}', "DATA-0000", id="no text"),
        pytest.param(json.dumps({"type": "Speak", "text": "a" * 2401}), "BIG-0000", id="too long"),
    ],
)
@pytest.mark.parametrize(("switch", "close"), [(1011, 1011), (0, 1005)])
async def test_what_it_does_not_take_is_an_error_and_then_a_close(
    said: str | bytes, code: str, switch: int, close: int
) -> None:
    deployment = replace(ON, switches=Switches(speak_v2_close=switch))
    async with Simulator(deployment=deployment) as simulator:
        heard, closed, _ = await talk(simulator, SPEAK, said)
    assert (heard[-1]["type"], heard[-1]["code"]) == ("Error", code)
    assert closed == close


async def test_a_minute_without_a_word_ends_it() -> None:
    async with Simulator(deployment=ON) as simulator:
        socket = FluxSpeaking(Voicing(VOICE, "linear16", "none", 24000), simulator.replicas[0], "r")
    socket.opened(5.0)
    socket.tick(5.0)
    assert (len(socket.take()), socket.due()) == (1, 5.0 + IDLE)
    socket.tick(5.0 + IDLE)
    error, close = socket.take()
    assert (json.loads(error.text)["code"], close.kind, socket.due()) == ("NET-0004", "close", None)


@pytest.mark.parametrize(
    "deployment",
    [
        pytest.param(Deployment(), id="nothing is said"),
        pytest.param(replace(ON, speak_v2=False), id="POST is off"),
    ],
)
async def test_it_is_off_until_it_is_switched_on(deployment: Deployment) -> None:
    off = replace(deployment, switches=Switches(switched_off=418))
    async with Simulator(deployment=off) as simulator:
        assert (await spoken(simulator, SPEAK)).status_code == 418


async def test_its_stream_is_switched_on_by_itself() -> None:
    async with Simulator(deployment=replace(ON, speak_v2_streaming=False)) as simulator:
        with pytest.raises(InvalidStatus) as refused:
            await talk(simulator, SPEAK)
        assert (await spoken(simulator, SPEAK)).status_code == 200
    assert refused.value.response.status_code == 404


@pytest.mark.parametrize(
    ("target", "said"),
    [
        pytest.param("/v2/speak?model=aura-2-thalia-en", "No such model/version", id="a voice of Aura"),
        pytest.param("/v2/speak?model=flux-alexis-en", "No such model/version", id="another voice"),
        pytest.param("/v2/speak", "missing field `model`", id="no voice"),
        pytest.param(f"/v1/speak?model={VOICE.canonical_name}", "No such model/version", id="asked at /v1/speak"),
    ],
)
async def test_other_voices_are_refused(target: str, said: str) -> None:
    async with Simulator(deployment=ON) as simulator:
        answer = await spoken(simulator, target)
    assert (answer.status_code, said in answer.json()["err_msg"]) == (400, True)


@pytest.mark.parametrize(("query", "status"), [("sample_rate=44100", 101), ("sample_rate=11025", 400)])
async def test_a_stream_takes_the_rates_of_flux(query: str, status: int) -> None:
    async with Simulator(deployment=ON) as simulator:
        try:
            heard, _, _ = await talk(simulator, f"{SPEAK}&encoding=linear16&{query}", CLOSE)
            got: Any = 101 if kinds(heard)[0] == "Connected" else heard
        except InvalidStatus as refused:
            got = refused.response.status_code
    assert got == status


@pytest.mark.parametrize("text", ["flux-haley-en", '{"stt": [{"canonical_name": "flux-haley-en"}]}'])
def test_a_file_of_models_knows_flux_voices(text: str) -> None:
    assert [one.kind for one in read_models(text)] == ["tts"]
