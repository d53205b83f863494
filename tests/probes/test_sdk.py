"""What is asked as an SDK asks, of whom, and what never is."""

from __future__ import annotations

import pytest

from dgcheck.model.case import AS_SDK
from dgcheck.model.evidence import Foretold, Upgrade, Wire
from dgcheck.model.report import Report, Status
from dgcheck.sdks import names
from dgcheck.sim.server import running
from tests.runs import run

pytestmark = pytest.mark.anyio


def asked(report: Report) -> list[Wire]:
    return [seen for seen in report.evidence if isinstance(seen, Wire) and seen.check == AS_SDK]


def status(report: Report) -> Status:
    return next(check.status for check in report.checks if check.id == AS_SDK)


@pytest.mark.parametrize("name", names())
async def test_a_healthy_deployment_pleases_every_sdk(name: str) -> None:
    with running() as sim:
        report = await run(sim.url, profile="standard", sdk=name)
    assert [one.says for one in report.findings] == []
    assert (report.verdict, status(report)) == (Status.PASS, Status.PASS)
    assert len([seen for seen in report.evidence if isinstance(seen, Wire)]) <= 40
    assert asked(report)


@pytest.mark.parametrize("name", names())
async def test_and_below_a_prefix_it_is_served_or_said_to_be_impossible(name: str) -> None:
    with running(faults=("prefix_given",)) as sim:
        report = await run(sim.url, profile="standard", sdk=name)
    assert {one.cause for one in report.findings if one.severity != "info"} <= {"sdk_dials_elsewhere"}


async def test_each_transport_is_asked_once_in_the_words_of_the_sdk() -> None:
    with running() as sim:
        report = await run(sim.url, profile="standard", sdk="go@3.5.0")
    assert sorted(type(seen).__name__ for seen in asked(report)) == ["Exchange", "Upgrade"]
    for seen in asked(report):
        headers = dict(seen.request.headers)
        assert headers["User-Agent"].startswith("@deepgram/sdk")
        assert headers["Authorization"].startswith("token ")
        assert headers["Host"] == ("" if isinstance(seen, Upgrade) else sim.url.partition("://")[2])


@pytest.mark.parametrize(
    ("value", "hosts"),
    [
        pytest.param("", "api.deepgram.com", id="the hosted service"),
        pytest.param("http://dg.other.test:8080", "dg.other.test", id="another host"),
    ],
)
async def test_a_host_that_is_not_the_targets_is_never_asked(value: str, hosts: str) -> None:
    with running() as sim:
        report = await run(sim.url, profile="standard", sdk="go@3", set=[f"Host={value}"])
    foretold = [seen for seen in report.evidence if isinstance(seen, Foretold)]
    assert any(hosts in seen.url for seen in foretold)
    assert {seen.address for seen in asked(report)} <= {"127.0.0.1"}
    assert all(seen.url.partition("://")[2].startswith("127.0.0.1") for seen in asked(report))


@pytest.mark.parametrize(
    ("skip", "kinds"),
    [
        pytest.param(["rest"], ["Upgrade"], id="no REST"),
        pytest.param(["ws.upgrade", "ws.stream"], ["Exchange"], id="no streaming"),
    ],
)
async def test_what_is_not_wanted_is_not_asked(skip: list[str], kinds: list[str]) -> None:
    with running() as sim:
        report = await run(sim.url, profile="standard", sdk="go@3", skip=skip)
    assert [type(seen).__name__ for seen in asked(report)] == kinds


async def test_nothing_is_asked_of_a_deployment_that_does_not_answer() -> None:
    with running(faults=("upgrade_400_bare",)) as sim:
        report = await run(sim.url, profile="standard", sdk="go@3")
    assert [type(seen).__name__ for seen in asked(report)] == ["Exchange"]


async def test_a_run_without_an_sdk_does_not_speak_of_one() -> None:
    with running() as sim:
        report = await run(sim.url, profile="standard")
    assert AS_SDK not in [check.id for check in report.checks]


async def test_only_this_check_brings_those_that_it_compares_with() -> None:
    with running() as sim:
        report = await run(sim.url, profile="standard", sdk="go@3", only=["sdk"])
    assert status(report) is Status.PASS
    assert {check.id: check.status for check in report.checks}["rest"] is Status.PASS
