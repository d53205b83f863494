"""The stand-in's voice: what it says, it reads back, and what is damaged it does not."""

from __future__ import annotations

import pytest

from dgcheck.sim import tones
from dgcheck.sim.hearing import Form, form

TEXT = "We will meet again mañana, at 10:30."
RATES = (8000, 16000, 22050, 24000, 32000, 44100, 48000)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("encoding", ["linear16", "mulaw", "alaw"])
def test_what_it_says_it_reads_back(encoding: str, rate: int) -> None:
    audio = tones.wav(tones.encoded(tones.spoken(TEXT, rate), encoding), encoding, rate)
    known = form(audio, "", 0, 1)
    assert known is not None
    assert tones.read(audio, known) == TEXT


def test_half_of_the_audio_is_half_of_the_words() -> None:
    audio = tones.spoken(TEXT, 24000)
    half = tones.read(audio[: len(audio) // 2], Form("linear16", 24000))
    assert half is not None
    assert TEXT.startswith(half)
    assert 10 < len(half) < 25


@pytest.mark.parametrize(
    "heard",
    [
        pytest.param(Form("linear16", 16000), id="at another rate"),
        pytest.param(Form("mulaw", 24000), id="in another encoding"),
        pytest.param(Form("linear16", 24000, channels=2), id="as two channels"),
    ],
)
def test_audio_that_is_misread_is_not_its_own(heard: Form) -> None:
    assert tones.read(tones.spoken(TEXT, 24000), heard) != TEXT


def test_silence_and_other_speech_are_not_its_own() -> None:
    assert tones.read(bytes(48000), Form("linear16", 24000)) is None
    assert tones.read(b"", Form("linear16", 24000)) is None
