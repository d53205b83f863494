"""The table of models in Markdown, for a page or a ticket: every language, every address, every expectation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dgcheck.models import text
from dgcheck.models.expected import Result, name_of
from dgcheck.models.table import Row, Table
from dgcheck.report import wording
from dgcheck.report.harmless import in_ascii
from dgcheck.report.markdown import cell, code, code_cell, findings, inert

_MARKS = {True: "met", False: "**not met**", None: "not known"}


def render(table: Table, results: Sequence[Result], *, ascii: bool = False) -> str:  # noqa: A002
    """One page. What a server sent is escaped, so that it is shown and not obeyed."""
    report = table.report
    parts = [f"## Models of {code(wording.target(report))}"]
    by = f"dgcheck {report.dgcheck}, {wording.moment(report.started)}, seen from {wording.seen_from(report)}"
    parts.append(inert(by))
    parts += [f"**{inert(caution)}**" for caution in wording.cautions(report)]
    rows = table.of("stt")
    if not table.shape:
        parts.append(inert(text.no_listing(table)))
    if rows:
        several = len(table.places) > 1
        heads = [*text.HEADS, *(["addresses"] if several else [])]
        parts.append(_table(heads, [_cells(row, several) for row in rows]))
    for kind, called in (("flux", "Flux"), ("tts", "Voices"), ("helper", "Helpers")):
        found = table.of(kind)
        if found:
            parts.append(f"{called}: {', '.join(code(row.name) for row in found)}")
    parts += _places(table) + _expected(results)
    parts += ["\n".join(section) for section in findings(report, verbose=False) if section]
    parts.append(f"**{report.verdict.value}**: {text.counts(table)}")
    whole = "\n\n".join(parts) + "\n"
    return in_ascii(whole) if ascii else whole


def _cells(row: Row, several: bool) -> list[str]:
    model = row.model
    cells = [code_cell(row.name), text.way(model.batch, row.tried.get("batch"))]
    cells += [text.way(model.streaming, row.tried.get("streaming")), cell(", ".join(model.languages), 4000) or "?"]
    cells += [text.flag(model.formatted), cell(model.version, 60) or "?"]
    return [*cells, *([", ".join(map(code_cell, row.addresses)) if not row.everywhere else "all"] if several else [])]


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def _places(table: Table) -> list[str]:
    if len(table.places) < 2:
        return []
    rows = [[code_cell(one.address), cell(text.place(one), 2000)] for one in table.places]
    return ["### Addresses", _table(("address", "lists"), rows)]


def _expected(results: Sequence[Result]) -> list[str]:
    if not results:
        return []
    rows = [[code_cell(name_of(one.expected)), _MARKS[one.met], cell(one.says, 2000)] for one in results]
    return ["### Expected", _table(("model", "met", "why"), rows)]
