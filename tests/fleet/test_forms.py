"""What a fleet looks like as text, JSON lines, JSON and JUnit."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest

from dgcheck.fleet import document, junit, lines, text
from dgcheck.fleet.result import Checked, from_plain
from dgcheck.fleet.summary import Summary
from dgcheck.model.exits import Exit
from dgcheck.model.report import Status
from tests.fleet.built import result, stopped, summary

FAIL, WARN, PASS = Status.FAIL, Status.WARN, Status.PASS
MIXED = summary(
    result("berlin"), result("paris", FAIL), result("oslo", WARN), stopped("rome"), result("lima", FAIL), all=5
)


def as_text(found: Summary, *, width: int = 100, verbose: bool = False, ascii: bool = False) -> str:  # noqa: A002
    return text.render(found, width=width, colour=False, ascii=ascii, verbose=verbose)


# --- text -----------------------------------------------------------------------------------------------------------


def test_the_table_has_the_worst_first() -> None:
    rows = as_text(MIXED).split("\n\n")[1].splitlines()
    assert [row.split()[1] for row in rows] == ["lima", "paris", "rome", "oslo", "berlin"]
    assert rows[0] == "✗ lima    DG5003   250 ms  The model is installed for pre-recorded audio only"


def test_each_cause_is_told_once_with_what_to_do() -> None:
    shown = as_text(MIXED)
    assert shown.count("(DG5003 model_not_streaming)") == 1
    assert "  3 targets: lima, paris, oslo\n" in shown
    assert "  lima: The model nova-3 of lima serves batch alone.\n" in shown
    assert "  do: Install the streaming model\n      docker compose logs engine\n" in shown


def test_the_last_line_is_the_verdict() -> None:
    assert as_text(MIXED).splitlines()[-2:] == [
        "1 of 5 targets were not checked to the end.",
        "FAIL  2 failed, 1 unknown, 1 warned, 1 passed  in 8.10 s",
    ]


def test_many_that_passed_are_counted_unless_asked_for() -> None:
    found = summary(*(result(f"t{number:03d}") for number in range(500)), result("bad", FAIL))
    assert "500 passed (-v lists them)" in as_text(found)
    assert "t123" not in as_text(found)
    assert "t123" in as_text(found, verbose=True)


@pytest.mark.parametrize("width", [40, 80, 140])
def test_the_table_fits(width: int) -> None:
    found = summary(result("a-rather-long-name", FAIL, title="word " * 60), result("x" * 150))
    table = as_text(found, width=width).split("\n\n")[1].splitlines()
    # The name of a target and the first words of a title are always shown.
    assert max(map(len, table)) <= max(width, 2 + 48 + 2 + 8 + 9 + 18)


def test_what_a_share_is_of() -> None:
    assert "1 of 3 targets, share 1/3, 2026-09-20 10:15:00 UTC, seen from bastion" in as_text(
        summary(result("a"), all=3, shards=("1/3",))
    )
    assert "2 targets in 2 shares" in as_text(summary(result("a"), result("b"), shards=("0/2", "1/2")))
    whole = as_text(summary(result("a"), all=2, shards=("0/2",), missing=("1/2",)))
    assert "INCOMPLETE: share 1/2 of the targets is missing." in whole


def test_a_missing_share_is_an_error_for_a_ci_server() -> None:
    found = summary(result("a"), all=2, shards=("0/2",), missing=("1/2",))
    root = ET.fromstring(junit.render(found).partition("\n")[2])
    assert (root.get("errors"), root.get("failures"), root[-1].get("name")) == ("1", "0", "share 1/2")
    (error,) = root.iter("error")
    assert error.get("message") == "share 1/2 is missing: what is in it is not known"


def test_an_interruption_is_told() -> None:
    shown = as_text(summary(result("a"), stopped("b"), interrupted=True, signal=15))
    assert "INTERRUPTED by SIGTERM: 1 of 2 targets were not checked to the end." in shown


def test_an_empty_share_is_nothing_wrong() -> None:
    assert as_text(summary(all=2, shards=("2/3",))).endswith("\nSKIP  no target is in this share  in 8.10 s\n")


def test_ascii() -> None:
    assert as_text(MIXED, ascii=True).isascii()


def test_the_termination_message_is_short() -> None:
    long = summary(*(result(f"t{number:04d}-{'x' * 80}", FAIL) for number in range(900)))
    said = text.short(long)
    assert len(said.encode()) <= text.LIMIT
    assert said.startswith("FAIL fleet fleet.yaml: 900 failed")
    assert "DG5003 The model is installed" in said.splitlines()[1]


# --- JSON -----------------------------------------------------------------------------------------------------------


def test_lines_say_who_they_are() -> None:
    made = [json.loads(line) for line in lines.render(MIXED).splitlines()]
    assert [one["kind"] for one in made] == ["begin", *["target"] * 5, "end"]
    assert {(one["schema"], one["list"], one["shard"]) for one in made} == {("dgcheck/fleet/v1", "0123456789ab", "0/1")}
    assert made[0]["targets"] == ["berlin", "paris", "oslo", "rome", "lima"]
    assert (made[-1]["verdict"], made[-1]["exit_code"]) == ("fail", 1)


def test_the_document_has_every_result_and_its_counts() -> None:
    made = json.loads(document.render(MIXED))
    assert made["counts"] == {"fail": 2, "unknown": 1, "warn": 1, "pass": 1, "unfinished": 1}
    assert [one["name"] for one in made["results"]] == ["lima", "paris", "rome", "oslo", "berlin"]
    assert json.loads(document.render(summary()))["results"] == []


@pytest.mark.parametrize("place", range(5))
def test_a_result_comes_back_from_json_as_it_was(place: int) -> None:
    made = json.loads(lines.target(MIXED, MIXED.results[place]))
    assert from_plain(made) == MIXED.results[place]


# --- JUnit ----------------------------------------------------------------------------------------------------------


def test_a_suite_for_each_target_and_a_case_for_each_check() -> None:
    root = ET.fromstring(junit.render(MIXED).partition("\n")[2])
    suites = root.findall("testsuite")
    assert [one.get("name") for one in suites] == ["lima", "paris", "rome", "oslo", "berlin"]
    assert [one.get("name") for one in suites[0].findall("testcase")] == ["config", "models", "rest"]
    assert {name: root.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "13",
        "failures": "2",
        "errors": "1",
        "skipped": "4",
    }
    failure = suites[0].find("testcase/failure")
    assert failure is not None
    assert "Install the streaming model" in (failure.text or "")


def test_no_server_takes_for_passed_what_was_not_checked() -> None:
    root = ET.fromstring(junit.render(summary(stopped("rome"))).partition("\n")[2])
    assert root.find("testsuite/testcase/error") is not None


def test_warnings_fail_a_case_only_where_they_fail_the_run() -> None:
    def failures(code: Exit) -> str | None:
        found = summary(result("a", WARN, exit_code=code))
        return ET.fromstring(junit.render(found).partition("\n")[2]).get("failures")

    assert (failures(Exit.OK), failures(Exit.WARNINGS)) == ("0", "1")


def test_every_form_is_harmless() -> None:
    """What a file says in the name of a deployment commands no terminal, whatever the form."""
    evil = "x\x1b[2J\u202e</testsuite>"
    made = json.loads(lines.target(MIXED, result("a", FAIL)))
    found = from_plain({**made, "name": evil, "says": evil, "title": evil, "do": evil, "command": evil})
    both = summary(found, result("b", FAIL, checks=(Checked("models", FAIL, found.says),)))
    for shown in (as_text(both), lines.render(both), document.render(both), junit.render(both), text.short(both)):
        assert not [char for char in shown if ord(char) < 32 and char != "\n"]
        assert "\u202e" not in shown
    ET.fromstring(junit.render(both).partition("\n")[2])


@pytest.mark.parametrize(
    ("insecure", "words"),
    [
        pytest.param((True, True), "CERTIFICATES WERE NOT VERIFIED (--insecure)", id="all"),
        pytest.param((True, False), "CERTIFICATES OF 1 OF 2 TARGETS WERE NOT VERIFIED (--insecure)", id="one"),
        pytest.param((False, False), "", id="none"),
    ],
)
def test_what_was_not_verified_is_shouted_before_anything_else(insecure: tuple[bool, bool], words: str) -> None:
    made = summary(*(result(name, insecure=one) for name, one in zip("ab", insecure, strict=True)))
    second = as_text(made).splitlines()[1]
    assert second.startswith(words) if words else not second
    assert (words in text.short(made)) is True
