"""Can the deployment fetch audio from an address?"""

from __future__ import annotations

import json

from dgcheck.model.asking import Ask, Asking, Probe
from dgcheck.wire.listen import PATH, asked

LIMIT = 25.0


async def ask(asking: Asking) -> None:
    """`POST /v1/listen` with `{"url": …}`; dgcheck itself never fetches the address."""
    models = await asking.wanted()
    wanted = next((one for one in models if one.rest), None)
    await asking.net.exchange(
        Ask(
            path=PATH,
            query=asked(asking.settings, wanted.name if wanted else "", wanted.language if wanted else ""),
            method="POST",
            headers=(("Content-Type", "application/json"),),
            body=json.dumps({"url": asking.settings.audio_url}).encode(),
            limit=LIMIT,
            keep=65536,
        )
    )


PROBE = Probe(
    id="rest.url",
    title="the deployment can fetch remote audio",
    asks="can the deployment fetch the audio at --audio-url?",
    ask=ask,
    after=("dns",),
    wanted=lambda settings: bool(settings.audio_url),
    unwanted="not asked for (--audio-url)",
    order=12,
)
