"""The judgement behind the model causes: which requests count, and that nothing makes it raise."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgcheck.model.case import Case
from dgcheck.readings.for_speech import guessed, requests
from dgcheck.readings.model_fault import about_model, judged, listing_of
from tests.rules.built import DG, case, got, upgraded
from tests.rules.models_built import NOVA_3, REFUSAL, asked, both, listed, posted, streamed

ASK = "model=nova-3"


def test_the_last_of_the_same_question_counts() -> None:
    found = asked("nova-3", posted(ASK, 400), posted(ASK), streamed(ASK), posted(ASK, purpose="again"))
    assert [seen.status for seen in requests(found)] == [200, 101]


def test_questions_without_an_answer_do_not_count() -> None:
    assert requests(asked("nova-3", got(f"POST /v1/listen?{ASK}", None))) == ()


@pytest.mark.parametrize(
    ("found", "is_guess"),
    [
        pytest.param(asked("nova-3", models=()), True, id="nobody said"),
        pytest.param(asked("nova-3"), False, id="asked for"),
        pytest.param(asked("nova-3", chosen=True), False, id="chosen from the listing"),
        pytest.param(asked("", models=()), False, id="none"),
    ],
)
def test_guesses(found: Case, is_guess: bool) -> None:
    assert guessed(found) is is_guess


def test_a_replayed_model_is_no_guess() -> None:
    found = case("http://10.0.0.7:8080/v1/listen?model=nova-3")
    found.model = "nova-3"
    assert not guessed(found)


def test_a_listing_of_another_shape_is_none() -> None:
    assert listing_of(asked("nova-3", got("GET /v1/models", 200, '{"a":1}'))) is None
    assert listing_of(asked("nova-3", listed())) is not None


@pytest.mark.parametrize(
    ("seen", "is_about"),
    [
        pytest.param(posted("model=nova-2", 400), True, id="words"),
        pytest.param(got("POST /v1/listen?model=nova-2", 400), True, id="bare, and the listing denies it"),
        pytest.param(got("POST /v1/listen?model=nova-3", 400), False, id="bare, and the listing affirms it"),
        pytest.param(got("POST /v1/listen?model=nova-2", 500), False, id="500"),
        pytest.param(upgraded("GET /v1/listen?model=nova-2", 405, "", DG), True, id="405, and the listing denies it"),
        pytest.param(posted("model=nova-2", 200, body=REFUSAL), False, id="words with a success"),
    ],
)
def test_what_is_about_the_model(seen: object, is_about: bool) -> None:
    assert about_model(seen, listed(NOVA_3).listing) is is_about  # type: ignore[arg-type]


def test_two_refusals_of_one_model_are_one_judgement() -> None:
    assert [one.cause for one in judged(asked("nova-2", listed(NOVA_3), *both("model=nova-2")))] == ["model_missing"]


def test_a_case_that_has_grown_is_judged_anew() -> None:
    found = asked("nova-2", listed(NOVA_3))
    before = judged(found)
    found.add(posted("model=nova-2", 400))
    assert judged(found) != before


VALUES = st.sampled_from(["nova-3", "nova-2", "general", "flux-general-en", "", "x", "en", "english", "true", "7"])
QUERY = st.lists(
    st.tuples(st.sampled_from(["model", "language", "version", "smart_format", "tier", "k"]), VALUES), max_size=5
)


@given(
    queries=st.lists(QUERY, max_size=3),
    status=st.sampled_from([101, 200, 400, 404, 405, 500]),
    rows=st.lists(st.sampled_from([NOVA_3, {"name": "x", "uuid": 1}, {}, {"name": None}, 7]), max_size=3),
    body=st.sampled_from([REFUSAL, "", "<html>", "{", '{"err_msg":7}']),
)
def test_no_case_raises(queries: list[list[tuple[str, str]]], status: int, rows: list[object], body: str) -> None:
    asked_for = ["&".join(f"{name}={value}" for name, value in query) for query in queries]
    evidence = [got("GET /v1/models", 200, json.dumps(rows))]
    evidence += [posted(query, status, body=body) for query in asked_for]
    found = asked("nova-3", *evidence, *(streamed(query, status, body=body) for query in asked_for))
    for one in judged(found):
        assert one.cause


def test_a_model_that_was_taken_from_the_listing_is_not_held_to_english() -> None:
    row = {"name": "2-general", "canonical_name": "nova-2-general", "languages": ["es"], "batch": True}
    found = case("http://10.0.0.7:8080", got("GET /v1/models", 200, json.dumps([row])))
    found.model, found.chosen = "nova-2-general", True
    assert judged(found) == ()
