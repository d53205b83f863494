"""Shares joined into one, and everything that does not fit together."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from dgcheck.fleet import document, lines
from dgcheck.fleet.merge import merge
from dgcheck.fleet.summary import Summary
from dgcheck.model.errors import UsageError
from dgcheck.model.exits import Exit
from dgcheck.model.report import Status
from tests.fleet.built import result, stopped, summary

FIRST = summary(result("a"), result("b", Status.FAIL), all=4, shards=("0/2",))
SECOND = summary(result("c", Status.WARN), stopped("d"), all=4, shards=("1/2",), started="2026-09-20T10:16:00.000Z")
ONE, TWO = ("0.jsonl", lines.render(FIRST)), ("1.jsonl", lines.render(SECOND))


def without(text: str, *places: int) -> str:
    kept = [line for place, line in enumerate(text.splitlines(keepends=True)) if place not in places]
    return "".join(kept)


def changed(text: str, place: int, **more: object) -> str:
    made = text.splitlines()
    made[place] = json.dumps({**json.loads(made[place]), **more})
    return "\n".join(made) + "\n"


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param([ONE, TWO], id="two files"),
        pytest.param([TWO, ONE], id="the other way round"),
        pytest.param([("all", ONE[1] + TWO[1])], id="one log after the other"),
        pytest.param(
            [("all", "".join(map("".join, zip(*(one[1].splitlines(True) for one in (ONE, TWO)), strict=True))))],
            id="lines of both in turn",
        ),
        pytest.param([("0.json", document.render(FIRST)), TWO], id="a document and lines"),
        pytest.param(
            [("log", "".join(f"[pod/dg-0-x/dgcheck] {line}" for line in (ONE[1] + TWO[1]).splitlines(True)))],
            id="with the prefix of kubectl",
        ),
        pytest.param([("log", "dgcheck: DGCHECK_X is no setting\n" + ONE[1]), TWO], id="with a note of ours"),
    ],
)
def test_shares_become_one(texts: list[tuple[str, str]]) -> None:
    found = merge(texts)
    assert {one.name: one.verdict.value for one in found.results} == {
        "a": "pass",
        "b": "fail",
        "c": "warn",
        "d": "unknown",
    }
    assert (found.shards, found.missing, found.all) == (("0/2", "1/2"), (), 4)
    assert (found.verdict, found.exit_code) == (Status.FAIL, Exit.FAILED)
    assert (found.started, found.file, found.seen_from) == ("2026-09-20T10:15:00.000Z", "fleet.yaml", "bastion")


def test_what_was_merged_can_be_merged_again() -> None:
    whole = merge([ONE, TWO])
    assert merge([("all.json", document.render(whole))]).results == tuple(sorted(whole.results, key=_as_sorted(whole)))
    assert merge([("all.jsonl", lines.render(whole))]).counts == whole.counts


def _as_sorted(found: Summary) -> Callable[[object], int]:
    order = [one.name for one in found.sorted()]
    return lambda one: order.index(one.name)  # type: ignore[attr-defined]


OTHER = summary(result("c"), result("d"), all=4, shards=("1/2",), list="ffffffffffff")
OVERLAP = summary(result("b"), result("d"), all=4, shards=("1/2",))
THIRDS = summary(result("c"), result("d"), all=4, shards=("1/3",))
FEWER = summary(result("c"), all=4, shards=("1/2",))


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        pytest.param([ONE], "share 1/2 is missing", id="missing"),
        pytest.param([ONE, TWO, ("again", TWO[1])], "share 1/2 is there twice: 1.jsonl, line 1 and again", id="twice"),
        pytest.param([ONE, ("o", lines.render(OTHER))], "different lists", id="another list"),
        pytest.param([ONE, ("o", lines.render(OVERLAP))], "b is in share 0/2.*the shares overlap", id="overlap"),
        pytest.param([ONE, ("o", lines.render(THIRDS))], "of 2 shares and o, line 1 of 3", id="cut otherwise"),
        pytest.param([ONE, ("o", lines.render(FEWER))], "3 targets in all shares, where the list has 4", id="fewer"),
        pytest.param([ONE, ("o", without(TWO[1], 2, 3))], "its end is missing: 1 of 2 targets.*: d", id="killed"),
        pytest.param([ONE, ("o", without(TWO[1], 1))], "lines are missing: 1 of 2 targets.*: c", id="a line is lost"),
        pytest.param([ONE, ("o", without(TWO[1], 0))], "o, line 1 is damaged: no line before it", id="no beginning"),
        pytest.param([ONE, ("o", TWO[1][:-40])], "o, line 4 is damaged: it was cut off", id="cut off"),
        pytest.param([ONE, ("o", "x" + TWO[1])], "o, line 1 is damaged: it is no JSON", id="no JSON"),
        pytest.param([("o", '{"a": 1}\n')], "no line of dgcheck fleet", id="other JSON"),
        pytest.param([("o", "\n\n")], "no line says that a share begins", id="nothing in it"),
        pytest.param([ONE, ("o", changed(TWO[1], 1, verdict="good"))], "line 2.*verdict is none of", id="verdict"),
        pytest.param([ONE, ("o", changed(TWO[1], 1, name="z"))], "z is no target of share 1/2", id="a stranger"),
        pytest.param([ONE, ("o", changed(TWO[1], 1, name="d"))], "line 3.*d was there before", id="target twice"),
        pytest.param([ONE, ("o", changed(TWO[1], 1, name=None))], "there is no name in it", id="no name"),
        pytest.param([ONE, ("o", changed(TWO[1], 1, exit_code=77))], "exit_code is none", id="exit code"),
        pytest.param([ONE, ("o", changed(TWO[1], 1, took_ms="long"))], "took_ms is no time", id="time"),
        pytest.param([ONE, ("o", changed(TWO[1], 1, checks=[{"id": 1}]))], "id is no text", id="check"),
        pytest.param([ONE, ("o", changed(TWO[1], 1, kind="x"))], "neither begin, target nor end", id="kind"),
        pytest.param([ONE, ("o", changed(TWO[1], 0, shard="5/2"))], "'5/2' is no share", id="share"),
        pytest.param([ONE, ("o", changed(TWO[1], 0, targets=7))], "does not name its targets", id="names"),
        pytest.param([ONE, ("o", TWO[1] + "[" * 100_000)], "line 5 is damaged", id="nested without end"),
        pytest.param([ONE, ("o", TWO[1].replace('"all": 4', '"all": NaN'))], "line 1 is damaged", id="no number"),
    ],
)
def test_what_does_not_fit_is_refused(texts: list[tuple[str, str]], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        merge(texts)


def test_the_later_of_two_counts_where_that_is_asked_for() -> None:
    again = summary(
        result("c"), result("d"), all=4, shards=("1/2",), started="2026-09-20T11:00:00.000Z", seen_from="dg-1-zz"
    )
    for texts in ([ONE, TWO, ("again", lines.render(again))], [ONE, ("again", lines.render(again)), TWO]):
        found = merge(texts, latest=True)
        assert {one.name: one.verdict.value for one in found.results}["d"] == "pass"


def test_what_there_is_where_that_is_asked_for() -> None:
    found = merge([("o", without(TWO[1], 2, 3))], partial=True)
    assert [(one.name, one.finished) for one in found.results] == [("c", True), ("d", False)]
    assert (found.missing, found.interrupted, found.exit_code) == (("0/2",), True, Exit.UNKNOWN)


def test_a_line_that_was_cut_off_is_damaged_even_then() -> None:
    with pytest.raises(UsageError, match="it was cut off"):
        merge([ONE, ("o", TWO[1][:-40])], partial=True)
