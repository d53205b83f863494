"""What the README shows is what happens: its examples are run, and every line it prints has to come, in order."""

from __future__ import annotations

import difflib
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.layers import ROOT
from tests.programs import free_port

README = ROOT / "README.md"
EXAMPLES = re.findall(r"```console\n\$ (dgcheck [^\n]+)\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
PORT_OF_THE_README = 8081


def _alike(text: str) -> list[str]:
    """The lines without what differs from run to run, or with the number of checks: ports, times, widths, counts."""
    text = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", text)
    text = re.sub(r"\bport \d+", "port PORT", text)
    text = re.sub(r"\b\d+(\.\d+)? m?s\b", "TIME", text)
    text = re.sub(r"\d+ (causes?|passed|warned|failed|skipped|unknown)(, | *)", "", text)
    # Ready until the first request for a transcript, Healthy from then on; both are asked at the same time.
    text = re.sub(r"system_health is (Ready|Healthy)", "system_health is GOOD", text)
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def _printed(command: str, folder: Path) -> str:
    words = shlex.split(command.replace(f":{PORT_OF_THE_README}", f":{free_port()}"))[1:]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DGCHECK_", "DEEPGRAM_"))}
    done = subprocess.run(
        [sys.executable, "-m", "dgcheck", *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        cwd=folder,
        env={**kept, "COLUMNS": "100", "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "NO_PROXY": "*"},
    )
    assert "Traceback" not in done.stderr
    return done.stdout


@pytest.mark.parametrize(("command", "shown"), [pytest.param(*example, id=example[0]) for example in EXAMPLES])
def test_an_example_prints_what_the_readme_shows(
    command: str, shown: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """After a change of wording: `pytest tests/test_readme.py --update-golden`, and read the difference."""
    printed = _printed(command, tmp_path)
    if request.config.getoption("--update-golden"):
        text = README.read_text("utf-8")
        README.write_text(text.replace(shown, _renewed(shown, printed, command)), encoding="utf-8")
        return
    came = iter(_alike(printed))
    for line in _alike(shown):
        assert line == "…" or line in came, f"not printed (in this order): {line}\n\n{printed}"


def _renewed(shown: str, printed: str, command: str) -> str:
    """What the README shows, each line as it is printed now (by likeness), with the README's own port."""
    now = [line for line in printed.splitlines() if line.strip()]
    kept = []
    for line in shown.splitlines():
        near = difflib.get_close_matches(line, now, n=1, cutoff=0.5)
        kept.append(near[0] if near else line)
    text = "\n".join(kept) + "\n"
    port = re.search(r"127\.0\.0\.1:(\d+)", text)
    return text.replace(port[1], str(PORT_OF_THE_README)) if port and "demo" not in command else text


def test_the_readme_shows_examples() -> None:
    faults = {word for command, _ in EXAMPLES for word in command.split()}
    assert {"demo", "plain_to_tls_400", "model_missing", "upgrade_dropped"} <= faults
