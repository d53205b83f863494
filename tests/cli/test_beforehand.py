"""A run that takes long by itself says so before it begins, and in a dry run."""

from __future__ import annotations

import json

import pytest

from dgcheck.cli import main
from dgcheck.sim.server import running


def test_dry_run_tells_how_long_it_takes(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["run", "http://127.0.0.1:9", "--profile", "full", "--skip", "rest.size", "--hold", "75s", "--dry-run"])
        == 0
    )
    assert "takes:   about 81 s and what the deployment needs: streams are held open (79 s)" in capsys.readouterr().out


def test_dry_run_tells_programs_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "http://127.0.0.1:9", "--hold", "75s", "--dry-run", "-o", "json"]) == 0
    assert "about 79 s" in json.loads(capsys.readouterr().out)["takes"]


def test_dry_run_of_a_standard_run_tells_no_time(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "http://127.0.0.1:9", "--dry-run"]) == 0
    assert "takes" not in capsys.readouterr().out


@pytest.mark.parametrize(("more", "told"), [((), True), (("-q",), False)], ids=["told", "quiet"])
def test_run_tells_it_on_standard_error(more: tuple[str, ...], told: bool, capsys: pytest.CaptureFixture[str]) -> None:
    with running() as sim:
        assert main(["run", sim.url, "--profile", "full", "--only", "ws.stream", *more]) == 0
    said = "dgcheck: this takes about 1.6 s and what the deployment needs: speech is sent in real time (1.6 s)"
    assert (said in capsys.readouterr().err) is told
