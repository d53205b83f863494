"""What a TLS server said in the clear before encryption began: the messages of its first flight."""

from __future__ import annotations

_HANDSHAKE = 22
CERTIFICATE_REQUEST = 13
SERVER_HELLO_DONE = 14


def messages(flight: bytes) -> tuple[int, ...]:
    """Types of the handshake messages at the start of what a server sent (RFC 5246 §7.4), up to the first that is
    encrypted or cut off. Never raises.
    """
    data, at = b"", 0
    while at + 5 <= len(flight) and flight[at] == _HANDSHAKE and flight[at + 1] == 3:
        length = int.from_bytes(flight[at + 3 : at + 5])
        data += flight[at + 5 : at + 5 + length]
        at += 5 + length
    found, at = [], 0
    while at + 4 <= len(data):
        length = int.from_bytes(data[at + 1 : at + 4])
        if at + 4 + length > len(data):
            break
        found.append(data[at])
        at += 4 + length
    return tuple(found)


def asks_for_certificate(flight: bytes) -> bool | None:
    """Whether the server asked for a client certificate; None where it cannot be seen (TLS 1.3 encrypts it)."""
    found = messages(flight)
    if CERTIFICATE_REQUEST in found:
        return True
    return False if SERVER_HELLO_DONE in found else None
