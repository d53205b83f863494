"""Completion comes from the parser, by argcomplete, and costs nothing while nobody asks for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dgcheck.cli import COMMANDS, main


@pytest.mark.parametrize(("shell", "word"), [("bash", "complete "), ("zsh", "#compdef dgcheck"), ("fish", "complete ")])
def test_script(shell: str, word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    out = capsys.readouterr().out
    assert word in out
    assert "dgcheck" in out


def completed(line: str, folder: Path) -> set[str]:
    """What the shell is told when somebody presses Tab at the end of this line."""
    told = folder / "told"
    environ = {
        **os.environ,
        "_ARGCOMPLETE": "1",
        "_ARGCOMPLETE_STDOUT_FILENAME": str(told),
        "_ARGCOMPLETE_IFS": "\n",
        "COMP_LINE": line,
        "COMP_POINT": str(len(line)),
        "COMP_TYPE": "9",
    }
    subprocess.run([sys.executable, "-m", "dgcheck"], env=environ, timeout=60, check=True, capture_output=True)
    return {word.strip() for word in told.read_text().split("\n") if word.strip()}


def test_commands(tmp_path: Path) -> None:
    assert completed("dgcheck ", tmp_path) >= set(COMMANDS)
    assert completed("dgcheck exp", tmp_path) == {"explain"}


def test_options_of_a_command_and_of_a_target(tmp_path: Path) -> None:
    assert completed("dgcheck run --smart", tmp_path) == {"--smart-format"}
    assert completed("dgcheck http://dg:8080 --smart", tmp_path) == {"--smart-format"}


def test_codes_and_causes(tmp_path: Path) -> None:
    assert "DG5003" in completed("dgcheck explain DG50", tmp_path)
    assert completed("dgcheck explain model_not_s", tmp_path) == {"model_not_streaming"}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("dgcheck run --profile ", {"quick", "standard", "full"}),
        ("dgcheck run --only ws.", {"ws.upgrade", "ws.stream"}),
        ("dgcheck run -o js", {"json"}),
        ("dgcheck config ", {"show", "validate", "schema"}),
        ("dgcheck completion ", {"bash", "zsh", "fish"}),
    ],
)
def test_values(line: str, words: set[str], tmp_path: Path) -> None:
    assert completed(line, tmp_path) >= words
