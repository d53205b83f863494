"""A fleet as JSON lines: one when it begins, one for each target as it ends, one when it is over.

Every line says of which list and which share it is, so that lines of several shares may come in one stream. What was
written stays whole whenever the process ends.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from dgcheck.fleet.result import Result, plain
from dgcheck.fleet.summary import SCHEMA, Summary, foot, head
from dgcheck.report.harmless import escape_json

BEGIN, TARGET, END = "begin", "target", "end"


def begin(summary: Summary, names: Iterable[str]) -> str:
    """The first line; `names` are the targets of this share, so that those which never came can be told."""
    return _line({"kind": BEGIN, **head(summary), "shard": _shard(summary), "targets": list(names)})


def target(summary: Summary, result: Result) -> str:
    """The line of one target."""
    return _line({"kind": TARGET, **_of(summary), **plain(result)})


def end(summary: Summary) -> str:
    """The last line."""
    return _line({"kind": END, **_of(summary), **foot(summary)})


def render(summary: Summary) -> str:
    """All lines of a fleet that is over, as they would have come; of several shares as if it had been one."""
    names = [one.name for one in summary.results]
    return "".join((begin(summary, names), *(target(summary, one) for one in summary.results), end(summary)))


def _of(summary: Summary) -> dict[str, Any]:
    return {"schema": SCHEMA, "list": summary.list, "shard": _shard(summary)}


def _shard(summary: Summary) -> str:
    return summary.shards[0] if len(summary.shards) == 1 else "0/1"


def _line(found: dict[str, Any]) -> str:
    return escape_json(json.dumps({"schema": SCHEMA, **found}, ensure_ascii=False, allow_nan=False)) + "\n"
