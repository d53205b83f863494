"""Cuts a log into the passages worth reading: the lines in which a stem stands, with the lines that belong to them.

A log of any size goes through in blocks; what is held is one block and what hangs over its end.
"""

from __future__ import annotations

from itertools import accumulate, pairwise

from dgcheck.explain.shapes import LONGEST, fold
from dgcheck.model.pattern import pattern

TYPE_CHECKING = False  # typing is not imported: `explain` pays for it
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dgcheck.explain.shapes import Shapes

BLOCK = 1 << 19
WHOLE = 16 * 1024  # a text of this size is one passage: what was pasted together belongs together
ABOVE, BELOW = 12, 40  # lines of one entry before and behind the line that was hit
HEAD = 96  # bytes of a line by which it is seen whether it begins an entry
LONG = LONGEST  # bytes of a passage; a longer line is read in pieces that overlap
PIECE, OVERLAP, SHORT = 2048, 512, 128
OVERHANG = 64 * 1024  # bytes of a line without an end that wait for the next block
# How a new entry of a log begins: a container's or pod's name, then a time, a level, a brace.
_ENTRY = pattern(
    rb"(?:[\w.-]{1,64} *\| |\[pod/[^\]\n]{1,200}\] |[0-9a-f]{8}-[0-9a-f-]{27} )?"
    rb"[\[(<\"']{0,2}(?:\d{4}[-/]\d\d[-/]\d\d|\d\d?[-/.]\d\d?[-/.]\d{2,4}|\d\d:\d\d:\d\d|\d{10}|"
    rb"[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b|[IWEF]\d{4} \d\d:|\{\"|time=|ts=|level=|"
    rb"(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL|PANIC|trace|debug|info|warn|warning|error|fatal)\b)"
)


# Where a line that is very long was several once: a line break that was escaped, an object behind another, a time.
_BREAKS = (b"\\n", b"},{", b"}{", b"} {", b" 20", b"|20", b"[20")
_TIME = pattern(rb".\d{4}-\d\d-\d\d[T ]\d\d:")
# How a line goes on what was begun above: frames, causes, closing brackets, blanks.
_GOES_ON = pattern(
    rb"\s|\Z|at |Caused by|caused by|\.\.\. \d|-+>? |During handling|The above exception|Traceback|[})\]]|[Cc]ause:|"
    rb"\[cause\]"
)


class Passage:
    """A stretch of the input: its text, its first line (from 1), its first character, and the shape of a single line.

    `shape` is b"" for more than one line. What ends within the first `skip` bytes stood in the passage before it.
    """

    __slots__ = ("line", "raw", "shape", "skip", "start")

    def __init__(self, raw: bytes, line: int, start: int, shape: bytes = b"", skip: int = 0) -> None:
        self.raw = raw
        self.line = line
        self.start = start
        self.shape = shape
        self.skip = skip


def beginning(read: Callable[[int], bytes]) -> bytes:
    """The first bytes of an input: all of a short one, else more than `WHOLE`. `read` is that of a binary file."""
    first = read(WHOLE + 1)
    while first and len(first) <= WHOLE and (more := read(WHOLE + 1 - len(first))):
        first += more
    return first


def passages(
    first: bytes, read: Callable[[int], bytes], shapes: Shapes, seen: Callable[[bytes, bytes, int, int], bool]
) -> Iterator[Passage]:
    """The passages of a log, in order; `first` is its beginning. Bytes that are no UTF-8 do no harm.

    `seen` is asked of a line, its shape, its number and its place; where it says True the line is done with.
    """
    line, start, held, more = 1, 0, first, first
    while more:
        more = read(BLOCK)
        held += more
        cut = held.rfind(b"\n") + 1 if more else len(held)
        if more and len(held) - cut > OVERHANG:
            cut = len(held) - LONG
        block, held = held[:cut], held[cut:]
        if block:
            yield from _in_block(block, shapes, seen, line, start)
            line += block.count(b"\n")
            start += _characters(block)


def _characters(data: bytes) -> int:
    return len(data) if data.isascii() else len(data.decode("utf-8", "replace"))


def _in_block(
    block: bytes, shapes: Shapes, seen: Callable[[bytes, bytes, int, int], bool], line: int, start: int
) -> Iterator[Passage]:
    """The passages of a block of whole lines; `line` and `start` are the block's own place in the input."""
    folded = fold(block).split(b"\n")
    hot = shapes.hot(block, folded)
    if not hot:
        return
    lines = _Lines(block, folded, start)
    done = 0
    for number, looks in hot.items():
        if number < done:
            continue
        shape, begin = folded[number], lines.begin(number)
        if len(shape) > LONG:
            yield from _in_long(lines, number, shapes, seen, line + number)
            continue
        raw = block[begin : begin + len(shape)]
        if looks:
            lowered = raw.lower()
            if not any(look.stands(lowered) for look in looks):
                continue
        if seen(raw, shape, line + number, lines.character(begin)):
            done = number + 1
            continue
        first, last = lines.entry(number, done)
        done = last
        if last == first + 1:
            yield Passage(raw, line + number, lines.character(begin), shape)
        else:
            begin = lines.begin(first)
            yield Passage(block[begin : lines.begin(last)], line + first, lines.character(begin))


def _in_long(
    lines: _Lines, number: int, shapes: Shapes, seen: Callable[[bytes, bytes, int, int], bool], line: int
) -> Iterator[Passage]:
    """The passages of a line that is longer than a passage may be: its entries where it has some, else pieces of it."""
    raw, begin = lines.raw(number), lines.begin(number)
    cuts = _cuts(raw)
    for first, last in pairwise(cuts):
        for place in range(first, last, PIECE - OVERLAP):
            piece = raw[place : min(place + PIECE, last)]
            shape = fold(piece) if last - first <= PIECE else _words_of(piece)
            start = lines.character(begin + place)
            if not seen(piece, shape, line, start) and shapes.stems(piece):
                yield Passage(piece, line, start, shape, OVERLAP if place > first else 0)


def _cuts(raw: bytes) -> list[int]:
    """Where a very long line may be cut without cutting a message, from 0 to its end."""
    found = {0, len(raw)}
    for sign in _BREAKS:
        place = raw.find(sign)
        while place >= 0:
            if not sign.endswith(b"20") or _TIME.match(raw, place):
                found.add(place + 1)
            place = raw.find(sign, place + SHORT)
    cuts: list[int] = []
    for place in sorted(found):
        if not cuts or place - cuts[-1] >= SHORT or place == len(raw):
            cuts.append(place)
    return cuts


def _words_of(piece: bytes) -> bytes:
    """What pieces of a long line have in common where they say the same, wherever they begin; short words tell most."""
    return b" ".join(sorted({word if len(word) <= 10 else fold(word) for word in piece.split()[1:-1]}))


class _Lines:
    """Where each line of a block begins, and which lines belong together."""

    def __init__(self, block: bytes, folded: list[bytes], start: int) -> None:
        self._block = block
        self._ascii = block.isascii()
        self._counted, self._characters = 0, start
        self._folded = folded
        self._begins = [0, *accumulate([len(shape) + 1 for shape in folded])]
        self._begins[-1] = min(self._begins[-1], len(block))
        self._opens: dict[tuple[bytes, bool], bool] = {}

    def raw(self, number: int) -> bytes:
        """A line."""
        return self._block[self._begins[number] : self._begins[number] + len(self._folded[number])]

    def begin(self, number: int) -> int:
        """The place of a line's first byte."""
        return self._begins[number]

    def character(self, place: int) -> int:
        """The character of the input that a byte of the block belongs to. Places are asked for in about their order."""
        if place < self._counted and not self._ascii:
            return self._characters - _characters(self._block[place : self._counted])
        step = place - self._counted
        self._characters += step if self._ascii else _characters(self._block[self._counted : place])
        self._counted = place
        return self._characters

    def _is_entry(self, number: int) -> bool:
        """Whether a line begins an entry of the log; decided once for each shape and what stands above it."""
        indented = number > 0 and self._folded[number - 1][:1] in b" \t"
        shape = (self._folded[number][:HEAD], indented)
        known = self._opens.get(shape)
        if known is None:
            begin = self._begins[number]
            head = self._block[begin : begin + HEAD].partition(b"\n")[0]
            known = _ENTRY.match(head) is not None or not (indented or _GOES_ON.match(head))
            self._opens[shape] = known
        return known

    def entry(self, number: int, done: int) -> tuple[int, int]:
        """First line, and line behind the last one, of the entry that a line belongs to."""
        begins, count = self._begins, len(self._folded)
        first = number
        while first > done and number - first < ABOVE and not self._is_entry(first):
            if begins[number] - begins[first - 1] > LONG // 2:
                break
            first -= 1
        last = number + 1
        while last < count and last - number < BELOW and begins[last] < len(self._block) and not self._is_entry(last):
            if begins[last + 1] - begins[first] > LONG:
                break
            last += 1
        return first, last
