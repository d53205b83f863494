"""The table of models as one JSON document (schema `dgcheck/models/v1`, published in `v1.schema.json`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dgcheck.model.plain import to_plain
from dgcheck.models.expect_file import SCHEMA
from dgcheck.models.expected import Result
from dgcheck.models.table import Place, Row, Table
from dgcheck.report.harmless import escape_json
from dgcheck.report.json import laid_out
from dgcheck.report.plain import all_storable, finding_to_plain


def render(table: Table, results: Sequence[Result], *, ascii: bool = False) -> str:  # noqa: A002
    """One JSON document in UTF-8; control, direction and invisible characters are escaped."""
    return escape_json(laid_out(plain(table, results), ascii=ascii)) + "\n"


def plain(table: Table, results: Sequence[Result]) -> dict[str, Any]:
    """The document as dicts, lists, strings, numbers, booleans and None. null is what the listing does not say."""
    report = table.report
    found: dict[str, Any] = all_storable(
        to_plain(
            {
                "schema": SCHEMA,
                "dgcheck": report.dgcheck,
                "run_id": report.run_id,
                "started": report.started,
                "ended": report.ended,
                "verdict": report.verdict.value,
                "exit_code": int(report.exit_code),
                "target": report.target,
                "seen_from": report.seen_from,
                "listing": table.shape or None,
                "differs": table.differs,
                "models": [_row(row) for row in table.rows],
                "addresses": [_place(one) for one in table.places],
                "tried": {"requests": table.requests, "not_made": table.untried, "stopped": table.stopped},
                "expected": [_result(one) for one in results],
                "findings": [finding_to_plain(one) for one in report.findings],
            }
        )
    )
    return found


def _row(row: Row) -> dict[str, Any]:
    model = row.model
    return {
        "name": row.name,
        "kind": model.kind,
        "batch": model.batch,
        "streaming": model.streaming,
        "languages": list(model.languages),
        "formatted": model.formatted,
        "version": model.version,
        "listed_name": model.name,
        "canonical_name": model.canonical_name,
        "architecture": model.architecture,
        "uuid": model.uuid,
        "addresses": [one for one in row.addresses if one],
        "everywhere": row.everywhere,
        "tried": {
            way: {"outcome": one.outcome, "status": one.status, "says": one.says} for way, one in row.tried.items()
        },
    }


def _place(one: Place) -> dict[str, Any]:
    return {
        "address": one.address,
        "listed": one.listed,
        "models": one.models,
        "differs": one.differs,
        "lacks": list(one.lacks),
        "adds": list(one.adds),
        "says": one.says,
    }


def _result(one: Result) -> dict[str, Any]:
    wanted = one.expected
    return {
        "model": wanted.name,
        "languages": list(wanted.languages),
        "version": wanted.version,
        "mode": wanted.mode,
        "formatted": wanted.formatted,
        "met": one.met,
        "says": one.says,
    }


def schema() -> dict[str, Any]:
    """The JSON Schema of the document (draft 2020-12), as published in `v1.schema.json`."""
    import json
    from pathlib import Path

    found: dict[str, Any] = json.loads(Path(__file__).with_name("v1.schema.json").read_text(encoding="utf-8"))
    return found
