"""How large a recording may be uploaded?"""

from __future__ import annotations

from dgcheck.model.asking import Ask, Asking, Probe
from dgcheck.model.target import Settings
from dgcheck.readings.answers import posts, transcribed
from dgcheck.wire.listen import PATH, asked

LIMIT = 60.0  # seconds for one upload and its answer
AGAIN = 8.0  # the same, once a larger one got no answer
STALL = 6.0  # seconds in which an upload has to make some way


async def ask(asking: Asking) -> None:
    """The POST that worked, with bodies of silence: the largest one, and then smaller ones until the limit is near."""
    from dgcheck.readings.uploads import front_of, next_size, uploads  # what a standard run need not load

    front = front_of(posts(asking.case))
    largest = most(asking.settings)
    while (found := uploads(asking.case)) is not None:
        size = next_size(found, largest, front)
        if size is None:
            return
        silent = found.refused is not None and found.refused.response is None and found.stalled
        await asking.net.exchange(_question(asking, size, AGAIN if silent else LIMIT))


def most(settings: Settings) -> int:
    """Bytes of the largest upload that is tried."""
    from dgcheck.readings.uploads import LARGEST

    return settings.max_upload or LARGEST


def reach(settings: Settings) -> str:
    """The same in words."""
    from dgcheck.readings.uploads import size_words

    return size_words(most(settings))


def _question(asking: Asking, size: int, limit: float) -> Ask:
    from dgcheck.wire.silence import wav_head

    head = wav_head(size)
    worked = next(one for one in posts(asking.case) if transcribed(one))
    wanted = dict(worked.request.query)
    return Ask(
        path=PATH,
        query=asked(asking.settings, wanted.get("model", ""), wanted.get("language", "")),
        method="POST",
        headers=(("Content-Type", "audio/wav"),),
        body=head,
        more=size - len(head),
        stall=STALL,
        limit=limit,
    )


PROBE = Probe(
    id="rest.size",
    title="recordings of the usual sizes are taken",
    asks="how large may an upload be (--max-upload)?",
    ask=ask,
    after=("rest",),
    follows=("ws.stream", "replicas", "rest.url"),
    profile="full",
    order=8,
)
