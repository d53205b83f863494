"""How the ports beside the API answer (self-hosted-api.md §3.8, §7.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import gmtime, strftime

from dgcheck.sim import bodies, shapes
from dgcheck.sim.asked import Asked, Reply
from dgcheck.sim.deployment import Deployment
from dgcheck.sim.sides import DAY, LICENSE_PROXY

# (kind, status) of an inference that was served: batch or stream or tts.
Served = Callable[[], Iterable[tuple[str, int]]]


def answer(which: str, deployment: Callable[[], Deployment], served: Served) -> Callable[[Asked], Reply]:
    """How one of the ports answers."""

    def hook(asked: Asked) -> Reply:
        there = deployment()
        silent = there.sides.license if which == LICENSE_PROXY else there.sides.metrics
        if silent == "silent":
            return Reply(raw=b"", ending="fin")
        if asked.method not in ("GET", "HEAD"):
            return bodies.plain(405, "")
        return _license_proxy(there, asked) if which == LICENSE_PROXY else _engine(there, asked, served)

    return hook


def _license_proxy(there: Deployment, asked: Asked) -> Reply:
    sides = there.sides
    if asked.path == "/v1/certificates" and sides.license == "json":
        return _certificates(there, asked)
    if asked.path != "/v1/status" or sides.license == "absent":
        return bodies.plain(404, "")
    if sides.license == "error":
        return bodies.plain(500, "")
    if sides.license == "other":
        return bodies.plain(200, "<!doctype html><title>Welcome</title>", "text/html")
    body = {"state": sides.state, "last_successful_checkin": _rfc_3339(asked.epoch - sides.checkin_ago)}
    if sides.trust_left is not None:
        body["trust_expiration"] = _rfc_3339(asked.epoch + sides.trust_left)
    return bodies.json_reply(200, shapes.dump(body))


def _rfc_3339(epoch: float) -> str:
    return strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(epoch))


def _certificates(there: Deployment, asked: Asked) -> Reply:
    end = asked.epoch + there.certificate_days * DAY
    life = there.sides.life_days
    body = {
        "beginning_of_support": shapes.stamp(end - 548 * DAY),
        "end_of_support": shapes.stamp(end if life is None else min(end, asked.epoch + life * DAY)),
        "end_of_life": shapes.stamp(end + 546 * DAY if life is None else asked.epoch + life * DAY),
        "instance_id": "7d1f0c52-1c1e-4c55-9d0e-5a3a6f1d2b60",
    }
    return bodies.json_reply(200, shapes.dump(body))


def _engine(there: Deployment, asked: Asked, served: Served) -> Reply:
    sides = there.sides
    if asked.path == sides.certificates and sides.metrics == "text":
        return _certificates(there, asked)
    if asked.path != "/metrics" or sides.metrics == "absent":
        return bodies.plain(404, "")
    if sides.metrics == "other":
        text = "# HELP node_load1 1m load average.\n# TYPE node_load1 gauge\nnode_load1 0.21\n"
    else:
        text = metrics(there, list(served()))
    return bodies.plain(200, text, "text/plain; version=0.0.4")


def metrics(there: Deployment, served: list[tuple[str, int]]) -> str:
    """The page of an Engine; what is counted appears with the first request."""
    sides, switches = there.sides, there.switches
    lines = _gauge(
        "engine_active_requests",
        "Requests being served",
        *((f'{{kind="{kind}"}}', sides.busy if kind == "batch" else 0) for kind in ("batch", "stream", "tts")),
    )
    lines += _gauge("engine_max_active_requests", "Limit of active requests, 0 = none", ("", sides.limit))
    lines += _gauge("engine_estimated_stream_capacity", "Streams that are thought to fit", ("", max(40, sides.busy)))
    if sides.flux_limit:
        prefix = "engine_flux" if switches.flux_metrics_prefixed else "flux"
        lines += _gauge(f"{prefix}_max_streams", "Limit of Flux streams", ("", sides.flux_limit))
        lines += _gauge(f"{prefix}_used_streams", "Flux streams in use", ("", sides.flux_used))
        share = sides.flux_used / sides.flux_limit
        lines += _gauge(f"{prefix}_fraction_streams", "Share in use", ("", share))
    if not (served or sides.requests):
        return "\n".join(lines) + "\n"
    return "\n".join([*lines, *_counted(there, served), *_speed(there, served)]) + "\n"


def _gauge(name: str, says: str, *values: tuple[str, float]) -> list[str]:
    return [f"# HELP {name} {says}", f"# TYPE {name} gauge", *(f"{name}{labels} {value:g}" for labels, value in values)]


def _counted(there: Deployment, served: list[tuple[str, int]]) -> list[str]:
    sides = there.sides
    counts: dict[tuple[str, str], int] = {
        ("batch", "2xx"): sides.requests - sides.failed,
        ("batch", "5xx"): sides.failed,
    }
    for kind, status in served:
        well = there.switches.stream_status_class if kind == "stream" and status < 400 else f"{status // 100}xx"
        counts[kind, well] = counts.get((kind, well), 0) + 1
    name = "engine_requests_total"
    lines = [f"# HELP {name} Requests", f"# TYPE {name} counter"]
    return lines + [
        f'{name}{{kind="{kind}",response_status="{well}"}} {count}' for (kind, well), count in counts.items()
    ]


def _speed(there: Deployment, served: list[tuple[str, int]]) -> list[str]:
    """Histograms of the Engine's computing, with one bucket each; nothing before something was computed."""
    sides = there.sides
    count = sides.measured + sum(status < 300 for _, status in served)
    audio = 30.0 * sides.measured + 1.0 * sum(status < 300 for _, status in served)
    if not count:
        return []
    factor = sides.speed if there.switches.factor_is_audio_by_time else 1 / sides.speed
    sums = {"audio_duration_seconds": audio, "wall_time_seconds": audio / sides.speed} if sides.sums else {}
    lines: list[str] = []
    for name, total in {**sums, "realtime_factor": factor * count}.items():
        whole = f"engine_asr_per_batch_{name}"
        lines += [f"# HELP {whole} Of one batch", f"# TYPE {whole} histogram"]
        lines += [f'{whole}_bucket{{le="+Inf"}} {count}', f"{whole}_sum {total:g}", f"{whole}_count {count}"]
    return lines
