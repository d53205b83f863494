"""Experiments about models and slowness: when they are asked, when they are not, and what they prove for real."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.experiments import experiments
from dgcheck.model.case import Case
from dgcheck.model.evidence import Phase, Wire
from dgcheck.model.report import Report
from dgcheck.sim.deployment import Deployment
from dgcheck.sim.models import speech
from dgcheck.sim.server import Simulator
from tests.rules.built import case, got
from tests.rules.models_built import NOVA_3, asked, both, listed, posted, row, streamed
from tests.runs import found, roots, run

MINE = (
    "without_version",
    "without_language",
    "without_smart_format",
    "listed_model",
    "usual_model",
    "other_way",
    "again",
)


def wished(found: Case) -> list[str]:
    """Which of these experiments a case calls for."""
    return [one.id for one in experiments() if one.id in MINE and one.when(found)]


REPLAY = "http://10.0.0.7:8080/v1/listen?punctuate=true"
FORMATTED = row("nova-2-general", formatted_output=True)


@pytest.mark.parametrize(
    ("found", "asks"),
    [
        pytest.param(asked("nova-3", *both("model=nova-3&version=7")), ["without_version"], id="a version"),
        pytest.param(asked("nova-3", *both("model=nova-3&language=fr")), ["without_language"], id="a language"),
        pytest.param(asked("nova-3", *both("model=nova-3&language=en_US")), ["without_language"], id="no tag"),
        pytest.param(
            asked("nova-2", *both("model=nova-2&smart_format=true")), ["without_smart_format"], id="formatting"
        ),
        pytest.param(
            asked("nova-2", listed(FORMATTED), *both("model=nova-2&smart_format=true")),
            ["without_smart_format"],
            id="formatting that the listing affirms",
        ),
        pytest.param(case(REPLAY, *both("punctuate=true")), ["listed_model"], id="no model"),
        pytest.param(asked("nova-3", *both("model=nova-3"), models=()), ["usual_model"], id="a guess"),
        pytest.param(asked("nova-3", streamed("model=nova-3", 400)), ["other_way"], id="only the upgrade was asked"),
        pytest.param(asked("nova-3", posted("model=nova-3", 400)), ["other_way"], id="only the POST was asked"),
        pytest.param(
            asked("nova-3", posted("model=nova-3", phases=(Phase("first_byte", 0.0, 9.0),))), ["again"], id="slow"
        ),
    ],
)
def test_what_is_asked(found: Case, asks: list[str]) -> None:
    assert wished(found) == asks


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(asked("nova-3", listed(NOVA_3), *both("model=nova-3", 200, 101)), id="healthy"),
        pytest.param(
            asked("nova-2", listed(NOVA_3), *both("model=nova-2&language=fr&version=7")), id="missing, as listed"
        ),
        pytest.param(asked("nova-3", listed(NOVA_3), *both("model=nova-3&language=fr")), id="language, as listed"),
        pytest.param(asked("nova-3", listed(NOVA_3), *both("model=nova-3&version=7")), id="version, as listed"),
        pytest.param(
            asked("nova-3", listed(row("nova-3-general", streaming=False)), streamed("model=nova-3", 400)),
            id="way, as listed",
        ),
        pytest.param(asked("nova-3", *both("model=nova-3")), id="nothing to leave out"),
        pytest.param(asked("nova-3", *both("model=nova-3", 200, 400)), id="one way works"),
        pytest.param(
            asked("nova-3", *both("model=nova-3&language=fr"), posted("model=nova-3", 400, purpose="without_language")),
            id="asked already",
        ),
        pytest.param(asked("nova-3", got("POST /v1/listen?model=nova-3&version=7", 400)), id="a bare refusal"),
        pytest.param(
            asked(
                "nova-3",
                posted("model=nova-3", phases=(Phase("first_byte", 0.0, 9.0),)),
                posted("model=nova-3", check="replicas"),
            ),
            id="slow, and asked again already",
        ),
    ],
)
def test_what_is_not_asked(found: Case) -> None:
    assert wished(found) == []


def test_two_vain_tries_are_enough() -> None:
    tries = [posted("model=nova-3", 400, purpose=f"without_{name}") for name in ("version", "language")]
    found = asked("nova-3", *both("model=nova-3&version=7&language=fr&smart_format=true"), *tries)
    assert wished(found) == []


# --- for real --------------------------------------------------------------------------------------------------------


def tried(report: Report) -> list[str]:
    return [one.purpose for one in report.evidence if isinstance(one, Wire) and one.purpose in MINE]


UNLISTED: dict[str, Any] = {"listing": "absent"}


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("flags", "cause", "purpose"),
    [
        pytest.param({"models": ["nova-3"], "language": "ja"}, "model_language", "without_language", id="language"),
        pytest.param({"models": ["nova-3"], "model_version": "1.2"}, "model_version", "without_version", id="version"),
    ],
)
async def test_one_more_request_decides_without_a_listing(flags: dict[str, Any], cause: str, purpose: str) -> None:
    async with Simulator(deployment=Deployment(**UNLISTED)) as simulator:
        report = await run(simulator.url, profile="standard", **flags)
    assert roots(report) == [cause]
    assert tried(report) == [purpose]


@pytest.mark.anyio
async def test_the_conflict_of_formattings_is_tried() -> None:
    async with Simulator(faults=("formatting_conflict",)) as simulator:
        report = await run(simulator.url, models=["nova-2"], smart_format=True)
    assert roots(report) == ["formatting_conflict"]
    assert "without smart_format" in found(report, "formatting_conflict").says
    assert "without_smart_format" in tried(report)


@pytest.mark.anyio
@pytest.mark.parametrize("listing", ["grouped", "absent"])
async def test_a_replayed_request_without_a_model_is_tried_with_one(listing: str) -> None:
    async with Simulator(deployment=Deployment(listing=listing)) as simulator:
        report = await run(f"{simulator.url}/v1/listen?punctuate=true", profile="standard")
    assert roots(report) == ["default_model_missing"]
    assert tried(report) == ["listed_model"]
    assert "With a model that is listed, " in found(report, "default_model_missing").says


@pytest.mark.anyio
async def test_a_failed_guess_is_followed_by_another() -> None:
    nova_2 = speech("nova-2-general", ("en",))
    async with Simulator(deployment=Deployment(models=(nova_2,), **UNLISTED)) as simulator:
        report = await run(simulator.url)
    assert tried(report) == ["usual_model"]
    assert "nova-2 is: " in found(report, "model_missing").says
    assert roots(report) == []


@pytest.mark.anyio
async def test_when_every_guess_fails_nothing_is_claimed_and_little_is_asked() -> None:
    enhanced = speech("enhanced-general", ("en",))
    async with Simulator(deployment=Deployment(models=(enhanced,), **UNLISTED)) as simulator:
        report = await run(simulator.url, profile="standard")
    assert "dgcheck tried nova-3 and nova-2, which are not installed here" in found(report, "model_missing").says
    assert report.verdict == "unknown"
    assert sum(one.status == 400 for one in report.evidence if isinstance(one, Wire)) <= 5


@pytest.mark.anyio
async def test_in_the_quick_profile_a_post_shows_that_only_streaming_is_missing() -> None:
    nova_3 = speech("nova-3-general", ("en",), streaming=False)
    async with Simulator(deployment=Deployment(models=(nova_3,), **UNLISTED)) as simulator:
        report = await run(simulator.url, models=["nova-3"])
    assert roots(report) == ["model_not_streaming"]
    assert tried(report) == ["other_way"]


@pytest.mark.anyio
async def test_where_the_post_alone_was_asked_for_an_upgrade_shows_that_only_files_are_missing() -> None:
    nova_3 = speech("nova-3-general", ("en",), batch=False)
    async with Simulator(deployment=Deployment(models=(nova_3,), **UNLISTED)) as simulator:
        report = await run(simulator.url, models=["nova-3"], only=["rest"])
    assert roots(report) == ["model_not_batch"]
    assert tried(report) == ["other_way"]


@pytest.mark.anyio
@pytest.mark.parametrize("asks", [{"only": ["rest"]}, {"skip": ["models", "replicas"]}])
async def test_the_listing_that_is_left_out_is_no_reason_to_guess(asks: dict[str, Any]) -> None:
    async with Simulator() as simulator:
        report = await run(simulator.url, profile="standard", models=["nova-3"], model_version="2021-01-01.1", **asks)
    assert roots(report) == ["model_version"]
    assert "without_version" in tried(report)
    assert next(one.status for one in report.checks if one.id == "models") == "skip"


@pytest.mark.anyio
async def test_where_neither_way_is_served_the_model_is_missing() -> None:
    async with Simulator(deployment=Deployment(models=(speech("nova-2-general"),), **UNLISTED)) as simulator:
        report = await run(simulator.url, models=["nova-3"], only=["rest"])
    assert roots(report) == ["model_missing"]


@pytest.mark.anyio
async def test_a_slow_first_request_is_asked_again() -> None:
    async with Simulator(faults=("cold_model=0.6",)) as simulator:
        report = await run(simulator.url, profile="standard", skip=["replicas"], slow="300ms")
    assert tried(report) == ["again"]
    assert found(report, "slow_response").severity == "info"
    assert roots(report) == []
