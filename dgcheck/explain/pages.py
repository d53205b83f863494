"""The catalogue as plain data, without loading the rules it is made from.

The rules stand on every type of evidence, which takes longer to import than `dgcheck explain` may take. So their
texts are kept beside this file as JSON, with a checksum of the rules' sources: while it fits, the JSON is read,
and otherwise the rules themselves. `tests/explain` writes the file anew (`--update-golden`) and fails when it is old.
"""

from __future__ import annotations

import json
import os
from zlib import crc32

TYPE_CHECKING = False  # typing is not imported: `explain` pays for it
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    Page: TypeAlias = dict[str, Any]

KEPT = os.path.join(os.path.dirname(__file__), "pages.json")
_RULES = os.path.join(os.path.dirname(os.path.dirname(__file__)), "rules")


def pages() -> list[Page]:
    """Every cause as plain data, in order of its code.

    Each has code, cause, title, severity, explanation, told_apart, explains, heals, remedies (do, command, place),
    source and retired.
    """
    try:
        with open(KEPT, encoding="utf-8") as file:
            kept = json.load(file)
        if kept["rules"] in (checksum(), 0):
            found: list[Page] = kept["pages"]
            return found
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return made()


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
            "heals": cause.heals,
            "remedies": [{"do": one.do, "command": one.command, "place": one.place} for one in cause.remedies],
            "source": cause.source,
            "retired": cause.retired,
        }
        for cause in causes()
    ]


def checksum() -> int:
    """Of all sources of the rules, line ends aside; 0 where there are none (a compiled installation)."""
    found = 0
    for folder, _, files in sorted(os.walk(_RULES)):
        for name in sorted(files):
            if name.endswith(".py"):
                with open(os.path.join(folder, name), "rb") as file:
                    found = crc32(file.read().replace(b"\r\n", b"\n"), crc32(name.encode(), found))
    return found


def document() -> str:
    """The text of `pages.json`."""
    return json.dumps({"rules": checksum(), "pages": made()}, ensure_ascii=False, indent=1) + "\n"


def find(word: str, among: list[Page] | None = None) -> Page | None:
    """The page of a code (`DG5003`, any case) or a cause (`model_not_streaming`); None when there is none."""
    code, cause = word.upper(), word.lower().replace("-", "_")
    return next((page for page in among or pages() if page["code"] == code or page["cause"] == cause), None)
