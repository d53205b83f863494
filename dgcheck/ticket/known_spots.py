"""Finds, in the bytes of a file, the secrets that are known: in any letters, URL-encoded, in hexadecimal, escaped, in
Base64 whatever stands before them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dgcheck.model.pattern import pattern
from dgcheck.ticket.spots import LONGEST, Spot
from dgcheck.wire.spelled import Spelled, beginning

_ESCAPED = pattern(
    rb"%([0-9a-f]{2})|\\u00([0-9a-f]{2})|\\x([0-9a-f]{2})|&#x0{0,4}([0-9a-f]{2});|&#0{0,4}([0-9]{2,3});"
    rb"|&(amp|lt|gt|quot|apos);|\\"
)
_NAMED = {b"amp": b"&", b"lt": b"<", b"gt": b">", b"quot": b'"', b"apos": b"'"}
_OF_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"
_BASE64_MORE = pattern(rb"[A-Za-z0-9+/\-_]+={0,2}")
_ANYTHING = pattern(rb"[\w%&#;\\./+=~\-]+")


class Known:
    """The secrets that are searched for, each with its token."""

    def __init__(self, secrets: Sequence[tuple[Spelled, str]]) -> None:
        self._secrets = [(spelled, token.encode(), *_forms(spelled)) for spelled, token in secrets]

    def spots(self, data: bytes, low: bytes) -> Iterator[Spot]:
        """Every place of one of them in `data`; `low` is it in lower case."""
        for _, token, plain, cores in self._secrets:
            for needle, form in plain:
                at = low.find(needle)
                while at >= 0:
                    end = at + _alike(low, at, form)
                    yield Spot(at, end, at, token)
                    at = low.find(needle, end)
            for core in cores:
                at = data.find(core)
                while at >= 0:
                    start, end = _run(data, at, at + len(core))
                    yield Spot(start, end, start, token, _BASE64_MORE)
                    at = data.find(core, end)
        if self._secrets and (b"%" in low or b"\\" in low or b"&#" in low or b"&amp;" in low):
            yield from self._escaped(data, low)

    def _escaped(self, data: bytes, low: bytes) -> Iterator[Spot]:
        """Those of which some characters are escaped. Which there are is told by undoing the escapes; only where one is
        does the slow search look for its place."""
        undone = _ESCAPED.sub(_undone, low)
        text = ""
        for spelled, token, plain, _ in self._secrets:
            if not any(undone.count(needle) > low.count(needle) for needle, _ in plain):
                continue
            text = text or data.decode("latin-1")
            for found in spelled.escaped(whole=False).finditer(text):
                yield Spot(found.start(), found.end(), found.start(), token, _ANYTHING)


def _forms(spelled: Spelled) -> tuple[list[tuple[bytes, bytes]], list[bytes]]:
    """What is looked for in small letters (the beginning that gives it away, and all of it), and in Base64."""
    plain = {form.encode("utf-8", "replace").lower() for form in spelled.plain}
    plain |= {form.encode("latin-1").lower() for form in spelled.plain if form.isascii() or _latin(form)}
    pairs = sorted({(beginning(form.decode("latin-1")).encode("latin-1"), form) for form in plain})
    return pairs, sorted({beginning(core).encode() for core in spelled.cores})


def _latin(form: str) -> bool:
    return all(ord(char) < 256 for char in form)


def _undone(found: re.Match[bytes]) -> bytes:
    number = next((group for group in found.groups()[:4] if group), None)
    if number:
        return bytes((int(number, 16),)).lower()
    decimal, named = found.group(5), found.group(6)
    if named:
        return _NAMED[named]
    return bytes((int(decimal),)).lower() if decimal and int(decimal) < 256 else b""


def _alike(low: bytes, at: int, form: bytes) -> int:
    """So many bytes of `form` stand here."""
    if low.startswith(form, at):
        return len(form)
    length = 0
    for one, other in zip(low[at : at + len(form)], form, strict=False):
        if one != other:
            break
        length += 1
    return length


def _run(data: bytes, start: int, end: int) -> tuple[int, int]:
    """The run of Base64 around a piece of it."""
    before = data[max(0, start - LONGEST) : start]
    after = data[end : end + LONGEST]
    start -= len(before) - len(before.rstrip(_OF_BASE64))
    rest = after.lstrip(_OF_BASE64)
    end += len(after) - len(rest)
    return start, end + min(2, len(rest) - len(rest.lstrip(b"=")))
