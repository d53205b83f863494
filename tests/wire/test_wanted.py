"""What a request wants of a model, and what a listing denies of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgcheck.model.evidence import Listing, Model
from dgcheck.wire.wanted import Wanted, is_tag, languages, meant, misfit, wanted
from tests.rules.built import got, upgraded


def row(canonical: str, **fields: object) -> Model:
    known = {"languages": ("en", "en-US"), "version": "1", "batch": True, "streaming": True}
    return Model(name=canonical, canonical_name=canonical, **{**known, **fields})  # type: ignore[arg-type]


def listing(*rows: Model) -> Listing:
    return Listing(shape="grouped", models=rows)


def test_a_request_is_read() -> None:
    seen = got("POST /v1/listen?model=nova-3&language=en&version=7&tier=nova&smart_format=true&model=other")
    assert wanted(seen) == Wanted("nova-3", "en", "7", "nova", True, "batch", "/v1/listen")
    assert wanted(upgraded("GET /x/v1/listen")) == Wanted(mode="streaming", path="/x/v1/listen")


@pytest.mark.parametrize("value", ["false", "", "0", "no"])
def test_smart_format_is_asked_for_only_by_true(value: str) -> None:
    assert wanted(got(f"POST /v1/listen?smart_format={value}")).smart_format is False


NOVA = row("nova-3-general")


@pytest.mark.parametrize(
    ("rows", "want", "reason"),
    [
        pytest.param([NOVA], Wanted("nova-3"), None, id="fits"),
        pytest.param([NOVA], Wanted("nova-3", "en-us"), None, id="in other capitals"),
        pytest.param([NOVA], Wanted("nova-3", "multi"), None, id="multi is not listed everywhere"),
        pytest.param([NOVA], Wanted("nova-3", version="latest"), None, id="latest"),
        pytest.param([NOVA], Wanted("nova-2"), "absent", id="absent"),
        pytest.param([NOVA], Wanted("nova-3-genral"), "spelling", id="spelling"),
        pytest.param([NOVA], Wanted("nova-3", "fr"), "language", id="language"),
        pytest.param([NOVA], Wanted("nova-3", "en_US"), "language", id="no tag"),
        pytest.param([NOVA], Wanted("nova-3", version="2"), "version", id="version"),
        pytest.param([row("nova-3-general", streaming=False)], Wanted("nova-3", mode="streaming"), "mode", id="mode"),
        pytest.param([row("nova-3-general", streaming=False)], Wanted("nova-3"), None, id="the other mode"),
        pytest.param(
            [row("nova-3-general", streaming=None)], Wanted("nova-3", mode="streaming"), None, id="unsaid mode"
        ),
        pytest.param([row("nova-3-general", languages=())], Wanted("nova-3", "fr"), None, id="unsaid languages"),
        pytest.param([row("nova-3-general", version="")], Wanted("nova-3", version="2"), None, id="unsaid version"),
        pytest.param(
            [row("nova-3-general", languages=("en",), streaming=False), row("nova-3-general", languages=("es",))],
            Wanted("nova-3", "en", mode="streaming"),
            "mode",
            id="streams in another language only",
        ),
        pytest.param([], Wanted("nova-3"), "empty", id="nothing listed"),
        pytest.param([row("aura-2-x-en", kind="tts")], Wanted("nova-3"), "empty", id="voices only"),
        pytest.param([NOVA, row("aura-2-x-en", kind="tts")], Wanted("aura-2-x-en"), "endpoint", id="a voice"),
        pytest.param([NOVA], Wanted("flux-general-en"), "endpoint", id="Flux on v1"),
        pytest.param([NOVA], Wanted("flux-general-en", path="/v2/listen"), None, id="Flux on v2"),
        pytest.param([NOVA], Wanted(), "absent", id="no model means Base general"),
        pytest.param([row("base-general")], Wanted(), None, id="which is there"),
    ],
)
def test_misfits(rows: list[Model], want: Wanted, reason: str | None) -> None:
    found = misfit(listing(*rows), want)
    assert (found.reason if found else None) == reason


@pytest.mark.parametrize("nothing", [None, Listing(shape="other")])
def test_without_a_listing_nothing_is_denied(nothing: Listing | None) -> None:
    assert misfit(nothing, Wanted("nova-9")) is None


@pytest.mark.parametrize("tag", ["en", "en-US", "es-419", "zh-Hans", "multi", "fil"])
def test_tags(tag: str) -> None:
    assert is_tag(tag)


@pytest.mark.parametrize("word", ["english", "en_US", "en-", "e", "", "en us", "ｅｎ"])
def test_what_is_no_tag(word: str) -> None:
    assert not is_tag(word)


@pytest.mark.parametrize(
    ("word", "rows", "tag"),
    [
        ("english", (), "en"),
        ("Spanish", (), "es"),
        ("en_us", (), "en-US"),
        ("pt_BR", (), "pt-BR"),
        ("en_US", (NOVA,), "en-US"),
        ("en_GB", (NOVA,), "en"),
        ("german", (NOVA,), ""),
        ("fr", (NOVA,), ""),
        ("klingon", (), ""),
        ("en", (), ""),
    ],
)
def test_what_was_meant(word: str, rows: tuple[Model, ...], tag: str) -> None:
    assert meant(word, rows) == tag


def test_languages_in_words() -> None:
    assert languages((NOVA, row("x", languages=("es",)))) == "en, en-US, es"
    assert languages((row("x", languages=tuple(f"a{n}" for n in range(20))),), 2) == "a0, a1 and 18 more"


@given(st.text(max_size=30), st.text(max_size=20), st.sampled_from(["batch", "streaming"]))
def test_no_request_raises(model: str, language: str, mode: str) -> None:
    misfit(listing(NOVA), Wanted(model, language, model, language, True, mode))
    meant(language, (NOVA,))
