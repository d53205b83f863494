"""What the Engine's metrics say, as far as they say it."""

from __future__ import annotations

import pytest

from dgcheck.wire.engine_metrics import EngineLoad, is_engine, load, read

BEFORE = """\
# TYPE engine_active_requests gauge
engine_active_requests{kind="batch"} 2
engine_active_requests{kind="stream"} 3
engine_active_requests{kind="tts"} 0
engine_max_active_requests 10
engine_estimated_stream_capacity 120
"""
COUNTED = """\
engine_requests_total{kind="batch",response_status="2xx"} 90
engine_requests_total{kind="batch",response_status="4xx"} 4
engine_requests_total{kind="batch",response_status="5xx"} 6
"""
TIMES = """\
engine_asr_per_batch_audio_duration_seconds_bucket{le="+Inf"} 5
engine_asr_per_batch_audio_duration_seconds_sum 150
engine_asr_per_batch_audio_duration_seconds_count 5
engine_asr_per_batch_wall_time_seconds_sum 300
engine_asr_per_batch_wall_time_seconds_count 5
"""


def _load(page: str) -> EngineLoad:
    return load(read(page))


def test_before_the_first_request_nothing_is_counted() -> None:
    found = _load(BEFORE)
    assert (found.busy, found.limit, found.capacity) == (5.0, 10.0, 120.0)
    assert (found.requests, found.audio, found.speed, found.flux_used) == (None, None, None, None)


def test_requests_are_counted_and_only_5xx_fail() -> None:
    found = _load(BEFORE + COUNTED)
    assert (found.requests, found.failed) == (100.0, 6.0)


def test_audio_and_computing_are_those_of_the_same_group() -> None:
    found = _load(BEFORE + TIMES + TIMES.replace("per_batch", "per_file").replace(" 150", " 999"))
    assert (found.audio, found.computed, found.measured) == (150.0, 300.0, 5.0)


def test_the_engines_own_factor_is_a_mean() -> None:
    found = _load("engine_asr_per_file_realtime_factor_sum 30\nengine_asr_per_file_realtime_factor_count 60\n")
    assert (found.speed, found.measured) == (0.5, 60.0)


@pytest.mark.parametrize("prefix", ["engine_flux", "flux"])
def test_both_spellings_of_flux_are_read(prefix: str) -> None:
    found = _load(f"{BEFORE}{prefix}_max_streams 16\n{prefix}_used_streams 4\n")
    assert (found.flux_used, found.flux_limit) == (4.0, 16.0)


@pytest.mark.parametrize(
    ("page", "engine"),
    [
        pytest.param(BEFORE, True, id="an Engine"),
        pytest.param("node_load1 0.2\n", False, id="another exporter"),
        pytest.param("flux_reconcile_total 3\n", False, id="Flux CD"),
        pytest.param("", False, id="empty"),
    ],
)
def test_an_engine_is_known_by_its_own_metrics(page: str, engine: bool) -> None:
    assert is_engine(read(page)) is engine
