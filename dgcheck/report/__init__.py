"""A report for a reader: one format per file, found by scanning this folder, each loaded when it is asked for.

Every format is pure: the same report, width and switches give the same text, whatever the terminal, the clock or
the environment. The text ends with one line break.
"""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module

TYPE_CHECKING = False  # typing is not imported: `explain` wraps its lines with this package and pays for it
if TYPE_CHECKING:
    from typing import Any

    from dgcheck.model.report import Report

# Modules of this folder that are no format but serve them.
_MACHINERY = frozenset(
    {"__init__", "command", "findings", "harmless", "hops", "ink", "layout", "phases", "plain", "saved", "saw", "sdks"}
    | {"termination", "wording"}
)
_FIRST = ("text", "short", "json", "yaml", "markdown", "html")  # the order in which people are told of them


@cache
def formats() -> tuple[str, ...]:
    """The names that `render` takes, without loading any of them."""
    files = {name[:-3] for name in os.listdir(__path__[0]) if name.endswith(".py")}
    names = (files | {"html", "text"}) - _MACHINERY  # two formats are folders
    return (*(name for name in _FIRST if name in names), *sorted(names.difference(_FIRST)))


def load_format(name: str) -> Any:
    """The module of a format. Raises KeyError for one that does not exist."""
    if name not in formats():
        raise KeyError(name)
    return import_module(f"{__name__}.{name}")


def render(
    name: str,
    report: Report,
    *,
    width: int = 80,
    colour: bool = False,
    ascii: bool = False,  # noqa: A002 - the word that people know
    verbose: bool = False,
) -> str:
    """The report in one format. Raises KeyError for a format that does not exist."""
    text: str = load_format(name).render(report, width=width, colour=colour, ascii=ascii, verbose=verbose)
    return text


def load(text: str | bytes) -> Report:
    """The report that a JSON or YAML file holds. Raises UsageError, saying what is wrong with the file."""
    from dgcheck.report.saved import load as read

    return read(text)


def schema() -> dict[str, Any]:
    """The JSON Schema of the report (draft 2020-12), as published in `v1.schema.json`."""
    import json
    from pathlib import Path

    found: dict[str, Any] = json.loads(Path(__path__[0], "v1.schema.json").read_text(encoding="utf-8"))
    return found
