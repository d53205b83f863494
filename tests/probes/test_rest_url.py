"""`rest.url`: the deployment is told an address; dgcheck itself fetches nothing."""

from __future__ import annotations

from typing import TypeVar

import pytest

from dgcheck.model.evidence import Ending, Exchange
from dgcheck.model.report import Report
from dgcheck.model.served import Served
from dgcheck.sim.models import speech
from dgcheck.sim.server import running
from dgcheck.wire.remote import EXAMPLE
from tests.runs import run

pytestmark = pytest.mark.anyio
Kind = TypeVar("Kind", Served, Exchange)


def of(report: Report, kind: type[Kind]) -> list[Kind]:
    """The check's own evidence of that kind."""
    return [seen for seen in report.evidence if isinstance(seen, kind) and seen.check == "rest.url"]


async def test_without_an_address_it_is_a_skip_that_says_so() -> None:
    with running() as sim:
        report = await run(sim.url, profile="standard", skip=["replicas"])
    one = next(one for one in report.checks if one.id == "rest.url")
    assert (one.status, one.summary) == ("skip", "no address was given (--audio-url, --serve-audio)")


async def test_example_is_the_documentations_address_and_only_the_deployment_is_told() -> None:
    with running() as sim:
        report = await run(sim.url, only=["rest.url"], audio_url="example")
        posted = [entry for entry in sim.log if entry.method == "POST"]
    assert len(posted) == 1
    assert posted[0].body_bytes == len(f'{{"url": "{EXAMPLE}"}}')
    assert report.settings["audio_url"]["value"] == EXAMPLE
    assert report.verdict == "pass", report.findings


@pytest.mark.parametrize("model", ["nova-3=streaming", "aura-2-thalia-en"])
async def test_where_no_model_that_is_wanted_takes_files_the_listing_gives_one(model: str) -> None:
    with running(faults=("remote_works",)) as sim:
        report = await run(sim.url, profile="standard", models=[model], audio_url="example", skip=["replicas"])
    (asked,) = of(report, Exchange)
    assert dict(asked.request.query)["model"] in ("nova-3", "nova-3-general")
    assert report.verdict == "pass", report.findings


async def test_nothing_is_asked_where_no_listed_model_takes_files() -> None:
    with running(models=[speech("nova-3-general", batch=False)]) as sim:
        report = await run(sim.url, profile="standard", models=["nova-3=streaming"], audio_url="example")
    assert of(report, Exchange) == []
    one = next(one for one in report.checks if one.id == "rest.url")
    assert (one.status, report.verdict) == ("skip", "pass")
    assert one.summary == "no model to ask for by REST; --model NAME=rest names one"


async def test_both_addresses_are_asked_for_side_by_side() -> None:
    with running() as sim:
        report = await run(sim.url, only=["rest.url"], audio_url="example", serve_audio="127.0.0.1:0")
    assert [seen.purpose for seen in of(report, Exchange)].count("served") == 1
    assert len(of(report, Exchange)) == 2
    (served,) = of(report, Served)
    assert [(visit.address, visit.whole) for visit in served.visits] == [("127.0.0.1", True)]
    assert report.verdict == "pass", report.findings


async def test_visits_are_kept_when_the_run_ends_before_the_answer() -> None:
    with running(faults=("slow=5",)) as sim:
        report = await run(sim.url, only=["rest.url"], serve_audio="127.0.0.1:0", timeout="1500ms")
    (served,) = of(report, Served)
    assert served.ending is Ending.ANSWERED
    (asked,) = of(report, Exchange)
    assert asked.ending is Ending.CUT_SHORT


@pytest.mark.anyio
async def test_audio_of_ours_that_was_fetched_is_a_pass_by_itself() -> None:
    """The only answer of such a run also shows what the port speaks."""
    with running() as sim:
        report = await run(sim.url, only=["rest.url"], serve_audio="127.0.0.1:0")
    assert {one.id: one.status.value for one in report.checks if one.id in ("transport", "rest.url")} == {
        "transport": "pass",
        "rest.url": "pass",
    }
    assert report.verdict.value == "pass"
