"""The report in less than 4096 bytes, for a place that shows no more: Kubernetes' termination message.

Verdict, the answer with its code, and the first thing to do stand first, so that what is cut off is the least missed.
"""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence
from dgcheck.model.report import Report, Status
from dgcheck.report import wording
from dgcheck.report.findings import causes
from dgcheck.report.harmless import block, one_line, paragraphs, word

LIMIT = 4095  # bytes; the kubelet cuts at 4096
MOST = 3  # causes
_BAD = (Status.FAIL, Status.UNKNOWN, Status.WARN)


def summary(report: Report) -> str:
    """A few lines of UTF-8, each harmless to a terminal, that together take at most `LIMIT` bytes."""
    verdict = report.verdict.value.upper()
    lines = [f"{verdict} {wording.target(report)}: {wording.closing(report)}"]
    lines += [caution for caution in wording.cautions(report) if not caution.startswith("CERTIFICATES")]
    told = 0
    for tree in causes(report):
        finding = tree.finding
        if finding.severity == "info" or told == MOST:
            continue
        told += 1
        sure = "" if finding.confidence is Confidence.CERTAIN else f" ({finding.confidence.value})"
        lines.append(f"{word(finding.code, 12)} {word(finding.cause, 60)}{sure}: {one_line(finding.says, 700)}")
        if finding.remedies:
            first = finding.remedies[0]
            lines.append(f"do: {' '.join(paragraphs(first.do, 400))}")
            lines += [f"    {line}" for line in block(first.command, 600)] if first.command else []
    if not told and report.verdict is not Status.PASS:
        missing = [f"{word(one.id, 24)} {one.status.value}" for one in report.checks if one.status in _BAD]
        lines += [", ".join(missing)] if missing else []
    run = f", run/{word(report.run_id, 60)}" if report.run_id else ""
    lines.append(f"dgcheck {word(report.dgcheck, 40)}{run}, {wording.moment(report.started)}")
    return _cut("\n".join(lines) + "\n")


def _cut(text: str) -> str:
    """The text, or as many whole characters of it as fit."""
    data = text.encode("utf-8", "backslashreplace")
    if len(data) <= LIMIT:
        return data.decode("utf-8")
    return data[: LIMIT - 4].decode("utf-8", "ignore").rstrip("\n") + "…\n"
