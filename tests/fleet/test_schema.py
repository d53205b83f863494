"""The published schema of a fleet is what dgcheck writes, as a document and as lines, and it is strict."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from dgcheck.fleet import document, lines
from dgcheck.fleet.summary import Summary
from dgcheck.model.report import Status
from dgcheck.report.json import laid_out
from tests.fleet.built import result, stopped, summary
from tests.fleet.schema_of_fleet import schema

PUBLISHED = Path(document.__file__).with_name("v1.schema.json")
SUMMARIES: dict[str, Summary] = {
    "mixed": summary(
        result("a"),
        result("b", Status.FAIL, also=("DG2025",), report="reports/b.json", insecure=True),
        result("c", Status.WARN, took=None, started=""),
        stopped("d"),
        interrupted=True,
        signal=15,
    ),
    "a share": summary(result("a"), all=9, shards=("1/3",), file="", seen_from=""),
    "empty": summary(),
    "incomplete": summary(result("a"), all=4, shards=("0/3", "1/3"), missing=("2/3",)),
}


def _valid(found: Mapping[str, Any]) -> None:
    Draft202012Validator(document.schema()).validate(found)


def test_the_published_schema_is_that_of_the_model(request: pytest.FixtureRequest) -> None:
    made = laid_out(schema()) + "\n"
    if request.config.getoption("--update-golden"):
        PUBLISHED.write_text(made, encoding="utf-8", newline="")
    Draft202012Validator.check_schema(json.loads(made))
    assert PUBLISHED.read_text(encoding="utf-8") == made, "the model changed: pytest --update-golden"


@pytest.mark.parametrize("name", SUMMARIES)
def test_a_document_is_valid(name: str) -> None:
    _valid(json.loads(document.render(SUMMARIES[name])))


@pytest.mark.parametrize("name", SUMMARIES)
def test_every_line_is_valid(name: str) -> None:
    found = [json.loads(line) for line in lines.render(SUMMARIES[name]).splitlines()]
    assert len(found) == len(SUMMARIES[name].results) + 2
    for line in found:
        _valid(line)


@pytest.mark.parametrize(
    "change",
    [
        {"verdict": "good"},
        {"exit_code": 7},
        {"more": 1},
        {"list": "no hash"},
        {"counts": {"fail": 1}},
        {"results": [{"name": "a"}]},
        {"schema": "dgcheck/report/v1"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_anything_else_is_not(change: dict[str, Any]) -> None:
    found = {**json.loads(document.render(SUMMARIES["mixed"])), **change}
    with pytest.raises(ValidationError):
        _valid(found)
