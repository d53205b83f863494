"""What the README shows is what happens: its examples are run, and every line it prints has to come, in order."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.layers import ROOT
from tests.programs import free_port

EXAMPLES = re.findall(r"```console\n\$ (dgcheck [^\n]+)\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
PORT_OF_THE_README = 8081


def _alike(text: str) -> list[str]:
    """The lines without what differs from run to run, or with the number of checks: ports, times, widths, counts."""
    text = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", text)
    text = re.sub(r"\bport \d+", "port PORT", text)
    text = re.sub(r"\b\d+(\.\d+)? m?s\b", "TIME", text)
    text = re.sub(r"\d+ (causes?|passed|warned|failed|skipped|unknown)(, | *)", "", text)
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


@pytest.mark.parametrize(("command", "shown"), [pytest.param(*example, id=example[0]) for example in EXAMPLES])
def test_an_example_prints_what_the_readme_shows(command: str, shown: str, tmp_path: Path) -> None:
    words = shlex.split(command.replace(f":{PORT_OF_THE_README}", f":{free_port()}"))[1:]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DGCHECK_", "DEEPGRAM_"))}
    done = subprocess.run(
        [sys.executable, "-m", "dgcheck", *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        cwd=tmp_path,
        env={**kept, "COLUMNS": "100", "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "NO_PROXY": "*"},
    )
    assert "Traceback" not in done.stderr
    came = iter(_alike(done.stdout))
    for line in _alike(shown):
        assert line == "…" or line in came, f"not printed (in this order): {line}\n\n{done.stdout}\n{done.stderr}"


def test_the_readme_shows_examples() -> None:
    faults = {word for command, _ in EXAMPLES for word in command.split()}
    assert {"demo", "plain_to_tls_400", "model_missing", "upgrade_dropped"} <= faults
