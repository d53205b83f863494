"""What the kernel knows of a connection better than we do: when bytes came, how far the peer is, what it has taken.

A client that is busy reads late, and would report its own work as the network's. Linux stamps every packet as it comes
in, and keeps the times of the acknowledgements; elsewhere our own clock has to do.
"""

from __future__ import annotations

import socket
import sys
from time import monotonic, time

TYPE_CHECKING = False  # typing is not imported: the head start stands on this module
if TYPE_CHECKING:
    from typing import Protocol

    class Plug(Protocol):
        """A socket, as far as it matters here: asyncio gives out only a look-alike."""

        def fileno(self) -> int:
            """The number of its file."""


# SO_TIMESTAMPNS, which Python's socket module does not name (asm-generic/socket.h). It is told beside the bytes, as two
# 64-bit numbers: seconds and nanoseconds of the wall clock.
_STAMPS = 35 if sys.platform == "linux" else 0
_STAMP, _ROOM = 16, 64
_INFO = getattr(socket, "TCP_INFO", None)
_RETRANSMITTED, _RTT = 100, 68  # bytes of struct tcp_info (linux/tcp.h) at which these 32-bit numbers stand
_UNACKED, _ACKED_AGO = 24, 56


def stamp(sock: socket.socket) -> None:
    """Ask for the arrival times of what comes from now on; where there are none, nothing happens."""
    if _STAMPS:
        try:
            sock.setsockopt(socket.SOL_SOCKET, _STAMPS, 1)
        except OSError:
            pass


def receive(sock: socket.socket, size: int, since: float) -> tuple[bytes, float]:
    """At most `size` bytes, and the monotonic moment at which the last of them came. Raises what `recv` raises.

    At the monotonic moment `since` there were none yet: a stamp that says otherwise is by another clock than ours (one
    that was set meanwhile, or is not what the kernel goes by), and then they came now.
    """
    if not _STAMPS:
        return sock.recv(size), monotonic()
    data, beside, _, _ = sock.recvmsg(size, _ROOM)
    now = monotonic()
    for _, kind, value in beside:
        if kind == _STAMPS and len(value) == _STAMP:
            came = now - (time() - _number(value, 0, 8) - _number(value, 8, 8) / 1e9)
            return data, came if since <= came <= now else now
    return data, now


def connected(sock: socket.socket, begun: float) -> tuple[float, float | None]:
    """Of a connection that has just been made: the monotonic moment at which the peer accepted it, and the round trip
    in ms that this took; None where the kernel does not tell, or had to ask twice."""
    now, info = monotonic(), _info(sock)
    if info is None or _number(info, _RETRANSMITTED) or not _number(info, _RTT):
        return now, rtt_of(sock)
    microseconds = _number(info, _RTT)
    return min(now, begun + microseconds / 1e6), round(microseconds / 1000, 3)


def rtt_of(sock: socket.socket) -> float | None:
    """The round-trip time in ms as the kernel has it now; None where it keeps none."""
    info = _info(sock)
    microseconds = _number(info, _RTT) if info is not None else 0
    return round(microseconds / 1000, 3) if microseconds else None


def delivery_of(sock: socket.socket) -> tuple[int, float] | None:
    """Segments that the peer's kernel has not acknowledged, and the seconds since it acknowledged anything."""
    info = _info(sock)
    return None if info is None else (_number(info, _UNACKED), _number(info, _ACKED_AGO) / 1000)


def unsent(plug: Plug | None) -> int:
    """Bytes that the peer's kernel has not acknowledged (Linux: TIOCOUTQ); 0 where this system does not tell."""
    try:
        from fcntl import ioctl
        from termios import TIOCOUTQ

        left = ioctl(plug.fileno(), TIOCOUTQ, b"\0" * 4) if plug is not None else b""
    except (ImportError, OSError, ValueError):
        return 0
    return int.from_bytes(left, sys.byteorder)


def _info(sock: socket.socket) -> bytes | None:
    try:
        info = sock.getsockopt(socket.IPPROTO_TCP, _INFO, 104) if _INFO is not None else b""
    except OSError:
        return None
    return info if len(info) >= 104 else None


def _number(data: bytes, place: int, size: int = 4) -> int:
    return int.from_bytes(data[place : place + size], sys.byteorder)
