"""Whether words name the licence of the containers, and say that something is wrong with it."""

from __future__ import annotations

import re

from dgcheck.model.pattern import pattern, stemmed
from dgcheck.wire import json_text

_NAMED = stemmed(r"\blicen[sc](?:e|es|ed|ing)\b|\baegis\b", re.IGNORECASE, needs=("licen", "aegis"))
_FIELD = stemmed(r"licen[sc]e", re.IGNORECASE, needs=("licen",))
_WRONG = pattern(
    r"expir|invalid|missing|fail|revok|denied|unreach|cannot|could not|unable|no valid|not\b|exceed|timed? ?out|refus|"
    r"required|unlicen[sc]ed|without|error",
    re.IGNORECASE,
)


def names_license(text: str) -> bool:
    """Whether a text speaks of the licence as something that is wrong: `License expired`; not `License: valid`."""
    sample = text[:2000]
    return _NAMED.search(sample) is not None and _WRONG.search(sample) is not None


def license_field(body: str) -> str:
    """The field of a status page that says the licence is in a bad way, as `license_status: expired`; '' when none."""
    for key, value in json_text.fields(body).items():
        if isinstance(value, str) and _FIELD.search(key) and _WRONG.search(value[:200]):
            return f"{key[:60]}: {' '.join(value.split())[:100]}"
    return ""
