"""Whether two HTTP answers are the same answer, given twice."""

from __future__ import annotations

import re

from dgcheck.model.evidence import Response
from dgcheck.model.pattern import pattern
from dgcheck.wire.server_error import read
from dgcheck.wire.who import answered

# What differs between two answers that say the same: ids, numbers, times.
_VARYING = pattern(r"<redacted:[0-9a-f]+>|\b(?=[a-f-]{0,40}\d)[0-9a-f-]{8,}\b|\d+", re.IGNORECASE)


def alike(one: Response | None, other: Response | None) -> bool:
    """True when status, writer, form and words agree; ids, numbers and times may differ. False without both."""
    if one is None or other is None or one.status != other.status:
        return False
    if answered(one) != answered(other) or _kind(one) != _kind(other):
        return False
    return _plain(one) == _plain(other)


def _kind(response: Response) -> tuple[str, bool]:
    return read(response.body, response.header("content-type")).form, bool(response.header("dg-request-id"))


def _plain(response: Response) -> str:
    return " ".join(_VARYING.sub("#", response.body).split())
