"""What the Engine's metrics say: load, limit, failures, speed (self-hosted-api.md §7.3).

Only `engine_active_requests`, `engine_max_active_requests` and `engine_estimated_stream_capacity` exist before the
first request; whatever is absent is None.
"""

from __future__ import annotations

from collections.abc import Iterable

from dgcheck.model.beside import Sample
from dgcheck.model.record import dataclass
from dgcheck.wire import prometheus

# The Flux page writes its metrics without `engine_`.
BEGINNINGS = ("engine_", "flux_")


@dataclass(frozen=True, slots=True)
class EngineLoad:
    """One reading. `active` are requests now, by kind (batch, stream, tts); `limit` 0 = none is set.

    `requests` and `failed` (5xx) count since the Engine started. `audio` and `computed` are seconds of audio that were
    transcribed and seconds that it took; `speed` is audio by time as the Engine says itself; `measured` how many
    measurements they rest on.
    """

    active: tuple[tuple[str, float], ...] = ()
    limit: float | None = None
    capacity: float | None = None  # an estimate that grows with load: nothing to compare with
    requests: float | None = None
    failed: float = 0.0
    audio: float | None = None
    computed: float | None = None
    speed: float | None = None
    measured: float = 0.0
    flux_used: float | None = None
    flux_limit: float | None = None
    cut_voices: float | None = None  # engine_tts_failures_during_response_total

    @property
    def busy(self) -> float:
        """All active requests."""
        return sum(value for _, value in self.active)


def read(text: str) -> tuple[Sample, ...]:
    """The Engine's own samples of a page; () when it has none."""
    return prometheus.read(text, BEGINNINGS)


def is_engine(samples: Iterable[Sample]) -> bool:
    """Whether this is the Engine: a metric that only it has."""
    return any(one.name.startswith("engine_") for one in samples)


def load(samples: tuple[Sample, ...]) -> EngineLoad:
    """A reading from its samples."""
    active = [one for one in samples if one.name == "engine_active_requests"]
    counted = [one for one in samples if one.name == "engine_requests_total"]
    failed = sum(one.value for one in counted if _label(one, "response_status").startswith("5"))
    audio, computed, measured = _times(samples)
    return EngineLoad(
        active=tuple((_label(one, "kind"), max(0.0, one.value)) for one in active),
        limit=_one(samples, "engine_max_active_requests"),
        capacity=_one(samples, "engine_estimated_stream_capacity"),
        requests=sum(one.value for one in counted) if counted else None,
        failed=failed,
        audio=audio,
        computed=computed,
        speed=_speed(samples),
        measured=measured,
        flux_used=_flux(samples, "used_streams"),
        flux_limit=_flux(samples, "max_streams"),
        cut_voices=_sum(samples, "engine_tts_failures_during_response_total"),
    )


def _label(one: Sample, name: str) -> str:
    return next((value for key, value in one.labels if key == name), "")


def _one(samples: tuple[Sample, ...], name: str) -> float | None:
    return next((one.value for one in samples if one.name == name), None)


def _sum(samples: tuple[Sample, ...], name: str) -> float | None:
    found = [one.value for one in samples if one.name == name]
    return sum(found) if found else None


def _flux(samples: tuple[Sample, ...], name: str) -> float | None:
    found = _sum(samples, f"engine_flux_{name}")
    return _sum(samples, f"flux_{name}") if found is None else found


_GROUPS = ("engine_asr_per_batch_", "engine_asr_per_file_")


def _times(samples: tuple[Sample, ...]) -> tuple[float | None, float | None, float]:
    """(seconds of audio, seconds of computing, how many times) of the first group that has both sums."""
    for group in _GROUPS:
        audio = _sum(samples, f"{group}audio_duration_seconds_sum")
        wall = _sum(samples, f"{group}wall_time_seconds_sum")
        if audio and wall:
            return audio, wall, _sum(samples, f"{group}wall_time_seconds_count") or 0.0
    return None, None, max((_sum(samples, f"{group}realtime_factor_count") or 0.0 for group in _GROUPS), default=0.0)


def _speed(samples: tuple[Sample, ...]) -> float | None:
    """The mean of the Engine's own real-time factor. What it divides by what is not published; taken for audio by
    time.
    """
    for group in _GROUPS:
        total = _sum(samples, f"{group}realtime_factor_sum")
        count = _sum(samples, f"{group}realtime_factor_count")
        if total is not None and count:
            return total / count
    return None
