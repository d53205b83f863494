"""What the stand-in makes of bytes that are meant to be audio."""

from __future__ import annotations

import array
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgcheck.sim.hearing import Form, container, form, silent
from tests.sim.asking import CLIP

TONE = array.array("h", [8000, -8000] * 4000).tobytes()
QUIET = array.array("h", [12, -12] * 4000).tobytes()


def wav(tag: int, bits: int, rate: int, payload: bytes, before: bytes = b"", channels: int = 1) -> bytes:
    block = channels * bits // 8
    fmt = struct.pack("<HHIIHH", tag, channels, rate, rate * block, block, bits)
    body = (
        b"WAVE" + before + b"fmt " + struct.pack("<I", 16) + fmt + b"data" + struct.pack("<I", len(payload)) + payload
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize(
    ("data", "seconds", "encoding"),
    [
        pytest.param(wav(1, 16, 16000, TONE), 0.5, "linear16", id="PCM"),
        pytest.param(wav(7, 8, 8000, b"\x10" * 8000), 1.0, "mulaw", id="mu-law"),
        pytest.param(wav(6, 8, 8000, b"\x10" * 4000), 0.5, "alaw", id="A-law"),
        pytest.param(wav(1, 16, 8000, TONE, channels=2), 0.5, "linear16", id="stereo"),
        pytest.param(wav(1, 16, 8000, TONE, before=b"LIST\x03\0\0\0abc\0"), 1.0, "linear16", id="another chunk first"),
        pytest.param(CLIP.data, CLIP.seconds, "mulaw", id="the bundled clip"),
    ],
)
def test_a_wav_file_tells_its_length(data: bytes, seconds: float, encoding: str) -> None:
    found = form(data, "", 0, 1)
    assert found is not None
    assert found.encoding == encoding
    assert found.seconds(len(data)) == pytest.approx(seconds, abs=0.01)


@pytest.mark.parametrize(
    ("encoding", "rate", "size", "seconds"),
    [
        pytest.param("mulaw", 8000, 8000, 1.0, id="mulaw"),
        pytest.param("linear16", 16000, 32000, 1.0, id="linear16"),
        pytest.param("linear32", 8000, 32000, 1.0, id="linear32"),
        pytest.param("opus", 48000, 4000, 1.0, id="compressed, guessed"),
    ],
)
def test_raw_audio_lasts_as_long_as_it_was_declared(encoding: str, rate: int, size: int, seconds: float) -> None:
    found = form(b"\x11" * size, encoding, rate, 1)
    assert found is not None
    assert found.seconds(size) == seconds


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        pytest.param(b"", "mulaw", id="nothing"),
        pytest.param(b"\x11" * 100, "", id="raw, undeclared"),
        pytest.param(CLIP.data, "linear16", id="a container declared as raw"),
        pytest.param(b"OggS" + b"\0" * 100, "opus", id="Ogg declared as opus"),
        pytest.param(b'{"type":"KeepAlive"}', "linear16", id="JSON"),
        pytest.param(b"  <html><body>", "mulaw", id="HTML"),
        pytest.param(b"\x11" * 100, "flac", id="no FLAC"),
        pytest.param(b"RIFF\0\0\0\0WAVE", "", id="a WAV file that ends at once"),
    ],
)
def test_what_cannot_be_decoded(data: bytes, encoding: str) -> None:
    assert form(data, encoding, 16000, 1) is None


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        pytest.param(b"OggS" + b"\0" * 100, "ogg-opus", id="Ogg"),
        pytest.param(b"fLaC" + b"\0" * 100, "flac", id="FLAC"),
        pytest.param(b"OggS" + b"\0" * 100, "", id="Ogg, undeclared"),
        pytest.param(b"\0\0\0\x20ftypM4A ", "", id="MP4"),
        pytest.param(b"[\x00\x9c\x11\x22", "linear16", id="samples that begin like JSON"),
    ],
)
def test_what_can(data: bytes, encoding: str) -> None:
    assert form(data, encoding, 48000, 1) is not None


@pytest.mark.parametrize(
    ("data", "encoding", "quiet"),
    [
        pytest.param(TONE, "linear16", False, id="tone"),
        pytest.param(QUIET, "linear16", True, id="quiet"),
        pytest.param(b"\0" * 1000, "linear16", True, id="zeros"),
        pytest.param(b"\xff\x7f" * 500, "mulaw", True, id="mu-law zeros"),
        pytest.param(b"\x10" * 500, "mulaw", False, id="mu-law tone"),
        pytest.param(b"\xd5\x55" * 500, "alaw", True, id="A-law zeros"),
        pytest.param(b"\x2a" * 500, "alaw", False, id="A-law tone"),
        pytest.param(b"\0" * 1000, "opus", False, id="compressed is never called silent"),
        pytest.param(CLIP.stream_data, "mulaw", False, id="the clip"),
    ],
)
def test_silence(data: bytes, encoding: str, quiet: bool) -> None:
    assert silent(data, Form(encoding, 8000)) is quiet


@given(data=st.binary(max_size=200), encoding=st.sampled_from(["", "linear16", "mulaw", "alaw", "flac", "opus"]))
def test_any_bytes_have_a_length_or_none(data: bytes, encoding: str) -> None:
    container(data)
    found = form(data, encoding, 8000, 1)
    if found is not None:
        assert found.seconds(len(data)) >= 0
        silent(data, found)
