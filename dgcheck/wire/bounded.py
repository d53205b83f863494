"""A person's own regular expression, which may be any: searched for without ever taking longer than it may.

Some patterns take time that doubles with every character (`(a+)+b`), and Python's engine cannot be stopped on every
system. So a pattern is tried first on texts made for it, a little longer each time; what grows too fast is refused.
Then it sees a text only in pieces, and the time that it takes is counted.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any

from dgcheck.model.errors import UsageError
from dgcheck.model.pattern import pattern

LONGEST = 1000  # characters of a pattern
PIECE, OVERLAP = 512, 128  # characters that are searched at once, and that two pieces share
_SLOW = 0.05  # seconds for one trial
_MOST = 20.0  # seconds in one run, for all texts together
_LENGTHS = (*range(4, 40, 2), 48, 60, 80, 110, 160, 240, 360, PIECE)
_MOST_CHOICES = 12
_GROUP_REPEATED = pattern(r"\)(?:[*+]|\{\d*,?\d*\})")


class BadPattern(UsageError):
    """A pattern that cannot be used; the text says why. It quotes nothing: the pattern may hold a secret."""


class Bounded:
    """One pattern. Raises BadPattern for one that is none, matches nothing at all, or takes too long."""

    def __init__(self, source: str) -> None:
        if not source.strip():
            raise BadPattern("the pattern is empty")
        if len(source) > LONGEST:
            raise BadPattern(f"the pattern has {len(source)} characters; {LONGEST} are allowed")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._pattern = re.compile(source)
        except (re.error, OverflowError, RecursionError, ValueError) as error:
            raise BadPattern(f"it is no regular expression: {getattr(error, 'msg', None) or error}") from None
        if self._pattern.match("") is not None:
            raise BadPattern(
                "it matches where there is nothing, so everything would be hidden; write what is to be hidden"
            )
        self._shape(source)
        self._spent = 0.0
        self._try()

    def sub(self, replace: Callable[[str], str], text: str) -> str:
        """The text with `replace(match)` for every match. Lines are searched one by one, long ones in pieces."""
        begun = perf_counter()
        shown = "".join(self._line(replace, line) for line in _lines(text))
        self._spent += perf_counter() - begun
        if self._spent > _MOST:
            raise BadPattern(f"a pattern took more than {_MOST:.0f} s to be searched for; write it simpler")
        return shown

    def _line(self, replace: Callable[[str], str], line: str) -> str:
        shown: list[str] = []
        at = 0
        while len(line) - at > PIECE:
            end = at + PIECE - OVERLAP
            begun = at
            for found in self._pattern.finditer(line, at, at + PIECE):
                if found.start() >= end:
                    break
                shown += (line[begun : found.start()], replace(found.group()))
                begun = found.end()
            shown.append(line[begun : max(begun, end)])
            at = max(begun, end)
        return "".join(shown) + self._pattern.sub(
            lambda found: replace(found.group()) if found.group() else "", line[at:]
        )

    def _shape(self, source: str) -> None:
        """Refuse what a trial could not tell: repetitions that cost nothing before a text is long enough to match."""
        from re import _parser  # type: ignore[attr-defined]

        parsed = _parser.parse(source)
        shortest = parsed.getwidth()[0]
        choices = _choices(parsed, 1)
        most = 16 if _GROUP_REPEATED.search(source) else 24 if choices > 2 else PIECE // 2
        if choices > _MOST_CHOICES or (choices and shortest > most):
            raise BadPattern("it has more repetitions than can be searched for safely; write it simpler")

    def _try(self) -> None:
        """Search texts made of what the pattern itself is made of, longer and longer."""
        for seed in _seeds(self._pattern):
            for length in _LENGTHS:
                text = (seed * (length // len(seed) + 1))[:length] + "\x01"
                begun = perf_counter()
                self._pattern.search(text)
                if perf_counter() - begun > _SLOW:
                    # Another program may have had the machine: only what is slow again is slow.
                    begun = perf_counter()
                    self._pattern.search(text)
                    if perf_counter() - begun > _SLOW:
                        raise BadPattern(
                            "searching for it takes time without bounds (a repetition within a repetition, as in"
                            " (a+)+?);"
                            " write it simpler"
                        )


def _choices(parsed: Any, times: int) -> int:
    """At how many places of a text the engine may go on in more than one way; `times` the part itself is repeated.

    What is repeated without end counts once: how that grows is tried.
    """
    found = 0
    for operation, given in parsed:
        name = str(operation)
        if name.endswith("REPEAT"):
            least, most, inner = given
            found += times * (least != most) + _choices(inner, times * (int(most) if int(most) < 1000 else 1))
        elif name == "BRANCH":
            found += times + sum(_choices(one, times) for one in given[1])
        elif name in ("SUBPATTERN", "ASSERT", "ASSERT_NOT"):
            found += _choices(given[-1], times)
        elif name == "ATOMIC_GROUP":
            found += _choices(given, times)
        elif name == "GROUPREF_EXISTS":
            found += times + sum(_choices(one, times) for one in given[1:] if one)
    return found


def _lines(text: str) -> Iterator[str]:
    return iter(text.splitlines(keepends=True))


def _seeds(compiled: re.Pattern[str]) -> list[str]:
    """Short texts that the repetitions of a pattern may all match: its own characters, and one of each kind."""
    own = "".join(dict.fromkeys(compiled.pattern))[:40]
    single = dict.fromkeys([*own, "a", "A", "0", "_", "-", ".", " ", "x", "/", "é"])
    runs = re.findall(r"[A-Za-z0-9]{2,}", compiled.pattern)[:6]
    return [*single, *runs, *(f"{run}{char}" for run in runs for char in "a0. "), "a0", "a.", "a-", "a b", "0.", "aA0_"]
