"""Pages of other origins: leave, and headers that let them read."""

from __future__ import annotations

import pytest

from dgcheck.sim.deployment import Deployment, Switches
from dgcheck.sim.server import Simulator
from tests.sim.asking import LISTEN, client, post

pytestmark = pytest.mark.anyio
PAGE = {"Origin": "https://app.example.test"}
LEAVE = {
    **PAGE,
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization,content-type",
}


async def test_leave_is_given() -> None:
    async with Simulator() as simulator, client(simulator) as http:
        answer = await http.options(LISTEN, headers=LEAVE)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-headers"] == "authorization, content-type"


async def test_answers_may_be_read_by_pages_alone() -> None:
    async with Simulator() as simulator, client(simulator) as http:
        page = await http.get("/v1/models", headers=PAGE)
        other = await post(simulator)
    assert page.headers["access-control-allow-origin"] == "*"
    assert "dg-request-id" in page.headers["access-control-expose-headers"]
    assert "access-control-allow-origin" not in other.headers


async def test_switch_takes_all_of_it_away() -> None:
    shut = Deployment(switches=Switches(cors=False))
    async with Simulator(deployment=shut) as simulator, client(simulator) as http:
        leave = await http.options(LISTEN, headers=LEAVE)
        page = await http.get("/v1/models", headers=PAGE)
    assert leave.status_code == 405
    assert "access-control-allow-origin" not in page.headers


async def test_options_without_a_page_is_a_wrong_method() -> None:
    async with Simulator() as simulator, client(simulator) as http:
        assert (await http.options(LISTEN)).status_code == 405
