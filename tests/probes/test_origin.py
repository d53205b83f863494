"""`origin`: questions as a browser puts them."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.sim.log import Logged
from dgcheck.sim.server import running
from tests.runs import run

pytestmark = pytest.mark.anyio
PAGE = "https://app.example.test"


async def asked(*faults: str, **flags: Any) -> list[Logged]:
    """Every request that came with an origin."""
    with running(faults=faults) as sim:
        await run(sim.url, **{"profile": "standard", "skip": ["replicas"], "origin": PAGE, **flags})
        return [entry for entry in sim.log if dict(entry.headers).get("Origin") == PAGE]


def header(entry: Logged, name: str) -> str:
    """One header of a request."""
    return next((value for key, value in entry.headers if key.lower() == name), "")


async def test_leave_the_request_an_error_and_a_socket_are_asked_for() -> None:
    found = await asked()
    assert sorted((entry.method, entry.status) for entry in found) == [
        ("GET", 101),
        ("OPTIONS", 200),
        ("POST", 200),
        ("POST", 400),
    ]


async def test_leave_is_asked_for_as_browsers_do_and_without_a_key() -> None:
    leave = next(entry for entry in await asked(headers=["x-team: speech"]) if entry.method == "OPTIONS")
    assert header(leave, "access-control-request-method") == "POST"
    assert header(leave, "access-control-request-headers") == "authorization,content-type,x-team"
    assert (header(leave, "authorization"), header(leave, "x-team")) == ("", "")


async def test_the_socket_offers_token_and_a_key_and_no_other_header() -> None:
    shake = next(entry for entry in await asked(headers=["x-team: speech"]) if entry.method == "GET")
    assert header(shake, "sec-websocket-protocol") == f"token, {'a' * 40}"
    assert (header(shake, "authorization"), header(shake, "x-team")) == ("", "")


async def test_nothing_is_asked_where_the_browser_itself_stops_the_page() -> None:
    with running() as sim:
        url = f"http://dg.example.test:{sim.port}"
        flags: dict[str, Any] = {"resolve": ["dg.example.test=127.0.0.1"], "origin": PAGE}
        await run(url, profile="standard", skip=["replicas"], **flags)
        assert not [entry for entry in sim.log if "Origin" in dict(entry.headers)]


async def test_a_page_of_the_same_origin_needs_no_leave() -> None:
    with running() as sim:
        await run(sim.url, profile="standard", skip=["replicas"], origin=sim.url)
        assert not [entry for entry in sim.log if entry.method == "OPTIONS"]


async def test_nothing_is_asked_of_what_is_no_deployment() -> None:
    assert await asked("service_nginx") == []


async def test_without_a_page_nobody_speaks_of_it() -> None:
    with running() as sim:
        report = await run(sim.url)
    assert "origin" not in [one.id for one in report.checks]
