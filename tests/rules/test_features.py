"""DG5017: a feature that was asked for and is missing from the answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dgcheck.model.catalogue import Confidence
from dgcheck.rules.features import FEATURES
from tests.rules.built import findings, matches
from tests.rules.models_built import asked, posted

ASK = "model=nova-3"


def answer(word: dict[str, Any] | None = None, **more: Any) -> str:
    """An answer with one word; `more` goes into the alternative, or into `results` where it is called so."""
    results = more.pop("results", {})
    channel = more.pop("channel", {})
    words = [{"word": "hello", "start": 0.1, "end": 0.2, "confidence": 1.0, **(word or {})}]
    alternative = {"transcript": "hello", "confidence": 1.0, "words": words, **more}
    return json.dumps(
        {"metadata": {}, "results": {"channels": [{"alternatives": [alternative], **channel}], **results}}
    )


@pytest.mark.parametrize("name", FEATURES)
def test_an_answer_without_the_key_is_incomplete(name: str) -> None:
    value = "v2" if name == "summarize" else "hello" if name == "search" else "true"
    found = findings(asked("nova-3", posted(f"{ASK}&{name}={value}", body=answer())))
    assert list(found) == ["feature_incomplete"]
    assert f"asked for {name}={value}, but the answer has no" in found["feature_incomplete"].says
    assert found["feature_incomplete"].detail == name


@pytest.mark.parametrize(
    ("query", "body"),
    [
        pytest.param("diarize=true", answer({"speaker": 0}), id="diarize"),
        pytest.param("punctuate=true", answer({"punctuated_word": "Hello."}), id="punctuate"),
        pytest.param("smart_format=true", answer({"punctuated_word": "Hello."}), id="smart_format by its words"),
        pytest.param("smart_format=true", answer(paragraphs={}), id="smart_format by its paragraphs"),
        pytest.param("detect_entities=true", answer(entities=[]), id="no entity found, but looked for"),
        pytest.param("detect_language=true", answer(channel={"detected_language": "en"}), id="detect_language"),
        pytest.param("utterances=true", answer(results={"utterances": []}), id="utterances"),
        pytest.param("summarize=v2", answer(results={"summary": {"result": "success"}}), id="summarize"),
        pytest.param("summarize=true", answer(summaries=[]), id="summarize, the old form"),
        pytest.param("topics=true", answer(results={"topics": {}}), id="topics"),
        pytest.param("search=hello", answer(channel={"search": []}), id="search"),
        pytest.param("diarize=false", answer(), id="switched off"),
        pytest.param("tag=diarize", answer(), id="only a word of it"),
        pytest.param("multichannel=true", answer(), id="a feature that leaves no key"),
        pytest.param("diarize=true", '{"request_id":"1"}', id="a callback's receipt"),
        pytest.param("diarize=true", answer()[:-30], id="an answer cut off"),
        pytest.param(
            "diarize=true",
            '{"results":{"channels":[{"alternatives":[{"transcript":"","words":[]}]}]}}',
            id="no words in which it could be",
        ),
    ],
)
def test_what_is_complete(query: str, body: str) -> None:
    assert matches(asked("nova-3", posted(f"{ASK}&{query}", body=body)), "feature_incomplete") == []


def test_a_refused_request_is_none() -> None:
    assert matches(asked("nova-3", posted(f"{ASK}&diarize=true", 400)), "feature_incomplete") == []


def test_several_features_are_told_together_with_their_helpers() -> None:
    seen = posted(f"{ASK}&diarize=true&detect_entities=true&punctuate=true", body=answer({"punctuated_word": "Hello."}))
    one = matches(asked("nova-3", seen), "feature_incomplete")[0]
    assert one.confidence is Confidence.LIKELY
    assert "diarize=true and detect_entities=true" in one.says
    assert "no speaker in its words or entities" in one.says
    assert "(diarizer or entity-detector (batch))" in one.says


def test_a_key_that_always_comes_makes_it_certain() -> None:
    one = matches(asked("nova-3", posted(f"{ASK}&diarize=true", body=answer())), "feature_incomplete")[0]
    assert one.confidence is Confidence.CERTAIN


def test_the_switch_is_named_for_both_ways_of_deploying() -> None:
    found = findings(asked("nova-3", posted(f"{ASK}&detect_entities=true", body=answer())))
    remedies = found["feature_incomplete"].remedies
    assert any("entity_detection = true" in one.do and one.place == "compose" for one in remedies)
    assert any("api.features.entityDetection: true" in one.do and one.place == "helm" for one in remedies)
