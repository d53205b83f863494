"""The ways in which a secret can be written in a text, and finding it there whatever the way.

A server may give back what it was sent as it is, in other letters, URL-encoded, escaped for JSON, HTML or a log, in
hexadecimal, or in Base64: alone, or in the middle of something longer (`Basic` of user and password).
"""

from __future__ import annotations

import re
from binascii import b2a_base64
from collections.abc import Iterable, Sequence
from urllib.parse import quote, quote_plus

from dgcheck.model.pattern import pattern

# A secret shorter than this is not searched for in free text: `a`, the usual dummy key, stands in every sentence.
SEARCHABLE = 6
_ESCAPES = ("%", "&", "\\")
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"}
_BASE64 = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_")
_TELLING = 12  # characters at the beginning of a longer secret that are looked for
_SPELLED = 256  # characters of a secret that are looked for in escapes; what follows a longer one is hidden too
_HEX = pattern(r"[0-9a-f]+\Z")
_ANY = r"[\w%&#;\\./+=~\-]*"
_FOLDED = 12  # a secret of this length is also looked for across line breaks, blanks and backslashes
_BETWEEN = pattern(r"[\s\\]+")


class Spelled:
    """One secret in all its spellings; `plain` are in lower case, `cores` the part of its Base64 that is the same
    whatever stands before and behind it. The beginning of a long one gives it away as the whole does."""

    __slots__ = ("_core_beginnings", "_escaped", "_plain_beginnings", "cores", "plain", "secret")

    def __init__(self, secret: str) -> None:
        self.secret = secret
        raw = secret.encode("utf-8", "replace")
        as_bytes = raw.decode("latin-1")  # how a UTF-8 secret looks where headers are read as Latin-1
        found = {secret, as_bytes, quote(raw, safe=""), quote_plus(raw), raw.hex()}
        self.plain = _longest_first(form.lower() for form in found)
        self.cores = _longest_first(core for shift in range(3) for core in _cores(raw, shift))
        self._plain_beginnings = tuple({beginning(form) for form in self.plain})
        self._core_beginnings = tuple({beginning(core) for core in self.cores})
        self._escaped: dict[bool, re.Pattern[str]] = {}

    def replace(self, text: str, token: str) -> str:
        """The text with `token` in place of the secret, however it is written."""
        if any(sign in text for sign in _ESCAPES):
            text = self.escaped(whole=True).sub(lambda _: token, text)
        for form in self.plain:
            if form in text.lower():
                text = re.sub(re.escape(form), lambda _: token, text, flags=re.IGNORECASE)
        for core in self.cores:
            if core in text:
                text = _without_run(text, core, token)
        return text

    def replace_beginnings(self, text: str, token: str) -> str:
        """The same for a secret of which only a part stands there, from its beginning on."""
        if any(sign in text for sign in _ESCAPES):
            text = self.escaped(whole=False).sub(lambda _: token, text)
        for form in self.plain:
            text = _without(text, form, token)
        for core in self.cores:
            if beginning(core) in text:
                text = _without_run(text, beginning(core), token)
        return text

    def stands_in(self, text: str, lowered: str) -> bool:
        """Whether the secret, or the beginning of it, is written in the text; `lowered` is the text in lower case."""
        for form in self._plain_beginnings:
            if form in lowered:
                return True
        for core in self._core_beginnings:
            if core in text:
                return True
        if "%" in text or "&" in text or "\\" in text:
            return self.escaped(whole=False).search(text) is not None
        return False

    def cut_off(self, text: str) -> str:
        """A text that was cut somewhere, without the beginning of the secret at its end."""
        longest = max(map(len, (*self.plain, *self.cores)))
        end = text[-longest:]
        lowered = end.lower()
        for form, there in (*((form, lowered) for form in self.plain), *((core, end) for core in self.cores)):
            for length in range(min(len(form) - 1, len(there)), SEARCHABLE // 2, -1):
                if there.endswith(form[:length]):
                    return text[:-length]
        return text

    def escaped(self, *, whole: bool) -> re.Pattern[str]:
        """The secret, or so much of its beginning as stands there, with any of its characters escaped in any of the
        usual ways; compiled when it is first needed."""
        if whole not in self._escaped:
            ways = [_either(char) for char in self.secret[:_SPELLED]]
            first = len(ways) if whole else len(beginning(self.secret))
            rest = "".join(f"{way}?" for way in ways[first:]) + (_ANY if len(self.secret) > _SPELLED else "")
            self._escaped[whole] = re.compile("".join(ways[:first]) + rest, re.IGNORECASE)
        return self._escaped[whole]


def stand_in(text: str, secrets: Sequence[str]) -> list[str]:
    """Those of the secrets that are written in the text, also across its line breaks and escapes."""
    lowered = text.lower()
    squeezed = _BETWEEN.sub("", text) if secrets else ""
    squeezed_lowered = squeezed.lower()
    found = []
    for secret in secrets:
        whole = _BETWEEN.sub("", secret)
        if Spelled(secret).stands_in(text, lowered) or (len(whole) >= _FOLDED and whole.lower() in squeezed_lowered):
            found.append(secret)
    return found


def beginning(form: str) -> str:
    """So much of a spelling as gives it away; of hexadecimal twice that."""
    telling = _TELLING if _HEX.match(form) is None else 2 * _TELLING
    return form[:telling] if len(form) >= telling + 4 else form


def _longest_first(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({form for form in found if len(form) >= SEARCHABLE}, key=lambda form: (-len(form), form)))


def _cores(raw: bytes, shift: int) -> tuple[str, str]:
    """The characters of the Base64 of something with `raw` in it that `raw` alone decides, in both alphabets.

    `shift` is where it begins among the three bytes of a group.
    """
    padded = bytes(shift) + raw
    core = b2a_base64(padded, newline=False).decode("ascii")[(0, 2, 3)[shift] : len(padded) * 8 // 6]
    return core, core.replace("+", "-").replace("/", "_")


def _without(text: str, form: str, token: str) -> str:
    """The text with `token` in place of `form` or as much of its beginning as stands there, in any letters."""
    kept: list[str] = []
    at = 0
    for found in re.finditer(re.escape(beginning(form)), text, re.IGNORECASE):
        if found.start() < at:
            continue
        end, place = found.end(), len(beginning(form))
        while place < len(form) and text[end : end + 1].lower() == form[place]:
            end, place = end + 1, place + 1
        kept += [text[at : found.start()], token]
        at = end
    return "".join([*kept, text[at:]])


def _without_run(text: str, core: str, token: str) -> str:
    """The text with `token` in place of every run of Base64 that holds `core`."""
    kept: list[str] = []
    at = 0
    while (found := text.find(core, at)) >= 0:
        start, end = found, found + len(core)
        while start > at and text[start - 1] in _BASE64:
            start -= 1
        while end < len(text) and text[end] in _BASE64:
            end += 1
        kept += [text[at:start], token]
        at = end + len(text[end : end + 2]) - len(text[end : end + 2].lstrip("="))
    return "".join([*kept, text[at:]])


def _either(char: str) -> str:
    """A character as a pattern: itself, behind a backslash, percent-encoded, or by its number."""
    number = ord(char)
    encoded = "".join(f"%{byte:02x}" for byte in char.encode("utf-8", "replace"))
    ways = [f"\\\\?{re.escape(char)}", encoded, f"\\\\u{number:04x}", f"&#0{{0,4}}{number};", f"&#x0{{0,4}}{number:x};"]
    ways += [f"\\\\x{number:02x}", f"%{number:02x}"] if number < 0x100 else []
    ways += [_NAMED[char]] if char in _NAMED else []
    return f"(?:{'|'.join(ways)})"
