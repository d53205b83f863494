"""Held sockets built by hand: each as it is where nothing cuts it, with what is different given by name."""

from __future__ import annotations

from typing import Any

from dgcheck.model.evidence import Ending
from dgcheck.model.held import Held

OWN = "Deepgram did not receive audio data or a text message within the timeout window. See https://dpgr.am/net0001"
OPENED = {"silent": 2.0, "keepalive": 4.0, "audio": 6.0}  # seconds from the start of the run
TRIED = 75.0


def held(plan: str, **fields: Any) -> Held:
    """A socket that lived for 75 s and whose CloseStream was answered with 1000."""
    opened = OPENED[plan]
    end = opened + TRIED
    usual: dict[str, Any] = {
        "id": "",
        "check": "ws.hold",
        "ending": Ending.ANSWERED,
        "upgrade": "",
        "plan": plan,
        "tried": TRIED,
        "opened_at": opened,
        "audio_sent_at": opened,
        "spoke_at": end if plan != "silent" else opened,
        "heard_at": end + 0.1,
        "farewell_at": end,
        "ended_at": end + 0.1,
        "keepalives": 18 if plan == "keepalive" else 0,
        "close_code": 1000,
        "closed_by": "server",
    }
    return Held(**{**usual, **fields})


def ended(plan: str, after: float, *, spoke: float = 0.0, **fields: Any) -> Held:
    """A socket that ended by itself, `after` seconds from its opening and without a close frame; the last that was
    said by us was `spoke` seconds before.
    """
    opened = OPENED[plan]
    last = opened if plan == "silent" else opened + after - spoke
    usual: dict[str, Any] = {
        "ending": Ending.CLOSED,
        "closed_by": "fin",
        "close_code": None,
        "spoke_at": last,
        "heard_at": last if plan == "audio" else opened,
        "farewell_at": None,
        "ended_at": opened + after,
    }
    return held(plan, **{**usual, **fields})


def closed(plan: str, after: float, code: int = 1011, reason: str = OWN, **fields: Any) -> Held:
    """A socket that was closed with a frame; by the deployment's own timer unless it says otherwise."""
    return ended(
        plan,
        after,
        **{"ending": Ending.ANSWERED, "closed_by": "server", "close_code": code, **fields} | {"close_reason": reason},
    )


def forgotten(plan: str, **fields: Any) -> Held:
    """A socket whose CloseStream nobody acknowledged."""
    opened = OPENED[plan]
    usual: dict[str, Any] = {
        "ending": Ending.TIMED_OUT,
        "closed_by": "",
        "close_code": None,
        "heard_at": opened,
        "ended_at": opened + TRIED + 4.0,
        "unacked": 2,
        "acked_at": opened,
    }
    return held(plan, **{**usual, **fields})


def healthy() -> list[Held]:
    """As behind nothing: the deployment's own timer ends the silent one."""
    return [closed("silent", 12.0), held("keepalive"), held("audio")]
