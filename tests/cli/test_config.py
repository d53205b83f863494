"""`dgcheck config`: what is in force, whether a file is right, and its schema."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from dgcheck.cli import main
from dgcheck.settings.file import schema
from dgcheck.settings.options import BY_KEY


def test_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "schema"]) == 0
    assert json.loads(capsys.readouterr().out) == schema()


def test_a_good_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.yaml").write_text("target: http://dg:8080\nmodels: [nova-3]\n")
    assert main(["config", "validate", "a.yaml"]) == 0
    assert capsys.readouterr().out == "a.yaml: good, 2 settings\n"


def test_the_file_of_the_folder_is_validated_by_default(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "dgcheck.yaml").write_text("")
    assert main(["config", "validate"]) == 0
    assert capsys.readouterr().out == "dgcheck.yaml: good, but empty\n"


def test_every_mistake_of_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.yaml").write_text("timeot: 5\nprofile: ful\n")
    assert main(["config", "validate", "a.yaml"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "dgcheck: a.yaml, line 1: unknown key 'timeot'; did you mean timeout?",
        "dgcheck: a.yaml, line 2: profile: 'ful' is none of quick, standard, full; did you mean full?",
    ]


def test_values_that_do_not_go_together(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.yaml").write_text("only: [dns]\nskip: [dns]\n")
    assert main(["config", "validate", "a.yaml"]) == 2
    assert "both name dns" in capsys.readouterr().err


def test_no_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "validate", "gone.yaml"]) == 2
    assert capsys.readouterr().err == "dgcheck: gone.yaml cannot be read: there is no such file\n"


def test_show_tells_value_and_origin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "dgcheck.yaml").write_text("slow: 9s\n")
    monkeypatch.setenv("DGCHECK_PROFILE", "quick")
    monkeypatch.setenv("DEEPGRAM_API_KEY", "canary-0001")
    monkeypatch.setenv("HTTP_PROXY", "http://u:canary-0002@p:3128")
    assert main(["config", "show", "http://dg:8080", "--timeout", "1m30s", "--header", "X-Key: canary-0003"]) == 0
    out = capsys.readouterr().out
    rows = {line.split()[0]: line.split()[1:] for line in out.splitlines()}
    assert rows["target"] == ["http://dg:8080", "flag"]
    assert rows["timeout"] == ["1m30s", "flag"]
    assert rows["profile"] == ["quick", "DGCHECK_PROFILE"]
    assert rows["slow"] == ["9s", "file", "dgcheck.yaml"]
    assert rows["proxy"] == ["http://<redacted>@p:3128", "HTTP_PROXY"]
    assert rows["api_key"] == ["<redacted>", "DEEPGRAM_API_KEY"]
    assert rows["language"] == ["-", "default"]
    assert set(rows) >= set(BY_KEY)
    assert "canary" not in out


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_show_for_programs(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "show", "http://dg:8080", "--model", "nova-3=streaming", "-o", form]) == 0
    out = capsys.readouterr().out
    found = json.loads(out) if form == "json" else yaml.safe_load(out)
    assert found["models"] == {"value": [{"name": "nova-3", "mode": "streaming"}], "origin": "flag"}


def test_show_without_a_target(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "show"]) == 0
    assert capsys.readouterr().out.splitlines()[1].split() == ["target", "-", "default"]


def test_show_in_another_format(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "show", "-o", "markdown"]) == 2
    assert "config show prints text, json or yaml" in capsys.readouterr().err
