"""What a WebSocket close says: Deepgram's token in its reason, and the code's name (self-hosted-api.md §4.5)."""

from __future__ import annotations

from dgcheck.model.pattern import pattern
from dgcheck.model.record import dataclass

_TOKEN = pattern(r"(?i)(?<![a-z])(net|data|big|message)[-_ ]?(\d{4})(?!\d)")
# Names of RFC 6455 §7.4.1 and the IANA registry of close codes.
_NAMES = {
    1000: "normal closure",
    1001: "going away",
    1002: "protocol error",
    1003: "unsupported data",
    1005: "no code",
    1006: "no close frame",
    1007: "invalid data",
    1008: "policy violation",
    1009: "message too big",
    1010: "extension missing",
    1011: "internal error",
    1012: "service restart",
    1013: "try again later",
    1014: "bad gateway",
    1015: "TLS failure",
}


@dataclass(frozen=True, slots=True)
class Close:
    """A close as read. `token` is `NET-0001`, `DATA-0000`... in that one spelling, '' when the reason has none;
    `deepgram` tells that the reason is in Deepgram's words, so that no proxy wrote it.
    """

    code: int | None
    token: str
    deepgram: bool
    name: str


def read_close(code: int | None, reason: str) -> Close:
    """Read a close code and its reason; never raises.

    The reasons captured spell the token only inside a link (`https://dpgr.am/net0001`), the documentation
    spells it `NET-0001`; both are read, in any case.
    """
    found = _TOKEN.search(reason)
    token = f"{found.group(1).upper()}-{found.group(2)}" if found else ""
    ours = bool(token) or "dpgr.am" in reason.lower() or "deepgram" in reason.lower()
    return Close(code=code, token=token, deepgram=ours, name=_NAMES.get(code or 0, ""))


def close_words(code: int | None, reason: str) -> str:
    """A close in words: `code 1011 (internal error), “…reason…”`, `no close frame`."""
    if code is None:
        return "no close frame"
    name = _NAMES.get(code, "")
    shown = f"code {code} ({name})" if name else f"code {code}"
    brief = " ".join(reason.split())[:160]
    return f"{shown}, “{brief}”" if brief else shown
