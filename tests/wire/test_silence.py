"""Silence that can be decoded, of any length."""

from __future__ import annotations

import io
import wave

import pytest

from dgcheck.wire.audio import bundled
from dgcheck.wire.silence import of_kind, wav_head


def test_silence_is_a_whole_wav_file_of_the_size_asked_for() -> None:
    quiet = of_kind(bundled().data, 300)
    assert len(quiet) == 300
    assert int.from_bytes(quiet[4:8], "little") == 292
    place = quiet.index(b"data")
    assert int.from_bytes(quiet[place + 4 : place + 8], "little") == 300 - place - 8
    assert set(quiet[place + 8 :]) == {0xFF}


@pytest.mark.parametrize(
    ("body", "encoding", "byte"),
    [(b"\x01\x02" * 500, "linear16", 0), (b"x" * 900, "mulaw", 0xFF), (b"x" * 900, "alaw", 0xD5)],
)
def test_silence_of_raw_audio_is_its_own(body: bytes, encoding: str, byte: int) -> None:
    assert of_kind(body, 64, encoding) == bytes([byte]) * 64


@pytest.mark.parametrize("size", [46, 1000, 1 << 20])
def test_a_head_with_zeros_after_it_is_a_wav_file_that_others_can_read(size: int) -> None:
    head = wav_head(size)
    with wave.open(io.BytesIO(head + bytes(size - len(head)))) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16000, 1, 2)
        assert file.getnframes() == (size - 44) // 2


def test_the_lengths_of_a_head_end_where_the_format_does() -> None:
    assert wav_head(1 << 33)[4:8] == b"\xff\xff\xff\xff"
