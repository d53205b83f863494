"""Reads text or logs and says what they name."""

from __future__ import annotations

from dgcheck.explain.hits import hits, unquoted_hits
from dgcheck.explain.known import Known
from dgcheck.explain.passages import WHOLE, Passage, beginning, passages
from dgcheck.explain.rejoined import WIDE, rejoined
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

BEGINNING = 64 * 1024  # bytes of a long input that are read once more with its broken lines put together


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
        head = first

        def more(size: int) -> bytes:
            nonlocal head
            block = read(size)
            head += block[: max(0, BEGINNING - len(head))]
            return block

        def seen(line: bytes, shape: bytes, number: int, start: int) -> bool:
            said = known.get(line, shape)
            if said:
                tally.again(said, Place(file, number, start, start, line))
            return said is not None

        shapes = self._shapes = self._shapes or Shapes(self._messages)
        for passage in passages(first, more, shapes, seen):
            heard = self._read(passage, shapes.stems(passage.raw, passage.shape), file, tally)
            if passage.shape and known.put(passage.raw, passage.shape, heard):
                shapes.cool(passage.shape)
        if all(one.said.confidence != "certain" for one in tally.heard().values()):
            self._read_rejoined(head, file)

    def _read_whole(self, passage: Passage, file: str, tally: Tally) -> None:
        """Read a short input; with its broken lines put together where only that makes messages of them.

        Where nothing is certain, also as if it had no quotes.
        """
        raw = passage.raw.decode("utf-8", "replace")
        found, text = hits(raw, self._table)
        same = text is raw  # a place in the one is the same place in the other
        forms = [(text, same)]
        for whole in rejoined(raw):
            again, words = hits(whole, self._table)
            forms.append((words, words is whole and len(whole) == len(raw)))
            known = [(hit.words, hit.entry.said.confidence) for hit in found]
            if again and (not found or _mended(known, again, text)):
                found, (text, same) = again, forms[-1]
                break
        if not _is_sure(found):
            for form in [(text, same)] if found else forms:
                if again := unquoted_hits(form[0], self._table, found):
                    found, (text, same) = again, form
                    break
        self._whole.append(text)
        if found:
            tally.add(found, text, _places(found, raw, raw if same else text, passage, file))

    def _read_rejoined(self, head: bytes, file: str) -> None:
        """Read the beginning of a long input once more for messages that a line break has cut, where that may be.

        They are added to what was heard; where the beginning is all of it, they and all around them take its place.
        """
        heard = self._tallies[-1].heard().values()
        is_all = len(head) < BEGINNING
        raw = head[: len(head) if is_all else head.rfind(b"\n") + 1].decode("utf-8", "replace")
        if any(len(line) > WIDE for line in raw.split("\n")):
            return  # a terminal that breaks lines breaks every one
        for whole in rejoined(raw):
            found, text = hits(whole, self._table)
            if not _is_sure(found):
                found = unquoted_hits(text, self._table, found)
            cut = _mended([(one.words, one.said.confidence) for one in heard], found, raw)
            if cut:
                found = found if is_all else cut
                if is_all:
                    self._tallies[-1] = Tally()
                same = text is whole and len(whole) == len(raw)
                places = _places(found, raw, raw if same else text, Passage(head, 1, 0), file)
                self._tallies[-1].add(found, text, places)
                return

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


def _is_sure(found: list[Hit]) -> bool:
    return any(hit.entry.said.confidence == "certain" for hit in found)


def _mended(found: list[tuple[str, str]], again: list[Hit], text: str) -> list[Hit]:
    """The messages of `again` that a line break had cut and that say better what was `found` without them.

    What was found, words and confidence, stands in a part of their words, or it is nothing but possible and they are
    surer.
    """
    cut = [hit for hit in again if hit.words not in text]
    if not found:
        return cut
    better = all(confidence == "possible" for _, confidence in found)
    return [
        hit
        for hit in cut
        if (better and hit.entry.said.confidence != "possible") or any(words in hit.words for words, _ in found)
    ]


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
