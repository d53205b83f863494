"""The JSON Schema of `dgcheck/fleet/v1`: the document of `-o json`, and each line of `-o jsonl`."""

from __future__ import annotations

from typing import Any

from dgcheck.fleet.result import MOST_CAUSES
from dgcheck.fleet.summary import SCHEMA
from dgcheck.model.catalogue import Confidence, Severity
from dgcheck.model.exits import Exit
from dgcheck.model.report import Status

_TEXT: dict[str, Any] = {"type": "string"}
_MAYBE: dict[str, Any] = {"type": ["string", "null"]}
_COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}
_FLAG: dict[str, Any] = {"type": "boolean"}
_TIME = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|\+00:00)$"
_MOMENT: dict[str, Any] = {"type": "string", "pattern": _TIME, "description": "A moment in UTC, RFC 3339."}
_CODE = "^DG[0-9]{4}$"
_VERDICTS = [status.value for status in Status if status is not Status.SKIP]
_SHARD: dict[str, Any] = {"type": "string", "pattern": "^[0-9]+/[0-9]+$", "description": "I/N, counted from 0."}


def schema() -> dict[str, Any]:
    """The whole schema: one of the document and the three kinds of lines."""
    head, foot, result = _head(), _foot(), _result()
    of = {"schema": {"const": SCHEMA}, "list": head["list"], "shard": _SHARD}
    names = {"type": "array", "items": _TEXT, "description": "The targets of this share."}
    whole = {**head, **foot, "results": {"type": "array", "items": {"$ref": "#/$defs/result"}}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:dgcheck:fleet:v1",
        "title": "What dgcheck fleet found",
        "description": "The document of -o json, or one line of -o jsonl. Within v1 no key is renamed; some may come.",
        "oneOf": [{"$ref": f"#/$defs/{name}"} for name in ("document", "begin", "target", "end")],
        "$defs": {
            "document": _closed(whole, "A fleet that is over, the worst target first."),
            "begin": _closed(
                {"kind": {"const": "begin"}, **head, "shard": _SHARD, "targets": names}, "The first line."
            ),
            "target": _closed({"kind": {"const": "target"}, **of, **result}, "The line of one target, when it ends."),
            "end": _closed({"kind": {"const": "end"}, **of, **foot}, "The last line."),
            "result": _closed(result, "One target."),
            "check": {
                **_closed({"id": _TEXT, "status": {"enum": [one.value for one in Status]}}, "What became of a check."),
                "properties": {"id": _TEXT, "status": {"enum": [one.value for one in Status]}, "summary": _TEXT},
            },
        },
    }


def _head() -> dict[str, Any]:
    return {
        "schema": {"const": SCHEMA},
        "dgcheck": {"type": "string", "minLength": 1, "description": "The version that made it."},
        "file": _MAYBE,
        "list": {"type": "string", "pattern": "^[0-9a-f]{12}$", "description": "The same for all shares of one file."},
        "all": {**_COUNT, "description": "Targets of the whole file."},
        "shards": {"type": "array", "items": _SHARD},
        "missing": {"type": "array", "items": _SHARD, "description": "Shares that should be in it."},
        "started": _MOMENT,
        "seen_from": _MAYBE,
    }


def _foot() -> dict[str, Any]:
    counts = dict.fromkeys((*(one for one in ("fail", "unknown", "warn", "pass")), "unfinished"), _COUNT)
    return {
        "ended": _MOMENT,
        "verdict": {"enum": [one.value for one in Status], "description": "The worst; skip for an empty share."},
        "exit_code": {"enum": sorted(int(code) for code in Exit)},
        "interrupted": _FLAG,
        "signal": {"enum": [2, 15, None]},
        "targets": _COUNT,
        "counts": _closed(counts, "How many got each verdict; those unfinished are unknown too."),
    }


def _result() -> dict[str, Any]:
    return {
        "name": {"type": "string", "minLength": 1},
        "url": {"type": "string", "description": "Without its secrets."},
        "verdict": {"enum": _VERDICTS},
        "exit_code": {"enum": sorted(int(code) for code in Exit)},
        "finished": _FLAG,
        "code": {"type": ["string", "null"], "pattern": _CODE},
        "cause": {"type": ["string", "null"], "pattern": "^[a-z][a-z0-9_]*$"},
        "title": _MAYBE,
        "severity": {"enum": [*(one.value for one in Severity), None]},
        "confidence": {"enum": [*(one.value for one in Confidence), None]},
        "says": _MAYBE,
        "do": _MAYBE,
        "command": _MAYBE,
        "also": {"type": "array", "maxItems": MOST_CAUSES, "items": {"type": "string", "pattern": _CODE}},
        "checks": {"type": "array", "items": {"$ref": "#/$defs/check"}},
        "started": {"anyOf": [_MOMENT, {"type": "null"}]},
        "took_ms": {"type": ["number", "null"], "minimum": 0},
        "run_id": _MAYBE,
        "insecure": {"type": "boolean", "description": "No certificate was verified."},
        "report": {"type": ["string", "null"], "description": "The file with everything."},
    }


def _closed(properties: dict[str, Any], description: str) -> dict[str, Any]:
    return {
        "description": description,
        "type": "object",
        "required": list(properties),
        "properties": properties,
        "additionalProperties": False,
    }
