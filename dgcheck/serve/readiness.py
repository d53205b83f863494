"""`/readyz`: may traffic start? As a status for the kubelet, and as JSON for whoever asks why not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from dgcheck.report.harmless import escape_json
from dgcheck.serve.prober import Prober
from dgcheck.serve.request import Answer

KIND = "application/json"
_NOBODY = "This exporter has no target of its own; ask /probe?target=URL."


def ready(probers: Sequence[Prober]) -> Answer:
    """200 where every target passes, else 503; the first that does not is told at the top."""
    rows = [row(one) for one in probers]
    if not rows:
        return answer(200, {"ready": True, "verdict": "unknown", "says": _NOBODY, "targets": []})
    worst = next((one for one in rows if not one["ready"]), rows[0])
    whole = all(one["ready"] for one in rows)
    return answer(200 if whole else 503, {**worst, "ready": whole, **({"targets": rows} if len(rows) > 1 else {})})


def row(prober: Prober) -> dict[str, Any]:
    """What is known of one target. `since` is when verdict and cause became what they are, `age` seconds since the
    last answer; both None where there is none.
    """
    standing = prober.standing
    if standing is None:
        return _unknown(prober, "It has not been asked to the end yet.")
    if prober.fresh() is None:
        return _unknown(prober, f"The last answer is {standing.age:.0f} s old; nothing has come since.", standing.age)
    result = standing.result
    return {
        "ready": result.ready,
        "target": prober.subject.name,
        "verdict": result.verdict.value,
        "code": result.code or None,
        "cause": result.cause or None,
        "says": result.says,
        "do": result.do or None,
        "command": result.command or None,
        "since": _moment(standing.since),
        "age": round(standing.age, 1),
    }


def answer(status: int, fields: dict[str, Any]) -> Answer:
    """An answer in JSON."""
    text = escape_json(json.dumps(fields, ensure_ascii=False, indent=2))
    return Answer(status, (text + "\n").encode("utf-8", "backslashreplace"), KIND)


def _unknown(prober: Prober, says: str, age: float | None = None) -> dict[str, Any]:
    return {
        "ready": False,
        "target": prober.subject.name,
        "verdict": "unknown",
        "code": None,
        "cause": None,
        "says": says,
        "do": None,
        "command": None,
        "since": None,
        "age": None if age is None else round(age, 1),
    }


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
