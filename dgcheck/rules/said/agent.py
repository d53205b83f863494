"""Words of the voice agent about the settings that it was sent."""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence
from dgcheck.rules.shared.ways import ways

_PAGE = "developers.deepgram.com/docs/voice-agent-errors-warnings"

MESSAGES = (
    *ways(
        "audio_not_received",
        "The voice agent closed the stream because no audio and no message reached it in time.",
        Confidence.LIKELY,
        ("ws_closed_early",),
        ("we waited too long for a websocket message", "", "deployment", _PAGE),
        over=("ws_closed_early",),
    ),
    *ways(
        "agent_settings_refused",
        "The voice agent refused its Settings message: it could be read, and a value in it cannot be used here, such "
        "as a model that is not installed or a language model without a key.",
        Confidence.LIKELY,
        ("model_missing",),
        ("invalid_settings", r"\bINVALID_SETTINGS\b[^\n]*", "deployment", _PAGE),
        over=("ws_closed_early", "bad_parameter"),
    ),
    *ways(
        "agent_settings_refused",
        "The voice agent got a message before its Settings, or Settings twice: they have to come first, and once.",
        Confidence.LIKELY,
        ("ws_closed_early",),
        (
            "non_settings_message_before_settings",
            r"\bNON_SETTINGS_MESSAGE_BEFORE_SETTINGS\b[^\n]*",
            "deployment",
            _PAGE,
        ),
        ("settings_already_applied", r"\bSETTINGS_ALREADY_APPLIED\b[^\n]*", "deployment", _PAGE),
        over=("ws_closed_early", "bad_parameter"),
    ),
)
