"""Counts the same thing said many times, in bounded memory."""

from __future__ import annotations

from dgcheck.explain.elsewhere import elsewhere
from dgcheck.explain.hits import quote
from dgcheck.explain.times import time_of

TYPE_CHECKING = False  # typing is not imported: `explain` pays for it
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dgcheck.explain.hits import Hit
    from dgcheck.explain.messages import Said

DISTINCT = 256  # different things that are kept apart; beyond them a message is counted whatever its facts
HEAD = 400  # characters of a line in which its time is looked for
KEPT = 4096  # characters of the first passage that are kept with a message


class Place:
    """Where something was said: file, line (from 1), first and last character of the input, and the line itself."""

    __slots__ = ("end", "file", "head", "line", "start")

    def __init__(self, file: str, line: int, start: int, end: int, head: str | bytes) -> None:
        self.file = file
        self.line = line
        self.start = start
        self.end = end
        self.head = head

    @property
    def time(self) -> str:
        """The time of the line in a form that sorts, '' where it has none."""
        head = self.head
        return time_of(head if isinstance(head, str) else head[:HEAD].decode("utf-8", "replace"))


class Heard:
    """One message with the same facts, however often: first and last place, and the first passage around it.

    `order` grows with what was heard later or further inside; `elsewhere` are the words by which it was said of another
    service, if it was.
    """

    __slots__ = ("around", "count", "elsewhere", "facts", "first", "last", "order", "quote", "said", "words")

    def __init__(self, hit: Hit, text: str, place: Place, order: int, elsewhere: str) -> None:
        self.said: Said = hit.entry.said
        self.facts = hit.facts
        self.words = hit.words
        self.elsewhere = elsewhere
        self.quote = quote(text, hit)
        self.around = _around(text, hit)
        self.first = place
        self.last = place
        self.count = 0
        self.order = order


class Tally:
    """Everything heard so far in one input."""

    def __init__(self) -> None:
        self._heard: dict[tuple[object, ...], Heard] = {}
        self._order = 0

    def add(self, hits: list[Hit], text: str, places: list[Place]) -> list[tuple[Heard, bool]]:
        """Note the hits of one passage, innermost first, each with its place; what each was noted as, and if it counts.

        What several messages say of one cause in one line is one event, which one of them counts.
        """
        noted: list[tuple[Heard, bool]] = []
        events: dict[tuple[str, bool, int, int], int] = {}
        self._order += len(hits)
        for depth, (hit, place) in enumerate(zip(hits, places, strict=True)):
            number = hit.entry.number
            aside = elsewhere(hit.entry.said.cause, text, hit.start, hit.end)
            key: tuple[object, ...] = (number, bool(aside), *hit.facts.values())
            known = self._heard.get(key)
            if known is None and len(self._heard) >= DISTINCT:
                key = (number, bool(aside))
                known = self._heard.get(key)
            if known is None:
                known = self._heard[key] = Heard(hit, text, place, self._order - depth, aside)
            known.order = max(known.order, self._order - depth)
            known.last = place
            of_line = (known.said.cause, known.said.wraps, text.count("\n", 0, hit.start))
            events[*of_line, number] = said = events.get((*of_line, number), 0) + 1
            counts = said > events.get((*of_line, -1), 0)
            if counts:
                events[*of_line, -1] = said
                known.count += 1
            noted.append((known, counts))
        return noted

    def again(self, heard: list[tuple[Heard, bool, int]], line: Place) -> None:
        """Note once more what a line like this one said, each with its distance from the line's beginning."""
        order = self._order = self._order + len(heard)
        for known, counts, distance in heard:
            start = line.start + distance
            known.count += counts
            known.order = order
            known.last = Place(line.file, line.line, start, start + len(known.words), line.head)
            order -= 1

    def heard(self) -> dict[tuple[object, ...], Heard]:
        """Each different thing once, under a key that says which."""
        return self._heard


def together(tallies: Sequence[Tally]) -> list[Heard]:
    """What several inputs say, in the order of their times where all have one, else in that of the inputs."""
    if len(tallies) == 1:
        return list(tallies[0].heard().values())
    merged: dict[tuple[object, ...], Heard] = {}
    step = 0
    for tally in tallies:
        for key, one in tally.heard().items():
            one.order += step
            known = merged.setdefault(key, one)
            if known is not one:
                known.count += one.count
                known.order = max(known.order, one.order)
                known.first = min(known.first, one.first, key=_time)
                known.last = max(known.last, one.last, key=_time)
        step = max((one.order for one in merged.values()), default=0)
    found = list(merged.values())
    if all(_time(one.last) for one in found):
        found.sort(key=lambda one: (_time(one.last), one.order))
        for number, one in enumerate(found):
            one.order = number
    return found


def _time(place: Place) -> str:
    return place.time


def _around(text: str, hit: Hit) -> str:
    begin = max(0, min(hit.start - KEPT // 2, len(text) - KEPT))
    return text[begin : begin + KEPT]
