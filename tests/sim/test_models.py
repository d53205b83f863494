"""The models of the stand-in: their listing in every shape, and the file that names others."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgcheck.model.errors import UsageError
from dgcheck.sim.models import SHAPES, STANDARD, VOICES, listing, many, read_models, speech, split_by_mode
from dgcheck.wire import listing as reader


@pytest.mark.parametrize("shape", SHAPES)
def test_a_reader_finds_the_speech_models_in_every_shape(shape: str) -> None:
    found = reader.read(json.dumps(listing(STANDARD, shape)))
    assert found is not None
    names = {model.canonical_name or model.name for model in found.models if model.kind == "stt"}
    assert names == {"nova-3-general", "nova-3-medical", "nova-2-general"}


def test_the_grouped_shape_has_voices_and_helpers_too() -> None:
    groups = listing(STANDARD, "grouped")
    assert {key: len(rows) for key, rows in groups.items()} == {"stt": 3, "tts": 1, "helpers": 3}


def test_flat_lists_hold_speech_models_alone() -> None:
    assert len(listing(STANDARD, "flat")) == len(listing(STANDARD, "old_flat")) == 3
    assert set(listing(STANDARD, "old_flat")[0]) == {"name", "uuid", "version", "tags", "languages"}


def test_flags_are_left_out_where_nothing_says_them() -> None:
    assert not {"batch", "streaming", "formatted_output"} & set(listing(STANDARD, "bare")["stt"][0])


def test_extra_fields_do_not_hide_the_models() -> None:
    found = reader.read(json.dumps(listing(STANDARD, "grouped", extra=True)))
    assert found is not None
    assert sum(model.kind == "stt" for model in found.models) == 3


def test_names_are_spelt_as_the_vendor_spells_them() -> None:
    assert (STANDARD[0].name, STANDARD[0].canonical_name) == ("general", "nova-3-general")
    assert (STANDARD[2].name, STANDARD[2].canonical_name) == ("2-general", "nova-2-general")


def test_a_long_listing_has_as_many_as_were_asked_for_and_the_usual_ones() -> None:
    models = many(500)
    assert len(models) == 500
    assert set(STANDARD) <= set(models)
    assert len({model.uuid for model in models}) == 500


def test_split_rows_differ_in_uuid_and_mode() -> None:
    rows = [model for model in split_by_mode(STANDARD) if model.canonical_name == "nova-3-general"]
    assert {(row.batch, row.streaming) for row in rows} == {(True, False), (False, True)}
    assert len({row.uuid for row in rows}) == 2


def test_a_file_of_names() -> None:
    models = read_models(
        """
        # what we have
        nova-3-general
        nova-2-phonecall en-US,en batch unformatted version=2024-01-18.1   # old
        aura-2-thalia-en
        flux-general-en
        """
    )
    assert [(model.canonical_name, model.kind) for model in models] == [
        ("nova-3-general", "stt"),
        ("nova-2-phonecall", "stt"),
        ("aura-2-thalia-en", "tts"),
        ("flux-general-en", "flux"),
    ]
    old = models[1]
    assert (old.languages, old.batch, old.streaming, old.formatted) == (("en-US", "en"), True, False, False)
    assert old.version == "2024-01-18.1"


@pytest.mark.parametrize("shape", ["grouped", "flat", "hosted"])
def test_a_saved_listing_is_read_again(shape: str) -> None:
    models = read_models(json.dumps(listing(STANDARD, shape)))
    wanted = [
        model
        for model in STANDARD
        if shape == "grouped" or model.kind == "stt" or (model.kind == "tts" and shape != "flat")
    ]
    assert [(one.canonical_name, one.kind, one.languages, one.batch) for one in models] == [
        (one.canonical_name, one.kind, one.languages, one.batch) for one in wanted
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param("nova-3 whatever!", "line 1", id="an odd word"),
        pytest.param("nova-3\nnova-2 en/us", "line 2", id="an odd language"),
        pytest.param('{"stt": [', "no", id="broken JSON"),
    ],
)
def test_a_mistake_in_the_file_is_named(text: str, place: str) -> None:
    with pytest.raises(UsageError, match=place):
        read_models(text)


@given(text=st.text(max_size=80) | st.text('[]{}",:sttname1 \n', max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        models = read_models(text)
    except UsageError:
        return
    for shape in SHAPES:
        json.dumps(listing(models, shape))


def test_voices_are_no_speech_models() -> None:
    assert {model.kind for model in VOICES} == {"tts"}
    assert speech("nova-3-general").kind == "stt"
