"""A recording of the user's own: its words are judged where they are told, and a long answer about it is a good one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import dgcheck
from dgcheck.cli import main
from dgcheck.sim.deployment import Deployment
from dgcheck.sim.server import running

CLIP = Path(dgcheck.__file__).parent / "speech" / "clip.wav"
SAID = "we will meet again tomorrow"


def _report(capsys: pytest.CaptureFixture[str], words: str, *flags: str) -> dict[str, Any]:
    with running(deployment=Deployment(words=words)) as simulator:
        main(["run", simulator.url, "--audio", str(CLIP), "-o", "json", "-q", *flags])
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    return report


@pytest.mark.parametrize(
    ("flags", "verdict", "causes"),
    [
        pytest.param(("--expect", SAID), "pass", [], id="the words that were said"),
        pytest.param(("--expect", "something else was said here"), "warn", ["transcript_mismatch"], id="other words"),
        pytest.param((), "pass", [], id="words that nobody told"),
    ],
)
def test_its_words_are_judged_where_they_are_told(
    flags: tuple[str, ...], verdict: str, causes: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    report = _report(capsys, SAID, *flags)
    assert report["verdict"] == verdict
    assert [one["cause"] for one in report["findings"] if one["root"]] == causes


def test_a_long_answer_about_it_is_no_doubt(capsys: pytest.CaptureFixture[str]) -> None:
    report = _report(capsys, "word " * 3000, "--only", "rest")
    assert report["verdict"] == "pass"
    rest = next(one for one in report["checks"] if one["id"] == "rest")
    assert rest["status"] == "pass"
