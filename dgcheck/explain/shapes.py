"""The shape of a line: the same for lines that differ only in numbers, times and ids.

A log of millions of lines has a few hundred shapes. What was decided of one line holds for its shape, so that most
lines cost one look into a set.

The fold is exact in one direction: where a literal stands in a line, its fold stands in the line's shape, at the same
place. So a shape without any folded stem has no line worth reading. Stems that are numbers have no shape of their own;
they count where a number may stand that is no part of a time, an id or a measured value.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from dgcheck.explain.coarse import anchor, is_number, needle
from dgcheck.explain.known import stretches

TYPE_CHECKING = False  # typing is not imported: `explain` pays for it
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dgcheck.explain.messages import Messages

LONGEST = 6 * 1024  # bytes of a line that has a shape; a longer one is read in pieces
MOST = 20_000  # shapes that are remembered
MOST_WORDS = 60_000
FEW_WORDS = 2  # of a message that is the whole text
FEW = 64  # new shapes in a block that are always looked at one by one
PATIENCE = 256  # lines of a log that are looked at in vain
NEAR = 16  # bytes around a part of a number in which the whole stem stands
_HEX = b"0123456789abcdefABCDEF"
_FOLD = bytes(97 if code in _HEX else code + 32 if 65 <= code <= 90 else code for code in range(256))

_ZERO = bytes(48 if 48 <= code <= 57 else code for code in range(256))


def fold(data: bytes) -> bytes:
    """The bytes with every hexadecimal digit as `a` and all letters small; as long as before."""
    return data.translate(_FOLD)


class Shapes:
    """Tells the lines worth reading from the others, by what was seen of their shapes."""

    def __init__(self, messages: Messages) -> None:
        # literal -> anchor -> needles, all folded; and the stems that each needle belongs to
        self._anchors: dict[bytes, dict[bytes, set[bytes]]] = {}
        self._stems: dict[bytes, list[str]] = {}
        # What else stands in a line with the needle, one of them at least, where a message is to match it.
        self._needs: dict[bytes, set[bytes]] = {}
        # Needles of messages that are the whole text, of one word or two: a longer line needs no look for them.
        self._alone: set[bytes] = set()
        among_others: set[bytes] = set()
        self._numbers: list[tuple[bytes, list[tuple[bytes, str]]]] = []
        self._numbers_needed: dict[str, list[bytes]] = {}
        self._digits: set[bytes] = set()
        self._flags: set[bytes] = set()
        for literal in messages.literals:
            among = messages.stems(literal)
            numbers: list[tuple[bytes, str]] = []
            for stem, below_it in among.items():
                one = needle(stem).encode()
                if is_number(stem):
                    numbers.append((one, stem))
                    if any(char.isdigit() for char in stem):
                        self._digits.add(one.translate(_ZERO))
                    else:
                        self._flags.add(fold(one))
                else:
                    below = self._anchors.setdefault(fold(literal.encode()), {})
                    below.setdefault(fold(anchor(stem).encode()), set()).add(fold(one))
                    self._stems.setdefault(fold(one), []).append(stem)
                    self._needs.setdefault(fold(one), set()).update(
                        fold(needle(more).encode()) for _, needs in below_it for more in needs or [""]
                    )
                    if all(needs and all(map(str.isdigit, needs)) for _, needs in below_it):
                        self._numbers_needed[stem] = [more.encode() for _, needs in below_it for more in needs or ()]
                    (self._alone if all(needs is None for _, needs in below_it) else among_others).add(fold(one))
            if numbers:
                self._numbers.append((literal.encode(), numbers))
        self._alone -= among_others
        # Lines that were looked at in vain: after many, those of lines with numbers are picked first that have a stem.
        self._vain = 0
        # Shapes: with a stem, without, with a number that counts, without.
        self._warm: set[bytes] = set()
        self._cold: set[bytes] = set()
        self._numbered: set[bytes] = set()
        self._plain: set[bytes] = set()
        # Words of shapes: without an anchor, and those with some, with the needles that may be there then.
        self._idle: set[bytes] = set()
        self._telling: dict[bytes, set[bytes]] = {}

    def hot(self, block: bytes, shapes: Sequence[bytes]) -> list[int]:
        """Which lines of a block are worth reading, by their numbers from 0; `shapes` are those of its lines.

        Lines longer than `LONGEST` always are.
        """
        different = set(shapes)
        long = {shape for shape in different if len(shape) > LONGEST}
        different -= long
        _bound(self._cold, self._warm, self._plain, self._numbered)
        fresh = different - self._cold - self._warm
        if fresh:
            hit = self._hit(fresh)
            self._warm |= hit
            self._cold |= fresh - hit
        numbered = self._by_numbers(different, block, shapes)
        worth = self._warm | long if long else self._warm
        found = [number for number, shape in enumerate(shapes) if shape in worth]
        if self._numbered:
            counted = {number for number, shape in enumerate(shapes) if shape in self._numbered}
            picked = self._vain > PATIENCE or 2 * len(counted) > len(shapes)
            numbered |= counted & self._lines_of_numbers(block, shapes) if picked else counted
        return sorted(numbered.union(found)) if numbered else found

    def _hit(self, fresh: set[bytes]) -> set[bytes]:
        """Those of new shapes in which a stem stands."""
        split = [(shape, shape.split()) for shape in fresh]
        unknown: set[bytes] = set()
        for _, words in split:
            unknown.update(words)
        unknown -= self._idle
        unknown -= self._telling.keys()
        if unknown:
            self._weigh(unknown)
        telling = self._telling
        known = telling.keys()
        hit: set[bytes] = set()
        for shape, words in split:
            if not known.isdisjoint(words) and self._needles(shape, [word for word in words if word in telling]):
                hit.add(shape)
        return hit

    def _needles(self, shape: bytes, words: Iterable[bytes]) -> set[bytes]:
        """The needles that stand in a shape with something that one of their messages needs; `words` are telling."""
        found = set()
        for word in words:
            for one in self._telling[word]:
                if one in shape and one not in found:
                    if one in self._alone and (shape[:1] == b"{" or len(shape.split(None, FEW_WORDS)) > FEW_WORDS):
                        continue  # nor is it an object of JSON
                    for more in self._needs[one]:
                        if more in shape:
                            found.add(one)
                            break
        return found

    def _weigh(self, words: set[bytes]) -> None:
        """Decide which words have an anchor in them."""
        if len(self._idle) + len(words) > MOST_WORDS:
            self._idle.clear()
        if len(self._telling) > MOST:
            self._telling.clear()
        blob = b"\n".join(words)
        telling: dict[bytes, set[bytes]] = {}
        for literal, anchors in self._anchors.items():
            place = blob.find(literal)
            while place >= 0:
                end = blob.find(b"\n", place)
                if end < 0:
                    end = len(blob)
                word = blob[blob.rfind(b"\n", 0, place) + 1 : end]
                for one, needles in anchors.items():
                    if one in word:
                        telling.setdefault(word, set()).update(needles)
                place = blob.find(literal, end)
        self._telling |= telling
        self._idle |= words - telling.keys()

    def _by_numbers(self, different: set[bytes], block: bytes, shapes: Sequence[bytes]) -> set[int]:
        """Decide which shapes may hold a stem that is a number; in a block of ever new shapes, which lines do."""
        fresh = different - self._plain - self._numbered - self._warm
        if not fresh:
            return set()
        if len(fresh) > FEW and 4 * len(fresh) > len(shapes):
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
        return {bisect_right(begins, place) - 1 for place in self._places_of_numbers(block.lower())}

    def _places_of_numbers(self, block: bytes) -> Iterator[int]:
        """Places of stems that are numbers, at least one for each line that has any."""
        for literal, below in self._numbers:
            place = block.find(literal)
            while place >= 0:
                around = block[max(0, place - NEAR) : place + NEAR]
                if any(_stands(one, stem, around) for one, stem in below):
                    yield place
                place = block.find(literal, place + len(literal))

    def cool(self, shape: bytes) -> None:
        """Read no more lines of a shape: what may stand in them says nothing."""
        self._warm.discard(shape)
        self._numbered.discard(shape)
        self._cold.add(shape)
        self._plain.add(shape)

    def stems(self, raw: bytes) -> list[str]:
        """The stems that may stand in a passage. There are few of them, so each can be tried."""
        shape = fold(raw)
        words = set(shape.split())
        unknown = {word for word in words if word not in self._idle and word not in self._telling}
        if unknown:
            self._weigh(unknown)
        lowered = raw.lower()
        needles = self._needles(shape, [word for word in words if word in self._telling])
        found = [stem for one in needles for stem in self._stems[one] if self._may_say(stem, lowered)]
        for literal, below in self._numbers:
            if literal in lowered:
                found += [stem for one, stem in below if _stands(one, stem, lowered)]
        self._vain += not found
        return found

    def _may_say(self, stem: str, lowered: bytes) -> bool:
        """Whether something that a message of a stem needs stands in a passage; numbers have no shape."""
        needs = self._numbers_needed.get(stem)
        return needs is None or any(one in lowered for one in needs)


def _stands(one: bytes, stem: str, lowered: bytes) -> bool:
    """Whether a number stands in a passage as its stem says; one in quotes, however they are escaped, has no blank."""
    if stem[0] == "'" and one[:1].isdigit():
        return lowered.count(one) > lowered.count(b" " + one)
    return one in lowered


def _bound(*sets: set[bytes]) -> None:
    for one in sets:
        if len(one) > MOST:
            one.clear()
