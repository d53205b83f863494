"""WAV files, as far as a diagnosis needs them: which samples they hold, and those samples as a stream takes them.

The standard library's `wave` refuses mu-law, A-law, float and (before 3.12) the extensible form, which are ordinary in
telephony; hence this reader of two chunks.
"""

from __future__ import annotations

from dgcheck.model.errors import UsageError
from dgcheck.model.record import dataclass

PCM, FLOAT, ALAW, MULAW, EXTENSIBLE = 1, 3, 6, 7, 0xFFFE
_NAMES = {PCM: "PCM", FLOAT: "float", ALAW: "A-law", MULAW: "mu-law", 2: "ADPCM", 0x11: "ADPCM", 0x55: "MP3"}
_UNKNOWN_SIZES = (0, 0xFFFFFFFF)  # written by programs that did not know the length yet


@dataclass(frozen=True, slots=True)
class Wav:
    """The two chunks that matter. `tag` is the format tag (1 PCM, 3 float, 6 A-law, 7 mu-law), `bits` those of one
    sample, `rate` Hz, `block` bytes of one moment of all channels."""

    tag: int
    channels: int
    rate: int
    bits: int
    block: int
    payload: bytes

    @property
    def seconds(self) -> float:
        """How long it lasts; 0 when the samples are compressed."""
        if self.tag not in (PCM, FLOAT, ALAW, MULAW):
            return 0.0
        return len(self.payload) / (self.block * self.rate)


def is_wav(data: bytes) -> bool:
    """Whether it begins as a WAV file does."""
    return data[:4] == b"RIFF" and (data[8:12] == b"WAVE" or len(data) < 12)


def read(name: str, data: bytes, *, whole: bool = True) -> Wav:
    """The format and the samples of a WAV file. Raises UsageError when they are not there, or not `whole`.

    Of one that need not be whole, as it came in a stream, there may be less than its header says.
    """
    form: tuple[int, int, int, int, int] | None = None
    at = 12
    while at + 8 <= len(data):
        chunk, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        body = at + 8
        if chunk == b"fmt ":
            form = _format(name, data[body : body + size])
        elif chunk == b"data":
            if form is None:
                raise UsageError(f"{name} is a WAV file without a format before its data; record or convert it again")
            return _wav(form, _payload(name, data, body, size if whole else min(size, len(data) - body)))
        at = body + size + size % 2
    raise UsageError(f"{name} begins as a WAV file but ends before its audio ({len(data)} bytes): it was cut off")


def _payload(name: str, data: bytes, start: int, size: int) -> bytes:
    there = len(data) - start
    if size in _UNKNOWN_SIZES:
        size = there
    if size > there:
        raise UsageError(f"{name} says it holds {size} bytes of audio, but only {there} are there: it was cut off")
    if size == 0:
        raise UsageError(f"{name} is a WAV file with no audio in it")
    return data[start : start + size]


def _format(name: str, chunk: bytes) -> tuple[int, int, int, int, int]:
    if len(chunk) < 16:
        raise UsageError(f"{name} is a WAV file with a broken header; record or convert it again")
    tag, channels = _word(chunk, 0), _word(chunk, 2)
    rate, block, bits = int.from_bytes(chunk[4:8], "little"), _word(chunk, 12), _word(chunk, 14)
    if tag == EXTENSIBLE and len(chunk) >= 26:
        tag = _word(chunk, 24)  # the first two bytes of the sub-format are the ordinary tag
    if not channels or not rate or channels > 64 or rate > 768000:
        raise UsageError(f"{name} is a WAV file that claims {channels} channels at {rate} Hz: its header is broken")
    if tag in (PCM, FLOAT, ALAW, MULAW):
        usual = {PCM: (8, 16, 24, 32), FLOAT: (32, 64), ALAW: (8,), MULAW: (8,)}[tag]
        if bits not in usual:
            raise UsageError(f"{name} is a WAV file of {bits}-bit {_NAMES[tag]} samples, which nothing ordinary reads")
        block = channels * bits // 8
    return tag, channels, rate, bits, block or 1


def _wav(form: tuple[int, int, int, int, int], payload: bytes) -> Wav:
    tag, channels, rate, bits, block = form
    return Wav(tag, channels, rate, bits, block, payload)


def as_stream(wav: Wav) -> tuple[bytes, str]:
    """The samples as a stream takes them, and their `encoding`; (b'', '') when they are compressed.

    Samples of 8 and 24 bits and floats become linear16, the others stay as they are.
    """
    if wav.tag == MULAW:
        return wav.payload, "mulaw"
    if wav.tag == ALAW:
        return wav.payload, "alaw"
    if wav.tag == PCM:
        return _pcm(wav)
    if wav.tag == FLOAT:
        return _floats(wav), "linear16"
    return b"", ""


def _pcm(wav: Wav) -> tuple[bytes, str]:
    payload = wav.payload
    if wav.bits == 16:
        return payload[: len(payload) // 2 * 2], "linear16"
    if wav.bits == 32:
        return payload[: len(payload) // 4 * 4], "linear32"
    if wav.bits == 24:  # the two upper bytes of each sample
        count = len(payload) // 3
        out = bytearray(count * 2)
        out[0::2], out[1::2] = payload[1 : count * 3 : 3], payload[2 : count * 3 : 3]
        return bytes(out), "linear16"
    out = bytearray(len(payload) * 2)  # 8 bits are unsigned, silence at 128
    out[1::2] = payload.translate(bytes((value - 128) & 0xFF for value in range(256)))
    return bytes(out), "linear16"


def _floats(wav: Wav) -> bytes:
    import sys
    from array import array

    width = wav.bits // 8
    samples = array("f" if width == 4 else "d", wav.payload[: len(wav.payload) // width * width])
    if sys.byteorder == "big":
        samples.byteswap()
    out = array("h", (round(max(-1.0, min(1.0, sample)) * 32767) if sample == sample else 0 for sample in samples))
    if sys.byteorder == "big":
        out.byteswap()
    return out.tobytes()


def _word(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "little")
