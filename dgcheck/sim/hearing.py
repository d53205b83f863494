"""What the stand-in makes of audio: whether it could be decoded, how long it is, whether it is silent.

It understands no speech. Audio that is not silent is given the scripted words, spread evenly over its length.
"""

from __future__ import annotations

import array
import sys
from collections.abc import Mapping

from dgcheck.model.record import dataclass

RAW_BYTES: Mapping[str, float] = {  # bytes of one sample; 0 = compressed, its length is a guess
    "linear16": 2,
    "linear32": 4,
    "mulaw": 1,
    "alaw": 1,
    "flac": 0,
    "amr-nb": 0,
    "amr-wb": 0,
    "opus": 0,
    "ogg-opus": 0,
    "speex": 0,
    "g729": 0,
}
BATCH_ENCODINGS = frozenset({"linear16", "flac", "mulaw", "amr-nb", "amr-wb", "opus", "speex", "g729"})
STREAM_ENCODINGS = frozenset({*RAW_BYTES})
GUESSED_RATE = 4000  # bytes in a second of compressed audio

_CONTAINERS = (
    (b"RIFF", "wav"),
    (b"OggS", "ogg"),
    (b"fLaC", "flac"),
    (b"ID3", "mp3"),
    (b"\xff\xfb", "mp3"),
    (b"\xff\xf3", "mp3"),
    (b"\xff\xf1", "aac"),
    (b"\x1aE\xdf\xa3", "webm"),
    (b"#!AMR", "amr"),
    (b"FORM", "aiff"),
)
_OWN_CONTAINER = {"flac": "flac", "ogg-opus": "ogg", "amr-nb": "amr", "amr-wb": "amr"}


@dataclass(frozen=True, slots=True)
class Form:
    """How bytes are to be read: `encoding` of the samples, '' = compressed; `header` bytes precede them."""

    encoding: str
    rate: int
    channels: int = 1
    header: int = 0

    def seconds(self, size: int) -> float:
        """How long `size` bytes last."""
        width = RAW_BYTES.get(self.encoding, 0)
        if not width:
            return max(0, size) / GUESSED_RATE
        return max(0, size - self.header) / (width * max(1, self.rate) * max(1, self.channels))


def container(data: bytes) -> str:
    """The container that the first bytes tell of, '' when they tell of none."""
    for magic, name in _CONTAINERS:
        if data.startswith(magic):
            return name
    return "mp4" if data[4:8] == b"ftyp" else ""


def form(data: bytes, encoding: str, rate: int, channels: int) -> Form | None:
    """How to read audio that was declared so; None when it cannot be decoded.

    Raw audio without a declared encoding cannot, nor can a container for which a raw encoding was declared, nor
    text, whatever was declared.
    """
    kind = container(data)
    if not data or _is_text(data):
        return None
    if encoding:
        if kind and _OWN_CONTAINER.get(encoding) != kind:
            return None
        if encoding == "flac" and not kind:
            return None
        return Form(encoding, rate or 8000, channels)
    if kind == "wav":
        return _wav(data)
    return Form("", 0) if kind else None


def _is_text(data: bytes) -> bool:
    head = data[:256].lstrip()
    if head[:1] not in (b"{", b"[", b"<") or len(head) < 2:
        return False
    return all(byte in (9, 10, 13) or 32 <= byte < 127 for byte in head)


def _wav(data: bytes) -> Form | None:
    """The fmt and data chunks of a WAV file; None when there are none."""
    at = 12
    found: Form | None = None
    while at + 8 <= len(data):
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if name == b"fmt " and at + 24 <= len(data):
            kind = int.from_bytes(data[at + 8 : at + 10], "little")
            channels = int.from_bytes(data[at + 10 : at + 12], "little")
            rate = int.from_bytes(data[at + 12 : at + 16], "little")
            bits = int.from_bytes(data[at + 22 : at + 24], "little")
            encoding = {1: "linear16" if bits == 16 else "", 6: "alaw", 7: "mulaw"}.get(kind, "")
            found = Form(encoding, rate, channels or 1) if rate else None
        if name == b"data":
            return Form(found.encoding, found.rate, found.channels, at + 8) if found else None
        at += 8 + size + size % 2
    return None


def silent(data: bytes, how: Form) -> bool:
    """Whether no sample is louder than a whisper; compressed audio never is."""
    body = data[how.header :]
    if how.encoding == "mulaw":
        return not any(~byte & 0x7F > 0x30 for byte in body)
    if how.encoding == "alaw":
        return not any((byte ^ 0x55) & 0x7F > 0x20 for byte in body)
    if how.encoding == "linear16":
        samples = array.array("h", body[: len(body) // 2 * 2])
        if sys.byteorder == "big":
            samples.byteswap()
        return not any(abs(sample) > 300 for sample in samples)
    return not body
