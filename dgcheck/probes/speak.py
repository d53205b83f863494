"""Let the deployment speak, and let it listen to what it said.

One voice is asked by POST and on a WebSocket, and one more where Aura and Flux were both named; where speech to text
is there too, what was spoken is posted back.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from dgcheck.model.asking import Ask, Asking, Conversation, Lead, Probe
from dgcheck.model.evidence import Ending, Exchange
from dgcheck.wire import endpoint
from dgcheck.wire.endpoint import LISTEN, SPEAK, SPEAK_2, Saying, saying
from dgcheck.wire.url import query_of

if TYPE_CHECKING:
    from dgcheck.model.sound import Sound

LIMIT = 20.0  # seconds; a first request may load the voice for some
PATIENCE = 15.0  # seconds in which a flush has to be answered
GOODBYE = 2.0
FORM = (("encoding", "linear16"), ("container", "wav"))
STREAMED = (("encoding", "linear16"), ("sample_rate", "24000"))

Spoken = tuple["Sound", bytes]


async def ask(asking: Asking) -> None:
    """`POST` and `WS /v1/speak` (of a Flux voice /v2/speak), then `POST /v1/listen` with what was spoken."""
    if asking.target.replay:
        await _replay(asking)
        return
    streamed: set[str] = set()
    for voice in _wanted(asking):
        path = _path(voice)
        heard = await _by_post(asking, voice)
        if path not in streamed:
            streamed.add(path)
            live = await _by_socket(asking, voice)
            heard = heard or live
        if heard is not None:
            await _listen(asking, saying(voice, asking.settings.expect), *heard)


def _wanted(asking: Asking) -> tuple[str, ...]:
    """The voices that were named, else the first of Aura and of Flux that are listed, else, where the check was named,
    the usual one."""
    from dgcheck.readings.offered import USUAL_VOICE, flux_voices, voices

    listing = asking.case.listing
    found = endpoint.voices(asking.settings) or (*voices(listing)[:1], *flux_voices(listing)[:1])
    return found or ((USUAL_VOICE,) if endpoint.asked(asking.settings, "speak") else ())


def _path(voice: str) -> str:
    return SPEAK_2 if endpoint.of(voice) == SPEAK_2 else SPEAK


def _modes(asking: Asking, voice: str) -> str:
    return asking.settings.modes.get(voice, "both")


async def _replay(asking: Asking) -> None:
    target = asking.target
    path = next((one for one in (SPEAK, SPEAK_2) if target.replay.partition("?")[0].endswith(one)), "")
    if not path:
        return
    voice = dict(query_of(target.replay)).get("model", "")
    if target.scheme_given in ("ws", "wss"):
        await asking.net.converse(
            Ask(path=target.replay, whole=True), _talk(saying(voice, asking.settings.expect), path), limit=LIMIT
        )
        return
    await _post(asking, Ask(path=target.replay, whole=True), voice)


# -- by POST ---------------------------------------------------------------------------------------------------------


async def _by_post(asking: Asking, voice: str) -> Spoken | None:
    if _modes(asking, voice) == "streaming":
        return None
    query = (("model", voice), *FORM, *_own(asking))
    return await _post(asking, Ask(path=_path(voice), query=query), voice)


def _own(asking: Asking) -> tuple[tuple[str, str], ...]:
    """Parameters that were given go to the voice where nothing else was named that they could be for."""
    settings = asking.settings
    return () if endpoint.speech(settings) or not endpoint.voices(settings) else settings.features


async def _post(asking: Asking, how: Ask, voice: str) -> Spoken | None:
    """The audio that came, and what it is; None where none came, or not whole."""
    from dgcheck.readings import spoken

    what, came = saying(voice, asking.settings.expect), spoken.Came()
    seen = await asking.net.exchange(spoken.question(how, what.text, came))
    answer = seen.response
    if answer is None or answer.status != 200 or (answer.body and not came.data):
        return None
    sound = asking.net.keep(spoken.heard(seen, voice, what, came, answer.header("content-type")))
    whole = seen.ending is Ending.ANSWERED and not sound.trouble and not sound.silent
    return (sound, came.data) if whole else None


# -- on a WebSocket --------------------------------------------------------------------------------------------------


def _talk(what: Saying, path: str, heard: Callable[[bytes], None] = lambda _: None) -> Lead:
    """Speak, Flush, Close; `heard` gets the audio when all of it was said to have come."""
    from dgcheck.readings.further import SPOKEN

    async def lead(talk: Conversation) -> None:
        speak = json.dumps({"type": "Speak", "text": what.text})
        await talk.say(speak, '{"type":"Flush"}', last=True)
        if await talk.until(lambda: any(one.kind == SPOKEN[path] for one in talk.heard), PATIENCE):
            heard(talk.sound)
        await talk.bye('{"type":"Close"}')
        await talk.until(lambda: talk.over, GOODBYE)

    return lead


async def _by_socket(asking: Asking, voice: str) -> Spoken | None:
    from dgcheck.readings import spoken

    if _modes(asking, voice) == "rest":
        return None
    what, came = saying(voice, asking.settings.expect), spoken.Came()
    path = _path(voice)
    how = Ask(path=path, query=(("model", voice), *STREAMED))
    lead = _talk(what, path, lambda data: came.take(data, 0.0, 0.0))
    _, stream = await asking.net.converse(how, lead, limit=LIMIT, plan="speak")
    audio = [one.at for one in stream.heard if one.kind == "binary"] if stream else []
    if stream is None or not came.data or stream.audio_sent_at is None or not audio:
        return None
    came.first, came.all = audio[0] - stream.audio_sent_at, audio[-1] - stream.audio_sent_at
    sound = asking.net.keep(spoken.heard(stream, voice, what, came, bare=True))
    return None if sound.trouble or sound.silent else (sound, came.data)


# -- and back --------------------------------------------------------------------------------------------------------


async def _listen(asking: Asking, what: Saying, spoken: Sound, audio: bytes) -> Exchange | None:
    """Post what was spoken, where the listing has a model that understands the language."""
    from dgcheck.readings.offered import listener

    found = listener(asking.case, what.language) if what.language else None
    if found is None:
        return None
    query = (("model", found.name), *((("language", what.language),) if what.language != "en" else ()))
    kind = spoken.content_type or "audio/wav"
    if spoken.form == "raw":
        query = (*query, ("encoding", spoken.encoding), ("sample_rate", str(spoken.rate)))
        kind = "application/octet-stream"
    headers = (("Content-Type", kind),)
    how = Ask(path=LISTEN, query=query, method="POST", headers=headers, body=audio, limit=LIMIT, keep=65536)
    return await asking.net.exchange(how)


PROBE = Probe(
    id="speak",
    title="text becomes speech, and the deployment understands it",
    asks="does /v1/speak (/v2/speak for Flux) turn text into audio, by POST and on a WebSocket, and is it understood?",
    ask=ask,
    after=("models",),
    wanted=lambda settings: endpoint.asked(settings, "speak") or settings.profile == "full",
    unwanted=endpoint.UNWANTED,
    order=14,
)
