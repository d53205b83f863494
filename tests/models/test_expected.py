"""Whether what somebody counts on is listed: met, not met, or not known."""

from __future__ import annotations

import pytest

from dgcheck.model.record import replace
from dgcheck.model.target import Expected, Settings
from dgcheck.models.expected import name_of, results
from dgcheck.models.table import table
from dgcheck.models.wishes import expectations
from dgcheck.sim.models import speech
from tests.models.built import MEDICAL, NOVA_2, NOVA_3, VOICE, A, B, listed, posted, report, upgraded

ALL = listed([NOVA_3, NOVA_2, MEDICAL, VOICE])
BARE = replace(NOVA_3, batch=None, streaming=None, formatted=None, languages=(), version="")


def _met(one: Expected, *evidence: object) -> tuple[bool | None, str]:
    (found,) = results((one,), table(report(*(evidence or (ALL,)))))  # type: ignore[arg-type]
    return found.met, found.says


@pytest.mark.parametrize(
    "one",
    [
        Expected("nova-3"),
        Expected("nova-3-general", ("en", "es")),
        Expected("nova-2", version="2024-01-18.26916"),
        Expected("nova-3-medical", mode="rest"),
        Expected("nova-3", formatted=True),
        Expected("aura-2-thalia-en"),
        Expected("2-general"),
    ],
    ids=name_of,
)
def test_it_is_listed_as_it_is_needed(one: Expected) -> None:
    assert _met(one) == (True, "")


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (Expected("nova-9"), "it is not listed"),
        (Expected("nova-3-genral"), "did you mean nova-3-general?"),
        (Expected("nova-3-medical"), "it is not listed for live audio (streaming)"),
        (Expected("nova-2", ("ja",)), "it is not listed for ja"),
        (Expected("nova-3", ("en_US",)), "(written en-US?)"),
        (Expected("nova-2", version="2020-01-01.1"), "listed in version 2024-01-18.26916, not 2020-01-01.1"),
        (Expected("nova-3", formatted=False), "it is listed with formatted output"),
    ],
    ids=lambda value: name_of(value) if isinstance(value, Expected) else None,
)
def test_it_is_not_and_why(one: Expected, words: str) -> None:
    met, says = _met(one)
    assert met is False
    assert words in says


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (Expected("nova-3"), "whether it serves pre-recorded audio (batch)"),
        (Expected("nova-3", ("en",), mode="rest"), "whether it is for en"),
        (Expected("nova-3", version="1"), "its version"),
        (Expected("nova-3", formatted=True), "whether its output is formatted"),
    ],
    ids=lambda value: name_of(value) if isinstance(value, Expected) else None,
)
def test_what_the_listing_leaves_open_is_not_known(one: Expected, words: str) -> None:
    met, says = _met(one, listed([BARE]))
    assert met is None
    assert words in says


def test_what_requests_have_proved_is_known() -> None:
    proofs = (posted("/v1/listen?model=nova-3-general", 200), upgraded("/v1/listen?model=nova-3-general", 101))
    assert _met(Expected("nova-3"), listed([BARE]), *proofs)[0] is True


def test_what_requests_have_refuted_is_not_met_whatever_is_listed() -> None:
    met, says = _met(Expected("nova-3"), ALL, posted("/v1/listen?model=nova-3-general", 400))
    assert met is False
    assert "a request for pre-recorded audio (batch) got 400" in says


def test_every_address_has_to_list_it() -> None:
    met, says = _met(Expected("nova-2"), listed([NOVA_3, NOVA_2], A), listed([NOVA_3], B))
    assert met is False
    assert says == f"it is not listed at {B}"


def test_a_model_in_other_languages_is_there_unless_a_language_is_wanted() -> None:
    spanish = speech("nova-2-general", ("es", "es-419"), streaming=False)
    assert _met(Expected("nova-2", mode="rest"), listed([spanish])) == (True, "")
    assert _met(Expected("nova-2", ("en",), mode="rest"), listed([spanish]))[0] is False
    met, says = _met(Expected("nova-2"), listed([spanish]))
    assert met is False
    assert "live audio" in says


def test_without_a_listing_nothing_is_known() -> None:
    assert _met(Expected("nova-3"), listed([], status=404)) == (None, "there is no listing to tell")


def test_the_models_of_the_settings_are_expected_as_well_each_once() -> None:
    settings = Settings(models=("nova-3", "nova-2"), modes={"nova-2": "streaming"}, language="en")
    found = expectations(settings, (Expected("nova-3", ("en",)), Expected("nova-9")))
    assert found == (
        Expected("nova-3", ("en",)),
        Expected("nova-2", ("en",), mode="streaming"),
        Expected("nova-9"),
    )
