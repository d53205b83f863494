"""`/v1/models` in every shape: nothing invented, nothing lost, nothing raised."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgcheck.model.evidence import Listing, Model
from dgcheck.wire import listing


def row(**fields: Any) -> dict[str, Any]:
    known = {
        "name": "general",
        "canonical_name": "nova-3-general",
        "architecture": "nova-3",
        "languages": ["en", "en-US"],
        "version": "2025-04-17.21547",
        "uuid": "0b0e6a1e-0000-4000-8000-00000000000a",
        "batch": True,
        "streaming": True,
        "formatted_output": False,
    }
    return {key: value for key, value in {**known, **fields}.items() if value is not ...}


VOICE = {
    "name": "thalia",
    "canonical_name": "aura-2-thalia-en",
    "architecture": "aura-2",
    "languages": ["en"],
    "version": "1",
    "uuid": "0b0e6a1e-0000-4000-8000-0000000000aa",
    "metadata": {"accent": "American"},
}
DETECTOR = {
    "name": "entity-detector",
    "uuid": "0b0e6a1e-0000-4000-8000-0000000000bb",
    "version": "1",
    "batch": True,
    "streaming": True,
    "languages": ["en"],
}


def read(value: Any) -> Listing:
    found = listing.read(json.dumps(value))
    assert found is not None
    return found


def kinds(value: Any) -> dict[str, str]:
    return {model.name: model.kind for model in read(value).models}


def test_one_row_is_read_whole() -> None:
    assert read([row()]).models == (
        Model(
            name="general",
            canonical_name="nova-3-general",
            architecture="nova-3",
            languages=("en", "en-US"),
            version="2025-04-17.21547",
            uuid="0b0e6a1e-0000-4000-8000-00000000000a",
            batch=True,
            streaming=True,
            formatted=False,
        ),
    )


@pytest.mark.parametrize(
    ("value", "shape", "count"),
    [
        pytest.param([row()], "flat", 1, id="flat, before 260630"),
        pytest.param([], "flat", 0, id="flat and empty"),
        pytest.param({"stt": [row()], "tts": [VOICE]}, "grouped", 2, id="hosted"),
        pytest.param({"speech_models": [row()], "aux": [DETECTOR]}, "grouped", 2, id="groups of unknown keys"),
        pytest.param({"models": {"stt": {"batch": [row()]}}}, "grouped", 1, id="groups within groups"),
        pytest.param({"stt": [], "tts": []}, "grouped", 0, id="groups that are empty"),
        pytest.param({"models": []}, "grouped", 0, id="one empty group"),
        pytest.param({}, "grouped", 0, id="an empty object"),
        pytest.param({"object": "list", "data": [{"id": "gpt", "object": "model"}]}, "other", 0, id="another product"),
        pytest.param({"items": []}, "other", 0, id="another product with nothing"),
        pytest.param({"err_code": "Bad Request", "err_msg": "no"}, "other", 0, id="a refusal"),
        pytest.param({"system_health": "Healthy"}, "other", 0, id="another page"),
        pytest.param([1, 2, "nova-3"], "other", 0, id="a list of no rows"),
        pytest.param("nova-3", "other", 0, id="a word"),
        pytest.param(3, "other", 0, id="a number"),
    ],
)
def test_shapes(value: Any, shape: str, count: int) -> None:
    found = read(value)
    assert (found.shape, len(found.models)) == (shape, count)


@pytest.mark.parametrize("body", ["", "<html>", "{", "[" * 100_000, '{"stt":' * 100_000, "null"])
def test_what_is_no_json_is_no_listing(body: str) -> None:
    assert listing.read(body) is None


@pytest.mark.parametrize(
    ("fields", "batch", "streaming"),
    [
        pytest.param({}, True, True, id="both flags"),
        pytest.param({"streaming": False}, True, False, id="denied"),
        pytest.param({"batch": ..., "streaming": ...}, None, None, id="missing flags are unknown, not false"),
        pytest.param({"streaming": ...}, True, None, id="one missing"),
        pytest.param({"streaming": "no"}, True, None, id="a word is no flag"),
        pytest.param({"streaming": 0}, True, None, id="a number is no flag"),
        pytest.param({"batch": None, "streaming": None}, None, None, id="null"),
        pytest.param({"batch": ..., "streaming": ..., "mode": "all"}, True, True, id="mode all"),
        pytest.param({"batch": ..., "streaming": ..., "mode": "batch"}, True, False, id="mode batch"),
        pytest.param({"batch": ..., "streaming": ..., "mode": "streaming"}, False, True, id="mode streaming"),
        pytest.param({"batch": ..., "streaming": ..., "mode": "turn"}, None, None, id="a mode that is not known"),
    ],
)
def test_modes(fields: dict[str, Any], batch: bool | None, streaming: bool | None) -> None:
    model = read([row(**fields)]).models[0]
    assert (model.batch, model.streaming) == (batch, streaming)


def test_a_group_called_after_a_mode_proves_that_mode_only() -> None:
    found = read({"stt": {"batch": [row(batch=..., streaming=...)]}}).models[0]
    assert (found.batch, found.streaming) == (True, None)


def test_one_model_in_two_groups_is_one_row_with_both_modes() -> None:
    bare = row(batch=..., streaming=...)
    found = read({"stt": {"batch": [bare], "streaming": [bare]}}).models
    assert [(model.batch, model.streaming) for model in found] == [(True, True)]


def test_two_files_of_one_name_stay_two_rows() -> None:
    both = [row(streaming=False), row(batch=False, uuid="0b0e6a1e-0000-4000-8000-00000000000b")]
    assert len(read(both).models) == 2


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param({"stt": [row()], "tts": [VOICE]}, {"general": "stt", "thalia": "tts"}, id="hosted"),
        pytest.param(
            {"x": [row(), VOICE, DETECTOR]},
            {"general": "stt", "thalia": "tts", "entity-detector": "helper"},
            id="by their own fields, whatever the group",
        ),
        pytest.param({"helper_models": [{"name": "v2", "uuid": "u"}]}, {"v2": "helper"}, id="by the group"),
        pytest.param(
            {"tts": [{"name": "aura-2.voice-pack.en", "uuid": "u"}]}, {"aura-2.voice-pack.en": "tts"}, id="a voice pack"
        ),
        pytest.param({"stt": [{"name": "acme", "uuid": "u"}]}, {"acme": "stt"}, id="a model of one's own"),
        pytest.param([{"name": "acme", "uuid": "u"}], {"acme": "stt"}, id="the flat list holds speech models"),
        pytest.param({"x": [{"name": "flux-general-en", "uuid": "u"}]}, {"flux-general-en": "flux"}, id="Flux"),
        pytest.param(
            {"x": [{"name": "flux-haley-en", "uuid": "u", "metadata": {}}]},
            {"flux-haley-en": "tts"},
            id="a voice of Flux",
        ),
        pytest.param(
            {"x": [{"name": "flux-haley-en", "uuid": "u"}]},
            {"flux-haley-en": "tts"},
            id="a voice of Flux by its name alone",
        ),
        pytest.param({"diarization": [{"name": "diarizer", "uuid": "u"}]}, {"diarizer": "helper"}, id="diarizer"),
    ],
)
def test_kinds(value: Any, expected: dict[str, str]) -> None:
    assert kinds(value) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"languages": ["en", "en-US", "en"]}, ("en", "en-US"), id="a list"),
        pytest.param({"languages": "en"}, ("en",), id="a text"),
        pytest.param({"languages": ..., "language": "en,es"}, ("en", "es"), id="the older key"),
        pytest.param({"languages": None}, (), id="null"),
        pytest.param({"languages": [1, None, {}]}, (), id="no tags"),
        pytest.param({"languages": ["x"] * 5000}, (), id="an absurd lot is not known"),
    ],
)
def test_languages(fields: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert read([row(**fields)]).models[0].languages == expected


def test_older_rows_without_canonical_name_are_rows() -> None:
    found = read([{"name": "general", "uuid": "u", "version": "2022", "tags": [], "languages": ["en"]}])
    assert (found.shape, found.models[0].name, found.models[0].canonical_name) == ("flat", "general", "")


def test_unknown_fields_change_nothing() -> None:
    assert read([row(colour={"deep": [1]}, since=2026)]) == read([row()])


def test_five_hundred_models_are_read_quickly() -> None:
    rows = [row(name=f"m{number}", uuid=str(number), note="x" * 2000) for number in range(500)]
    started = time.monotonic()
    assert len(read({"stt": rows}).models) == 500
    assert time.monotonic() - started < 2.0  # some milliseconds; a quadratic reader would take minutes


def test_an_endless_list_is_no_listing() -> None:
    found = read([row(uuid=str(number)) for number in range(listing.MOST + 5)])
    assert (found.shape, found.models) == ("other", ())


def test_speech_leaves_voices_and_helpers_out() -> None:
    assert [model.name for model in listing.speech(read({"a": [row(), VOICE, DETECTOR]}))] == ["general"]


KEYS = ["stt", "tts", "models", "name", "canonical_name", "uuid", "languages", "batch", "streaming", "mode", "version"]
JUNK = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "stt",
                    "tts",
                    "models",
                    "name",
                    "canonical_name",
                    "uuid",
                    "languages",
                    "batch",
                    "streaming",
                    "mode",
                    "version",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(JUNK)
def test_no_json_raises(value: Any) -> None:
    found = listing.read(json.dumps(value))
    for model in found.models if found else ():
        assert model.name
        assert model.batch in (True, False, None)
