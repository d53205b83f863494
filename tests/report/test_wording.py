"""The words that the formats for people share."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.model.evidence import Phase
from dgcheck.model.record import replace
from dgcheck.model.report import CheckResult, Status
from dgcheck.report import wording
from tests.report import canonical


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "0.0 ms"),
        (0.000021, "0.02 ms"),
        (0.0000949, "0.09 ms"),
        (0.0000951, "0.1 ms"),
        (0.00042, "0.4 ms"),
        (0.00994, "9.9 ms"),
        (0.00996, "10 ms"),
        (0.4126, "413 ms"),
        (0.9994, "999 ms"),
        (0.9996, "1.00 s"),
        (9.99, "9.99 s"),
        (60.04, "60.0 s"),
        (-1.0, "?"),
        (float("nan"), "?"),
        (float("inf"), "?"),
    ],
)
def test_durations_are_said_as_people_say_them(seconds: float, words: str) -> None:
    assert wording.duration(seconds) == words


@pytest.mark.parametrize(
    ("phases", "seconds"),
    [
        pytest.param((), None, id="none"),
        pytest.param(((0.0, 1.0), (1.0, 2.0)), 3.0, id="one after the other"),
        pytest.param(((0.0, 2.0), (1.0, 2.0)), 3.0, id="overlapping"),
        pytest.param(((0.0, 5.0), (1.0, 1.0)), 5.0, id="one within the other"),
        pytest.param(((0.0, 1.0), (9.0, 1.0)), 2.0, id="a pause between them"),
    ],
)
def test_the_time_of_a_check_is_what_its_phases_cover(
    phases: tuple[tuple[float, float], ...], seconds: float | None
) -> None:
    assert wording.on_the_wire([Phase("x", start, length) for start, length in phases]) == seconds


@pytest.mark.parametrize(
    ("seen_from", "words"),
    [
        ({}, "this machine"),
        ({"host": "laptop", "container": ""}, "laptop"),
        ({"host": "5f2a", "container": "docker"}, "a docker container, 5f2a"),
        ({"host": "5f2a", "container": "/.dockerenv"}, "a container, 5f2a"),
        ({"host": "x-1", "container": "kubernetes", "pod": "x-1", "namespace": "voice"}, "pod x-1 in namespace voice"),
        ({"host": "node", "pod": "x-1"}, "pod x-1 on node"),
        ({"host": ["odd"], "pod": None}, "odd"),
    ],
)
def test_the_place_is_named_as_people_know_it(seen_from: dict[str, Any], words: str) -> None:
    assert wording.seen_from(replace(canonical.healthy(), seen_from=seen_from)) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, ""),
        (True, "yes"),
        (30.0, "30"),
        (2.5, "2.5"),
        (["nova-3", "nova-2"], "nova-3, nova-2"),
        ([["dg.example.com", "192.0.2.5"]], "dg.example.com=192.0.2.5"),
        ({"nova-3": "both"}, "nova-3=both"),
        ([], ""),
    ],
)
def test_values_of_settings_are_shown_as_they_are_written(value: object, words: str) -> None:
    assert wording.shown(value) == words


@pytest.mark.parametrize(
    ("check", "passed", "status", "words"),
    [
        ("replicas", 7, Status.FAIL, "7 of 10 tries passed: intermittent"),
        ("replicas", 10, Status.PASS, ""),
        ("replicas", 0, Status.FAIL, ""),
        ("rest", 7, Status.FAIL, ""),
    ],
)
def test_now_and_then_is_called_intermittent(check: str, passed: int, status: Status, words: str) -> None:
    result = CheckResult(check, "", status, "", tries=10, passed=passed)
    assert wording.tries(result, canonical.healthy()) == words


@pytest.mark.parametrize(
    ("passed", "pattern", "words"),
    [
        (7, "", "7 of 10 tries passed (40 to 89 %): intermittent"),
        (7, "only at 10.0.0.2", "7 of 10 tries passed (40 to 89 %): intermittent, failed only at 10.0.0.2"),
        (10, "", "10 of 10 tries passed"),
    ],
)
def test_repeated_check_tells_its_share_and_what_failures_go_with(passed: int, pattern: str, words: str) -> None:
    result = CheckResult("rest", "", Status.FAIL, "", tries=10, passed=passed, interval=(0.397, 0.892))
    result = replace(result, intermittent=passed < 10, pattern=pattern)
    assert wording.tries(result, canonical.healthy()) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-09-20T10:15:02.118Z", "2026-09-20 10:15:02 UTC"),
        ("2026-09-20T12:15:02+02:00", "2026-09-20 10:15:02 UTC"),
        ("yesterday\x1b", "yesterday\\x1b"),
        ("", ""),
    ],
)
def test_moments_are_utc(text: str, words: str) -> None:
    assert wording.moment(text) == words


@pytest.mark.parametrize("ended", ["", "now", "2026-09-20T10:15:01Z", "2026-09-20T10:15:02.118"])
def test_a_time_that_cannot_be_known_is_not_told(ended: str) -> None:
    assert wording.took(replace(canonical.healthy(), ended=ended)) == ""


def test_a_code_that_the_summary_names_is_not_repeated() -> None:
    finding = canonical.failing().findings[0]
    check = CheckResult("ws.upgrade", "", Status.FAIL, "Not passed on (DG4001)")
    assert wording.explained(check, finding, canonical.failing()) == ("Not passed on (DG4001)", "")
    assert wording.explained(replace(check, summary="404"), finding, canonical.failing()) == ("404", "DG4001")


def test_what_stopped_a_check_is_named_once() -> None:
    check = CheckResult("rest", "", Status.SKIP, "nothing to ask", blocked_by="dns")
    assert wording.explained(check, None, canonical.failing())[0] == "nothing to ask (stopped by dns)"
    named = replace(check, summary="not possible without dns")
    assert wording.explained(named, None, canonical.failing())[0] == "not possible without dns"
