"""A part of the page: a heading that the list of contents links to, and what stands below it."""

from __future__ import annotations

from dgcheck.model.record import dataclass
from dgcheck.report.html.element import Markup


@dataclass(frozen=True, slots=True)
class Part:
    """`name` is the anchor, `about` a sentence below the title that says how to read it."""

    name: str
    title: str
    body: Markup
    about: str = ""
