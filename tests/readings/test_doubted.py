"""What one replica alone may have said or left unsaid is asked again; what all of them say is not."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.model.case import Case
from dgcheck.model.evidence import Ending, Exchange, Phase, Seen
from dgcheck.readings.doubted import belied, empty_handed, filled_since, silent
from tests.rules.built import HEALTHY, got, upgraded
from tests.rules.models_built import NOVA_3, VOICE, asked, listed, posted, streamed

ASK = "model=nova-3"
STATUS = got("GET /v1/status", 200, HEALTHY)
STARTING = got("GET /v1/status", 200, '{"system_health":"Initializing"}')


def engine(word: str, status: int = 200) -> Exchange:
    return got("GET /v1/status/engine", status, f'{{"engine_connection_status":"{word}"}}')


@pytest.mark.parametrize(
    ("evidence", "again"),
    [
        pytest.param([STATUS, engine("Connected"), listed(NOVA_3)], (), id="a speech model is listed"),
        pytest.param([STATUS, engine("Connected"), listed()], ("listing",), id="nothing is listed"),
        pytest.param([STATUS, listed(VOICE, grouped=True)], ("listing",), id="voices alone"),
        pytest.param([STARTING, engine("Off"), listed()], ("listing", "engine", "status"), id="and no Engine"),
        pytest.param([STATUS, engine("Connected", 503), listed()], ("listing", "engine"), id="and a 503"),
        pytest.param([STATUS, got("GET /v1/models", 404)], (), id="no listing here"),
        pytest.param([STATUS, got("GET /v1/models", 200, "<html>")], (), id="a page"),
        pytest.param([STATUS], (), id="not asked"),
    ],
)
def test_an_empty_listing_is_doubted_with_the_pages_that_explain_it(
    evidence: list[Seen], again: tuple[str, ...]
) -> None:
    assert empty_handed(asked("", *evidence)) == again


def late(what: str, **fields: Any) -> Exchange:
    return got(what, None, ending=Ending.TIMED_OUT, reached="first_byte", **fields)


def hung() -> Seen:
    return upgraded(f"GET /v1/listen?{ASK}", None, ending=Ending.TIMED_OUT, reached="first_byte")


POST = f"POST /v1/listen?{ASK}"


@pytest.mark.parametrize(
    ("found", "kind"),
    [
        pytest.param(asked("nova-3", STATUS, late("GET /v1/models"), streamed(ASK)), "listing", id="the listing"),
        pytest.param(
            asked("nova-3", STATUS, late("GET /v1/status/engine"), late("GET /v1/models"), late(POST), streamed(ASK)),
            "engine",
            id="the cheapest of several",
        ),
        pytest.param(asked("nova-3", STATUS, late(POST), streamed(ASK)), "post", id="one kind of speech"),
        pytest.param(asked("nova-3", STATUS, posted(ASK), hung()), "upgrade", id="the other kind of speech"),
        pytest.param(asked("nova-3", STATUS, late(POST), hung()), "", id="all speech: it stands before every replica"),
        pytest.param(asked("nova-3", late("GET /v1/models"), late(POST)), "", id="nothing answers"),
        pytest.param(
            asked("nova-3", got("GET /v1/status", 404), late("GET /v1/models")), "", id="nobody showed to be the API"
        ),
        pytest.param(asked("nova-3", STATUS, listed(NOVA_3), posted(ASK), streamed(ASK)), "", id="healthy"),
        pytest.param(
            asked("nova-3", STATUS, late("GET /v1/models", raw="HTTP/1.1 200"), streamed(ASK)), "", id="it began"
        ),
    ],
)
def test_silence_is_doubted_where_the_api_answered_something_else(found: Case, kind: str) -> None:
    assert silent(found) == kind


ILL = got("GET /v1/status", 200, '{"system_health":"Critical"}')


@pytest.mark.parametrize(
    ("evidence", "again"),
    [
        pytest.param([ILL, engine("Connected"), posted(ASK)], ("status",), id="ill, and it served"),
        pytest.param([ILL, engine("Off"), posted(ASK)], ("engine", "status"), id="both pages"),
        pytest.param([ILL, engine("Connected"), posted(ASK, 500)], (), id="ill, and it failed"),
        pytest.param([STATUS, engine("Connected"), posted(ASK)], (), id="well"),
    ],
)
def test_a_page_that_is_belied_by_what_works_is_doubted(evidence: list[Seen], again: tuple[str, ...]) -> None:
    assert belied(asked("nova-3", *evidence)) == again


def at(sent: float, ended: float, *rows: Any, **fields: Any) -> Exchange:
    phases = (Phase("connect", 0.0, 0.1), Phase("request", sent, 0.0))
    return listed(*rows, phases=phases, ended_at=ended, **fields)


AGAIN: dict[str, Any] = {"check": "replicas"}


@pytest.mark.parametrize(
    ("evidence", "since"),
    [
        pytest.param([at(0.5, 1.0), at(1.1, 2.0, NOVA_3, **AGAIN)], True, id="nothing, then a model"),
        pytest.param([at(0.5, 1.0), at(0.9, 2.0, NOVA_3, **AGAIN)], False, id="side by side"),
        pytest.param(
            [at(0.5, 1.0), at(1.1, 2.0, NOVA_3, **AGAIN), at(2.1, 3.0, **AGAIN)], False, id="and nothing once more"
        ),
        pytest.param([at(0.5, 1.0), at(1.1, 2.0, **AGAIN)], False, id="nothing each time"),
        pytest.param([at(0.5, 1.0, NOVA_3), at(1.1, 2.0, **AGAIN)], False, id="the other way round"),
        pytest.param(
            [at(0.5, 1.0, address="10.0.0.1"), at(1.1, 2.0, NOVA_3, address="10.0.0.2", **AGAIN)],
            False,
            id="another address",
        ),
        pytest.param([listed(), listed(NOVA_3, **AGAIN)], False, id="times are not known"),
    ],
)
def test_a_listing_that_filled_is_told_from_two_that_differ(evidence: list[Seen], since: bool) -> None:
    assert filled_since(asked("", STATUS, *evidence)) is since
