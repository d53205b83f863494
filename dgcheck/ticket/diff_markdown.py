"""A comparison for GitHub, Jira or Slack: the sum first, then what differs, every word of a server inert."""

from __future__ import annotations

from dgcheck.model.report import Report, Status
from dgcheck.report import wording
from dgcheck.report.harmless import in_ascii
from dgcheck.report.markdown import cell, code, fenced, inert
from dgcheck.ticket.compared import Comparison
from dgcheck.ticket.place import Kind
from dgcheck.ticket.told import Section, Told, columns, sections, summary

_SIGN = {Status.PASS: "✅ ", Status.WARN: "⚠ ", Status.FAIL: "❌ ", Status.SKIP: "", Status.UNKNOWN: "❔ "}


def render(one: Comparison, *, width: int, colour: bool, ascii: bool, verbose: bool) -> str:  # noqa: A002
    """Markdown that GitHub, Jira and Slack show; no HTML. The width, the colour and `verbose` change nothing."""
    parts = [_head(one), *(_section(section, one, ascii) for section in sections(one))]
    text = "\n\n".join("\n".join(part) for part in parts) + "\n"
    return in_ascii(text) if ascii else text


def _head(one: Comparison) -> list[str]:
    what = "Two places compared" if one.kind is Kind.PLACES else "Two times compared"
    lines = [f"## {what}", "", f"**{inert(summary(one))}**", ""]
    lines += [line for caution in one.cautions for line in (f"**{inert(caution)}**", "")]
    first, second = ("from", "from") if one.kind is Kind.PLACES else ("then", "now")
    return [*lines, f"- {first}: {_side(one.old)}", f"- {second}: {_side(one.new)}"]


def _side(report: Report) -> str:
    run = f", {code(f'run/{report.run_id}', 60)}" if report.run_id else ""
    return (
        f"{report.verdict.value.upper()} {code(wording.target(report))}, {inert(wording.moment(report.started))}, seen"
        f" from {inert(wording.seen_from(report))}, dgcheck {inert(report.dgcheck, 40)}{run}"
    )


def _section(section: Section, one: Comparison, ascii: bool) -> list[str]:  # noqa: A002
    lines = [f"### {inert(section.title, 300)}", ""]
    for told in section.told:
        lines += _told(told, ascii)
    if section.rows:
        first, second = columns(one)
        lines += [f"| | {cell(first, 120)} | {cell(second, 120)} |", "|---|---|---|"]
        lines += [f"| {' | '.join(cell(text) for text in row)} |" for row in section.rows]
    return lines


def _told(told: Told, ascii: bool) -> list[str]:  # noqa: A002
    sign = "" if ascii else _SIGN[told.status]
    lines = [f"- {sign}{code(told.name, 200)}{': ' + inert(told.says, 1000) if told.says else ''}"]
    lines += [f"  - {inert(lead)} {inert(text, 1000)}" for lead, text in told.more]
    return lines + (["", *fenced(told.command, "    ")] if told.command else [])
