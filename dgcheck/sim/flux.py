"""`/v2/listen`: Flux, which hears turns (self-hosted-api.md §3.4).

Audio that is not silent is a turn of the scripted words; half a second of silence ends it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from dgcheck.sim import bodies, hearing, shapes
from dgcheck.sim.asked import Asked, Reply, Say
from dgcheck.sim.middle import Through
from dgcheck.sim.query import NO_MODEL, Refusal

if TYPE_CHECKING:
    from dgcheck.sim.core import Replica

ENCODINGS = frozenset({"linear16", "linear32", "mulaw", "alaw", "opus", "ogg-opus"})
NOT_TAKEN = ("language", "interim_results", "endpointing", "channels")
QUIET = 0.5  # seconds of silence that end a turn
EVERY = 0.25  # seconds of speech between updates


def listen_v2(replica: Replica, asked: Asked, unrouted: Reply) -> Reply:
    """The answer to one request; `unrouted` where the endpoint is switched off or has no model."""
    deployment, request_id = replica.deployment, shapes.new_id()
    if not served(replica):
        return unrouted
    if not asked.upgrade:
        return bodies.plain(deployment.switches.wrong_method, "").having("allow", "GET")
    refusal = _refusal(replica, asked)
    if refusal is not None:
        replica.outcome(refusal.status)
        return bodies.refused(refusal, request_id, deployment.refusal, True, deployment.switches)
    replica.outcome(101)
    inner = Turns(asked, replica, request_id)
    return Reply(status=101, headers=(("dg-request-id", request_id),), socket=Through(inner, replica.plan))


def served(replica: Replica) -> bool:
    """Whether the endpoint is switched on; where nothing is said, a Flux model decides."""
    deployment = replica.deployment
    there = any(model.kind == "flux" for model in deployment.models)
    return there if deployment.listen_v2 is None else deployment.listen_v2


def _refusal(replica: Replica, asked: Asked) -> Refusal | None:
    deployment, switches = replica.deployment, replica.deployment.switches
    if deployment.license_text:
        return Refusal(500, "Internal Server Error", deployment.license_text)
    if not replica.connected(asked.now):
        return Refusal(switches.no_engine_status, "Service Unavailable", "Please try again later")
    wrong = switches.flux_refuses_v1 and any(asked.param(name) is not None for name in NOT_TAKEN)
    encoding = asked.param("encoding")
    known = encoding is None or encoding in ENCODINGS
    rate = asked.param("sample_rate") or "0"
    if wrong or not known or not rate.isdecimal() or (encoding in hearing.RAW_BYTES and not int(rate)):
        return Refusal(400, "INVALID_QUERY_PARAMETER", "Invalid query string.")
    wanted = asked.param("model") or ""
    named = [one for one in deployment.models if one.kind == "flux" and wanted in (one.canonical_name, one.uuid)]
    # How Nova is refused here is not known; it is refused with the words for any model that is not there.
    return None if named else Refusal(400, "Bad Request", NO_MODEL)


class Turns:
    """One open socket: Connected, turns, and a close frame without a status code."""

    def __init__(self, asked: Asked, replica: Replica, request_id: str) -> None:
        self._replica, self._id = replica, request_id
        self._declared = (asked.param("encoding") or "", int(asked.param("sample_rate") or 0))
        self._form: hearing.Form | None = None
        self._recent = bytearray()  # audio of the turn that is on
        self._bytes = self._number = self._turn = 0
        self._begun = self._quiet_since = self._told = 0.0
        self._on = self._announced = False  # a turn is on, and was said to be
        self._said: list[Say] = []

    def opened(self, now: float) -> None:
        """The 101 was sent: Connected comes at once."""
        self._tell(type="Connected", request_id=self._id)

    def heard(self, data: bytes, text: bool, now: float) -> None:
        """Audio, or a command."""
        if text:
            self._command(data)
            return
        if self._form is None:
            self._form = hearing.form(data, *self._declared, 1)
        if self._form is None:
            description = "The audio cannot be decoded."
            self._tell(type="Error", code="UNPARSABLE_AUDIO", description=description)
            self._said.append(Say("close", "", code=1011))
            return
        self._bytes += len(data)
        self._hear(data, hearing.silent(data, self._form))

    def due(self) -> float | None:
        """It has no clock: only audio makes time pass."""
        return None

    def tick(self, now: float) -> None:
        """Time passed."""

    def take(self) -> list[Say]:
        """What is to be sent now."""
        said, self._said = self._said, []
        return said

    def _command(self, data: bytes) -> None:
        try:
            command = json.loads(data)
        except ValueError:
            command = {}
        kind = command.get("type") if isinstance(command, dict) else None
        if kind == "CloseStream":
            if self._on:
                self._event("Update", whole=True)
            self._said.append(Say("close", code=None))
        elif kind == "Configure":
            known = {name: command.get(name) for name in ("thresholds", "keyterms", "language_hints")}
            self._tell(type="ConfigureSuccess", request_id=self._id, **known)

    def _hear(self, data: bytes, silent: bool) -> None:
        now = self._seconds()
        if not silent:
            if not self._on:
                self._on, self._begun, self._announced = True, now, False
                self._recent.clear()
            self._recent += data
            self._quiet_since = now
            if now >= self._told + EVERY:
                self._told = now
                self._event("Update" if self._announced else "StartOfTurn", whole=False)
                self._announced = True
        elif self._on and now - self._quiet_since >= QUIET and self._replica.deployment.turns_end:
            self._event("EndOfTurn", whole=True)
            self._on = False
            self._turn += 1

    def _seconds(self) -> float:
        return self._form.seconds(self._bytes) if self._form else 0.0

    def _event(self, event: str, *, whole: bool) -> None:
        assert self._form is not None
        text = self._replica.words(bytes(self._recent), self._form, "streaming")
        words = text.split()
        share = 1.0 if whole else min(1.0, self._form.seconds(len(self._recent)) / self._replica.script.seconds)
        words = words[: round(len(words) * share)]
        self._tell(
            type="TurnInfo",
            request_id=self._id,
            event=event,
            turn_index=self._turn,
            audio_window_start=round(self._begun, 2),
            audio_window_end=round(self._seconds(), 2),
            transcript=" ".join(words),
            words=[{"word": word, "confidence": 0.95} for word in words],
            end_of_turn_confidence=0.9 if event == "EndOfTurn" else 0.1,
        )

    def _tell(self, **fields: object) -> None:
        self._said.append(Say("text", shapes.dump({**fields, "sequence_id": self._number}).decode()))
        self._number += 1
