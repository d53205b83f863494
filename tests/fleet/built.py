"""Results and summaries built by hand."""

from __future__ import annotations

from typing import Any

from dgcheck.fleet.result import Checked, Result, unfinished
from dgcheck.fleet.summary import Summary
from dgcheck.model.exits import Exit
from dgcheck.model.report import Status

_CODES = {Status.PASS: Exit.OK, Status.WARN: Exit.OK, Status.FAIL: Exit.FAILED, Status.UNKNOWN: Exit.UNKNOWN}


def result(name: str, verdict: Status = Status.PASS, **more: Any) -> Result:
    """A target that was checked, with a cause where its verdict needs one."""
    wrong: dict[str, Any] = {}
    if verdict in (Status.FAIL, Status.WARN):
        wrong = {
            "code": "DG5003",
            "cause": "model_not_streaming",
            "title": "The model is installed for pre-recorded audio only",
            "severity": "error" if verdict is Status.FAIL else "warning",
            "confidence": "certain",
            "says": f"The model nova-3 of {name} serves batch alone.",
            "do": "Install the streaming model",
            "command": "docker compose logs engine",
        }
    checks = (
        Checked("config", Status.PASS),
        Checked("models", verdict, "" if verdict is Status.PASS else "The model is there for batch alone (DG5003)"),
        Checked("rest", Status.SKIP, "not part of --profile quick"),
    )
    facts: dict[str, Any] = {
        "name": name,
        "url": f"http://{name}:8080",
        "verdict": verdict,
        "exit_code": _CODES[verdict],
        "checks": checks,
        "started": "2026-09-20T10:15:00.000Z",
        "took": 0.25,
        "run_id": "1f2e3d4c",
    }
    return Result(**{**facts, **wrong, **more})


def stopped(name: str) -> Result:
    """A target that was interrupted."""
    return unfinished(name, f"http://{name}:8080", "Not finished: it was interrupted by SIGTERM.")


def summary(*results: Result, **more: Any) -> Summary:
    """A fleet of these results."""
    facts: dict[str, Any] = {
        "dgcheck": "1.2.3",
        "file": "fleet.yaml",
        "list": "0123456789ab",
        "all": len(results),
        "shards": ("0/1",),
        "started": "2026-09-20T10:15:00.000Z",
        "ended": "2026-09-20T10:15:08.100Z",
        "seen_from": "bastion",
        "results": results,
    }
    return Summary(**{**facts, **more})
