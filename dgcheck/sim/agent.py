"""`/v1/agent/converse`: the voice agent, as far as its settings. It has no language model and so never speaks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from dgcheck.sim import bodies, shapes
from dgcheck.sim.asked import Asked, Reply, Say
from dgcheck.sim.middle import Through
from dgcheck.sim.query import Refusal, matching, serves

if TYPE_CHECKING:
    from dgcheck.sim.core import Replica

_TAKEN = {"UpdatePrompt": "PromptUpdated", "UpdateSpeak": "SpeakUpdated", "UpdateThink": "ThinkUpdated"}


def converse(replica: Replica, asked: Asked, unrouted: Reply) -> Reply:
    """The answer to one request; `unrouted` where the agent is switched off, or lacks what it needs."""
    deployment, request_id = replica.deployment, shapes.new_id()
    if not served(replica):
        return unrouted
    if not asked.upgrade:
        return bodies.plain(deployment.switches.wrong_method, "").having("allow", "GET")
    if not replica.connected(asked.now):
        status = deployment.switches.no_engine_status
        replica.outcome(status)
        refusal = Refusal(status, "Service Unavailable", "Please try again later")
        return bodies.refused(refusal, request_id, deployment.refusal, True, deployment.switches)
    replica.outcome(101)
    socket = Through(Conversing(replica, request_id), replica.plan)
    return Reply(status=101, headers=(("dg-request-id", request_id),), socket=socket)


def served(replica: Replica) -> bool:
    """Whether the agent is switched on and both speech and voices are there."""
    kinds = {model.kind for model in replica.deployment.models}
    return replica.deployment.agent and "tts" in kinds and bool(kinds & {"stt", "flux"})


class Conversing:
    """One open socket: Welcome, then the settings are applied or refused."""

    def __init__(self, replica: Replica, request_id: str) -> None:
        self._replica, self._id = replica, request_id
        self._applied = False
        self._said: list[Say] = []

    def opened(self, now: float) -> None:
        """The 101 was sent: Welcome comes at once."""
        self._tell(type="Welcome", request_id=self._id)

    def heard(self, data: bytes, text: bool, now: float) -> None:
        """Settings first; audio is listened to only after them."""
        if not text:
            if not self._applied:
                self._refuse("Audio came before the Settings message.", "UNEXPECTED_MESSAGE")
            return
        try:
            message = json.loads(data)
        except ValueError:
            message = None
        kind = message.get("type") if isinstance(message, dict) else None
        if kind == "Settings" and isinstance(message, dict):
            self._settings(message)
        elif kind in _TAKEN and self._applied:
            self._tell(type=_TAKEN[kind])
        elif kind is None:
            self._refuse("The message could not be parsed.", "UNPARSABLE_CLIENT_MESSAGE")

    def due(self) -> float | None:
        """It has no clock."""
        return None

    def tick(self, now: float) -> None:
        """Time passed."""

    def take(self) -> list[Say]:
        """What is to be sent now."""
        said, self._said = self._said, []
        return said

    def _settings(self, message: dict[str, Any]) -> None:
        if self._replica.deployment.agent_error:
            self._refuse(self._replica.deployment.agent_error, "INVALID_SETTINGS")
            return
        agent = message.get("agent")
        models = self._replica.deployment.models
        if not isinstance(agent, dict) or not isinstance(message.get("audio"), dict):
            self._refuse("Settings need `audio` and `agent`.", "UNPARSABLE_CLIENT_MESSAGE")
            return
        if not isinstance(agent.get("think"), dict | list):
            self._refuse("Settings need `agent.think`.", "UNPARSABLE_CLIENT_MESSAGE")
            return
        ears, voice = _model(agent.get("listen")), _model(agent.get("speak"))
        known = any(ears == one.canonical_name for one in models if one.kind == "flux")
        if ears and not known and not any(serves(one, "streaming") for one in matching(ears, "", models)):
            self._refuse(f"The listen model {ears!r} is not available.", "INVALID_SETTINGS")
        elif voice and not any(voice == one.canonical_name for one in models if one.kind == "tts"):
            self._refuse(f"The speak model {voice!r} is not available.", "INVALID_SETTINGS")
        else:
            self._applied = True
            self._tell(type="SettingsApplied")

    def _refuse(self, description: str, code: str) -> None:
        self._tell(type="Error", description=description, code=code)
        self._said.append(Say("close", code=1000))  # how the real one closes then is not known

    def _tell(self, **fields: object) -> None:
        self._said.append(Say("text", shapes.dump(fields).decode()))


def _model(part: Any) -> str:
    """The model that a part of the settings names for Deepgram, '' where none is named or another vendor serves."""
    first = part[0] if isinstance(part, list) and part else part
    provider = first.get("provider") if isinstance(first, dict) else None
    if not isinstance(provider, dict) or provider.get("type") != "deepgram":
        return ""
    return str(provider.get("model") or "")
