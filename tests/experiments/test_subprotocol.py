"""A refused subprotocol is offered again: the same refusal blames it, an open socket blames the replica."""

from __future__ import annotations

import pytest

from dgcheck.model.evidence import Upgrade
from dgcheck.readings.answers import SUBPROTOCOL_AGAIN
from dgcheck.sim.server import running
from tests.runs import run

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("fault", "tries", "blamed"),
    [
        pytest.param("ws_subprotocol_refused", 2, True, id="refused every time"),
        pytest.param("proxied", 0, False, id="never refused"),
    ],
)
async def test_it_is_offered_again_only_where_it_was_refused(fault: str, tries: int, blamed: bool) -> None:
    with running(faults=(fault,)) as sim:
        report = await run(sim.url, profile="standard")
    again = [seen for seen in report.evidence if isinstance(seen, Upgrade) and seen.purpose == SUBPROTOCOL_AGAIN]
    assert len(again) == tries
    certain = [one for one in report.findings if one.cause == "ws_subprotocol" and one.severity == "error"]
    assert [one.confidence for one in certain] == (["certain"] if blamed else [])


async def test_a_replica_that_refuses_every_upgrade_is_not_the_subprotocol() -> None:
    with running(faults=("replica_no_upgrade",)) as sim:
        report = await run(sim.url, profile="standard")
    assert "ws_subprotocol" not in [one.cause for one in report.findings if one.severity == "error"]
