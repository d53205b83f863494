"""`/v2/speak`: Flux voices, which speak in turns (self-hosted-api.md §2.2, §3.5, §4.5).

Messages and tokens are those of Deepgram's API specification; what no page says is a switch of the deployment.
"""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING

from dgcheck.sim.asked import Asked, Reply
from dgcheck.sim.paced import Paced
from dgcheck.sim.query import Refusal
from dgcheck.sim.speak import pieces, spoken
from dgcheck.sim.spoken_order import Voicing, judged, understand_flux

if TYPE_CHECKING:
    from dgcheck.sim.core import Replica

IDLE = 60.0  # seconds without a word from the client after which NET-0004 ends the stream


def speak_v2(replica: Replica, asked: Asked, unrouted: Reply) -> Reply:
    """The answer to one request; `unrouted` where this way of asking is switched off."""
    deployment = replica.deployment
    if not (deployment.speak_v2_streaming if asked.upgrade else deployment.speak_v2):
        return unrouted
    return spoken(replica, asked, understand_flux, lambda order, request_id: FluxSpeaking(order, replica, request_id))


class FluxSpeaking(Paced):
    """One open socket of /v2/speak: Connected, then SpeechStarted, audio and SpeechMetadata for every turn."""

    def __init__(self, order: Voicing, replica: Replica, request_id: str) -> None:
        super().__init__()
        self._order, self._replica, self._id = order, replica, request_id
        self._switches = replica.deployment.switches
        self._turn, self._text = "", ""  # of the turn that is on; '' = none is
        self._total_ms = self._total_text = 0
        self._active = 0.0
        self._over = False

    def opened(self, now: float) -> None:
        """The 101 was sent: Connected comes first."""
        voice, self._active = self._order.voice, now
        self._tell(
            now,
            type="Connected",
            request_id=self._id,
            model_name=voice.canonical_name,
            model_version=voice.version,
            model_uuids=[voice.uuid],
        )

    def heard(self, data: bytes, text: bool, now: float) -> None:
        """A command; everything else ends the stream with an Error."""
        self._active = now
        if self._over:
            return
        if not text:
            self._fail(now, "MESSAGE-0000", "Only text messages are supported.")
            return
        try:
            command = json.loads(data)
        except (ValueError, RecursionError):
            command = None
        kind = command.get("type") if isinstance(command, dict) else None
        if kind == "Speak" and isinstance(command.get("text"), str):
            self._take(now, command["text"])
        elif kind == "Flush":
            self._flush(now)
        elif kind == "Close":
            self._finish(now)
        else:
            self._fail(now, "DATA-0000", "The message is no valid command.")

    def due(self) -> float | None:
        """When the next word goes out, or the silence of the client has lasted too long."""
        return super().due() if self._over or self._later else self._active + IDLE

    def tick(self, now: float) -> None:
        """Time passed."""
        super().tick(now)
        if not self._over and not self._later and now >= self._active + IDLE:
            self._fail(now, "NET-0004", "No message was received for 60 seconds.")
            super().tick(now)

    def _take(self, now: float, text: str) -> None:
        whole = f"{self._text} {text}".strip()
        refusal = judged(whole)
        if isinstance(refusal, Refusal) and refusal.status == 413:
            self._fail(now, "BIG-0000", refusal.message)
            return
        if not self._turn:
            self._turn = f"dg_sp_{uuid.uuid4().hex[:12]}"
            self._tell(now, type="SpeechStarted", speech_id=self._turn)
        self._text = whole

    def _flush(self, now: float) -> None:
        if not self._turn:
            self._tell(now, type="Warning", code="NO_ACTIVE_SPEECH", description="There is nothing to flush.")
            return
        turn, at_once = self._turn, self._switches.flushed_at_once
        if at_once:
            self._tell(now, type="Flushed", speech_id=turn)
        self._speak(now)
        if not at_once:
            self._tell(now, type="Flushed", speech_id=turn)

    def _speak(self, now: float) -> None:
        """Speak what the turn has, and end it."""
        text, turn, size = self._text, self._turn, 0
        for at, piece in pieces(self._replica, text, self._order, now) if text else ():
            size += len(piece.data)
            self._say(at, piece)
        lasts = 1000 * size // (self._order.rate * (2 if self._order.encoding == "linear16" else 1))
        self._total_ms += lasts
        self._total_text += len(text)
        self._tell(
            now,
            type="SpeechMetadata",
            speech_id=turn,
            audio_duration_ms=lasts,
            input_character_count=len(text),
            billable_character_count=len(text),
            controls_applied={"pronunciations_applied": 0, "pronunciation_warnings": 0},
        )
        self._turn = self._text = ""

    def _finish(self, now: float) -> None:
        if self._turn:
            self._speak(now)
        self._tell(
            now,
            type="SessionMetadata",
            total_audio_duration_ms=self._total_ms,
            total_input_character_count=self._total_text,
            total_billable_character_count=self._total_text,
        )
        self._end(now)

    def _fail(self, now: float, code: str, description: str) -> None:
        self._later.clear()
        self._tell(now, type="Error", code=code, description=description)
        self._end(now)

    def _end(self, now: float) -> None:
        self._over = True
        self._close(now, self._switches.speak_v2_close or None, "")
