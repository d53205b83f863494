"""`dgcheck diff`: two saved reports in words, as JSON and as Markdown; files that are none are refused."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from dgcheck import ticket
from dgcheck.cli import main
from dgcheck.model.record import replace
from dgcheck.model.report import Report
from dgcheck.report import render
from tests.report import canonical
from tests.report.hostile import NASTY, harmful, poisoned
from tests.ticket.reported import HALF_PAST, NEXT_DAY, POD, cause, report

REFUSED = report(cause("DG4001", "ws.upgrade", says="The upgrade was refused."))
WELL = report(at=NEXT_DAY)
FORMATS = ("text", "json", "markdown")


@cache
def validator(name: str) -> Draft202012Validator:
    """A validator for a published schema of this folder."""
    text = Path(ticket.__path__[0], f"{name}.v1.schema.json").read_text(encoding="utf-8")
    Draft202012Validator.check_schema(json.loads(text))
    return Draft202012Validator(json.loads(text))


def kept(name: str, one: Report) -> str:
    """The report as a file."""
    Path(name).write_text(render("json", one), encoding="utf-8")
    return name


def compared(
    old: Report, new: Report, capsys: pytest.CaptureFixture[str], *words: str, form: str = "text"
) -> tuple[int, str]:
    code = main(["diff", kept("old.json", old), kept("new.json", new), "-o", form, *words])
    shown = capsys.readouterr()
    assert shown.err == ""
    return code, shown.out


def as_json(old: Report, new: Report, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    code, text = compared(old, new, capsys, *words, form="json")
    found: dict[str, Any] = json.loads(text)
    assert [error.message for error in validator("diff").iter_errors(found)] == []
    assert found["exit_code"] == code
    return code, found


def test_fixed(capsys: pytest.CaptureFixture[str]) -> None:
    code, text = compared(REFUSED, WELL, capsys)
    assert code == 0
    assert "Fixed\n  ✓ DG4001 cause_dg4001: The upgrade was refused.\n" in text
    assert text.endswith("\n1 cause fixed.\n")


def test_broken_again_comes_with_its_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    code, text = compared(WELL, replace(REFUSED, started="2026-09-22T12:00:00Z"), capsys)
    assert code == 1
    assert "What to do: Mend DG4001\n      mend --now\n" in text


def test_places_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    code, text = compared(REFUSED, report(at=HALF_PAST, seen_from=POD), capsys)
    assert code == 1
    assert text.startswith("Two places compared\n")
    assert "\nOnly from node-3\n" in text
    assert text.endswith("\n1 cause only from node-3.\n")


def test_one_may_say_that_they_are_times(capsys: pytest.CaptureFixture[str]) -> None:
    _, text = compared(REFUSED, report(at=HALF_PAST, seen_from=POD), capsys, "--as", "times")
    assert "\nFixed\n" in text


@pytest.mark.parametrize("form", FORMATS)
def test_a_report_and_itself_say_the_same(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = compared(canonical.failing(), canonical.failing(), capsys, form=form)
    assert code == 0
    assert ("The two reports say the same" in text) == (form != "json") or json.loads(text)["differs"] is False


def test_the_whole_of_it_is_in_the_json(capsys: pytest.CaptureFixture[str]) -> None:
    other = report(
        cause("DG5001", "models", "ws.upgrade"), cause("DG3010", "rest"), at=NEXT_DAY, settings={"language": "en"}
    )
    _, found = as_json(REFUSED, other, capsys)
    assert (found["compared_as"], found["differs"]) == ("times", True)
    assert [one["code"] for one in found["new"]] == ["DG3010"]
    assert found["changed"][0]["checks"] == ["ws.upgrade"]
    assert found["settings"] == [{"what": "language", "old": "not known", "new": "en (flag)"}]
    assert [one["id"] for one in found["checks"]] == ["models", "rest"]


def test_the_json_of_a_rich_report_is_valid(capsys: pytest.CaptureFixture[str]) -> None:
    as_json(canonical.failing(), canonical.healthy(), capsys)
    as_json(canonical.healthy(), canonical.failing(), capsys)


def test_a_bundle_and_standard_input_open_as_well(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile("ticket.zip", "w") as bundle:
        bundle.writestr("report.json", render("json", REFUSED))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(render("json", WELL).encode())))
    assert main(["diff", "ticket.zip", "-"]) == 0
    assert "1 cause fixed." in capsys.readouterr().out


def test_files_are_written_and_text_is_shown_beside(capsys: pytest.CaptureFixture[str]) -> None:
    compared(REFUSED, WELL, capsys, "-o", "json=diff.json", "-o", "markdown=diff.md")
    assert json.loads(Path("diff.json").read_text(encoding="utf-8"))["schema"] == "dgcheck/diff/v1"
    assert "- ✅ `DG4001 cause_dg4001`: The upgrade was refused." in Path("diff.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("seed", range(6))
def test_what_a_server_said_is_shown_harmlessly(form: str, seed: int, capsys: pytest.CaptureFixture[str]) -> None:
    nasty = poisoned(list(NASTY), Random(seed))
    _, text = compared(canonical.failing(), replace(nasty, started=NEXT_DAY), capsys, form=form)
    assert not harmful(text)


def damaged(text: str) -> bytes:
    return text[: len(text) // 2].encode()


def bomb(text: str) -> bytes:
    """A zip whose report would unpack to 70 MB."""
    return zipped(text.encode() + b" " * (70 << 20))


def zipped(content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as bundle:
        bundle.writestr("report.json", content)
    return packed.getvalue()


@pytest.mark.parametrize("command", ["diff", "verify"])
@pytest.mark.parametrize(
    ("made", "said"),
    [
        pytest.param(damaged, "ends in the middle", id="truncated"),
        pytest.param(lambda text: text.replace('"verdict"', '"verdikt"').encode(), "incomplete", id="damaged"),
        pytest.param(lambda _: b'{"results": []}', "no dgcheck report", id="foreign"),
        pytest.param(lambda _: b"\x7fELF\x00\x01", "The file", id="a program"),
        pytest.param(lambda _: b"", "empty", id="empty"),
        pytest.param(lambda _: b"[" * 100_000, "deeply", id="deep"),
        pytest.param(lambda _: b" " * (65 << 20), "at most 64", id="huge"),
        pytest.param(bomb, "would unpack to", id="zip bomb"),
        pytest.param(lambda text: zipped(text.encode())[:-40], "bundle", id="a bundle cut off"),
    ],
)
def test_what_is_no_report_is_refused(
    command: str, made: Callable[[str], bytes], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("bad").write_bytes(made(render("json", REFUSED)))
    words = [kept("good.json", WELL), "bad"] if command == "diff" else ["bad"]
    assert main([command, *words]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert said in shown.err
    assert len(shown.err) < 800


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "two reports are compared"),
        (["old.json"], "two reports are compared"),
        (["-", "-"], "standard input holds one report"),
        (["none.json", "none.json"], "there is no such file"),
        (["old.json", "old.json", "-o", "junit"], "'junit' is none of text, json, markdown"),
        (["old.json", "old.json", "--as", "colours"], "--as: invalid choice"),
    ],
)
def test_mistakes_are_told(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    kept("old.json", WELL)
    assert main(["diff", *words]) == 2
    assert said in capsys.readouterr().err
