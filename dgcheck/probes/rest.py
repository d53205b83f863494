"""Post known speech, and see whether the known words come back."""

from __future__ import annotations

from dgcheck.model.asking import Ask, Asking, Probe
from dgcheck.model.case import Case
from dgcheck.model.record import replace
from dgcheck.model.target import Audio
from dgcheck.wire.listen import PATH, rest_query
from dgcheck.wire.replay import speech_for, transcribes

LIMIT = 20.0  # a first request may load its model for some seconds
KEEP = 65536  # characters of the answer about the clip
KEEP_OF_OWN = 2 * 1024 * 1024  # about a recording: an hour of speech with the times of its words takes about a million
UNPROMISING = 6.0  # where nothing answers at all, or another program does
RESERVE = 7.0  # seconds of the run that are kept, where a question got no answer, to ask that of other replicas


async def ask(asking: Asking) -> None:
    """`POST /v1/listen` for every model that has to serve it; a replayed request is asked as it stands."""
    if asking.target.replay:
        await _replay(asking, asking.target.replay)
        return
    after_listing = not asking.known
    if after_listing:
        asking.net.hasten("health")
    for wanted in await asking.wanted():
        if wanted.rest:
            if after_listing:
                await asking.net.borrow("health")
            query = rest_query(asking.settings, asking.audio, wanted.name, wanted.language)
            await _post(asking, asking.audio, Ask(path=PATH, query=query))


async def _replay(asking: Asking, replay: str) -> None:
    if not transcribes(replay):
        await asking.net.exchange(Ask(path=replay, whole=True, keep=65536))
        return
    audio = speech_for(asking.audio, replay)
    if audio is not None:
        await _post(asking, audio, Ask(path=replay, whole=True))


async def _post(asking: Asking, audio: Audio, ask: Ask) -> None:
    await asking.net.exchange(
        replace(
            ask,
            method="POST",
            headers=(("Content-Type", audio.content_type),),
            body=audio.data,
            limit=patience(asking.case),
            keep=KEEP_OF_OWN if asking.settings.audio_file else KEEP,
        )
    )


def patience(case: Case) -> float:
    """Seconds to wait for the answer: fewer where waiting is wasted, and where other replicas are to be asked."""
    from dgcheck.readings import doubted, foreign  # what a quick run does not need

    if foreign.unpromising(case):
        return UNPROMISING
    if not doubted.silent(case):
        return LIMIT
    spent = max((wire.ended_at for wire in case.wires()), default=0.0)
    return min(LIMIT, max(UNPROMISING, case.settings.timeout - spent - RESERVE))


PROBE = Probe(
    id="rest",
    title="a POST of known speech returns the known words",
    asks="does a POST to /v1/listen of known speech return the known words?",
    ask=ask,
    after=("dns",),
    profile="standard",
    order=8,
)
