"""`dgcheck wait`, and `run --wait`: as a process, on a port of its own, as an init container would use it."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from dgcheck.cli import main, wait
from dgcheck.model.target import Settings
from dgcheck.sim.deployment import Deployment
from dgcheck.sim.server import running
from tests.cli.program import SECONDS, line_of, started

QUICKLY = ("--interval", "50ms")
BAD_URL = "http://host:99999"


def report_of(text: str) -> dict[str, Any]:
    """The report, which is all that stands on standard output."""
    return dict(json.loads(text))


def reasons(err: str) -> list[str]:
    """The code of every line that says what is waited for, in order."""
    lines = [line for line in err.splitlines() if line.startswith("dgcheck: waiting: ")]
    return [line.partition("(DG")[2][:4] for line in lines]


def test_refused_then_initializing_then_ready_then_healthy(free_tcp_port: int) -> None:
    """An install day: each state is told once, and the report at the end is that of a healthy deployment."""
    url = f"http://127.0.0.1:{free_tcp_port}"
    process = started("wait", url, "--for", "speech", "--timeout", "50s", *QUICKLY, "-o", "json")
    told = line_of(process.stderr)
    # Its models are listed from the start: a try that sees the state change has no third reason to tell.
    with running(port=free_tcp_port, initializing=1.0, deployment=Deployment(keeps_listing=True)):
        out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, err
    assert reasons(told + err) == ["2001", "5012"]
    report = report_of(out)
    assert report["attempts"] > 3
    assert report["verdict"] == "pass"
    passed = {check["id"] for check in report["checks"] if check["status"] == "pass"}
    assert passed >= {"tcp", "status", "engine", "models", "rest", "ws.upgrade", "ws.stream"}
    status = next(check["summary"] for check in report["checks"] if check["id"] == "status")
    assert "Ready" in status or "Healthy" in status


def test_a_whole_run_waits_too(free_tcp_port: int) -> None:
    process = started("run", f"http://127.0.0.1:{free_tcp_port}", "--wait", "50s", *QUICKLY, "-o", "json")
    told = line_of(process.stderr)
    with running(port=free_tcp_port):
        out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, err
    assert reasons(told + err) == ["2001"]
    assert {check["id"] for check in report_of(out)["checks"] if check["status"] == "pass"} >= {"ws.stream", "replicas"}


def test_what_never_heals_is_given_up_with_the_code_of_its_report(capsys: pytest.CaptureFixture[str]) -> None:
    with running(("model_missing",)) as simulator:
        words = ["--model", "nova-3", "--timeout", "1h", "--give-up-after", "400ms", *QUICKLY, "-o", "json"]
        assert main(["wait", simulator.url, *words]) == 1
    out, err = capsys.readouterr()
    assert reasons(err) == ["5001"]
    assert "given up if it stays so" in err
    assert "giving up after" in err
    report = report_of(out)
    assert (report["exit_code"], report["deadline_passed"]) == (1, False)
    assert report["attempts"] > 2


def test_the_end_of_the_time_is_exit_4(refusing: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["wait", refusing, "--timeout", "800ms", "--give-up-after", "0s", *QUICKLY, "-o", "json"]) == 4
    out, err = capsys.readouterr()
    assert reasons(err) == ["2001"], "a reason is told once while it stays"
    assert "the time is over" in err
    report = report_of(out)
    assert report["attempts"] > 2
    assert report["deadline_passed"] is True


def test_a_warning_can_be_waited_for(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--fail-on", "warning", "--timeout", "1h", "--give-up-after", "300ms", *QUICKLY, "-o", "short"]
    with running(("tls_expires_soon",)) as simulator:
        words += ["--ca-file", simulator.ca_file]
        assert main(["wait", simulator.url, *words]) == 5
        assert main(["wait", simulator.url, *words[2:]]) == 0
    assert "DG2025" in capsys.readouterr().out


@pytest.mark.parametrize("url", [BAD_URL, "not a url"])
@pytest.mark.parametrize("command", [("wait", "--timeout"), ("run", "--wait")], ids=["wait", "run"])
def test_what_is_wrong_in_the_settings_is_not_waited_for(url: str, command: tuple[str, str]) -> None:
    name, limit = command
    assert main([name, url, limit, "1h", "-o", "json"]) == 2


def test_quiet_says_nothing_but_the_result(refusing: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["wait", refusing, "-q", "--timeout", "300ms", *QUICKLY, "-o", "short"]) == 4
    out, err = capsys.readouterr()
    assert err == ""
    assert "THE WAITING IS OVER" in out


def test_what_passed_before_stays_in_the_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Later tries ask only what failed; the report has all, and can be judged again."""
    with running(("model_missing",)) as simulator:
        words = ["--model", "nova-3", "--wait", "1s", *QUICKLY, "-o", "json=a.json"]
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


def test_a_wait_can_be_interrupted(refusing: str) -> None:
    process = started("wait", refusing, "--timeout", "1h", "--interval", "40s", "-o", "json")
    line_of(process.stderr)
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 143
    report = report_of(out)
    assert report["interrupted"] is True
    assert report["findings"][0]["cause"] == "tcp_refused"


# --- its options ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "aim"),
    [
        pytest.param({}, "reachable", id="nothing"),
        pytest.param({"models": ("nova-3",)}, "models", id="a model"),
        pytest.param({"wait_for": "speech", "models": ("nova-3",)}, "speech", id="an aim"),
        pytest.param({"only": ("dns",)}, "", id="checks"),
        pytest.param({"profile": "quick", "origins": {"profile": "DGCHECK_PROFILE"}}, "", id="a profile"),
        pytest.param({"target_given": "http://dg/v1/listen?model=nova-3"}, "models", id="a request out of a log"),
    ],
)
def test_what_is_waited_for(given: dict[str, Any], aim: str) -> None:
    assert wait.with_defaults(Settings(**given)).wait_for == aim


@pytest.mark.parametrize(
    ("settings", "seconds"),
    [
        pytest.param(Settings(), 600.0, id="nobody said"),
        pytest.param(Settings(wait=5.0, origins={"wait": "flag"}), 5.0, id="a flag"),
        pytest.param(Settings(wait=0.0, origins={"wait": "DGCHECK_WAIT"}), 0.0, id="no waiting"),
    ],
)
def test_how_long(settings: Settings, seconds: float) -> None:
    assert wait.with_defaults(settings).wait == seconds


def test_each_limit_has_its_option(refusing: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--timeout", "300ms", "--run-timeout", "7s", *QUICKLY, "-o", "json"]
    assert main(["wait", refusing, *words]) == 4
    settings = report_of(capsys.readouterr().out)["settings"]
    assert {name: settings[name]["value"] for name in ("wait", "timeout")} == {"wait": 0.3, "timeout": 7}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["--timeout", "soon"], "--timeout: 'soon' is no time", id="its own limit"),
        pytest.param(["--run-timeout", "soon"], "--run-timeout: 'soon' is no time", id="that of a try"),
        pytest.param(["--for", "ever"], "--for: 'ever' is none of reachable, models, speech", id="no aim"),
        pytest.param(["--for", "models", "--only", "dns"], "--for and --only", id="two aims"),
        pytest.param(["--for", "reachable", "--skip", "status"], "--skip leaves nothing", id="no check is left"),
    ],
)
def test_a_mistake_is_told_in_the_words_that_were_typed(
    words: list[str], said: str, refusing: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["wait", refusing, *words]) == 2
    assert said in capsys.readouterr().err


def test_without_a_url_it_says_how_to_name_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["wait"]) == 2
    assert "dgcheck wait http://HOST:8080" in capsys.readouterr().err


def test_the_report_says_what_was_not_asked(capsys: pytest.CaptureFixture[str], healthy: str) -> None:
    assert main(["wait", healthy, "-v"]) == 0
    out = capsys.readouterr().out
    assert "not needed for --for reachable" in out
    assert "Not tested: models and speech itself (--for speech)" in out
    assert main(["wait", healthy, "--for", "models", "-o", "json"]) == 0
    assert report_of(capsys.readouterr().out)["untested"] == ["speech itself (--for speech)"]


def test_a_dry_run_says_how_long_it_would_wait(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["wait", "http://dg.example.test", "--dry-run", "-o", "json"]) == 0
    facts = report_of(capsys.readouterr().out)
    assert facts["waits"] == "at most 10m, 5m without change for reachable"
    assert [row["check"] for row in facts["asks"]] == ["config", "dns", "tcp", "transport", "tls", "status"]
