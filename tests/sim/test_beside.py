"""The ports beside the API answer as the reference describes; what it calls unknown is a switch."""

from __future__ import annotations

import json
import re

import pytest

from dgcheck.model.record import replace
from dgcheck.sim.asked import Asked, Reply
from dgcheck.sim.beside import answer
from dgcheck.sim.deployment import Deployment, Switches
from dgcheck.sim.sides import ENGINE_METRICS, LICENSE_PROXY, Sides

NOW = 1_793_491_200.0  # 2026-11-01 00:00 UTC


def _ask(
    which: str, path: str, served: list[tuple[str, int]] | None = None, method: str = "GET", **sides: object
) -> Reply:
    deployment = Deployment(sides=Sides(**sides))  # type: ignore[arg-type]
    return _of(deployment, which, path, served or [], method)


def _of(deployment: Deployment, which: str, path: str, served: list[tuple[str, int]], method: str = "GET") -> Reply:
    asked = Asked(method=method, target=path, path=path, epoch=NOW)
    return answer(which, lambda: deployment, lambda: served)(asked)


def test_the_license_proxy_says_its_state_and_two_moments() -> None:
    found = json.loads(_ask(LICENSE_PROXY, "/v1/status", checkin_ago=3600.0, trust_left=7200.0).body)
    assert found == {
        "state": "Connected",
        "last_successful_checkin": "2026-10-31T23:00:00Z",
        "trust_expiration": "2026-11-01T02:00:00Z",
    }


@pytest.mark.parametrize(
    ("which", "path", "status"),
    [
        (LICENSE_PROXY, "/v1/status", 200),
        (LICENSE_PROXY, "/v1/certificates", 200),
        (LICENSE_PROXY, "/metrics", 404),
        (LICENSE_PROXY, "/v1/listen", 404),
        (ENGINE_METRICS, "/metrics", 200),
        (ENGINE_METRICS, "/v1/certificates", 200),
        (ENGINE_METRICS, "/v1/status", 404),
    ],
)
def test_each_port_serves_its_own_pages(which: str, path: str, status: int) -> None:
    assert _ask(which, path).status == status


def test_nothing_but_a_get_is_taken() -> None:
    assert _ask(ENGINE_METRICS, "/metrics", method="POST").status == 405


def test_before_the_first_request_only_three_metrics_exist() -> None:
    page = _ask(ENGINE_METRICS, "/metrics").body.decode()
    assert set(re.findall(r"^(\w+)", page, re.MULTILINE)) == {
        "engine_active_requests",
        "engine_max_active_requests",
        "engine_estimated_stream_capacity",
    }


def test_what_the_api_served_is_counted() -> None:
    page = _ask(ENGINE_METRICS, "/metrics", [("batch", 200), ("batch", 500), ("stream", 101)]).body.decode()
    assert 'engine_requests_total{kind="batch",response_status="2xx"} 1' in page
    assert 'engine_requests_total{kind="batch",response_status="5xx"} 1' in page
    assert 'engine_requests_total{kind="stream",response_status="1xx"} 1' in page
    assert "engine_asr_per_batch_wall_time_seconds_sum" in page


@pytest.mark.parametrize(
    ("switches", "words"),
    [
        (Switches(), ('kind="stream",response_status="1xx"', "engine_flux_max_streams 8", "realtime_factor_sum 60")),
        (Switches(stream_status_class="2xx"), ('kind="stream",response_status="2xx"',)),
        (Switches(flux_metrics_prefixed=False), ("\nflux_max_streams 8",)),
        (Switches(factor_is_audio_by_time=False), ("realtime_factor_sum 0.0166667",)),
    ],
    ids=["as chosen", "class of a stream", "names of Flux", "the factor"],
)
def test_what_is_not_known_is_a_switch(switches: Switches, words: tuple[str, ...]) -> None:
    deployment = replace(Deployment(sides=Sides(flux_limit=8)), switches=switches)
    page = _of(deployment, ENGINE_METRICS, "/metrics", [("stream", 101)]).body.decode()
    assert [word for word in words if word not in page] == []
