"""Words about audio: it cannot be decoded, cannot be fetched, did not arrive."""

from __future__ import annotations

import re

from dgcheck.model.catalogue import Confidence
from dgcheck.model.message import Message
from dgcheck.wire.remote import TEXTS

LIKELY, POSSIBLE = Confidence.LIKELY, Confidence.POSSIBLE

_CLOSE = "wire reference §4.5"
_UNDECODED = "The deployment could not decode what it was sent as audio"
_NONE_CAME = "The deployment closed the stream because no audio and no message reached it in time"
_NO_TEXT = (
    "The deployment closed the stream because it had no result in time: no audio that it could use arrived, or its "
    "Engine is stuck or overloaded"
)
# Other causes of a stream without results.
_NO_TEXT_ALT = ("http_server_error", "audio_undecodable", "engine_disconnected")


def _fetch(part: str, kind: str, means: str) -> Message:
    """A failed fetch: the words of `dgcheck.wire.remote`, held together with what only a deployment says."""
    alone = kind in ("private", "unresolved", "text")
    match = "" if alone else rf"(?:remote (?:media )?server[^\n]{{0,60}}?)?{re.escape(part)}[^\n]*"
    near = "" if alone else r"remote (?:media )?server|REMOTE_CONTENT_ERROR|Could not parse URL as a URI"
    says = f"The deployment could not fetch the audio from its address: {means}."
    return Message(
        "remote_url_blocked",
        part,
        match,
        says,
        speaker="deployment",
        near=near,
        over=("http_forbidden", "http_not_found", "http_unauthorized", "bad_parameter"),
        source="wire reference §4.4",
    )


_FETCHES = tuple(_fetch(part, kind, means) for part, kind, means in TEXTS if kind != "no_audio")

MESSAGES = (
    *_FETCHES,
    Message(
        "remote_url_blocked",
        "remote_content_error",
        r"REMOTE_CONTENT_ERROR",
        "The deployment could not fetch the audio from its address.",
        speaker="deployment",
        over=("bad_parameter",),
        source="wire reference §4.4",
    ),
    Message(
        "audio_undecodable",
        "corrupt or unsupported data",
        r"(?:Bad Request:\s*)?(?:failed to process audio:\s*)?corrupt or unsupported data[^\n]*",
        f"{_UNDECODED}: another format than the request says, an empty body, a page or JSON in its place.",
        LIKELY,
        ("remote_url_blocked", "audio_not_received"),
        "deployment",
        over=("bad_parameter",),
        source="wire reference §4.2",
    ),
    Message(
        "audio_undecodable",
        "data-0000",
        r"(?:\b1008\b[^\n]{0,60})?(?<![\w-])DATA-0000\b",
        f"{_UNDECODED}: wrong encoding or sample_rate, a file with a header sent as raw audio, or no audio at all.",
        LIKELY,
        ("audio_not_received",),
        "deployment",
        over=("ws_closed_early",),
        source=_CLOSE,
    ),
    Message(
        "audio_undecodable",
        "dpgr.am/data0000",
        "",
        f"{_UNDECODED}: wrong encoding or sample_rate, a file with a header sent as raw audio, or no audio at all.",
        LIKELY,
        ("audio_not_received",),
        "deployment",
        over=("ws_closed_early",),
        source=_CLOSE,
    ),
    Message(
        "audio_not_received",
        "did not receive audio data or a text message",
        r"(?:\b1011\b[^\n]{0,60})?did not receive audio data or a text message[^\n]*",
        f"{_NONE_CAME}.",
        LIKELY,
        ("ws_idle_cut",),
        "deployment",
        over=("ws_closed_early", "ws_idle_cut"),
        source=_CLOSE,
    ),
    Message(
        "audio_not_received",
        "net-0001",
        r"(?:\b1011\b[^\n]{0,60})?(?<![\w-])NET-0001\b",
        f"{_NONE_CAME}.",
        LIKELY,
        ("ws_idle_cut",),
        "deployment",
        over=("ws_closed_early", "ws_idle_cut"),
        source=_CLOSE,
    ),
    Message(
        "audio_not_received",
        "dpgr.am/net0001",
        "",
        f"{_NONE_CAME}.",
        LIKELY,
        ("ws_idle_cut",),
        "deployment",
        over=("ws_closed_early", "ws_idle_cut"),
        source=_CLOSE,
    ),
    Message(
        "audio_not_received",
        "did not provide a response message within",
        r"(?:\b1011\b[^\n]{0,60})?did not provide a response message within[^\n]*",
        f"{_NO_TEXT}.",
        LIKELY,
        _NO_TEXT_ALT,
        "deployment",
        over=("ws_closed_early",),
        source=_CLOSE,
    ),
    Message(
        "audio_not_received",
        "net-0000",
        r"(?:\b1011\b[^\n]{0,60})?(?<![\w-])NET-0000\b",
        f"{_NO_TEXT}.",
        LIKELY,
        _NO_TEXT_ALT,
        "deployment",
        over=("ws_closed_early",),
        source=_CLOSE,
    ),
    Message(
        "audio_not_received",
        "dpgr.am/net0000",
        "",
        f"{_NO_TEXT}.",
        LIKELY,
        _NO_TEXT_ALT,
        "deployment",
        over=("ws_closed_early",),
        source=_CLOSE,
    ),
    Message(
        "audio_not_received",
        "net-0002",
        r"(?:\b1011\b[^\n]{0,60})?(?<![\w-])NET-0002\b",
        "The deployment closed the stream. On a stream of speech it says so when no audio came for too long.",
        POSSIBLE,
        ("ws_closed_early", "ws_idle_cut"),
        "deployment",
        source=_CLOSE,
    ),
    Message(
        "audio_not_received",
        "client_message_timeout",
        r"\bCLIENT_MESSAGE_TIMEOUT\b[^\n]*",
        "The voice agent ended the call because no audio came for too long.",
        LIKELY,
        ("ws_idle_cut",),
        "deployment",
        over=("ws_closed_early",),
        source="deployment, messages of /v1/agent/converse",
    ),
    Message(
        "audio_not_received",
        "inactive_client",
        r"\bINACTIVE_CLIENT\b[^\n]*",
        "The deployment ended the stream because no audio came for too long.",
        LIKELY,
        ("ws_idle_cut",),
        "deployment",
        over=("ws_closed_early",),
        source="livekit/agents, pull request 3579",
    ),
    Message(
        "bad_parameter",
        "unparsable_client_message",
        r"\bUNPARSABLE_CLIENT_MESSAGE\b[^\n]*",
        "The voice agent could not read a message: its settings have a field that is wrong, or is for another release.",
        POSSIBLE,
        ("ws_closed_early",),
        "deployment",
        source="deployment, messages of /v1/agent/converse",
    ),
    Message(
        "audio_not_received",
        "no_audio_timeout",
        "",
        "The deployment closed the stream because no audio came for too long.",
        LIKELY,
        ("ws_idle_cut",),
        "deployment",
        over=("ws_closed_early",),
        source=_CLOSE,
    ),
    Message(
        "ws_closed_early",
        "net-0003",
        r"(?:\b1011\b[^\n]{0,60})?(?<![\w-])NET-0003\b",
        "The deployment closed a stream of speech to be spoken, because it had reached the age at which it ends.",
        LIKELY,
        (),
        "deployment",
        source=_CLOSE,
    ),
    Message(
        "ws_frame_too_large",
        "big-000",
        r"(?:\b1009\b[^\n]{0,60})?(?<![\w-])BIG-000[01]\b",
        "A message on the socket, or the text in it, was larger than the deployment takes.",
        LIKELY,
        ("ws_closed_early",),
        "deployment",
        source=_CLOSE,
    ),
    Message(
        "audio_not_received",
        "metadata",
        r"[\"']?\btype[\"']?\s*[:=]\s*[\"']Metadata[\"'](?:(?!\btype\b)[\s\S]){0,700}?[\"']?\bduration[\"']?\s*[:=]\s*"
        r"0(?:\.0+)?(?=\s*[,)}\n]|\s*$)",
        "The stream ended with a duration of 0: no audio that could be decoded arrived.",
        LIKELY,
        ("audio_undecodable", "ws_closed_early"),
        "deployment",
        source="wire reference §3.2; deepgram-js-sdk, issue 336",
    ),
)
