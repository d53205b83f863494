"""A comparison for a person at a terminal: what it compares, what differs, and the sum of it last."""

from __future__ import annotations

from dgcheck.model.report import Report, Status
from dgcheck.report import wording
from dgcheck.report.harmless import block, in_ascii, one_line, word
from dgcheck.report.ink import Ink
from dgcheck.report.layout import NARROWEST, PROSE, cells, hang, indented, wrap
from dgcheck.ticket.compared import Comparison
from dgcheck.ticket.place import Kind
from dgcheck.ticket.told import Section, Told, columns, sections, summary

_ROWS = 40  # of a table; the JSON has them all


def render(one: Comparison, *, width: int, colour: bool, ascii: bool, verbose: bool) -> str:  # noqa: A002
    """The comparison in lines of at most `width` columns, save for what is there to paste."""
    ink = Ink(colour, ascii)
    width = min(max(width, NARROWEST), PROSE)
    parts = [_head(one, ink, width)]
    parts += [_section(section, one, ink, width, verbose) for section in sections(one)]
    parts.append([ink.strong(line) for line in wrap(one_line(summary(one), 600), width)])
    text = "\n\n".join("\n".join(part) for part in parts if part) + "\n"
    return in_ascii(text) if ascii else text


def _head(one: Comparison, ink: Ink, width: int) -> list[str]:
    places = one.kind is Kind.PLACES
    lines = [ink.strong("Two places compared" if places else "Two times compared")]
    for lead, report in zip(("from", "from") if places else ("then", "now "), (one.old, one.new), strict=True):
        first = f"  {ink.faint(lead)}  {ink.verdict(report.verdict)}  "
        lines += hang(first, _side(report, places), width, cells(lead + report.verdict.value) + 6)
    for caution in one.cautions:
        lines += [ink.loud(line) for line in wrap(one_line(caution, 600), width)]
    return lines


def _side(report: Report, places: bool) -> str:
    run = f", run/{word(report.run_id, 40)}" if report.run_id else ""
    seen, when = wording.seen_from(report), wording.moment(report.started)
    first, then = (seen, when) if places else (when, f"seen from {seen}")
    return f"{first}: {wording.target(report)}, {then}, dgcheck {word(report.dgcheck, 40)}{run}"


def _section(section: Section, one: Comparison, ink: Ink, width: int, verbose: bool) -> list[str]:
    lines = [ink.strong(line) for line in wrap(section.title, width)]
    for told in section.told:
        lines += _told(told, ink, width)
    if section.rows:
        lines += _table(section.rows if verbose else section.rows[:_ROWS], columns(one), width, ink)
        left = 0 if verbose else len(section.rows) - _ROWS
        lines += [ink.faint(f"  and {left} more with -v")] if left > 0 else []
    return lines


def _told(told: Told, ink: Ink, width: int) -> list[str]:
    at = 2 + ink.sign_width + 1
    sign = ink.status(told.status) if told.status is not Status.SKIP else " " * ink.sign_width
    lines = hang(f"  {sign} ", f"{told.name}: {told.says}" if told.says else told.name, width, at)
    for lead, text in told.more:
        lines += indented(wrap(f"{lead} {text}", width - at), at)
    if told.command:
        lines += indented([ink.command(line) for line in block(told.command)], at + 2)
    return lines


def _table(rows: tuple[tuple[str, str, str], ...], heads: tuple[str, str], width: int, ink: Ink) -> list[str]:
    """Three columns where they fit, else three lines for each row."""
    column = max(cells(row[0]) for row in rows)
    value = max(cells(text) for row in rows for text in (row[1], heads[0]))
    other = max(cells(text) for row in rows for text in (row[2], heads[1]))
    if column + value + other + 6 <= width:
        head = f"  {' ' * column}  {heads[0]}{' ' * (value - cells(heads[0]))}  {heads[1]}"
        lines = [ink.faint(head)]
        for name, old, new in rows:
            lines.append(f"  {name}{' ' * (column - cells(name))}  {old}{' ' * (value - cells(old))}  {new}".rstrip())
        return lines
    lines = []
    lead = max(cells(text) for text in heads)
    for name, old, new in rows:
        lines += indented(wrap(name, width - 2), 2)
        for text, said in zip(heads, (old, new), strict=True):
            lines += hang(f"    {ink.faint(text)}{' ' * (lead - cells(text))}  ", said, width, 6 + lead)
    return lines
