"""The proof of a fleet: two hundred deployments, some broken in known ways; every verdict right, and nothing lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from dgcheck.sim.faults import table
from dgcheck.sim.server import running

# A simulator answers on every address of 127.0.0.0/8, and each address is a deployment of its own.
PLACES = 20
QUICK = (
    *("healthy", "healthy", "healthy", "model_missing", "bad_gateway_nginx", "gateway_401", "upgrade_dropped_nginx"),
    "tls_expired",
)
STANDARD = ("healthy", "ws_closed_1011")  # what only speech shows
AT_ONCE = 12
SECONDS = 120  # that a fleet may take on a busy machine


@pytest.fixture(scope="module")
def deployments() -> Iterator[Mapping[str, str]]:
    """The URL of each deployment with the fault that it has."""
    found: dict[str, str] = {}
    with ExitStack() as stack:
        for fault in (*QUICK, *STANDARD):
            wrong = (fault,) if fault != "healthy" else ()
            simulator = stack.enter_context(running(wrong, host="0.0.0.0"))
            scheme = "https" if simulator.tls else "http"
            for place in range(PLACES):
                found[f"{scheme}://127.0.{len(found) // PLACES}.{place + 1}:{simulator.port}"] = fault
        yield found


@pytest.fixture(scope="module")
def fleet_file(deployments: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    lines = ["defaults: {profile: quick, models: [nova-3], timeout: 60s}", "targets:"]
    for place, url in enumerate(deployments):
        own = ", profile: standard, skip: [replicas]" if place >= len(QUICK) * PLACES else ""
        lines.append(f"  - {{url: '{url}'{own}}}")
    path = tmp_path_factory.mktemp("fleet") / "fleet.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def dgcheck(*words: str, folder: Path) -> subprocess.Popen[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("DGCHECK_", "DEEPGRAM_"))}
    return subprocess.Popen(
        [sys.executable, "-m", "dgcheck", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env={**clean, "PYTHONPATH": os.getcwd()},
    )


def right(result: Mapping[str, Any], fault: str) -> bool:
    """Whether a result is the truth of a deployment with that fault."""
    if fault == "healthy":
        return bool(result["verdict"] == "pass" and result["code"] is None)
    return bool(result["verdict"] == "fail" and result["cause"] in table()[fault].causes)


def test_every_verdict_is_right(deployments: Mapping[str, str], fleet_file: Path, tmp_path: Path) -> None:
    with dgcheck("fleet", str(fleet_file), "-o", "jsonl", "-o", "json=all.json", folder=tmp_path) as process:
        out, err = process.communicate(timeout=SECONDS)
    assert err == ""
    seen = [json.loads(line) for line in out.splitlines()]
    results = {one["url"]: one for one in seen if one["kind"] == "target"}
    assert results.keys() == deployments.keys()
    wrong = {url: (fault, results[url]) for url, fault in deployments.items() if not right(results[url], fault)}
    assert not wrong, f"{len(wrong)} of {len(results)}, such as {next(iter(wrong.values()))}"
    whole = json.loads((tmp_path / "all.json").read_text("utf-8"))
    healthy = Counter(deployments.values())["healthy"]
    broken = len(deployments) - healthy
    assert whole["counts"] == {"fail": broken, "unknown": 0, "warn": 0, "pass": healthy, "unfinished": 0}
    assert process.returncode == whole["exit_code"] == seen[-1]["exit_code"] == 1


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=lambda number: number.name)
def test_what_was_done_is_kept(
    number: signal.Signals, deployments: Mapping[str, str], fleet_file: Path, tmp_path: Path
) -> None:
    """Killed in the middle: every line and every report that was written is whole, and right."""
    words = ("fleet", str(fleet_file), "-o", "jsonl=-", "--reports", "reports", "--concurrency", str(AT_ONCE))
    with dgcheck(*words, folder=tmp_path) as process:
        assert process.stdout is not None
        first = [process.stdout.readline() for _ in range(31)]
        process.send_signal(number)
        rest, _ = process.communicate(timeout=SECONDS)
    lines = [json.loads(line) for line in [*first, *rest.splitlines()]]
    done = [one for one in lines if one["kind"] == "target" and one["finished"]]
    assert 30 <= len(done) < len(deployments)
    assert all(right(one, deployments[one["url"]]) for one in done)
    for one in done:
        report = json.loads((tmp_path / one["report"]).read_text("utf-8"))
        assert (report["run_id"], report["verdict"]) == (one["run_id"], one["verdict"])
    whole = [path for path in (tmp_path / "reports").iterdir() if path.suffix == ".json"]
    # Each process writes the report before it tells of it: at most those under way are there without a line.
    assert 0 <= len(whole) - len(done) <= (AT_ONCE if number is signal.SIGKILL else 0)
    if number is signal.SIGTERM:
        assert process.returncode == 143
        assert (lines[-1]["kind"], lines[-1]["interrupted"]) == ("end", True)
        assert len([one for one in lines if one["kind"] == "target"]) == len(deployments)
    else:
        assert process.returncode == -9
        assert lines[-1]["kind"] == "target"
