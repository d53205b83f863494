"""The stand-in's further endpoints, asked by clients that are not ours."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from dgcheck.model.record import replace
from dgcheck.sim.deployment import Deployment
from dgcheck.sim.models import STANDARD, VOICES, flux
from dgcheck.sim.server import Simulator
from dgcheck.wire.audio import bundled
from tests.sim.asking import CLIP, client

pytestmark = pytest.mark.anyio
SPEAK = "/v1/speak?model=aura-2-thalia-en"
FLUX = "/v2/listen?model=flux-general-en&encoding=mulaw&sample_rate=8000"
EVERYTHING = Deployment(models=(*STANDARD, flux()))
TEXT = {"text": "Good morning, everybody."}


async def spoken(simulator: Simulator, target: str = SPEAK, body: Any = TEXT, **headers: str) -> httpx.Response:
    async with client(simulator) as http:
        if isinstance(body, dict):
            return await http.post(target, json=body)
        return await http.post(target, content=body, headers=headers or {"content-type": "text/plain"})


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("", "audio/mpeg"),
        ("&encoding=linear16", "audio/wav"),
        ("&encoding=linear16&container=none&sample_rate=16000", "audio/l16;rate=16000;channels=1"),
        ("&encoding=mulaw&container=wav", "audio/wav"),
    ],
)
async def test_speech_has_its_headers_and_comes_in_chunks(query: str, kind: str) -> None:
    async with Simulator() as simulator:
        answer = await spoken(simulator, SPEAK + query)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == kind
    assert answer.headers["transfer-encoding"] == "chunked"
    assert answer.headers["dg-model-name"] == "aura-2-thalia-en"
    assert answer.headers["dg-char-count"] == str(len(TEXT["text"]))
    assert answer.headers["dg-request-id"]


@pytest.mark.parametrize("body", [TEXT, TEXT["text"].encode()], ids=["JSON", "plain text"])
async def test_what_it_speaks_it_understands(body: Any) -> None:
    async with Simulator() as simulator:
        audio = (await spoken(simulator, f"{SPEAK}&encoding=linear16", body)).content
        async with client(simulator) as http:
            heard = await http.post("/v1/listen?model=nova-3", content=audio, headers={"content-type": "audio/wav"})
    assert heard.json()["results"]["channels"][0]["alternatives"][0]["transcript"] == TEXT["text"]


@pytest.mark.parametrize(
    ("target", "body", "status", "said"),
    [
        pytest.param("/v1/speak", TEXT, 400, "No such model/version combination found", id="no model: aura-asteria-en"),
        pytest.param("/v1/speak?model=nova-3", TEXT, 400, "No such model/version", id="no voice"),
        pytest.param(SPEAK, {"text": " "}, 400, "Input text contains no characters.", id="nothing to say"),
        pytest.param(SPEAK, {"text": "a" * 2401}, 413, "maximum character limit", id="too long"),
        pytest.param(SPEAK, {"text": "a", "url": "b"}, 400, "exactly one of", id="text and url"),
        pytest.param(SPEAK, b"\xff", 400, "Failed to decode payload as UTF-8.", id="no UTF-8"),
        pytest.param(f"{SPEAK}&encoding=banana", TEXT, 400, "Failed to deserialize query", id="no encoding"),
        pytest.param(f"{SPEAK}&encoding=mp3&container=wav", TEXT, 400, "`container` is not", id="container of mp3"),
        pytest.param(f"{SPEAK}&encoding=opus&container=wav", TEXT, 400, "`container=wav` is invalid", id="container"),
        pytest.param(f"{SPEAK}&sample_rate=8000", TEXT, 400, "`sample_rate` is not applicable", id="rate of mp3"),
        pytest.param(f"{SPEAK}&encoding=linear16&sample_rate=1", TEXT, 400, "`sample_rate` must be", id="rate"),
        pytest.param(f"{SPEAK}&encoding=linear16&bit_rate=9", TEXT, 400, "`bit_rate` is not", id="bit rate"),
    ],
)
async def test_speech_is_refused_in_the_documented_words(target: str, body: Any, status: int, said: str) -> None:
    async with Simulator() as simulator:
        answer = await spoken(simulator, target, body)
    assert answer.status_code == status
    assert said in answer.json()["err_msg"]
    assert said.split("`")[0].strip() in answer.headers["dg-error"]


async def test_a_body_of_another_type_is_415() -> None:
    async with Simulator() as simulator:
        answer = await spoken(simulator, SPEAK, b"x=1", **{"content-type": "application/x-www-form-urlencoded"})
    assert (answer.status_code, answer.json()["err_code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize(
    ("deployment", "target"),
    [
        pytest.param(Deployment(speak=False), SPEAK, id="speech is off"),
        pytest.param(Deployment(agent=False), "/v1/agent/converse", id="the agent is off"),
        pytest.param(Deployment(), FLUX, id="no Flux model"),
        pytest.param(replace(EVERYTHING, listen_v2=False), FLUX, id="Flux is off"),
        pytest.param(Deployment(models=VOICES), "/v1/agent/converse", id="an agent without ears"),
    ],
)
async def test_what_is_off_is_not_there(deployment: Deployment, target: str) -> None:
    off = replace(deployment, switches=replace(deployment.switches, switched_off=418))
    async with Simulator(deployment=off) as simulator:
        assert (await spoken(simulator, target)).status_code == 418


async def talk(simulator: Simulator, target: str, *said: str | bytes) -> tuple[list[Any], int | None, str]:
    """Everything that comes until the end, the audio by its length, and the close frame."""
    heard: list[Any] = []
    async with connect(simulator.url.replace("http", "ws") + target, compression=None) as socket:
        for one in said:
            await socket.send(one)
        try:
            while True:
                message = await socket.recv()
                heard.append(json.loads(message) if isinstance(message, str) else len(message))
        except ConnectionClosed as ended:
            close = ended.rcvd
    return heard, close.code if close else None, close.reason if close else ""


def kinds(heard: list[Any]) -> list[str]:
    named = [str(one.get("event", one["type"])) if isinstance(one, dict) else "audio" for one in heard]
    return [one for place, one in enumerate(named) if place == 0 or named[place - 1] != one]


async def test_a_stream_of_speech() -> None:
    said = (json.dumps({"type": "Speak", **TEXT}), '{"type":"Flush"}', '{"type":"Clear"}', '{"type":"Close"}')
    async with Simulator() as simulator:
        heard, code, _ = await talk(simulator, SPEAK, *said)
    assert kinds(heard)[0] == "Metadata"
    assert {"Flushed", "Cleared"} < set(kinds(heard))
    assert code == 1000


@pytest.mark.parametrize(
    ("said", "code", "token"),
    [
        (b"audio", 1003, "MESSAGE-0000"),
        ("no json", 1008, "DATA-0000"),
        ('{"type":"Sing"}', 1008, "DATA-0000"),
        ("[1]", 1008, "DATA-0000"),
    ],
)
async def test_a_stream_of_speech_takes_only_its_commands(said: str | bytes, code: int, token: str) -> None:
    async with Simulator() as simulator:
        _, closed, reason = await talk(simulator, SPEAK, said)
    assert (closed, reason.partition(":")[0]) == (code, token)


async def test_a_turn_of_flux_ends_with_silence_and_the_stream_without_a_code() -> None:
    quiet = b"\xff" * 8000
    async with Simulator(deployment=EVERYTHING) as simulator:
        heard, code, _ = await talk(simulator, FLUX, *_pieces(), quiet, '{"type":"CloseStream"}')
    assert kinds(heard) == ["Connected", "StartOfTurn", "Update", "EndOfTurn"]
    assert heard[-1]["transcript"] == CLIP.words
    assert [one["sequence_id"] for one in heard] == list(range(len(heard)))
    assert code == 1005


async def test_a_turn_that_is_cut_off_gets_an_update_and_no_end() -> None:
    async with Simulator(deployment=EVERYTHING) as simulator:
        heard, _, _ = await talk(simulator, FLUX, *_pieces(), '{"type":"CloseStream"}')
    assert "EndOfTurn" not in kinds(heard)
    assert heard[-1]["transcript"] == CLIP.words


def _pieces() -> list[bytes]:
    data = bundled().stream_data
    return [data[at : at + 640] for at in range(0, len(data), 640)]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("model=nova-3", 400),
        ("model=flux-general-multi", 400),
        ("model=flux-general-en&encoding=linear16", 400),
        ("model=flux-general-en&encoding=flac&sample_rate=8000", 400),
    ],
)
async def test_flux_refuses_at_the_upgrade(query: str, status: int) -> None:
    async with Simulator(deployment=EVERYTHING) as simulator:
        with pytest.raises(InvalidStatus) as refused:
            await talk(simulator, f"/v2/listen?{query}")
    assert refused.value.response.status_code == status
    assert refused.value.response.headers["dg-error"]


SETTINGS = {
    "type": "Settings",
    "audio": {},
    "agent": {
        "listen": {"provider": {"type": "deepgram", "model": "nova-3"}},
        "think": {"provider": {"type": "open_ai", "model": "gpt-4o-mini"}},
        "speak": {"provider": {"type": "deepgram", "model": "aura-2-thalia-en"}},
    },
}


def _but(part: str, model: str) -> str:
    agent = {**SETTINGS["agent"], part: {"provider": {"type": "deepgram", "model": model}}}  # type: ignore[dict-item]
    return json.dumps({**SETTINGS, "agent": agent})


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        pytest.param(_but("speak", "aura-2-nobody-en"), "aura-2-nobody-en", id="no such voice"),
        pytest.param(_but("listen", "nova-9"), "nova-9", id="no such model"),
        pytest.param('{"type":"Settings","agent":{}}', "need `audio`", id="half of the settings"),
        pytest.param("no json", "could not be parsed", id="no JSON"),
        pytest.param(b"audio", "before the Settings", id="audio first"),
    ],
)
async def test_the_agent_refuses_in_words(said: str | bytes, answer: str) -> None:
    async with Simulator() as simulator:
        heard, _, _ = await talk(simulator, "/v1/agent/converse", said)
    assert kinds(heard) == ["Welcome", "Error"]
    assert answer in heard[-1]["description"]


async def test_the_agent_applies_settings() -> None:
    async with (
        Simulator() as simulator,
        connect(simulator.url.replace("http", "ws") + "/v1/agent/converse") as socket,
    ):
        assert json.loads(await socket.recv())["type"] == "Welcome"
        await socket.send(json.dumps(SETTINGS))
        assert json.loads(await socket.recv()) == {"type": "SettingsApplied"}
        await socket.send('{"type":"UpdatePrompt","prompt":"x"}')
        assert json.loads(await socket.recv()) == {"type": "PromptUpdated"}
