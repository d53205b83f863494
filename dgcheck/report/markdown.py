"""The report for GitHub, Jira or Slack: the answer first, the checks as a table, every word of a server inert."""

from __future__ import annotations

import re
from collections.abc import Callable

from dgcheck.model.catalogue import Confidence, Severity
from dgcheck.model.pattern import pattern
from dgcheck.model.report import FilledRemedy, Finding, Report, Status
from dgcheck.report import hops, phases, saw, sdks, wording
from dgcheck.report.findings import Cause, answer_of, causes
from dgcheck.report.harmless import block, in_ascii, one_line, paragraphs

NAME = "markdown"
_STATUS = {Status.PASS: "✅", Status.WARN: "⚠", Status.FAIL: "❌", Status.SKIP: "⏭", Status.UNKNOWN: "❔"}
_SEVERITY = {Severity.ERROR: "Cause", Severity.WARNING: "Warning", Severity.INFO: "Remark"}
_REMEDIES = 5
_IDS = 5  # of requests
# Everything that Markdown, GitHub or Jira reads as more than a character. An underscore inside a word is one.
_SPECIAL = pattern(r"[\\`*\[\]<>|~&${}#!]|(?<![^\W_])_|_(?![^\W_])|^[-+=]|^\d+(?=[.)](?:\s|$))")
_MENTION = pattern(r"@(?=\w)")
_SIGNS = pattern(f"[{''.join(_STATUS.values())}] ")
_SPAN = pattern(r"`([^`]+)`")
_TICKS = pattern(r"`+")


def render(
    report: Report,
    *,
    width: int,
    colour: bool,
    ascii: bool,  # noqa: A002 - the word that people know
    verbose: bool,
) -> str:
    """Markdown that GitHub, Jira and Slack show; no HTML, no images, no line breaks but ours."""
    trees = causes(report)
    sections = [
        _head(report),
        _through(report, verbose),
        *(_cause(tree, verbose) for tree in trees if _told(tree)),
        _remarks(trees, verbose),
    ]
    sections += [_checks(report, trees), _trust(report, verbose), _times(report, verbose), _evidence(report, verbose)]
    sections += [_settings(report), _foot(report, verbose)]
    text = "\n\n".join("\n".join(section) for section in sections if section) + "\n"
    return in_ascii(_SIGNS.sub("", text)) if ascii else text


def findings(report: Report, *, verbose: bool) -> list[list[str]]:
    """The part of the report that says what is wrong and what to do, as sections of lines; [] where nothing is."""
    trees = causes(report)
    sections = [*(_cause(tree, verbose) for tree in trees if _told(tree)), _remarks(trees, verbose)]
    return [section for section in sections if section]


def inert(text: str, cap: int = 600) -> str:
    """Text that Markdown shows as it is: no markup and no mention comes of it.

    What stands in backquotes becomes a code span.
    """
    return _spans(one_line(text, cap), code)


def cell(text: str, cap: int = 400) -> str:
    """The same for a cell of a table, which nothing in it can end."""
    return _spans(one_line(text, cap), code_cell)


def code_cell(text: str, cap: int = 100) -> str:
    """Text as a code span in a cell; without one where a bar or a backslash could end the cell."""
    safe = one_line(text, cap)
    return _escaped(safe) if "|" in safe or "\\" in safe else code(safe, len(safe))


def code(text: str, cap: int = 400) -> str:
    """Text as a code span, which nothing in it can end."""
    safe = one_line(text, cap).strip()
    if not safe:
        return ""
    fence = "`" * (max((len(run) for run in _TICKS.findall(safe)), default=0) + 1)
    pad = " " if safe[0] == "`" or safe[-1] == "`" else ""
    return f"{fence}{pad}{safe}{pad}{fence}"


def fenced(text: str, indent: str = "") -> list[str]:
    """A snippet as a code block, which nothing in it can end."""
    lines = block(text)
    longest = max((len(run) for line in lines for run in _TICKS.findall(line)), default=0)
    fence = "`" * max(3, longest + 1)
    return [indent + line if line else "" for line in (fence, *lines, fence)]


def _spans(text: str, quoted: Callable[[str], str]) -> str:
    return "".join(quoted(part) if place % 2 else _escaped(part) for place, part in enumerate(_SPAN.split(text)))


def _escaped(text: str) -> str:
    return _MENTION.sub("`@`", _SPECIAL.sub(_escape, text))


def _escape(match: re.Match[str]) -> str:
    found = match.group()
    return f"{found}\\" if found[0].isdigit() else f"\\{found}"


def _told(tree: Cause) -> bool:
    return tree.finding.severity is not Severity.INFO or bool(tree.effects)


def _head(report: Report) -> list[str]:
    lines = [f"## {_STATUS[report.verdict]} {report.verdict.value.upper()}: {code(wording.target(report))}", ""]
    lines += [inert(wording.closing(report)), ""]
    lines += [line for caution in wording.cautions(report) for line in (f"**{inert(caution)}**", "")]
    typed = wording.given(report)
    lines += [f"given as {code(typed)}  "] if typed else []
    through = wording.proxy(report)
    lines += [f"through the proxy {code(through)}  "] if through else []
    said = ", ".join(f"{code(f'{name} {value}')} ({inert(origin)})" for name, value, origin in wording.options(report))
    lines += [f"with {said}  "] if said else []
    lines.append(f"{inert(wording.moment(report.started))}, seen from {inert(wording.seen_from(report))}")
    return lines


def _name(finding: Finding) -> str:
    sure = "" if finding.confidence is Confidence.CERTAIN else f", {finding.confidence.value}"
    detail = f", {inert(finding.detail, 200)}" if finding.detail else ""
    return f"{code(f'{finding.code} {finding.cause}', 80)}{sure}{detail}"


def _cause(tree: Cause, verbose: bool) -> list[str]:
    finding = tree.finding
    lines = [f"### {_SEVERITY[finding.severity]}: {inert(finding.title, 200)}", "", _name(finding), ""]
    lines.append(inert(finding.says, 2000))
    why = paragraphs(finding.why)
    for part in why if verbose else why[:1]:
        lines += ["", inert(part, 8000)]
    kept = finding.remedies if verbose else finding.remedies[:_REMEDIES]
    if kept:
        lines += ["", "**What to do**", ""]
        for number, remedy in enumerate(kept, 1):
            lines += _remedy(f"{number}. ", remedy)
    effects = [f"- {_name(effect)}: {inert(effect.says)}" for effect in list(tree.all())[1:]]
    lines += ["", "**Also seen because of this**", "", *effects] if effects else []
    return lines


def _remedy(lead: str, remedy: FilledRemedy) -> list[str]:
    lines = [f"{lead}{inert(' '.join(paragraphs(remedy.do)))}"]
    return lines + (fenced(remedy.command, " " * len(lead)) if remedy.command else [])


def _remarks(trees: tuple[Cause, ...], verbose: bool) -> list[str]:
    lines = []
    for tree in trees:
        if not _told(tree):
            lines.append(f"- {_name(tree.finding)}: {inert(tree.finding.says)}")
            for remedy in tree.finding.remedies if verbose else tree.finding.remedies[:1]:
                lines += _remedy("  - ", remedy)
    return ["### Remarks", "", *lines] if lines else []


def _checks(report: Report, trees: tuple[Cause, ...]) -> list[str]:
    answers = answer_of(trees)
    lines = ["### Checks", "", "| | check | time | what was seen |", "|---|---|---:|---|"]
    for check in report.checks:
        said, cause = wording.explained(check, answers.get(check.id), report)
        said = cell(said) + (f" → {cell(cause, 12)}" if cause else "")
        time = wording.check_time(check)
        lines.append(f"| {_status(check.status)} | {code_cell(check.id, 40)} | {time} | {said} |")
        if len({result.status for result in check.addresses}) > 1:
            lines += [
                f"| {_status(result.status)} | ↳ {code_cell(result.address, 80)} | | {cell(result.summary)} |"
                for result in check.addresses
            ]
    return lines


def _through(report: Report, verbose: bool) -> list[str]:
    """Each address with its outcome, and what lies between each two neighbours."""
    rows = hops.places(report)
    if not rows:
        return []
    lines = [f"### {hops.TITLE}", "", "| | address | | what is wrong |", "|---|---|---|---|"]
    lines += [
        f"| {_status(row.verdict)} | {cell(row.name)} | {code_cell(row.url, 200)} | {cell(row.answer)} |"
        for row in rows
    ]
    for hop in hops.between(report, every=verbose):
        said = inert(hop.says[:1].upper() + hop.says[1:], 800)
        lines += ["", f"**{said}.**" if hop.broken else f"{said}."]
        if hop.rows:
            lines += ["", f"| | {cell(hop.near)} | {cell(hop.far)} |", "|---|---|---|"]
            lines += [f"| {' | '.join(cell(text) for text in row)} |" for row in hop.rows]
        lines += ["", f"and {hop.left} more"] if hop.left else []
    return lines


def _status(status: Status) -> str:
    return f"{_STATUS[status]} {status.value}"


def _times(report: Report, verbose: bool) -> list[str]:
    if not (verbose or phases.worth_showing(report)):
        return []
    head, body = phases.rows(report)
    if not body:
        return []
    table = [
        [cell(value, 40) for value in head],
        ["---", *["---:"] * (len(head) - 1)],
        *[[cell(value, 80) for value in row] for row in body],
    ]
    return ["### Where the time went", "", *(f"| {' | '.join(row)} |" for row in table)]


def _evidence(report: Report, verbose: bool) -> list[str]:
    if not verbose or not report.evidence:
        return []
    return ["### What was seen", "", *fenced("\n".join(saw.line(seen) for seen in report.evidence))]


def _trust(report: Report, verbose: bool) -> list[str]:
    rows = sdks.trust(report, verbose=verbose)
    if not rows:
        return []
    head = ["### Who trusts this certificate", "", "| list | | used by | a CA is added by |", "|---|---|---|---|"]
    return [*head, *(f"| {' | '.join(cell(value, 200) for value in row)} |" for row in rows)]


def _settings(report: Report) -> list[str]:
    lines = ["### Settings of the SDKs"]
    for one in sdks.settings(report):
        lines += ["", f"**{inert(one.name, 120)}**", ""]
        lines += fenced(one.code) if one.code else []
        lines += ["", *(f"- {inert(note)}" for note in one.notes)] if one.notes else []
    return lines if len(lines) > 1 else []


def _foot(report: Report, verbose: bool) -> list[str]:
    lines = [inert(report.tested), ""] if report.tested else []
    if report.untested:
        lines += [f"Not tested: {'; '.join(inert(one.rstrip('.'), 200) for one in report.untested)}.", ""]
    failed = wording.failed_ids(report)
    if failed:
        more = f" and {len(failed) - _IDS} more" if len(failed) > _IDS else ""
        lines += [f"Request ids of what failed: {', '.join(code(one, 80) for one in failed[:_IDS])}{more}", ""]
    hint = wording.log_hint(report)
    if hint and (verbose or report.verdict is not Status.PASS):
        lines += [f"This run in a proxy's log: {code(hint)}", ""]
    return [*lines, inert(wording.versions(report))]
