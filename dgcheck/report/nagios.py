"""The report for Nagios, Icinga, Checkmk and Naemon: a line with the state and what is wrong, and performance data.

The exit code is the one that they read (0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN) and agrees with the word in the line.
"""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence, Severity
from dgcheck.model.report import Exit, Report, Status
from dgcheck.report import wording
from dgcheck.report.findings import Cause, causes
from dgcheck.report.harmless import block, in_ascii, one_line, paragraphs, word

NAME = "nagios"
OK, WARNING, CRITICAL, UNKNOWN = range(4)
WORDS = ("OK", "WARNING", "CRITICAL", "UNKNOWN")
_LINE = 400  # characters of the first line before its performance data; some of them show no more
_STATES = {Status.PASS: OK, Status.WARN: WARNING, Status.FAIL: CRITICAL}
_COUNTED = {
    Status.PASS: "passed",
    Status.WARN: "warned",
    Status.FAIL: "failed",
    Status.SKIP: "skipped",
    Status.UNKNOWN: "unknown",
}


def exit_code(report: Report) -> int:
    """0, 1, 2 or 3. Where the URL could not be asked at all, or the run was interrupted before it found a fault, too
    little is known.
    """
    if report.exit_code is Exit.USAGE or (report.interrupted and report.verdict is not Status.FAIL):
        return UNKNOWN
    return _STATES.get(report.verdict, UNKNOWN)


def unknown(why: str) -> str:
    """The line where there is no report at all, because nothing could be asked."""
    return f"DGCHECK {WORDS[UNKNOWN]} - {_plain(why, _LINE)}"


def render(
    report: Report,
    *,
    width: int,
    colour: bool,
    ascii: bool,  # noqa: A002 - the word that people know
    verbose: bool,
) -> str:
    """State, target and the answer, then `|` and the performance data; the lines after it are for the page of the
    service. Times are seconds.
    """
    trees = [tree for tree in causes(report) if tree.finding.severity is not Severity.INFO]
    state = WORDS[exit_code(report)]
    said = f"{_name(trees[0])} {trees[0].finding.says}" if trees else wording.counts(report)
    first = f"DGCHECK {state} - {_plain(wording.target(report), 200)}: {_plain(said, _LINE)}"
    lines = [f"{first} | {' '.join(_performance(report))}"]
    lines += [_plain(caution, 300) for caution in wording.cautions(report)]
    for tree in trees:
        lines += _cause(tree, verbose)
    lines.append(_plain(f"{wording.closing(report)}; dgcheck {report.dgcheck}, run/{report.run_id}", 300))
    text = "\n".join(lines) + "\n"
    return in_ascii(text) if ascii else text


def _name(tree: Cause) -> str:
    finding = tree.finding
    sure = "" if finding.confidence is Confidence.CERTAIN else f" ({finding.confidence.value})"
    return f"{word(finding.code, 12)} {word(finding.cause, 60)}{sure}:"


def _cause(tree: Cause, verbose: bool) -> list[str]:
    lines = [_plain(f"{_name(tree)} {tree.finding.says}", 1000)]
    for remedy in tree.finding.remedies if verbose else tree.finding.remedies[:1]:
        lines.append(_plain(f"do: {' '.join(paragraphs(remedy.do, 400))}", 500))
        lines += [_plain(f"    {line}", 500) for line in block(remedy.command, 1000)] if remedy.command else []
    return lines


def _performance(report: Report) -> list[str]:
    """`label=value` pairs: the time of the run and of each check, and how many checks ended how."""
    took = wording.seconds(report)
    pairs = [f"time={took:.3f}s;;;0"] if took is not None else []
    for check in report.checks:
        phases = check.phases or tuple(phase for result in check.addresses for phase in result.phases)
        seconds = wording.on_the_wire(phases)
        if seconds is not None and 0 <= seconds < 1e6:
            pairs.append(f"{_label(check.id)}={seconds:.6f}s;;;0")
    for status in Status:
        number = sum(check.status is status for check in report.checks)
        pairs.append(f"{_COUNTED[status]}={number};;;0;{len(report.checks)}")
    return pairs


def _label(check: str) -> str:
    """The id as a label: letters, digits, dots and lines alone, so that it needs no quotes."""
    return "".join(char if char.isascii() and (char.isalnum() or char in "._-") else "_" for char in check)[:40]


def _plain(text: str, cap: int) -> str:
    """One line without the bar, which would begin the performance data."""
    return one_line(text, cap).replace("|", "¦")
