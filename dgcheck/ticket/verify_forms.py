"""A verification for a terminal, for Markdown and as JSON."""

from __future__ import annotations

from typing import Any

from dgcheck import __version__
from dgcheck.model.report import Finding, Status
from dgcheck.report import wording
from dgcheck.report.harmless import block, escape_json, in_ascii, one_line, storable, word
from dgcheck.report.ink import Ink
from dgcheck.report.json import laid_out
from dgcheck.report.layout import NARROWEST, PROSE, hang, indented, wrap
from dgcheck.report.markdown import code, fenced, inert
from dgcheck.report.plain import report_to_plain
from dgcheck.ticket.diff_plain import finding, side
from dgcheck.ticket.told import name_of
from dgcheck.ticket.verified import Outcome, Verification, Verified

SCHEMA = "dgcheck/verify/v1"
_STATUS = {
    Outcome.FIXED: Status.PASS,
    Outcome.STILL: Status.FAIL,
    Outcome.NOW: Status.FAIL,
    Outcome.UNKNOWN: Status.UNKNOWN,
}
_SIGN = {Status.PASS: "✅ ", Status.FAIL: "❌ ", Status.UNKNOWN: "❔ "}
_SAYS = 700


def summary(one: Verification) -> str:
    """What the run proved, in one line, the word first."""
    if one.outcome is Outcome.FIXED:
        causes = [cause for cause in one.causes if cause.outcome is Outcome.FIXED]
        number = len(causes)
        return f"fixed: {'what failed passes' if number < 2 else f'all {number} causes are gone'}"
    first = next(cause for cause in one.causes if cause.outcome is one.outcome)
    named = first.now[0] if first.now else first.then
    said = f"{name_of(named)}, {one_line(named.title, 200)}" if named else one_line(first.note, 200)
    words = {Outcome.UNKNOWN: "not known"}.get(one.outcome, one.outcome.value)
    fixed = sum(cause.outcome is Outcome.FIXED for cause in one.causes)
    return f"{words}: {said}" + (f"; {fixed} of {len(one.causes)} fixed" if fixed else "")


def lines(one: Verified) -> list[str]:
    """What is said of one cause: its own line, and what follows it."""
    if one.outcome is Outcome.FIXED:
        passed = f"{', '.join(one.checks)} {'passes' if len(one.checks) == 1 else 'pass'} now" if one.checks else ""
        named = [f"fixed: {name_of(one.then)}, {one_line(one.then.title, 200)}"] if one.then else ["fixed"]
        return [*named, *([f"{passed}."] if passed else []), *([one.note] if one.note else [])]
    if one.outcome is Outcome.STILL:
        if not one.now:
            return [f"still: {one_line(one.note, _SAYS)}"]
        said = [f"still: {name_of(one.now[0])}: {_says(one.now[0])}"]
        return [*said, *([f"It stands {one.note} now, which explains it."] if one.note else [])]
    if one.outcome is Outcome.NOW:
        said = [f"now: {name_of(cause)}: {_says(cause)}" for cause in one.now]
        if one.then is None:
            return [*said, "The report did not have this."]
        return [*said, f"in place of {name_of(one.then)}: {_says(one.then)}"]
    named = [f"not known: {name_of(one.then)}, {one_line(one.then.title, 200)}"] if one.then else ["not known"]
    return [*named, one_line(one.note, _SAYS)]


def _says(cause: Finding) -> str:
    return one_line(cause.says, _SAYS)


def _head(one: Verification) -> list[str]:
    old, new = one.old, one.new
    asked = ", ".join(word(check, 24) for check in one.asked)
    return [
        f"the report: {old.verdict.value.upper()}, {wording.moment(old.started)}, seen from {wording.seen_from(old)}",
        f"asked again: {wording.moment(new.started)}, seen from {wording.seen_from(new)}: {asked}",
    ]


def text(one: Verification, *, width: int, colour: bool, ascii: bool, verbose: bool) -> str:  # noqa: A002
    """For a person at a terminal; the outcome is the last line."""
    ink = Ink(colour, ascii)
    width = min(max(width, NARROWEST), PROSE)
    parts = [
        [ink.strong(wording.target(one.new)), *(ink.faint(line) for row in _head(one) for line in wrap(row, width))]
    ]
    parts[0] += [ink.loud(line) for caution in one.cautions for line in wrap(one_line(caution, 600), width)]
    at = ink.sign_width + 1
    for cause in one.causes:
        first, *rest = lines(cause)
        part = hang(f"{ink.status(_STATUS[cause.outcome])} ", first, width, at)
        for row in rest:
            part += indented(wrap(row, width - at), at)
        for remedy in (cause.now[0].remedies if verbose else cause.now[0].remedies[:1]) if cause.now else ():
            part += indented(wrap(f"What to do: {one_line(remedy.do, _SAYS)}", width - at), at)
            part += indented([ink.command(row) for row in block(remedy.command)], at + 2) if remedy.command else []
        parts.append(part)
    status = _STATUS[one.outcome]
    head, _, tail = summary(one).partition(":")
    parts.append([f"{ink.status(status)} {ink.strong(head.upper())}: {tail.strip()}"])
    found = "\n\n".join("\n".join(part) for part in parts) + "\n"
    return in_ascii(found) if ascii else found


def markdown(one: Verification, *, width: int, colour: bool, ascii: bool, verbose: bool) -> str:  # noqa: A002
    """For GitHub, Jira or Slack; every word of a server is inert. The width and the colour change nothing."""
    sign = {} if ascii else _SIGN
    parts = [[f"## {sign.get(_STATUS[one.outcome], '')}{inert(summary(one))}", ""]]
    parts[0] += [f"- {code(wording.target(one.new))}", *(f"- {inert(row)}" for row in _head(one))]
    parts[0] += [f"- **{inert(caution)}**" for caution in one.cautions]
    rows = []
    for cause in one.causes:
        first, *rest = lines(cause)
        rows += [
            f"- {sign.get(_STATUS[cause.outcome], '')}{inert(first, 1000)}",
            *(f"  - {inert(row, 1000)}" for row in rest),
        ]
        for remedy in (cause.now[0].remedies if verbose else cause.now[0].remedies[:1]) if cause.now else ():
            rows.append(f"  - What to do: {inert(remedy.do)}")
            rows += ["", *fenced(remedy.command, "    "), ""] if remedy.command else []
    parts.append(rows)
    found = "\n\n".join("\n".join(part) for part in parts).rstrip("\n") + "\n"
    return in_ascii(found) if ascii else found


def json(one: Verification, *, ascii: bool) -> str:  # noqa: A002
    """One JSON document, whose schema is `verify.v1.schema.json`."""
    return escape_json(laid_out(plain(one), ascii=ascii)) + "\n"


def plain(one: Verification) -> dict[str, Any]:
    """The verification as plain data; `report` is the whole report of the new run."""
    return {
        "schema": SCHEMA,
        "dgcheck": __version__,
        "outcome": one.outcome.value,
        "exit_code": int(one.exit_code),
        "summary": storable(summary(one)),
        "verified": side(one.old),
        "asked": [storable(check) for check in one.asked],
        "cautions": [storable(caution) for caution in one.cautions],
        "causes": [
            {
                "outcome": cause.outcome.value,
                "then": finding(cause.then) if cause.then else None,
                "now": [finding(found) for found in cause.now],
                "checks": list(cause.checks),
                "note": storable(cause.note) or None,
            }
            for cause in one.causes
        ],
        "report": report_to_plain(one.new),
    }
