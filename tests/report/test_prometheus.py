"""Metrics that Prometheus reads, with the names and values that a report has."""

from __future__ import annotations

import re
import subprocess
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dgcheck.model.record import replace
from dgcheck.model.report import Report, Status
from dgcheck.report import render
from dgcheck.report.prometheus import HELP, STATES, families
from tests.report import canonical
from tests.report.hostile import NASTY, poisoned, texts

LINE = re.compile(
    r'(?P<name>[a-z_]+)\{(?P<labels>(?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*",?)*)\} (?P<value>-?[0-9.e+-]+|NaN|[+-]Inf)\Z'
)
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\]|\\.)*)"')


def series(report: Report) -> dict[str, dict[str, float]]:
    """Metric -> labels as they stand -> value. Fails for a line that is none, and for a series that stands twice."""
    found: dict[str, dict[str, float]] = {}
    for line in render("prometheus", report).splitlines():
        if line.startswith("#"):
            continue
        match = LINE.match(line)
        assert match, line
        named = found.setdefault(match["name"], {})
        assert match["labels"] not in named, line
        named[match["labels"]] = float(match["value"])
    return found


def value(report: Report, name: str, **labels: str) -> float:
    """The value of the one series with exactly these labels and its target."""
    for text, number in series(report)[name].items():
        if {key: shown for key, shown in LABEL.findall(text) if key != "target"} == labels:
            return number
    raise AssertionError(f"no {name} with {labels}")


@pytest.mark.parametrize(
    ("verdict", "up"),
    [(Status.PASS, 1), (Status.WARN, 1), (Status.FAIL, 0), (Status.UNKNOWN, 0)],
)
def test_up(verdict: Status, up: int) -> None:
    assert value(replace(canonical.healthy(), verdict=verdict), "dgcheck_up") == up


def test_every_check_has_its_status() -> None:
    report = canonical.failing()
    for check in report.checks:
        assert value(report, "dgcheck_check_status", check=check.id) == STATES[check.status]
        for one in check.addresses:
            seen = value(report, "dgcheck_check_status", check=check.id, address=one.address)
            assert seen == STATES[one.status]


def test_findings_carry_code_and_cause() -> None:
    report = canonical.failing()
    for one in report.findings:
        labels = {"code": one.code, "cause": one.cause, "severity": one.severity.value, "root": str(one.root).lower()}
        assert value(report, "dgcheck_finding", **labels) == 1


def test_phases_are_seconds() -> None:
    report = canonical.failing()
    check = next(one for one in report.checks if one.phases)
    phase = check.phases[0]
    longest = max(one.seconds for one in check.phases if one.name == phase.name)
    assert value(report, "dgcheck_phase_seconds", check=check.id, phase=phase.name) == pytest.approx(longest, abs=1e-6)


def test_models_that_are_listed_are_1() -> None:
    assert value(canonical.failing(), "dgcheck_model_present", model="nova-3-general") == 1


@pytest.mark.parametrize(
    ("causes", "status", "present"),
    [
        pytest.param(["model_missing"], Status.FAIL, 0, id="missing"),
        pytest.param(["model_misspelt"], Status.FAIL, 0, id="misspelt"),
        pytest.param([], Status.PASS, 1, id="there, as another name"),
    ],
)
def test_a_model_that_was_asked_for(causes: list[str], status: Status, present: int) -> None:
    """`nova-3` is `nova-3-general` in the listing: the check knows, not the names."""
    base = canonical.failing()
    findings = tuple(replace(base.findings[0], cause=one, facts={"model": "nova-3"}) for one in causes)
    checks = tuple(replace(one, status=status) if one.id == "models" else one for one in base.checks)
    asked = {**base.settings, "models": {"value": ["nova-3"], "origin": "flag"}}
    report = replace(base, findings=findings, checks=checks, settings=asked)
    assert value(report, "dgcheck_model_present", model="nova-3") == present


def test_no_sample_has_a_timestamp() -> None:
    """The textfile collector refuses the whole file for one."""
    lines = [line for line in render("prometheus", canonical.failing()).splitlines() if not line.startswith("#")]
    assert {line.rpartition("} ")[2].count(" ") for line in lines} == {0}


def test_each_metric_is_described_once() -> None:
    lines = render("prometheus", canonical.failing()).splitlines()
    assert [line.split(" ")[2] for line in lines if line.startswith("# HELP")] == [
        one.name for one in families(canonical.failing())
    ]
    assert {one.name.removeprefix("dgcheck_") for one in families(canonical.failing())} <= set(HELP)


@given(seeds=st.lists(texts, min_size=1, max_size=4), number=st.integers(0, 2**32))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_text_can_break_a_line_or_repeat_a_series(seeds: list[str], number: int) -> None:
    assert series(poisoned(seeds, Random(number)))["dgcheck_up"]


@pytest.mark.peer("promtool")
@pytest.mark.parametrize("which", ["failing", "healthy", "answerless", *range(len(NASTY))])
def test_promtool_finds_nothing_to_say(which: str | int) -> None:
    report = (
        getattr(canonical, which)() if isinstance(which, str) else poisoned([NASTY[which]], Random(1), everything=True)
    )
    done = subprocess.run(
        ["promtool", "check", "metrics"],
        input=render("prometheus", report),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
