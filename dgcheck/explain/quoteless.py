"""Which messages may be looked for in a text that has lost its quotes.

Decided when the messages are kept, never when a text is read.
"""

from __future__ import annotations

from re import _constants as signs  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]

from dgcheck.explain.unquoted import QUOTES, has_quotes, unquoted

TYPE_CHECKING = False  # typing is not imported: `explain` pays for it
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

# Characters that must be left; more where a quote tells how the words begin or end: `"state": "Failed"` is an answer,
# without its quotes it may be anything.
LEAST, OPENED = 12, 16
_LOOKS = (signs.ASSERT, signs.ASSERT_NOT)
_REPEATS = (signs.MAX_REPEAT, signs.MIN_REPEAT, signs.POSSESSIVE_REPEAT)


def is_plain_enough(source: str) -> bool:
    """Whether a pattern with quotes still tells its message from others without them."""
    if not has_quotes(source) or any(map(_has_quote, _looks(parser.parse(source)))):
        return False
    at_an_end = source.lstrip("\\")[0] in QUOTES or source.rstrip("]")[-1] in QUOTES
    return _signs(parser.parse(unquoted(source))) >= (OPENED if at_an_end else LEAST)


def _looks(sequence: Iterable[Any]) -> Iterator[Any]:
    """What is looked for ahead and behind, without being part of the words."""
    for sign, given in sequence:
        if sign in _LOOKS:
            yield given[1]
        for inner in _inner(sign, given):
            yield from _looks(inner)


def _has_quote(sequence: Iterable[Any]) -> bool:
    """Whether a quote stands in a part of a pattern; one in a class of what must not stand there is none."""
    for sign, given in sequence:
        if sign is signs.LITERAL and chr(given) in QUOTES:
            return True
        if sign is signs.IN and (signs.NEGATE, None) not in given and _has_quote(given):
            return True
        if any(map(_has_quote, [given[1]] if sign in _LOOKS else _inner(sign, given))):
            return True
    return False


def _signs(sequence: Iterable[Any]) -> int:
    """How many characters that are no blanks stand in whatever a part of a pattern matches."""
    count = 0
    for sign, given in sequence:
        if sign is signs.LITERAL:
            count += not chr(given).isspace()
        elif sign in _REPEATS:
            count += given[0] * _signs(given[2])
        elif inner := _inner(sign, given):
            count += min(map(_signs, inner))
    return count


def _inner(sign: Any, given: Any) -> list[Any]:
    """The parts of a part of a pattern: one, or several of a choice."""
    if sign is signs.SUBPATTERN:
        return [given[-1]]
    if sign is signs.BRANCH:
        return list(given[1])
    return [given[2]] if sign in _REPEATS else []
