"""What one passage says: the messages in it, overlapping ones settled, the innermost first."""

from __future__ import annotations

from dgcheck.explain.denied import is_denied
from dgcheck.explain.source import is_source
from dgcheck.explain.speech import is_speech
from dgcheck.explain.unwrap import unwrap
from dgcheck.model.pattern import pattern

TYPE_CHECKING = False  # typing is not imported: `explain` pays for it
if TYPE_CHECKING:
    from dgcheck.explain.table import Entry, Table

BEFORE, AFTER = 400, 1200  # characters around a stem in which its pattern is searched
PATIENCE = 4  # places of a stem that are tried in vain before the rest is looked at in one go
LEFT, LINE = 60, 180  # characters before a hit, and of its line, that are quoted
MOST = 64  # occurrences of one message in one passage that are looked at
# Python prints the cause first and what came of it last; every other runtime prints the cause last.
_CAUSE_FIRST = pattern(r"direct cause of the following exception|During handling of the above exception")
_STRENGTH = {"certain": 3, "likely": 2, "possible": 1}


class Hit:
    """A message found in a passage; `start` and `end` are places in the unwrapped text."""

    __slots__ = ("end", "entry", "facts", "start", "words")

    def __init__(self, entry: Entry, start: int, end: int, facts: dict[str, str], words: str) -> None:
        self.entry = entry
        self.start = start
        self.end = end
        self.facts = facts
        self.words = words


def hits(raw: str, table: Table, stems: list[str] | None = None) -> tuple[list[Hit], str]:
    """The messages in a passage, innermost first, and the passage without its wrapping.

    `stems` are those that may stand in it, where that is known; else all are tried.
    """
    text = unwrap(raw)
    lowered = text.lower()
    if len(lowered) != len(text):
        text = lowered
    found: list[Hit] = []
    for stem in table.stems_in(lowered) if stems is None else stems:
        if stem not in lowered:
            continue
        for entry in table.entries(stem, lowered):
            if new := _all(entry, stem, text, lowered):
                found += new if entry.fits(lowered) else []
    return _in_order(settled([hit for hit in found if _was_said(text, hit)]), text), text


def unquoted_hits(text: str, table: Table, known: list[Hit]) -> list[Hit]:
    """The messages in an unwrapped text that has lost or changed its quotes, with those that are known already.

    They are in the order of `hits`; a message that is known is not read again.
    """
    from dgcheck.explain.unquoted import kept, without_quotes

    plain = without_quotes(text)
    lowered = plain.lower()
    if len(lowered) != len(plain):
        plain = lowered
    numbers = {hit.entry.number for hit in known}
    found: list[Hit] = []
    for stem, entry in table.plain(lowered):
        if entry.number not in numbers and (new := _all(entry, stem, plain, lowered)) and entry.fits(lowered):
            found += [hit for hit in new if _was_said(plain, hit)]
    if not found:
        return known
    places = kept(text)
    for hit in found:
        hit.start, hit.end = places[hit.start], places[hit.end - 1] + 1
        hit.words = text[hit.start : hit.end]
    return _in_order(settled([*known, *found]), text)


def quote(text: str, hit: Hit) -> str:
    """The line in which a hit stands, cut where it is long."""
    begin = max(text.rfind("\n", 0, hit.start) + 1, hit.start - LEFT)
    end = text.find("\n", hit.end)
    end = min(end if end >= 0 else len(text), max(hit.end, begin + LINE))
    before = ""
    if begin and text[begin - 1] != "\n":
        blank = text.find(" ", begin, hit.start)
        begin, before = (blank if blank >= 0 else begin), "…"
    return before + " ".join(text[begin:end].split())[: 2 * LINE]


def _all(entry: Entry, stem: str, text: str, lowered: str) -> list[Hit]:
    found: list[Hit] = []
    failed = done = 0
    place = lowered.find(stem)
    while place >= 0 and len(found) < MOST:
        end = place + len(stem)
        if not entry.said.match:
            found.append(Hit(entry, place, end, {}, text[place:end]))
        elif match := entry.match.search(lowered, max(done, place - BEFORE), end + AFTER):
            facts = {name: text[slice(*match.span(name))] for name, value in match.groupdict().items() if value}
            found.append(Hit(entry, match.start(), match.end(), facts, text[match.start() : match.end()]))
            done = match.end()
            end = max(end, done)
        else:
            failed += 1
            if failed > PATIENCE:
                later = entry.match.search(lowered, max(done, place - BEFORE))
                if not later:
                    break
                end, failed = max(end, later.start() - BEFORE), 0
        place = lowered.find(stem, end)
    return found


def _was_said(text: str, hit: Hit) -> bool:
    """Whether a program said it: it is no line of source, no part of a transcript, and not denied."""
    start, end = hit.start, hit.end
    return not (is_source(text, start) or is_speech(text, start) or is_denied(text, start, end))


def _in_order(found: list[Hit], text: str) -> list[Hit]:
    """The innermost first."""
    return sorted(found, key=lambda hit: (hit.start, hit.end), reverse=not _CAUSE_FIRST.search(text))


def settled(found: list[Hit]) -> list[Hit]:
    """Without what another message says better: one that spans it, or the same words with more certainty."""
    kept: list[Hit] = []
    order = sorted(
        found,
        key=lambda hit: (
            hit.entry.said.wraps,
            hit.start - hit.end,
            -_STRENGTH[hit.entry.said.confidence],
            hit.entry.number,
        ),
    )
    for hit in order:
        if not any(one.start <= hit.start and hit.end <= one.end for one in kept if _may_cover(one, hit)):
            kept.append(hit)
    return kept


def _may_cover(one: Hit, other: Hit) -> bool:
    return other.entry.said.wraps or not one.entry.said.wraps
