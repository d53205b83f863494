"""The clip in the package: small, telephone speech, understood by a recogniser that is not ours, and reproducible."""

from __future__ import annotations

import hashlib
import importlib.util
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dgcheck.wire import riff
from dgcheck.wire.audio import bundled
from dgcheck.wire.words import error_rate
from tests.programs import missing

ROOT = Path(__file__).parents[2]


def test_the_clip_is_what_it_is_said_to_be() -> None:
    clip = bundled()
    wav = riff.read("clip", clip.data)
    assert (wav.tag, wav.rate, wav.channels, wav.bits) == (riff.MULAW, 8000, 1, 8)
    assert (clip.stream_encoding, clip.stream_rate, clip.stream_data) == ("mulaw", 8000, wav.payload)
    assert clip.seconds == wav.seconds
    assert 1.3 <= clip.seconds <= 1.7
    assert (clip.language, clip.content_type, clip.encoding) == ("en", "audio/wav", "")


def test_the_clip_fits_the_first_flight_of_a_connection() -> None:
    assert len(bundled().data) <= 13_000


def _sample(byte: int) -> int:
    """A mu-law byte as 16-bit PCM (ITU-T G.711)."""
    byte = ~byte & 0xFF
    magnitude = (((byte & 0x0F) << 3) + 0x84 << (byte >> 4 & 7)) - 0x84
    return -magnitude if byte & 0x80 else magnitude


def _at_16_khz(samples: list[int]) -> bytes:
    """Twice the rate, the samples between by a cubic through their neighbours."""
    out: list[int] = []
    padded = [0, *samples, 0, 0]
    for at in range(1, len(samples) + 1):
        before, here, after, later = padded[at - 1 : at + 3]
        out += [here, max(-32768, min(32767, (9 * (here + after) - before - later) // 16))]
    return struct.pack(f"<{len(out)}h", *out)


def test_a_recogniser_understands_every_word() -> None:
    if importlib.util.find_spec("pocketsphinx") is None:
        missing("pocketsphinx")
    import pocketsphinx

    quiet = b"\x00" * 6400
    speech = quiet + _at_16_khz([_sample(byte) for byte in bundled().stream_data]) + quiet
    decoder: Any = pocketsphinx.Decoder(pocketsphinx.Config(samprate=16000, loglevel="FATAL"))
    decoder.start_utt()
    decoder.process_raw(speech, full_utt=True)
    decoder.end_utt()
    heard = decoder.hyp().hypstr if decoder.hyp() else ""
    assert error_rate(bundled().words, heard) == 0.0, heard


@pytest.mark.peer("flite")
def test_the_script_makes_the_same_clip(tmp_path: Path, which: Callable[[str], str]) -> None:
    which("flite")
    subprocess.run(
        [sys.executable, str(ROOT / "fixtures" / "speech" / "make.py"), str(tmp_path)], check=True, capture_output=True
    )
    made = (tmp_path / "clip.wav").read_bytes()
    assert hashlib.sha256(made).hexdigest() == hashlib.sha256(bundled().data).hexdigest()
