"""Parameters written wrong, and how they are written right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgcheck.wire.swaps import swap


@pytest.mark.parametrize(
    ("name", "value", "model", "better"),
    [
        ("keywords", "dog:2", "nova-3", "keyterm=dog"),
        ("keywords", "dog:2", "nova-2", ""),
        ("keyterm", "dog", "nova-2", "keywords=dog"),
        ("keyterm", "dog", "nova-3-medical", ""),
        ("keyterm", "dog", "", ""),
        ("language", "english", "nova-3", "language=en"),
        ("language", "en_US", "nova-3", "language=en-US"),
        ("language", "PT_br", "nova-3", "language=pt-BR"),
        ("language", "en-US", "nova-3", ""),
        ("endpointing", "300ms", "nova-3", "endpointing=300"),
        ("endpointing", "0.5s", "nova-3", "endpointing=500"),
        ("utterance_end_ms", "1s", "nova-3", "utterance_end_ms=1000"),
        ("utterance_end_ms", "500", "nova-3", "utterance_end_ms=1000"),
        ("sample_rate", "16k", "nova-3", "sample_rate=16000"),
        ("sample_rate", "44.1kHz", "nova-3", "sample_rate=44100"),
        ("encoding", "pcm_s16le", "nova-3", "encoding=linear16"),
        ("encoding", "ulaw", "nova-3", "encoding=mulaw"),
        ("encoding", "mulaw", "nova-3", ""),
        ("punctuate", "True", "nova-3", "punctuate=true"),
        ("diarize", "1", "nova-3", "diarize=true"),
        ("diarize", "off", "nova-3", "diarize=false"),
        ("diarize", "true", "nova-3", ""),
        ("tag", "yes", "nova-3", ""),
        ("endpointing", "banana", "nova-3", ""),
    ],
)
def test_known_slips(name: str, value: str, model: str, better: str) -> None:
    assert swap(name, value, model) == better


@given(
    st.sampled_from(["keywords", "language", "endpointing", "sample_rate", "encoding", "x"]),
    st.text(max_size=30),
    st.text(max_size=10),
)
def test_nothing_makes_it_raise(name: str, value: str, model: str) -> None:
    assert swap(name, value, model) != f"{name}={value}"
