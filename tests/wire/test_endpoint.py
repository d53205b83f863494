"""Which endpoint serves a model, and whether anybody asked for it."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.model.target import Settings
from dgcheck.wire import endpoint
from dgcheck.wire.endpoint import FLUX, LISTEN, SPEAK, SPEAK_2

VOICE, TURNS = "aura-2-thalia-en", "flux-general-en"


@pytest.mark.parametrize(
    ("name", "mode", "path"),
    [
        ("nova-3", "both", LISTEN),
        ("nova-2-phonecall", "streaming", LISTEN),
        (VOICE, "both", SPEAK),
        ("aura-asteria-en", "rest", SPEAK),
        (TURNS, "both", FLUX),
        ("flux-general-multi", "streaming", FLUX),
        (TURNS, "rest", LISTEN),
        ("flux-haley-en", "both", SPEAK_2),
        ("b2c9a3de-7d69-4b5a-9a5b-77b2a5c8e7aa", "both", LISTEN),
        ("", "both", LISTEN),
    ],
)
def test_the_endpoint_of_a_model(name: str, mode: str, path: str) -> None:
    assert endpoint.of(name, mode) == path


@pytest.mark.parametrize(
    ("settings", "asked"),
    [
        pytest.param({}, (), id="nothing"),
        pytest.param({"models": ("nova-3",)}, (), id="speech"),
        pytest.param({"models": ("nova-3", VOICE)}, ("speak",), id="a voice"),
        pytest.param({"models": (TURNS,)}, ("flux",), id="Flux"),
        pytest.param({"models": (TURNS,), "modes": {TURNS: "rest"}}, (), id="Flux by REST"),
        pytest.param({"only": ("agent",)}, ("agent",), id="the agent"),
        pytest.param({"only": ("flux",), "models": ("nova-3",)}, ("flux",), id="Nova at Flux's endpoint"),
        pytest.param({"profile": "full"}, (), id="the full profile asks for nothing"),
        pytest.param({"target_given": "ws://h:8080/v2/listen?model=x"}, ("flux",), id="a whole request for Flux"),
        pytest.param(
            {"target_given": "http://h:8080/dg/v1/speak?model=x"}, ("speak",), id="a whole request for speech"
        ),
        pytest.param({"target_given": "http://h:8080/v1/speak"}, (), id="a base, whatever it looks like"),
    ],
)
def test_what_is_asked_for(settings: dict[str, Any], asked: tuple[str, ...]) -> None:
    assert tuple(check for check in endpoint.CHECKS if endpoint.asked(Settings(**settings), check)) == asked


@pytest.mark.parametrize(
    ("settings", "check", "why"),
    [
        pytest.param({"models": (VOICE,)}, "rest", f"{VOICE} does not transcribe there", id="a voice alone"),
        pytest.param(
            {"models": (VOICE, TURNS)}, "ws.stream", f"{VOICE} and {TURNS} do not transcribe there", id="both"
        ),
        pytest.param({"models": (VOICE, "nova-3")}, "rest", "", id="speech beside it"),
        pytest.param({"models": (VOICE,)}, "status", "", id="another check"),
        pytest.param({"models": (VOICE,), "only": ("rest",)}, "rest", "", id="asked for in so many words"),
        pytest.param(
            {"models": (VOICE,), "only": ("rest",), "wait_for": "speech"}, "rest", "does not", id="an aim is not"
        ),
        pytest.param({"target_given": "http://h/v1/speak?model=x"}, "rest", "is for /v1/speak", id="a whole request"),
    ],
)
def test_why_speech_is_not_asked(settings: dict[str, Any], check: str, why: str) -> None:
    found = endpoint.why_not(Settings(**settings), check)
    assert why in found if why else found == ""


@pytest.mark.parametrize("tag", ["en", "es", "de", "fr", "it", "nl"])
def test_a_voice_speaks_its_own_language(tag: str) -> None:
    said = endpoint.saying(f"aura-2-somebody-{tag}")
    assert said.language == tag
    assert 15 <= said.words <= 22


def test_a_language_that_is_not_known_is_not_judged() -> None:
    said = endpoint.saying("aura-2-izanami-ja")
    assert (said.language, said.text) == ("", endpoint.saying("aura-2-thalia-en").text)


def test_words_that_were_given_are_spoken() -> None:
    assert endpoint.saying("aura-2-thalia-en", " Hello there! ") == endpoint.Saying("Hello there!", "en")
    assert endpoint.saying("aura-2-izanami-ja", "hello").language == ""
