"""The lines that a person reads while dgcheck waits."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.cli.waiting import said
from dgcheck.engine.waiting import News
from dgcheck.model.record import replace
from dgcheck.model.report import CheckResult, Report, Status
from tests.report import canonical


def refused(**changes: Any) -> Report:
    """A report whose answer is DG2001."""
    base = canonical.answerless()
    finding = replace(
        canonical.failing().findings[0], code="DG2001", cause="tcp_refused", says="Port 8080 refused the connection."
    )
    return replace(base, findings=(replace(finding, **changes),), attempts=3)


def unknown(check: str) -> tuple[CheckResult, ...]:
    return (CheckResult(id=check, title="", status=Status.UNKNOWN, summary=""),)


def news(report: Report, **more: Any) -> News:
    usual: dict[str, Any] = {"changed": True, "elapsed": 12.3, "pause": 5.0, "put_off": 0.0, "gives_up_in": None}
    return News(report=report, **{**usual, **more})


@pytest.mark.parametrize(
    ("told", "line"),
    [
        pytest.param(news(refused()), "waiting: Port 8080 refused the connection (DG2001)", id="passes by itself"),
        pytest.param(news(refused(), changed=False), "", id="nothing new"),
        pytest.param(
            news(refused(code="DG3005", cause="http_not_found", says="404."), gives_up_in=300.0),
            "waiting: 404 (DG3005); given up if it stays so for 5m",
            id="looks permanent",
        ),
        pytest.param(
            news(refused(code="DG1001", cause="dns_nxdomain", says="No such name."), put_off=30.0, gives_up_in=90.4),
            "waiting: No such name (DG1001); resolvers keep that in mind for 30 s; given up if it stays so for 90 s",
            id="negative TTL",
        ),
        pytest.param(
            news(refused(code="DG3011", cause="http_unavailable", says="503."), put_off=60.0),
            "waiting: 503 (DG3011); we were told to wait 60 s",
            id="Retry-After",
        ),
        pytest.param(
            news(replace(canonical.answerless(), findings=(), checks=canonical.checks()[:1] + unknown("status"))),
            "waiting: it is not known yet whether all is well (status)",
            id="no cause is known",
        ),
        pytest.param(news(refused(), ends="over"), "the time is over, after 12 s and 3 tries", id="the end"),
        pytest.param(
            news(refused(), ends="give_up", elapsed=300.2),
            "giving up after 5m and 3 tries: nothing changed, and this does not look as if it would (--give-up-after)",
            id="given up",
        ),
    ],
)
def test_the_line(told: News, line: str) -> None:
    assert said(told) == line
