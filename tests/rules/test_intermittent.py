"""DG6020: the same question works some times and fails others."""

from __future__ import annotations

import pytest

from dgcheck.model.asking import REPEAT
from dgcheck.model.case import Case
from dgcheck.model.evidence import Ending, Exchange, Phase
from tests.rules.built import HEALTHY, case, dialled, findings, got, matches, roots

URL = "http://10.0.0.7:8080"


def at(moment: float) -> tuple[Phase, ...]:
    """The phases of a question that was put at that moment."""
    return (Phase("connect", moment, 0.001),)


def status(fine: bool, moment: float, purpose: str = REPEAT) -> Exchange:
    """One try of the status page."""
    return got("GET /v1/status", 200 if fine else 502, HEALTHY, phases=at(moment), purpose=purpose)


def tried(*fine: bool) -> Case:
    """A case in which the status page was asked so often, the first time by the check itself."""
    first, *again = fine
    own = status(first, 0.0, "")
    return case(URL, own, *(status(one, 1.0 + place) for place, one in enumerate(again)))


AT_RANDOM = (True, True, False, True, False, True, True, False, False, True)


def test_share_interval_and_ways_are_told() -> None:
    says = findings(tried(*AT_RANDOM))["intermittent"].says
    assert "status 4 of 10 times, with 502" in says
    assert "31 to 83 % pass" in says
    assert "go with no address, no replica and no stretch of time" in says
    assert "intermittent" in says


@pytest.mark.parametrize(
    "fine",
    [pytest.param((True,) * 10, id="all pass"), pytest.param((False,) * 10, id="all fail")],
)
def test_same_answer_each_time_is_not_intermittent(fine: tuple[bool, ...]) -> None:
    assert matches(tried(*fine), "intermittent") == []


def test_answers_of_other_questions_are_no_tries() -> None:
    """Without --repeat a check that failed beside one that worked says nothing of the kind."""
    found = case(URL, status(True, 0.0, ""), got("GET /v1/models", 502))
    assert matches(found, "intermittent") == []


def test_failures_for_a_while_are_no_replica() -> None:
    found = tried(*[not 4 <= place < 9 for place in range(14)])
    assert "intermittent" in roots(found)
    assert "replica_unhealthy" not in findings(found)
    assert "only for a while" in findings(found)["intermittent"].says


def test_every_third_failure_is_a_replica_which_explains_it() -> None:
    found = tried(*[place % 3 != 1 for place in range(13)])
    assert roots(found) == ["replica_unhealthy"]
    assert findings(found)["intermittent"].caused_by == "DG5010"


def test_connections_that_are_refused_now_and_then_are_told() -> None:
    tries = [
        dialled(
            "10.0.0.7",
            Ending.REFUSED if place in (2, 3, 7) else Ending.ANSWERED,
            phases=at(1.0 + place),
            purpose=REPEAT,
        )
        for place in range(9)
    ]
    found = case(URL, dialled("10.0.0.7", phases=at(0.0)), *tries)
    assert "connecting 3 of 10 times, with refused" in findings(found)["intermittent"].says
