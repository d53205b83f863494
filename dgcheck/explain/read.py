"""Reads text or logs and says what they name."""

from __future__ import annotations

from dgcheck.explain.hits import hits
from dgcheck.explain.known import Known
from dgcheck.explain.passages import WHOLE, Passage, beginning, passages
from dgcheck.explain.rejoined import rejoined
from dgcheck.explain.shapes import Shapes
from dgcheck.explain.table import Table
from dgcheck.explain.tally import HEAD, Place, Tally, together

TYPE_CHECKING = False  # typing is not imported: `explain` pays for it
if TYPE_CHECKING:
    from collections.abc import Callable

    from dgcheck.explain.hits import Hit
    from dgcheck.explain.known import Lines
    from dgcheck.explain.messages import Messages
    from dgcheck.explain.tally import Heard


class Reader:
    """Reads any number of inputs, one after the other, and keeps what it heard in them."""

    def __init__(self, messages: Messages) -> None:
        self._table = Table(messages)
        self._messages = messages
        self._shapes: Shapes | None = None
        self._tallies: list[Tally] = []
        self._whole: list[str] = []

    def text(self, text: str) -> None:
        """Read a text."""
        data = memoryview(text.encode("utf-8", "replace"))
        place = 0

        def read(size: int) -> bytes:
            nonlocal place
            place += size
            return bytes(data[place - size : place])

        self.stream(read, "")

    def stream(self, read: Callable[[int], bytes], file: str) -> None:
        """Read an input in blocks; `file` is its name, '' for a text. Raises what `read` raises."""
        tally = Tally()
        self._tallies.append(tally)
        first = beginning(read)
        if len(first) <= WHOLE:
            self._read_whole(Passage(first, 1, 0), file, tally)
            return
        known = Known()

        def seen(line: bytes, shape: bytes, number: int, start: int) -> bool:
            said = known.get(line, shape)
            if said:
                tally.again(said, Place(file, number, start, start, line))
            return said is not None

        shapes = self._shapes = self._shapes or Shapes(self._messages)
        for passage in passages(first, read, shapes, seen):
            heard = self._read(passage, shapes.stems(passage.raw, passage.shape), file, tally)
            if passage.shape and known.put(passage.raw, passage.shape, heard):
                shapes.cool(passage.shape)

    def _read_whole(self, passage: Passage, file: str, tally: Tally) -> None:
        """Read a short input; with its broken lines put together where only that makes messages of them."""
        raw = passage.raw.decode("utf-8", "replace")
        found, text = hits(raw, self._table)
        same = text is raw  # a place in the one is the same place in the other
        for whole in rejoined(raw):
            again, words = hits(whole, self._table)
            if again and (not found or _mended(found, again, text)):
                found, text, same = again, words, words is whole and len(whole) == len(raw)
                break
        self._whole.append(text)
        if found:
            tally.add(found, text, _places(found, raw, raw if same else text, passage, file))

    def _read(self, passage: Passage, stems: list[str], file: str, tally: Tally) -> Lines:
        """Read a passage; what was heard in it, whether it counts, and how far from its beginning."""
        if not stems:
            return []
        raw = passage.raw.decode("utf-8", "replace")
        found, text = hits(raw, self._table, stems)
        if passage.skip:
            found = [hit for hit in found if hit.end > passage.skip]
        if not found:
            return []
        places = _places(found, raw, text, passage, file)
        noted = tally.add(found, text, places)
        return [(one, counts, place.start - passage.start) for (one, counts), place in zip(noted, places, strict=True)]

    @property
    def whole(self) -> str:
        """The inputs that were short enough to be looked at as a whole, unwrapped."""
        return "\n".join(self._whole)

    def heard(self) -> list[Heard]:
        """Each different thing that was said, once."""
        return together(self._tallies)


def _mended(found: list[Hit], again: list[Hit], text: str) -> bool:
    """Whether words of a message that a line break had cut hold those of another that was found in a part of them."""
    return any(hit.words not in text and any(one.words in hit.words for one in found) for hit in again)


def _places(found: list[Hit], raw: str, text: str, passage: Passage, file: str) -> list[Place]:
    """Where the hits stand in the input, in their order; where the words were wrapped, the whole passage."""
    places: dict[int, Place] = {}
    searched: dict[str, int] = {}
    for hit in sorted(found, key=lambda hit: hit.start):
        at = hit.start if raw is text else raw.find(hit.words, searched.get(hit.words, 0))
        if at < 0:
            end = passage.start + len(raw.rstrip("\n"))
            places[id(hit)] = Place(file, passage.line, passage.start, end, raw[:HEAD])
            continue
        searched[hit.words] = at + 1
        begin = raw.rfind("\n", 0, at) + 1
        start = passage.start + at
        head = raw[begin : begin + HEAD]
        places[id(hit)] = Place(file, passage.line + raw.count("\n", 0, begin), start, start + len(hit.words), head)
    return [places[id(hit)] for hit in found]
