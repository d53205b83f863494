"""Flux voices: switched off, not installed, failing while they speak; and all well."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from dgcheck.model.record import replace
from dgcheck.sim.asked import Say
from dgcheck.sim.core import Effect
from dgcheck.sim.deployment import Deployment
from dgcheck.sim.edited import edited, instead_of, on
from dgcheck.sim.faults.fault import Fault
from dgcheck.sim.models import flux_voice

VOICE = ("--model", "flux-haley-en")
_FAILED = {"type": "Error", "code": "NET-0000", "description": "Synthesis failed."}


def _installed(effect: Effect | None = None, **parts: Any) -> Callable[[float], Effect]:
    """A Flux voice is installed and /v2/speak switched on, but for these parts of the deployment."""

    def deploy(deployment: Deployment) -> Deployment:
        on_v2 = {"speak_v2": True, "speak_v2_streaming": True, **parts}
        return replace(deployment, models=(*deployment.models, flux_voice()), **on_v2)

    return lambda _: replace(effect or Effect(), deploy=deploy)


FAULTS = (
    Fault(
        name="flux_voice_off",
        says="a Flux voice is installed and asked for, and /v2/speak is switched off",
        causes=("http_not_found",),
        resembles=("model_missing", "wrong_service", "ws_upgrade_rejected", "url_path_wrong"),
        run=VOICE,
        makes=_installed(speak_v2=False, speak_v2_streaming=False),
    ),
    Fault(
        name="flux_voice_stream_off",
        says="a Flux voice is asked for and speak_v2_streaming is off",
        causes=("http_not_found",),
        resembles=("ws_upgrade_not_forwarded", "model_missing"),
        run=VOICE,
        makes=_installed(speak_v2_streaming=False),
    ),
    Fault(
        name="flux_voice_missing",
        says="a Flux voice that is not installed is asked for",
        causes=("model_missing",),
        resembles=("model_misspelt", "model_wrong_endpoint", "ws_upgrade_rejected"),
        run=("--model", "flux-alexis-en"),
        makes=_installed(),
    ),
    Fault(
        name="flux_voice_error",
        says="the stream of /v2/speak fails with Error NET-0000 and closes",
        causes=("ws_closed_early",),
        resembles=("speech_silent", "ws_no_results", "audio_not_received"),
        run=VOICE,
        makes=_installed(
            on("/v2/speak", edited(instead_of("binary", Say("text", json.dumps(_FAILED)), Say("close", code=1011))))(
                0.0
            )
        ),
    ),
    Fault(
        name="flux_voice_well",
        says="a Flux voice is installed and asked for",
        resembles=("http_not_found", "model_missing", "ws_closed_early", "ws_no_results", "speech_silent"),
        run=VOICE,
        makes=_installed(),
    ),
)
