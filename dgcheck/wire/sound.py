"""What the bytes of spoken audio are: their container, how long they last, and whether anything can be heard in them.

Read loosely: a stream of WAV names a length that nobody knew yet, and a body that was cut off is still told apart from
one that is no audio.
"""

from __future__ import annotations

from collections.abc import Iterable

from dgcheck.model.errors import UsageError
from dgcheck.model.sound import Samples
from dgcheck.wire import audio, riff

WHISPER = 300  # of 32768; a sample above it is no silence
EVERY = 7  # samples of which one is looked at
_WIDTH = {"linear16": 2, "mulaw": 1, "alaw": 1}
# Kilobits of an MPEG frame of layer III by its index, MPEG-1 and later; samples per second by version and index.
_KBITS = {
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def read(data: bytes, *, encoding: str = "", rate: int = 0) -> Samples:
    """What the bytes are; never raises. `encoding` and `rate` are what bare samples were asked for as."""
    if not data:
        return Samples(trouble="is empty")
    form = audio.container(data)
    if form == "WAV":
        return _wav(data)
    if form == "MP3":
        return _mp3(data)
    if form:
        return Samples(form=form, size=len(data))
    if encoding in _WIDTH and rate:
        return _raw(data, encoding, rate)
    return Samples(size=len(data), trouble=f"begins with {data[:4].hex(' ')}, which no audio format does")


def _wav(data: bytes) -> Samples:
    try:
        wav = riff.read("it", data, whole=False)
    except UsageError as error:
        return Samples(form="WAV", size=len(data), trouble=str(error).removeprefix("it ").partition(";")[0])
    encoding = {riff.MULAW: "mulaw", riff.ALAW: "alaw"}.get(wav.tag, "linear16" if wav.bits == 16 else "")
    return Samples(
        form="WAV",
        encoding=encoding,
        rate=wav.rate,
        channels=wav.channels,
        size=len(data),
        lasts=wav.seconds or None,
        silent=_silent(wav.payload, encoding),
    )


def _raw(data: bytes, encoding: str, rate: int) -> Samples:
    lasts = len(data) / (_WIDTH[encoding] * rate)
    silent = _silent(data, encoding)
    return Samples("raw", encoding, rate, 1, len(data), lasts, silent)


def _silent(payload: bytes, encoding: str) -> bool | None:
    """Whether no sample that is looked at is louder than a whisper; None where they are compressed."""
    if encoding == "mulaw":  # inverted: 0xFF and 0x7F are silence
        return not _any(~byte & 0x7F > 0x30 for byte in payload[::EVERY])
    if encoding == "alaw":
        return not _any((byte ^ 0x55) & 0x7F > 0x20 for byte in payload[::EVERY])
    if encoding != "linear16":
        return None
    import sys
    from array import array

    samples = array("h", payload[: len(payload) // 2 * 2])
    if sys.byteorder == "big":
        samples.byteswap()
    return not _any(abs(sample) > WHISPER for sample in samples[::EVERY])


def _any(loud: Iterable[bool]) -> bool:
    return any(loud)


def _mp3(data: bytes) -> Samples:
    """The frames of an MPEG stream, one after the other; what lies between them is passed over."""
    at, lasts, rate, channels = _after_id3(data), 0.0, 0, 0
    while at + 4 <= len(data):
        frame = _frame(data[at : at + 4])
        if frame is None:
            at += 1
            continue
        size, seconds, rate, channels = frame
        if at + size > len(data):
            break  # the last one is not whole
        lasts += seconds
        at += size
    if not lasts:
        return Samples(form="MP3", size=len(data), trouble="begins as MP3 does and has no whole frame")
    return Samples("MP3", "", rate, channels, len(data), lasts)


def _after_id3(data: bytes) -> int:
    if data[:3] != b"ID3" or len(data) < 10:
        return 0
    size = 0
    for byte in data[6:10]:
        size = size << 7 | byte & 0x7F
    return 10 + size


def _frame(head: bytes) -> tuple[int, float, int, int] | None:
    """Bytes, seconds, samples per second and channels of a frame of layer III; None where none begins."""
    if head[0] != 0xFF or head[1] & 0xE0 != 0xE0 or head[1] >> 1 & 3 != 1:
        return None
    version, bits, place = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or place == 3 or bits in (0, 15):
        return None
    rate, kbits = _RATES[version][place], _KBITS[version == 3][bits]
    samples = 1152 if version == 3 else 576
    size = samples // 8 * kbits * 1000 // rate + (head[2] >> 1 & 1)
    return size, samples / rate, rate, 1 if head[3] >> 6 == 3 else 2
