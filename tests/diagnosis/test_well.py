"""When a run went well in everything, and what is left out of it then."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgcheck import experiments, rules
from dgcheck.diagnosis.well import good_checks
from dgcheck.model.case import Case
from dgcheck.model.evidence import Ending, Phase, Seen
from dgcheck.model.members import members
from dgcheck.model.record import replace
from dgcheck.probes import probes
from dgcheck.wire.url import parse
from tests.rules.built import DG, HEALTHY, HEARD, HTML, MODELS, diagnosed, dialled, got, looked
from tests.rules.models_built import NOVA_2, NOVA_3, asked, listed, posted, streamed

ASK = "model=nova-3"
HEALTH = (looked("dg.test", "10.0.0.7"), dialled("10.0.0.7"), got("GET /v1/status", 200, HEALTHY))
WELL = (*HEALTH, listed(NOVA_3), posted(ASK), streamed(ASK))


def well(*more: Seen) -> Case:
    return asked("nova-3", *WELL, *more)


def test_a_run_in_which_all_went_well() -> None:
    found = well()
    assert good_checks(found) == frozenset({"config", "dns", "tcp", "status", "models", "rest", "ws.upgrade"})
    assert [one for one in diagnosed(found) if one.severity != "info"] == []


@pytest.mark.parametrize(
    "odd",
    [
        pytest.param(dialled("10.0.0.8", Ending.REFUSED), id="an address that refuses"),
        pytest.param(got("GET /v1/models", 500, purpose="again"), id="an experiment that failed"),
        pytest.param(streamed(ASK, 400), id="an upgrade that was refused"),
        pytest.param(replace(streamed(ASK), accept_problem="wrong"), id="a 101 that is not valid"),
        pytest.param(posted(ASK, phases=(Phase("first_byte", 0.0, 9.0),)), id="a slow answer"),
        pytest.param(got("GET /v1/status", 302, ""), id="a redirect"),
        pytest.param(got("GET /v1/status/engine", 404, ""), id="a question that is not known"),
    ],
)
def test_any_doubt_makes_an_end_of_it(odd: Seen) -> None:
    assert good_checks(well(odd)) is None


def test_every_post_has_to_be_a_transcription() -> None:
    """Each model is posted to, and the first answer says nothing of the second."""
    assert good_checks(well(got(f"POST /v1/listen?{ASK}", 200, "{}"))) is None


def test_a_release_without_certificates_is_well() -> None:
    assert good_checks(well(got("GET /v1/certificates", 404))) is not None


def test_a_subprotocol_that_is_not_echoed_is_well_and_told() -> None:
    """Whether a healthy container echoes it is not known."""
    found = well(replace(streamed(ASK), offered=("token",), chosen=""))
    assert good_checks(found) is not None
    assert "ws_subprotocol" in {one.cause for one in diagnosed(found)}


def test_a_model_that_was_not_opened_is_not_well() -> None:
    assert good_checks(asked("nova-2", *HEALTH, listed(NOVA_3, NOVA_2), posted(ASK), streamed(ASK))) is None
    assert good_checks(asked("nova-3", *HEALTH, listed(NOVA_3), posted(ASK))) is None


@pytest.mark.parametrize("denied", ["batch", "streaming"])
def test_a_model_that_the_listing_denies_a_way_of_is_not_well(denied: str) -> None:
    """A quick run posts nothing, and has to say all the same that the model takes no POST."""
    row = {**NOVA_3, denied: False}
    assert good_checks(asked("nova-3", *HEALTH, listed(row), streamed(ASK))) is None
    assert good_checks(asked("nova-3", *HEALTH, listed(NOVA_2), streamed(ASK))) is None


def test_health_alone_says_nothing_of_models() -> None:
    assert good_checks(asked("", *HEALTH)) == frozenset({"config", "dns", "tcp", "status"})


def test_what_went_wrong_inside_is_not_well() -> None:
    for broken in ({"bugs": {"rest": "KeyError"}}, {"out_of_time": ("rest",)}, {"target": None}):
        found = well()
        for name, value in broken.items():
            setattr(found, name, value)
        assert good_checks(found) is None


@pytest.mark.parametrize("package", [rules, experiments], ids=["rules", "experiments"])
def test_what_is_left_out_is_there_and_what_it_waits_for_is_a_check(package: object) -> None:
    table = package._OF_GOOD_ANSWERS  # type: ignore[attr-defined]
    assert set(table) <= set(members(package.__path__))  # type: ignore[attr-defined]
    assert {check for checks in table.values() for check in checks} <= {probe.id for probe in probes()}


def test_a_family_is_asked_where_one_of_its_checks_passes() -> None:
    without, with_tls = rules.families(frozenset()), rules.families(frozenset({"tls"}))
    assert set(with_tls) - set(without) == {"dgcheck.rules.middle", "dgcheck.rules.tls"}
    assert set(without) < set(rules.families())
    assert set(rules.causes(frozenset())) < set(rules.causes())


JSONS = (
    "{}",
    "[]",
    "null",
    '{"system_health":"Critical"}',
    '{"engine_connection_status":"Disconnected"}',
    '{"stt":[]}',
)
PAGE = "<html><title>Welcome to nginx!</title></html>"
BODIES = st.sampled_from((*JSONS, "", "plain text", PAGE, HEALTHY, HEARD, MODELS))
HEADS = st.sampled_from(
    (DG, HTML, (), (("server", "envoy"), ("via", "1.1 proxy")), (("server", "awselb/2.0"),), (("cf-ray", "1"),))
)
ASKED = st.sampled_from(("GET /v1/status", "GET /v1/status/engine", "GET /v1/models", f"POST /v1/listen?{ASK}"))
URLS = st.sampled_from(("http://dg.test:8080", "http://dg.test:8080/v1", "http://localhost", "http://api.deepgram.com"))


@given(st.lists(st.tuples(ASKED, BODIES, HEADS), max_size=6), HEADS, URLS, st.booleans())
def test_whatever_good_answers_say_no_rule_is_missed(
    answers: list[tuple[str, str, tuple[tuple[str, str], ...]]],
    head: tuple[tuple[str, str], ...],
    url: str,
    echoed: bool,
) -> None:
    opened = streamed(ASK)
    assert opened.response is not None
    opened = replace(opened, response=replace(opened.response, headers=head))
    offered = replace(opened, offered=("token",), chosen="token" if echoed else "")
    found = asked("nova-3", *HEALTH, *(got(what, 200, body, heads) for what, body, heads in answers), opened, offered)
    found.target = parse(url)
    diagnosed(found)
