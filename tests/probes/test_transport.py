"""What the port speaks is shown by the other checks; a run that has none of them asks for itself."""

from __future__ import annotations

import pytest

from dgcheck.model.evidence import Exchange
from dgcheck.sim.server import running
from tests.runs import roots, run

pytestmark = [pytest.mark.anyio]


def asked_here(report: object) -> list[Exchange]:
    found = getattr(report, "evidence", ())
    return [one for one in found if isinstance(one, Exchange) and one.check == "transport" and not one.purpose]


@pytest.mark.parametrize(("only", "questions"), [("transport", 1), ("tls", 1), ("tcp", 0), ("status", 0)])
async def test_a_run_without_a_check_that_speaks_http_asks_one_question(only: str, questions: int) -> None:
    with running() as sim:
        report = await run(sim.url, only=[only])
    assert report.verdict == "pass"
    assert len(asked_here(report)) == questions


async def test_a_port_that_speaks_tls_is_named_by_such_a_run() -> None:
    with running(tls="good") as sim:
        plain = await run(sim.url.replace("https", "http"), only=["transport"])
        over_tls = await run(sim.url, only=["transport"], insecure=True)
    assert roots(plain) == ["plain_to_tls_port"]
    assert asked_here(over_tls) == []
