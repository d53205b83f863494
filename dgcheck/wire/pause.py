"""A pause in speech, in the form in which the speech is streamed."""

from __future__ import annotations

from dgcheck.model.target import Audio

# One sample that is nothing: G.711's mu-law and A-law, and signed linear samples.
_NOTHING = {"mulaw": b"\xff", "alaw": b"\xd5", "linear16": b"\0\0", "linear32": b"\0\0\0\0"}


def pause(audio: Audio, seconds: float) -> bytes:
    """So many seconds of nothing, to follow on `audio` in a stream; b'' where its form cannot be gone on with."""
    encoding = audio.stream_encoding or ("" if audio.stream_data else audio.encoding)
    rate = audio.stream_rate or audio.sample_rate
    return _NOTHING.get(encoding, b"") * (round(rate * seconds) * audio.channels)
