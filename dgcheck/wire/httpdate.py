"""The `Date` header, in the one form that HTTP/1.1 servers must send (RFC 9110 §5.6.7, IMF-fixdate).

`email.utils` reads many more forms and costs a tenth of a healthy run to import.
"""

from __future__ import annotations

_MONTHS = {month: number for number, month in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}


def read(value: str) -> float | None:
    """Epoch seconds of `Sun, 06 Nov 1994 08:49:37 GMT`; None for anything else."""
    parts = value.split()
    if len(parts) != 6 or parts[5] not in ("GMT", "UTC") or len(value) > 40 or not value.isascii():
        return None
    _, day, month, year, clock, _ = parts
    hours, minutes, seconds = [*clock.split(":"), "", ""][:3]
    if month not in _MONTHS or not all(part.isdigit() for part in (day, year, hours, minutes, seconds)):
        return None
    from datetime import UTC, datetime  # `calendar` would bring the locale along

    try:  # a leap second is a second after the 59th
        return datetime(int(year), _MONTHS[month], int(day), int(hours), int(minutes), tzinfo=UTC).timestamp() + int(
            seconds
        )
    except (ValueError, OverflowError):
        return None
