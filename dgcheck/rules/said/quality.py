"""Words of answers and logs that succeed and yet are not right: nothing heard, or heard slowly."""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence
from dgcheck.model.message import Message

LIKELY, POSSIBLE = Confidence.LIKELY, Confidence.POSSIBLE

MESSAGES = (
    Message(
        "transcript_empty",
        '"channels"',
        r'"channels"\s*:\s*\[\s*\{\s*"alternatives"\s*:\s*\[\s*\{\s*"transcript"\s*:\s*""\s*,\s*"confidence"\s*:\s*0(?:\.0+)?'
        r'\s*,\s*"words"\s*:\s*\[\s*\]\s*\}\s*\]\s*\}\s*\]',
        "The request succeeded and its transcript is empty. If the recording holds speech, it was not heard as such.",
        LIKELY,
        ("audio_undecodable", "model_language"),
        "deployment",
        source="wire reference §3.1",
    ),
    Message(
        "engine_disconnected",
        "impeller::config: using devices: cpu",
        "",
        "The Engine found no GPU and runs on the CPU, several times slower than real time.",
        POSSIBLE,
        ("engine_slower_than_realtime", "slow_response"),
        "engine",
        source="Deepgram's dg_log_parser.sh, wire reference §7.5 and §9.7",
    ),
    Message(
        "slow_response",
        "running model on device cpu",
        "",
        "The Engine runs Flux without a GPU, several times slower than real time.",
        POSSIBLE,
        ("engine_slower_than_realtime", "engine_disconnected", "ws_no_results"),
        "engine",
        source="wire reference §7.5",
    ),
    Message(
        "slow_response",
        "half_precision=false",
        "",
        "The Engine runs without half precision: the GPU is an old one, or it was switched off.",
        POSSIBLE,
        (),
        "engine",
        source="Deepgram's dg_log_parser.sh, wire reference §7.5",
    ),
    Message(
        "slow_response",
        "audio_window_end increased by more than",
        r"audio_window_end increased by more than[^\n]*",
        "The Engine cannot keep up with its Flux streams: max_streams is too high for this GPU.",
        POSSIBLE,
        ("ws_no_results", "ws_closed_early"),
        "engine",
        source="wire reference §7.5",
    ),
)
