"""Can the deployment fetch audio from an address?"""

from __future__ import annotations

import asyncio
import json

from dgcheck.model.asking import Ask, Asking, Net, Probe, Wanted
from dgcheck.wire.choose import choose
from dgcheck.wire.listen import PATH, asked

LIMIT = 25.0


async def ask(asking: Asking) -> None:
    """`POST /v1/listen` with `{"url": …}`: the address that was given, and the clip that dgcheck serves itself.

    dgcheck never fetches an address.
    """
    wanted = next((one for one in await asking.wanted() if one.rest), None) or _listed(asking)
    if wanted is None and not asking.target.replay:
        return
    async with asyncio.TaskGroup() as group:
        if asking.settings.audio_url:
            group.create_task(_post(asking, asking.net, wanted, asking.settings.audio_url))
        if asking.settings.serve_audio:
            group.create_task(_serve(asking, wanted))


def _listed(asking: Asking) -> Wanted | None:
    """A model of the listing that transcribes files, where none of those that are wanted has to."""
    found = choose(asking.case.listing, asking.settings.language)
    return Wanted(found.name, found.language) if found is not None and found.batch is not False else None


async def _serve(asking: Asking, wanted: Wanted | None) -> None:
    from dgcheck.readings.remote import SERVED  # what a run without an address need not load
    from dgcheck.wire.audio import bundled

    clip = bundled()
    serving = asking.net.serving(clip.data, clip.content_type, asking.settings.serve_audio, SERVED)
    async with serving as (url, net):
        if url:
            await _post(asking, net, wanted, url)


async def _post(asking: Asking, net: Net, wanted: Wanted | None, url: str) -> None:
    await net.exchange(
        Ask(
            path=PATH,
            query=asked(asking.settings, wanted.name if wanted else "", wanted.language if wanted else ""),
            method="POST",
            headers=(("Content-Type", "application/json"),),
            body=json.dumps({"url": url}).encode(),
            limit=LIMIT,
            keep=65536,
        )
    )


PROBE = Probe(
    id="rest.url",
    title="the deployment can fetch remote audio",
    asks="can the deployment fetch audio from an address (--audio-url), or from dgcheck itself (--serve-audio)?",
    ask=ask,
    after=("models",),
    wanted=lambda settings: bool(settings.audio_url or settings.serve_audio),
    unwanted="no address was given (--audio-url, --serve-audio)",
    order=12,
)
