"""The JSON Schema of the report, made from the model, so that the published one cannot fall behind it."""

from __future__ import annotations

import types
from collections.abc import Mapping
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

from dgcheck.model.catalogue import Confidence, Severity
from dgcheck.model.evidence import Heard, Phase, Seen
from dgcheck.model.kinds import KINDS
from dgcheck.model.record import fields, is_dataclass
from dgcheck.model.report import SCHEMA, Exit, Status
from dgcheck.report.plain import HEARD_MS, SEEN_MS

PHASES = [
    *("resolve", "connect", "handshake", "request", "upgrade"),
    *("first_byte", "first_interim", "first_final", "transfer", "close"),
]
_TEXT = {"type": "string"}
_COUNT = {"type": "integer", "minimum": 0}
_MOMENT = {
    "type": "string",
    "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|\+00:00)$",
    "description": "A moment in UTC, RFC 3339.",
}


def schema() -> dict[str, Any]:
    """The whole schema."""
    defs: dict[str, Any] = {
        "text": _TEXT,
        "evidence_id": {"type": "string", "pattern": "^[a-z]+[0-9]+$"},
        "check_id": {"type": "string", "pattern": r"^[a-z]+(\.[a-z]+)*$"},
        "code": {"type": "string", "pattern": "^DG[0-9]{4}$"},
        "status": {"enum": [status.value for status in Status]},
        "phase": _closed(
            {
                "name": {"enum": PHASES},
                "start_ms": {"type": "number", "description": "Milliseconds since the run began."},
                "ms": {"type": "number", "minimum": 0},
            },
            "A stretch of wire time, measured as it happened. What did not happen is absent.",
        ),
        "address": _address(),
        "check": _check(),
        "remedy": _closed({"do": _TEXT, "command": _TEXT, "place": _TEXT}, "Something a person can do."),
        "finding": _finding(),
        "sdk_settings": _sdk_settings(),
        "trust_store": _trust_store(),
    }
    kinds = []
    for word, kind in KINDS.items():
        defs[word] = _model(kind, defs, {"kind": {"const": word}})
        kinds.append({"if": {"properties": {"kind": {"const": word}}}, "then": {"$ref": f"#/$defs/{word}"}})
    defs["evidence"] = {
        "type": "object",
        "required": ["id", "kind"],
        "properties": {"kind": {"enum": list(KINDS)}},
        "allOf": kinds,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:dgcheck:report:v1",
        "title": "A dgcheck report",
        "description": "What one run saw, what it means and what to do. Within v1 no key is renamed; some may come.",
        **_with_addresses(_closed(_top())),
        "$defs": defs,
    }


def _top() -> dict[str, Any]:
    setting = _closed({"value": True, "origin": _TEXT}, "A setting and where it came from.")
    return {
        "schema": {"const": SCHEMA},
        "dgcheck": {"type": "string", "minLength": 1, "description": "The version that made the report."},
        "run_id": {"type": "string", "description": "Every request carried it in its User-Agent, as run/ID."},
        "started": _MOMENT,
        "ended": _MOMENT,
        "verdict": {
            "enum": [status.value for status in Status if status is not Status.SKIP],
            "description": "That of the worst finding, effects included.",
        },
        "exit_code": {"enum": sorted(int(code) for code in Exit)},
        "interrupted": {"type": "boolean"},
        "signal": {"enum": [0, 2, 15]},
        "attempts": {"type": "integer", "minimum": 1, "description": "Runs made while waiting."},
        "deadline_passed": {"type": "boolean"},
        "fail_on": {"enum": ["error", "warning"]},
        "target": {"type": "object", "required": ["given"], "properties": {"given": _TEXT}},
        "seen_from": {"type": "object"},
        "settings": {"type": "object", "additionalProperties": setting},
        "environment": {"type": "object"},
        "tested": _TEXT,
        "untested": _list(_TEXT),
        "sdk_settings": _list({"$ref": "#/$defs/sdk_settings"}),
        "trust_stores": _list({"$ref": "#/$defs/trust_store"}),
        "checks": _list({"$ref": "#/$defs/check"}),
        "findings": {**_list({"$ref": "#/$defs/finding"}), "description": "The first with root true is the answer."},
        "evidence": _list({"$ref": "#/$defs/evidence"}),
    }


def _sdk_settings() -> dict[str, Any]:
    words = dict.fromkeys(("sdk", "title", "version", "language", "code"), _TEXT)
    pair = {"type": "array", "items": _TEXT, "minItems": 2, "maxItems": 2}
    return _closed(
        {**words, "notes": _list(_TEXT), "environment": _list(pair), "trust": _TEXT, "ca_variable": _TEXT},
        "What one SDK needs for this target; no code where it cannot do it.",
    )


def _trust_store() -> dict[str, Any]:
    words = {"used_by": _TEXT, "ca_variable": _TEXT, "why": _TEXT}
    return _closed(
        {"store": _TEXT, "trusts": {"type": ["boolean", "null"]}, **words},
        "Whether a list of authorities would accept the target's certificate; null = not known here.",
    )


def _address() -> dict[str, Any]:
    return _closed(
        {
            "address": _TEXT,
            "status": {"$ref": "#/$defs/status"},
            "summary": _TEXT,
            "phases": _list({"$ref": "#/$defs/phase"}),
            "tries": _COUNT,
            "passed": _COUNT,
            "evidence": _list({"$ref": "#/$defs/evidence_id"}),
        },
        "What one address of the name did in a check.",
    )


def _with_addresses(top: dict[str, Any]) -> dict[str, Any]:
    """What --via adds: the addresses, each with its report, and what lies between each two of them."""
    contrast = _closed({"what": _TEXT, "near": _TEXT, "far": _TEXT}, "One thing that differs; '' = not there.")
    checks = _list({"$ref": "#/$defs/check_id"})
    hop = _closed(
        {
            "near": {"type": "string", "description": "The address that is nearer to the deployment."},
            "far": _TEXT,
            "breaks": {**checks, "description": "Checks that are well at the near one and not at the far one."},
            "mends": {**checks, "description": "The reverse."},
            "contrasts": _list(contrast),
            "added_ms": {"type": ["number", "null"], "description": "By which the far one answers later."},
        }
    )
    address = _closed(
        {
            "name": _TEXT,
            "url": _TEXT,
            "report": {
                "anyOf": [{"$ref": "#"}, {"type": "null"}],
                "description": "What was seen through it; null = it is the address of this report itself.",
            },
        }
    )
    more = {
        "via": {
            **_list(address),
            "description": "With --via alone: all addresses, the nearest to the deployment first.",
        },
        "hops": {**_list(hop), "description": "With --via alone: what lies between each two of them."},
    }
    return {**top, "properties": {**top["properties"], **more}}


def _check() -> dict[str, Any]:
    share = {"type": "number", "minimum": 0, "maximum": 1}
    repeated = {
        "interval": {
            "type": "array",
            "items": share,
            "minItems": 2,
            "maxItems": 2,
            "description": "Of the share of tries that pass, 95 %. With --repeat alone, as the three that follow.",
        },
        "intermittent": {"type": "boolean", "description": "Some tries passed and some failed."},
        "goes_with": {"enum": ["", "address", "replica", "clock"], "description": "What the failures go with."},
        "pattern": {"type": "string", "description": "The same in words."},
    }
    found = _closed(
        {
            "id": {"$ref": "#/$defs/check_id"},
            "title": {"type": "string", "description": "The wished condition."},
            "status": {"$ref": "#/$defs/status"},
            "summary": _TEXT,
            "address": {"type": ["string", "null"]},
            "phases": _list({"$ref": "#/$defs/phase"}),
            "addresses": _list({"$ref": "#/$defs/address"}),
            "tries": _COUNT,
            "passed": _COUNT,
            "blocked_by": {"anyOf": [{"$ref": "#/$defs/check_id"}, {"type": "null"}]},
            "evidence": _list({"$ref": "#/$defs/evidence_id"}),
        },
        "One entry for each check; a skipped one is here too.",
    )
    return {**found, "properties": {**found["properties"], **repeated}}


def _finding() -> dict[str, Any]:
    return {
        **_closed(
            {
                "code": {"$ref": "#/$defs/code"},
                "cause": {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"},
                "title": _TEXT,
                "severity": {"enum": [one.value for one in Severity]},
                "confidence": {"enum": [one.value for one in Confidence]},
                "root": {"type": "boolean"},
                "caused_by": {"anyOf": [{"$ref": "#/$defs/code"}, {"type": "null"}]},
                "says": {"type": "string", "minLength": 1, "description": "What was seen."},
                "why": {"type": "string", "description": "What it means."},
                "detail": _TEXT,
                "heals": {"type": "boolean", "description": "Whether waiting can mend it."},
                "facts": {"type": "object", "additionalProperties": _TEXT},
                "remedies": _list({"$ref": "#/$defs/remedy"}),
                "evidence": _list({"$ref": "#/$defs/evidence_id"}),
                "checks": _list({"$ref": "#/$defs/check_id"}),
            },
            "A cause that was recognised.",
        ),
        "if": {"properties": {"root": {"const": True}}},
        "then": {"properties": {"caused_by": {"type": "null"}}},
        "else": {"properties": {"caused_by": {"$ref": "#/$defs/code"}}},
    }


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


def _model(kind: type, defs: dict[str, Any], extra: dict[str, Any] | None = None) -> dict[str, Any]:
    hints = get_type_hints(kind)
    renamed = HEARD_MS if kind is Heard else SEEN_MS if issubclass(kind, Seen) else {}
    properties = dict(extra or {})
    for item in fields(kind):
        found = _type(hints[item.name], defs)
        properties[renamed.get(item.name, item.name)] = found
    if "id" in properties:
        properties["id"] = {"$ref": "#/$defs/evidence_id"}
        properties["check"] = {"$ref": "#/$defs/check_id"}
    words = (kind.__doc__ or "").strip().split("\n\n")[0].replace("\n", " ")
    return _closed(properties, " ".join(words.split()))


def _type(hint: Any, defs: dict[str, Any]) -> dict[str, Any]:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return {"anyOf": [_type(one, defs) for one in inner if one is not type(None)] + [{"type": "null"}]}
    if origin is tuple:
        if inner[1:] == (...,):
            return _list(_type(inner[0], defs))
        pair = [_type(one, defs) for one in inner]
        return {"type": "array", "prefixItems": pair, "items": False, "minItems": len(pair)}
    if origin is not None and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _TEXT}
    if hint is Phase:
        return {"$ref": "#/$defs/phase"}
    if is_dataclass(hint) and isinstance(hint, type):
        word = hint.__name__.lower()
        if word not in defs:
            defs[word] = {}
            defs[word] = _model(hint, defs)
        return {"$ref": f"#/$defs/{word}"}
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {"enum": [one.value for one in hint]}
    simple = {str: "string", bool: "boolean", int: "integer", float: "number"}
    return {"type": simple[hint]}
