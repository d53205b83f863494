"""Speech in the form that a request out of a log declares."""

from __future__ import annotations

import struct

import pytest

from dgcheck.wire.audio import bundled
from dgcheck.wire.replay import speech_for, transcribes


@pytest.mark.parametrize(
    ("replay", "does"),
    [
        ("/v1/listen?model=a", True),
        ("/dg/listen?model=a", True),
        ("/v1/models?x=1", False),
        ("/v2/listen?model=flux", False),
    ],
)
def test_what_asks_for_a_transcription(replay: str, does: bool) -> None:
    assert transcribes(replay) is does


def test_linear_speech_is_as_long_and_as_loud() -> None:
    clip = bundled()
    found = speech_for(clip, "/v1/listen?encoding=linear16&sample_rate=16000")
    assert found is not None
    samples = struct.unpack(f"<{len(found.stream_data) // 2}h", found.stream_data)
    assert len(samples) == 2 * len(clip.stream_data)
    assert max(samples) > 3000


def test_mulaw_at_its_own_rate_is_the_clip_itself() -> None:
    clip = bundled()
    found = speech_for(clip, "/v1/listen?encoding=mulaw&sample_rate=8000")
    assert found is not None
    different = sum(a != b for a, b in zip(found.stream_data, clip.stream_data, strict=True))
    assert different <= sum(byte in (0x7F, 0xFF) for byte in clip.stream_data)  # the two zeros of mu-law


def test_what_we_cannot_make_is_not_made() -> None:
    assert speech_for(bundled(), "/v1/listen?encoding=opus") is None
