"""What frameworks on top of an SDK say of a connection, where they leave out what stopped it.

Each only says where it hurt; the exception beneath it, where it was pasted too, leads.
"""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence
from dgcheck.model.message import Message
from dgcheck.rules.shared.ways import ways

POSSIBLE = Confidence.POSSIBLE

_OPEN = "The stream could not be opened; what stopped it is the exception beneath."
_ANYTHING = (
    "tcp_timeout",
    "dns_nxdomain",
    "tls_to_plain_port",
    "tls_unknown_ca",
    "http_unauthorized",
    "ws_upgrade_rejected",
    "model_missing",
    "bad_parameter",
)
_BUG = r"positional arguments?\b|unexpected keyword argument|has no attribute"  # the program's own, which they wrap


def _hides(stem: str, match: str, source: str) -> Message:
    return Message(
        "tcp_refused", stem, match, _OPEN, POSSIBLE, _ANYTHING, "python", wraps=True, unless=_BUG, source=source
    )


MESSAGES = (
    _hides(
        "failed to connect to deepgram",
        r"(?<!start: timed out\n)failed to connect to deepgram",
        "livekit-plugins-deepgram 1, Deepgram's examples",
    ),
    _hides("unable to connect to deepgram", "", "pipecat 0.0.40 to 0.0.99"),
    _hides("deepgram connection failed", r"deepgram connection failed, retrying in", "livekit-plugins-deepgram 0"),
    *ways(
        "tcp_refused",
        "The fetch of React Native and of Bun says so of every request without an answer, and leaves out why.",
        POSSIBLE,
        ("tcp_timeout", "dns_nxdomain", "tls_unknown_ca", "tls_self_signed", "browser_mixed_content"),
        (
            "is the computer able to access the url?",
            r"unable to connect\. is the computer able to access the url\?",
            "node",
            "Bun 1, of a handshake of TLS that failed as well",
        ),
        (
            "network request failed",
            r"typeerror: network request failed(?=[ \t\r]*(?![^\n])|[\"',])",
            "",
            "React Native",
        ),
        wraps=True,
    ),
    *ways(
        "tcp_refused",
        "python-socketio says so of every connection that did not come about; the exception before it tells why.",
        POSSIBLE,
        ("ws_upgrade_rejected", "tls_unknown_ca", "tls_self_signed", "http_unauthorized", "tcp_timeout"),
        ("connection refused by the server", "", "python", "python-socketio 4 and 5"),
        wraps=True,
    ),
)
