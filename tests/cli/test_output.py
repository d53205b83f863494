"""Where results go: colours, encodings, files at once or not at all, and the last look for secrets."""

from __future__ import annotations

import base64
import io
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import pytest

from dgcheck.cli import output
from dgcheck.model.errors import UsageError


@pytest.mark.parametrize(
    ("choice", "environ", "terminal", "coloured"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"FORCE_COLOR": "0"}, False, False),
        ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
        ("auto", {"TERM": "dumb"}, True, False),
        ("auto", {"TERM": "dumb", "FORCE_COLOR": "1"}, True, True),
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_colour(choice: str, environ: Mapping[str, str], terminal: bool, coloured: bool) -> None:
    assert output.colour(choice, environ, terminal) is coloured


@pytest.mark.parametrize(
    ("encoding", "plain"), [("utf-8", False), ("UTF8", False), ("ascii", True), ("iso-8859-1", True), ("cp1252", True)]
)
def test_signs_beyond_ascii_only_where_they_can_be_written(encoding: str, plain: bool) -> None:
    assert output.is_ascii(io.TextIOWrapper(io.BytesIO(), encoding=encoding)) is plain


@pytest.mark.parametrize(
    ("columns", "terminal", "width"),
    [("80", True, 80), ("80", False, 80), ("", False, 100), ("10", True, 40), ("9999", True, 140), ("x", False, 100)],
)
def test_width(columns: str, terminal: bool, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert output.width(terminal) == width


def test_notes_command_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    output.complain("a\x1b[31mb\nc")
    assert capsys.readouterr().err == "dgcheck: a\\x1b[31mb\ndgcheck: c\n"


# --- files ---------------------------------------------------------------------------------------------------------


def test_a_file_is_written_whole_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    output.write_file(str(path), "{}\n")
    output.write_file(str(path), "[]\n")
    assert path.read_text() == "[]\n"
    assert os.listdir(tmp_path) == ["report.json"]


def test_a_new_file_can_be_read_by_others_and_an_old_one_keeps_its_mode(tmp_path: Path) -> None:
    fresh, kept = tmp_path / "fresh", tmp_path / "kept"
    kept.write_text("old")
    kept.chmod(0o640)
    before = os.umask(0o022)
    try:
        for path in (fresh, kept):
            output.write_file(str(path), "new")
    finally:
        os.umask(before)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (fresh, kept)] == [0o644, 0o640]


def test_a_link_keeps_its_place(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    link.symlink_to(target)
    output.write_file(str(link), "new")
    assert link.is_symlink()
    assert target.read_text() == "new"


def test_a_device_is_written_and_never_replaced() -> None:
    output.write_file(os.devnull, "text")
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)


def test_what_no_encoding_can_write_is_escaped(tmp_path: Path) -> None:
    output.write_file(str(tmp_path / "a"), "x\ud800y")
    assert (tmp_path / "a").read_text() == "x\\ud800y"


def test_a_file_that_cannot_be_written_is_a_clear_error_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        output.write_file(str(tmp_path / "gone" / "a"), "text")
    assert os.listdir(tmp_path) == []


def test_places_are_looked_at_before_anything_is_asked(tmp_path: Path) -> None:
    output.check_files([("text", ""), ("json", str(tmp_path / "a")), ("yaml", os.devnull)])
    with pytest.raises(UsageError, match="is a directory"):
        output.check_files([("json", str(tmp_path))])
    with pytest.raises(UsageError, match="there is no directory"):
        output.check_files([("json", str(tmp_path / "gone" / "a"))])


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_place_without_permission(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(UsageError, match="permission denied"):
        output.check_files([("json", str(tmp_path / "a"))])


# --- secrets -------------------------------------------------------------------------------------------------------

SECRET = "canary+0001/äz"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"a {SECRET} b", id="plain"),
        pytest.param(base64.b64encode(SECRET.encode()).decode(), id="base64"),
        pytest.param("user:" + base64.urlsafe_b64encode(SECRET.encode()).decode(), id="base64 for URLs"),
        pytest.param(f"?token={quote(SECRET, safe='')}", id="URL-encoded"),
    ],
)
def test_a_text_with_a_secret_in_it_is_held_back(text: str) -> None:
    with pytest.raises(output.Blocked):
        output.scan(text, [SECRET])


def test_a_text_without_one_passes() -> None:
    output.scan("a canary sings", [SECRET, "another-0002"])
