"""`dgcheck run --via`: several addresses in one run, each with its own report, and nothing of a password in any."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from dgcheck.cli import main
from dgcheck.diagnosis.contrasts import quickest
from dgcheck.report import load
from dgcheck.sim.server import running
from tests.cli.program import SECONDS, started
from tests.report.valid import assert_valid


def report(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    main(["run", *words, "--profile", "quick", "-q", "-o", "json"])
    return assert_valid(capsys.readouterr().out)


def test_each_address_has_its_own_report(healthy: str, capsys: pytest.CaptureFixture[str]) -> None:
    with running() as other:
        found = report(capsys, healthy, "--via", f"pod={other.url}")
    assert [(one["name"], one["url"]) for one in found["via"]] == [("pod", other.url), ("target", healthy)]
    inner = assert_valid(found["via"][0]["report"])
    assert (inner["verdict"], inner["target"]["url"]) == ("pass", other.url)
    assert inner["run_id"] not in ("", found["run_id"])


def test_without_a_target_the_outermost_is_meant(healthy: str, capsys: pytest.CaptureFixture[str]) -> None:
    with running() as other:
        found = report(capsys, "--via", f"pod={other.url}", "--via", f"ingress={healthy}")
    assert found["target"]["url"] == healthy
    assert [(one["name"], one["report"] is None) for one in found["via"]] == [("pod", False), ("ingress", True)]


def test_the_time_that_a_hop_adds_is_measured(healthy: str, capsys: pytest.CaptureFixture[str]) -> None:
    with running(latency=0.08) as far:
        found = report(capsys, far.url, "--via", f"pod={healthy}")
    near, far_away = quickest(load(json.dumps(found["via"][0]["report"]))), quickest(load(json.dumps(found)))
    assert near is not None
    assert far_away is not None
    assert far_away >= 0.079
    assert found["hops"][0]["added_ms"] == pytest.approx((far_away - near) * 1000, abs=0.01)


def test_an_address_that_does_not_answer_is_told(
    healthy: str, refusing: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = report(capsys, refusing, "--via", f"pod={healthy}")
    (hop,) = found["hops"]
    assert hop["breaks"] == ["tcp"]
    assert hop["added_ms"] is None
    assert found["findings"][0]["cause"] == "tcp_refused"


def test_a_password_in_one_of_them_is_in_no_output(healthy: str, capsys: pytest.CaptureFixture[str]) -> None:
    place = healthy.removeprefix("http://")
    with running() as other:
        words = ["--via", f"pod=http://somebody:hunter2-secret@{place}", "-o", "json=a.json", "-o", "html=a.html"]
        main(["run", other.url, *words, "--profile", "quick", "-v"])
    text = capsys.readouterr().out + Path("a.json").read_text() + Path("a.html").read_text()
    assert "hunter2" not in text
    assert place in text


def test_they_are_asked_when_a_wait_is_over(healthy: str, capsys: pytest.CaptureFixture[str]) -> None:
    with running() as other:
        found = report(capsys, healthy, "--via", f"pod={other.url}", "--wait", "5s")
    assert (found["verdict"], len(found["via"])) == ("pass", 2)


def test_an_interruption_ends_all_of_them(healthy: str) -> None:
    asked = Event()
    with running(faults=("stalled_body",), watch=lambda _: asked.set()) as other:
        process = started("run", healthy, "--via", f"pod={other.url}", "-o", "json", "--timeout", "50s")
        assert asked.wait(SECONDS)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 130
    assert assert_valid(out)["interrupted"] is True


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--via", "http://dg:8080"], "--via: another address is written NAME=URL"),
        (["--via", "a=http://x", "--via", "a=http://y"], "--via: two addresses are called a"),
    ],
)
def test_mistakes_are_told(words: list[str], said: str, healthy: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", healthy, *words]) == 2
    assert said in capsys.readouterr().err
