"""`dgcheck verify`: what failed is asked again with the same settings, and is fixed, still there, or another thing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dgcheck.cli import main
from dgcheck.model.record import replace
from dgcheck.model.report import Report
from dgcheck.report import load, render
from dgcheck.sim.faults import table
from dgcheck.sim.server import running
from dgcheck.sim.server.simulator import Simulator
from tests.cli.test_diff import validator
from tests.ticket.reported import cause, report

# One of each kind: a refusal, a lost upgrade, a proxy's page, a listing, a stream, a connection, time, a replica.
REMOVABLE = (
    "model_missing",
    "upgrade_dropped",
    "bad_gateway_nginx",
    "answer_html",
    "upload_cut",
    "ws_closed_at_once",
    "tcp_reset",
    "engine_disconnected",
    "gateway_wants_key",
    "not_found_nginx",
    "replica_no_upgrade",
    "ws_buffered",
    "tls_expired",
)


def failed(name: str, simulator: Simulator) -> str:
    """The file with the report of a run against this fault."""
    words = table()[name].options(simulator.url, str(simulator.ca_file))
    main(["run", simulator.url, *words, "-q", "-o", "json=case.json", "-o", "short=case.txt"])
    return "case.json"


def verified(*words: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    code = main(["verify", *words, "-o", "json"])
    shown = capsys.readouterr()
    found: dict[str, Any] = json.loads(shown.out or f'{{"error": {json.dumps(shown.err)}}}')
    assert "error" not in found, found
    assert [error.message for error in validator("verify").iter_errors(found)] == []
    assert found["exit_code"] == code
    load(json.dumps(found["report"]))
    return code, found


@pytest.mark.parametrize("name", REMOVABLE)
def test_still_there_and_then_fixed(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with running(faults=(name,)) as simulator:
        file = failed(name, simulator)
        code, found = verified(file, capsys=capsys)
        assert (code, found["outcome"]) == (1, "still"), found["causes"]
    tls = "good" if simulator.tls else ""
    with running(port=simulator.port, replicas=len(simulator.replicas), tls=tls) as mended:
        code, found = verified(file, *(["--ca-file", mended.ca_file] if tls else []), capsys=capsys)
        assert (code, found["outcome"]) == (0, "fixed"), found["causes"]
        assert [one["then"]["code"] for one in found["causes"]] != []


def test_another_fault_in_its_place_is_told_with_both(capsys: pytest.CaptureFixture[str]) -> None:
    with running(faults=("upgrade_dropped",)) as simulator:
        file = failed("upgrade_dropped", simulator)
    with running(faults=("bad_gateway_nginx",), port=simulator.port):
        capsys.readouterr()
        assert main(["verify", file]) == 1
    text = capsys.readouterr().out
    assert "✗ now: DG3010 http_bad_gateway: nginx answered 502" in text
    assert "in place of DG4001 ws_upgrade_not_forwarded:" in text
    assert text.splitlines()[-1].startswith("✗ NOW: DG3010 http_bad_gateway")


def test_only_what_failed_and_what_it_rests_on_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    with running(faults=("answer_html",)) as simulator:
        _, found = verified(failed("answer_html", simulator), capsys=capsys)
    assert "rest" in found["asked"]
    assert not {"replicas", "engine", "ws.stream"} & set(found["asked"])


@pytest.fixture
def healthy_report(healthy: str) -> Report:
    """A report that names the healthy deployment as its target, and a fault there."""
    return replace(
        report(cause("DG4001", "ws.upgrade")), target={"given": healthy, "url": healthy}, settings={}, evidence=()
    )


def kept(one: Report) -> str:
    Path("case.json").write_text(render("json", one), encoding="utf-8")
    return "case.json"


def test_the_settings_are_those_of_the_report(
    healthy_report: Report, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the environment nor a settings file of today changes what is asked."""
    monkeypatch.setenv("DGCHECK_MODEL", "not-this-one")
    Path("dgcheck.yaml").write_text("models: [nor-this-one]\n", encoding="utf-8")
    then: dict[str, dict[str, Any]] = {
        "models": {"value": ["nova-3"], "origin": "file dgcheck.yaml"},
        "modes": {"value": {"nova-3": "streaming"}},
    }
    then |= {"timeout": {"value": 12.5, "origin": "DGCHECK_TIMEOUT"}, "features": {"value": [["diarize", "true"]]}}
    _, found = verified(kept(replace(healthy_report, settings=then)), capsys=capsys)
    now = found["report"]["settings"]
    assert now["models"] == {"value": ["nova-3"], "origin": "the report (file dgcheck.yaml)"}
    assert now["modes"]["value"] == {"nova-3": "streaming"}
    assert now["timeout"] == {"value": 12.5, "origin": "the report (DGCHECK_TIMEOUT)"}
    assert now["features"]["value"] == [["diarize", "true"]]


def test_what_is_typed_comes_before_the_report(healthy_report: Report, capsys: pytest.CaptureFixture[str]) -> None:
    then = {"timeout": {"value": 12.5, "origin": "flag"}}
    _, found = verified(kept(replace(healthy_report, settings=then)), "--timeout", "9s", capsys=capsys)
    assert found["report"]["settings"]["timeout"] == {"value": 9.0, "origin": "flag"}


def test_another_url_is_asked_where_one_is_given(
    healthy: str, healthy_report: Report, capsys: pytest.CaptureFixture[str]
) -> None:
    moved = replace(healthy_report, target={"given": "http://gone.test", "url": "http://gone.test"})
    code, found = verified(kept(moved), healthy, capsys=capsys)
    assert (code, found["report"]["target"]["url"]) == (0, healthy)


GIVEN = {"value": "(given)", "origin": "flag"}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        pytest.param({"headers": GIVEN}, "verify case.json --header NAME:VALUE", id="headers"),
        pytest.param({"audio_file": {"value": "/etc/passwd", "origin": "flag"}}, "--audio FILE", id="a recording"),
        pytest.param(
            {"features": {"value": [["tag", "<redacted:1f3a>"]], "origin": "flag"}}, "--feature NAME=VALUE", id="masked"
        ),
        pytest.param({"proxy_url": GIVEN}, "--proxy URL", id="a proxy with a password"),
    ],
)
def test_what_a_report_does_not_hold_is_asked_for(
    settings: dict[str, Any], said: str, healthy_report: Report, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing that a file says makes dgcheck read another file here and send it away."""
    assert main(["verify", kept(replace(healthy_report, settings=settings))]) == 2
    shown = capsys.readouterr()
    assert said in shown.err
    assert shown.out == ""


def test_what_is_given_again_is_enough(healthy_report: Report, capsys: pytest.CaptureFixture[str]) -> None:
    file = kept(replace(healthy_report, settings={"headers": GIVEN}))
    assert verified(file, "--header", "X-Team:voice", capsys=capsys)[0] == 0


def test_a_key_comes_from_the_variable_again(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DGCHECK_API_KEY", "a-key-of-the-gateway")
    with running(faults=("model_missing",)) as simulator:
        file = failed("model_missing", simulator)
        assert "a-key-of-the-gateway" not in Path(file).read_text(encoding="utf-8")
        verified(file, capsys=capsys)
        monkeypatch.delenv("DGCHECK_API_KEY")
        assert main(["verify", file]) == 2
    assert "set the variable DGCHECK_API_KEY again, or give --api-key-file FILE" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("one", "said"),
    [
        pytest.param(report(), "nothing was wrong in that report", id="passed"),
        pytest.param(
            replace(report(cause("DG0001", "config")), findings=(replace(cause("DG0001"), cause="url_invalid"),)),
            "the URL of that report could not be used",
            id="no URL",
        ),
        pytest.param(
            replace(
                report(cause("DG4001", "ws.upgrade")),
                target={"given": "http://<redacted:1f3a>@dg:8080", "url": "http://dg:8080"},
            ),
            "had a password",
            id="a password in the URL",
        ),
    ],
)
def test_where_nothing_can_be_asked_it_says_why(one: Report, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", kept(one)]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_the_forms_for_people_say_it(form: str, healthy_report: Report, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", kept(healthy_report), "-o", form]) == 0
    text = capsys.readouterr().out
    assert "fixed: DG4001 cause\\_dg4001" in text or "fixed: DG4001 cause_dg4001" in text
    assert "ws.upgrade passes now." in text


def test_no_report_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify"]) == 2
    assert "which report?" in capsys.readouterr().err
