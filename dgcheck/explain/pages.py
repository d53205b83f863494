"""The catalogue as plain data, without loading the rules it is made from.

The rules stand on every type of evidence, which takes longer to import than `dgcheck explain` may take. So their
texts are kept beside this file as JSON. `tests/explain` fails when they differ from the rules', and writes them anew
with `--update-golden`.
"""

from __future__ import annotations

import json
import os

TYPE_CHECKING = False  # typing is not imported: `explain` pays for it
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    Page: TypeAlias = dict[str, Any]

KEPT = os.path.join(os.path.dirname(__file__), "pages.json")


def pages() -> list[Page]:
    """Every cause as plain data, in order of its code.

    Each has code, cause, title, severity, explanation, told_apart, explains, heals, remedies (do, command, place),
    source and retired. Where the kept texts cannot be read, they are made from the rules.
    """
    try:
        with open(KEPT, encoding="utf-8") as file:
            found: list[Page] = json.load(file)
    except (OSError, ValueError):
        return made()
    return found


def made() -> list[Page]:
    """The same, from the rules themselves."""
    from dgcheck.rules import causes

    return [
        {
            "code": cause.code,
            "cause": cause.cause,
            "title": cause.title,
            "severity": cause.severity.value,
            "explanation": cause.explanation,
            "told_apart": cause.told_apart,
            "explains": list(cause.explains),
            "heals": cause.heals.value,
            "remedies": [{"do": one.do, "command": one.command, "place": one.place} for one in cause.remedies],
            "source": cause.source,
            "retired": cause.retired,
        }
        for cause in causes()
    ]


def document() -> str:
    """The text of `pages.json`."""
    return json.dumps(made(), ensure_ascii=False, indent=1) + "\n"


def find(word: str, among: list[Page] | None = None) -> Page | None:
    """The page of a code (`DG5003`, any case) or a cause (`model_not_streaming`); None when there is none."""
    code, cause = word.upper(), word.lower().replace("-", "_")
    return next((page for page in among or pages() if page["code"] == code or page["cause"] == cause), None)
