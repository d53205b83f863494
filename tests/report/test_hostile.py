"""Whatever stands in a report, no format harms its reader or fails."""

from __future__ import annotations

import json
import re
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dgcheck.report import formats, load, render
from dgcheck.report.plain import report_to_plain
from tests.report import canonical
from tests.report.hostile import NASTY, harmful, poisoned, texts
from tests.report.valid import assert_valid

OUR_COLOURS = re.compile(r"\x1b\[[0-9;]{1,6}m")
slowly = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
seeds = st.lists(texts, min_size=1, max_size=4)
numbers = st.integers(min_value=0, max_value=2**32)


def shown(name: str, report: Any, **how: Any) -> str:
    return render(name, report, **{"width": 80, "colour": False, "ascii": False, "verbose": False, **how})


@pytest.mark.parametrize("name", formats())
@given(seeds=seeds, number=numbers, width=st.integers(1, 200), verbose=st.booleans())
@slowly
def test_no_text_can_command_hide_or_reorder(
    name: str, seeds: list[str], number: int, width: int, verbose: bool
) -> None:
    text = shown(name, poisoned(seeds, Random(number)), width=width, verbose=verbose)
    assert not harmful(text)
    assert text.endswith("\n")
    text.encode("utf-8")


@pytest.mark.parametrize("name", formats())
@pytest.mark.parametrize("nasty", NASTY, ids=range(len(NASTY)))
def test_a_report_of_nothing_but_poison_is_shown(name: str, nasty: str) -> None:
    text = shown(name, poisoned([nasty], Random(1), everything=True), verbose=True)
    assert not harmful(text)
    assert name in ("json", "yaml") or len(text) < 1_000_000


@pytest.mark.parametrize("name", formats())
@given(seeds=seeds, number=numbers)
@slowly
def test_ascii_output_is_ascii(name: str, seeds: list[str], number: int) -> None:
    assert shown(name, poisoned(seeds, Random(number)), ascii=True).isascii()


@pytest.mark.parametrize("name", formats())
@given(seeds=seeds, number=numbers)
@slowly
def test_colour_adds_our_own_sequences_and_nothing_else(name: str, seeds: list[str], number: int) -> None:
    report = poisoned(seeds, Random(number))
    plain, coloured = shown(name, report), shown(name, report, colour=True)
    assert OUR_COLOURS.sub("", coloured) == plain


@given(seeds=seeds, number=numbers)
@slowly
def test_json_holds_the_whole_report(seeds: list[str], number: int) -> None:
    report = poisoned(seeds, Random(number))
    assert json.loads(shown("json", report)) == report_to_plain(report)


@given(seeds=seeds, number=numbers)
@slowly
def test_yaml_holds_the_whole_report(seeds: list[str], number: int) -> None:
    report = poisoned(seeds, Random(number))
    assert yaml.load(shown("yaml", report), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)) == report_to_plain(
        report
    )


@pytest.mark.parametrize("name", ["json", "yaml"])
@given(seeds=seeds, number=numbers)
@slowly
def test_what_was_written_is_read_back(name: str, seeds: list[str], number: int) -> None:
    report = poisoned(seeds, Random(number))
    again = load(shown(name, report))
    assert report_to_plain(again) == report_to_plain(report)


@given(seeds=seeds, number=numbers, verbose=st.booleans())
@slowly
def test_no_text_breaks_a_markdown_table(seeds: list[str], number: int, verbose: bool) -> None:
    lines = shown("markdown", poisoned(seeds, Random(number)), verbose=verbose).split("\n")
    start = lines.index("### Checks") + 2
    table = lines[start : lines.index("", start)]
    assert len(table) == 2 + len(canonical.checks()) + 2  # head, rule, checks, the two addresses of tcp
    assert {bars(line) for line in table} == {5}


def bars(line: str) -> int:
    """The bars that end a cell, as GitHub's table reader finds them: a backslash takes away what follows it."""
    return len(re.sub(r"\\[!-/:-@\[-`{-~]", "", line).split("|")) - 1


def test_the_canary_for_harm_would_sing() -> None:
    """The check itself finds what it looks for, in the report that the formats are given."""
    report = poisoned([NASTY[0]], Random(1), everything=True)
    assert "\x1b" in report.checks[0].summary
    assert harmful(report.checks[0].summary)


@pytest.mark.parametrize("which", ["failing", "healthy", "answerless"])
def test_the_reports_made_by_hand_keep_the_schema(which: str) -> None:
    assert_valid(shown("json", getattr(canonical, which)()))
