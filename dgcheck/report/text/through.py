"""The way through several addresses, for a person at a terminal."""

from __future__ import annotations

from dgcheck.model.report import Report
from dgcheck.report import hops
from dgcheck.report.ink import Ink
from dgcheck.report.layout import cells, hang, indented, wrap


def through(report: Report, ink: Ink, width: int, *, verbose: bool) -> list[list[str]]:
    """Each address with its outcome, and a section for what lies between each two neighbours; [] without `--via`."""
    rows = hops.places(report)
    names, urls = (max(map(cells, column)) for column in zip(*((row.name, row.url) for row in rows), strict=True))
    lines = [ink.strong(line) for line in wrap(hops.TITLE, width)]
    for row in rows:
        at = 2 + ink.sign_width + 1 + names + 2
        first = f"  {ink.status(row.verdict)} {row.name}{' ' * (names - cells(row.name))}  "
        said = row.answer or row.verdict.value
        if at + urls + 2 + cells(said) <= width:
            lines.append(f"{first}{row.url}{' ' * (urls - cells(row.url))}  {said}")
        else:
            lines += [first + row.url, *indented(wrap(said, width - at), at)]
    for hop in hops.between(report, every=verbose):
        lines += _hop(hop, ink, width)
    return [lines]


def _hop(hop: hops.Between, ink: Ink, width: int) -> list[str]:
    said = wrap(hop.says[:1].upper() + hop.says[1:] + ".", width - 2)
    lines = ["", *indented([ink.loud(line) for line in said] if hop.broken else said, 2)]
    column = max((cells(what) for what, _, _ in hop.rows), default=0)
    for what, near, far in hop.rows:
        lines += hang(f"    {what}{' ' * (column - cells(what))}  ", f"{near} → {far}", width, column + 6)
    return [*lines, ink.faint(f"    and {hop.left} more with -v")] if hop.left else lines
