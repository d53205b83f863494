"""A request out of somebody's log: what it is for, and speech in the form that it declares."""

from __future__ import annotations

import struct
from functools import cache

from dgcheck.model.record import replace
from dgcheck.model.target import Audio
from dgcheck.wire.url import query_of

_RATES = (8000, 16000, 22050, 24000, 32000, 44100, 48000)


def transcribes(replay: str) -> bool:
    """Whether the request asks for a transcription (`…/listen`, of version 1 or of none)."""
    path = replay.partition("?")[0].rstrip("/")
    return path.endswith(("/listen", "/listen/stream")) and not path.endswith("/v2/listen")


def speech_for(audio: Audio, replay: str) -> Audio | None:
    """The same words in the encoding and at the rate that the request declares; None where we cannot make that.

    A request that declares no encoding gets the container as it is. Only mu-law and 16-bit linear are made, from
    speech whose stream form is mu-law.
    """
    query = dict(query_of(replay))
    encoding, rate = query.get("encoding", ""), query.get("sample_rate", "")
    if not encoding:
        return replace(audio, stream_data=audio.data, stream_encoding="", stream_rate=0)
    wanted = int(rate) if rate.isascii() and rate.isdigit() and len(rate) < 7 else 8000
    source, form = audio.stream_data or audio.data, audio.stream_encoding or audio.encoding
    if form != "mulaw" or encoding not in ("mulaw", "linear16") or wanted not in _RATES:
        return None
    samples = _resampled([_linear()[byte] for byte in source], audio.stream_rate or audio.sample_rate or 8000, wanted)
    data = _mulaw(samples) if encoding == "mulaw" else struct.pack(f"<{len(samples)}h", *samples)
    return replace(
        audio,
        data=data,
        content_type="application/octet-stream",
        encoding=encoding,
        sample_rate=wanted,
        stream_data=data,
        stream_encoding=encoding,
        stream_rate=wanted,
    )


@cache
def _linear() -> tuple[int, ...]:
    """G.711 mu-law bytes to 16-bit samples."""
    table = []
    for byte in range(256):
        code = ~byte & 0xFF
        magnitude = (((code & 0x0F) << 3) + 0x84 << ((code >> 4) & 7)) - 0x84
        table.append(-magnitude if code & 0x80 else magnitude)
    return tuple(table)


def _resampled(samples: list[int], rate: int, wanted: int) -> list[int]:
    """Linear interpolation, good enough for speech that only goes up in rate."""
    if rate == wanted:
        return samples
    step, out, last = rate / wanted, [], len(samples) - 1
    for place in range(int(len(samples) * wanted / rate)):
        left, part = divmod(place * step, 1)
        here = samples[min(int(left), last)]
        out.append(round(here + (samples[min(int(left) + 1, last)] - here) * part))
    return out


def _mulaw(samples: list[int]) -> bytes:
    nearest = sorted((value, byte) for byte, value in enumerate(_linear()))
    values = [value for value, _ in nearest]
    from bisect import bisect_left

    return bytes(nearest[min(bisect_left(values, sample), 255)][1] for sample in samples)
