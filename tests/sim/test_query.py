"""Which model serves a request, and what is refused in which words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgcheck.model.record import replace
from dgcheck.sim.deployment import Deployment, Switches
from dgcheck.sim.models import ENGLISH, STANDARD, VOICES, flux, speech, split_by_mode
from dgcheck.sim.query import Order, Refusal, understand
from tests.sim.asking import NO_MODEL, asked

NOVA_2 = speech("nova-2-general", ENGLISH, version="2024-01-18.26916")
OLD = speech("nova-3-general", ENGLISH, version="2024-01-01.1")
MEDICAL_BATCH = speech("nova-3-medical", ENGLISH, streaming=False)
BASE = speech("base-general", ENGLISH)
RAW = "encoding=linear16&sample_rate=16000"


def order(query: str, mode: str = "batch", deployment: Deployment | None = None) -> Order | Refusal:
    return understand(asked(f"/v1/listen?{query}"), mode, deployment or Deployment())


@pytest.mark.parametrize(
    ("query", "canonical"),
    [
        pytest.param("model=nova-3", "nova-3-general", id="without general"),
        pytest.param("model=nova-3-general", "nova-3-general", id="canonical"),
        pytest.param("model=nova-3-medical", "nova-3-medical", id="variant"),
        pytest.param("model=nova-2", "nova-2-general", id="Nova-2"),
        pytest.param("model=2-general", "nova-2-general", id="the listing's own name"),
        pytest.param("model=general&tier=nova-2", "nova-2-general", id="legacy with a tier"),
        pytest.param(f"model={STANDARD[1].uuid}", "nova-3-medical", id="UUID"),
        pytest.param("model=nova-3&language=en-gb", "nova-3-general", id="a tag in another case"),
        pytest.param("model=nova-3&language=multi", "nova-3-general", id="multi"),
        pytest.param("model=nova-3&version=latest", "nova-3-general", id="latest"),
        pytest.param("model=nova-3&version=2025-07-31.0", "nova-3-general", id="a version that is there"),
        pytest.param("model=nova-3&detect_language=true&language=ja", "nova-3-general", id="detected language"),
    ],
)
def test_a_name_finds_its_model(query: str, canonical: str) -> None:
    found = order(query)
    assert isinstance(found, Order)
    assert found.model.canonical_name == canonical


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("", id="no model"),
        pytest.param("model=general", id="general means base"),
        pytest.param("model=nova-3-genral", id="misspelt"),
        pytest.param("model=NOVA-3", id="another case"),
        pytest.param("model=aura-2-thalia-en", id="a voice"),
        pytest.param("model=entity-detector", id="a helper"),
        pytest.param("model=nova-3&language=ja", id="language"),
        pytest.param("model=nova-3&language=en_US", id="underscore"),
        pytest.param("model=nova-3&language=english", id="a word"),
        pytest.param("model=nova-3&version=1999-01-01.1", id="version"),
        pytest.param("model=0b0e6a1e-0000-4000-8000-000000000001", id="unknown UUID"),
    ],
)
@pytest.mark.parametrize("mode", ["batch", "streaming"])
def test_what_is_not_there_is_no_such_model(query: str, mode: str) -> None:
    found = order(query, mode)
    assert isinstance(found, Refusal)
    assert (found.status, found.code) == (400, "Bad Request")
    assert found.message.startswith(NO_MODEL)


def test_the_hint_can_be_left_out() -> None:
    found = order("model=x", deployment=Deployment(switches=Switches(hint=False)))
    assert isinstance(found, Refusal)
    assert found.message == NO_MODEL


def test_no_model_is_served_where_base_is_installed() -> None:
    assert isinstance(order("", deployment=Deployment(models=(BASE,))), Order)


def test_the_newest_version_serves() -> None:
    found = order("model=nova-3", deployment=Deployment(models=(OLD, *STANDARD)))
    assert isinstance(found, Order)
    assert found.model.version == "2025-07-31.0"


@pytest.mark.parametrize(
    ("mode", "served"), [pytest.param("batch", True, id="batch"), pytest.param("streaming", False, id="streaming")]
)
def test_a_model_serves_only_its_mode(mode: str, served: bool) -> None:
    found = order("model=nova-3-medical", mode, Deployment(models=(MEDICAL_BATCH,)))
    assert isinstance(found, Order) is served


@pytest.mark.parametrize("mode", ["batch", "streaming"])
def test_a_model_listed_once_for_each_mode_serves_both(mode: str) -> None:
    found = order("model=nova-3", mode, Deployment(models=split_by_mode(STANDARD)))
    assert isinstance(found, Order)
    assert (found.model.batch, found.model.streaming) == ((True, False) if mode == "batch" else (False, True))


@pytest.mark.parametrize(
    ("query", "mode", "message"),
    [
        pytest.param("model=nova-3&endpointing=300ms", "streaming", "Invalid query string.", id="endpointing"),
        pytest.param("model=nova-3&smart_format=yes", "batch", "Invalid query string.", id="no boolean"),
        pytest.param("model=nova-3&channels=two", "streaming", "Invalid query string.", id="no number"),
        pytest.param("model=nova-3&encoding=mp3", "batch", "Invalid query string.", id="unknown encoding"),
        pytest.param("model=nova-3&encoding=linear32", "batch", "Invalid query string.", id="a stream's encoding"),
        pytest.param("model=nova-3&encoding=linear16", "streaming", "Invalid query string.", id="no sample rate"),
        pytest.param(f"model=nova-3&{RAW}&diarize_model=v2", "streaming", "Invalid query string.", id="diarize_model"),
        pytest.param(
            f"model=nova-3&{RAW}&utterance_end_ms=500&interim_results=true",
            "streaming",
            "Invalid query string.",
            id="utterance_end_ms too small",
        ),
        pytest.param(
            f"model=nova-3&{RAW}&utterance_end_ms=1000", "streaming", "Invalid query string.", id="without interims"
        ),
        pytest.param("model=nova-3&callback=nowhere", "batch", "Invalid callback url.", id="callback"),
        pytest.param(
            "model=nova-3&keywords=a",
            "batch",
            "Keywords are not supported for Nova-3. Please use `keyterm` instead.",
            id="keywords",
        ),
        pytest.param(
            "model=nova-2&keyterm=a",
            "batch",
            "`keyterm` is only supported for Nova-3 and Flux. Please use `keywords` instead.",
            id="keyterm",
        ),
    ],
)
def test_parameters_are_refused_in_the_documented_words(query: str, mode: str, message: str) -> None:
    found = order(query, mode)
    assert isinstance(found, Refusal)
    assert (found.status, found.message) == (400, message)


@pytest.mark.parametrize(
    ("query", "mode"),
    [
        pytest.param("model=nova-3&encoding=linear16", "batch", id="a file needs no sample rate"),
        pytest.param("model=nova-3&endpointing=false", "streaming", id="endpointing off"),
        pytest.param("model=nova-3&endpointing=300", "streaming", id="endpointing"),
        pytest.param("model=nova-3&unheard_of=1&tag=probe", "batch", id="a parameter that nobody knows"),
        pytest.param("model=nova-3&keyterm=a&keyterm=b", "batch", id="keyterm twice"),
        pytest.param("model=nova-2&keywords=a:2", "batch", id="keywords of Nova-2"),
        pytest.param(f"model=nova-3&{RAW}&utterance_end_ms=1000&interim_results=true", "streaming", id="utterances"),
    ],
)
def test_good_parameters_pass(query: str, mode: str) -> None:
    assert isinstance(order(query, mode), Order)


def test_parameters_come_before_the_model() -> None:
    found = order("model=nova-9&endpointing=x", "streaming")
    assert isinstance(found, Refusal)
    assert found.message == "Invalid query string."


@pytest.mark.parametrize("installed", [True, False])
def test_flux_is_of_another_endpoint(installed: bool) -> None:
    models = (*STANDARD, flux()) if installed else STANDARD
    found = order("model=flux-general-en", "streaming", Deployment(models=models))
    assert isinstance(found, Refusal)
    assert found.code == "V2_MODEL_ON_V1_LISTEN_ENDPOINT"


@pytest.mark.parametrize(
    ("formatted", "changes", "served"),
    [
        pytest.param(True, {}, True, id="formatted"),
        pytest.param(False, {}, True, id="unformatted, with an entity detector"),
        pytest.param(False, {"ner": False}, False, id="unformatted, without"),
        pytest.param(True, {"formatting_conflict": True}, False, id="formatted, in conflict"),
        pytest.param(False, {"formatting_conflict": True}, True, id="unformatted, no conflict"),
    ],
)
def test_smart_format(formatted: bool, changes: dict[str, Any], served: bool) -> None:
    deployment = replace(Deployment(models=(replace(NOVA_2, formatted=formatted),)), **changes)
    assert isinstance(order("model=nova-2&smart_format=true", deployment=deployment), Order) is served
    assert isinstance(order("model=nova-2&smart_format=false", deployment=deployment), Order)


def test_voices_alone_serve_no_speech_to_text() -> None:
    assert isinstance(order("model=nova-3", deployment=Deployment(models=VOICES)), Refusal)


NAMES = st.sampled_from(
    ["model", "language", "tier", "version", "encoding", "sample_rate", "channels", "callback", "tag"]
)
TEXT = st.text(max_size=12) | st.sampled_from(
    ["nova-3", "en", "linear16", "16000", "nan", "inf", "-1", "1e999", "true"]
)


@given(pairs=st.lists(st.tuples(NAMES, TEXT), max_size=6), mode=st.sampled_from(["batch", "streaming"]))
def test_any_query_is_understood_or_refused(pairs: list[tuple[str, str]], mode: str) -> None:
    question = replace(asked("/v1/listen"), query=tuple(pairs))
    assert isinstance(understand(question, mode, Deployment()), Order | Refusal)
