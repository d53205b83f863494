"""What the Engine's metrics say of its load, its failures and its speed."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.model.beside import Beside
from dgcheck.model.catalogue import Confidence
from dgcheck.model.evidence import Phase
from tests.rules.beside_built import beside, metrics, seen
from tests.rules.built import case, got, matches, roots, upgraded
from tests.wire.test_engine_metrics import BEFORE


def _gauges(busy: int, limit: int) -> str:
    return f'engine_active_requests{{kind="batch"}} {busy}\nengine_max_active_requests {limit}\n'


def _counts(well: int, failed: int, wrong: int = 0) -> str:
    name = "engine_requests_total"
    return "".join(
        f'{name}{{kind="batch",response_status="{kind}"}} {count}\n'
        for kind, count in (("2xx", well), ("4xx", wrong), ("5xx", failed))
    )


def _times(audio: float, wall: float, count: int) -> str:
    group = "engine_asr_per_batch"
    return (
        f"{group}_audio_duration_seconds_sum {audio}\n{group}_wall_time_seconds_sum {wall}\n"
        f"{group}_wall_time_seconds_count {count}\n"
    )


def _factor(mean: float, count: int) -> str:
    group = "engine_asr_per_batch_realtime_factor"
    return f"{group}_sum {mean * count}\n{group}_count {count}\n"


@pytest.mark.parametrize(
    ("page", "busy"),
    [
        pytest.param(_gauges(7, 10), True, id="at 70 %"),
        pytest.param(_gauges(12, 10), True, id="above its limit"),
        pytest.param(_gauges(6, 10), False, id="below"),
        pytest.param(_gauges(900, 0), False, id="no limit is set"),
        pytest.param('engine_active_requests{kind="batch"} 9\n', False, id="the limit is not said"),
        pytest.param(BEFORE + "engine_flux_max_streams 10\nengine_flux_used_streams 9\n", True, id="Flux"),
        pytest.param(
            BEFORE + "engine_flux_max_streams 0\nengine_flux_used_streams 9\n", False, id="Flux without limit"
        ),
    ],
)
def test_load_against_its_limit(page: str, busy: bool) -> None:
    assert bool(matches(seen(metrics(page)), "engine_busy")) is busy


def test_the_requests_of_this_run_are_taken_off() -> None:
    """Three of the four were dgcheck's own when the page was read."""
    under_way: dict[str, Any] = {"phases": (Phase("request", 0.05, 0.0),), "ended_at": 0.5}
    own = [upgraded("GET /v1/listen", **under_way) for _ in range(2)]
    found = case("http://10.0.0.7:8080", *own, got("POST /v1/listen", 200, **under_way), metrics(_gauges(4, 4)))
    assert matches(found, "engine_busy") == []


def test_requests_of_this_run_that_came_later_are_not() -> None:
    later: dict[str, Any] = {"phases": (Phase("request", 3.0, 0.0),), "ended_at": 3.5}
    found = case("http://10.0.0.7:8080", got("POST /v1/listen", 200, **later), metrics(_gauges(4, 4)))
    (match,) = matches(found, "engine_busy")
    assert "takes no more" in match.says


@pytest.mark.parametrize(
    ("page", "failing"),
    [
        pytest.param(_counts(90, 10), True, id="10 %"),
        pytest.param(_counts(95, 5), False, id="5 %"),
        pytest.param(_counts(9, 3), False, id="too few to tell"),
        pytest.param(_counts(50, 0, wrong=50), False, id="clients were wrong"),
        pytest.param(BEFORE, False, id="nothing was served yet"),
    ],
)
def test_share_of_failures(page: str, failing: bool) -> None:
    assert bool(matches(seen(metrics(_gauges(0, 0) + page)), "engine_failures")) is failing


@pytest.mark.parametrize(
    ("page", "confidence"),
    [
        pytest.param(_times(100, 250, 9), Confidence.LIKELY, id="slower than real time"),
        pytest.param(_times(100, 80, 9), Confidence.POSSIBLE, id="hardly faster"),
        pytest.param(_times(100, 20, 9), None, id="five times as fast"),
        pytest.param(_times(2, 4, 9), None, id="too little was computed"),
        pytest.param(_times(20, 60, 2), None, id="too few measurements: a model may have been loaded"),
        pytest.param(_factor(0.4, 50), Confidence.POSSIBLE, id="the factor alone"),
        pytest.param(_factor(1.3, 50), None, id="the factor alone, near real time"),
        pytest.param(_factor(0.4, 2), None, id="the factor alone, of two"),
        pytest.param(_factor(0.02, 50) + _times(3000, 60, 50), None, id="a factor the other way round"),
    ],
)
def test_speed_against_real_time(page: str, confidence: Confidence | None) -> None:
    found = matches(seen(metrics(_gauges(0, 0) + page)), "engine_slower_than_realtime")
    assert [one.confidence for one in found] == ([confidence] if confidence else [])


@pytest.mark.parametrize(
    ("evidence", "words"),
    [
        pytest.param(beside("engine_metrics", "/metrics", 404), "the answer is 404", id="404"),
        pytest.param(metrics("node_load1 0.2\n"), "no metric of an Engine", id="another exporter"),
        pytest.param(beside("engine_metrics", "/metrics", None), "the connection was refused", id="refused"),
    ],
)
def test_what_cannot_be_read_is_a_warning(evidence: Beside, words: str) -> None:
    found = seen(evidence)
    (match,) = matches(found, "engine_metrics_unreadable")
    assert words in match.says
    assert roots(found) == ["engine_metrics_unreadable"]


def test_the_ports_beside_the_api_are_no_part_of_the_api() -> None:
    """A License Proxy's page or a 404 there is no wrong service, no missing path and no failing replica."""
    found = seen(beside("license_proxy", "/v1/status", 404), beside("engine_metrics", "/metrics", 500))
    assert set(roots(found)) == {"license_proxy_unreadable", "engine_metrics_unreadable"}
