"""Speak to Flux, and see turns come and end."""

from __future__ import annotations

import json

from dgcheck.model.asking import Ask, Asking, Conversation, Lead, Probe
from dgcheck.model.target import Audio
from dgcheck.wire import endpoint
from dgcheck.wire.audio import bundled
from dgcheck.wire.endpoint import FLUX
from dgcheck.wire.replay import speech_for
from dgcheck.wire.url import query_of

LIMIT = 20.0
GREETING = 5.0  # seconds in which `Connected` has to come; it comes at once
SILENCE = 7.0  # seconds of silence after the speech; by default a turn ends after 5 at the latest
STEP = 0.24  # seconds of silence in one message
CHUNK = 0.08  # seconds of speech in one message, as the vendor recommends
GOODBYE = 3.0
ENCODINGS = {"linear16": (2, b"\0"), "linear32": (4, b"\0"), "mulaw": (1, b"\xff"), "alaw": (1, b"\xd5")}


async def ask(asking: Asking) -> None:
    """`WS /v2/listen`: known speech, silence until the turn ends, CloseStream."""
    audio = asking.audio if asking.audio.stream_encoding in ENCODINGS else bundled()
    if asking.target.replay:
        await _replay(asking, audio)
        return
    for name in _wanted(asking):
        rate = audio.stream_rate or audio.sample_rate
        query = (("model", name), ("encoding", audio.stream_encoding), ("sample_rate", str(rate)), *_own(asking))
        await asking.net.converse(Ask(path=FLUX, query=query), talk(audio), limit=LIMIT, plan="turns")


def _wanted(asking: Asking) -> tuple[str, ...]:
    from dgcheck.readings.offered import USUAL_TURNS, turns

    found = endpoint.turns(asking.settings) or turns(asking.case.listing)[:1]
    return found or ((USUAL_TURNS,) if endpoint.asked(asking.settings, "flux") else ())


def _own(asking: Asking) -> tuple[tuple[str, str], ...]:
    """Parameters that were given go to Flux where nothing else was named that they could be for."""
    settings = asking.settings
    return settings.features if endpoint.named(settings, FLUX) == settings.models and settings.models else ()


async def _replay(asking: Asking, audio: Audio) -> None:
    replay = asking.target.replay
    if not replay.partition("?")[0].endswith(FLUX):
        return
    declared = dict(query_of(replay)).get("encoding", "")
    fitting = speech_for(audio, replay) if declared in ENCODINGS else None
    how = Ask(path=replay, whole=True)
    if fitting is None:
        await asking.net.upgrade(how)  # speech in the form that it declares cannot be made here
    else:
        await asking.net.converse(how, talk(fitting), limit=LIMIT, plan="turns")


def talk(audio: Audio) -> Lead:
    """What is said on the socket: speech at once, then silence in real time until a turn has ended."""
    width, quiet = ENCODINGS[audio.stream_encoding]
    rate = audio.stream_rate or audio.sample_rate
    data, second = audio.stream_data or audio.data, width * rate

    async def lead(talk: Conversation) -> None:
        await talk.until(lambda: any(one.kind == "Connected" for one in talk.heard), GREETING)
        size = max(width, int(second * CHUNK) // width * width)
        await talk.say(*(data[at : at + size] for at in range(0, len(data), size)), last=True)
        silence = quiet * (int(rate * STEP) * width)
        for _ in range(int(SILENCE / STEP)):
            if talk.over or await talk.until(lambda: any(one.is_final for one in talk.heard), STEP):
                break
            await talk.say(silence)
        await talk.bye(json.dumps({"type": "CloseStream"}))
        await talk.until(lambda: talk.over, GOODBYE)

    return lead


PROBE = Probe(
    id="flux",
    title="Flux hears turns and sees them end",
    asks="does /v2/listen hear a turn of known words, and end it?",
    ask=ask,
    after=("models",),
    wanted=lambda settings: endpoint.asked(settings, "flux") or settings.profile == "full",
    unwanted=endpoint.UNWANTED,
    order=15,
)
