"""A fleet, in several processes and with records of their own, judges every fault as a run by itself has to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

import pytest

from dgcheck.sim.faults import table
from dgcheck.sim.faults.fault import Fault
from dgcheck.sim.server import running

SECONDS = 400  # that all of it may take on a busy machine
# The options of a fault that a file of targets says by these names. A fault with others has a run of its own elsewhere.
NAMED = {"--model": "models", "--ca-file": "ca_file"}


def _fits(fault: Fault) -> bool:
    flags = {word for word in fault.run if word.startswith("--")}
    return flags <= set(NAMED) and not fault.beside and fault.replicas == 1


FITTING = [name for name, fault in table().items() if _fits(fault)]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """What the one fleet says of each fault."""
    folder = tmp_path_factory.mktemp("faults")
    with ExitStack() as stack:
        targets = [_target(stack, table()[name]) for name in FITTING]
        file = folder / "fleet.yaml"
        file.write_text(json.dumps({"defaults": {"timeout": "60s"}, "targets": targets}), encoding="utf-8")
        ended = subprocess.run(
            [sys.executable, "-m", "dgcheck", "fleet", str(file), "-o", "jsonl=lines.jsonl", "--reports", "reports"],
            cwd=folder,
            env={name: value for name, value in os.environ.items() if not name.startswith(("DGCHECK_", "DEEPGRAM_"))},
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
    assert ended.returncode == 1, ended.stderr
    lines = [json.loads(line) for line in (folder / "lines.jsonl").read_text(encoding="utf-8").splitlines()]
    return {
        line["name"]: json.loads((folder / line["report"]).read_text(encoding="utf-8"))
        for line in lines
        if line["kind"] == "target"
    }


def _target(stack: ExitStack, fault: Fault) -> dict[str, object]:
    simulator = stack.enter_context(running((fault.name,)))
    words = fault.options(simulator.url, str(simulator.ca_file))
    found: dict[str, object] = {"url": simulator.url, "name": fault.name}
    for flag, value in zip(words[::2], words[1::2], strict=True):
        found[NAMED[flag]] = [value] if flag == "--model" else value
    return found


def test_most_faults_are_asked_here() -> None:
    assert len(FITTING) > 250


@pytest.mark.parametrize("name", FITTING)
def test_the_verdict_of_a_fleet_is_right(name: str, reports: Mapping[str, Any]) -> None:
    report, causes = reports[name], table()[name].causes
    named = [one for one in report["findings"] if one["severity"] != "info"]
    roots = [one["cause"] for one in named if one["root"]]
    if not causes:
        assert report["verdict"] == "pass", roots
        assert roots == []
    elif roots:
        assert len(roots) == 1, roots
        assert roots[0] in causes
    else:
        assert {one["cause"] for one in report["findings"]} & set(causes), report["verdict"]
