"""The version in the path: left out of a logged request, or dialled twice."""

from __future__ import annotations

import pytest

from dgcheck.experiments.version import is_doubled, lacks_version
from dgcheck.model.evidence import Wire
from dgcheck.sim.server import Simulator
from tests.rules.built import HEALTHY, case, got, served, upgraded
from tests.runs import found, roots, run


@pytest.mark.parametrize(
    ("url", "evidence", "asks"),
    [
        pytest.param("http://dg/listen?model=x", [upgraded("GET /listen?model=x", 404)], True, id="no version"),
        pytest.param(
            "http://dg/p/listen?model=x", [upgraded("GET /p/listen?model=x", 404)], True, id="behind a prefix"
        ),
        pytest.param("http://dg/listen?model=x", [upgraded("GET /listen?model=x", 502)], False, id="not a 404"),
        pytest.param(
            "http://dg/v1/listen?model=x", [upgraded("GET /v1/listen?model=x", 404)], False, id="with version"
        ),
        pytest.param(
            "http://dg/v2/listen?model=x", [upgraded("GET /v2/listen?model=x", 404)], False, id="another version"
        ),
        pytest.param("http://dg/listen", [upgraded("GET /listen/v1/listen", 404)], False, id="no whole request"),
    ],
)
def test_when_the_version_is_tried(url: str, evidence: list[Wire], asks: bool) -> None:
    assert lacks_version(case(url, *evidence)) is asks


@pytest.mark.parametrize(
    ("url", "evidence", "asks"),
    [
        pytest.param("http://dg/v1", served(), True, id="doubled"),
        pytest.param("http://dg/v1", [got("GET /v1/status", 404)], False, id="nothing to compare with"),
        pytest.param("http://dg", served(), False, id="not doubled"),
        pytest.param("http://dg/v1/listen?model=x", [got("GET /v1/status", 200, HEALTHY)], False, id="a whole request"),
    ],
)
def test_when_the_doubled_path_is_tried(url: str, evidence: list[Wire], asks: bool) -> None:
    assert is_doubled(case(url, *evidence)) is asks


@pytest.mark.anyio
@pytest.mark.parametrize("query", ["model=nova-3", "model=nova-3&encoding=mulaw&sample_rate=8000"])
async def test_a_logged_request_without_the_version(query: str) -> None:
    async with Simulator() as sim:
        report = await run(f"{sim.url}/listen?{query}")
        assert roots(report) == ["url_version_missing"]
        assert f"{sim.url}/v1" in [one.command for one in found(report, "url_version_missing").remedies]


@pytest.mark.anyio
async def test_a_base_that_ends_in_listen() -> None:
    async with Simulator() as sim:
        assert roots(await run(f"{sim.url}/listen")) == ["url_version_missing"]


@pytest.mark.anyio
@pytest.mark.parametrize("end", ["/v1", "/v1/", "/v1/listen"])
async def test_a_doubled_path_is_asked_undoubled_and_warned_of(end: str) -> None:
    async with Simulator() as sim:
        report = await run(f"{sim.url}{end}")
        assert roots(report) == ["url_path_doubled"]
        assert report.verdict == "warn"
        assert "GET /v1/v1/status got 404" in found(report, "url_path_doubled").says


@pytest.mark.anyio
async def test_a_logged_request_with_its_version_is_healthy() -> None:
    async with Simulator() as sim:
        report = await run(f"{sim.url}/v1/listen?model=nova-3&encoding=mulaw&sample_rate=8000")
        assert roots(report) == []
