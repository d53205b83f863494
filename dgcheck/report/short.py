"""Only what is wrong, and which versions saw it: a few lines for a ticket or a chat."""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence, Severity
from dgcheck.model.report import Finding, Report, Status
from dgcheck.report import hops, wording
from dgcheck.report.findings import Cause, causes
from dgcheck.report.harmless import block, in_ascii, one_line, paragraphs, word
from dgcheck.report.ink import Ink

NAME = "short"


def render(
    report: Report,
    *,
    width: int,
    colour: bool,
    ascii: bool,  # noqa: A002 - the word that people know
    verbose: bool,
) -> str:
    """The verdict, each cause with its first remedy, what else was not well, versions. Lines are not folded, so that
    they survive being pasted.
    """
    ink = Ink(colour, ascii)
    lines = [f"{ink.verdict(report.verdict)} {wording.target(report)}: {wording.closing(report)}"]
    lines += [ink.loud(caution) for caution in wording.cautions(report)]
    for tree in causes(report):
        if verbose or tree.finding.severity is not Severity.INFO:
            lines += _cause(tree, ink)
    lines += [one_line(f"{hop.says[:1].upper()}{hop.says[1:]}.", 400) for hop in hops.between(report) if hop.broken]
    untold = _untold(report)
    lines += [untold] if untold else []
    where = f"seen from {wording.seen_from(report)}, {wording.moment(report.started)}"
    run = f", run/{word(report.run_id, 60)}" if report.run_id else ""
    lines.append(ink.faint(f"{wording.versions(report)}; {where}{run}"))
    text = "\n".join(lines) + "\n"
    return in_ascii(text) if ascii else text


def _cause(tree: Cause, ink: Ink) -> list[str]:
    finding = tree.finding
    lines = [f"{ink.severity(finding.severity)} {ink.strong(_name(finding))}: {one_line(finding.says, 600)}"]
    if finding.remedies:
        first = finding.remedies[0]
        command = block(first.command) if first.command else []
        lines.append(f"  do: {' '.join(paragraphs(first.do, 400))}" + (f": {command[0]}" if len(command) == 1 else ""))
        lines += [f"      {line}" for line in command] if len(command) > 1 else []
    effects = [_name(effect) for effect in list(tree.all())[1:]]
    lines += [f"  with it: {', '.join(effects)}"] if effects else []
    return lines


def _name(finding: Finding) -> str:
    sure = "" if finding.confidence is Confidence.CERTAIN else f" ({finding.confidence.value})"
    return f"{word(finding.code, 12)} {word(finding.cause, 60)}{sure}"


def _untold(report: Report) -> str:
    """Checks that are not well although no finding names them, and those that could not be tested."""
    told = {check for finding in report.findings for check in finding.checks}
    parts = [
        f"{word(check.id, 24)} {check.status.value}: {one_line(check.summary, 200)}"
        for check in report.checks
        if check.status in (Status.FAIL, Status.WARN, Status.UNKNOWN) and check.id not in told
    ]
    return "; ".join(parts)
