"""`dgcheck demo`: a diagnosis of the simulator, with and without a fault, whatever the environment says."""

from __future__ import annotations

import json

import pytest

from dgcheck.cli import main


def demo(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, object], str]:
    """Exit code, report and standard error."""
    code = main(["demo", "-o", "json", *words])
    out, err = capsys.readouterr()
    return code, json.loads(out), err


def test_a_healthy_one_passes(capsys: pytest.CaptureFixture[str]) -> None:
    code, report, said = demo(capsys)
    assert (code, report["verdict"]) == (0, "pass")
    assert "A simulated deployment at http://127.0.0.1:" in said
    assert "Transcripts are scripted" in said


@pytest.mark.parametrize("fault", ["upgrade_dropped", "model_missing", "tls_expired"])
def test_a_fault_is_named_with_the_options_it_needs(fault: str, capsys: pytest.CaptureFixture[str]) -> None:
    from dgcheck.sim.faults import find

    code, report, said = demo(capsys, "--fault", fault)
    findings = report["findings"]
    assert isinstance(findings, list)
    assert code == 1
    assert findings[0]["cause"] == find(fault).causes[0]
    assert f"{fault}: {find(fault).says}" in said


def test_options_of_run_count(capsys: pytest.CaptureFixture[str]) -> None:
    _, report, _ = demo(capsys, "--only", "status", "--model", "nova-2")
    checks = report["checks"]
    assert isinstance(checks, list)
    assert {one["id"] for one in checks if one["status"] == "skip"} > {"rest", "ws.upgrade"}


def test_the_environment_does_not_lead_it_astray(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "HTTP_PROXY": "http://127.0.0.1:9",
        "http_proxy": "http://127.0.0.1:9",
        "DEEPGRAM_HOST": "https://api.deepgram.com",
        "DGCHECK_TARGET": "http://127.0.0.1:9",
        "DGCHECK_MODEL": "nova-9",
        "DEEPGRAM_API_KEY": "canary-key",
    }.items():
        monkeypatch.setenv(name, value)
    code, report, _ = demo(capsys)
    assert (code, report["verdict"]) == (0, "pass")
    assert "canary-key" not in json.dumps(report)


def test_quiet_says_only_the_result(capsys: pytest.CaptureFixture[str]) -> None:
    _, _, said = demo(capsys, "-q")
    assert said == ""


def test_an_unknown_fault_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--fault", "upgrade_droped"]) == 2
    _, err = capsys.readouterr()
    assert "did you mean upgrade_dropped" in err
