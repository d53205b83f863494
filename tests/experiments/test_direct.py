"""A forward proxy in force: the same question without it tells whether the proxy is what is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.experiments.direct import worth_asking
from dgcheck.model.evidence import Wire
from dgcheck.sim.server import Simulator
from tests.programs import Peers, free_port
from tests.rules.built import HEALTHY, case, got, proxied, upgraded
from tests.runs import found, roots, run

VIA: dict[str, Any] = {"via_proxy": "http://proxy:3128"}


@pytest.mark.parametrize(
    ("evidence", "asks"),
    [
        pytest.param([got("GET /v1/status", 403, **VIA), upgraded(status=None, **VIA)], True, id="nothing worked"),
        pytest.param(
            [got("GET /v1/status", 200, HEALTHY, **VIA), upgraded(status=None, **VIA)], True, id="no upgrade worked"
        ),
        pytest.param([got("GET /v1/status", 200, HEALTHY, **VIA), upgraded(**VIA)], False, id="all worked"),
        pytest.param(
            [got("GET /v1/status", 404, **VIA), got("GET /v1/models", 200, "[]", **VIA)], False, id="some worked"
        ),
    ],
)
def test_when_the_direct_way_is_tried(evidence: list[Wire], asks: bool) -> None:
    assert worth_asking(case("http://dg:8080", *evidence, proxy=proxied())) is asks


def test_without_a_proxy_there_is_no_other_way() -> None:
    assert not worth_asking(case("http://dg:8080", got("GET /v1/status", 403)))


@pytest.mark.anyio
@pytest.mark.peer("squid")
@pytest.mark.parametrize("flag", [False, True], ids=["from HTTP_PROXY", "from --proxy"])
async def test_squid_that_refuses(peers: Peers, flag: bool) -> None:
    port = free_port()
    peers.squid("http_access deny all", port=port)
    proxy = f"http://127.0.0.1:{port}"
    async with Simulator() as sim:
        given = {"proxy": proxy} if flag else {"environ": {"http_proxy": proxy, "no_proxy": "other.example"}}
        report = await run(sim.url, **given)
    assert roots(report) == ["proxy_env"]
    assert f"The proxy {proxy}" in found(report, "proxy_env").says
    assert "403" in found(report, "proxy_env").says


@pytest.mark.anyio
@pytest.mark.peer("squid")
async def test_squid_that_lets_requests_through_but_no_connect(peers: Peers) -> None:
    port = free_port()
    peers.squid("acl CONNECT method CONNECT\nhttp_access deny CONNECT", port=port)
    async with Simulator() as sim:
        report = await run(sim.url, environ={"http_proxy": f"http://127.0.0.1:{port}"})
    assert roots(report) == ["proxy_env"]
    assert "CONNECT for the WebSocket upgrade of /v1/listen" in found(report, "proxy_env").says


@pytest.mark.anyio
@pytest.mark.peer("squid")
async def test_squid_that_works(peers: Peers) -> None:
    port = free_port()
    peers.squid(port=port)
    async with Simulator() as sim:
        report = await run(sim.url, environ={"http_proxy": f"http://127.0.0.1:{port}"})
    assert roots(report) == []


@pytest.mark.anyio
async def test_a_proxy_that_is_not_there() -> None:
    async with Simulator() as sim:
        report = await run(sim.url, environ={"http_proxy": f"http://127.0.0.1:{free_port()}"})
    assert roots(report) == ["proxy_env"]
    assert "refused the connection" in found(report, "proxy_env").says


@pytest.mark.anyio
async def test_a_proxy_and_a_target_that_are_both_not_there() -> None:
    report = await run(f"http://127.0.0.1:{free_port()}", environ={"http_proxy": f"http://127.0.0.1:{free_port()}"})
    assert roots(report) == ["proxy_env"]
    assert found(report, "proxy_env").confidence == "likely"
    assert "did not answer without it either" in found(report, "proxy_env").says


@pytest.mark.anyio
@pytest.mark.peer("squid")
async def test_a_target_that_is_not_there_is_not_the_fault_of_squid(peers: Peers) -> None:
    port = free_port()
    peers.squid(port=port)
    report = await run(f"http://127.0.0.1:{free_port()}", environ={"http_proxy": f"http://127.0.0.1:{port}"})
    assert "proxy_env" not in [one.cause for one in report.findings]
    assert report.verdict == "fail"


@pytest.mark.anyio
async def test_a_host_named_in_no_proxy_is_asked_directly() -> None:
    async with Simulator() as sim:
        environ = {"http_proxy": f"http://127.0.0.1:{free_port()}", "no_proxy": "127.0.0.1"}
        assert roots(await run(sim.url, environ=environ)) == []
