"""`dgcheck run --sdk`, as a person types it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from dgcheck.cli import main


def run(url: str, *words: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """Exit code, standard output and standard error."""
    code = main(["run", url, *words])
    out, err = capsys.readouterr()
    return code, out, err


def saved(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_the_setting_is_at_fault_and_the_line_to_change_is_told(
    healthy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(healthy, "--sdk", "go@3", "--set", f"Host={healthy}", capsys=capsys)
    assert code == 1
    assert "DG0011" in out
    live = healthy.replace("http", "ws")
    assert f"{live}/v1/listen" in out  # what was meant
    assert f"wss://http:%2F%2F{healthy.partition('://')[2]}/v1/listen" in out  # what comes of it
    assert f'Host: "{live}"' in out  # the line to change


def test_a_setting_that_works_passes(healthy: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--sdk", "go@3", "--set", f"Host={healthy}", "--skip", "ws.upgrade", "--skip", "ws.stream")
    assert run(healthy, *words, capsys=capsys)[0] == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(("--sdk", "goo"), "did you mean go?", id="an SDK that is not known"),
        pytest.param(("--sdk", "go@99"), "known: go", id="a version that is not known"),
        pytest.param(("--sdk", "go", "--set", "Hots=x"), "did you mean Host?", id="an option that is not known"),
        pytest.param(("--set", "Host=x"), "--sdk SDK", id="a setting of no SDK"),
        pytest.param(("--sdk", "go", "--set", "Host"), "OPTION=VALUE", id="a setting without a value"),
        pytest.param(("--sdk", "go", "--set", "key=abcdef"), "never given on the command line", id="a key"),
    ],
)
def test_what_is_not_known_is_wrong_usage(
    words: Sequence[str], told: str, refusing: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(refusing, *words, capsys=capsys)
    assert (code, out) == (2, "")
    assert told in err
    assert "abcdef" not in err


def test_a_dry_run_shows_the_requests_of_the_sdk(refusing: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(refusing, "--sdk", "go@3", "--dry-run", capsys=capsys)
    assert code == 0
    assert f"POST {refusing}/v1/listen, as Deepgram SDK for Go 3.5.0 puts it: Host, User-Agent" in out
    assert f"upgrade {refusing.replace('http', 'ws')}/v1/listen" in out
    code, out, _ = run(refusing, "--sdk", "go@3", "--set", "Host=", "--dry-run", capsys=capsys)
    assert "it would dial wss://api.deepgram.com/v1/listen" in out


def test_settings_come_from_a_file_and_from_variables_too(
    healthy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "dgcheck.yaml").write_text(f"sdk: go@3\nset: {{Host: '{healthy}'}}\n", encoding="utf-8")
    assert "DG0011" in run(healthy, capsys=capsys)[1]
    monkeypatch.setenv("DGCHECK_SDK", "go@99")
    assert run(healthy, capsys=capsys)[0] == 2


def test_a_saved_report_says_the_same(healthy: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = tmp_path / "run.json", tmp_path / "again.json"
    words = ("--sdk", "go@3", "--set", f"Host={healthy}", "--show-sdk-config", "-o", f"json={first}")
    assert run(healthy, *words, capsys=capsys)[0] == 1
    assert main(["diagnose", str(first), "-o", f"json={second}"]) == 1
    then, now = saved(first), saved(second)
    assert [one["says"] for one in then["findings"]] == [one["says"] for one in now["findings"]]
    assert [one["remedies"] for one in then["findings"]] == [one["remedies"] for one in now["findings"]]
    assert then["sdk_settings"] == now["sdk_settings"]


def test_a_run_ends_with_the_settings_of_the_common_sdks(
    healthy: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "run.json"
    words = ("--show-sdk-config", "-o", "text", "-o", f"json={path}", "-o", f"markdown={tmp_path / 'run.md'}")
    code, out, _ = run(healthy, *words, capsys=capsys)
    assert code == 0
    settings = saved(path)["sdk_settings"]
    assert [one["sdk"] for one in settings] == ["python", "javascript", "go", "dotnet"]
    shown = (tmp_path / "run.md").read_text(encoding="utf-8")
    for one in settings:
        assert healthy.partition("://")[2] in one["code"]
        for line in one["code"].split("\n"):
            assert line in out
            assert line in shown


def test_without_being_asked_no_settings_are_shown(healthy: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "Setting of the" not in run(healthy, capsys=capsys)[1]


def test_no_secret_of_a_setting_is_shown(healthy: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, secret = tmp_path / "run.json", "hunter2secret"
    value = healthy.replace("://", f"://user:{secret}@")
    _, out, err = run(
        healthy, "--sdk", "go@3", "--set", f"Host={value}", "-o", "text", "-o", f"json={path}", capsys=capsys
    )
    assert secret not in out + err + path.read_text(encoding="utf-8")
