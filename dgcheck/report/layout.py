"""Lines of a given width. What a person would copy (an URL, a command in backquotes) is never cut in two."""

from __future__ import annotations

from dgcheck.model.pattern import pattern
from dgcheck.report.harmless import NARROW

PROSE = 100  # columns; longer lines are hard to read, however wide the terminal
NARROWEST = 40
# A word, a number with its unit, an option with its VALUE, or a command in backquotes together with what touches it.
_WORD = pattern(r"(?:`[^`\n]{1,400}`|--[a-z-]+ (?=[A-Z]{2})|\d[\d.]* (?=(?:ms|s|KB|MB)\b)|[^\s`]|`)+")


def cells(text: str) -> int:
    """Columns that the text takes on a terminal."""
    if text.isascii() or NARROW.issuperset(text):
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text)


def wrap(text: str, width: int) -> list[str]:
    """The text as lines of at most `width` columns; a word that is longer has a line of its own. At least one line."""
    lines: list[str] = []
    line, used = "", 0
    for word in _WORD.findall(text):
        size = cells(word)
        if line and used + 1 + size > width:
            lines.append(line)
            line, used = "", 0
        line, used = (f"{line} {word}", used + 1 + size) if line else (word, size)
    return [*lines, line] if line or not lines else lines


def hang(first: str, text: str, width: int, indent: int) -> list[str]:
    """The text wrapped behind `first`, which takes `indent` columns; the other lines start below the text."""
    lines = wrap(text, max(width - indent, 20))
    return [first + lines[0], *(" " * indent + line for line in lines[1:])]


def indented(lines: list[str], by: int) -> list[str]:
    """The lines moved to the right; empty ones stay empty."""
    return [" " * by + line if line else line for line in lines]
