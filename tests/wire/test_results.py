"""The answer of a transcription."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgcheck.wire.results import read_transcription

UUID = "0b0e6a1e-0000-4000-8000-00000000000a"
WORD = {"word": "hello", "start": 0.1, "end": 0.4, "confidence": 0.9, "speaker": 0}
ANSWER = {
    "metadata": {
        "transaction_key": "deprecated",
        "request_id": "0b0e6a1e-0000-4000-8000-000000000001",
        "duration": 1.5,
        "channels": 1,
        "models": [UUID],
        "model_info": {
            "0b0e6a1e-0000-4000-8000-00000000000a": {
                "name": "general-nova-3",
                "version": "2025-07-31.0",
                "arch": "nova-3",
            }
        },
    },
    "results": {"channels": [{"alternatives": [{"transcript": "hello", "confidence": 0.9, "words": [WORD]}]}]},
}


def test_the_documented_answer() -> None:
    found = read_transcription(json.dumps(ANSWER))
    assert found is not None
    assert found.transcript == "hello"
    assert found.request_id == "0b0e6a1e-0000-4000-8000-000000000001"
    assert found.named == (("general-nova-3", "2025-07-31.0", "nova-3"),)
    assert (found.duration, found.channels, found.words) == (1.5, 1, 1)


def test_keys_are_paths_without_indexes() -> None:
    found = read_transcription(json.dumps(ANSWER))
    assert found is not None
    assert "results.channels.alternatives.words.speaker" in found.keys
    assert "results.utterances" not in found.keys


def test_silence_is_an_empty_transcript_and_still_an_answer() -> None:
    found = read_transcription(
        '{"metadata":{},"results":{"channels":[{"alternatives":[{"transcript":"","words":[]}]}]}}'
    )
    assert found is not None
    assert (found.transcript, found.words) == ("", 0)


def test_two_channels_are_joined() -> None:
    channels = [{"alternatives": [{"transcript": text}]} for text in ("one", "", "two")]
    found = read_transcription(json.dumps({"results": {"channels": channels}}))
    assert found is not None
    assert found.transcript == "one two"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("", id="nothing"),
        pytest.param('{"request_id":"x"}', id="the receipt of a callback"),
        pytest.param('{"err_code":"Bad Request","err_msg":"no"}', id="a refusal"),
        pytest.param(json.dumps(ANSWER)[:-40], id="cut off"),
        pytest.param('{"results":{"channels":{}}}', id="channels of another type"),
        pytest.param("[" * 100_000, id="a nest"),
        pytest.param("<html>", id="a page"),
    ],
)
def test_what_is_no_transcription(body: str) -> None:
    assert read_transcription(body) is None


KEYS = ["channels", "alternatives", "transcript", "words", "metadata", "models", "model_info", "duration"]
JUNK = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["channels", "alternatives", "transcript", "words", "metadata", "models", "model_info", "duration"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@given(results=JUNK, metadata=JUNK)
def test_fields_of_any_type_never_raise(results: object, metadata: object) -> None:
    found = read_transcription(json.dumps({"results": results, "metadata": metadata}))
    assert found is None or isinstance(found.transcript, str)
