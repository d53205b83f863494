"""A fleet as one JSON document (schema `dgcheck/fleet/v1`): the counts and every result, the worst first."""

from __future__ import annotations

import json
from typing import Any

from dgcheck.fleet.result import plain
from dgcheck.fleet.summary import Summary, foot, head
from dgcheck.report.harmless import escape_json
from dgcheck.report.json import laid_out


def render(summary: Summary, *, ascii: bool = False) -> str:  # noqa: A002 - the word that people know
    """One JSON document in UTF-8, each result on a line of its own; control, direction and invisible characters are
    escaped."""
    encode = json.JSONEncoder(ensure_ascii=ascii, allow_nan=False).encode
    rows = ",\n".join(f"    {encode(plain(one))}" for one in summary.sorted())
    begin = laid_out({**head(summary), **foot(summary)}, ascii=ascii).removesuffix("\n}")
    results = f"[\n{rows}\n  ]" if rows else "[]"
    return escape_json(f'{begin},\n  "results": {results}\n}}') + "\n"


def schema() -> dict[str, Any]:
    """The JSON Schema of this document and of the lines of `-o jsonl` (draft 2020-12), as in `v1.schema.json`."""
    from pathlib import Path

    found: dict[str, Any] = json.loads(Path(__file__).with_name("v1.schema.json").read_text(encoding="utf-8"))
    return found
