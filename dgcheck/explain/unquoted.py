"""The form of a text, and of a pattern, in which quotes do not count.

Chats, ticket systems and spreadsheets strip quotes, double them or put others in their place. Without any, a text and
the pattern of a message are the same again.
"""

from __future__ import annotations

from dgcheck.model.pattern import pattern

TYPE_CHECKING = False  # typing is not imported: `explain` pays for it
if TYPE_CHECKING:
    import re

QUOTES = "\"'`"
_DROPPED = dict.fromkeys(map(ord, QUOTES))
# What stands in the source of a pattern: an escape, a class, or a quote, each with how often it may stand there.
_PART = pattern(
    r"(?P<quote>\\?[\"'`])(?:[?*+]|\{\d+(?:,\d*)?\})?\??|\\.|"
    r"\[(?P<negated>\^?)(?P<among>(?:\\.|[^\]\\])+)\](?P<often>(?:[?*+]|\{\d+(?:,\d*)?\})?)"
)
_IN_CLASS = pattern(r"\\?[\"'`]|\\.")


def without_quotes(text: str) -> str:
    """The text without its quotes."""
    return text.translate(_DROPPED)


def kept(text: str) -> list[int]:
    """The place in the text of each character of `without_quotes(text)`, and its end."""
    return [*(place for place, sign in enumerate(text) if sign not in QUOTES), len(text)]


def has_quotes(text: str) -> bool:
    """Whether a quote stands in a text or in the source of a pattern."""
    return any(sign in text for sign in QUOTES)


def unquoted(source: str) -> str:
    """The source of a pattern that finds in a text without quotes what `source` finds in the text with them.

    Quotes in a look ahead or behind say what must not stand there: of such a pattern there is no form without them.
    """
    return _PART.sub(_part, source) if has_quotes(source) else source


def _part(found: re.Match[str]) -> str:
    if found["quote"]:
        return ""
    among = found["among"]
    if not among or found["negated"] or not has_quotes(among):
        return found.group()
    left = _IN_CLASS.sub(lambda one: "" if one.group()[-1] in QUOTES else one.group(), among)
    if not left:
        return ""
    return f"[{left}]{found['often']}"
