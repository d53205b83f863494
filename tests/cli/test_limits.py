"""The caller's own deadline: a margin is kept below it, however it is given."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from dgcheck.cli import main
from dgcheck.cli.limits import MARGIN, SANDBOX, limited
from dgcheck.model.errors import UsageError
from dgcheck.model.target import Settings

NOW = 1_789_899_300.0
POD = {"KUBERNETES_SERVICE_HOST": "10.0.0.1"}


def made(tmp_path: Path, age: float) -> str:
    """A root in which the pod's sandbox was made so many seconds before `NOW`."""
    path = Path(f"{tmp_path}{SANDBOX}")
    path.parent.mkdir()
    path.touch()
    os.utime(path, (NOW - age, NOW - age))
    return str(tmp_path)


@pytest.mark.parametrize(
    ("given", "timeout", "wait"),
    [
        pytest.param({}, 30, 600, id="none"),
        pytest.param({"deadline": 300.0}, 30, 300 - MARGIN, id="from now"),
        pytest.param({"deadline": NOW + 100}, 30, 100 - MARGIN, id="a moment"),
        pytest.param({"deadline": 10.0}, 9, 9, id="a short one keeps a tenth"),
        pytest.param({"deadline": 3600.0}, 30, 600, id="later than the wait"),
        pytest.param({"active_deadline": 120}, 30, 120 - MARGIN, id="the pod's"),
        pytest.param({"active_deadline": 120, "deadline": 60.0}, 30, 60 - MARGIN, id="the nearer of both"),
    ],
)
def test_a_margin_is_kept(given: dict[str, Any], timeout: float, wait: float) -> None:
    found = limited(Settings(wait=600.0, **given), {}, now=NOW)
    assert [found.timeout, found.wait] == pytest.approx([timeout, wait])


def test_without_a_wait_none_is_made() -> None:
    assert limited(Settings(deadline=20.0), {}, now=NOW).wait == 0


def test_the_pods_deadline_counts_from_the_start_of_the_pod(tmp_path: Path) -> None:
    """The image was pulled, and other containers ran, before dgcheck began."""
    root = made(tmp_path, 50.0)
    settings = Settings(wait=600.0, active_deadline=120)
    assert limited(settings, POD, now=NOW, root=root).wait == pytest.approx(70 - MARGIN)
    assert limited(settings, {}, now=NOW, root=root).wait == pytest.approx(120 - MARGIN), "no pod"


@pytest.mark.parametrize(
    ("given", "name"),
    [
        pytest.param({"deadline": NOW - 1}, "--deadline", id="a moment"),
        pytest.param({"active_deadline": 40}, "DGCHECK_ACTIVE_DEADLINE_SECONDS", id="the pod's"),
    ],
)
def test_what_has_passed_is_no_deadline(given: dict[str, Any], name: str, tmp_path: Path) -> None:
    root = made(tmp_path, 50.0)
    with pytest.raises(UsageError, match=name):
        limited(Settings(**given), POD, now=NOW, root=root)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["--deadline", "3s"], id="from now"),
        pytest.param(["--deadline", f"@{time.time() + 1000:.0f}", "--timeout", "2s"], id="a moment"),
    ],
)
def test_a_wait_ends_below_it(words: list[str], refusing: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["wait", refusing, "--interval", "100ms", *words, "-o", "json"]) == 4
    report = json.loads(capsys.readouterr().out)
    assert report["settings"]["wait"]["value"] < 3


def test_a_run_ends_below_it_too(silent: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", silent, "--deadline", "1500ms", "-o", "json"]) in (1, 3)
    assert json.loads(capsys.readouterr().out)["settings"]["timeout"]["value"] < 1.5


def test_the_variable_of_the_pod_is_read(
    refusing: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DGCHECK_ACTIVE_DEADLINE_SECONDS", "2")
    assert main(["wait", refusing, "--interval", "100ms", "-o", "json"]) == 4
    report = json.loads(capsys.readouterr().out)
    assert report["settings"]["active_deadline"] == {"value": 2, "origin": "DGCHECK_ACTIVE_DEADLINE_SECONDS"}
