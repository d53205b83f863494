"""Experiments that ask a refused request again: what they ask, how often, and when they hold their peace."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.experiments import (
    after_a_pause,
    halve,
    plain_get,
    silent_socket,
    small_body,
    small_messages,
    without_encoding,
)
from dgcheck.model.evidence import Ending, Stream, Wire
from dgcheck.model.report import Report
from dgcheck.sim.server import running
from tests.rules import answers_built as made
from tests.rules.answers_built import (
    ENVOY,
    NGINX,
    built,
    cut,
    everywhere,
    good_streams,
    page,
    pages,
    post,
    refusal,
    stream,
)
from tests.rules.built import DG, got
from tests.runs import run

LISTED = got("GET /v1/models", 200, '[{"canonical_name":"nova-3-general","batch":true,"streaming":false}]')
UNDECODABLE = refusal("failed to process audio: corrupt or unsupported data")


async def asked(fault: str, purpose: str, **flags: Any) -> tuple[Report, list[Wire]]:
    """A standard run against that fault, and what the experiment asked."""
    with running((fault,)) as sim:
        report = await run(sim.url, profile="standard", skip=["replicas"], **flags)
    return report, [one for one in report.evidence if isinstance(one, Wire) and one.purpose == purpose]


@pytest.mark.anyio
async def test_plain_get_asks_the_same_address_without_the_upgrades_headers() -> None:
    report, tries = await asked("upgrade_dropped", "plain_get")
    upgrade = next(one for one in report.evidence if isinstance(one, Wire) and one.check == "ws.upgrade")
    assert [one.request.target for one in tries] == [upgrade.request.target]
    assert not {"upgrade", "connection"} & {name.lower() for name, _ in tries[0].request.headers}


@pytest.mark.parametrize(
    ("evidence", "worth"),
    [
        pytest.param([post(), made.upgrade(404)], True, id="a refusal without a reason"),
        pytest.param([post(), made.upgrade(400, **refusal("No such model"))], False, id="the words say why"),
        pytest.param([LISTED, post(), made.upgrade(400)], False, id="the listing says why"),
        pytest.param([post(), made.upgrade(426)], False, id="426 says why"),
        pytest.param([post(), made.upgrade(403, headers=ENVOY)], False, id="Envoy, and POST works"),
        pytest.param([*pages(), made.upgrade(403, headers=ENVOY)], True, id="Envoy, and no POST was asked"),
        pytest.param([post(502, body="", headers=NGINX), made.upgrade(502, headers=NGINX)], False, id="nothing works"),
        pytest.param([post(), made.upgrade()], False, id="healthy"),
    ],
)
def test_when_a_plain_get_is_worth_asking(evidence: list[Wire], worth: bool) -> None:
    assert plain_get.worth_asking(built(*evidence)) is worth


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("fault", "features", "wrong"),
    [
        pytest.param("parameter_value", ["endpointing=300ms"], "endpointing=300ms", id="one"),
        pytest.param(
            "parameter_value",
            ["punctuate=true", "numerals=true", "diarize=true", "endpointing=300ms", "dictation=true", "no_delay=true"],
            "endpointing=300ms",
            id="one of six",
        ),
    ],
)
async def test_halving_finds_the_parameter_with_few_refusals(fault: str, features: list[str], wrong: str) -> None:
    report, tries = await asked(fault, "halve", features=features, models=["nova-3"])
    assert report.root is not None
    assert report.root.detail == wrong
    assert len(tries) <= 5
    assert sum(one.status != 101 for one in tries) <= 3


@pytest.mark.anyio
async def test_parameter_that_the_words_name_is_left_out_first() -> None:
    _, tries = await asked(
        "parameter_refused_by_name", "halve", features=["punctuate=true", "numerals=true", "diarize=true"]
    )
    assert [one.status for one in tries] == [101]


@pytest.mark.parametrize(
    ("evidence", "worth"),
    [
        pytest.param([post(), made.upgrade(400, query="&a=1", **refusal("Invalid query string."))], True, id="refused"),
        pytest.param([post(400, query="&a=1", body="", headers=DG), made.upgrade()], True, id="POST, without a reason"),
        pytest.param([post(), made.upgrade(400, **refusal("Invalid query string."))], True, id="only the usual ones"),
        pytest.param([post(), made.upgrade(400)], False, id="only the usual ones, and no words"),
        pytest.param([post(), made.upgrade(400, query="&a=1", **refusal("No such model"))], False, id="the model"),
        pytest.param([post(400, query="&a=1", **UNDECODABLE)], False, id="the audio"),
        pytest.param([post(query="&a=1"), made.upgrade(query="&a=1")], False, id="healthy"),
    ],
)
def test_when_halving_is_worth_it(evidence: list[Wire], worth: bool) -> None:
    assert halve.worth_asking(built(*evidence)) is worth


@pytest.mark.anyio
async def test_small_bodies_narrow_the_limit_in_three_tries() -> None:
    report, tries = await asked("body_limit", "small_body")
    assert 1 < len(tries) <= 3
    assert all(one.request.body_bytes < 12000 for one in tries)
    assert report.root is not None
    assert report.root.cause == "http_body_too_large"


@pytest.mark.parametrize(
    ("evidence", "worth"),
    [
        pytest.param([post(413, body="")], True, id="413"),
        pytest.param([*pages(), post(None, ending=Ending.RESET, reached="first_byte")], True, id="reset"),
        pytest.param([post(None, ending=Ending.RESET, reached="first_byte")], False, id="nothing is answered"),
        pytest.param([post(502, body="", headers=NGINX), made.upgrade()], True, id="502 to the POST alone"),
        pytest.param([post(502, body="", headers=NGINX), made.upgrade(502)], False, id="502 to everything"),
        pytest.param([post(413, body="", size=150)], False, id="already small"),
        pytest.param([post()], False, id="healthy"),
    ],
)
def test_when_a_small_body_is_worth_sending(evidence: list[Wire], worth: bool) -> None:
    assert small_body.worth_asking(built(*evidence)) is worth


@pytest.mark.parametrize(
    ("query", "file", "worth"),
    [("&encoding=linear16", "a.wav", True), ("", "a.wav", False), ("&encoding=linear16", "", False)],
)
def test_encoding_is_left_out_only_for_a_recording_that_declares_one(query: str, file: str, worth: bool) -> None:
    found = built(post(400, query=query, **UNDECODABLE), audio_file=file)
    assert without_encoding.worth_asking(found) is worth


@pytest.mark.anyio
async def test_silent_socket_lives_as_long_as_the_other_was_silent() -> None:
    with running(("ws_idle_cut=1.5",)) as sim:
        report = await run(sim.url, profile="standard", skip=["replicas"])
    tried = [one for one in report.evidence if isinstance(one, Stream) and one.purpose == "silent_socket"]
    assert [(one.sent_bytes, one.plan) for one in tried] == [(0, "silent_socket")]
    assert 1.4 < tried[0].ended_at - tried[0].opened_at < 1.9


@pytest.mark.parametrize(
    ("streams", "worth"),
    [
        pytest.param([cut("at_once", 3.1)], True, id="cut in silence"),
        pytest.param([cut("at_once", 15.0)], False, id="later than the deployment's own limit"),
        pytest.param([cut("at_once", 1.2)], False, id="cut at once"),
        pytest.param(good_streams(), False, id="healthy"),
    ],
)
def test_when_a_silent_socket_is_worth_opening(streams: list[Stream], worth: bool) -> None:
    assert silent_socket.worth_asking(built(*streams)) is worth


@pytest.mark.anyio
async def test_smaller_messages_get_through_a_limit() -> None:
    with running(("ws_message_cut",)) as sim:
        report = await run(sim.url, profile="standard", skip=["replicas"])
    tried = [one for one in report.evidence if isinstance(one, Stream) and one.purpose == "small_messages"]
    assert len(tried) == 1
    assert tried[0].sent_bytes // tried[0].sent_messages <= 400
    assert report.root is not None
    assert report.root.cause == "ws_frame_too_large"


@pytest.mark.parametrize(
    ("streams", "worth"),
    [
        pytest.param([cut("at_once", 1.12), cut("after_first", 1.12)], True, id="both dropped at once"),
        pytest.param([cut("at_once", 1.12), good_streams()[1]], False, id="one of two"),
        pytest.param([cut("at_once", 1.12, close_code=1011, closed_by="server")], False, id="a close frame"),
        pytest.param([stream("at_once", ending=Ending.TIMED_OUT)], False, id="nothing comes"),
        pytest.param([], False, id="no streams"),
    ],
)
def test_when_smaller_messages_are_worth_sending(streams: list[Stream], worth: bool) -> None:
    assert small_messages.worth_asking(built(*streams)) is worth


@pytest.mark.anyio
@pytest.mark.parametrize("purpose", ["plain_get", "halve", "small_body", "without_encoding"])
async def test_healthy_deployment_is_asked_nothing_again(purpose: str) -> None:
    _, tries = await asked("gzip", purpose)
    assert tries == []


OWN_503: dict[str, Any] = {"body": page("503 Service Temporarily Unavailable"), "headers": NGINX}


@pytest.mark.parametrize(
    ("evidence", "worth"),
    [
        pytest.param([*pages(), post(503, **OWN_503), made.upgrade(503, **OWN_503)], True, id="speech is refused"),
        pytest.param([*pages(), post(503, **OWN_503), made.upgrade()], True, id="one kind of it is"),
        pytest.param([*pages(), post(), post(503, **OWN_503), made.upgrade()], False, id="now and then: known already"),
        pytest.param([got("GET /v1/models", 503, **OWN_503), post(), made.upgrade()], False, id="speech is served"),
        pytest.param(everywhere(503, **OWN_503), False, id="nothing of the deployment is there"),
        pytest.param([*pages(), post(503, body="", headers=()), made.upgrade(503)], False, id="not nginx's page"),
    ],
)
def test_when_a_pause_tells_a_limit_from_a_closed_way(evidence: list[Wire], worth: bool) -> None:
    assert after_a_pause.worth_asking(built(*evidence)) is worth
