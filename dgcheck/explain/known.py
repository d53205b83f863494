"""What was read in a line is read in every line that differs from it only in times and ids.

Lines of one shape are equally long and have their words at the same places. So it is decided once for a shape which
stretches of it may matter; lines that have the same bytes there say the same.
"""

from __future__ import annotations

from dgcheck.model.pattern import pattern

TYPE_CHECKING = False  # typing is not imported: `explain` pays for it
if TYPE_CHECKING:
    from typing import TypeAlias

    from dgcheck.explain.tally import Heard

    # What was heard in a line, whether it counts, and its distance from the beginning of the line.
    Lines: TypeAlias = list[tuple[Heard, bool, int]]

MOST = 20_000  # lines and shapes that are remembered
# Times, ids, addresses, measured values: what makes each line of a log another one. Numbers of three to five digits
# that stand alone stay, and so does whatever is called a status, a code or an error: those tell messages apart.
# The looks ahead are what makes it quick: most characters are none that any of this begins with.
_VARIES = pattern(
    rb"(?=\d)(?:\d{4}[-/]\d\d[-/]\d\d(?:[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?Z?)?|\d\d:\d\d:\d\d(?:[.,]\d+)?|"
    rb"\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F-]{22,27}|\b[0-9a-fA-F]{6,64}\b|"
    rb"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?::\d{5})?(?=[ ,\->\]])|"
    rb"(?:(?<=_ms[=:])|(?<=_us[=:])|(?<=size[=:])|(?<=time[=:])|(?<=tion[=:])|(?<=ency[=:])|(?<=ount[=:])|(?<=_id[=:])|"
    rb"(?<=ytes[=:])|(?<=pid[=:])|(?<=line[=:])|(?<=seq[=:]))\d+(?:\.\d+)?|\b\d+\.\d+(?:ms|s)\b)|"
    rb"(?=[a-fA-F])\b(?:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F-]{22,27}|(?=[a-fA-F]*\d)[0-9a-fA-F]{6,64}\b)|"
    rb"#\d+|\*\d+"
)

_DIGIT = pattern(rb"\d")
# Ports of five digits by which `elsewhere` knows another service; among those that vary, these matter.
_OTHERS = pattern(rb":(?:11211|11434|26379|27017)\b")


class Known:
    """What lines said, under what matters of them."""

    def __init__(self) -> None:
        self._met: set[bytes] = set()
        self._parts: dict[bytes, list[slice]] = {}
        self._said: dict[tuple[bytes, ...], Lines] = {}

    def get(self, line: bytes, shape: bytes) -> Lines | None:
        """What a line like this one said; None when there was none."""
        return self._said.get(self._key(line, shape)) if shape in self._met else None

    def put(self, line: bytes, shape: bytes, said: Lines) -> bool:
        """Remember what a line said, from the second line of its shape on.

        True where no line of its shape need be read again: it said nothing, and others can only differ in what varies.
        """
        if shape not in self._met:
            if len(self._met) >= MOST:
                self._met.clear()
            self._met.add(shape)
            return False
        if len(self._said) >= MOST:
            self._said.clear()
        key = self._key(line, shape)
        self._said[key] = said
        return not said and not any(map(_DIGIT.search, key[1:]))

    def _key(self, line: bytes, shape: bytes) -> tuple[bytes, ...]:
        if len(shape) != len(line):  # it is no fold, but what pieces of a long line have in common
            return (shape,)
        parts = self._parts.get(shape)
        if parts is None:
            if len(self._parts) >= MOST:
                self._parts.clear()
            parts = self._parts[shape] = stretches(line)
        return (shape, *[line[part] for part in parts], *_OTHERS.findall(line))


def stretches(line: bytes) -> list[slice]:
    """The parts of a line between what varies."""
    found, place = [], 0
    for varies in _VARIES.finditer(line):
        found.append(slice(place, varies.start()))
        place = varies.end()
    return [*found, slice(place, len(line))]
