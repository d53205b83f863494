"""DG00xx that concern the URL, the host it names, proxies and localhost: what fires them, what must not."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.model.catalogue import Confidence, Severity
from dgcheck.model.evidence import Dial, Ending
from dgcheck.sim.server import Simulator
from tests.programs import free_port
from tests.rules.built import (
    DG,
    HEALTHY,
    around,
    case,
    dialled,
    findings,
    got,
    matches,
    proxied,
    roots,
    served,
    shaken,
    upgraded,
)
from tests.runs import found, run

# --- the URL's form -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "words"),
    [
        pytest.param("http://host:99999", "1 to 65535, and here stands “99999”", id="port too large"),
        pytest.param("http://host:80a0", "1 to 65535, and here stands “80a0”", id="port no number"),
        pytest.param("http://", "names no host", id="no host"),
        pytest.param("http://ho st:8080", "blanks", id="blank"),
        pytest.param("http://::1:8080", "brackets", id="IPv6 without brackets"),
        pytest.param("http://1.2.3.999:8080", "neither an IPv4 address nor a host name", id="no address"),
        pytest.param("", "No URL was given", id="empty"),
    ],
)
def test_an_impossible_url_is_named_with_its_part(url: str, words: str) -> None:
    found = findings(case(url))
    assert list(found) == ["url_invalid"]
    assert words in found["url_invalid"].says
    assert not found["url_invalid"].heals


@pytest.mark.parametrize("url", ["http://host:8080", "ws://host", "https://[::1]:8443/deepgram", "host:8080"])
def test_a_usable_url_is_not_invalid(url: str) -> None:
    assert not matches(case(url), "url_invalid")


def test_a_missing_scheme_is_a_warning_with_the_right_url() -> None:
    found = findings(case("dg:8080", got("GET /v1/status", 200, HEALTHY)))["url_scheme_missing"]
    assert found.severity is Severity.WARNING
    assert "port 8080 speaks plain HTTP, so write http://dg:8080" in found.says
    assert any(remedy.command == "dgcheck run http://dg:8080" for remedy in found.remedies)


def test_a_missing_scheme_before_a_tls_port_gets_https() -> None:
    seen = (shaken(check="transport", purpose="scheme"), got("GET /v1/status", 400, "", tls=False))
    says = findings(case("dg:8080", *seen))["url_scheme_missing"].says
    assert "speaks TLS, so write https://dg:8080" in says


def test_a_missing_scheme_without_an_answer_claims_nothing_about_the_port() -> None:
    found = findings(case("dg:8080", dialled("10.0.0.7", Ending.REFUSED)))["url_scheme_missing"]
    assert "could not be seen" in found.says
    assert "speaks" not in found.says.replace("what its port speaks", "")


@pytest.mark.parametrize("scheme", ["http", "https", "ws", "wss"])
def test_the_four_schemes_are_neither_missing_nor_wrong(scheme: str) -> None:
    found = case(f"{scheme}://dg:8080", got("GET /v1/status", 200, HEALTHY))
    assert not matches(found, "url_scheme_missing")
    assert not matches(found, "url_scheme_wrong")


@pytest.mark.parametrize("scheme", ["tcp", "grpc", "ftp", "h2"])
def test_another_scheme_is_wrong_and_the_fitting_one_is_printed(scheme: str) -> None:
    found = findings(case(f"{scheme}://dg:8080", got("GET /v1/status", 200, HEALTHY)))
    assert found["url_scheme_wrong"].severity is Severity.ERROR
    assert f"{scheme}://" in found["url_scheme_wrong"].says
    assert "write http://dg:8080" in found["url_scheme_wrong"].says
    assert "url_scheme_missing" not in found


# --- the hosted service -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["api.deepgram.com", "agent.deepgram.com", "API.Deepgram.com", "deepgram.com"])
def test_the_hosted_service_is_named_by_its_host(host: str) -> None:
    refused = got(
        "GET /v1/status", 401, '{"err_code":"INVALID_AUTH","err_msg":"Invalid credentials.","request_id":"x"}', DG
    )
    found = findings(case(f"https://{host}", refused, upgraded(status=401)))
    assert found["hosted_endpoint"].root
    assert "401 Unauthorized" in found["hosted_endpoint"].says
    assert [one.cause for one in found.values() if one.root and one.severity is Severity.ERROR] == ["hosted_endpoint"]


@pytest.mark.parametrize("host", ["deepgram.com.example.org", "deepgram.example.com", "notdeepgram.com", "10.0.0.7"])
def test_a_name_that_only_resembles_the_hosted_service_is_not_it(host: str) -> None:
    assert not matches(case(f"http://{host}:8080", got("GET /v1/status", 401)), "hosted_endpoint")


# --- localhost in a container -------------------------------------------------------------------------------------

REFUSED = dialled("127.0.0.1", Ending.REFUSED)


def test_localhost_in_a_pod_names_the_service() -> None:
    pod = around(container="kubernetes", pod="app-1", namespace="speech")
    found = findings(case("http://localhost:8080", pod, REFUSED))
    assert roots(case("http://localhost:8080", pod, REFUSED)) == ["url_loopback_in_container"]
    assert "inside pod app-1" in found["url_loopback_in_container"].says
    commands = [one.command for one in found["url_loopback_in_container"].remedies]
    assert "dgcheck run http://deepgram-api-external.speech.svc.cluster.local:8080" in commands
    assert not any("docker" in command for command in commands)


def test_localhost_in_a_docker_container_names_its_ways_out() -> None:
    docker = around(container="docker", own_network=True)
    found = findings(case("http://127.0.0.1:8080", docker, REFUSED))["url_loopback_in_container"]
    commands = " ".join(one.command for one in found.remedies)
    for way in ("host.docker.internal:8080", "--network host", "http://api:8080"):
        assert way in commands
    assert found.confidence is Confidence.LIKELY


@pytest.mark.parametrize(
    ("url", "place", "dials"),
    [
        pytest.param("http://localhost:8080", around(), [REFUSED], id="no container"),
        pytest.param(
            "http://10.0.0.7:8080", around(container="docker"), [dialled("10.0.0.7", Ending.REFUSED)], id="no loopback"
        ),
        pytest.param("http://localhost:8080", around(container="docker"), [dialled("127.0.0.1")], id="accepted"),
        pytest.param(
            "http://localhost:8080", around(container="docker"), [dialled("127.0.0.1", Ending.TIMED_OUT)], id="silent"
        ),
        pytest.param(
            "http://localhost:8080",
            around(container="docker", own_network=False),
            [REFUSED],
            id="the machine's own network",
        ),
        pytest.param(
            "http://localhost:9080",
            around(container="docker", own_network=True),
            [dialled("127.0.0.1", Ending.REFUSED, port=9080), dialled("127.0.0.1", purpose="loopback_ports")],
            id="the usual port of this very loopback answers",
        ),
    ],
)
def test_localhost_is_not_blamed(url: str, place: Any, dials: list[Dial]) -> None:
    assert not matches(case(url, place, *dials), "url_loopback_in_container")


def test_a_proxy_that_takes_no_connection_says_nothing_of_localhost() -> None:
    dial = dialled("127.0.0.1", Ending.REFUSED, port=3128, via_proxy="http://127.0.0.1:3128")
    found = case("http://localhost:8080", around(container="docker", own_network=True), dial, proxy=proxied())
    assert not matches(found, "url_loopback_in_container")


def test_a_healthy_run_has_no_finding_of_this_family() -> None:
    found = findings(case("http://dg:8080", dialled("10.0.0.7"), *served()))
    assert not [one for one in found.values() if one.code.startswith("DG00")]


# --- by real runs -------------------------------------------------------------------------------------------------


@pytest.mark.anyio
async def test_a_bare_host_is_asked_all_the_same() -> None:
    async with Simulator() as sim:
        report = await run(sim.url.partition("://")[2])
        assert [one.cause for one in report.findings] == ["url_scheme_missing"]
        assert f"so write {sim.url}" in found(report, "url_scheme_missing").says
        assert report.verdict == "warn"


@pytest.mark.anyio
async def test_a_bare_host_before_a_tls_port_is_asked_over_tls() -> None:
    async with Simulator(tls="self_signed") as sim:
        report = await run(sim.url.partition("://")[2])
        assert "speaks TLS, so write https://" in found(report, "url_scheme_missing").says
        assert not [one for one in report.findings if one.cause in ("plain_to_tls_port", "tls_to_plain_port")]


@pytest.mark.anyio
async def test_a_scheme_of_another_kind_is_asked_as_http() -> None:
    async with Simulator() as sim:
        report = await run(sim.url.replace("http", "tcp"))
        assert [one.cause for one in report.findings] == ["url_scheme_wrong"]
        assert f"so write {sim.url}" in found(report, "url_scheme_wrong").says


@pytest.mark.anyio
@pytest.mark.parametrize("scheme", ["http", "ws"])
async def test_http_and_ws_are_one_target(scheme: str) -> None:
    async with Simulator() as sim:
        assert (await run(sim.url.replace("http", scheme))).findings == ()


@pytest.mark.anyio
async def test_localhost_in_a_pod_by_a_real_refusal() -> None:
    pod = {"KUBERNETES_SERVICE_HOST": "10.96.0.1", "POD_NAME": "app-1", "POD_NAMESPACE": "speech"}
    report = await run(f"http://127.0.0.1:{free_port()}", environ=pod)
    assert [one.cause for one in report.findings if one.root] == ["url_loopback_in_container"]
    assert found(report, "tcp_refused").caused_by == "DG0012"


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("key", "cause"),
    [
        ("", "api_key_blank"),
        ("   ", "api_key_blank"),
        ("Token abcdef123456", "api_key_malformed"),
        ("abcdef1\n", "api_key_malformed"),
    ],
)
async def test_an_odd_key_is_a_warning_while_all_works(key: str, cause: str) -> None:
    async with Simulator() as sim:
        report = await run(sim.url, environ={"DEEPGRAM_API_KEY": key})
        assert [(one.cause, one.severity) for one in report.findings] == [(cause, "warning")]
        assert report.verdict == "warn"
        assert "abcdef1" not in str(report)
