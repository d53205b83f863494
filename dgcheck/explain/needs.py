"""The literals of which a pattern needs one to match: looking for them is cheaper than compiling the pattern.

Made when the messages are kept, never when a text is read.
"""

from __future__ import annotations

from re import _constants as signs  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]

TYPE_CHECKING = False  # typing is not imported: `explain` pays for it
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

SHORTEST, MOST = 3, 12
_WRAPS = 20  # characters of any kind that a pattern skips without leaving the line, as a rule
_BLANK = (signs.CATEGORY, signs.CATEGORY_SPACE)
_LETTERS = ((signs.CATEGORY, signs.CATEGORY_WORD), (signs.CATEGORY, signs.CATEGORY_DIGIT))
_REPEATS = (signs.MAX_REPEAT, signs.MIN_REPEAT, signs.POSSESSIVE_REPEAT)


def needed(source: str, stem: str) -> list[str]:
    """Literals of which at least one stands, in the line of the stem, in all that a pattern matches.

    They say more than the stem. [] where there are none; of several such sets the one with the longest literals.
    """
    lines: list[list[frozenset[str]]] = [[]]
    for one in _parts(parser.parse(source)):
        if one:
            lines[-1].append(one)
        else:
            lines.append([])
    best: frozenset[str] = frozenset()
    for line in lines:
        if any(all(stem in word for word in one) for one in line):
            sets = [one for one in line if _tells(one, stem)]
            best = max(sets, key=lambda one: (not any(stem in word for word in one), _shortest(one)), default=best)
    return sorted(best)


def is_alone(source: str) -> bool:
    """Whether all that a pattern matches is a whole text of one word or two, so no line of a log with more."""
    parts = list(parser.parse(source))
    ends = [given for sign, given in (parts[:1] + parts[-1:]) if sign is signs.AT]
    if ends != [signs.AT_BEGINNING_STRING, signs.AT_END_STRING]:
        return False
    return sum(_blanks(sign, given) for sign, given in parts if not _is_space(sign, given)) <= 1


def _is_space(sign: Any, given: Any) -> bool:
    return sign in _REPEATS and list(given[2]) == [(signs.IN, [_BLANK])]


def _blanks(sign: Any, given: Any) -> int:
    """How many blanks a part of a pattern matches at most; more than one where a look does not tell."""
    if sign is signs.LITERAL:
        return int(chr(given).isspace())
    if sign is signs.SUBPATTERN:
        return sum(_blanks(*one) for one in given[-1])
    if sign in _REPEATS:
        inner = sum(_blanks(*one) for one in given[2])
        return inner if given[1] == 1 else 2 * inner
    if sign is signs.IN:
        if given[0] == (signs.NEGATE, None):
            return 0 if _BLANK in given else 2
        return 0 if all(one in _LETTERS or (one[0] is signs.LITERAL and one[1] > 32) for one in given) else 2
    return 0 if sign in (signs.AT, signs.ASSERT, signs.ASSERT_NOT) else 2


def _tells(one: frozenset[str], stem: str) -> bool:
    return len(one) <= MOST and _shortest(one) >= SHORTEST and not any(word in stem for word in one)


def _shortest(one: frozenset[str]) -> int:
    return min(map(len, one))


def _parts(sequence: Iterable[Any]) -> Iterator[frozenset[str]]:
    """Sets of literals, of each of which a match holds one, in order; an empty set where the line may have ended."""
    run = ""
    for sign, given in sequence:
        if sign is signs.LITERAL and given != 10:
            run += chr(given)
            continue
        if run:
            yield frozenset((run,))
            if begun := _begun(sign, given):  # what follows at once makes the literal a longer one
                yield frozenset(run + more for more in begun)
            run = ""
        if sign is signs.SUBPATTERN:
            yield from _parts(given[-1])
        elif sign in _REPEATS:
            least, most, inner = given
            if _leaves(inner) and most > _WRAPS:
                yield frozenset()
            elif least >= 1:
                yield from _parts(inner)
        elif sign is signs.BRANCH:
            yield from _either([list(_parts(one)) for one in given[1]])
    if run:
        yield frozenset((run,))


def _begun(sign: Any, given: Any) -> set[str]:
    """Literals with one of which all begins that a part of a pattern matches; empty where there are none."""
    if sign is signs.SUBPATTERN:
        return _begun_all(given[-1])
    if sign is signs.BRANCH:
        each = [_begun_all(one) for one in given[1]]
        return set().union(*each) if all(each) else set()
    return set()


def _begun_all(sequence: Iterable[Any]) -> set[str]:
    run = ""
    for sign, given in sequence:
        if sign is not signs.LITERAL or given == 10:
            return {run} if run else _begun(sign, given)
        run += chr(given)
    return {run} if run else set()


def _either(alternatives: list[list[frozenset[str]]]) -> Iterator[frozenset[str]]:
    """Of a choice: one literal of each alternative; and the end of the line where one of them may leave it."""
    if any(not all(one) for one in alternatives):
        yield frozenset()
    elif all(alternatives):
        yield frozenset[str]().union(*(max(one, key=_shortest) for one in alternatives))


def _leaves(sequence: Iterable[Any]) -> bool:
    """Whether what is repeated may be a line break, other than as white space."""
    for sign, given in sequence:
        if sign is signs.NOT_LITERAL and given != 10:
            return True
        if sign is signs.IN:
            negated = (signs.NEGATE, None) in given
            if negated and (signs.LITERAL, 10) not in given and (signs.CATEGORY, signs.CATEGORY_SPACE) not in given:
                return True
            if not negated and (signs.CATEGORY, signs.CATEGORY_NOT_SPACE) in given and len(given) > 1:
                return True
        if sign is signs.SUBPATTERN and _leaves(given[-1]):
            return True
        if sign is signs.BRANCH and any(map(_leaves, given[1])):
            return True
        if sign in _REPEATS and _leaves(given[2]):
            return True
    return False
