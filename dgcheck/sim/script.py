"""The scripted transcript: which words a piece of audio is given."""

from __future__ import annotations

from dgcheck.model.record import dataclass
from dgcheck.sim import hearing
from dgcheck.wire import audio as speech

LEAST = 0.25  # seconds of audio below which nothing is said
NOTICE = (
    "Transcripts are scripted: every clip that is not silent gets the same words; only what the simulator speaks "
    "itself is read back."
)


@dataclass(frozen=True, slots=True)
class Script:
    """The words, how many seconds they take, and the samples of the bundled clip that they belong to."""

    text: str
    seconds: float = 1.5
    clip: bytes = b""
    rate: int = 8000

    @classmethod
    def bundled(cls, words: str = "") -> Script:
        """The words of the clip that comes with dgcheck, or the ones given."""
        clip = speech.bundled()
        return cls(words or clip.words, clip.seconds, clip.stream_data, clip.stream_rate)

    def words(self, audio: bytes, form: hearing.Form) -> str:
        """The whole script, or '' for silence, for next to nothing, and for the clip at another rate than its own."""
        if form.seconds(len(audio)) < LEAST or hearing.silent(audio, form):
            return ""
        samples = audio[form.header :]
        known = len(samples) >= 4000 and self.clip.startswith(samples[:4000])
        return "" if known and form.rate != self.rate else self.text
