"""A fleet as one JSON document (schema `dgcheck/fleet/v1`): the counts and every result, the worst first."""

from __future__ import annotations

from dgcheck.fleet.summary import Summary, whole
from dgcheck.report.harmless import escape_json
from dgcheck.report.json import laid_out


def render(summary: Summary, *, ascii: bool = False) -> str:  # noqa: A002 - the word that people know
    """One JSON document in UTF-8; control, direction and invisible characters are escaped."""
    return escape_json(laid_out(whole(summary), ascii=ascii)) + "\n"
