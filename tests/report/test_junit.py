"""JUnit XML as CI servers read it: counts that agree, one outcome per case, nothing unprintable."""

from __future__ import annotations

import string
from random import Random
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dgcheck.model.record import replace
from dgcheck.model.report import Report, Status
from dgcheck.report import render
from tests.report import canonical
from tests.report.hostile import NASTY, poisoned, texts

# What the schema of Ant's JUnit task, and those of CI servers made from it, want of each element.
REQUIRED = {
    "testsuite": {"name", "tests", "failures", "errors", "time", "timestamp", "hostname"},
    "testcase": {"name", "classname", "time"},
    "failure": {"message", "type"},
    "error": {"message", "type"},
    "skipped": {"message"},
    "property": {"name", "value"},
}
INSIDE = {
    "testsuites": ("testsuite",),
    "testsuite": ("properties", "testcase", "system-out", "system-err"),
    "properties": ("property",),
    "testcase": ("skipped", "error", "failure"),
}


def tree(report: Report, **how: Any) -> ET.Element:
    return ET.fromstring(render("junit", report, **how))


def case(report: Report, check: str) -> ET.Element:
    found = tree(report).find(f".//testcase[@classname='dgcheck.{check}']")
    assert found is not None
    return found


def changed(status: Status, **more: Any) -> Report:
    """The healthy report with another outcome of its check `status`."""
    base = canonical.healthy()
    checks = tuple(replace(one, status=status) if one.id == "status" else one for one in base.checks)
    return replace(base, checks=checks, **more)


@pytest.mark.parametrize("which", ["failing", "healthy", "answerless"])
def test_every_element_has_its_place_and_what_it_needs(which: str) -> None:
    root = tree(getattr(canonical, which)())
    assert root.tag == "testsuites"
    for element in root.iter():
        assert REQUIRED.get(element.tag, set()) <= set(element.attrib)
        assert {child.tag for child in element} <= set(INSIDE.get(element.tag, ()))
    order = [child.tag for child in root[0]]
    assert order == sorted(order, key=INSIDE["testsuite"].index)


@pytest.mark.parametrize("which", ["failing", "healthy", "answerless"])
def test_there_is_a_case_for_each_check_and_the_counts_agree(which: str) -> None:
    report = getattr(canonical, which)()
    suite = tree(report)[0]
    assert [one.get("classname") for one in suite.iter("testcase")] == [f"dgcheck.{one.id}" for one in report.checks]
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        assert int(suite.attrib[attribute]) == len(list(suite.iter(tag)))
    assert int(suite.attrib["tests"]) == len(report.checks)
    assert all(len(one) <= 1 for one in suite.iter("testcase"))


def test_a_failure_says_what_to_do() -> None:
    root = canonical.failing().root
    assert root is not None
    failure = case(canonical.failing(), root.checks[0]).find("failure")
    assert failure is not None
    assert failure.attrib["type"] == root.cause
    assert root.remedies[0].do in (failure.text or "")
    assert root.remedies[0].command.split("\n")[0] in (failure.text or "")


def test_a_skipped_check_says_why() -> None:
    report = canonical.healthy()
    skipped = next(one for one in report.checks if one.status is Status.SKIP)
    found = case(report, skipped.id).find("skipped")
    assert found is not None
    assert found.attrib["message"].startswith(skipped.summary)


@pytest.mark.parametrize(
    ("report", "outcome"),
    [
        pytest.param(changed(Status.WARN, verdict=Status.WARN), "", id="a warning passes"),
        pytest.param(changed(Status.WARN, verdict=Status.WARN, fail_on="warning"), "failure", id="unless it fails"),
        pytest.param(changed(Status.UNKNOWN, verdict=Status.UNKNOWN), "error", id="what is not known is no pass"),
        pytest.param(changed(Status.FAIL, verdict=Status.FAIL), "failure", id="a failure without a cause"),
    ],
)
def test_the_outcome_of_a_check(report: Report, outcome: str) -> None:
    assert [child.tag for child in case(report, "status")] == ([outcome] if outcome else [])


@pytest.mark.parametrize(
    ("report", "outcome"),
    [
        pytest.param(replace(canonical.healthy(), verdict=Status.FAIL), "failure", id="verdict alone"),
        pytest.param(replace(canonical.healthy(), verdict=Status.UNKNOWN), "error", id="nothing answered"),
        pytest.param(replace(canonical.healthy(), signal=15, interrupted=True), "error", id="interrupted"),
        pytest.param(replace(canonical.healthy(), deadline_passed=True), "failure", id="the wait is over"),
    ],
)
def test_what_no_check_shows_has_a_case_of_its_own(report: Report, outcome: str) -> None:
    """Whatever is not exit 0 is not all green."""
    assert [child.tag for child in case(report, "verdict")] == [outcome]


@given(seeds=st.lists(texts, min_size=1, max_size=4), number=st.integers(0, 2**32))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_stands_in_a_report_it_is_xml(seeds: list[str], number: int) -> None:
    root = tree(poisoned(seeds, Random(number)))
    shown = "".join(f"{''.join(one.itertext())}{''.join(one.attrib.values())}" for one in root.iter())
    assert not [char for char in shown if not (char.isprintable() or char == "\n")]


@pytest.mark.parametrize("nasty", NASTY, ids=range(len(NASTY)))
def test_in_ascii_it_is_xml_too(nasty: str) -> None:
    text = render("junit", poisoned([nasty], Random(1), everything=True), ascii=True)
    assert set(text) <= set(string.printable)
    ET.fromstring(text)
