"""The time that a line of a log carries, in one form that sorts."""

from __future__ import annotations

from dgcheck.model.pattern import pattern

TYPE_CHECKING = False  # typing is not imported: `explain` pays for it
if TYPE_CHECKING:
    import re

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_ISO = pattern(r"\b(\d{4})[-/](\d\d)[-/](\d\d)[T _](\d\d):(\d\d):(\d\d)(?:[.,:](\d{1,9}))?\s?(Z|[+-]\d\d:?\d\d)?")
_APACHE = pattern(r"\b(\d\d)/([A-Z][a-z]{2})/(\d{4}):(\d\d):(\d\d):(\d\d)(?: ([+-]\d{4}))?")
_SYSLOG = pattern(r"\b([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(?: (\d{4}))?")
_KLOG = pattern(r"\b[IWEF](\d\d)(\d\d) (\d\d):(\d\d):(\d\d)\.(\d{1,6})")
_EPOCH = pattern(r"\"(?:ts|time|timestamp|t)\"\s?:\s?\"?(1\d{9})(\d{3}\b|\.\d{1,9})?")
NO_YEAR = "0000"


def time_of(line: str) -> str:
    """`2024-05-30 18:23:01.557` of a line, in UTC where the line says how far it is from it; '' where it has none.

    Times without a year begin with `0000`.
    """
    if found := _ISO.search(line):
        year, month, day, hour, minute, second, part, zone = found.groups()
        return _in_utc((year, month, day, hour, minute, second), part, zone)
    if found := _APACHE.search(line):
        day, name, year, hour, minute, second, zone = found.groups()
        return _in_utc((year, _month(name), day, hour, minute, second), "", zone) if _month(name) else ""
    if found := _KLOG.search(line):
        month, day, hour, minute, second, part = found.groups()
        return _in_utc((NO_YEAR, month, day, hour, minute, second), part, "")
    if found := _EPOCH.search(line):
        return _epoch(found)
    if (found := _SYSLOG.search(line)) and _month(found.group(1)):
        name, day, hour, minute, second, part, year = found.groups()
        return _in_utc((year or NO_YEAR, _month(name), day.zfill(2), hour, minute, second), part, "")
    return ""


def _month(name: str) -> str:
    lower = name.lower()
    return f"{_MONTHS.index(lower) + 1:02d}" if lower in _MONTHS else ""


def _in_utc(parts: tuple[str, ...], part: str | None, zone: str | None) -> str:
    year, month, day, hour, minute, second = parts
    fraction = f".{(part + '00')[:3]}" if part else ""
    if zone and zone != "Z" and zone.replace(":", "")[1:] != "0000":
        from datetime import UTC, datetime, timedelta

        minutes = (int(zone[1:3]) * 60 + int(zone[-2:])) * (1 if zone[0] == "+" else -1)
        try:
            moment = datetime(*map(int, parts), tzinfo=UTC) - timedelta(minutes=minutes)  # type: ignore[arg-type,misc]
        except (ValueError, OverflowError):
            return ""
        return moment.strftime("%Y-%m-%d %H:%M:%S") + fraction
    return f"{year}-{month}-{day} {hour}:{minute}:{second}{fraction}"


def _epoch(found: re.Match[str]) -> str:
    from time import gmtime, strftime

    part = (found.group(2) or "").lstrip(".")
    return strftime("%Y-%m-%d %H:%M:%S", gmtime(int(found.group(1)))) + (f".{(part + '00')[:3]}" if part else "")
