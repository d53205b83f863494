"""Reading JSON that a stranger wrote: it may be no JSON, or made to hurt."""

from __future__ import annotations

import json
from typing import Any


def read(text: str) -> Any:
    """The value of a JSON text; None when it is none (and for `null`).

    Never raises: broken text, numbers of thousands of digits and nests too deep to walk all give None.
    """
    try:
        return json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return None


def fields(text: str) -> dict[str, Any]:
    """The fields of a JSON object; {} when the text is anything else."""
    value = read(text)
    return value if isinstance(value, dict) else {}
