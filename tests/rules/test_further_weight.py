"""How much each of these findings matters, what stands beneath what, and what a person is told to do."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dgcheck.model.evidence import Seen
from dgcheck.rules import cause
from tests.rules.built import DG, HEARD, got, matches, roots
from tests.rules.further_built import (
    LISTED,
    NAME,
    SAID,
    TURNS,
    answered_with,
    further,
    message,
    opened,
    sound,
    spoke,
    talked,
)
from tests.rules.models_built import REFUSAL

NO_VOICE = json.dumps(
    {"err_code": "Bad Request", "err_msg": "Bad Request: No such model/version combination found.", "request_id": "r"}
)
SPEAK_SOCKET = f"/v1/speak?model={NAME}"
FLUX: dict[str, Any] = {"models": (TURNS,)}
AGENT: dict[str, Any] = {"models": (), "only": ("agent",)}
THINK = "Invalid think settings: no API key for open_ai"
WELL = (spoke(), sound(), opened(SPEAK_SOCKET), talked("Metadata", "binary", "binary", "Flushed", check="speak"))


def refused(target: str, status: int = 400, body: str = REFUSAL, **fields: Any) -> Seen:
    return opened(target, status, body, **fields)


def test_an_endpoint_that_nobody_asked_for_is_information() -> None:
    off = [LISTED, spoke(404, "", headers=()), refused("/v1/agent/converse", 404, "", headers=())]
    found = matches(further(*off, models=(), profile="full"), "endpoint_off")
    assert [one.checks for one in found] == [("speak",), ("agent",)]
    assert cause("endpoint_off").severity == "info"  # type: ignore[union-attr]


def test_what_is_asked_for_and_off_says_how_to_switch_it_on() -> None:
    [one] = matches(further(LISTED, refused("/v2/listen?model=flux-general-en", 404, "", headers=()), **FLUX),
                    "http_not_found")  # fmt: skip
    assert one.remedies[0].command == "[features]\nlisten_v2 = true\n\n[flux]\nenabled = true"
    assert "switched off there, or a proxy does not pass it on" in one.says


@pytest.mark.parametrize(
    ("words", "settings", "severity"),
    [
        pytest.param(THINK, AGENT, "warning", id="the language model, which dgcheck chose"),
        pytest.param("The listen model is not available.", AGENT, None, id="a model of the deployment"),
        pytest.param(THINK, {"models": ()}, "info", id="nobody asked"),
    ],
)
def test_how_much_refused_settings_matter(words: str, settings: dict[str, Any], severity: str | None) -> None:
    evidence = [opened("/v1/agent/converse"), talked("Welcome", message("Error", description=words), check="agent")]
    [one] = matches(further(*evidence, **settings), "agent_settings_refused")
    assert one.severity == severity


def test_a_voice_that_dgcheck_guessed_is_nobodys_fault() -> None:
    [one] = matches(further(spoke(400, NO_VOICE), models=(), only=("speak",)), "model_missing")
    assert one.severity == "info"
    assert "No voice was named and none is listed" in one.says


def test_the_clip_that_was_understood_puts_it_on_the_voice() -> None:
    posted = got("POST /v1/listen?model=nova-3", 200, HEARD, DG)
    [one] = matches(further(posted, spoke(), sound(), answered_with("")), "transcript_empty")[-1:]
    assert one.says.endswith("The clip that comes with dgcheck was understood, so it is the voice.")


@pytest.mark.parametrize(
    ("evidence", "settings", "root"),
    [
        pytest.param([LISTED, *WELL, answered_with(SAID.text)], {}, [], id="all is well"),
        pytest.param([spoke(), sound(silent=True), answered_with("")], {}, ["speech_silent"], id="silence is unheard"),
        pytest.param(
            [LISTED, spoke(404, "", headers=()), refused(SPEAK_SOCKET, 404, "", headers=())],
            {},
            ["http_not_found"],
            id="both ways off",
        ),
        pytest.param(
            [LISTED, spoke(400, NO_VOICE), refused(SPEAK_SOCKET, 400, NO_VOICE)],
            {},
            ["model_missing"],
            id="both refused",
        ),
    ],
)
def test_one_fault_has_one_root(evidence: list[Seen], settings: dict[str, Any], root: list[str]) -> None:
    assert roots(further(*evidence, **settings)) == root


def test_voices_that_speak_make_a_deployment_without_speech_models_no_warning() -> None:
    from tests.rules.models_built import VOICE, listed

    voices = listed(VOICE, grouped=True)
    [bare] = matches(further(voices, models=()), "no_models")
    [proved] = matches(further(voices, *WELL, models=()), "no_models")
    assert (bare.severity, proved.severity) == ("warning", "info")


def test_the_listing_alone_holds_nothing_against_a_voice() -> None:
    assert matches(further(LISTED), "model_wrong_endpoint") == []
