"""A healthy deployment, asked by clients that are not ours, answers as the reference says."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from typing import Any

import httpx
import pytest

from dgcheck.model.record import replace
from dgcheck.sim.core import Replica
from dgcheck.sim.deployment import Deployment, Switches
from dgcheck.sim.server import Simulator
from tests.sim.asking import CLIP, LISTEN, NO_MODEL, RAW, asked, client, get, post, refused, stream


@pytest.mark.anyio
async def test_status_begins_ready_and_is_healthy_after_a_transcription() -> None:
    async with Simulator() as simulator:
        before = (await get(simulator, "/v1/status")).json()
        await post(simulator)
        after = (await get(simulator, "/v1/status")).json()
    assert before == {
        "system_health": "Ready",
        "active_batch_requests": 0,
        "active_stream_requests": 0,
        "active_listen_v2_stream_requests": 0,
    }
    assert after["system_health"] == "Healthy"


@pytest.mark.anyio
async def test_the_engine_status_matches_the_charts_own_expression() -> None:
    async with Simulator() as simulator:
        answer = await get(simulator, "/v1/status/engine")
    assert re.search(r'^{"engine_connection_status":"Connected".*}$', answer.text)


@pytest.mark.anyio
async def test_certificates_have_the_documented_time_format() -> None:
    async with Simulator() as simulator:
        answer = (await get(simulator, "/v1/certificates")).json()
    assert list(answer) == ["beginning_of_support", "end_of_support", "end_of_life", "instance_id"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.0 \+00:00:00", answer["end_of_life"])
    uuid.UUID(answer["instance_id"])


@pytest.mark.anyio
async def test_a_file_is_transcribed_with_the_words_of_the_clip() -> None:
    async with Simulator() as simulator:
        answer = await post(simulator)
    body = answer.json()
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert body["results"]["channels"][0]["alternatives"][0]["transcript"] == CLIP.words
    assert body["metadata"]["request_id"] == answer.headers["dg-request-id"]
    assert body["metadata"]["sha256"] == hashlib.sha256(CLIP.data).hexdigest()
    assert body["metadata"]["duration"] == pytest.approx(CLIP.seconds, abs=0.01)
    assert body["metadata"]["transaction_key"] == "deprecated"
    (model,) = body["metadata"]["models"]
    assert body["metadata"]["model_info"][model]["name"] == "general-nova-3"


@pytest.mark.parametrize(
    ("target", "kind", "data", "words"),
    [
        pytest.param(LISTEN, "application/x-www-form-urlencoded", CLIP.data, CLIP.words, id="curl's default type"),
        pytest.param(RAW, "application/octet-stream", CLIP.stream_data, CLIP.words, id="bare samples"),
        pytest.param(RAW, "audio/basic", b"\xff" * 12000, "", id="silence"),
        pytest.param(RAW, "audio/basic", CLIP.stream_data[:800], "", id="next to nothing"),
        pytest.param(
            f"{LISTEN}&encoding=mulaw&sample_rate=16000",
            "audio/basic",
            CLIP.stream_data,
            "",
            id="the clip at a wrong rate",
        ),
    ],
)
@pytest.mark.anyio
async def test_audio_gets_its_words(target: str, kind: str, data: bytes, words: str) -> None:
    async with Simulator() as simulator, client(simulator) as http:
        answer = await http.post(target, content=data, headers={"Content-Type": kind})
    assert answer.status_code == 200
    assert answer.json()["results"]["channels"][0]["alternatives"][0]["transcript"] == words


@pytest.mark.parametrize(
    ("target", "kind", "data"),
    [
        pytest.param(LISTEN, "audio/wav", b"", id="empty body"),
        pytest.param(LISTEN, "audio/wav", b"<html>no audio</html>", id="a web page"),
        pytest.param(LISTEN, "audio/wav", b'{"url":"http://a.example.test/"}', id="JSON without its type"),
        pytest.param(LISTEN, "audio/wav", bytes(range(256)) * 20, id="raw samples without an encoding"),
        pytest.param(RAW, "audio/wav", CLIP.data, id="a WAV file declared as raw"),
    ],
)
@pytest.mark.anyio
async def test_what_is_no_audio_is_refused(target: str, kind: str, data: bytes) -> None:
    async with Simulator() as simulator, client(simulator) as http:
        answer = await http.post(target, content=data, headers={"Content-Type": kind})
    assert answer.status_code == 400
    assert answer.json() == {
        "err_code": "Bad Request",
        "err_msg": "Bad Request: failed to process audio: corrupt or unsupported data",
        "request_id": answer.headers["dg-request-id"],
    }


@pytest.mark.anyio
async def test_a_file_that_is_refused_has_no_dg_error() -> None:
    """`dg-error` belongs to refused upgrades."""
    async with Simulator() as simulator:
        answer = await post(simulator, "/v1/listen?model=nova-9")
    assert "dg-error" not in answer.headers
    assert answer.json()["err_msg"].startswith(NO_MODEL)


@pytest.mark.anyio
async def test_a_refused_upgrade_repeats_the_message_in_dg_error() -> None:
    async with Simulator() as simulator:
        status, headers, body = await refused(simulator, "/v1/listen?model=nova-9&encoding=mulaw&sample_rate=8000")
    said = json.loads(body)
    assert status == 400
    assert headers["dg-error"] == said["err_msg"]
    assert headers["dg-request-id"] == said["request_id"]


@pytest.mark.anyio
async def test_no_model_means_base_general_which_is_not_there() -> None:
    async with Simulator() as simulator:
        answer = await post(simulator, "/v1/listen")
    assert answer.status_code == 400
    assert 'You could try the "general" model (language: en-US, base tier).' in answer.json()["err_msg"]


@pytest.mark.anyio
async def test_any_credentials_are_ignored() -> None:
    async with Simulator() as simulator, client(simulator) as http:
        statuses = [
            (await http.post(LISTEN, content=CLIP.data, headers=headers)).status_code
            for headers in (
                {},
                {"Authorization": "Token x"},
                {"Authorization": "Bearer"},
                {"Authorization": "nonsense"},
            )
        ]
    assert statuses == [200] * 4


@pytest.mark.anyio
async def test_a_stream_has_interims_a_final_metadata_and_1000() -> None:
    async with Simulator() as simulator:
        heard, end = await stream(simulator)
    assert [one["type"] for one in heard] == ["Results", "Results", "Metadata"]
    assert [one["is_final"] for one in heard[:2]] == [False, True]
    assert heard[1]["channel"]["alternatives"][0]["transcript"] == CLIP.words
    assert heard[1]["channel_index"] == [0, 1]
    assert heard[2]["sha256"] == hashlib.sha256(CLIP.stream_data).hexdigest()
    assert heard[2]["channels"] == 1
    assert end.rcvd is not None
    assert end.rcvd.code == 1000


@pytest.mark.anyio
async def test_an_empty_binary_message_ends_a_stream_too() -> None:
    async with Simulator() as simulator:
        heard, end = await stream(simulator, RAW, (CLIP.stream_data, b""))
    assert [one["type"] for one in heard] == ["Results", "Metadata"]
    assert end.rcvd is not None
    assert end.rcvd.code == 1000


@pytest.mark.anyio
async def test_a_stream_closed_without_audio_has_the_hash_of_nothing() -> None:
    async with Simulator() as simulator:
        heard, _ = await stream(simulator, RAW, ('{"type":"CloseStream"}',))
    (only,) = heard
    assert only["sha256"] == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert (only["duration"], only["channels"]) == (0.0, 0)
    assert "models" not in only


@pytest.mark.anyio
async def test_the_101_names_the_request_and_echoes_the_first_subprotocol_never_the_key() -> None:
    from websockets.asyncio.client import connect

    from tests.sim.asking import ws_url

    async with Simulator() as simulator:
        offered: Any = ["token", "secret-key"]
        async with connect(ws_url(simulator, RAW), proxy=None, subprotocols=offered) as ws:
            assert ws.subprotocol == "token"
            assert ws.response is not None
            uuid.UUID(ws.response.headers["dg-request-id"])
            assert "secret-key" not in str(ws.response.headers)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        pytest.param("GET", "/", 404, id="root"),
        pytest.param("GET", "/v1/listen/", 404, id="trailing slash"),
        pytest.param("GET", "/v1/v1/status", 404, id="doubled"),
        pytest.param("POST", "/v1/status", 405, id="wrong method"),
        pytest.param("GET", "/v1/listen", 405, id="no upgrade"),
        pytest.param("HEAD", "/v1/status", 200, id="HEAD"),
        pytest.param("OPTIONS", "/v1/listen", 405, id="OPTIONS"),
    ],
)
@pytest.mark.anyio
async def test_other_questions(method: str, path: str, status: int) -> None:
    async with Simulator() as simulator, client(simulator) as http:
        answer = await http.request(method, path)
        assert answer.status_code == status
        assert (await http.get("/v1/status")).status_code == 200  # the connection is still good


@pytest.mark.anyio
async def test_many_requests_share_one_connection() -> None:
    async with Simulator() as simulator, client(simulator) as http:
        for _ in range(5):
            assert (await http.get("/v1/status")).status_code == 200
        assert simulator.connections == 1


@pytest.mark.parametrize(
    ("switches", "path", "status"),
    [
        pytest.param({"not_found": 400}, "/nope", 400, id="unrouted"),
        pytest.param({"plain_get": 426}, "/v1/listen", 426, id="no upgrade"),
        pytest.param({"engine_status": 503}, "/v1/status/engine", 503, id="engine"),
        pytest.param({"initializing_status": 503}, "/v1/status", 503, id="initializing"),
    ],
)
def test_what_is_unknown_is_a_switch(switches: dict[str, Any], path: str, status: int) -> None:
    deployment = Deployment(switches=Switches(**switches), connected=False)
    assert Replica(deployment).answer(asked(path)).status == status


def test_health_is_the_share_of_the_last_requests() -> None:
    replica = Replica(Deployment())
    seen = []
    for status in (200, 500, 500, 500):
        replica.outcome(status)
        seen.append(replica.health(0.0))
    assert seen == ["Healthy", "Degraded", "Critical", "Critical"]


def test_a_client_error_counts_only_where_the_switch_says_so() -> None:
    strict = Deployment(switches=Switches(client_errors_count=True))
    for deployment, word in ((Deployment(), "Ready"), (strict, "Critical")):
        replica = Replica(deployment)
        replica.outcome(400)
        assert replica.health(0.0) == word


def test_initializing_ends_after_its_time() -> None:
    replica = Replica(Deployment(initializing=20.0))

    def said(now: float) -> tuple[str, str, int]:
        status = json.loads(replica.answer(asked("/v1/status", now=now)).body)["system_health"]
        engine = json.loads(replica.answer(asked("/v1/status/engine", now=now)).body)["engine_connection_status"]
        rest = replica.answer(asked(LISTEN, "POST", body=CLIP.data, now=now))
        return status, engine, rest.status

    assert said(19.9) == ("Initializing", "Disconnected", 503)
    assert said(20.0) == ("Ready", "Connected", 200)


def test_retries_delay_the_answer_that_no_engine_takes_the_request() -> None:
    replica = Replica(Deployment(connected=False, switches=Switches(no_engine_tries=2)))
    assert replica.answer(asked(LISTEN, "POST", body=CLIP.data)).wait == pytest.approx(2.0 + 3.2)


def test_a_cold_model_holds_up_the_first_requests_alone() -> None:
    replica = Replica(Deployment(first_request=5.0))
    waits = [replica.answer(asked(LISTEN, "POST", body=CLIP.data, now=now)).wait for now in (10.0, 12.0, 15.0, 99.0)]
    assert waits == [5.0, 3.0, 0.0, 0.0]


def test_the_concurrency_limit_counts_what_is_active() -> None:
    replica = Replica(Deployment(concurrency=1))
    replica.active["stream"] = 1
    reply = replica.answer(asked(LISTEN, "POST", body=CLIP.data))
    assert (reply.status, json.loads(reply.body)["err_code"]) == (429, "TOO_MANY_REQUESTS")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        pytest.param(b'{"url":"https://media.example.test/a.wav"}', 200, "", id="good"),
        pytest.param(b'{"url":"media"}', 400, "REMOTE_CONTENT_ERROR", id="no URL"),
        pytest.param(b'{"url":"http://[::/a"}', 400, "REMOTE_CONTENT_ERROR", id="a broken URL"),
        pytest.param(b'{"url":7}', 400, "Bad Request", id="no text"),
        pytest.param(b"{", 400, "Bad Request", id="no JSON"),
        pytest.param(b"[" * 100000, 400, "Bad Request", id="deep JSON"),
    ],
)
def test_remote_audio(body: bytes, status: int, code: str) -> None:
    question = asked(LISTEN, "POST", headers=(("content-type", "application/json; charset=utf-8"),), body=body)
    reply = Replica(Deployment()).answer(question)
    assert reply.status == status
    assert json.loads(reply.body).get("err_code", "") == code


def test_remote_audio_on_private_addresses_is_refused_where_the_switch_says_so() -> None:
    body = b'{"url":"http://10.0.0.7/a.wav"}'
    question = asked(LISTEN, "POST", headers=(("content-type", "application/json"),), body=body)
    assert Replica(Deployment()).answer(question).status == 200
    strict = Replica(Deployment(switches=Switches(publicly_routable=True))).answer(question)
    assert json.loads(strict.body)["err_msg"] == "URL for media download must be publicly routable."


def test_a_callback_is_answered_with_the_request_id_alone() -> None:
    question = asked(f"{LISTEN}&callback=https://a.example.test/", "POST", body=CLIP.data)
    reply = Replica(Deployment()).answer(question)
    assert json.loads(reply.body) == {"request_id": reply.header("dg-request-id")}


@pytest.mark.parametrize(
    ("feature", "path"),
    [
        pytest.param("utterances", ("results", "utterances"), id="utterances"),
        pytest.param("detect_entities", ("results", "channels", 0, "alternatives", 0, "entities"), id="entities"),
        pytest.param("diarize", ("results", "channels", 0, "alternatives", 0, "words", 0, "speaker"), id="diarize"),
        pytest.param(
            "smart_format",
            ("results", "channels", 0, "alternatives", 0, "words", 0, "punctuated_word"),
            id="smart_format",
        ),
    ],
)
def test_features_are_in_the_answer_unless_their_helper_is_missing(feature: str, path: tuple[str | int, ...]) -> None:
    def has(deployment: Deployment) -> bool:
        value = json.loads(Replica(deployment).answer(asked(f"{LISTEN}&{feature}=true", "POST", body=CLIP.data)).body)
        for step in path:
            if isinstance(value, dict) and step not in value:
                return False
            value = value[step]
        return True

    assert has(Deployment())
    assert not has(replace(Deployment(), missing_features=frozenset({feature})))


@pytest.mark.anyio
async def test_a_body_without_a_length_is_taken_in_chunks() -> None:
    async def pieces() -> Any:
        yield CLIP.data[:5000]
        yield CLIP.data[5000:]

    async with Simulator() as simulator, client(simulator) as http:
        answer: httpx.Response = await http.post(LISTEN, content=pieces())
    assert answer.json()["metadata"]["sha256"] == hashlib.sha256(CLIP.data).hexdigest()
