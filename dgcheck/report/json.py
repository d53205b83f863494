"""The complete report as JSON (schema `dgcheck/report/v1`): one document, laid out so that a person can read it too."""

from __future__ import annotations

import json
from typing import Any

from dgcheck.model.report import Report
from dgcheck.report.harmless import escape_json
from dgcheck.report.plain import report_to_plain

NAME = "json"
_WIDTH = 116  # what fits stands on one line


def render(
    report: Report,
    *,
    width: int,
    colour: bool,
    ascii: bool,  # noqa: A002 - the word that people know
    verbose: bool,
) -> str:
    """One JSON document in UTF-8; control, direction and invisible characters are escaped. Only `ascii` matters."""
    return escape_json(laid_out(report_to_plain(report), ascii=ascii)) + "\n"


def laid_out(value: Any, *, ascii: bool = False, indent: int = 0) -> str:  # noqa: A002
    """JSON text in which a list or mapping that fits stands on one line, and another has a line for each member."""
    flat = json.dumps(value, ensure_ascii=ascii, allow_nan=False)
    if not isinstance(value, (dict, list)) or not value or (indent and len(flat) + indent <= _WIDTH):
        return flat
    inner = " " * (indent + 2)
    if isinstance(value, dict):
        members = [
            f"{json.dumps(key, ensure_ascii=ascii)}: {laid_out(item, ascii=ascii, indent=indent + 2)}"
            for key, item in value.items()
        ]
        opened, closed = "{}"
    else:
        members = [laid_out(item, ascii=ascii, indent=indent + 2) for item in value]
        opened, closed = "[]"
    return f"{opened}\n" + ",\n".join(inner + member for member in members) + f"\n{' ' * indent}{closed}"
