"""Speech to send: the clip that comes with dgcheck, or a file of the user's.

A file is told by its first bytes, never by its name. What is sent to REST is the file as it is; what a stream sends are
bare samples where they can be taken out of a WAV file, since a stream of raw audio is the documented case.
"""

from __future__ import annotations

import os
from typing import Any

from dgcheck.model.errors import UsageError
from dgcheck.model.target import Audio
from dgcheck.wire import riff

RAW = "application/octet-stream"
LARGEST = 100 * 2**20  # bytes; a diagnosis needs seconds of speech, and the file is held in memory
RATES = (4000, 384000)

# Bytes of one sample; 0 = compressed. REST and streams together (self-hosted-api.md §2.2, `encoding`).
ENCODINGS = {
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

# Magic at an offset -> name, content type, whether a stream takes it without `encoding` (self-hosted-api.md §9.8 says
# so of WebM and Ogg; of the others it says nothing, so they go to REST alone).
_CONTAINERS: tuple[tuple[int, bytes, str, str, bool], ...] = (
    (0, b"OggS", "Ogg", "audio/ogg", True),
    (0, b"\x1aE\xdf\xa3", "WebM", "audio/webm", True),
    (0, b"fLaC", "FLAC", "audio/flac", False),
    (0, b"ID3", "MP3", "audio/mpeg", False),
    (4, b"ftyp", "MP4", "audio/mp4", False),
    (0, b"#!AMR", "AMR", "audio/amr", False),
    (0, b"FORM", "AIFF", "audio/aiff", False),
    (0, b"caff", "CAF", "audio/x-caf", False),
    (0, b".snd", "AU", "audio/basic", False),
    (0, b"RF64", "RF64", "audio/wav", False),
)
# The one container in which each of these encodings may also be declared.
_OWN_CONTAINER = {"flac": "FLAC", "ogg-opus": "Ogg", "amr-nb": "AMR", "amr-wb": "AMR"}

_NOT_AUDIO = (
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip file"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"version https://git-lfs", "a Git LFS pointer, not the recording itself: run git lfs pull"),
)


def bundled() -> Audio:
    """The clip in the package: 1.56 s of English, 8 kHz mu-law, spoken by `fixtures/speech/make.py`.

    REST gets it as a WAV file, a stream gets its bare samples. Small enough (12.5 KB) for the first flight of a new
    connection, so that sending it costs no round trip of its own.
    """
    import json

    loader: Any = __spec__.loader
    if not hasattr(loader, "get_data"):  # pragma: no cover - every loader of files has it
        raise UsageError("the bundled clip cannot be read from this installation; name a recording with --audio FILE")
    folder = os.path.join(os.path.dirname(os.path.dirname(__file__)), "speech")
    data: bytes = loader.get_data(os.path.join(folder, "clip.wav"))
    about = json.loads(loader.get_data(os.path.join(folder, "clip.json")))
    return _from_wav("bundled clip", data, words=str(about["words"]), language=str(about["language"]))


def read(name: str, data: bytes, *, encoding: str = "", sample_rate: int = 0, words: str = "") -> Audio:
    """A recording of the user's. `words` are what is said in it, '' when not told; its language is not known ('').

    WAV and other containers say themselves what they hold; raw samples need `encoding` and `sample_rate` (Hz). Raises
    UsageError, and nothing else, when the bytes cannot be sent as speech.
    """
    _refuse_what_is_no_audio(name, data)
    kind = container(data)
    if encoding and encoding not in ENCODINGS:
        raise UsageError(f"{encoding!r} is no encoding of raw audio; known are {', '.join(ENCODINGS)}")
    if kind and encoding and _OWN_CONTAINER.get(encoding) != kind:
        raise UsageError(
            f"{name} is a {kind} file, which says itself how its audio is encoded; --encoding is for raw audio, and "
            "declaring it would make good audio undecodable: leave it out"
        )
    if kind == "WAV":
        return _from_wav(name, data, words=words, language="")
    if encoding:
        return _from_raw(name, data, encoding, sample_rate, words)
    if not kind:
        head = data[:4].hex(" ")
        raise UsageError(
            f"{name} begins with {head}, which is no audio file that dgcheck knows; if it holds raw samples, say "
            "which: --encoding linear16 --sample-rate 16000"
        )
    content_type, streamable = next((kept[3], kept[4]) for kept in _all_containers() if kept[2] == kind)
    return Audio(
        data=data, words=words, content_type=content_type, language="", name=name, seconds=0.0, streamable=streamable
    )


def container(data: bytes) -> str:
    """The container that the first bytes tell of (`WAV`, `Ogg`, `MP3`...), '' when they tell of none."""
    if riff.is_wav(data):
        return "WAV"
    for at, magic, name, _, _ in _CONTAINERS:
        if data[at : at + len(magic)] == magic:
            return name
    return _mpeg(data)


def _all_containers() -> tuple[tuple[int, bytes, str, str, bool], ...]:
    return (*_CONTAINERS, (0, b"", "AAC", "audio/aac", False))


def _mpeg(data: bytes) -> str:
    """MP3 or AAC by a frame's sync bits: eleven ones, then version and layer (layer 0 is AAC's ADTS)."""
    if len(data) < 4 or data[0] != 0xFF or data[1] & 0xE0 != 0xE0:
        return ""
    version, layer = data[1] >> 3 & 3, data[1] >> 1 & 3
    if data[1] & 0xF6 == 0xF0:
        return "AAC"
    reserved = version == 1 or layer == 0 or data[2] >> 4 in (0, 15) or data[2] >> 2 & 3 == 3
    return "" if reserved else "MP3"


def _from_wav(name: str, data: bytes, *, words: str, language: str) -> Audio:
    wav = riff.read(name, data)
    frames, encoding = riff.as_stream(wav)
    return Audio(
        data=data,
        words=words,
        content_type="audio/wav",
        channels=wav.channels,
        seconds=wav.seconds,
        language=language,
        name=name,
        streamable=bool(encoding),
        stream_data=frames,
        stream_encoding=encoding,
        stream_rate=wav.rate if encoding else 0,
    )


def _from_raw(name: str, data: bytes, encoding: str, sample_rate: int, words: str) -> Audio:
    if not sample_rate:
        raise UsageError(f"{name}: raw {encoding} audio needs its rate too: --sample-rate 8000")
    if not RATES[0] <= sample_rate <= RATES[1]:
        raise UsageError(f"a sample rate of {sample_rate} Hz is outside {RATES[0]} to {RATES[1]}")
    width = ENCODINGS[encoding]
    return Audio(
        data=data,
        words=words,
        content_type=RAW,
        encoding=encoding,
        sample_rate=sample_rate,
        seconds=len(data) / (width * sample_rate) if width else 0.0,
        language="",
        name=name,
    )


def _refuse_what_is_no_audio(name: str, data: bytes) -> None:
    if not data:
        raise UsageError(f"{name} is empty: there is no audio in it")
    if len(data) > LARGEST:
        raise UsageError(
            f"{name} has {len(data) >> 20} MiB; dgcheck sends {LARGEST // 2**20} at most: a few seconds are enough"
        )
    for magic, what in _NOT_AUDIO:
        if data.startswith(magic):
            raise UsageError(f"{name} is {what}; dgcheck needs a recording of speech")
    text = _text(data)
    if text:
        raise UsageError(f"{name} holds {text}, not audio; was an error page or a listing saved in its place?")


def _text(data: bytes) -> str:
    """What kind of text it is, '' when it is none. Raw samples of any encoding are not 512 bytes of text."""
    head = data[:512]
    if head.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return "text" if head.startswith(b"\xef\xbb\xbf") or b"\x00" in head[3:8] else ""
    if any(byte < 9 or 13 < byte < 32 or byte > 126 for byte in head):
        return ""
    if data.startswith((b"#!AMR", b"RIFF", b"FORM")):
        return ""
    start = head.lstrip()[:1]
    return {b"<": "HTML or XML", b"{": "JSON", b"[": "JSON"}.get(start, "text")
