"""The published schema is what the model says, and it is strict."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from dgcheck import report
from dgcheck.report.json import laid_out
from tests.report import canonical, schema_of_model
from tests.report.valid import assert_valid, validator

PUBLISHED = Path(report.__path__[0], "v1.schema.json")


def test_the_published_schema_is_that_of_the_model(request: pytest.FixtureRequest) -> None:
    text = laid_out(schema_of_model.schema()) + "\n"
    if request.config.getoption("--update-golden"):
        PUBLISHED.write_text(text, encoding="utf-8", newline="")
    assert PUBLISHED.read_text(encoding="utf-8") == text, (
        "the model changed: pytest --update-golden, and read the difference"
    )


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(report.schema())


def plain() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(report.render("json", canonical.failing()))
    return found


def _drop(*path: str | int) -> Callable[[dict[str, Any]], None]:
    def change(value: Any) -> None:
        for step in path[:-1]:
            value = value[step]
        del value[path[-1]]

    return change


def _set(new: Any, *path: str | int) -> Callable[[dict[str, Any]], None]:
    def change(value: Any) -> None:
        for step in path[:-1]:
            value = value[step]
        value[path[-1]] = new

    return change


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(_drop("verdict"), id="no verdict"),
        pytest.param(_drop("checks", 0, "blocked_by"), id="a check without blocked_by"),
        pytest.param(_drop("findings", 0, "caused_by"), id="a finding without caused_by"),
        pytest.param(_drop("evidence", 2, "name"), id="a lookup without its name"),
        pytest.param(_set("green", "verdict"), id="a verdict of its own"),
        pytest.param(_set("skip", "verdict"), id="a skipped verdict"),
        pytest.param(_set(7, "exit_code"), id="an exit code of its own"),
        pytest.param(_set("yesterday", "started"), id="no moment"),
        pytest.param(_set("DG1", "findings", 0, "code"), id="no code"),
        pytest.param(_set("DG2005", "findings", 0, "caused_by"), id="a root with a cause"),
        pytest.param(_set(None, "findings", 2, "caused_by"), id="an effect without a cause"),
        pytest.param(_set("12 ms", "checks", 1, "phases", 0, "ms"), id="a duration in words"),
        pytest.param(_set("thinking", "checks", 1, "phases", 0, "name"), id="a phase of its own"),
        pytest.param(_set("vanished", "evidence", 2, "ending"), id="an ending of its own"),
        pytest.param(_set("hunch", "evidence", 2, "kind"), id="evidence of a kind of its own"),
        pytest.param(_set(1, "extra"), id="an unknown key"),
        pytest.param(_set(1, "evidence", 2, "extra"), id="an unknown field of evidence"),
        pytest.param(_set("nova", "settings", "model"), id="a setting without its origin"),
    ],
)
def test_what_is_no_report_is_refused(change: Callable[[dict[str, Any]], None]) -> None:
    value = plain()
    assert_valid(value)
    change(value)
    assert not validator().is_valid(value)


def test_the_helper_names_the_place() -> None:
    value = plain()
    value["checks"][1]["tries"] = -1
    with pytest.raises(AssertionError, match=r"\$\.checks\[1\]\.tries"):
        assert_valid(value)
