"""A transcript names nothing, whatever was spoken; an error beside it does."""

from __future__ import annotations

import pytest

from tests.explain.reading import named

WORDS = "the connection was refused: connection refused, no route to host, unexpected server response: 502"


@pytest.mark.parametrize(
    "text",
    [
        f'{{"type":"Results","channel":{{"alternatives":[{{"transcript":"{WORDS}","confidence":0.99}}]}}}}',
        f'2026-01-01T00:00:00Z INFO {{"transcript": "{WORDS}", "is_final": true}}',
        f"ListenV1Results(transcript='{WORDS}', confidence=0.9)",
        f"{{'transcript': '{WORDS}'}}",
        f'{{"punctuated_word":"refused.","transcript":"I said \\\\"no\\\\" {WORDS}"}}',
        f"Transcript: {WORDS}",
        f'Connected. Transcript: "{WORDS}"',
        f"speaker: {WORDS}",
        f"[2026-01-01 00:00:00] INFO: Final transcript: {WORDS}",
        f"2026-01-01T00:00:00Z transcript: {WORDS}",
    ],
)
def test_what_was_spoken_names_nothing(text: str) -> None:
    assert named(text) == ("unrecognised", "")


@pytest.mark.parametrize(
    "text",
    [
        '{"transcript":"hello","error":"connect ECONNREFUSED 10.1.2.3:8080"}',
        "transcript='hello' then connect ECONNREFUSED 10.1.2.3:8080",
        "Failed to get a transcript: connect ECONNREFUSED 10.1.2.3:8080",
        "error while the transcript was read: connect ECONNREFUSED 10.1.2.3:8080",
        "Transcript: hello\nError: connect ECONNREFUSED 10.1.2.3:8080",
    ],
)
def test_what_stands_beside_it_does(text: str) -> None:
    assert named(text)[0] == "tcp_refused"
