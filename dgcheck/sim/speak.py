"""`/v1/speak`: text to speech, by POST and on a WebSocket (self-hosted-api.md §3.5).

The voice is `tones`: it says nothing that a person would understand, and the stand-in's own listener reads it back.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from dgcheck.model.record import replace
from dgcheck.sim import bodies, shapes, tones
from dgcheck.sim.asked import Asked, Reply, Say, Socket
from dgcheck.sim.middle import Through
from dgcheck.sim.paced import Paced
from dgcheck.sim.query import Refusal
from dgcheck.sim.spoken_order import Voicing, judged, text_of, understand

if TYPE_CHECKING:
    from dgcheck.sim.core import Replica

FIRST = 0.1  # seconds within which the first of it comes
PIECES = 8  # in which a POST's audio goes out
MESSAGE = 4800  # bytes of audio in one message: 0.1 s of 24 kHz
_TYPES = {"linear16": "audio/l16", "mulaw": "audio/mulaw", "alaw": "audio/alaw", "mp3": "audio/mpeg"}
NO_ENCODER = "Unsupported audio format: this stand-in has no encoder for it; ask for mp3, linear16, mulaw or alaw."


def speak(replica: Replica, asked: Asked) -> Reply:
    """The answer to one request, the 101 of a stream included; counted in the replica's health."""
    return spoken(replica, asked, understand, lambda order, request_id: Speaking(order, replica, request_id))


def spoken(
    replica: Replica,
    asked: Asked,
    understood: Callable[..., Voicing | Refusal],
    opening: Callable[[Voicing, str], Socket],
) -> Reply:
    """The answer of an endpoint that speaks: `understood` reads the query, `opening` makes its open socket."""
    request_id, deployment = shapes.new_id(), replica.deployment
    if asked.method != "POST" and not asked.upgrade:
        return bodies.plain(deployment.switches.plain_get, "").having("dg-request-id", request_id)
    order = _order(replica, asked, understood)
    if isinstance(order, Voicing) and order.encoding not in _TYPES:
        order = Refusal(400, "INVALID_QUERY_PARAMETER", NO_ENCODER)
    if isinstance(order, Refusal):
        return _refused(replica, asked, order, request_id)
    if asked.upgrade:
        replica.outcome(101)
        inner = Through(opening(order, request_id), replica.plan)
        return Reply(status=101, headers=(("dg-request-id", request_id),), socket=inner)
    text = text_of(asked)
    if isinstance(text, Refusal):
        return _refused(replica, asked, text, request_id)
    replica.outcome(200)
    return _audio(replica, order, text, request_id)


def _order(replica: Replica, asked: Asked, understood: Callable[..., Voicing | Refusal]) -> Voicing | Refusal:
    deployment, switches = replica.deployment, replica.deployment.switches
    if deployment.license_text:
        return Refusal(500, "Internal Server Error", deployment.license_text)
    if not replica.connected(asked.now):
        return Refusal(switches.no_engine_status, "Service Unavailable", "Please try again later")
    if deployment.concurrency and sum(replica.active.values()) >= deployment.concurrency:
        return Refusal(switches.saturated_status, "Too Many Requests", "Please try again later.")
    return understood(asked, deployment, streamed=asked.upgrade)


def _refused(replica: Replica, asked: Asked, refusal: Refusal, request_id: str) -> Reply:
    replica.outcome(refusal.status)
    deployment = replica.deployment
    return bodies.refused(refusal, request_id, deployment.refusal, True, deployment.switches)


def takes(replica: Replica, text: str) -> float:
    """How many seconds this text takes to be spoken."""
    return replica.deployment.voice_takes * len(text) / 100


def voiced(text: str, order: Voicing) -> bytes:
    """The text as audio in the form that was asked for."""
    samples = tones.spoken(text, order.rate)
    if order.encoding == "mp3":
        return tones.mp3(len(samples) / 2 / order.rate)
    data = tones.encoded(samples, order.encoding)
    return tones.wav(data, order.encoding, order.rate) if order.container == "wav" else data


def pieces(replica: Replica, text: str, order: Voicing, now: float) -> Iterator[tuple[float, Say]]:
    """The text as the messages of a stream, each with its moment."""
    data, pace = voiced(text, replace(order, container="none")), takes(replica, text) / PIECES
    found = [data[at : at + MESSAGE] for at in range(0, len(data), MESSAGE)]
    for number, piece in enumerate(found):
        yield now + pace * (1 + number * PIECES / len(found)), Say("binary", data=piece)


def _audio(replica: Replica, order: Voicing, text: str, request_id: str) -> Reply:
    body = voiced(text, order)
    kind = "audio/wav" if order.container == "wav" else _TYPES[order.encoding]
    if order.container == "none":
        kind += f";rate={order.rate};channels=1"
    headers = (
        ("content-type", kind),
        ("dg-model-name", order.voice.canonical_name),
        ("dg-model-uuid", order.voice.uuid),
        ("dg-char-count", str(len(text))),
        ("dg-request-id", request_id),
    )
    drip = takes(replica, text) / PIECES
    piece = max(1, -(-len(body) // PIECES))
    return Reply(headers=headers, body=body, framing="chunked", wait=min(drip, FIRST), drip=drip, piece=piece)


class Speaking(Paced):
    """One open socket of /v1/speak: Metadata, then audio and `Flushed` for what is to be spoken."""

    def __init__(self, order: Voicing, replica: Replica, request_id: str) -> None:
        super().__init__()
        self._order, self._id = order, request_id
        self._replica = replica
        self._text: list[str] = []
        self._flushes = self._clears = 0

    def opened(self, now: float) -> None:
        """The 101 was sent: Metadata comes first."""
        voice = self._order.voice
        self._tell(
            now,
            type="Metadata",
            request_id=self._id,
            model_name=voice.canonical_name,
            model_version=voice.version,
            model_uuid=voice.uuid,
            additional_model_uuids=[],
        )

    def heard(self, data: bytes, text: bool, now: float) -> None:
        """A command; audio is none, and text that is no command ends the stream."""
        if not text:
            self._close(now, 1003, "MESSAGE-0000: only text messages are supported")
            return
        try:
            command = json.loads(data)
        except ValueError:
            command = None
        kind = command.get("type") if isinstance(command, dict) else None
        if kind == "Speak" and isinstance(judged(command.get("text", "")), str):
            self._text.append(str(command["text"]))
        elif kind == "Flush":
            self._flush(now)
        elif kind == "Clear":
            self._text.clear()
            self._later = [(at, word) for at, word in self._later if word.kind != "binary"]
            self._tell(now, type="Cleared", sequence_id=self._clears)
            self._clears += 1
        elif kind == "Close":
            self._speak(now)
            self._close(now, 1000, "")
        else:
            self._close(now, 1008, "DATA-0000: the message is no valid command")

    def _flush(self, now: float) -> None:
        self._speak(now)
        self._tell(now, type="Flushed", sequence_id=self._flushes)
        self._flushes += 1

    def _speak(self, now: float) -> None:
        if self._text:
            for at, piece in pieces(self._replica, " ".join(self._text), self._order, now):
                self._say(at, piece)
            self._text.clear()
