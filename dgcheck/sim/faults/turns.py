"""Flux and the voice agent: switched off, mute, failing; and deployments with more or less of everything, all well."""

from __future__ import annotations

import json
from collections.abc import Callable

from dgcheck.model.evidence import Model
from dgcheck.model.record import replace
from dgcheck.sim.asked import Asked, Reply, Say
from dgcheck.sim.core import Effect
from dgcheck.sim.deployment import Deployment
from dgcheck.sim.edited import edited, instead_of, on, without
from dgcheck.sim.faults.fault import Fault, always
from dgcheck.sim.faults.service import deploys
from dgcheck.sim.faults.voices import VOICE, on_speak, spoken
from dgcheck.sim.models import STANDARD, VOICES, flux

TURNS, AGENT = ("--model", "flux-general-en"), ("--only", "agent")
ALL = ("--profile", "full", "--skip", "ws.hold", "--skip", "rest.size")


def _error(code: str, description: str) -> Say:
    return Say("text", json.dumps({"type": "Error", "sequence_id": 1, "code": code, "description": description}))


def _wordless(word: Say) -> list[Say]:
    if word.kind != "text":
        return [word]
    message = json.loads(word.text)
    emptied = {"transcript": "", "words": []} if message.get("type") == "TurnInfo" else {}
    return [replace(word, text=json.dumps({**message, **emptied}))]


def _with(*more: Model) -> Effect:
    def change(deployment: Deployment) -> Deployment:
        return replace(deployment, models=(*deployment.models, *more))

    return Effect(deploy=change)


def _and_flux(effect: Effect) -> Callable[[float], Effect]:
    return always(replace(effect, deploy=_with(flux()).deploy))


def _turns() -> tuple[Fault, ...]:
    return (
        Fault(
            name="flux_off",
            says="Flux is asked for and /v2/listen is switched off",
            causes=("model_wrong_endpoint",),
            resembles=("model_missing", "ws_upgrade_not_forwarded", "wrong_service"),
            run=TURNS,
            makes=always(deploys(listen_v2=False)),
        ),
        Fault(
            name="flux_missing",
            says="a Flux model that is not installed is asked for",
            causes=("model_missing",),
            resembles=("model_wrong_endpoint", "ws_upgrade_rejected"),
            run=("--model", "flux-general-multi"),
            makes=always(_with(flux())),
        ),
        Fault(
            name="flux_nova",
            says="Nova is asked for at /v2/listen",
            causes=("model_wrong_endpoint",),
            resembles=("model_missing",),
            run=("--only", "flux", "--model", "nova-3"),
            makes=always(_with(flux())),
        ),
        Fault(
            name="flux_error",
            says="Flux fails with an Error message and closes",
            causes=("ws_closed_early",),
            resembles=("ws_no_results", "audio_not_received"),
            run=TURNS,
            makes=_and_flux(
                on(
                    "/v2/listen",
                    edited(
                        instead_of(
                            "TurnInfo",
                            _error("INTERNAL_SERVER_ERROR", "An internal error occurred."),
                            Say("close", code=1011),
                        )
                    ),
                )(0.0)
            ),
        ),
        Fault(
            name="flux_mute",
            says="Flux says Connected and hears nothing",
            causes=("ws_no_results",),
            resembles=("ws_closed_early", "transcript_empty"),
            run=TURNS,
            makes=_and_flux(on("/v2/listen", edited(without("TurnInfo")))(0.0)),
        ),
        Fault(
            name="flux_empty",
            says="the turns of Flux are without words",
            causes=("transcript_empty",),
            resembles=("ws_no_results",),
            run=TURNS,
            makes=_and_flux(on("/v2/listen", edited(_wordless))(0.0)),
        ),
        Fault(
            name="flux_endless",
            says="Flux hears the words and never ends the turn",
            causes=("turn_not_ended",),
            resembles=("ws_no_results", "transcript_empty"),
            run=TURNS,
            makes=always(
                Effect(
                    deploy=lambda deployment: replace(deployment, models=(*deployment.models, flux()), turns_end=False)
                )
            ),
        ),
        Fault(
            name="flux_well",
            says="Flux is installed and asked for",
            resembles=("model_wrong_endpoint", "turn_not_ended", "ws_closed_early"),
            run=TURNS,
            makes=always(_with(flux())),
        ),
    )


def _agent() -> tuple[Fault, ...]:
    return (
        Fault(
            name="agent_off",
            says="the voice agent is asked for and switched off",
            causes=("http_not_found",),
            resembles=("wrong_service", "url_path_wrong"),
            run=AGENT,
            makes=always(deploys(agent=False)),
        ),
        Fault(
            name="agent_refuses",
            says="the voice agent refuses every setting",
            causes=("agent_settings_refused",),
            resembles=("ws_closed_early", "ws_no_results", "model_missing"),
            run=AGENT,
            makes=always(deploys(agent_error="Invalid think settings: no API key for open_ai")),
        ),
        Fault(
            name="agent_mute",
            says="the voice agent neither applies nor refuses its settings",
            causes=("ws_no_results",),
            resembles=("agent_settings_refused", "ws_closed_early"),
            run=AGENT,
            makes=on("/v1/agent/converse", edited(without("SettingsApplied"))),
        ),
        Fault(
            name="agent_leaves",
            says="the voice agent ends the connection at its settings",
            causes=("ws_closed_early",),
            resembles=("agent_settings_refused", "ws_no_results"),
            run=AGENT,
            makes=on("/v1/agent/converse", edited(instead_of("SettingsApplied", Say("fin")))),
        ),
    )


def _well() -> tuple[Fault, ...]:
    """Nothing is wrong, whatever is there."""
    quiet = ("http_not_found", "model_missing", "no_models", "ws_upgrade_rejected", "agent_settings_refused")
    return (
        Fault(
            name="everything_on",
            says="speech, voices, Flux and the agent are there, in the full profile",
            resembles=quiet,
            run=ALL,
            makes=always(_with(flux())),
        ),
        Fault(
            name="everything_off",
            says="voices are listed, and /v1/speak, /v2/listen and the agent are switched off, in the full profile",
            causes=("endpoint_off",),
            resembles=quiet,
            run=ALL,
            makes=always(
                Effect(
                    deploy=lambda deployment: replace(
                        deployment,
                        models=(*deployment.models, flux()),
                        speak=False,
                        speak_streaming=False,
                        listen_v2=False,
                        agent=False,
                        switches=replace(deployment.switches, switched_off=405),
                    )
                )
            ),
        ),
        Fault(
            name="speech_alone",
            says="speech to text is all there is, in the full profile",
            resembles=quiet,
            run=ALL,
            makes=always(deploys(models=tuple(model for model in STANDARD if model.kind != "tts"))),
        ),
        Fault(
            name="voices_alone",
            says="voices are all there is, in the full profile",
            resembles=(*quiet, "transcript_empty"),
            run=ALL,
            makes=always(deploys(models=VOICES)),
        ),
        Fault(
            name="speak_slow_first",
            says="the first speech loads the voice for a second, and is not held back",
            resembles=("speech_buffered",),
            value=1.2,
            unit="seconds",
            run=(*VOICE[:1], f"{VOICE[1]}=rest"),
            makes=_slow_once,
        ),
        Fault(
            name="speak_without_headers",
            says="a gateway takes Deepgram's headers off the audio",
            resembles=("voice_differs", "http_bad_response"),
            run=VOICE,
            makes=spoken(lambda reply: reply.without("dg-model-name").without("dg-model-uuid")),
        ),
        Fault(
            name="agent_settings_not_asked",
            says="the agent refuses every setting, and nobody asked for it",
            resembles=("agent_settings_refused",),
            run=ALL,
            makes=always(deploys(agent_error="Invalid think settings: no API key for open_ai")),
        ),
    )


def _slow_once(seconds: float) -> Effect:
    waits = [seconds]

    def alter(asked: Asked, reply: Reply) -> Reply:
        late = waits.pop() if waits and on_speak(asked) and reply.status == 200 else 0.0
        return replace(reply, wait=reply.wait + late, drip=0.0) if late else reply

    return Effect(alter=alter)


FAULTS = (*_turns(), *_agent(), *_well())
