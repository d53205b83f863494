"""What the kernel still holds of a connection's bytes."""

from __future__ import annotations

import sys
from typing import Protocol


class Plug(Protocol):
    """A socket, as far as it matters here: asyncio gives out only a look-alike."""

    def fileno(self) -> int:
        """The number of its file."""


def unsent(plug: Plug | None) -> int:
    """Bytes that the peer's kernel has not acknowledged (Linux: TIOCOUTQ); 0 where this system does not tell."""
    try:
        from fcntl import ioctl
        from termios import TIOCOUTQ

        left = ioctl(plug.fileno(), TIOCOUTQ, b"\0" * 4) if plug is not None else b""
    except (ImportError, OSError, ValueError):
        return 0
    return int.from_bytes(left, sys.byteorder)
