"""A URL that a client dials, in the parts that decide whether it is the one that was meant."""

from __future__ import annotations

from urllib.parse import urlsplit

from dgcheck.model.record import dataclass

_SECURE = {"http": False, "ws": False, "https": True, "wss": True}
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Dialled:
    """Where a request goes: over TLS or not, to which host and port, for which path ('' when that is not known)."""

    secure: bool
    host: str
    port: int
    path: str

    def same_host(self, other: Dialled) -> bool:
        """Whether both go to one host; the names of this machine's own loopback count as one."""
        return self.host == other.host or (self.host in _LOOPBACK and other.host in _LOOPBACK)


def read(url: str) -> Dialled | None:
    """The parts of an http, https, ws or wss URL; None for what is none. Never raises."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    secure = _SECURE.get(parts.scheme)
    if secure is None or not host:
        return None
    return Dialled(secure, host.rstrip("."), port or (443 if secure else 80), parts.path)


def differs(url: str, meant: str) -> str:
    """What sets a dialled URL apart from the one meant: `host`, `scheme`, `port`, `path`, '' for nothing or nothing
    known; the weightiest first."""
    one, other = read(url), read(meant)
    if one is None or other is None:
        return ""
    if not one.same_host(other):
        return "host"
    if one.secure != other.secure:
        return "scheme"
    if one.port != other.port:
        return "port"
    return "path" if one.path and one.path != other.path else ""
