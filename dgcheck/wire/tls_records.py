"""What a TLS server said in the clear before encryption began: the messages of its first flight."""

from __future__ import annotations

_ALERT, _HANDSHAKE = 21, 22
# RFC 8446 §6 and the registry that it points to.
_ALERTS = {
    0: "close_notify",
    10: "unexpected_message",
    20: "bad_record_mac",
    22: "record_overflow",
    40: "handshake_failure",
    42: "bad_certificate",
    43: "unsupported_certificate",
    44: "certificate_revoked",
    45: "certificate_expired",
    46: "certificate_unknown",
    47: "illegal_parameter",
    48: "unknown_ca",
    49: "access_denied",
    50: "decode_error",
    51: "decrypt_error",
    70: "protocol_version",
    71: "insufficient_security",
    80: "internal_error",
    86: "inappropriate_fallback",
    90: "user_canceled",
    109: "missing_extension",
    110: "unsupported_extension",
    112: "unrecognized_name",
    113: "bad_certificate_status_response",
    115: "unknown_psk_identity",
    116: "certificate_required",
    120: "no_application_protocol",
}
_FATAL = 2
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


def alert(flight: bytes) -> str:
    """The name of the first fatal alert that a server sent in the clear, `alert_N` for an unknown one; '' for none.

    Never raises.
    """
    at = 0
    while at + 5 <= len(flight) and flight[at + 1] == 3:
        length = int.from_bytes(flight[at + 3 : at + 5])
        body = flight[at + 5 : at + 5 + length]
        if flight[at] == _ALERT and length == 2 and len(body) == 2 and body[0] == _FATAL:
            return _ALERTS.get(body[1], f"alert_{body[1]}")
        at += 5 + length
    return ""


def asks_for_certificate(flight: bytes) -> bool | None:
    """Whether the server asked for a client certificate; None where it cannot be seen (TLS 1.3 encrypts it)."""
    found = messages(flight)
    if CERTIFICATE_REQUEST in found:
        return True
    return False if SERVER_HELLO_DONE in found else None
