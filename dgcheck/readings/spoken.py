"""A question for speech, and what became of the audio: shared by the check and by the experiment that asks again."""

from __future__ import annotations

import json
from typing import Any

from dgcheck.model.asking import Ask
from dgcheck.model.evidence import Seen
from dgcheck.model.record import fields, replace
from dgcheck.model.sound import Sound
from dgcheck.wire import sound
from dgcheck.wire.endpoint import Saying

RATE = 24000  # samples per second: the service's own default for linear16
LIMIT = 20.0  # seconds; a first request may load the voice for some
BARE = ("audio/l16", "audio/pcm", "audio/x-raw", "audio/raw", "audio/x-l16")  # content types of bare samples


class Came:
    """The audio of one answer, and the seconds after asking at which its first and its last byte came."""

    def __init__(self) -> None:
        self.data = b""
        self.first: float | None = None
        self.all: float | None = None

    def take(self, body: bytes, first: float, last: float) -> None:
        """Keep it; this is what `Ask.take` wants."""
        self.data, self.first, self.all = body, first, last


def question(how: Ask, text: str, came: Came) -> Ask:
    """The POST that lets a text be spoken."""
    body = json.dumps({"text": text}).encode()
    headers = (("Content-Type", "application/json"),)
    return replace(how, method="POST", headers=headers, body=body, limit=LIMIT, take=came.take)


def heard(seen: Seen, voice: str, what: Saying, came: Came, content_type: str = "", *, bare: bool = False) -> Sound:
    """What the audio is. With `bare`, or by a content type that says so, bytes without a container are samples."""
    bare = bare or content_type.partition(";")[0].strip().lower() in BARE
    samples = sound.read(came.data, encoding="linear16" if bare else "", rate=RATE)
    facts: dict[str, Any] = {item.name: getattr(samples, item.name) for item in fields(samples)}
    return Sound(
        id="",
        check=seen.check,
        ending=seen.ending,
        heard_in=seen.id,
        voice=voice,
        words=what.words,
        language=what.language,
        content_type=content_type,
        first_after=came.first,
        all_after=came.all,
        **facts,
    )
