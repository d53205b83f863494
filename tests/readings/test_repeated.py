"""Shares with their intervals, and what failures go with: an address, a replica, the clock, or nothing."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from dgcheck.model.asking import REPEAT
from dgcheck.model.case import Case
from dgcheck.model.evidence import Ending, Exchange, Phase
from dgcheck.readings.repeated import intermittent, interval, pattern, repeated
from tests.rules.built import HEALTHY, case, dialled, got

URL = "http://10.0.0.7:8080"


@pytest.mark.parametrize(
    ("passed", "tries", "bounds"),
    [
        (7, 10, (0.397, 0.892)),
        (10, 10, (0.722, 1.0)),
        (0, 10, (0.0, 0.278)),
        (50, 100, (0.404, 0.596)),
        (1, 1, (0.207, 1.0)),
        (0, 0, (0.0, 1.0)),
    ],
)
def test_interval_is_wilsons(passed: int, tries: int, bounds: tuple[float, float]) -> None:
    """Compared with R's `binom::binom.wilson`."""
    assert interval(passed, tries) == pytest.approx(bounds, abs=0.001)


def one(at: float, fine: bool, *, address: str = "10.0.0.7", served: str = "", check: str = "status") -> Exchange:
    """One try of a status page."""
    headers = (("x-served-by", served),) if served else ()
    what = {"status": "GET /v1/status", "engine": "GET /v1/status/engine"}[check]
    phases = (Phase("connect", at, 0.001),)
    return got(what, 200 if fine else 502, HEALTHY, headers, phases=phases, address=address, purpose=REPEAT)


def tried(*tries: Exchange) -> Case:
    """A case with a first try that went well, and these after it."""
    return case(URL, got("GET /v1/status", 200, HEALTHY, phases=(Phase("connect", 0.0, 0.001),)), *tries)


def in_order(fine: Sequence[bool]) -> Case:
    """Tries one after the other."""
    return tried(*(one(1.0 + place, well) for place, well in enumerate(fine)))


def test_own_question_of_the_check_is_the_first_try() -> None:
    found = repeated(tried(one(1.0, True), one(2.0, False)))
    assert [each.fine for each in found["status"]] == [True, True, False]


def test_check_that_always_fails_is_not_intermittent() -> None:
    own = got("GET /v1/status", 502, phases=(Phase("connect", 0.0, 0.001),))
    assert intermittent(case(URL, own, one(1.0, False), one(2.0, False))) == {}


def test_check_that_was_not_repeated_has_no_tries() -> None:
    assert repeated(case(URL, got("GET /v1/status", 200, HEALTHY))) == {}


EVERY_THIRD = [place % 3 != 2 for place in range(12)]
A_WHILE = [not 4 <= place < 8 for place in range(12)]


@pytest.mark.parametrize(
    ("found", "kind", "says"),
    [
        pytest.param(
            tried(*(one(1.0 + n, n % 2 == 0, address=f"10.0.0.{7 + n % 2}") for n in range(10))),
            "address",
            "only at 10.0.0.8 (5 of 5 there)",
            id="one of two addresses",
        ),
        pytest.param(in_order(EVERY_THIRD), "replica", "every third time", id="every third connection"),
        pytest.param(in_order([n % 2 == 0 for n in range(12)]), "replica", "every second time", id="every second"),
        pytest.param(in_order(A_WHILE), "clock", "only for a while, from 5.0 s to 8.0 s after the start", id="a while"),
        pytest.param(
            in_order([n < 8 for n in range(12)]),
            "clock",
            "only at the end: until 9.0 s after the start",
            id="at the end",
        ),
    ],
)
def test_what_failures_go_with_is_told(found: Case, kind: str, says: str) -> None:
    told = pattern(found)
    assert told is not None
    assert (told.kind, says in told.says) == (kind, True), told


def test_replica_that_names_itself_is_named() -> None:
    served = ["a", "b", "a", "c", "b", "b", "c", "a", "b", "c", "a", "b"]
    tries = [one(1.0 + n, name != "b", served=name) for n, name in enumerate(served)]
    first = got("GET /v1/status", 200, HEALTHY, (("x-served-by", "a"),), phases=(Phase("connect", 0.0, 0.001),))
    told = pattern(case(URL, first, *tries))
    assert told is not None
    assert (told.kind, told.value) == ("replica", "b")


@pytest.mark.parametrize(
    "fine",
    [
        pytest.param([True, True, False, True, False, True, True, False, False, True, True, False], id="at random"),
        pytest.param([True] * 6 + [False] + [True] * 5, id="once"),
        pytest.param([True, False, True, True, False], id="twice of few, as chance would have it"),
    ],
)
def test_failures_that_chance_explains_go_with_nothing(fine: list[bool]) -> None:
    assert pattern(in_order(fine)) is None


def test_address_that_fails_no_more_than_another_is_not_named() -> None:
    fine = [True, True, False, False, True, False, True, True, False, True]
    found = tried(*(one(1.0 + n, well, address=f"10.0.0.{7 + n % 2}") for n, well in enumerate(fine)))
    told = pattern(found)
    assert told is None or told.kind != "address"


@pytest.mark.parametrize(("ending", "mixed"), [(Ending.RESET, False), (Ending.REFUSED, True), (Ending.TIMED_OUT, True)])
def test_a_reset_that_comes_early_met_a_connection_that_was_accepted(ending: Ending, mixed: bool) -> None:
    again = [dialled("10.0.0.7", one, purpose=REPEAT) for one in (Ending.ANSWERED, ending, Ending.ANSWERED)]
    found = case(URL, dialled("10.0.0.7"), *again)
    assert bool(intermittent(found)) is mixed
