"""The line that each of the further checks has in the report."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dgcheck.diagnosis import further
from dgcheck.model.case import Case
from dgcheck.model.evidence import Seen
from tests.rules.further_built import LISTED, NAME, answered_with, message, opened, sound, spoke, talked, turn
from tests.rules.further_built import further as built

SOCKET = f"/v1/speak?model={NAME}"
STREAMED = (opened(SOCKET), talked("Metadata", "binary", "Flushed", check="speak"))
UNASKED: dict[str, Any] = {"models": (), "profile": "full"}


@pytest.mark.parametrize(
    ("seems", "evidence", "settings", "status", "words"),
    [
        pytest.param(
            further.speak,
            [spoke(), sound(), *STREAMED, answered_with("hello")],
            {},
            "pass",
            "aura-2-thalia-en spoke 5.0 s of WAV, begun after 100 ms, whole after 800 ms; nova-3-general understood it",
            id="speech",
        ),
        pytest.param(further.speak, [spoke(), sound()], {}, "pass", ", not streamed", id="by POST alone"),
        pytest.param(further.speak, [spoke(500)], {}, "unknown", "answered with 500", id="500"),
        pytest.param(
            further.speak, [spoke(404)], UNASKED, "skip", "switched off here: /v1/speak answers 404", id="off"
        ),
        pytest.param(further.speak, [LISTED], UNASKED, "skip", "no voice is listed", id="no voice"),
        pytest.param(
            further.flux,
            [opened(), talked("Connected", turn("EndOfTurn"))],
            {},
            "pass",
            "flux-general-en heard “we will meet again tomorrow”, EndOfTurn came",
            id="a turn",
        ),
        pytest.param(
            further.flux, [opened(), talked(turn("Update"))], {}, "pass", "no EndOfTurn came", id="a turn without end"
        ),
        pytest.param(further.flux, [opened(), talked("Connected")], {}, "unknown", "no turn came", id="no turn"),
        pytest.param(further.flux, [], UNASKED, "skip", "--only flux asks all the same", id="no Flux"),
        pytest.param(
            further.agent,
            [opened("/v1/agent/converse"), talked("Welcome", "SettingsApplied", check="agent")],
            {},
            "pass",
            "Welcome, settings applied; no language model was asked",
            id="the agent",
        ),
        pytest.param(
            further.agent,
            [opened("/v1/agent/converse"), talked("Welcome", message("Error"), check="agent")],
            {},
            "pass",
            "it answers; dgcheck's own settings were refused",
            id="an agent that refuses",
        ),
        pytest.param(
            further.agent,
            [opened("/v1/agent/converse", 405)],
            UNASKED,
            "skip",
            "/v1/agent/converse answers 405",
            id="no",
        ),
    ],
)
def test_the_line(
    seems: Callable[[Case], tuple[Any, str]], evidence: list[Seen], settings: dict[str, Any], status: str, words: str
) -> None:
    found, said = seems(built(*evidence, **settings))
    assert (found.value, words in said) == (status, True), said


def test_a_request_of_another_kind_asks_nothing_of_them() -> None:
    made = built(LISTED, url="http://10.0.0.7:8080/v1/listen?model=nova-3", **UNASKED)
    assert further.speak(made) == ("skip", "only the request of the URL is asked")
