"""Foreign exceptions to endings, once, most specific first; errno and text are kept."""

from __future__ import annotations

import asyncio
import errno as errnos
import ssl

from dgcheck.model.evidence import Ending
from dgcheck.model.pattern import pattern

_UNREACHABLE = {
    getattr(errnos, name)
    for name in (
        "EHOSTUNREACH",
        "ENETUNREACH",
        "ENETDOWN",
        "EHOSTDOWN",
        "EACCES",
        "EPERM",
        "EADDRNOTAVAIL",
        "EAFNOSUPPORT",
        "ENOPROTOOPT",  # what Linux makes of ICMP “protocol unreachable”
    )
    if hasattr(errnos, name)
}
_RESET = {errnos.ECONNRESET, errnos.EPIPE, errnos.ECONNABORTED}
_ALERT = pattern(r"^(?:SSLV3|TLSV1|TLSV13)_(?:ALERT_)?([A-Z_]+)$")


def ending_of(number: int | None) -> Ending:
    """The ending that an errno stands for; -1 is a limit that passed in silence."""
    if number == 0:
        return Ending.ANSWERED
    if number in (-1, errnos.ETIMEDOUT):
        return Ending.TIMED_OUT
    if number == errnos.ECONNREFUSED:
        return Ending.REFUSED
    if number in _RESET:
        return Ending.RESET
    if number in _UNREACHABLE:
        return Ending.UNREACHABLE
    return Ending.FAILED


def errno_word(number: int | None) -> str:
    """`ECONNREFUSED` for its number; '' for none."""
    return errnos.errorcode.get(number, str(number)) if number and number > 0 else ""


def ending_of_exception(error: BaseException) -> tuple[Ending, str]:
    """The ending and a short text for what came out of a socket, TLS or a time limit."""
    if isinstance(error, asyncio.CancelledError):
        return Ending.CUT_SHORT, ""
    if isinstance(error, TimeoutError):
        return (Ending.TIMED_OUT, "")
    if isinstance(error, ssl.SSLError):
        alert = alert_of(error)
        return Ending.FAILED, f"TLS alert {alert}" if alert else f"TLS error {error.reason or 'unknown'}"
    if isinstance(error, EOFError):
        return Ending.CLOSED, ""
    if isinstance(error, OSError):
        return ending_of(error.errno), errno_word(error.errno)
    return Ending.FAILED, type(error).__name__


def alert_of(error: ssl.SSLError) -> str:
    """The name of the fatal alert that the peer sent (`certificate_required`); '' for another error."""
    found = _ALERT.match(error.reason or "")
    return found.group(1).lower() if found else ""


def escaped(data: bytes, most: int = 200) -> str:
    """Bytes as printable ASCII with escapes, capped."""
    return data[:most].decode("latin-1").encode("unicode_escape").decode("ascii")
