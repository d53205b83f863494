"""Status lines as `curl -i` and `curl -v` print them, and as they are copied from a browser's network tab.

What a status means is told in `rules/shared/meanings.py`. Where the transcript goes on to another answer (a redirect
that was followed, an upgrade that came about), the line says nothing.
"""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence
from dgcheck.model.message import Message
from dgcheck.rules.shared.meanings import REQUEST, UPGRADE, Meaning

_ASKED = r"sec-websocket-key|upgrade: ?websocket"
# Answers that other messages read better, and those after which a later one counts.
_BETTER = r"http/[\d.]+ (?:10[13]|20\d)\b|connect tunnel failed|from proxy after connect|x-squid-error|<html"
_START = r"(?:\A|\n)[ \t]{0,8}(?:< ?|\* ?)?"
_MISMATCH = (
    Meaning(
        "464",
        "alpn_http2_only",
        Confidence.POSSIBLE,
        ("ws_upgrade_not_forwarded", "http_bad_gateway", "ws_upgrade_rejected"),
        "AWS answered 464: client and target group speak different versions of HTTP.",
    ),
)


def _lines(one: Meaning, near: str, unless: str) -> tuple[Message, ...]:
    """A status in each version of HTTP: stems with the first digit, which the lines of access logs do not have."""
    return tuple(
        Message(
            one.cause,
            f"http/{version} {one.statuses[0]}",
            rf"{_START}http/{version.replace('.', '[.]')} (?P<status>{one.statuses})(?!\d)",
            one.says,
            Confidence.POSSIBLE if one.confidence is Confidence.POSSIBLE else Confidence.LIKELY,
            one.alt,
            "curl",
            near=near,
            unless=unless,
            source="RFC 9112 §4, curl 7 and 8",
        )
        for version in ("1.0", "1.1", "2")
    )


_PLAIN = r"http/[\d.]+ 10[13]\b|connection established|connect tunnel"  # what keeps 200 from being the last word

MESSAGES = (
    *(
        message
        for one in (*UPGRADE, *_MISMATCH)
        if not one.near and one.statuses != "101"
        for message in _lines(one, _ASKED, _PLAIN if one.statuses.startswith("20") else _BETTER)
    ),
    *(message for one in (*REQUEST, *_MISMATCH) for message in _lines(one, "", rf"{_BETTER}|{_ASKED}")),
)
