"""What became of a socket that was held open: how long it lived, on what, and how it ended."""

from __future__ import annotations

from dgcheck.model.evidence import Seen
from dgcheck.model.record import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Held(Seen):
    """One WebSocket that was held open after a little audio. `upgrade` is the id of its handshake's evidence.

    `plan` is how: `silent`, `keepalive` (one every few seconds) or `audio` (silence, in real time). It was to be held
    for `tried` seconds; then CloseStream went out (`farewell_at`), whose answer shows that it still lived. `spoke_at`
    and `heard_at` are the last moments at which anything went out or came in before `ended_at`.

    `closed_by` is `server` (a close frame), `fin`, `reset` or ''; `ending` is answered, closed, reset, broken, or
    timed_out where nothing came after the farewell. `unacked` counts the segments that the peer's kernel had not
    acknowledged at the end, `acked_at` is when it last acknowledged any; None where this kernel does not tell.
    """

    upgrade: str
    address: str = ""
    plan: str = ""
    tried: float = 0.0
    opened_at: float = 0.0
    audio_sent_at: float | None = None
    spoke_at: float = 0.0
    heard_at: float = 0.0
    farewell_at: float | None = None
    ended_at: float = 0.0
    sent_messages: int = 0
    sent_bytes: int = 0
    keepalives: int = 0
    heard_messages: int = 0
    results: int = 0
    close_code: int | None = None
    close_reason: str = ""
    closed_by: str = ""
    unacked: int | None = None
    acked_at: float | None = None
