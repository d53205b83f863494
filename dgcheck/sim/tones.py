"""The stand-in's own voice: text as tones that its listener reads back.

It can neither speak nor recognise speech, but it can be held to its word: what arrives damaged, silent, cut off or at
another rate is not read back as what was said. Each half of a byte is 16 ms of one of sixteen tones between 500 and
2375 Hz, which any ordinary rate and G.711 carry.
"""

from __future__ import annotations

import math
import sys
from array import array
from functools import cache
from itertools import pairwise

from dgcheck.sim.hearing import Form

SYMBOL = 0.016  # seconds of half a byte
LOUD = 8000
_BEGIN, _END = b"\xd6\xca", b"\x00"
_FIRST, _STEP = 8, 2  # cycles of the lowest tone in a symbol, and how many more each next one has


def spoken(text: str, rate: int) -> bytes:
    """The text as 16-bit samples, little end first, one channel."""
    data = _BEGIN + text.encode("utf-8").replace(b"\0", b"") + _END
    return b"".join(_tone(half, rate) for byte in data for half in (byte >> 4, byte & 15))


def read(audio: bytes, form: Form) -> str | None:
    """The words in audio of the stand-in's own voice, as many as there are; None where it is another's.

    Bytes of a letter that was cut in two are left out.
    """
    samples = _samples(audio[form.header :], form.encoding)
    size = round(form.rate * SYMBOL)
    if form.channels != 1 or not size or len(samples) < size * 4:
        return None
    head = bytes(_byte(samples, at * 2 * size, size) for at in range(len(_BEGIN)))
    if head != _BEGIN:
        return None
    found = bytearray()
    for at in range(len(_BEGIN) * 2 * size, len(samples) - 2 * size + 1, 2 * size):
        byte = _byte(samples, at, size)
        if not byte:
            break
        found.append(byte)
    return found.decode("utf-8", "ignore")


@cache
def _tone(half: int, rate: int) -> bytes:
    size, cycles = round(rate * SYMBOL), _FIRST + _STEP * half
    # A quarter of a sample late, so that no sample lies on a crossing of zero.
    wave = [round(LOUD * math.sin(2 * math.pi * cycles * (place + 0.25) / size)) for place in range(size)]
    samples = array("h", wave)
    if sys.byteorder == "big":
        samples.byteswap()
    return samples.tobytes()


def _byte(samples: list[int] | array[int], at: int, size: int) -> int:
    return _half(samples, at, size) << 4 | _half(samples, at + size, size)


def _half(samples: list[int] | array[int], at: int, size: int) -> int:
    """Which tone it is, by how often the samples change their sign."""
    window = samples[at : at + size]
    crossings = sum((one < 0) != (other < 0) for one, other in pairwise(window))
    return min(15, max(0, round((crossings + 1 - 2 * _FIRST) / (2 * _STEP))))


def _samples(body: bytes, encoding: str) -> list[int] | array[int]:
    if encoding == "linear16":
        samples = array("h", body[: len(body) // 2 * 2])
        if sys.byteorder == "big":
            samples.byteswap()
        return samples
    if encoding == "mulaw":
        table = _mulaw()
        return [table[byte] for byte in body]
    if encoding == "alaw":
        return [1 if byte & 0x80 else -1 for byte in body]
    return []


@cache
def _mulaw() -> tuple[int, ...]:
    return tuple(1 if byte & 0x80 else -1 for byte in range(256))


# -- in other encodings ----------------------------------------------------------------------------------------------


def encoded(samples: bytes, encoding: str) -> bytes:
    """16-bit samples in G.711 (`mulaw`, `alaw`), or as they are."""
    if encoding == "linear16":
        return samples
    values = array("h", samples)
    if sys.byteorder == "big":
        values.byteswap()
    one = _to_mulaw if encoding == "mulaw" else _to_alaw
    known: dict[int, int] = {}
    out = bytearray()
    for value in values:
        if value not in known:
            known[value] = one(value)
        out.append(known[value])
    return bytes(out)


def _to_mulaw(value: int) -> int:
    """ITU-T G.711: sign, segment and step of the magnitude in 14 bits plus 33, inverted."""
    value >>= 2
    mask = 0xFF if value >= 0 else 0x7F
    magnitude = min(abs(value), 8158) + 33
    segment = max(0, magnitude.bit_length() - 6)
    return (segment << 4 | magnitude >> segment + 1 & 15) ^ mask


def _to_alaw(value: int) -> int:
    """ITU-T G.711: sign, segment and step of the magnitude in 13 bits, every other bit inverted."""
    value >>= 3
    mask = 0xD5 if value >= 0 else 0x55
    magnitude = value if value >= 0 else -value - 1
    segment = max(0, magnitude.bit_length() - 5)
    return (segment << 4 | magnitude >> max(1, segment) & 15) ^ mask


def wav(data: bytes, encoding: str, rate: int) -> bytes:
    """A WAV file as it is streamed: nobody knows its length yet when the header goes out."""
    tag, width = {"linear16": (1, 2), "alaw": (6, 1), "mulaw": (7, 1)}[encoding]
    head = b"fmt " + (16).to_bytes(4, "little") + tag.to_bytes(2, "little") + (1).to_bytes(2, "little")
    head += rate.to_bytes(4, "little") + (rate * width).to_bytes(4, "little")
    head += width.to_bytes(2, "little") + (8 * width).to_bytes(2, "little")
    unknown = b"\xff\xff\xff\xff"
    return b"RIFF" + unknown + b"WAVE" + head + b"data" + unknown + data


def mp3(seconds: float) -> bytes:
    """Frames of MPEG-2 layer III in which nothing is heard: the stand-in has no encoder. 24 kHz, mono, 48 kbit/s."""
    frame = b"\xff\xf3\x64\xc4".ljust(144, b"\0")  # 576 samples
    return frame * max(1, round(seconds * 24000 / 576))
