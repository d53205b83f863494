"""Which API key there is, whether it is ours, and what is odd about it.

The containers check no key, and the `DEEPGRAM_API_KEY` on their machines is their licence credential; so a key
from the SDKs' variables is kept apart from one that was given to dgcheck itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from dgcheck.model.pattern import pattern
from dgcheck.model.record import dataclass
from dgcheck.model.target import Key, Secret

OURS = "DGCHECK_API_KEY"
SDK_VARIABLES = ("DEEPGRAM_API_KEY",)
QUOTES = "\"'`\u2018\u2019\u201c\u201d"
_PREFIX = pattern(r"(token|bearer)\s+\S", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FoundKey:
    """A key as it was found. `usable` is None where nothing of it could stand in a header."""

    raw: Secret
    origin: str
    ours: bool

    @property
    def form(self) -> tuple[str, ...]:
        """What is odd about it: blank, newline, spaces, quotes, prefix, non_ascii."""
        return form(self.raw.reveal())

    @property
    def usable(self) -> Key | None:
        """The key as it is sent, without the white space around it."""
        text = self.raw.reveal().strip()
        if not text or not text.isascii() or not text.isprintable():
            return None
        return Key(Secret(text), self.origin, self.ours)


def form(raw: str) -> tuple[str, ...]:
    """What is odd about a key, in the words of `Configured.key_form`; () when nothing is."""
    plain = raw.strip()
    if not plain:
        return ("blank",)
    odd = []
    if "\n" in raw or "\r" in raw:
        odd.append("newline")
    inner = _PREFIX.sub("", plain, count=1) if _PREFIX.match(plain) else plain
    if raw.strip("\r\n") != raw.strip("\r\n").strip() or any(char in inner for char in " \t"):
        odd.append("spaces")
    if plain[0] in QUOTES or plain[-1] in QUOTES:
        odd.append("quotes")
    if _PREFIX.match(plain.strip(QUOTES)):
        odd.append("prefix")
    rest = re.sub(r"[\r\n\t]", "", raw)
    if not rest.isascii() or not rest.isprintable():
        odd.append("non_ascii")
    return tuple(odd)


def from_file(text: str) -> str:
    """The key in the text of a key file: a byte order mark and the last line break are the file's, not the key's."""
    return text.removeprefix("\ufeff").removesuffix("\n").removesuffix("\r")


def from_environment(environ: Mapping[str, str], names: tuple[str, ...], *, ours: bool) -> FoundKey | None:
    """The first of these variables that holds more than white space, else the first that is set at all."""
    present = [name for name in names if name in environ]
    for name in present:
        if environ[name].strip():
            return FoundKey(Secret(environ[name]), name, ours)
    return FoundKey(Secret(environ[present[0]]), present[0], ours) if present else None
