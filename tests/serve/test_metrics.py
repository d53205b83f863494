"""Metrics that Prometheus takes: described once, bounded, and told to be right by its own tool."""

from __future__ import annotations

import subprocess
from random import Random

import pytest
from prometheus_client.parser import text_string_to_metric_families

from dgcheck.model.report import Status
from dgcheck.serve.metrics import Measured, Own, Probes, joined
from dgcheck.serve.result import kept
from tests.report import canonical
from tests.report.hostile import NASTY, poisoned
from tests.serve.built import result


def parsed(text: bytes) -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
    """Series -> labels -> value, as prometheus-client reads them; fails where one stands twice."""
    found: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
    for family in text_string_to_metric_families(text.decode()):
        for sample in family.samples:
            labels = tuple(sorted(sample.labels.items()))
            assert labels not in found.setdefault(sample.name, {}), sample
            found[sample.name][labels] = sample.value
    return found


def measured(target: str, *results: object) -> Measured:
    one = Measured(target)
    for each in results:
        one.took(each)  # type: ignore[arg-type]  # they are results
    return one


def whole() -> bytes:
    """What `/metrics` says of three targets, and of the exporter."""
    own = Own()
    own.count("/metrics", 200)
    reports = (canonical.failing(), canonical.healthy(), canonical.answerless())
    texts = [measured(f"http://dg{place}", kept(one, ended=1.8e9)).text for place, one in enumerate(reports)]
    return joined(texts) + own.text()


def test_phases_add_up_over_the_runs() -> None:
    one = measured(
        "http://dg",
        result(phases=(("tcp", "connect", 0.002),)),
        result(phases=(("tcp", "connect", 0.2), ("status", "first_byte", 3.0))),
    )
    found = parsed(one.text)
    labels = (("check", "tcp"), ("phase", "connect"), ("target", "http://dg"))
    assert found["dgcheck_phase_duration_seconds_count"][labels] == 2
    assert found["dgcheck_phase_duration_seconds_sum"][labels] == pytest.approx(0.202)


def test_what_is_over_is_not_told_any_more() -> None:
    """A finding, a model, an address of an earlier run: only the last run counts."""
    one = measured("http://dg", kept(canonical.failing(), ended=1.0), kept(canonical.healthy(), ended=2.0))
    assert "dgcheck_finding" not in parsed(one.text)


def test_every_series_carries_the_name_that_the_exporter_knows() -> None:
    found = parsed(measured("http://name-of-ours", kept(canonical.failing(), ended=1.0)).text)
    assert {dict(labels)["target"] for series in found.values() for labels in series} == {"http://name-of-ours"}


@pytest.mark.parametrize("said", ["initializing", "ready", "healthy", "critical", "other"])
def test_one_state_of_all(said: str) -> None:
    found = parsed(measured("http://dg", result(health=said)).text)["dgcheck_system_health"]
    assert [dict(labels)["state"] for labels, value in found.items() if value == 1] == [said]
    assert len(found) == 5


def test_a_state_that_nobody_told_is_absent() -> None:
    assert not set(parsed(measured("http://dg", result()).text)) & {"dgcheck_system_health", "dgcheck_engine_state"}


def test_names_are_those_of_the_report() -> None:
    from dgcheck.report.prometheus import families

    report = canonical.failing()
    ours = set(parsed(measured("http://dg", kept(report, ended=1.0)).text))
    theirs = {one.name for one in families(report)}
    not_here = {"phase_seconds", "exit_code", "interrupted", "build_info"}
    assert theirs - ours == {f"dgcheck_{name}" for name in not_here} & theirs


def test_metrics_stand_together_whichever_target_they_are_of() -> None:
    heads = [line.split(" ")[2] for line in whole().decode().splitlines() if line.startswith("# TYPE")]
    assert len(heads) == len(set(heads))
    assert len({dict(labels)["target"] for labels in parsed(whole())["dgcheck_up"]}) == 3


def test_only_known_paths_are_labels() -> None:
    own = Own()
    for path in ("/metrics", "other", "other"):
        own.count(path, 404)
    found = parsed(own.text())["dgcheck_serve_requests_total"]
    assert found == {(("code", "404"), ("path", "/metrics")): 1, (("code", "404"), ("path", "other")): 2}


@pytest.mark.parametrize("verdict", [Status.PASS, Status.FAIL, Status.UNKNOWN])
def test_a_probe(verdict: Status) -> None:
    known = measured("http://dg", result(verdict)).text
    found = parsed(known + Probes().text(verdict is Status.PASS, 0.25))
    assert found["probe_success"] == {(): float(verdict is Status.PASS)}
    assert found["probe_duration_seconds"] == {(): 0.25}


@pytest.mark.peer("promtool")
@pytest.mark.parametrize("which", ["whole", "probe", "empty", *range(len(NASTY))])
def test_promtool_finds_nothing_to_say(which: str | int) -> None:
    if isinstance(which, int):
        report = poisoned([NASTY[which]], Random(1), everything=True)
        text = joined([measured("http://dg", kept(report, ended=1.0)).text, measured("http://other", result()).text])
    else:
        known = measured("http://dg", kept(canonical.failing(), ended=1.0)).text
        text = {"whole": whole(), "probe": known + Probes().text(False, 0.1), "empty": Probes().text(False, 9.5)}[which]
    done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
