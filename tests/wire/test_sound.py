"""What spoken audio is, by its bytes."""

from __future__ import annotations

import random
import struct

import pytest

from dgcheck.sim import tones
from dgcheck.wire import sound
from dgcheck.wire.audio import bundled

CLIP = bundled().data
SPOKEN = tones.spoken("hello there", 24000)


def wav(payload: bytes, *, tag: int = 1, rate: int = 24000, bits: int = 16, size: int | None = None) -> bytes:
    """A WAV file that says it holds `size` bytes."""
    form = struct.pack("<HHIIHH", tag, 1, rate, rate * bits // 8, bits // 8, bits)
    declared = len(payload) if size is None else size
    return (
        b"RIFF"
        + bytes(4)
        + b"WAVEfmt "
        + struct.pack("<I", 16)
        + form
        + b"data"
        + struct.pack("<I", declared)
        + payload
    )


@pytest.mark.parametrize(
    ("data", "form", "encoding", "lasts", "silent"),
    [
        pytest.param(CLIP, "WAV", "mulaw", 1.5625, False, id="the bundled clip"),
        pytest.param(wav(SPOKEN), "WAV", "linear16", len(SPOKEN) / 48000, False, id="linear16"),
        pytest.param(
            wav(SPOKEN, size=0xFFFFFFFF), "WAV", "linear16", len(SPOKEN) / 48000, False, id="of no known length"
        ),
        pytest.param(
            wav(SPOKEN, size=0x7FFFFFFF), "WAV", "linear16", len(SPOKEN) / 48000, False, id="of a made-up length"
        ),
        pytest.param(wav(bytes(48000)), "WAV", "linear16", 1.0, True, id="silence"),
        pytest.param(wav(b"\xff" * 8000, tag=7, rate=8000, bits=8), "WAV", "mulaw", 1.0, True, id="mu-law silence"),
        pytest.param(wav(b"\xd5" * 8000, tag=6, rate=8000, bits=8), "WAV", "alaw", 1.0, True, id="A-law silence"),
        pytest.param(tones.mp3(2.4), "MP3", "", 2.4, None, id="MP3"),
        pytest.param(b"ID3\x04\0\0\0\0\0\x05hello" + tones.mp3(2.4), "MP3", "", 2.4, None, id="MP3 behind a tag"),
        pytest.param(b"OggS" + bytes(60), "Ogg", "", None, None, id="Ogg"),
        pytest.param(b"fLaC" + bytes(60), "FLAC", "", None, None, id="FLAC"),
    ],
)
def test_what_it_is(data: bytes, form: str, encoding: str, lasts: float | None, silent: bool | None) -> None:
    found = sound.read(data)
    assert (found.form, found.encoding, found.silent, found.trouble) == (form, encoding, silent, "")
    assert found.lasts == (None if lasts is None else pytest.approx(lasts, abs=0.03))
    assert found.size == len(data)


def test_bare_samples_are_what_they_were_asked_for_as() -> None:
    found = sound.read(SPOKEN, encoding="linear16", rate=24000)
    assert (found.form, found.silent) == ("raw", False)
    assert found.lasts == pytest.approx(len(SPOKEN) / 48000)
    assert sound.read(bytes(1000), encoding="linear16", rate=24000).silent is True


@pytest.mark.parametrize(
    ("data", "trouble"),
    [
        pytest.param(b"", "is empty", id="nothing"),
        pytest.param(bytes(64), "begins with 00 00 00 00, which no audio format does", id="zeros"),
        pytest.param(b"RIFF\0\0\0\0WAVEfmt ", "cut off", id="a WAV file that ends in its head"),
        pytest.param(b"\xff\xfb\x90\x00", "has no whole frame", id="a frame that is not whole"),
    ],
)
def test_what_is_wrong_with_it(data: bytes, trouble: str) -> None:
    assert trouble in sound.read(data).trouble


def test_no_bytes_make_it_fail() -> None:
    made = random.Random(7)
    heads = (b"", b"RIFF\0\0\0\0WAVE", b"RIFF\0\0\0\0WAVEfmt ", b"\xff\xfb", b"\xff\xf3\x64\xc4", b"ID3", b"OggS")
    for number in range(600):
        data = heads[number % len(heads)] + made.randbytes(made.randrange(400))
        found = sound.read(data, encoding=made.choice(("", "linear16", "mulaw", "alaw")), rate=8000)
        assert found.lasts is None or found.lasts >= 0
