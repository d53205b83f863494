"""`--wait`: what has not passed is asked again, until it passes or the time is over."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from dgcheck.cli import main
from dgcheck.sim.server import running
from tests.cli.program import SECONDS, line_of, started

BAD_URL = "http://host:99999"


def test_a_wait_ends_when_the_deployment_comes(free_tcp_port: int) -> None:
    process = started("run", f"http://127.0.0.1:{free_tcp_port}", "--wait", "50s", "--interval", "100ms", "-o", "json")
    first = line_of(process.stderr)
    assert first.startswith("dgcheck: waiting: ")
    assert "DG2001" in first
    with running(port=free_tcp_port):
        out, err = process.communicate(timeout=SECONDS)
    report = json.loads(out)
    assert process.returncode == 0, err
    assert report["attempts"] >= 2
    assert {check["status"] for check in report["checks"]} <= {"pass", "skip"}
    assert {check["id"] for check in report["checks"] if check["status"] == "pass"} >= {"dns", "status", "ws.stream"}


def test_the_reason_is_told_once_while_it_stays(refusing: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", refusing, "--wait", "600ms", "--interval", "50ms", "-o", "json"]) == 4
    out, err = capsys.readouterr()
    assert err.count("waiting: ") == 1
    report = json.loads(out)
    assert report["attempts"] >= 3
    assert report["deadline_passed"] is True


def test_what_passed_before_stays_in_the_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Later tries ask only what failed; the report has all, and can be judged again."""
    with running(("model_missing",)) as simulator:
        words = ["--model", "nova-3", "--wait", "1s", "--interval", "50ms", "-o", "json=a.json"]
        assert main(["run", simulator.url, *words]) == 4
        status_questions = sum(one.path == "/v1/status" for one in simulator.log)
    report = json.loads((tmp_path / "a.json").read_text())
    assert report["attempts"] >= 3
    assert status_questions < report["attempts"], "what passed is not asked again"
    statuses = {check["id"]: check["status"] for check in report["checks"]}
    assert (statuses["status"], statuses["rest"]) == ("pass", "fail")
    ids = [seen["id"] for seen in report["evidence"]]
    assert len(ids) == len(set(ids))
    assert {one for check in report["checks"] for one in check["evidence"]} == set(ids)
    capsys.readouterr()
    assert main(["diagnose", "a.json", "-o", "json"]) == 1
    again = json.loads(capsys.readouterr().out)
    assert (again["findings"], again["checks"]) == (report["findings"], report["checks"])


@pytest.mark.parametrize("url", [BAD_URL, "not a url"])
def test_what_is_wrong_in_the_settings_is_not_waited_for(url: str) -> None:
    assert main(["run", url, "--wait", "1h", "-o", "json"]) == 2


def test_a_wait_can_be_interrupted(refusing: str) -> None:
    process = started("run", refusing, "--wait", "50s", "--interval", "40s", "-o", "json")
    line_of(process.stderr)
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 143
    assert json.loads(out)["interrupted"] is True
