"""The JSON Schema of `dgcheck/models/v1`, made from the model and from the schema of the report."""

from __future__ import annotations

from typing import Any

from dgcheck.models.expect_file import SCHEMA
from dgcheck.report import schema as report_schema
from dgcheck.settings.options import MODES
from dgcheck.wire.proving import PATHS
from dgcheck.wire.row_order import KINDS

_TEXT: dict[str, Any] = {"type": "string"}
_COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}
_FLAG: dict[str, Any] = {"type": ["boolean", "null"], "description": "null = the listing does not say."}
_OUTCOMES = ["works", "refused", "not_served", "failed", "put_off"]
_TAKEN = ("text", "evidence_id", "check_id", "code", "remedy", "finding")  # definitions of the report


def schema() -> dict[str, Any]:
    """The whole schema."""
    report = report_schema()
    top = report["properties"]
    same = {name: top[name] for name in ("dgcheck", "run_id", "started", "ended", "verdict", "exit_code", "target")}
    properties = {
        "schema": {"const": SCHEMA},
        **same,
        "seen_from": top["seen_from"],
        "listing": {
            "enum": ["flat", "grouped", None],
            "description": "Shape of /v1/models: flat before release 260630, grouped since; null = none was read.",
        },
        "differs": {"type": "boolean", "description": "The addresses do not list the same."},
        "models": _list({"$ref": "#/$defs/row"}),
        "addresses": _list({"$ref": "#/$defs/place"}),
        "tried": _closed({"requests": _COUNT, "not_made": _COUNT, "stopped": _TEXT}, "What --try did."),
        "expected": _list({"$ref": "#/$defs/expectation"}),
        "findings": top["findings"],
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:dgcheck:models:v1",
        "title": "What dgcheck models found",
        "description": "Within v1 no key is renamed; some may come.",
        **_closed(properties),
        "$defs": {
            "row": _row(),
            "place": _place(),
            "expectation": _expectation(),
            **{name: report["$defs"][name] for name in _TAKEN},
        },
    }


def _row() -> dict[str, Any]:
    tried = _closed({"outcome": {"enum": _OUTCOMES}, "status": {"type": ["integer", "null"]}, "says": _TEXT})
    return _closed(
        {
            "name": {"type": "string", "description": "What a request calls it."},
            "kind": {"enum": list(KINDS)},
            "batch": _FLAG,
            "streaming": _FLAG,
            "languages": _list(_TEXT),
            "formatted": _FLAG,
            "version": _TEXT,
            "listed_name": _TEXT,
            "canonical_name": _TEXT,
            "architecture": _TEXT,
            "uuid": _TEXT,
            "addresses": _list(_TEXT),
            "everywhere": {"type": "boolean"},
            "tried": {
                "type": "object",
                "additionalProperties": False,
                "properties": dict.fromkeys(PATHS, tried),
                "description": "What requests have shown, by the way they asked.",
            },
        },
        "One model.",
    )


def _place() -> dict[str, Any]:
    return _closed(
        {
            "address": _TEXT,
            "listed": {"type": "boolean"},
            "models": _COUNT,
            "differs": {"type": "boolean"},
            "lacks": _list(_TEXT),
            "adds": _list(_TEXT),
            "says": {"type": "string", "description": "Why there is no list."},
        },
        "One address of the deployment's name.",
    )


def _expectation() -> dict[str, Any]:
    return _closed(
        {
            "model": _TEXT,
            "languages": _list(_TEXT),
            "version": _TEXT,
            "mode": {"enum": list(MODES)},
            "formatted": {"type": ["boolean", "null"]},
            "met": {"type": ["boolean", "null"], "description": "null = not known."},
            "says": _TEXT,
        },
        "A model that somebody counts on.",
    )


def _closed(properties: dict[str, Any], description: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {"description": description} if description else {}
    return {
        **found,
        "type": "object",
        "required": list(properties),
        "properties": properties,
        "additionalProperties": False,
    }


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}
