"""`dgcheck diagnose`: saved evidence, judged again without a network."""

from __future__ import annotations

import io
import json
import socket
import sys
from pathlib import Path
from typing import Any

import pytest

from dgcheck.cli import main
from dgcheck.sim.server import running
from tests.ticket.test_opened import zipped


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Reports of real runs, as JSON: one that failed, one with a warning, one of a URL that cannot be used."""
    folder = tmp_path_factory.mktemp("saved")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        refused = f"http://127.0.0.1:{taken.getsockname()[1]}"
        main(["run", refused, "--config", "none", "-o", f"json={folder / 'refused.json'}"])
    with running() as simulator:
        bare = simulator.url.removeprefix("http://")
        words = ["-o", f"json={folder / 'bare.json'}", "-o", f"yaml={folder / 'bare.yaml'}"]
        main(["run", bare, "--config", "none", *words])
    main(["run", "http://host:99999", "--config", "none", "-o", f"json={folder / 'invalid.json'}"])
    return {path.name: path for path in folder.iterdir()}


def judged(path: Path, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    code = main(["diagnose", str(path), "-o", "json", *words])
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, found


@pytest.mark.parametrize("name", ["refused.json", "bare.json", "bare.yaml", "invalid.json"])
def test_the_same_findings_without_a_network(
    name: str, saved: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    before = json.loads(saved[name.replace(".yaml", ".json")].read_text())
    code, after = judged(saved[name], capsys)
    assert code == before["exit_code"]
    for part in ("verdict", "findings", "checks", "evidence", "run_id", "started", "ended", "target"):
        assert after[part] == before[part], part


def test_today_s_options_count(saved: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert judged(saved["bare.json"], capsys)[0] == 0
    assert judged(saved["bare.json"], capsys, "--fail-on", "warning")[0] == 5


def test_from_standard_input(
    saved: dict[str, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = saved["refused.json"].read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    assert main(["diagnose", "-", "-o", "short"]) == 1
    assert "DG2001" in capsys.readouterr().out


def test_a_url_is_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diagnose", "http://host:99999", "-o", "json"]) == 2
    assert json.loads(capsys.readouterr().out)["findings"][0]["cause"] == "url_invalid"


def test_what_was_seen_then_cannot_be_changed_now(saved: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diagnose", str(saved["refused.json"]), "--model", "nova-3"]) == 2
    assert "--model cannot change what was seen then" in capsys.readouterr().err


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"<html>",
        b"a: b",
        b"\0\1\2",
        b"\xff\xfe\xff",
        b"[" * 100_000,
        b'{"schema": "other"}',
        b'{"schema": "dgcheck/report/v1"}',
        b'{"schema": "dgcheck/report/v1", "evidence": 1e999}',
        zipped(),
        zipped(("report.json", b"{}")),
        zipped(("report.json", bytes(100 << 20))),
        zipped(("report.json", b"{}"))[:60],
        zipped(("../report.json", b"{}")),
    ],
)
def test_a_file_that_is_no_report(content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_bytes(content)
    assert main(["diagnose", "./file"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("dgcheck: ")
    assert "Traceback" not in err


@pytest.mark.parametrize("part", ["environment", "target", "evidence", "checks", "findings", "settings", "verdict"])
@pytest.mark.parametrize(
    "value", [None, 3, "x", [], {}, [1], {"judged_on": 3}, {"judged_on": {"settings": {"models": 3}}}]
)
def test_a_damaged_report(
    part: str, value: object, saved: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever stands in its place, the end is a report or a clear line."""
    plain = json.loads(saved["refused.json"].read_text())
    plain[part] = value
    (tmp_path / "file").write_text(json.dumps(plain))
    assert main(["diagnose", "./file", "-o", "json"]) in (0, 1, 2, 3)
    out, err = capsys.readouterr()
    assert "internal error" not in err
    assert out or err


@pytest.mark.parametrize("name", ["model", "models", "words", "now", "ran", "skipped", "out_of_time", "bugs", "chosen"])
@pytest.mark.parametrize("value", [None, 3, "x", [3], {"a": 3}])
def test_damaged_facts(
    name: str, value: object, saved: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = json.loads(saved["refused.json"].read_text())
    plain["environment"]["judged_on"][name] = value
    (tmp_path / "file").write_text(json.dumps(plain))
    assert main(["diagnose", "./file", "-o", "json"]) in (0, 1, 2, 3)
    assert "internal error" not in capsys.readouterr().err
