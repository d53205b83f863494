r"""Makes any text safe to show: what a server sent may not command a terminal, hide or reorder words.

Every format passes all text of a report through here. Control characters, escape sequences, direction
overrides, invisible characters and lone surrogates become visible escapes such as `\x1b` and `\u202e`;
nothing else changes, so that a name in any script stays readable.
"""

from __future__ import annotations

import re

from dgcheck.model.pattern import pattern

# What our own words are made of. Tables of all characters are loaded only for others.
NARROW = frozenset(map(chr, range(32, 127))) | frozenset("“”‘’–—…→×≤≥·✓✗")

LINE_CAP = 2_000  # characters of one sentence, value or header that a person is shown
BLOCK_CAP = 8_000  # characters of one snippet to paste
STORED_CAP = 65_536  # characters of one string in a file
_STACK = 3  # combining marks on one letter; scripts need two, a stack of them covers other lines

# Unicode's control, format, surrogate, line and paragraph separator characters, everything that is ignored when
# drawn (Default_Ignorable_Code_Point), the fillers that look like blanks, and the noncharacters.
_UNSAFE = (
    "\x00-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff0-\ufffb\ufffe\uffff\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff\U0010fffe\U0010ffff"
)
UNSAFE = pattern(f"[{_UNSAFE}]")
_SURROGATE = pattern("[\ud800-\udfff]")
_UNSAFE_IN_JSON = pattern(f"(?!\n)[{_UNSAFE}]")
_WORDS = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"}
_OUR_SIGNS = dict.fromkeys(map(ord, "…–—−×→↳≥≤·‘’“”µ✓✗"))
_ASCII = str.maketrans(
    {
        "…": "...",
        "–": "-",
        "—": "-",
        "−": "-",
        "×": "x",
        "→": "->",
        "↳": "-",
        "≥": ">=",
        "≤": "<=",
        "·": "-",
        "‘": "'",
        "’": "'",
        "“": '"',
        "”": '"',
        "\xa0": " ",
        "µ": "u",
    }
)


def one_line(text: str, cap: int = LINE_CAP) -> str:
    """The text on one line with everything unsafe made visible, at most `cap` characters of it.

    A longer text ends by saying how much was left out.
    """
    text, left_out = text[:cap], len(text) - cap
    plain = text if text.isascii() else text.translate(_OUR_SIGNS)
    if not (plain.isascii() and plain.isprintable()):
        text = _unstacked(UNSAFE.sub(_visible, text))
    return f"{text}… ({left_out} more characters)" if left_out > 0 else text


def word(text: str, cap: int) -> str:
    """A name, an id or an address for a column: like `one_line`, but cut without a note."""
    return one_line(text) if len(text) <= cap else one_line(text[:cap]) + "…"


def block(text: str, cap: int = BLOCK_CAP) -> list[str]:
    """The lines of a snippet, each safe. Its own line breaks and indentation stay, tabs become four blanks."""
    return [one_line(line.rstrip(), cap) for line in text[:cap].expandtabs(4).strip("\n").split("\n")]


def paragraphs(text: str, cap: int = BLOCK_CAP) -> list[str]:
    """The paragraphs of a longer text of ours, each on one safe line; a single line break is a blank."""
    parts = (" ".join(part.split("\n")) for part in text[:cap].split("\n\n"))
    return [one_line(part.strip(), cap) for part in parts if part.strip()]


def in_ascii(text: str) -> str:
    """The text for a terminal that knows ASCII alone: our own signs in ASCII, all else as an escape."""
    if text.isascii():
        return text
    return text.translate(_ASCII).encode("ascii", "backslashreplace").decode("ascii")


def storable(text: str, cap: int = STORED_CAP) -> str:
    """The text as a file may hold it: encodable in UTF-8 and at most `cap` characters; otherwise unchanged."""
    text, left_out = text[:cap], len(text) - cap
    if not text.isascii():
        text = _SURROGATE.sub(_visible, text)
    return f"{text}… ({left_out} more characters)" if left_out > 0 else text


def escape_json(document: str) -> str:
    r"""A JSON document with what is unsafe to look at written as `\uXXXX`; the values stay the same."""
    if document.isascii() and "\x7f" not in document:
        return document  # `json.dumps` itself writes the other control characters of ASCII in this way
    return _UNSAFE_IN_JSON.sub(_as_json, document)


def escape_yaml(document: str) -> str:
    """A YAML document with what is unsafe to look at escaped; it may stand only inside double quotes."""
    return _UNSAFE_IN_JSON.sub(_as_yaml, document)


def _visible(match: re.Match[str]) -> str:
    char = match.group()
    number = ord(char)
    if number < 0x100:
        return _WORDS.get(char) or f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def _as_json(match: re.Match[str]) -> str:
    units = match.group().encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{high:02x}{low:02x}" for high, low in zip(units[::2], units[1::2], strict=True))


def _as_yaml(match: re.Match[str]) -> str:
    number = ord(match.group())
    return f"\\u{number:04X}" if number < 0x10000 else f"\\U{number:08X}"


def _unstacked(text: str) -> str:
    """Combining marks beyond the third on one letter, as escapes."""
    if text.isascii() or NARROW.issuperset(text):
        return text
    from unicodedata import combining

    kept: list[str] = []
    run = 0
    for char in text:
        run = run + 1 if combining(char) else 0
        kept.append(char if run <= _STACK else f"\\u{ord(char):04x}")
    return "".join(kept)
