"""What the endpoints say of real deployments: who may ask for what, from what is known, and never a secret."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from dgcheck.serve.endpoints import PATIENCE, patience
from dgcheck.serve.request import Request
from dgcheck.sim.server import Simulator, running
from tests.serve.exporter import Exporter, exporting

KEY = "c0ffee00deadbeef00112233445566778899aabb"


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    """A deployment with nothing wrong."""
    with running(host="0.0.0.0") as one:
        yield one


@pytest.fixture(scope="module")
def healthy(simulator: Simulator) -> Iterator[Exporter]:
    """An exporter that asks it once, and may be asked for some of its other addresses."""
    with exporting(simulator.url, allow=["127.0.0.2", "127.0.0.16/28"], interval="1h") as exporter:
        exporter.until_asked()
        yield exporter


def at(simulator: Simulator, host: str) -> str:
    """The deployment under another address."""
    return f"http://{host}:{simulator.port}"


def value(text: str, name: str, *labels: str) -> float:
    """The value of the one series of that metric that has all these labels as they stand."""
    found = [
        line.rpartition(" ")[2]
        for line in text.splitlines()
        if line.partition("{")[0].partition(" ")[0] == name and all(label in line for label in labels)
    ]
    assert len(found) == 1, (name, labels, found)
    return float(found[0])


# --- readiness -------------------------------------------------------------------------------------------------------


def test_a_healthy_deployment_is_ready(healthy: Exporter, simulator: Simulator) -> None:
    answer = healthy.get("/readyz")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    said = answer.json()
    assert (said["ready"], said["verdict"], said["code"], said["target"]) == (True, "pass", None, simulator.url)
    assert said["age"] >= 0
    assert said["since"].endswith("Z")


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        pytest.param("engine_lost", "DG5011", id="engine lost"),
        pytest.param("initializing=600", "DG5012", id="initializing"),
        pytest.param("health_critical", "DG5013", id="critical"),
        pytest.param("not_found_nginx", "DG3005", id="a proxy that knows nothing of it"),
    ],
)
def test_what_is_wrong_is_told_with_503(fault: str, code: str) -> None:
    with running((fault,)) as broken, exporting(broken.url) as exporter:
        said = exporter.ready()
        assert exporter.get("/readyz").status_code == 503
    assert (said["ready"], said["verdict"], said["code"]) == (False, "fail", code)
    assert said["cause"]
    assert said["says"]
    assert said["do"]


def test_before_the_first_answer_nothing_is_ready(silent_port: str) -> None:
    with exporting(silent_port) as exporter:
        answer = exporter.get("/readyz")
        metrics = exporter.get("/metrics").text
    assert answer.status_code == 503
    assert (answer.json()["verdict"], answer.json()["age"]) == ("unknown", None)
    assert "dgcheck_up{" not in metrics, "what is not known has no value"


@pytest.fixture
def silent_port() -> Iterator[str]:
    """The URL of a port that accepts and says nothing."""
    import socket

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(32)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def test_one_bad_target_of_two_is_told_first(simulator: Simulator) -> None:
    with running(("health_critical",)) as broken, exporting(simulator.url, broken.url) as exporter:
        said = exporter.ready()
        one = exporter.get(f"/readyz?target={simulator.url}")
        other = exporter.get(f"/readyz?target={broken.url}")
        foreign = exporter.get("/readyz?target=http://127.0.0.9:1")
    assert (said["ready"], said["target"], said["code"]) == (False, broken.url, "DG5013")
    assert {row["target"]: row["ready"] for row in said["targets"]} == {simulator.url: True, broken.url: False}
    assert (one.status_code, other.status_code, foreign.status_code) == (200, 503, 404)


def test_a_deployment_heals(free_tcp_port: int) -> None:
    """Refused, then there: the verdict follows, and `since` with it."""
    url = f"http://127.0.0.1:{free_tcp_port}"
    with exporting(url, interval="100ms") as exporter:
        before = exporter.ready()
        with running(port=free_tcp_port):
            exporter.until_said(url, "pass: ")
            answer = exporter.get("/readyz")
            metrics = exporter.get("/metrics").text
    assert before["code"] == "DG2001"
    assert answer.status_code == 200
    assert answer.json()["since"] >= before["since"]
    assert value(metrics, "dgcheck_up") == 1
    assert "dgcheck_finding{" not in metrics


def test_a_warning_is_ready_unless_it_was_said_otherwise() -> None:
    with running(("tls_expires_soon",)) as warned:
        flags: dict[str, Any] = {"ca_file": warned.ca_file}
        with exporting(warned.url, **flags) as exporter:
            lenient = (exporter.ready()["verdict"], exporter.get("/readyz").status_code)
        with exporting(warned.url, fail_on="warning", **flags) as exporter:
            strict = (exporter.ready()["verdict"], exporter.get("/readyz").status_code)
    assert (lenient, strict) == (("warn", 200), ("warn", 503))


def test_an_exporter_without_a_target_of_its_own_is_ready() -> None:
    with exporting(allow=["127.0.0.1"]) as exporter:
        answer = exporter.get("/readyz")
    assert (answer.status_code, answer.json()["targets"]) == (200, [])


# --- the other endpoints ---------------------------------------------------------------------------------------------


def test_the_process_works(healthy: Exporter) -> None:
    answer = healthy.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_metrics_of_a_healthy_deployment(healthy: Exporter, simulator: Simulator) -> None:
    answer = healthy.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    text, target = answer.text, f'target="{simulator.url}"'
    assert value(text, "dgcheck_up", target) == 1
    assert value(text, "dgcheck_check_status", 'check="ws.upgrade"', target) == 0
    assert value(text, "dgcheck_model_present", 'model="nova-3-general"', target) == 1
    assert value(text, "dgcheck_engine_state", 'state="connected"', target) == 1
    well = [value(text, "dgcheck_system_health", f'state="{word}"', target) for word in ("ready", "healthy")]
    assert sorted(well) == [0, 1]
    assert value(text, "dgcheck_system_health", 'state="critical"', target) == 0
    assert value(text, "dgcheck_phase_duration_seconds_count", 'check="tcp"', 'phase="connect"', target) >= 1
    assert value(text, "dgcheck_serve_targets") == 1
    assert value(text, "process_resident_memory_bytes") > 1e6


def test_metrics_of_a_certificate() -> None:
    with running(tls="good") as secure, exporting(secure.url, ca_file=secure.ca_file) as exporter:
        assert exporter.ready()["verdict"] == "pass"
        text = exporter.get("/metrics").text
    assert value(text, "dgcheck_certificate_expiry_timestamp_seconds", 'address="127.0.0.1"') > 1.7e9
    assert value(text, "dgcheck_phase_duration_seconds_count", 'check="tls"', 'phase="handshake"') >= 1


def test_a_finding_is_a_series() -> None:
    with running(("health_critical",)) as broken, exporting(broken.url) as exporter:
        exporter.until_asked()
        text = exporter.get("/metrics").text
    assert value(text, "dgcheck_finding", 'code="DG5013"', 'cause="engine_critical"') == 1
    assert value(text, "dgcheck_system_health", 'state="critical"') == 1


@pytest.mark.parametrize("path", ["/nothing", "/metrics/", "//", "/favicon.ico", "/%2e%2e/etc/passwd", "/Metrics"])
def test_an_unknown_path_is_404(healthy: Exporter, path: str) -> None:
    assert healthy.get(path).status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
def test_only_get_and_head(healthy: Exporter, method: str) -> None:
    answer = httpx.request(method, healthy.url + "/metrics")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("path", ["/", "/healthz", "/readyz", "/metrics"])
def test_head_is_get_without_a_body(healthy: Exporter, path: str) -> None:
    answer = httpx.head(healthy.url + path)
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) > 0


# --- /probe ----------------------------------------------------------------------------------------------------------


def test_an_own_target_is_answered_from_what_is_known(healthy: Exporter, simulator: Simulator) -> None:
    before = len(simulator.log)
    answers = [healthy.get(f"/probe?target={simulator.url}") for _ in range(5)]
    assert {value(one.text, "probe_success") for one in answers} == {1}
    assert len(simulator.log) == before


def test_an_allowed_target_is_asked_once_in_an_interval(healthy: Exporter, simulator: Simulator) -> None:
    before = simulator.connections
    first = healthy.get(f"/probe?target={at(simulator, '127.0.0.2')}")
    asked, connections = len(simulator.log), simulator.connections
    again = healthy.get(f"/probe?target={at(simulator, '127.0.0.2')}")
    assert connections > before
    assert (len(simulator.log), simulator.connections) == (asked, connections)
    assert value(first.text, "probe_success") == value(again.text, "probe_success") == 1
    assert value(first.text, "dgcheck_up", 'target="http://127.0.0.2') == 1
    assert value(first.text, "probe_duration_seconds") > value(again.text, "probe_duration_seconds")


def test_other_targets_do_not_stand_in_the_metrics_of_the_exporter(healthy: Exporter, simulator: Simulator) -> None:
    """Who asks must not be able to make series."""
    healthy.get(f"/probe?target={at(simulator, '127.0.0.2')}")
    assert "127.0.0.2" not in healthy.get("/metrics").text


def test_many_at_once_share_one_run(simulator: Simulator, healthy: Exporter) -> None:
    url = f"{healthy.url}/probe?target={at(simulator, '127.0.0.17')}"
    before = sum(one.path == "/v1/status" for one in simulator.log)

    async def all_at_once() -> list[httpx.Response]:
        async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=50)) as client:
            return await asyncio.gather(*(client.get(url) for _ in range(50)))

    answers = asyncio.run(all_at_once())
    assert {value(one.text, "probe_success") for one in answers} == {1}
    assert sum(one.path == "/v1/status" for one in simulator.log) == before + 1


@pytest.mark.parametrize("model", ["no-such-model", "nova-3"])
def test_a_model_can_be_asked_for(healthy: Exporter, simulator: Simulator, model: str) -> None:
    text = healthy.get(f"/probe?target={at(simulator, '127.0.0.2')}&model={model}").text
    assert value(text, "probe_success") == (model == "nova-3")
    assert value(text, "dgcheck_model_present", f'model="{model}"') == (model == "nova-3")


@pytest.mark.parametrize(
    "target",
    [
        pytest.param("http://127.0.0.3:{port}", id="another address"),
        pytest.param("http://127.0.0.1:1", id="another port of a target"),
        pytest.param("http://127.0.0.1:{port}/elsewhere", id="another path of a target"),
        pytest.param("https://127.0.0.1:{port}", id="another scheme of a target"),
        pytest.param("http://127.0.0.32:{port}", id="beside a range"),
        pytest.param("http://localhost:{port}", id="a name of an allowed address"),
        pytest.param("http://[::ffff:127.0.0.3]:{port}", id="IPv4 as IPv6"),
        pytest.param("http://0x7f000002:{port}", id="a number that some resolvers read"),
        pytest.param("http://169.254.169.254/", id="a cloud's metadata"),
        pytest.param("https://api.deepgram.com", id="the hosted service"),
    ],
)
def test_a_foreign_target_is_refused(healthy: Exporter, simulator: Simulator, target: str) -> None:
    before = simulator.connections
    answer = healthy.get(f"/probe?target={quote(target.format(port=simulator.port), safe='')}")
    assert (answer.status_code, simulator.connections) == (403, before)
    assert "list" in answer.text


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("", id="no target"),
        pytest.param("target=", id="empty"),
        pytest.param("target=http://127.0.0.2:{port}&target=http://127.0.0.2:{port}", id="two"),
        pytest.param("target=http://", id="no host"),
        pytest.param("target=file:///etc/passwd", id="no network"),
        pytest.param("target=http://127.0.0.2:{port}%0d%0aX:1", id="a line break"),
        pytest.param("target=http://user:hunter2hunter2@127.0.0.2:{port}", id="a password"),
        pytest.param("target=http://127.0.0.2:{port}/v1/listen%3Fmodel%3Dx", id="a whole request"),
        pytest.param("target=http://127.0.0.2:{port}&model=a%20b", id="no model"),
        pytest.param("target=http://127.0.0.2:{port}&model=" + "x" * 200, id="a long model"),
        pytest.param("target=http://127.0.0.2:{port}&for=speech", id="speech, which only the operator asks for"),
        pytest.param("target=http://127.0.0.2:{port}&" + "&".join(["model=m"] * 40), id="a flood of parameters"),
        pytest.param("target=%ff%fe", id="no UTF-8"),
    ],
)
def test_a_question_that_makes_no_sense_is_400(healthy: Exporter, simulator: Simulator, query: str) -> None:
    before = simulator.connections
    answer = healthy.get(f"/probe?{query.replace('{port}', str(simulator.port))}")
    assert answer.status_code == 400
    assert simulator.connections == before
    assert "hunter2" not in answer.text


def test_two_targets_at_once_are_told_apart_from_none(healthy: Exporter) -> None:
    assert "more than once" in healthy.get("/probe?target=http://127.0.0.2&target=http://127.0.0.3").text
    assert "Say which deployment" in healthy.get("/probe").text


def test_a_scrape_is_not_kept_beyond_its_own_limit(silent_port: str) -> None:
    """The run goes on, and its result is there for the next scrape."""
    with exporting(allow=["127.0.0.1"], timeout="3s") as exporter:
        question = f"/probe?target={silent_port}"
        first = exporter.get(question, x_prometheus_scrape_timeout_seconds="0.2")
        second = exporter.get(question, x_prometheus_scrape_timeout_seconds="30")
    assert (value(first.text, "probe_success"), "dgcheck_up" in first.text) == (0, False)
    assert value(first.text, "probe_duration_seconds") < value(second.text, "probe_duration_seconds")
    assert (value(second.text, "probe_success"), value(second.text, "dgcheck_up")) == (0, 0)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("10", 9.5),
        ("15.5", 15.0),
        ("1", 0.75),
        ("0", 0.0),
        ("99999", 599.5),
        ("-1", PATIENCE),
        ("nan", PATIENCE),
        ("1e9", PATIENCE),
        ("", PATIENCE),
        ("١٠", PATIENCE),
    ],
)
def test_a_margin_is_kept_below_the_limit_of_the_scrape(said: str, seconds: float) -> None:
    headers = {"x-prometheus-scrape-timeout-seconds": said}
    assert patience(Request("GET", "/probe", "", headers, True, False)) == pytest.approx(seconds)


# --- keys and speech -------------------------------------------------------------------------------------------------


def test_a_key_goes_to_named_targets_alone(tmp_path: Any) -> None:
    """A pattern lets in whoever fits it; such a one must not be able to collect the key."""
    path = tmp_path / "key.txt"
    path.write_text(KEY)
    with running(("gateway_401",), host="0.0.0.0") as guarded:
        named, exact, fitting = (at(guarded, f"127.0.0.{last}") for last in (1, 2, 17))
        flags: dict[str, Any] = {"allow": ["127.0.0.2", "127.0.0.16/28"], "api_key_file": str(path)}
        with exporting(named, **flags) as exporter:
            answers = [exporter.get(path) for path in ("/readyz", "/metrics", "/")]
            answers += [exporter.get(f"/probe?target={one}") for one in (named, exact, fitting)]
            said = exporter.said
        keys = {
            host: any(KEY in one.header("authorization") for one in guarded.log if one.header("host").startswith(host))
            for host in ("127.0.0.1:", "127.0.0.2:", "127.0.0.17:")
        }
    assert keys == {"127.0.0.1:": True, "127.0.0.2:": True, "127.0.0.17:": False}
    assert not [one for one in answers if KEY in one.text]
    assert not [line for line in said if KEY in line]


def test_nothing_is_transcribed_unless_it_is_asked_for(simulator: Simulator) -> None:
    with running() as quiet, exporting(quiet.url, interval="100ms") as exporter:
        exporter.until(lambda: exporter.roster.runs > 4)
        log = list(quiet.log)
    assert log
    assert not [one for one in log if one.method == "POST" or one.heard_bytes]


def test_speech_is_asked_for() -> None:
    with running() as deployment, exporting(deployment.url, wait_for="speech", **{"for": "speech"}) as exporter:
        assert exporter.ready()["verdict"] == "pass"
        assert exporter.roster.interval == 300, "not so often"
        log = list(deployment.log)
    assert any(one.method == "POST" and one.status == 200 for one in log)
