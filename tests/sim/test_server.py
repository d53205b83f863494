"""The shell: ports, replicas, latency, the log, threads, and a clean end."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import threading
import time

import pytest
from websockets.asyncio.client import connect
from websockets.sync.client import connect as connect_sync

from dgcheck.model.errors import UsageError
from dgcheck.sim.models import VOICES, speech
from dgcheck.sim.server import Simulator, running
from tests.sim.asking import CLIP, LISTEN, RAW, client, get, post, raw, stream, ws_url


@pytest.mark.anyio
async def test_the_port_is_free_again_afterwards() -> None:
    async with Simulator() as first:
        port = first.port
    async with Simulator(port=port) as second:
        assert (await get(second, "/v1/status")).status_code == 200


@pytest.mark.anyio
async def test_a_taken_port_is_a_clear_error() -> None:
    async with Simulator() as simulator:
        with pytest.raises(UsageError, match=f"port {simulator.port}.*take another port"):
            async with Simulator(port=simulator.port):
                pass


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1"])
@pytest.mark.anyio
async def test_it_listens_where_it_is_told(host: str) -> None:
    async with Simulator(host=host) as simulator:
        assert (await get(simulator, "/v1/status")).status_code == 200
        assert (host in simulator.url) or (f"[{host}]" in simulator.url)


@pytest.mark.anyio
async def test_two_simulators_share_a_port_on_two_addresses() -> None:
    async with (
        Simulator(host="127.0.0.1") as one,
        Simulator(("not_found_nginx",), host="127.0.0.2", port=one.port) as two,
    ):
        assert (await get(one, "/v1/status")).status_code == 200
        assert (await get(two, "/v1/status")).status_code == 404


@pytest.mark.anyio
async def test_replicas_answer_in_turn_one_connection_each() -> None:
    async with Simulator(("server_error@1",), replicas=3) as simulator:
        statuses = [(await post(simulator)).status_code for _ in range(6)]
        replicas = [entry.replica for entry in simulator.log]
    assert statuses == [200, 500, 200, 200, 500, 200]
    assert replicas == [0, 1, 2, 0, 1, 2]


@pytest.mark.anyio
async def test_replicas_have_models_and_instances_of_their_own() -> None:
    other = (speech("nova-2-general"), *VOICES)
    async with Simulator(replicas=2, replica_models={1: other}) as simulator:
        listings = [(await get(simulator, "/v1/models")).json() for _ in range(2)]
        instances = {(await get(simulator, "/v1/certificates")).json()["instance_id"] for _ in range(2)}
    assert [len(one["stt"]) for one in listings] == [3, 1]
    assert len(instances) == 2


@pytest.mark.anyio
async def test_a_fault_that_needs_replicas_brings_them() -> None:
    async with Simulator(("replica_bad_gateway",)) as simulator:
        assert [(await get(simulator, "/v1/status")).status_code for _ in range(3)] == [200, 200, 502]


@pytest.mark.anyio
async def test_latency_delays_every_turn_once() -> None:
    async with Simulator(latency=0.1) as simulator, client(simulator) as http:
        began = time.monotonic()
        for _ in range(3):
            await http.get("/v1/status")
        took = time.monotonic() - began
    assert 0.3 <= took < 0.6


@pytest.mark.anyio
async def test_latency_does_not_slow_what_is_sent_in_a_row() -> None:
    async with Simulator(latency=0.1) as simulator:
        began = time.monotonic()
        heard, _ = await stream(simulator, RAW, (*[CLIP.stream_data[:400]] * 20, '{"type":"CloseStream"}'))
        took = time.monotonic() - began
    assert heard[-1]["duration"] == 1.0
    assert took < 0.6  # upgrade, stream, closing: three round trips


@pytest.mark.anyio
async def test_latency_delays_the_tls_handshake_too() -> None:
    async with Simulator(latency=0.1, tls="good") as simulator:
        context = __import__("ssl").create_default_context(cafile=simulator.ca_file)
        began = time.monotonic()
        async with client(simulator, verify=context) as http:
            await http.get("/v1/status")
        assert time.monotonic() - began >= 0.2


@pytest.mark.anyio
async def test_the_log_has_what_was_asked_and_its_line_no_secret() -> None:
    async with Simulator() as simulator, client(simulator) as http:
        await http.post(
            f"{LISTEN}&access_token=canary-query",
            content=CLIP.data,
            headers={"Authorization": "Token canary-key", "User-Agent": "dgcheck/1 run/7"},
        )
        (entry,) = simulator.log
    assert entry.header("authorization") == "Token canary-key"
    assert entry.param("access_token") == "canary-query"
    assert (entry.method, entry.path, entry.status, entry.body_bytes) == ("POST", "/v1/listen", 200, len(CLIP.data))
    for shown in (entry.line(), repr(entry)):
        assert "canary" not in shown
    assert "model=nova-3" in entry.line()


def test_a_line_of_the_log_is_harmless_on_a_terminal() -> None:
    with running() as simulator:
        raw(simulator.port, b"GET /%1b]0;x%07?model=%1b[2J HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        (entry,) = simulator.log
    assert entry.line().isprintable()


@pytest.mark.anyio
async def test_a_stream_is_in_the_log_with_what_it_heard() -> None:
    async with Simulator() as simulator:
        await stream(simulator)
        (entry,) = simulator.log
    assert (entry.status, entry.messages, entry.ended) == (101, 2, "close 1000")
    assert entry.heard_bytes > len(CLIP.stream_data)


@pytest.mark.anyio
async def test_every_request_is_told_to_the_watcher() -> None:
    seen: list[str] = []
    async with Simulator(watch=lambda entry: seen.append(entry.path)) as simulator:
        await get(simulator, "/v1/status")
    assert seen == ["/v1/status"]


@pytest.mark.anyio
async def test_active_streams_show_in_the_status() -> None:
    async with Simulator() as simulator, connect(ws_url(simulator, RAW), proxy=None):
        status = (await get(simulator, "/v1/status")).json()
    assert status["active_stream_requests"] == 1


@pytest.mark.anyio
async def test_it_ends_while_connections_are_open() -> None:
    async with Simulator(("silence",)) as silent, Simulator() as simulator:
        quiet = await asyncio.open_connection("127.0.0.1", silent.port)
        async with connect(ws_url(simulator, RAW), proxy=None) as ws:
            await simulator.__aexit__(None, None, None)
            await silent.__aexit__(None, None, None)
            with pytest.raises(Exception, match="close"):
                await ws.recv()
        assert await quiet[0].read() == b""
        quiet[1].close()


def test_the_synchronous_form_lives_in_a_thread_and_leaves_none() -> None:
    before = threading.active_count()
    with running(("health_degraded",)) as simulator:
        with connect_sync(ws_url(simulator, RAW), proxy=None) as ws:
            ws.send('{"type":"CloseStream"}')
            assert "Metadata" in str(ws.recv(timeout=5))
        assert threading.active_count() > before
    assert threading.active_count() == before
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", simulator.port), timeout=2)


def test_the_synchronous_form_raises_what_is_wrong_with_its_arguments() -> None:
    with running() as simulator, pytest.raises(UsageError, match="cannot listen"), running(port=simulator.port):
        pass


def test_the_block_of_the_synchronous_form_may_raise() -> None:
    with pytest.raises(ZeroDivisionError), running():
        raise ZeroDivisionError


@pytest.mark.peer("curl")
def test_curl_gets_a_transcript() -> None:
    with running() as simulator:
        words = ["curl", "-s", "--data-binary", "@-", f"{simulator.url}{LISTEN}"]
        done = subprocess.run(words, input=CLIP.data, capture_output=True, timeout=10)
    assert CLIP.words in done.stdout.decode()


@pytest.mark.peer("curl")
def test_curl_may_ask_before_it_sends_much() -> None:
    """curl announces a large body with `Expect: 100-continue`."""
    with running() as simulator:
        words = ["curl", "-sv", "-H", "Expect: 100-continue", "--data-binary", "@-", f"{simulator.url}{LISTEN}"]
        done = subprocess.run(words, input=CLIP.data, capture_output=True, timeout=10)
    assert b"100 Continue" in done.stderr
    assert CLIP.words in done.stdout.decode()


@pytest.mark.anyio
async def test_fragments_are_one_message_and_pings_are_answered() -> None:
    async with Simulator() as simulator, connect(ws_url(simulator, RAW), proxy=None) as ws:
        await (await ws.ping())
        data = CLIP.stream_data
        await ws.send([data[:4000], data[4000:8000], data[8000:]])
        await ws.send('{"type":"CloseStream"}')
        assert CLIP.words in str(await ws.recv())
        (entry,) = simulator.log
    assert entry.messages == 2


@pytest.mark.anyio
async def test_a_client_that_closes_first_is_answered_in_kind() -> None:
    async with Simulator() as simulator:
        ws = await connect(ws_url(simulator, RAW), proxy=None)
        await ws.close(1001, "bye")
        assert ws.close_code == 1001


@pytest.mark.anyio
async def test_the_idle_limit_closes_on_the_wire() -> None:
    from dgcheck.sim.deployment import Deployment

    async with Simulator(deployment=Deployment(idle=0.2)) as simulator:
        heard, end = await stream(simulator, RAW, ())
    assert [one["type"] for one in heard] == ["Metadata"]
    assert end.rcvd is not None
    assert (end.rcvd.code, "net0001" in end.rcvd.reason) == (1011, True)
