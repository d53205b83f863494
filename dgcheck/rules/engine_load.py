"""DG5033, DG6030-DG6032: what the Engine's own metrics say: full, failing, slower than real time, or not to be read."""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.beside import ENGINE_METRICS, Beside
from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Confidence, Heals, Match, Remedy, Severity
from dgcheck.readings.beside import asked, engine, ours, question, unanswered
from dgcheck.readings.telling import listed

SOURCE = "developers.deepgram.com/docs/metrics-guide"
FULL = 0.7  # share of a limit from which it is told: the vendor's own alarm level
FAILING = 0.05  # share of 5xx from which it is told: the same
FEWEST = 20  # requests that a share may rest on
MEASURED, COMPUTED = 5, 5.0  # measurements, and seconds of computing, that a speed may rest on
REAL_TIME, NEAR = 1.0, 1.5  # audio by time


def _busy(case: Case) -> Iterator[Match]:
    found = engine(case)
    if found is None:
        return
    seen, said = found
    own = ours(case, seen)
    parts = []
    if said.limit and (said.busy - own) / said.limit >= FULL:
        kinds = [f"{value:g} {kind or 'of an unnamed kind'}" for kind, value in said.active if value]
        parts.append(f"{said.busy:g} of {said.limit:g} requests that the Engine takes at once ({listed(kinds)})")
    if said.flux_limit and said.flux_used is not None and said.flux_used / said.flux_limit >= FULL:
        parts.append(f"{said.flux_used:g} of {said.flux_limit:g} Flux streams")
    if not parts:
        return
    mine = f" At most {own} of them {'were' if own > 1 else 'was'} dgcheck's own." if own else ""
    full = " It takes no more: what comes now is refused, or waits." if _at_limit(said.busy - own, said.limit) else ""
    says = (
        f"{question(seen)}: in use {'were' if len(parts) > 1 or said.busy != 1 else 'was'} {listed(parts)}.{full}{mine}"
    )
    yield Match(says, (seen.id,), ("license",))


def _at_limit(busy: float, limit: float | None) -> bool:
    return bool(limit) and busy >= (limit or 0)


def _failing(case: Case) -> Iterator[Match]:
    found = engine(case)
    if found is None:
        return
    seen, said = found
    if said.requests is None or said.requests < FEWEST or said.failed / said.requests <= FAILING:
        return
    share = 100 * said.failed / said.requests
    cut = f" {said.cut_voices:g} spoken answers broke off." if said.cut_voices else ""
    says = (
        f"{question(seen)}: of {said.requests:g} requests since the Engine started, {said.failed:g} ({share:.1f} %) "
        "ended "
        f"with 5xx.{cut} When that was, the counters do not say."
    )
    yield Match(says, (seen.id,), ("license",))


def _slow(case: Case) -> Iterator[Match]:
    found = engine(case)
    if found is None:
        return
    seen, said = found
    if said.audio and said.computed and said.computed >= COMPUTED and said.measured >= MEASURED:
        speed = said.audio / said.computed
        if speed >= NEAR:
            return
        slower = "slower than" if speed < REAL_TIME else "hardly faster than"
        says = (
            f"{question(seen)}: {said.audio:.0f} s of audio took the Engine {said.computed:.0f} s, which is {slower} "
            "real "
            f"time ({speed:.2f} times)."
        )
        yield Match(says, (seen.id,), ("license",), Confidence.LIKELY if speed < REAL_TIME else Confidence.POSSIBLE)
    elif said.audio is None and said.speed is not None and said.measured >= MEASURED and said.speed < REAL_TIME:
        says = (
            f"{question(seen)}: the Engine's own real-time factor is {said.speed:.2f} in the mean of {said.measured:g}."
        )
        yield Match(says, (seen.id,), ("license",), Confidence.POSSIBLE)


def _unreadable(case: Case) -> Iterator[Match]:
    seen = asked(case, ENGINE_METRICS, "/metrics")
    if seen is None or engine(case) is not None:
        return
    says = f"{question(seen)}: {_what(seen)}. Load, failures and speed of the Engine are not known."
    yield Match(says, (seen.id,), ("license",), facts={"engine_metrics": seen.url})


def _what(seen: Beside) -> str:
    if seen.response is None:
        return unanswered(seen)
    if seen.status != 200:
        return f"the answer is {seen.status} {seen.response.reason}".rstrip()
    return "the answer is 200 and has no metric of an Engine"


FAMILY = (
    Cause(
        code="DG5033",
        cause="engine_metrics_unreadable",
        title="The Engine's metrics could not be read",
        explanation=(
            "At the address that was given no Engine shows its metrics. That says nothing of its health: the port "
            "may not be "
            "published to where dgcheck runs, or be another one. Metrics are plain HTTP at port 9991, from "
            "`[metrics_server]` "
            "in engine.toml; without that section there are none. The Engine's port 8080 speaks HTTPS and is for the "
            "API alone."
        ),
        told_apart="The answer, or what kept it from coming.",
        remedies=(
            Remedy("See which port is published for it", "docker compose port engine 9991", "compose"),
            Remedy(
                "Ask its metrics Service from inside the cluster",
                "kubectl -n dg-self-hosted get svc deepgram-engine-metrics",
                "helm",
            ),
            Remedy('Switch them on: `[metrics_server]` with `host = "0.0.0.0"` and `port = 9991` in engine.toml'),
            Remedy("Ask by hand", "curl -v {engine_metrics}"),
        ),
        severity=Severity.WARNING,
        when=_unreadable,
        source=SOURCE,
    ),
    Cause(
        code="DG6030",
        cause="engine_busy",
        title="The Engine is close to its limit",
        explanation=(
            "The Engine takes `max_active_requests` at once (Flux: `max_streams`). Above it requests are refused; "
            "the API tries "
            "other Engines for some seconds and then answers 503 or 429. From 70 % on the vendor's guide sounds an "
            "alarm. It is "
            "one reading, so it may have been a peak."
        ),
        told_apart=(
            "Active requests by their limit in the Engine's own metrics, those of this run taken off. Where no limit "
            "is set, an "
            "overload shows in the answers' times instead."
        ),
        remedies=(
            Remedy("Add Engines, or move load away"),
            Remedy("Where the GPU has room, raise `max_active_requests` in engine.toml", "nvidia-smi", "compose"),
            Remedy(
                "See whether more Engines may run",
                "kubectl -n dg-self-hosted get hpa; kubectl -n dg-self-hosted scale deploy/deepgram-engine "
                "--replicas=2",
                "helm",
            ),
        ),
        severity=Severity.WARNING,
        heals=Heals.SOON,
        when=_busy,
        source=SOURCE,
    ),
    Cause(
        code="DG6031",
        cause="engine_failures",
        title="The Engine fails a share of its requests",
        explanation=(
            "More than 5 % of the requests that reached this Engine since it started ended with 5xx, the level from "
            "which the "
            "vendor's guide sounds an alarm. The counters begin at the Engine's start, so that the failures may be "
            "old: read "
            "them again after a while, and compare."
        ),
        told_apart="`engine_requests_total` by `response_status`. What clients did wrong (4xx) does not count.",
        remedies=(
            Remedy(
                "Look for errors in the Engine's log",
                "docker compose logs --since 1h engine | grep -iE 'error|warn'",
                "compose",
            ),
            Remedy(
                "Look for errors in the Engine's log",
                "kubectl -n dg-self-hosted logs deploy/deepgram-engine --since=1h | grep -iE 'error|warn'",
                "helm",
            ),
            Remedy("See whether GPU memory is short", "nvidia-smi"),
        ),
        severity=Severity.WARNING,
        when=_failing,
        source=SOURCE,
    ),
    Cause(
        code="DG6032",
        cause="engine_slower_than_realtime",
        title="The Engine transcribes slower than real time: it may run on the CPU",
        explanation=(
            "On a GPU an Engine is many times faster than the audio lasts. About as fast as the audio, or slower, is "
            "what a CPU "
            "does: streams then lag further behind the longer they last. Unless `gpu_required` is set, an Engine "
            "that finds no "
            "GPU silently takes the CPU; its log says `Using devices: CPU`."
        ),
        told_apart=(
            "Seconds of audio by seconds of computing in the Engine's own metrics. That it is the CPU is likely and "
            "not "
            "proved; the log proves it. A GPU that is shared or overloaded looks alike."
        ),
        remedies=(
            Remedy(
                "See on what it runs",
                "docker compose logs engine | grep -iE 'Using devices|on device|libcuda'",
                "compose",
            ),
            Remedy(
                "See on what it runs",
                "kubectl -n dg-self-hosted logs deploy/deepgram-engine | grep -iE 'Using devices|on device|libcuda'",
                "helm",
            ),
            Remedy("See whether the container sees the GPU", "docker compose exec engine nvidia-smi", "compose"),
            Remedy(
                "Give it one: `runtime: nvidia`, NVIDIA_VISIBLE_DEVICES=all and "
                "NVIDIA_DRIVER_CAPABILITIES=compute,utility",
                place="compose",
            ),
            Remedy(
                "Let it rather not start without one: `[health] gpu_required = true` in engine.toml", place="compose"
            ),
            Remedy("Let it rather not start without one: `engine.health.gpuRequired: true`", place="helm"),
        ),
        severity=Severity.WARNING,
        when=_slow,
        source=f"{SOURCE}; self-hosted-resources diagnostics/dg_log_parser.sh",
    ),
)
