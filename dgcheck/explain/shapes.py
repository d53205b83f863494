"""The shape of a line: the same for lines that differ only in numbers, times and ids.

A log of millions of lines has a few hundred shapes. What was decided of one line holds for its shape, so that most
lines cost one look into a set.

The fold is exact in one direction: where a literal stands in a line, its fold stands in the line's shape, at the same
place. So a shape without any folded stem has no line worth reading. Stems that are numbers have no shape of their own;
they count where a number may stand that is no part of a time, an id or a measured value.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate

from dgcheck.explain.coarse import anchor, is_number, needle
from dgcheck.explain.known import stretches
from dgcheck.model.pattern import pattern

TYPE_CHECKING = False  # typing is not imported: `explain` pays for it
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dgcheck.explain.messages import Messages, Needs

LONGEST = 6 * 1024  # bytes of a line that has a shape; a longer one is read in pieces
MOST = 20_000  # shapes that are remembered
MOST_BRIEF = 5_000  # brief shapes that are remembered
MOST_WORDS = 60_000
FEW_WORDS = 2  # of a message that is the whole text
FEW, MANY = 64, 16  # new shapes in a block that are always looked at one by one; how many lines for each, if not
PATIENCE = 256  # lines of a log that are looked at in vain
_HEX = b"0123456789abcdefABCDEF"
_FOLD = bytes(97 if code in _HEX else code + 32 if 65 <= code <= 90 else code for code in range(256))

# How a pattern goes on behind a number, which may be one of several, that ends there.
_END = pattern(r"(?![0-9])[0-9|]{0,60}\){0,3}(\\b|\(\?!\\d\))")
# How a quote ends before what it opens, and begins behind what it closes, however it is escaped.
_OPENS = rb"[\"2;\x9c\x9d]"
_CLOSES = rb"(?=['\\&\xe2])"
_ZERO = bytes(48 if 48 <= code <= 57 else code for code in range(256))


def fold(data: bytes) -> bytes:
    """The bytes with every hexadecimal digit as `a` and all letters small; as long as before."""
    return data.translate(_FOLD)


def brief(shape: bytes) -> bytes:
    """A shape without the lengths of its numbers: each run of `a` is one. What holds a literal holds it here too."""
    shape = shape.replace(b"aaaa", b"a").replace(b"aaa", b"a")
    while b"aa" in shape:
        shape = shape.replace(b"aa", b"a")
    return shape


class Look:
    """What must stand in a line, in small letters, where a stem says something there."""

    __slots__ = ("_below", "_needs", "alone", "brief", "needle", "stem")

    def __init__(self, stem: str, below: Needs) -> None:
        self.stem = stem
        self.needle = needle(stem).encode()
        self.brief = brief(fold(self.needle))
        # Each message of it is a whole text of one word or two: a longer line needs no look for it.
        self.alone = all(needs is None for _, needs in below)
        self._below = below
        self._needs: list[tuple[bytes, re.Pattern[bytes] | None]] | None = None

    def ready(self, messages: Messages) -> Look:
        """Itself, with what its messages need beside the stem: one of several literals, or nothing (no literal)."""
        if self._needs is None:
            needs = {more for _, among in self._below for more in among or [""]}
            self._needs = []
            if "" not in needs:
                sources = [messages.said(number).match for number, _ in self._below]
                for more in sorted(needs):
                    one = needle(more)
                    quoted = more[0] == '"' and more[1:] == one and one.isascii()
                    behind = re.compile(_OPENS + re.escape(one).encode()) if quoted else whole(one, sources)
                    self._needs.append((one.encode(), behind))
        return self

    def stands(self, lowered: bytes) -> bool:
        """Whether a message of the stem may stand in a passage of small letters. It must have been made ready."""
        if self.needle not in lowered:
            return False
        if not self._needs:
            return True
        return any(one in lowered and (exact is None or exact.search(lowered)) for one, exact in self._needs)


def whole(number: str, sources: Sequence[str]) -> re.Pattern[bytes] | None:
    """What finds a number where it is no beginning of a longer one, if all patterns that have it ask for that.

    None for other words, and where a pattern does not ask for it.
    """
    if not number.isdigit():
        return None
    ends = set()
    for source in sources:
        for found in re.finditer(number, source):
            end = _END.match(source, found.end())
            ends.add(end.group(1) if end else "")
    if not ends or "" in ends:
        return None
    return re.compile(number.encode() + (rb"(?![0-9a-z_])" if ends == {r"\b"} else rb"(?!\d)"))


class Shapes:
    """Tells the lines worth reading from the others, by what was seen of their shapes."""

    def __init__(self, messages: Messages) -> None:
        # literal -> anchor -> what it may belong to; literals and anchors are folded and brief
        self._messages = messages
        self._anchors: dict[bytes, dict[bytes, set[Look]]] = {}
        # What finds one of several stems that are numbers, and what finds each.
        self._numbers: list[tuple[bytes, re.Pattern[bytes], list[tuple[re.Pattern[bytes], str]]]] = []
        self._digits: set[bytes] = set()
        self._flags: set[bytes] = set()
        for literal in messages.literals:
            numbers: list[tuple[bytes, str]] = []
            for stem, below in messages.stems(literal).items():
                one = needle(stem).encode()
                if is_number(stem):
                    numbers.append((_found_as(stem, one, messages), stem))
                    if any(char.isdigit() for char in stem):
                        self._digits.add(one.translate(_ZERO))
                    else:
                        self._flags.add(fold(one))
                else:
                    among = self._anchors.setdefault(brief(fold(literal.encode())), {})
                    among.setdefault(brief(fold(anchor(stem).encode())), set()).add(Look(stem, below))
            if numbers:
                any_of = pattern(b"|".join(source for source, _ in numbers))
                each = [(pattern(source), stem) for source, stem in numbers]
                self._numbers.append((literal.encode(), any_of, each))
        # Lines that were looked at in vain: after many, those of lines with numbers are picked first that have a stem.
        self._vain = 0
        # Shapes: with what may stand in their lines, without any of it; with a number that counts, without.
        self._warm: dict[bytes, tuple[Look, ...]] = {}
        self._cold: set[bytes] = set()
        self._numbered: set[bytes] = set()
        self._plain: set[bytes] = set()
        # Brief shapes with what may stand in their lines.
        self._brief: dict[bytes, tuple[Look, ...]] = {}
        # Words of brief shapes: without an anchor, and those with some, with what may be there then.
        self._idle: set[bytes] = set()
        self._telling: dict[bytes, set[Look]] = {}

    def hot(self, block: bytes, shapes: Sequence[bytes]) -> dict[int, tuple[Look, ...]]:
        """Which lines of a block are worth a look, by their numbers from 0, in order, and what may stand in each.

        () where a number may, or where a line is longer than `LONGEST`: those are worth reading. `shapes` are those of
        the lines.
        """
        different = set(shapes)
        long = {shape for shape in different if len(shape) > LONGEST}
        different -= long
        for kept in (self._cold, self._warm, self._plain, self._numbered):
            if len(kept) > MOST:
                kept.clear()
        warm, cold = self._warm, self._cold
        fresh = {shape for shape in different if shape not in cold and shape not in warm}
        if fresh:
            self._sort(fresh)
        numbered = self._by_numbers(different, block, shapes)
        if self._numbered:
            counted = {number for number, shape in enumerate(shapes) if shape in self._numbered}
            picked = self._vain > PATIENCE or 2 * len(counted) > len(shapes)
            numbered |= counted & self._lines_of_numbers(block, shapes) if picked else counted
        if warm:
            found = {number: warm[shape] for number, shape in enumerate(shapes) if shape in warm}
        else:
            found = {}
        if long:
            numbered.update(number for number, shape in enumerate(shapes) if shape in long)
        if numbered:
            found.update(dict.fromkeys(numbered, ()))
            return dict(sorted(found.items()))
        return found

    def _sort(self, fresh: set[bytes]) -> None:
        """Decide of new shapes what may stand in their lines."""
        known = self._brief
        if len(known) > MOST_BRIEF:
            known.clear()
        shortened = {shape: brief(shape) for shape in fresh}
        new = {short: short.split() for short in shortened.values() if short not in known}
        if new:
            self._weigh(set().union(*new.values()))
            telling = self._telling.keys()
            for short, words in new.items():
                known[short] = () if telling.isdisjoint(words) else self._looks(short, words)
        for shape, short in shortened.items():
            if looks := known[short]:
                self._warm[shape] = looks
            else:
                self._cold.add(shape)

    def _looks(self, short: bytes, words: Iterable[bytes]) -> tuple[Look, ...]:
        """What may stand in lines of a brief shape; each of its words was weighed."""
        telling, found = self._telling, set[Look]()
        for word in words:
            if word in telling:
                found |= telling[word]
        # An object of JSON is no single word either.
        many = short[:1] == b"{" or len(short.split(None, FEW_WORDS)) > FEW_WORDS
        return tuple(one.ready(self._messages) for one in found if one.brief in short and not (many and one.alone))

    def _weigh(self, words: set[bytes]) -> None:
        """Decide which words of brief shapes have an anchor in them."""
        if len(self._idle) + len(words) > MOST_WORDS:
            self._idle.clear()
        if len(self._telling) > MOST:
            self._telling.clear()
        words = words - self._idle - self._telling.keys()
        if not words:
            return
        blob = b"\n".join(words)
        telling: dict[bytes, set[Look]] = {}
        for literal, anchors in self._anchors.items():
            place = blob.find(literal)
            while place >= 0:
                end = blob.find(b"\n", place)
                if end < 0:
                    end = len(blob)
                word = blob[blob.rfind(b"\n", 0, place) + 1 : end]
                for one, looks in anchors.items():
                    if one in word:
                        telling.setdefault(word, set()).update(looks)
                place = blob.find(literal, end)
        self._telling |= telling
        self._idle |= words - telling.keys()

    def _by_numbers(self, different: set[bytes], block: bytes, shapes: Sequence[bytes]) -> set[int]:
        """Decide which shapes may hold a stem that is a number; in a block of ever new shapes, which lines do."""
        fresh = different - self._plain - self._numbered
        if not fresh:
            return set()
        if len(fresh) > FEW and MANY * len(fresh) > len(shapes):
            return self._lines_of_numbers(block, shapes)
        for shape, line in zip(shapes, block.split(b"\n"), strict=True):
            if shape in fresh:
                fresh.discard(shape)
                (self._numbered if self._may_number(line, shape) else self._plain).add(shape)
                if not fresh:
                    break
        return set()

    def _may_number(self, line: bytes, shape: bytes) -> bool:
        """Whether a number of the stems may stand where this line has a number, in a line of the same shape."""
        if any(one in shape for one in self._flags):
            return True
        zeros = line.lower().translate(_ZERO)
        if not any(one in zeros for one in self._digits):
            return False
        parts = [zeros[part] for part in stretches(line)]
        return any(one in part for part in parts for one in self._digits)

    def _lines_of_numbers(self, block: bytes, shapes: Sequence[bytes]) -> set[int]:
        """The lines of a block in which a stem stands that is a number."""
        begins = [0, *accumulate([len(shape) + 1 for shape in shapes])]
        lowered = block.lower()
        found: set[int] = set()
        for literal, any_of, _ in self._numbers:
            if literal in lowered:
                found.update(bisect_right(begins, one.start()) - 1 for one in any_of.finditer(lowered))
        return found

    def cool(self, shape: bytes) -> None:
        """Read no more lines of a shape: what may stand in them says nothing."""
        self._warm.pop(shape, None)
        self._numbered.discard(shape)
        self._cold.add(shape)
        self._plain.add(shape)

    def stems(self, raw: bytes, shape: bytes = b"") -> list[str]:
        """The stems that may stand in a passage, whose shape is known where it is a single line; each can be tried."""
        looks = self._warm.get(shape) if shape else None
        if looks is None:
            short = brief(fold(raw))
            looks = self._brief.get(short)
        if looks is None:
            words = set(short.split())
            self._weigh(words)
            looks = self._looks(short, words)
        lowered = raw.lower()
        found = [look.stem for look in looks if look.stands(lowered)]
        for literal, any_of, each in self._numbers:
            if literal in lowered and any_of.search(lowered):
                found += [stem for one, stem in each if one.search(lowered)]
        self._vain += not found
        return found


def _found_as(stem: str, one: bytes, messages: Messages) -> bytes:
    """The source of a pattern that finds a stem that is a number, in bytes of small letters."""
    if stem[0] == "'" and one.isdigit():
        return one + _CLOSES
    found = whole(stem, [messages.said(number).match for number, _ in messages.below(stem)])
    return found.pattern if found else re.escape(one)
