"""The evidence on its shelf: each piece has an anchor that the other parts link to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from dgcheck.model.evidence import Seen
from dgcheck.model.report import Report
from dgcheck.report.harmless import word
from dgcheck.report.html.element import Markup, each, join, tag

Kind = TypeVar("Kind", bound=Seen)
_MOST = 12  # links in one row


class Shelf:
    """All evidence of a report. Anchors are numbers of ours: an id out of a file names nothing on the page."""

    def __init__(self, report: Report) -> None:
        self.all = report.evidence
        self._places = {seen.id: place for place, seen in reversed(list(enumerate(report.evidence)))}

    def of(self, kind: type[Kind]) -> Iterator[Kind]:
        """Evidence of one kind, in the order in which it was recorded."""
        return (seen for seen in self.all if isinstance(seen, kind))

    def get(self, name: str) -> Seen | None:
        """The evidence with that id."""
        place = self._places.get(name)
        return None if place is None else self.all[place]

    def link(self, name: str) -> Markup:
        """A link to one piece, or its bare id where the report does not hold it."""
        place = self._places.get(name)
        said = word(name, 24)
        return join(said) if place is None else tag("a", said, href=f"#seen-{place}", cls="ref")

    def links(self, names: Iterable[str], most: int = _MOST) -> Markup:
        """`e3, e6, e7`, each a link."""
        found = list(names)
        more = f" and {len(found) - most} more" if len(found) > most else None
        return join(each(map(self.link, found[:most]), ", "), more)
