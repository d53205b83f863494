"""Repeated questions: how many, in which order, when not, and what real replicas give."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from dgcheck.model.case import Case
from dgcheck.model.evidence import Ending, Phase, Seen, Wire
from dgcheck.model.report import Report, Status
from dgcheck.probes.replicas import DOUBTED, SPARE, doubts, enough, kinds, plan, pointless
from dgcheck.probes.rest import LIMIT, RESERVE, UNPROMISING, patience
from dgcheck.sim.models import speech
from dgcheck.sim.server import Simulator
from tests.programs import free_port
from tests.rules.built import HEALTHY, case, dialled, got
from tests.rules.models_built import NOVA_3, asked, listed, posted, streamed
from tests.runs import found, roots, run

ASK = "model=nova-3"
STATUS = got("GET /v1/status", 200, HEALTHY)


def well(*more: Seen) -> Case:
    return asked("nova-3", STATUS, listed(NOVA_3), posted(ASK), streamed(ASK), *more)


# --- which kinds -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "again"),
    [
        pytest.param(well(), ("listing", "post", "upgrade"), id="healthy"),
        pytest.param(asked("nova-3", posted(ASK), streamed(ASK)), ("post", "upgrade"), id="no listing asked"),
        pytest.param(
            asked("nova-3", got("GET /v1/models", 404), posted(ASK), streamed(ASK)),
            ("post", "upgrade"),
            id="no listing here",
        ),
        pytest.param(
            asked("nova-3", listed(NOVA_3), posted(ASK, 400), streamed(ASK, 400)),
            ("listing",),
            id="refused: the listing tells",
        ),
        pytest.param(asked("nova-3", posted(ASK, 400), streamed(ASK, 400)), ("post",), id="refused, and no listing"),
        pytest.param(asked("nova-3", posted(ASK, 401), streamed(ASK, 401)), (), id="a gateway refuses all"),
        pytest.param(
            asked("nova-3", listed(NOVA_3), posted(ASK, 500), streamed(ASK)),
            ("listing", "post", "upgrade"),
            id="one fails",
        ),
        pytest.param(asked("nova-3", listed(NOVA_3)), ("listing",), id="no speech asked for"),
    ],
)
def test_what_is_worth_asking_again(found: Case, again: tuple[str, ...]) -> None:
    assert kinds(found) == again


# --- how often, in which order ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("replicas", [2, 3])
def test_in_turn_every_kind_reaches_every_replica(replicas: int) -> None:
    """A load balancer that deals connections out in turn gives the listing, and speech, to each replica, whichever
    question of a batch comes first."""
    place, reached = 0, {"listing": set[int](), "speech": set[int]()}
    for batch in plan(well(), 32):
        kinds_of_batch = {"listing" if one.kind == "listing" else "speech" for one in batch}
        assert len(kinds_of_batch) == 1, "nothing else is asked while the listing is"
        reached[kinds_of_batch.pop()] |= {(place + one) % replicas for one in range(len(batch))}
        place += len(batch)
    assert place == 14
    assert reached["listing"] == reached["speech"] == set(range(replicas))


def test_every_other_address_is_asked_everything_once() -> None:
    dials = [dialled(address) for address in ("10.0.0.7", "10.0.0.8", "10.0.0.9")]
    order = [one for batch in plan(well(*dials), 32) for one in batch]
    for address in ("10.0.0.8", "10.0.0.9"):
        assert Counter(one.kind for one in order if one.address == address) == Counter(
            ("status", "listing", "post", "upgrade")
        )
    assert [one.address for one in order[:8]] == ["10.0.0.8"] * 4 + ["10.0.0.9"] * 4
    assert {one.address for one in order[8:]} == {"10.0.0.7"}


@pytest.mark.parametrize("addresses", [1, 2, 5, 9, 40])
@pytest.mark.parametrize("left", [0, 1, 2, 5, 12, 32])
def test_never_more_than_what_is_left(addresses: int, left: int) -> None:
    dials = [dialled(f"10.0.0.{7 + place}") for place in range(addresses)]
    batches = list(plan(well(*dials), left))
    assert sum(map(len, batches)) <= left
    assert all(len(batch) <= 4 for batch in batches)


def test_addresses_that_refuse_are_not_asked() -> None:
    dials = [dialled("10.0.0.7"), dialled("10.0.0.8", Ending.REFUSED)]
    assert {one.address for batch in plan(well(*dials), 32) for one in batch} == {""}


@pytest.mark.parametrize(("took", "rounds"), [(0.2, 4), (2.0, 2), (6.0, 1)])
def test_slow_answers_are_asked_for_fewer_times(took: float, rounds: int) -> None:
    slow = posted(ASK, phases=(Phase("first_byte", 0.0, took),))
    batches = list(plan(asked("nova-3", listed(NOVA_3), slow, streamed(ASK)), 32))
    assert sum(any(one.kind == "post" for one in batch) for batch in batches) == rounds


def test_a_refused_request_is_repeated_once() -> None:
    assert len(list(plan(asked("nova-3", posted(ASK, 400), streamed(ASK, 400)), 32))) == 1


# --- when not --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "no_use"),
    [
        pytest.param(well(), False, id="healthy"),
        pytest.param(asked("nova-3", listed(NOVA_3)), True, id="nobody asked for speech"),
        pytest.param(asked("nova-3", posted(ASK, 500), streamed(ASK, 500)), True, id="all failed, one address"),
        pytest.param(
            asked("nova-3", posted(ASK, 500), streamed(ASK, 500), dialled("10.0.0.7"), dialled("10.0.0.8")),
            False,
            id="all failed, another address",
        ),
        pytest.param(asked("nova-3", posted(ASK, 500), streamed(ASK)), False, id="one failed"),
        pytest.param(asked("nova-3", posted(ASK, 429), streamed(ASK, 429)), True, id="too many already"),
        pytest.param(asked("nova-3", posted(ASK, 400), streamed(ASK, 400)), False, id="refused for a model"),
        pytest.param(
            asked("nova-3", posted(ASK, 400), streamed(ASK, 400), models=()), True, id="refused for a guessed model"
        ),
    ],
)
def test_when_there_is_no_use_in_asking(found: Case, no_use: bool) -> None:
    assert pointless(found) is no_use


def seen(status: int | None, **fields: Any) -> Wire:
    return posted(ASK, status, **fields) if status else got(f"POST /v1/listen?{ASK}", None, **fields)


@pytest.mark.parametrize(
    ("answers", "stop"),
    [
        pytest.param([200, 200], False, id="well"),
        pytest.param([200, 429], True, id="429"),
        pytest.param([200, 503], False, id="one 503"),
        pytest.param([503, 200, 503], True, id="two 503"),
        pytest.param([500, 500, 500], False, id="500 is what is looked for"),
    ],
)
def test_when_it_is_enough(answers: list[int], stop: bool) -> None:
    assert enough([seen(status) for status in answers]) is stop


def test_two_silences_are_enough() -> None:
    silent = seen(None, ending=Ending.TIMED_OUT)
    assert not enough([silent])
    assert enough([silent, silent])


# --- what one replica alone may have said ----------------------------------------------------------------------------

LATE: dict[str, Any] = {"ending": Ending.TIMED_OUT, "reached": "first_byte"}
SILENT = (STATUS, got("GET /v1/models", None, ended_at=10.0, **LATE), streamed(ASK))


@pytest.mark.parametrize(
    ("found", "kinds_again"),
    [
        pytest.param(well(), [], id="healthy"),
        pytest.param(asked("", STATUS, listed()), ["listing"], id="no speech model"),
        pytest.param(asked("nova-3", *SILENT), ["listing"], id="a page without an answer"),
        pytest.param(asked("nova-3", *SILENT[:1], got("POST /v1/listen", None, **LATE)), [], id="all speech is silent"),
    ],
)
def test_what_is_in_doubt_is_asked_several_times_at_once(found: Case, kinds_again: list[str]) -> None:
    batches = list(doubts(found, 20))
    assert [batch[0].kind for batch in batches] == kinds_again
    assert all(len(batch) == DOUBTED for batch in batches)
    assert list(doubts(found, DOUBTED - 1)) == []


@pytest.mark.parametrize(
    ("found", "seconds"),
    [
        pytest.param(asked("nova-3", STATUS, listed(NOVA_3)), LIMIT, id="a model may have to load"),
        pytest.param(asked("nova-3", *SILENT), 30.0 - 10.0 - RESERVE, id="time is kept to ask other replicas"),
        pytest.param(
            asked("nova-3", *(got(f"GET /v1/{one}", None, **LATE) for one in ("status", "models"))),
            UNPROMISING,
            id="nothing answers",
        ),
    ],
)
def test_the_post_is_given_less_time_where_others_have_to_be_asked(found: Case, seconds: float) -> None:
    assert patience(found) == seconds


# --- for real --------------------------------------------------------------------------------------------------------

NOVA_2 = speech("nova-2-general", ("en",))
BOTH = (speech("nova-3-general", ("en",)), NOVA_2)


async def standard(url: str, **flags: Any) -> Report:
    return await run(url, profile="standard", **flags)


def check(report: Report) -> Status:
    return next(one.status for one in report.checks if one.id == "replicas")


def asked_again(report: Report) -> list[Wire]:
    return [one for one in report.evidence if isinstance(one, Wire) and one.check == "replicas"]


@pytest.mark.anyio
async def test_a_healthy_deployment_agrees_with_itself() -> None:
    async with Simulator(replicas=2) as simulator:
        report = await standard(simulator.url)
        assert check(report) is Status.PASS
        assert len(asked_again(report)) == 14
        assert all(one.new_connection for one in asked_again(report))
        assert len(simulator.log) <= 40 - SPARE
    assert report.verdict is Status.PASS


@pytest.mark.anyio
@pytest.mark.parametrize("replicas", [2, 3])
async def test_a_replica_without_the_model_is_found(replicas: int) -> None:
    async with Simulator(replicas=replicas, models=BOTH, replica_models={replicas - 1: (NOVA_2,)}) as simulator:
        report = await standard(simulator.url, models=["nova-3"])
    assert roots(report) == ["models_differ_between_replicas"]
    assert "nova-3-general was missing from" in found(report, "models_differ_between_replicas").says
    assert check(report) is Status.FAIL


@pytest.mark.anyio
@pytest.mark.parametrize(
    "fault", ["replica_server_error", "replica_resets", "replica_bad_gateway", "replica_no_engine", "replica_empty"]
)
async def test_a_replica_that_fails_is_found(fault: str) -> None:
    async with Simulator(faults=(fault,)) as simulator:
        report = await standard(simulator.url)
    assert roots(report)[0] == "replica_unhealthy"
    assert check(report) is Status.FAIL


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("second", "cause", "words"),
    [
        pytest.param({"faults": ("server_error",)}, "replica_unhealthy", "127.0.0.2 failed each time", id="fails"),
        pytest.param(
            {"models": (NOVA_2,)}, "models_differ_between_replicas", "127.0.0.2 has none of them", id="models"
        ),
    ],
)
async def test_another_address_is_asked_and_named(second: dict[str, Any], cause: str, words: str) -> None:
    port = free_port()
    async with Simulator(models=BOTH, port=port), Simulator(host="127.0.0.2", port=port, **{"models": BOTH, **second}):
        pins = ["dg.test=127.0.0.1", "dg.test=127.0.0.2"]
        report = await standard(f"http://dg.test:{port}", models=["nova-3"], resolve=pins)
    assert roots(report) == [cause]
    assert words in found(report, cause).says


@pytest.mark.anyio
@pytest.mark.parametrize("fault", ["rate_limited", "server_error"])
async def test_a_deployment_that_serves_nothing_is_left_alone(fault: str) -> None:
    async with Simulator(faults=(fault,)) as simulator:
        report = await standard(simulator.url, models=["nova-3"])
    assert asked_again(report) == []


@pytest.mark.anyio
@pytest.mark.parametrize("first", [0, 1])
async def test_a_replica_that_lists_nothing_is_told_from_a_deployment_without_models(first: int) -> None:
    async with Simulator(replicas=2, models=BOTH, replica_models={first: ()}) as simulator:
        report = await standard(simulator.url)
    assert roots(report)[0] == "models_differ_between_replicas"


@pytest.mark.anyio
async def test_a_deployment_without_models_says_so_each_time() -> None:
    async with Simulator(faults=("no_models",)) as simulator:
        report = await standard(simulator.url)
    assert roots(report) == ["no_models"]
    assert len(asked_again(report)) == DOUBTED
    assert check(report) is Status.PASS


@pytest.mark.anyio
async def test_nothing_to_compare_is_a_skip() -> None:
    async with Simulator(faults=("rate_limited",)) as simulator:
        report = await standard(simulator.url, models=["nova-3"])
    assert check(report) is Status.SKIP


def test_a_case_without_a_target_has_no_plan() -> None:
    assert list(plan(case("not a url"), 32)) == []
