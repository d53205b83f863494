"""The complete report as JSON (schema `dgcheck/report/v1`): one document, laid out so that a person can read it too."""

from __future__ import annotations

import json
from collections.abc import Callable
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


def laid_out(value: Any, *, ascii: bool = False) -> str:  # noqa: A002
    """JSON text in which a list or mapping that fits stands on one line, and another has a line for each member.

    The outermost one always has a line for each member.
    """
    return _laid_out(value, json.JSONEncoder(ensure_ascii=ascii, allow_nan=False).encode, 0)


def _laid_out(value: Any, encode: Callable[[Any], str], indent: int, key: str = "") -> str:
    """`key` is what stands before the value on its line."""
    if not isinstance(value, (dict, list)) or not value:
        return encode(value)
    if isinstance(value, dict):
        opened, closed = "{}"
        named = [(f"{encode(name)}: ", item) for name, item in value.items()]
        members = [name + _laid_out(item, encode, indent + 2, name) for name, item in named]
    else:
        opened, closed = "[]"
        members = [_laid_out(item, encode, indent + 2) for item in value]
    fits = indent + len(key) + sum(map(len, members)) + 2 * len(members) <= _WIDTH
    if indent and fits and not any("\n" in member for member in members):
        return f"{opened}{', '.join(members)}{closed}"
    inner = " " * (indent + 2)
    return f"{opened}\n" + ",\n".join(inner + member for member in members) + f"\n{' ' * indent}{closed}"
