"""The termination message: where it is written, what stands in it, and that nothing secret does."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from dgcheck.cli import main, termination
from dgcheck.model.evidence import Ending, Surroundings
from dgcheck.model.target import Settings
from tests.cli.program import SECONDS, line_of, started
from tests.report import canonical

SECRET = "Qz7xVsecretQz7xVvalue"


def around(container: str) -> Surroundings:
    return Surroundings(id="c2", check="config", ending=Ending.ANSWERED, container=container)


@pytest.mark.parametrize(
    ("given", "container", "there", "used"),
    [
        pytest.param("", "kubernetes", True, "default", id="in a pod"),
        pytest.param("", "kubernetes", False, "", id="in a pod without it"),
        pytest.param("", "docker", True, "", id="in no pod"),
        pytest.param("", "", True, "", id="on a machine"),
        pytest.param("mine", "", True, "mine", id="asked for"),
        pytest.param("mine", "kubernetes", True, "mine", id="asked for in a pod"),
        pytest.param("none", "kubernetes", True, "", id="refused"),
    ],
)
def test_where_it_is_written(given: str, container: str, there: bool, used: str, tmp_path: Path) -> None:
    default = tmp_path / "termination-log"
    if there:
        default.touch()
    wanted = str(default) if used == "default" else used
    assert termination.place(Settings(termination_log=given), around(container), str(default)) == wanted


def test_a_file_that_may_not_be_written_is_left_alone_unasked(tmp_path: Path) -> None:
    folder = tmp_path / "termination-log"
    folder.mkdir(mode=0o500)
    assert termination.place(Settings(), around("kubernetes"), str(folder / "missing")) == ""


def test_it_is_written_in_place(tmp_path: Path) -> None:
    """The kubelet mounts this very file, so that another one in its place would not be read."""
    path = tmp_path / "log"
    path.write_text("x" * 9000)
    before = path.stat().st_ino
    termination.write(canonical.failing(), Settings(termination_log=str(path)), around(""), ())
    assert path.stat().st_ino == before
    assert path.read_text("utf-8").startswith("FAIL https://dg.example.com: ")
    assert "x" * 100 not in path.read_text("utf-8")


def test_a_secret_keeps_it_from_being_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "log"
    word = canonical.failing().findings[0].cause
    termination.write(canonical.failing(), Settings(termination_log=str(path)), around(""), (f"{word}: ",))
    assert not path.exists()
    assert "was not written" in capsys.readouterr().err


def test_a_full_disk_costs_a_line_and_no_more(capsys: pytest.CaptureFixture[str]) -> None:
    termination.write(canonical.failing(), Settings(termination_log="/dev/full"), around(""), ())
    assert "/dev/full cannot be written: No space left on device" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("path", "said"),
    [("missing/log", "there is no directory"), (".", "is a directory")],
)
def test_a_place_that_cannot_be_is_told_before_anything_is_asked(
    path: str, said: str, refusing: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["wait", refusing, "--termination-log", path]) == 2
    assert said in capsys.readouterr().err


def test_a_run_writes_it_beside_its_results(refusing: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "key").write_text(SECRET)
    assert main(["run", refusing, "--api-key-file", "key", "--termination-log", "log", "-o", "json"]) == 1
    text = (tmp_path / "log").read_text("utf-8")
    assert "DG2001 tcp_refused: " in text
    assert "\ndo: " in text
    assert SECRET not in text
    assert capsys.readouterr().out.startswith("{")


def test_an_interrupted_wait_writes_it_too(refusing: str, tmp_path: Path) -> None:
    process = started("wait", refusing, "--interval", "40s", "--termination-log", "log", "-o", "json")
    line_of(process.stderr)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=SECONDS)
    assert process.returncode == 143
    text = (tmp_path / "log").read_text("utf-8")
    assert "INTERRUPTED by SIGTERM" in text
    assert "DG2001 tcp_refused: " in text
