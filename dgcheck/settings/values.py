"""From text to values: one reading of a setting for flags, variables and the settings file.

Each reader raises BadValue, whose text says what was seen and how to write it, without the setting's name. No
message quotes what may be a secret.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dgcheck.model.pattern import pattern
from dgcheck.settings.nearest import did_you_mean
from dgcheck.settings.options import MODES

if TYPE_CHECKING:
    from dgcheck.settings.options import Option

UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_DURATION = pattern(rf"(?:({_NUMBER})h)?(?:({_NUMBER})m(?!s))?(?:({_NUMBER})s)?(?:({_NUMBER})ms)?\Z")
_SIZE = pattern(rf"({_NUMBER}) ?((?:[kKmMgG](?:i?[bB])?|[bB])?)\Z")
_PLAIN = pattern(rf"{_NUMBER}\Z")
_RFC_3339 = pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]")
_TOKEN = pattern(r"[A-Za-z0-9!#$%&'*+\-.^_`|~]+\Z")
_CONTROL = pattern(r"[\x00-\x1f\x7f\u0080-\u009f\u2028\u2029\ud800-\udfff]")
TRUE = frozenset(("1", "true", "yes", "on"))
FALSE = frozenset(("0", "false", "no", "off", ""))
# What dgcheck writes itself; a second one would break the request.
OWN_HEADERS = frozenset(
    (
        "connection",
        "upgrade",
        "content-length",
        "transfer-encoding",
        "te",
        "trailer",
        "sec-websocket-key",
        "sec-websocket-version",
        "sec-websocket-extensions",
        "sec-websocket-accept",
        "sec-websocket-protocol",
        "keep-alive",
        "proxy-connection",
        "expect",
    )
)
# Parameters that have an option of their own.
OWN_PARAMETERS = {
    "model": "--model",
    "language": "--language",
    "smart_format": "--smart-format",
    "version": "--model-version",
    "encoding": "--encoding",
    "sample_rate": "--sample-rate",
}


class BadValue(ValueError):
    """A value that cannot be used; the text says why and what would be right."""


def quoted(text: str) -> str:
    """What was typed, short enough and harmless enough for one line."""
    shown = text if len(text) <= 60 else text[:57] + "..."
    return repr(shown)


def duration(text: str) -> float:
    """Seconds of `500ms`, `30s`, `1m30s`, `2h`; a plain number is seconds already."""
    plain = text.strip()
    if _PLAIN.match(plain) and len(plain) < 20:
        return float(plain)
    found = _DURATION.match(plain) if len(plain) < 60 else None
    if not found or not any(found.groups()):
        raise BadValue(f"{quoted(text)} is no time; write 500ms, 30s, 1m30s or 2h (a plain number is seconds)")
    return sum(float(part) * unit for part, unit in zip(found.groups(), UNITS.values(), strict=True) if part)


EPOCH = 1e9  # from here on a number of seconds is a moment: a day of September 2001, and 30 years as a length of time


def moment(text: str) -> float:
    """Seconds from now, as `duration` reads them; or a moment in seconds since 1970, also as `@SECONDS` or RFC 3339."""
    plain = text.strip()
    if _RFC_3339.match(plain):
        from datetime import datetime

        try:
            found = datetime.fromisoformat(plain)
        except ValueError:
            raise BadValue(f"{quoted(text)} is no moment; write 2026-09-20T10:15:00Z") from None
        if found.tzinfo is None:
            raise BadValue(f"{quoted(text)} does not say in which zone; write 2026-09-20T10:15:00Z")
        return found.timestamp()
    if plain.startswith("@") and _PLAIN.match(plain[1:]) and len(plain) < 20:
        seconds = float(plain[1:])
        if seconds < EPOCH:
            raise BadValue(f"{quoted(text)} is long past; after @ stand seconds since 1970")
        return seconds
    try:
        return duration(plain)
    except BadValue:
        raise BadValue(
            f"{quoted(text)} is no time; write 90s or 10m (from now), 2026-09-20T10:15:00Z or seconds since 1970"
        ) from None


def duration_text(seconds: float) -> str:
    """The shortest way to write a time: `1m30s`, `500ms`; the inverse of `duration` to the millisecond."""
    left = round(seconds * 1000)
    parts = []
    for unit, size in (("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)):
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


def size(text: str) -> int:
    """Bytes of `16MB`, `512kB`, `1GB` (powers of 1000), `8MiB`, `8m` (powers of 1024, as proxies write them); a plain
    number is bytes already.
    """
    found = _SIZE.match(text.strip()) if len(text) < 40 else None
    if not found:
        raise BadValue(f"{quoted(text)} is no size; write 16MB, 8MiB or 512kB (a plain number is bytes)")
    unit = found.group(2).lower()
    base = 1024 if unit.endswith("ib") or len(unit) == 1 else 1000
    return int(float(found.group(1)) * base ** ("kmg".index(unit[0]) + 1 if unit.strip("b") else 0))


def switch(text: str) -> bool:
    """true, yes, on, 1 or false, no, off, 0."""
    word = text.strip().lower()
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    raise BadValue(f"{quoted(text)} is neither true nor false")


def name(text: str) -> str:
    """One word or phrase without control characters."""
    plain = text.strip()
    if not plain:
        raise BadValue("it is empty; leave it out or give a value")
    if _CONTROL.search(plain):
        raise BadValue(f"{quoted(plain)} holds a line break, a control character or broken text")
    return plain


def choice(text: str, choices: tuple[str, ...]) -> str:
    """One of a closed list."""
    word = text.strip()
    if word in choices:
        return word
    hint = did_you_mean(word, choices)
    if hint and len(choices) > 6:
        raise BadValue(f"{quoted(word)} is not known{hint}")
    raise BadValue(f"{quoted(word)} is none of {', '.join(choices)}{hint}")


def integer(text: str) -> int:
    """A whole number."""
    plain = text.strip()
    if not (plain.isascii() and plain.isdigit() and len(plain) < 12):
        raise BadValue(f"{quoted(text)} is no whole number")
    return int(plain)


def model(text: str) -> tuple[str, str]:
    """`NAME` or `NAME=MODE`, as name and mode ('' when it is not said)."""
    plain, equals, mode = name(text).rpartition("=")
    if not equals:
        return mode, ""
    return name(plain), choice(mode, MODES)


def pair(text: str) -> tuple[str, str]:
    """`NAME=VALUE` of a query."""
    left, equals, right = text.partition("=")
    if not equals or not left.strip():
        raise BadValue(f"{quoted(left)} is no NAME=VALUE, as in diarize=true")
    word = name(left)
    if word in OWN_PARAMETERS:
        raise BadValue(f"{word} has an option of its own: {OWN_PARAMETERS[word]}")
    if _CONTROL.search(right):
        raise BadValue(f"the value of {word} holds a line break, a control character or broken text")
    return word, right


def assignment(text: str) -> tuple[str, str]:
    """`OPTION=VALUE` of an SDK; the value stays as it is, blanks too, and an option may itself end in `=`."""
    left, equals, right = text.partition("=")
    if not equals or not left.strip():
        raise BadValue("a setting of an SDK is written OPTION=VALUE, as in Host=http://dg:8080")
    if "\0" in right:
        raise BadValue("it holds a zero byte")
    return (name(left) + "=", right[1:]) if right.startswith("=") else (name(left), right)


def header(text: str) -> tuple[str, str]:
    """`NAME:VALUE` of a header. The value is never quoted in an error."""
    left, colon, right = text.partition(":")
    word = left.strip()
    if not colon:
        raise BadValue("a header is written NAME:VALUE, as in 'X-Team: speech'; no colon was found")
    if not _TOKEN.match(word):
        raise BadValue("the name before the colon is no header name")
    if word.lower() in OWN_HEADERS:
        raise BadValue(f"dgcheck writes {word} itself")
    value = right.strip(" \t")
    if _CONTROL.search(value) or not value.isascii():
        raise BadValue(f"the value of {word} holds a line break, a control character or letters outside ASCII")
    return word, value


def host(text: str) -> tuple[str, str]:
    """`HOST=IP`."""
    from ipaddress import ip_address

    left, equals, right = text.partition("=")
    word = left.strip().strip("[]").rstrip(".").lower()
    if not equals or not word:
        raise BadValue(f"{quoted(text)} is no HOST=IP, as in dg.example.com=10.0.0.5")
    try:
        return word, str(ip_address(right.strip().strip("[]")))
    except ValueError:
        raise BadValue(f"{quoted(right)} is no IP address") from None


def output(text: str, formats: tuple[str, ...]) -> tuple[str, str]:
    """`FORMAT` or `FORMAT=FILE`; '' and `-` are standard output."""
    word, equals, path = text.partition("=")
    if equals and not path.strip():
        raise BadValue(f"after {word}= a file name is missing")
    if "\0" in path:
        raise BadValue("a file name holds no zero byte")
    return choice(word, formats), "" if path == "-" else path


def read(option: Option, raw: str | list[str]) -> object:
    """The value of an option from its text, or from the texts of one that may be repeated."""
    if isinstance(raw, list):
        return _read_many(option, raw)
    if option.form == "duration":
        return _within(option, duration(raw))
    if option.form == "moment":
        return _within(option, moment(raw))
    if option.form == "integer":
        return int(_within(option, integer(raw)))
    if option.form == "size":
        return int(_within(option, size(raw)))
    if option.form == "choice":
        return choice(raw, option.choices)
    if option.form in ("audio_url", "place", "origin", "side_url"):
        from dgcheck.settings.addresses import READERS

        return READERS[option.form](raw)
    if option.form == "switch":
        return switch(raw)
    if option.form == "name":
        return name(raw)
    if "\0" in raw:
        raise BadValue("it holds a zero byte")
    return raw


def _read_many(option: Option, raw: list[str]) -> object:
    if option.form == "models":
        return tuple(model(text) for text in raw)
    if option.form == "pairs":
        return tuple(pair(text) for text in raw)
    if option.form == "assignments":
        return tuple(assignment(text) for text in raw)
    if option.form == "headers":
        return tuple(header(text) for text in raw)
    if option.form == "hosts":
        return tuple(host(text) for text in raw)
    if option.form == "addresses":
        from dgcheck.settings.hops import hops

        return hops(raw)
    if option.form == "patterns":
        return _patterns(raw)
    if option.form == "outputs":
        return tuple(output(text, option.choices) for text in raw)
    return tuple(choice(text, option.choices) if option.choices else name(text) for text in raw)


def _patterns(raw: list[str]) -> tuple[str, ...]:
    """Regular expressions that can be used; none is quoted, since it may hold what it is to hide."""
    from dgcheck.wire.bounded import BadPattern, Bounded

    for text in raw:
        try:
            Bounded(text)
        except BadPattern as problem:
            raise BadValue(str(problem)) from None
    return tuple(raw)


def _within(option: Option, number: float) -> float:
    low, high = option.limits
    if low <= number <= high:
        return number
    if option.form == "moment":
        raise BadValue("it is too near" if number < low else "it is too far away")
    if option.form == "duration":
        raise BadValue(f"{duration_text(number)} is not between {duration_text(low)} and {duration_text(high)}")
    if option.form == "size":
        raise BadValue(f"{number:.0f} bytes is not between {low / 1e3:g}kB and {high / 1e9:g}GB")
    raise BadValue(f"{number:g} is not between {low:g} and {high:g}")


def split(option: Option, text: str) -> str | list[str]:
    """The texts in one variable: lists are parted by commas, parameters by `&`, headers by line breaks."""
    if not option.many:
        return text
    if option.form in ("headers", "assignments", "patterns"):
        parts = text.splitlines()
    elif option.form == "pairs":
        parts = re.split(r"[&\n]", text)
    else:
        parts = re.split(r"[,\n]", text)
    return [part.strip() for part in parts if part.strip()]
