"""The table in its three forms: narrow for a person, whole for a program, safe everywhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from dgcheck.model.report import Status
from dgcheck.model.target import Expected
from dgcheck.models import document, markdown, text
from dgcheck.models.expected import results
from dgcheck.models.table import Table, table
from dgcheck.report.json import laid_out
from dgcheck.sim.models import flux, many, speech, split_by_mode
from tests.models import schema_of_document
from tests.models.built import MEDICAL, NOVA_2, NOVA_3, VOICE, A, B, C, listed, posted, refused, report

PUBLISHED = Path(document.__file__).with_name("v1.schema.json")
HOSTILE = speech("\x1b]0;x\x07nova|`<script>`\u202e", ("e\nn", "`|"), version="1 | 2\n3")
TABLES: dict[str, Table] = {
    "whole": table(report(listed([NOVA_3, NOVA_2, MEDICAL, VOICE, flux()]))),
    "differing": table(report(refused(C), listed([NOVA_3, NOVA_2], A), listed([NOVA_3], B))),
    "tried": table(
        report(
            listed([NOVA_3, VOICE]), posted("/v1/listen?model=nova-3-general", 200), posted("/v1/speak?model=x", 404)
        )
    ),
    "two files": table(report(listed(split_by_mode([speech("nova-2-conversationalai", version="2024-01-18.26916")])))),
    "long": table(report(listed(many(143)))),
    "empty": table(report(listed([]))),
    "unlisted": table(report(listed([], status=404), verdict=Status.UNKNOWN)),
    "hostile": table(report(listed([HOSTILE]))),
}
EXPECTED = (Expected("nova-3"), Expected("nova-9", ("en",)), Expected("\x1b[2J|nova", version="`1`"))


def _text(made: Table, width: int = 80, **how: Any) -> str:
    switches = {"colour": False, "ascii": False, "verbose": False, **how}
    return text.render(made, results(EXPECTED, made), width=width, **switches)


@pytest.mark.parametrize("name", [name for name in TABLES if name != "hostile"])
@pytest.mark.parametrize("verbose", [False, True], ids=["short", "verbose"])
def test_a_line_fits_into_80_columns(name: str, verbose: bool) -> None:
    assert max(map(len, _text(TABLES[name], verbose=verbose).splitlines())) <= 80


@pytest.mark.parametrize("name", TABLES)
def test_nothing_a_server_sent_is_obeyed(name: str) -> None:
    made = TABLES[name]
    for shown in (
        _text(made, ascii=True),
        _text(made, verbose=True),
        markdown.render(made, results(EXPECTED, made)),
        document.render(made, results(EXPECTED, made)),
    ):
        assert not [char for char in shown if (ord(char) < 32 and char != "\n") or char in "\x7f\u202e"]
    assert "<script>" not in markdown.render(made, ()).replace("`<script>`", "")


def test_every_row_of_markdown_has_its_cells() -> None:
    for line in markdown.render(TABLES["hostile"], ()).splitlines():
        if line.startswith("|"):
            assert line.replace("\\|", "").count("|") == 7


def test_what_stands_in_the_table() -> None:
    lines = _text(TABLES["whole"]).splitlines()
    head = next(line for line in lines if line.startswith("model"))
    assert head.split() == ["model", "batch", "stream", "languages", "format", "version"]
    medical = next(line for line in lines if line.startswith("nova-3-medical"))
    assert medical.split() == ["nova-3-medical", "yes", "no", "en", "yes", MEDICAL.version]
    assert "Voices (1): aura-2-thalia-en" in lines
    assert lines[-1].startswith("PASS  3 speech models, 1 Flux model, 1 voice")


def test_many_languages_are_counted_and_told_in_full_with_verbose() -> None:
    wide = speech("nova-3-general", [f"x{number:02d}" for number in range(40)])
    made = table(report(listed([wide])))
    assert " +" in _text(made)
    assert "x39" not in _text(made)
    assert "x39" in _text(made, verbose=True)


def test_the_address_that_differs_is_marked_with_what_it_lacks() -> None:
    shown = _text(TABLES["differing"])
    assert "nova-2-general *" in shown
    assert f"{B}  1 model, DIFFERS" in shown
    assert f"{C}  no connection: refused" in shown


def test_what_was_proved_and_what_is_not_served() -> None:
    shown = _text(TABLES["tried"])
    assert "works" in shown
    assert "Voices (1, not served here)" in shown


def test_without_a_listing_the_reason_and_another_way_are_given() -> None:
    shown = " ".join(_text(TABLES["unlisted"]).split())
    assert "GET /v1/models got 404" in shown
    assert "`dgcheck run http://dg:8080 --model NAME`" in shown


@pytest.mark.parametrize("name", TABLES)
def test_the_document_is_what_the_schema_says(name: str) -> None:
    made = TABLES[name]
    found = json.loads(document.render(made, results(EXPECTED, made)))
    Draft202012Validator(document.schema()).validate(found)


def test_the_schema_is_strict() -> None:
    found = json.loads(document.render(TABLES["whole"], ()))
    for spoilt in (
        {**found, "more": 1},
        {**found, "verdict": "skip"},
        {**found, "models": [{**found["models"][0], "batch": "yes"}]},
        {key: value for key, value in found.items() if key != "differs"},
    ):
        with pytest.raises(ValidationError):
            Draft202012Validator(document.schema()).validate(spoilt)


def test_the_published_schema_is_that_of_the_model(request: pytest.FixtureRequest) -> None:
    made = laid_out(schema_of_document.schema()) + "\n"
    if request.config.getoption("--update-golden"):
        PUBLISHED.write_text(made, encoding="utf-8", newline="")
    Draft202012Validator.check_schema(json.loads(made))
    assert PUBLISHED.read_text(encoding="utf-8") == made, "the model changed: pytest --update-golden"
