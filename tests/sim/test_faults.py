"""The table of faults: each is whole, and does on the wire what its line says."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest
from websockets.exceptions import WebSocketException

from dgcheck.model.errors import UsageError
from dgcheck.rules import causes
from dgcheck.sim.faults import find, staged, table
from dgcheck.sim.server import Simulator, running
from tests.sim.asking import CLIP, LISTEN, RAW, UNVERIFIED, client, get, post, raw, refused, stream

FAULTS = [pytest.param(name, id=name) for name in table()]
# Causes that no server can produce: they are made by settings, resolvers, routes and clocks of the client.
NOT_OF_A_SERVER = frozenset(
    """
    url_invalid url_scheme_missing url_scheme_wrong api_key_blank api_key_malformed key_in_clear proxy_env
    url_loopback_in_container browser_mixed_content
    dns_nxdomain dns_servfail dns_timeout dns_no_address dns_search_domain dns_hosts_override dns_temporary dns_slow
    tcp_refused tcp_timeout host_unreachable address_family_unreachable partial_addresses_dead mesh_sidecar
    client_timeout breaks_between_addresses internal_error out_of_time
    """.split()
)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_whole(name: str) -> None:
    fault = table()[name]
    assert re.fullmatch(r"[a-z][a-z0-9_]*", fault.name)
    assert 10 <= len(fault.says) <= 140
    assert fault.says[-1] != "."
    assert "\n" not in fault.says
    assert (fault.value is None) == (fault.unit == "")
    known = {cause.cause for cause in causes()}
    assert set(fault.causes) | set(fault.resembles) <= known
    assert not set(fault.causes) & set(fault.resembles)
    fault.effect()


def test_every_cause_that_a_server_can_produce_has_a_fault() -> None:
    made = {cause for fault in table().values() for cause in fault.causes}
    assert {cause.cause for cause in causes()} - made - NOT_OF_A_SERVER == set()


def test_what_no_server_can_produce_is_no_faults_first_cause() -> None:
    assert not {fault.causes[0] for fault in table().values() if fault.causes} & NOT_OF_A_SERVER


@pytest.mark.parametrize(
    ("word", "says"),
    [
        pytest.param("model_mising", "did you mean model_missing", id="a letter"),
        pytest.param("expired", "expired", id="a part of a name"),
        pytest.param("ws_upgrade_not_forwarded", "is a cause; faults that produce it: upgrade_dropped", id="a cause"),
        pytest.param("qqqq", "--list-faults", id="nothing near"),
        pytest.param("", "--list-faults", id="empty"),
        pytest.param("clock_skew=soon", "'soon' is no number", id="no number"),
        pytest.param("clock_skew=-5", "out of range", id="negative"),
        pytest.param("clock_skew=nan", "out of range", id="not a number"),
        pytest.param("tcp_close=5", "takes no value", id="no value wanted"),
        pytest.param("tcp_close@4", "no replica '4'", id="no such replica"),
        pytest.param("tcp_close@x", "no replica 'x'", id="no replica at all"),
    ],
)
def test_a_mistake_is_named(word: str, says: str) -> None:
    with pytest.raises(UsageError, match=re.escape(says)):
        staged((word,))


def test_the_one_nearest_to_the_client_comes_first_whatever_the_order_typed() -> None:
    for words in (("gateway_401", "redirect_login"), ("redirect_login", "gateway_401")):
        with running(words) as simulator:
            got, _ = raw(simulator.port, b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert got.startswith(b"HTTP/1.1 302")


def test_find_gives_the_fault_itself() -> None:
    assert find("silence") is table()["silence"]


async def _everything(simulator: Simulator) -> None:
    """Ask what a diagnosis asks, whatever comes of it."""
    async with httpx.AsyncClient(base_url=simulator.url, trust_env=False, timeout=0.2, verify=UNVERIFIED) as http:
        questions = [http.build_request("GET", path) for path in ("/v1/status", "/v1/models", "/v1/status/engine")]
        questions.append(http.build_request("POST", LISTEN, content=CLIP.data))
        secure: dict[str, Any] = {"ssl": UNVERIFIED} if simulator.url.startswith("https") else {}
        await asyncio.gather(
            *(_whatever(_prefix(http, question)) for question in questions),
            _whatever(asyncio.wait_for(stream(simulator, **secure), 0.3)),
        )


async def _prefix(http: httpx.AsyncClient, question: httpx.Request) -> None:
    answer = await http.send(question, stream=True)
    try:
        async for _ in answer.aiter_bytes():
            break
    finally:
        await answer.aclose()


async def _whatever(work: Awaitable[Any]) -> None:
    try:
        await work
    except (httpx.HTTPError, WebSocketException, OSError, TimeoutError, EOFError, AssertionError):
        pass


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.anyio
async def test_no_fault_brings_the_simulator_down(name: str) -> None:
    """Leaving the block raises InternalError where a connection failed by the simulator's own fault."""
    async with Simulator((name,)) as simulator:
        await _everything(simulator)


Check = Callable[[Simulator], Awaitable[None]]


def answers(status: int, *, path: str = LISTEN, server: str | None = None, holds: str = "", **headers: str) -> Check:
    """The answer to a POST of the clip (or a GET of `path`)."""

    async def check(simulator: Simulator) -> None:
        got = await post(simulator) if path == LISTEN else await get(simulator, path)
        assert got.status_code == status
        assert server is None or got.headers.get("server", "") == server
        assert holds in got.text
        for name, value in headers.items():
            assert got.headers.get(name.replace("_", "-"), "") == value

    return check


def upgrade_gets(status: int, *, empty: bool = False, deepgram: bool | None = None, **more: Any) -> Check:
    """The refusal of an upgrade, while a file is transcribed."""

    async def check(simulator: Simulator) -> None:
        code, headers, body = await refused(simulator, RAW, **more)
        assert code == status
        assert not empty or body == b""
        assert deepgram in (None, "dg-request-id" in headers)
        assert (await post(simulator)).status_code == 200

    return check


def stream_ends(code: int | None, *kinds: str, reason: str = "") -> Check:
    """How a stream ends (None = without a close frame), and the messages before."""

    async def check(simulator: Simulator) -> None:
        heard, end = await stream(simulator)
        assert (end.rcvd.code if end.rcvd else None) == code
        assert [one["type"] for one in heard if isinstance(one, dict)] == list(kinds)
        assert not reason or (end.rcvd is not None and reason in end.rcvd.reason)

    return check


def breaks(error: type[Exception]) -> Check:
    """A POST of the clip ends in this error of httpx."""

    async def check(simulator: Simulator) -> None:
        with pytest.raises(error):
            await post(simulator)
        assert (await get(simulator, "/v1/status")).status_code == 200

    return check


def fails_to_open(error: str) -> Check:
    """The client gives an upgrade up with this error."""

    async def check(simulator: Simulator) -> None:
        with pytest.raises((WebSocketException, OSError)) as caught:
            await stream(simulator)
        assert type(caught.value).__name__ == error

    return check


WIRE: dict[str, Check] = {
    "gateway_401": answers(401, server="nginx", www_authenticate='Basic realm="restricted"'),
    "gateway_401_information": answers(200),
    "gateway_401_aws": answers(401, holds='{"message":"Unauthorized"}'),
    "hosted_401": answers(401, holds="INVALID_AUTH"),
    "hosted_402": answers(402, holds="does not have enough credits"),
    "forbidden_aws": answers(403, holds='{"message":"Forbidden"}'),
    "forbidden_empty": answers(403, server=""),
    "forbidden_mesh": answers(403, holds="RBAC: access denied", server="istio-envoy"),
    "not_found_nginx": answers(404, server="nginx", holds="<center>nginx</center>"),
    "not_found_go": answers(404, holds="404 page not found"),
    "not_found_default_backend": answers(404, holds="default backend - 404"),
    "prefix_required": answers(404, server="nginx"),
    "prefix_given": answers(200),
    "prefix_superfluous": answers(404, server=""),
    "method_not_allowed": answers(405, allow="GET, HEAD"),
    "body_limit": answers(413, server="nginx"),
    "body_limit_wide": answers(200),
    "upload_cut": breaks(httpx.NetworkError),
    "rate_limited": answers(429, server="nginx", retry_after="7"),
    "concurrency_limit": answers(429, holds="TOO_MANY_REQUESTS"),
    "overloaded": answers(503, holds='"error_code":"Service Unavailable"'),
    "bad_gateway_alb": answers(502, server="awselb/2.0"),
    "unavailable_envoy": answers(503, server="envoy", holds="no healthy upstream"),
    "unavailable_haproxy": answers(503, server="", holds="No server is available"),
    "gateway_timeout_envoy=0.1": answers(504, holds="upstream request timeout"),
    "redirect_loop": answers(302, location=LISTEN),
    "redirect_root": answers(200),
    "captive_portal": answers(200, holds="Guest Wi-Fi"),
    "server_error": answers(500, holds="INTERNAL_SERVER_ERROR"),
    "answer_bad_json": answers(200, holds=',,"x":}'),
    "answer_html": answers(200, holds="It works!", content_type="text/html; charset=utf-8"),
    "answer_empty": answers(200, content_length="0"),
    "answer_truncated": breaks(httpx.RemoteProtocolError),
    "answer_length_too_long": breaks(httpx.RemoteProtocolError),
    "answer_bad_chunks": breaks(httpx.RemoteProtocolError),
    "answer_bad_gzip": breaks(httpx.DecodingError),
    "answer_not_gzip": breaks(httpx.DecodingError),
    "answer_no_status_line": breaks(httpx.RemoteProtocolError),
    "answer_huge_header": breaks(httpx.RemoteProtocolError),
    "tcp_reset_in_answer": breaks(httpx.NetworkError),
    "gzip": answers(200, content_encoding="gzip", holds=CLIP.words),
    "chunked": answers(200, transfer_encoding="chunked", holds=CLIP.words),
    "no_length": answers(200, connection="close", content_length="", holds=CLIP.words),
    "no_date": answers(200, date=""),
    "upgrade_dropped": upgrade_gets(405, deepgram=True),
    "upgrade_connection_dropped": upgrade_gets(405, deepgram=True),
    "upgrade_dropped_404": upgrade_gets(404, deepgram=True),
    "upgrade_426": upgrade_gets(426, deepgram=False),
    "upgrade_envoy_403": upgrade_gets(403, empty=True, deepgram=False),
    "upgrade_400_bare": upgrade_gets(400, empty=True, deepgram=False),
    "upgrade_502": upgrade_gets(502, deepgram=False),
    "upgrade_401": upgrade_gets(401),
    "upgrade_200": upgrade_gets(200),
    "ws_subprotocol_refused": upgrade_gets(400, subprotocols=["token", "k"]),
    "ws_subprotocol_rejected": upgrade_gets(403, empty=True, subprotocols=["token", "k"]),
    "upgrade_closed": fails_to_open("InvalidMessage"),
    "upgrade_reset": fails_to_open("InvalidMessage"),
    "ws_bad_accept": fails_to_open("InvalidHeaderValue"),
    "ws_no_accept": fails_to_open("InvalidHeader"),
    "ws_no_upgrade_header": fails_to_open("InvalidUpgrade"),
    "ws_no_connection_header": fails_to_open("InvalidUpgrade"),
    "ws_unasked_extension": fails_to_open("NegotiationError"),
    "ws_unasked_subprotocol": fails_to_open("NegotiationError"),
    "ws_closed_1011": stream_ends(1011),
    "ws_net0000": stream_ends(1011, reason="net0000"),
    "ws_net0001": stream_ends(1011, reason="net0001"),
    "ws_data0000": stream_ends(1008, reason="DATA-0000"),
    "ws_closed_1001": stream_ends(1001),
    "ws_closed_1000": stream_ends(1000),
    "ws_closed_no_code": stream_ends(1005),
    "ws_fin": stream_ends(None),
    "ws_closed_at_once": stream_ends(None),
    "ws_idle_cut=0.1": stream_ends(None),
    "ws_idle_close=0.1": stream_ends(1001, reason="idle timeout"),
    "ws_message_limit": stream_ends(1009),
    "ws_message_limit_wide": stream_ends(1000, "Results", "Results", "Metadata"),
    "ws_buffered": stream_ends(1000, "Results", "Results", "Metadata"),
    "ws_swallowed": stream_ends(1000),
    "ws_deaf": stream_ends(1000, "Metadata"),
    "ws_idle_net0001=0.1": stream_ends(1011, "Metadata", reason="net0001"),
    "ws_late=0.1": stream_ends(1000, "Results", "Results", "Metadata"),
    "ws_metadata_first": stream_ends(1000, "Metadata", "Results", "Results", "Metadata"),
    "ws_no_metadata": stream_ends(1000, "Results", "Results"),
    "ws_odd_messages": stream_ends(1000, "Results", "Results", "Metadata"),
    "engine_disconnected": answers(503, holds="Please try again later"),
    "engine_lost": answers(200, path="/v1/status/engine", holds="Disconnected"),
    "initializing": answers(200, path="/v1/status", holds="Initializing"),
    "health_critical": answers(200, path="/v1/status", holds="Critical"),
    "status_204": answers(204, path="/v1/status"),
    "status_absent": answers(404, path="/v1/status"),
    "license_expired": answers(500, holds="License expired"),
    "service_engine_metrics": answers(200, path="/metrics", holds="engine_active_requests"),
    "service_license_proxy": answers(200, path="/v1/status", holds='"state":"Connected"'),
    "service_nginx": answers(200, path="/", holds="Welcome to nginx!"),
    "service_whisper": answers(200, path="/v1/models", holds="whisper-large-v3"),
    "model_missing": answers(400, holds="No such model"),
    "model_not_streaming": upgrade_gets(400, deepgram=True),
    "model_not_batch": answers(400, holds="No such model"),
    "model_missing_bare": answers(400, content_length="0"),
    "model_missing_modern": answers(400, holds='"category":"Bad Request"'),
    "no_models": answers(200, path="/v1/models", holds='{"stt":[],"tts":[],"helpers":['),
    "no_models_flat": answers(200, path="/v1/models", holds="[]"),
    "only_voices": answers(200, path="/v1/models", holds="aura-2-andromeda-en"),
    "models_absent": answers(404, path="/v1/models"),
    "models_html": answers(200, path="/v1/models", content_type="text/html"),
    "models_error": answers(500, path="/v1/models"),
    "audio_undecodable": answers(400, holds="corrupt or unsupported data"),
    "transcript_empty": answers(200, holds='"transcript":""'),
    "transcript_empty_files": answers(200, holds='"transcript":""'),
    "transcript_empty_streams": answers(200, holds=CLIP.words),
    "transcript_wrong": answers(200, holds="colorless green ideas"),
    "proxied": answers(200, server="nginx", via="1.1 edge.example.test"),
}


@pytest.mark.parametrize(("word", "check"), [pytest.param(word, check, id=word) for word, check in WIRE.items()])
@pytest.mark.anyio
async def test_on_the_wire(word: str, check: Check) -> None:
    async with Simulator((word,)) as simulator:
        await check(simulator)


@pytest.mark.parametrize(
    ("name", "sent", "got", "end"),
    [
        pytest.param("tcp_close", b"", b"", "fin", id="tcp_close"),
        pytest.param("tcp_close_on_request", b"GET / HTTP/1.1\r\n\r\n", b"", "fin", id="tcp_close_on_request"),
        pytest.param("tcp_close_on_request", b"", b"", "silence", id="tcp_close_on_request, nothing sent"),
        pytest.param("tcp_reset", b"", b"", "reset", id="tcp_reset"),
        pytest.param("tcp_reset_on_request", b"GET / HTTP/1.1\r\n\r\n", b"", "reset", id="tcp_reset_on_request"),
        pytest.param("silence", b"GET / HTTP/1.1\r\n\r\n", b"", "silence", id="silence"),
        pytest.param("speaks_ssh", b"", b"SSH-2.0-OpenSSH", "silence", id="ssh"),
        pytest.param("speaks_smtp", b"GET / HTTP/1.1\r\n", b"220 mail.example.test ESMTP", "silence", id="smtp"),
        pytest.param("speaks_redis", b"GET / HTTP/1.1\r\n", b"-ERR wrong number", "fin", id="redis"),
        pytest.param("speaks_redis_guarded", b"PING\r\n", b"+PONG", "fin", id="redis PING"),
        pytest.param("speaks_redis_guarded", b"GET / HTTP/1.1\r\n", b"", "fin", id="guarded redis"),
        pytest.param("speaks_postgres", b"\0\0\0\x08\x04\xd2\x16\x2f", b"N", "fin", id="postgres SSLRequest"),
        pytest.param("speaks_postgres", b"GET / HTTP/1.1\r\n", b"", "fin", id="postgres"),
        pytest.param("speaks_mysql", b"", b"J\0\0\0\n8.0.36\0", "silence", id="mysql"),
        pytest.param("speaks_h2_only", b"GET / HTTP/1.1\r\n\r\n", b"\0\0\0\x04", "fin", id="h2c"),
        pytest.param("garbage_endless", b"", b"\0\0\0\0", "most", id="endless"),
        pytest.param("endless_headers", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"HTTP/1.1 404", "most", id="headers"),
        pytest.param(
            "endless_body", b"GET /v1/status HTTP/1.1\r\nHost: a\r\n\r\n", b"HTTP/1.1 200", "most", id="endless body"
        ),
        pytest.param("plain_to_tls", b"GET / HTTP/1.1\r\n\r\n", b"", "fin", id="plain_to_tls"),
        pytest.param(
            "plain_to_tls_400",
            b"GET / HTTP/1.1\r\n\r\n",
            b"HTTP/1.1 400 Bad Request\r\nServer: nginx",
            "fin",
            id="to 400",
        ),
        pytest.param("tls_stalled", b"\x16\x03\x01\0\x05\x01\0\0\x01\0", b"", "silence", id="tls_stalled"),
        pytest.param(
            "tls_alert=40", b"\x16\x03\x01\0\x05\x01\0\0\x01\0", b"\x15\x03\x03\0\x02\x02\x28", "fin", id="alert"
        ),
    ],
)
def test_on_the_raw_wire(name: str, sent: bytes, got: bytes, end: str) -> None:
    with running((name,)) as simulator:
        seen, ended = raw(simulator.port, sent, limit=0.4)
    assert ended == end
    assert seen.startswith(got)
    assert got or not seen


@pytest.mark.anyio
async def test_secrets_come_back_where_they_should() -> None:
    headers = {"Authorization": "Token canary-key"}
    async with Simulator(("echo_secrets",)) as simulator, client(simulator, headers=headers) as http:
        answer = await http.get("/v1/status?access_token=canary-query")
        assert "canary-key" in answer.text
        assert "canary-query" in answer.headers["x-debug-request"]
    async with Simulator(("echo_secrets_redirect",)) as simulator, client(simulator, headers=headers) as http:
        answer = await http.get("/v1/status?access_token=canary-query")
        assert "canary-key" in answer.headers["location"]
        assert "canary-query" in answer.headers["location"]
        assert "canary-key" in answer.headers["set-cookie"]


@pytest.mark.anyio
async def test_a_gateway_takes_the_key_in_header_or_subprotocol() -> None:
    async with Simulator(("gateway_wants_key",)) as simulator:
        assert (await post(simulator)).status_code == 401
        async with client(simulator, headers={"Authorization": "Token k"}) as http:
            assert (await http.post(LISTEN, content=CLIP.data)).status_code == 200
        heard, _ = await stream(simulator, subprotocols=["token", "k"])
        assert heard[-1]["type"] == "Metadata"


@pytest.mark.anyio
async def test_the_clock_is_off_by_what_was_asked_for() -> None:
    async with Simulator(("clock_skew=7200",)) as simulator:
        shown = parsedate_to_datetime((await get(simulator, "/v1/status")).headers["date"])
    assert (shown - datetime.now(UTC)).total_seconds() == pytest.approx(7200, abs=5)


@pytest.mark.parametrize(
    ("words", "check"),
    [
        pytest.param(("slow=0.1", "transcript_wrong"), answers(200, holds="colorless"), id="slow and wrong"),
        pytest.param(("gateway_wants_key", "model_missing"), answers(401), id="the gateway hides the model"),
        pytest.param(("upgrade_envoy_403", "server_error"), answers(500), id="upgrades here, files there"),
        pytest.param(("proxied", "model_missing"), answers(400, server="nginx", holds="No such model"), id="signed"),
        pytest.param(
            ("ws_buffered", "ws_metadata_first"),
            stream_ends(1000, "Metadata", "Results", "Results", "Metadata"),
            id="two of a stream",
        ),
        pytest.param(
            ("models_flat", "models_split", "extra_fields"),
            answers(200, path="/v1/models", holds="[{"),
            id="three of a listing",
        ),
    ],
)
@pytest.mark.anyio
async def test_faults_combine(words: tuple[str, ...], check: Check) -> None:
    async with Simulator(words) as simulator:
        await check(simulator)


@pytest.mark.anyio
async def test_times_are_kept() -> None:
    async with Simulator(("slow=0.3",)) as simulator:
        began = time.monotonic()
        await post(simulator)
        assert 0.3 <= time.monotonic() - began < 1.5
