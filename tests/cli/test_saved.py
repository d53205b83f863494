"""The saved report that a command line names, in whatever form it is there."""

from __future__ import annotations

import io
import os
import sys
import threading
from pathlib import Path

import pytest

from dgcheck.cli.saved import saved_report
from dgcheck.model.errors import UsageError
from dgcheck.report import render
from tests.report import canonical
from tests.ticket.test_opened import zipped

REPORT = render("json", canonical.failing()).encode()
BUNDLE = zipped(("report.json", REPORT))


@pytest.mark.parametrize("data", [REPORT, BUNDLE], ids=["a report", "a bundle"])
def test_a_file_a_pipe_and_standard_input(data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "saved").write_bytes(data)
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=lambda: (tmp_path / "pipe").write_bytes(data))
    writer.start()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    found = [saved_report("diagnose", path) for path in (str(tmp_path / "saved"), str(tmp_path / "pipe"), "-")]
    writer.join()
    assert {one.run_id for one in found} == {canonical.failing().run_id}


def test_the_folder_of_an_unpacked_bundle(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_bytes(REPORT)
    assert saved_report("diff", str(tmp_path)).run_id == canonical.failing().run_id


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("nowhere", "no such file", id="not there"),
        pytest.param(".", "holds no report.json", id="a folder"),
        pytest.param("a\0b", "no file name", id="a zero byte"),
    ],
)
def test_what_cannot_be_read(name: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=said):
        saved_report("diff", name)


def test_a_bundle_whose_report_was_changed_is_read_and_said_to_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = b'{"files": [{"name": "report.json", "sha256": "00"}]}'
    (tmp_path / "t.zip").write_bytes(zipped(("report.json", REPORT), ("manifest.json", manifest)))
    assert saved_report("diagnose", str(tmp_path / "t.zip")).run_id == canonical.failing().run_id
    assert "was changed after the bundle was made" in capsys.readouterr().err
