"""Introduce ourselves to the voice agent, and leave before it asks a language model."""

from __future__ import annotations

import json

from dgcheck.model.asking import Ask, Asking, Conversation, Lead, Probe
from dgcheck.wire import endpoint
from dgcheck.wire.choose import USUAL, choose
from dgcheck.wire.endpoint import AGENT, FLUX

LIMIT = 20.0
GREETING = 5.0  # seconds in which `Welcome` has to come; it comes at once
PATIENCE = 10.0  # seconds in which the settings have to be applied or refused
ENDS = ("SettingsApplied", "Error")
_AUDIO = {"encoding": "linear16", "sample_rate": 24000}


async def ask(asking: Asking) -> None:
    """`WS /v1/agent/converse`: Welcome, Settings, SettingsApplied. No audio is sent and no greeting asked for, so no
    language model is asked anything."""
    from dgcheck.readings.offered import talks

    replay = asking.target.replay
    if replay and not replay.partition("?")[0].endswith(AGENT):
        return
    if not (endpoint.asked(asking.settings, "agent") or talks(asking.case)):
        return
    how = Ask(path=replay, whole=True) if replay else Ask(path=AGENT)
    await asking.net.converse(how, _lead(json.dumps(settings(asking))), limit=LIMIT, plan="settings")


def settings(asking: Asking) -> dict[str, object]:
    """The message `Settings`, with models that were named or are listed; the language model is the one of the vendor's
    own examples, and is never reached."""
    from dgcheck.readings.offered import USUAL_VOICE, voices

    named, listing = asking.settings, asking.case.listing
    chosen = choose(listing, named.language)
    ears = next(iter((*endpoint.named(named, FLUX), *endpoint.speech(named))), chosen.name if chosen else USUAL[0])
    voice = next(iter((*endpoint.voices(named), *voices(listing))), USUAL_VOICE)
    listen: dict[str, object] = {"type": "deepgram", "model": ears}
    if endpoint.of(ears) == FLUX:
        listen["version"] = "v2"
    return {
        "type": "Settings",
        "audio": {"input": _AUDIO, "output": {**_AUDIO, "container": "none"}},
        "agent": {
            "listen": {"provider": listen},
            "think": {"provider": {"type": "open_ai", "model": "gpt-4o-mini"}, "prompt": "Say nothing."},
            "speak": {"provider": {"type": "deepgram", "model": voice}},
        },
    }


def _lead(message: str) -> Lead:
    async def lead(talk: Conversation) -> None:
        await talk.until(lambda: any(one.kind == "Welcome" for one in talk.heard), GREETING)
        await talk.say(message, last=True)
        await talk.until(lambda: any(one.kind in ENDS for one in talk.heard), PATIENCE)

    return lead


PROBE = Probe(
    id="agent",
    title="the voice agent takes its settings",
    asks="does /v1/agent/converse welcome a client and apply its settings? No language model is asked",
    ask=ask,
    after=("models",),
    wanted=lambda settings: endpoint.asked(settings, "agent") or settings.profile == "full",
    unwanted=endpoint.UNWANTED,
    order=16,
)
