"""For every test that makes a report: is it what the published schema says?"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from dgcheck.report import schema


@cache
def validator() -> Draft202012Validator:
    """A validator for the published schema, made once."""
    return Draft202012Validator(schema())


def assert_valid(report: str | bytes | dict[str, Any]) -> dict[str, Any]:
    """Fail, naming the places, when `report` (JSON text or plain data) breaks the schema; return it plain."""
    plain: dict[str, Any] = json.loads(report) if isinstance(report, (str, bytes)) else report
    wrong = [f"{error.json_path}: {error.message[:200]}" for error in validator().iter_errors(plain)]
    assert not wrong, "the report breaks its schema:\n" + "\n".join(wrong[:20])
    return plain
