"""The messages by their stems: which may stand in a text, without trying them all."""

from __future__ import annotations

import re

TYPE_CHECKING = False  # typing is not imported: `explain` pays for it
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dgcheck.explain.messages import Messages, Said


# What keeps its case when a pattern is put in small letters: escapes, and the sign of a named group.
_KEPT = re.compile(r"\\.|\(\?P(?=[<=>])|[A-Z]+", re.DOTALL)


def small(source: str) -> str:
    """A pattern that finds in a text of small letters what `source` finds in any, without regard to case.

    So no pattern needs to fold as it searches, which is ten times as slow.
    """
    return _KEPT.sub(lambda found: found.group() if found.group()[0] in "\\(" else found.group().lower(), source)


_LESS_SURE = {"certain": "likely", "likely": "possible", "possible": "possible"}


class Entry:
    """One message with its patterns, compiled when its stem is first met; all are for text in small letters.

    One that is `plain` is read in a text without quotes, and is less sure than it is with them.
    """

    __slots__ = ("_match", "_near", "_unless", "number", "said")

    def __init__(self, number: int, said: Said, *, plain: bool = False) -> None:
        self.number = number
        self.said = said
        if plain:
            from dgcheck.explain.unquoted import unquoted  # most texts have the quotes that they were said with

            said.match = unquoted(said.match or re.escape(said.stem))
            said.near, said.unless = unquoted(said.near), unquoted(said.unless)
            said.confidence = _LESS_SURE[said.confidence]
        self._match: re.Pattern[str] | None = None
        self._near: re.Pattern[str] | None = None
        self._unless: re.Pattern[str] | None = None

    @property
    def match(self) -> re.Pattern[str]:
        """The pattern of the words; the stem itself where there is none."""
        if self._match is None:
            self._match = re.compile(small(self.said.match) or re.escape(self.said.stem))
        return self._match

    def fits(self, passage: str) -> bool:
        """Whether the surroundings are those that the message asks for."""
        if self.said.near:
            if self._near is None:
                self._near = re.compile(small(self.said.near))
            if not self._near.search(passage):
                return False
        if self.said.unless:
            if self._unless is None:
                self._unless = re.compile(small(self.said.unless))
            if self._unless.search(passage):
                return False
        return True


class Table:
    """Finds which messages a text may hold."""

    def __init__(self, messages: Messages) -> None:
        self._messages = messages
        self._entries: dict[int, Entry] = {}
        self._plain: dict[int, Entry] = {}

    def stems_in(self, lowered: str) -> list[str]:
        """Every stem that stands in a text of lower case."""
        return [
            stem
            for literal in self._messages.literals
            if literal in lowered
            for stem in self._messages.stems(literal)
            if stem in lowered
        ]

    def entries(self, stem: str, lowered: str) -> Iterator[Entry]:
        """The messages of a stem that may stand in a text of lower case."""
        for number, needs in self._messages.below(stem):
            if not needs or any(one in lowered for one in needs):
                entry = self._entries.get(number)
                if entry is None:
                    entry = self._entries[number] = Entry(number, self._messages.said(number))
                yield entry

    def plain(self, lowered: str) -> Iterator[tuple[str, Entry]]:
        """Each stem without quotes and each of its messages that may stand in a text without quotes, in lower case."""
        for stem, below in self._messages.plain().items():
            if stem in lowered:
                for number, needs in below:
                    if not needs or any(one in lowered for one in needs):
                        if number not in self._plain:
                            self._plain[number] = Entry(number, self._messages.said(number), plain=True)
                        yield stem, self._plain[number]
