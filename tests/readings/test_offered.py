"""What a listing offers beside transcription, and who understands what is spoken."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.model.evidence import Listing, Model
from dgcheck.readings import offered
from tests.rules.built import case, got


def row(name: str, kind: str = "stt", **fields: Any) -> Model:
    return Model(name=name, canonical_name=name, kind=kind, **{"batch": None, "streaming": None, **fields})


VOICES = (
    row("aura-2.voice-pack.en", "tts"),
    row("aura-2.generator.en", "tts"),
    row("aura-asteria-en", "tts"),
    row("aura-2-celeste-es", "tts"),
    row("aura-2-thalia-en", "tts"),
)
NOVA = row("nova-3-general", architecture="nova-3", languages=("en", "en-US", "es"), batch=True, streaming=True)
FLUX = (row("flux-general-multi", "flux"), row("flux-general-en", "flux"))


def listing(*rows: Model) -> Listing:
    return Listing(shape="grouped", models=rows)


def test_english_voices_come_first_and_files_are_no_voices() -> None:
    assert offered.voices(listing(*VOICES)) == ("aura-2-thalia-en", "aura-asteria-en", "aura-2-celeste-es")


def test_flux_that_is_listed() -> None:
    assert offered.turns(listing(NOVA, *FLUX)) == ("flux-general-en", "flux-general-multi")


def test_voices_of_flux_are_asked_for_elsewhere_than_those_of_aura() -> None:
    found = listing(*VOICES, row("flux-haley-es", "tts"), row("flux-haley-en", "tts"), *FLUX)
    assert offered.flux_voices(found) == ("flux-haley-en", "flux-haley-es")
    assert not {*offered.voices(found), *offered.turns(found)} & {*offered.flux_voices(found)}


@pytest.mark.parametrize("read", [offered.voices, offered.flux_voices, offered.turns])
def test_no_listing_offers_nothing(read: Any) -> None:
    assert read(None) == ()
    assert read(listing(NOVA)) == ()


@pytest.mark.parametrize(
    ("rows", "language", "name"),
    [
        pytest.param((NOVA,), "en", "nova-3-general", id="English"),
        pytest.param((NOVA,), "es", "nova-3-general", id="another language that it has"),
        pytest.param((NOVA,), "nl", None, id="a language that it has not"),
        pytest.param((row("nova-3-general", languages=("en",), batch=False),), "en", None, id="streams alone"),
        pytest.param((), "en", None, id="no model"),
    ],
)
def test_who_understands_what_is_spoken(rows: tuple[Model, ...], language: str, name: str | None) -> None:
    made = case("http://h:8080", got("GET /v1/models", 200, "[]"))
    page = made.evidence[-1]
    object.__setattr__(page, "listing", listing(*rows))
    found = offered.listener(made, language)
    assert (found.name if found else None) == name


def test_what_was_left_out_is_told_with_the_option_that_asks_it() -> None:
    made = case("http://h:8080", got("GET /v1/models", 200, "[]"))
    object.__setattr__(made.evidence[-1], "listing", listing(NOVA, *VOICES, row("flux-haley-en", "tts"), *FLUX))
    made.skipped = {"speak": "not asked for", "flux": "not asked for"}
    assert offered.untested(made) == [
        "text to speech (--model aura-2-thalia-en)",
        "text to speech (--model flux-haley-en)",
        "turns of Flux (--model flux-general-en)",
    ]
    made.skipped = {}
    assert offered.untested(made) == []
