"""What the audio is that a deployment spoke."""

from __future__ import annotations

from dgcheck.model.evidence import Seen
from dgcheck.model.record import dataclass


@dataclass(frozen=True, slots=True)
class Samples:
    """What the bytes of an audio are, whoever spoke them.

    `form` is the container (`WAV`, `MP3`, `Ogg`...), `raw` for bare samples that were asked for so, '' where the bytes
    are no audio that dgcheck knows. `encoding` is linear16, mulaw or alaw, '' where they are compressed. `lasts` is
    seconds; `silent` says whether no sample is louder than a whisper; None = cannot be told. `trouble` says what is
    wrong, as the end of a sentence that begins with `it`.
    """

    form: str = ""
    encoding: str = ""
    rate: int = 0
    channels: int = 0
    size: int = 0
    lasts: float | None = None
    silent: bool | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound(Seen):
    """The audio of an answer; its bytes are not kept. `heard_in` is the id of the exchange or stream it came in.

    `words` counts those that were to be spoken, in `language`; `voice` is the model that was asked to. `first_after`
    and `all_after` are the seconds from asking to the first and to the last byte of audio. All else is as in `Samples`.
    """

    heard_in: str
    voice: str = ""
    words: int = 0
    first_after: float | None = None
    all_after: float | None = None
    language: str = ""
    content_type: str = ""
    form: str = ""
    encoding: str = ""
    rate: int = 0
    channels: int = 0
    size: int = 0
    lasts: float | None = None
    silent: bool | None = None
    trouble: str = ""
