"""Times that differ beyond their own spread, and times that do not."""

from __future__ import annotations

import pytest

from dgcheck.model.evidence import Ending, Exchange, Phase, Request, Response, Seen
from dgcheck.model.report import Report
from dgcheck.ticket.noise import slower
from tests.ticket.reported import report


def asked(
    seconds: float, *, check: str = "rest", phase: str = "first_byte", status: int = 200, purpose: str = ""
) -> Seen:
    return Exchange(
        id="e1",
        check=check,
        purpose=purpose,
        ending=Ending.ANSWERED,
        url="http://dg:8080/v1/listen",
        request=Request(method="POST", target="/v1/listen"),
        response=Response(status=status),
        phases=(Phase(phase, seconds, seconds),),
    )


def took(*seconds: float, **more: object) -> Report:
    return report(evidence=[asked(one, **more) for one in seconds])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(took(0.02), took(0.09), id="a little, of an answer"),
        pytest.param(took(2.0), took(2.9), id="less than half as much again"),
        pytest.param(took(0.2, 0.9), took(0.6), id="within the spread of the old run"),
        pytest.param(took(0.2), took(0.6, 1.4), id="within the spread of the new run"),
        pytest.param(took(0.2), took(3.0, status=503), id="a refusal is another thing"),
        pytest.param(took(0.2), took(3.0, purpose="direct"), id="an experiment is another thing"),
        pytest.param(took(0.2), report(), id="not asked"),
    ],
)
def test_noise_is_not_told(old: Report, new: Report) -> None:
    assert slower(old, new) == ()


def test_an_answer_that_takes_three_times_as_long_is_slower() -> None:
    (found,) = slower(took(0.3), took(0.9))
    assert (found.check, found.phase, found.slower, found.noise) == ("rest", "first_byte", True, 0.15)


def test_the_way_there_is_judged_by_all_its_connections() -> None:
    (found,) = slower(took(0.001, 0.002, phase="connect"), took(0.051, 0.055, phase="connect"))
    assert (found.check, found.phase) == ("", "connect")


def test_faster_is_told_as_well() -> None:
    (found,) = slower(took(0.9), took(0.3))
    assert not found.slower
