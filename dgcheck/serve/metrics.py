"""What Prometheus reads, written by prometheus-client: a registry for each target, and one for the exporter itself.

The text of a target is made once after each of its runs, not at each scrape. Every metric carries at most the check,
phase, address, model, cause or state of its target, all of which are counted or known; nothing that a client of the
exporter sends becomes a label.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.exposition import generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.metrics_core import Metric
from prometheus_client.process_collector import ProcessCollector

from dgcheck import __version__
from dgcheck.serve.result import ENGINE, HEALTH, Result

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds; from a local network to a hang
PHASE = "dgcheck_phase_duration_seconds"
_STATES = (
    ("system_health", "What the deployment's status page says of its health (1 where it says so).", HEALTH),
    ("engine_state", "Whether the deployment's Engine is connected (1 where it says so).", ENGINE),
)

disable_created_metrics()  # type: ignore[no-untyped-call]  # they would double every histogram


class _Latest:
    """The gauges of the last result, as prometheus-client collects them."""

    def __init__(self, target: str) -> None:
        self._target = target
        self.result: Result | None = None

    def collect(self) -> Iterator[Metric]:
        """Every family that has a value."""
        result = self.result
        if result is None:
            return
        for family in result.families:
            metric = Metric(family.name, family.help, "gauge")
            for pairs, value in family.samples:
                labels = {name: text for name, text in pairs if text}
                metric.add_sample(family.name, {**labels, "target": self._target}, value)
            yield metric
        for (name, text, states), said in zip(_STATES, (result.health, result.engine), strict=True):
            if said:
                metric = Metric(f"dgcheck_{name}", text, "gauge")
                for state in states:
                    labels = {"target": self._target, "state": state}
                    metric.add_sample(metric.name, labels, float(state == said))
                yield metric


class Measured:
    """The metrics of one target. `text` is what its last run left."""

    def __init__(self, target: str) -> None:
        self._target = target
        self._registry = CollectorRegistry(auto_describe=False)
        self._latest = _Latest(target)
        self._registry.register(self._latest)
        self._phases = Histogram(
            PHASE,
            "How long a phase took on the wire, over all runs of this process.",
            ("target", "check", "phase"),
            registry=self._registry,
            buckets=BUCKETS,
        )
        self.text = b""

    def took(self, result: Result) -> None:
        """Count one run, and write its metrics."""
        for check, phase, seconds in result.phases:
            self._phases.labels(self._target, check, phase).observe(seconds)
        self._latest.result = result
        self.text = generate_latest(self._registry)


class Own:
    """What the exporter says of itself: the process, its runs, and what it was asked."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry(auto_describe=False)
        ProcessCollector(registry=registry)
        GCCollector(registry=registry)
        Gauge("dgcheck_build_info", "The version that runs.", ("version",), registry=registry).labels(__version__).set(
            1
        )
        self._requests = Counter(
            "dgcheck_serve_requests", "Requests to this exporter.", ("path", "code"), registry=registry
        )
        self._counters: dict[tuple[str, int], Counter] = {}
        self.runs = Counter("dgcheck_serve_runs", "Runs that have ended, of all targets.", registry=registry)
        self.running = Gauge("dgcheck_serve_running", "Runs under way.", registry=registry)
        self.targets = Gauge("dgcheck_serve_targets", "Targets that are asked by themselves.", registry=registry)
        self.asked = Gauge("dgcheck_serve_probed", "Other targets remembered from /probe.", registry=registry)

    def count(self, path: str, code: int) -> None:
        """One request to an endpoint of ours; every other path is `other`."""
        counter = self._counters.get((path, code))
        if counter is None:
            counter = self._counters[path, code] = self._requests.labels(path, str(code))
        counter.inc()

    def text(self) -> bytes:
        """Its metrics as they are now."""
        return generate_latest(self._registry)


class Probes:
    """What is said of one answer of `/probe`, in the words of the blackbox exporter; a registry of their own."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry(auto_describe=False)
        self._success = Gauge(
            "probe_success", "Whether the target passed, and was known to in time.", registry=registry
        )
        self._seconds = Gauge("probe_duration_seconds", "How long this answer took.", registry=registry)

    def text(self, success: bool, seconds: float) -> bytes:
        """The metrics of one answer; nothing is kept of it."""
        self._success.set(success)
        self._seconds.set(seconds)
        return generate_latest(self._registry)


def joined(texts: Iterable[bytes]) -> bytes:
    """One exposition of several: a metric's lines stand together, whichever text they come from."""
    blocks: dict[bytes, list[bytes]] = {}
    for text in texts:
        for head, body in _blocks(text):
            blocks.setdefault(head, [head]).append(body)
    return b"".join(piece for pieces in blocks.values() for piece in pieces)


def _blocks(text: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The metrics of a text, each as its two comment lines and its samples."""
    for block in text.split(b"# HELP ")[1:]:
        told = block.find(b"\n", block.find(b"\n") + 1) + 1
        yield b"# HELP " + block[:told], block[told:]
