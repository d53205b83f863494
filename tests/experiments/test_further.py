"""Questions about speech and Flux that are put again only where two causes fit."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.experiments import flux_on_v1, speak_again
from dgcheck.model.evidence import Seen
from dgcheck.sim.deployment import Deployment
from dgcheck.sim.models import STANDARD, flux
from dgcheck.sim.server import Simulator
from tests.rules.further_built import NAME, TURNS, further, opened, sound, spoke, talked
from tests.runs import roots, run

LATE: dict[str, Any] = {"first_after": 1.0, "all_after": 1.02}
SOCKET = (opened(f"/v1/speak?model={NAME}"), talked("binary", "Flushed", check="speak"))


@pytest.mark.parametrize(
    ("evidence", "asked"),
    [
        pytest.param([spoke(), sound(**LATE)], True, id="late, and all at once"),
        pytest.param([spoke(), sound()], False, id="piece by piece"),
        pytest.param([spoke(), sound(first_after=0.3, all_after=0.31)], False, id="quick"),
        pytest.param([spoke(), sound(**LATE), *SOCKET, sound(all_after=1.0)], False, id="a socket tells"),
        pytest.param(
            [spoke(), sound(**LATE), *SOCKET, sound(**LATE)], True, id="a socket that is as late tells nothing"
        ),
        pytest.param([spoke(500)], False, id="no speech"),
        pytest.param([spoke(), sound(**LATE), spoke(purpose="speak_again")], False, id="asked already"),
    ],
)
def test_when_speech_is_asked_for_again(evidence: list[Seen], asked: bool) -> None:
    assert speak_again.worth_asking(further(*evidence)) is asked


@pytest.mark.parametrize(
    ("evidence", "settings", "asked"),
    [
        pytest.param([opened(status=404)], {"models": (TURNS,)}, True, id="Flux, asked for"),
        pytest.param([opened(status=404)], {"models": (), "profile": "full"}, False, id="Flux, not asked for"),
        pytest.param([opened("/v2/listen?model=nova-3", 404)], {"models": (), "only": ("flux",)}, False, id="Nova"),
        pytest.param([opened()], {"models": (TURNS,)}, False, id="served"),
        pytest.param([opened(status=400)], {"models": (TURNS,)}, False, id="refused for another reason"),
    ],
)
def test_when_v1_is_asked_for_flux(evidence: list[Seen], settings: dict[str, Any], asked: bool) -> None:
    assert flux_on_v1.worth_asking(further(*evidence, **settings)) is asked


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("models", "cause"),
    [
        pytest.param(STANDARD, "model_wrong_endpoint", id="/v1/listen knows Flux"),
        pytest.param((*STANDARD, flux()), "model_wrong_endpoint", id="installed and switched off"),
    ],
)
async def test_flux_that_is_switched_off_is_asked_of_v1_once(models: Any, cause: str) -> None:
    async with Simulator(deployment=Deployment(models=models, listen_v2=False)) as simulator:
        report = await run(simulator.url, profile="standard", models=[TURNS])
        asked = [one.path for one in simulator.log if "listen" in one.path]
    assert asked == ["/v2/listen", "/v1/listen"]
    assert roots(report) == [cause]
