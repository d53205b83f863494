"""Where the time went: one row per check (and address), one column per phase that happened."""

from __future__ import annotations

from collections.abc import Sequence

from dgcheck.model.evidence import Phase
from dgcheck.model.report import Report
from dgcheck.report.harmless import word
from dgcheck.report.wording import duration

ORDER = (
    *("resolve", "connect", "handshake", "request", "upgrade"),
    *("first_byte", "first_interim", "first_final", "transfer", "close"),
)
_ASK_FOR_IT = frozenset({"slow_response", "ws_buffered", "http_stalled", "tls_handshake_stalled"})


def worth_showing(report: Report) -> bool:
    """Whether a finding is about time, so that the table explains it."""
    return any(finding.cause in _ASK_FOR_IT for finding in report.findings)


def rows(report: Report) -> tuple[list[str], list[list[str]]]:
    """Headings and rows; a phase that happened several times in a check shows its shortest and longest.

    Without any phase both are empty.
    """
    measured: list[tuple[str, Sequence[Phase]]] = []
    for check in report.checks:
        name = word(check.id, 40)
        if check.phases:
            measured.append((name, check.phases))
        if len(check.addresses) > 1 or not check.phases:
            found = [result for result in check.addresses if result.phases]
            measured += [(f"{name} {word(result.address, 60)}", result.phases) for result in found]
    happened = {phase.name for _, phases in measured for phase in phases}
    names = [name for name in ORDER if name in happened] + sorted(happened.difference(ORDER))
    head = ["check", *(word(name, 20).replace("_", " ") for name in names)]
    return (
        (head, [[label, *(_cell(phases, name) for name in names)] for label, phases in measured]) if names else ([], [])
    )


def table(report: Report, width: int) -> list[str]:
    """The table as lines, or a line for each row where the table is wider than `width`; empty without phases."""
    head, body = rows(report)
    if not body:
        return []
    from tabulate import tabulate

    lines = tabulate(
        body, head, tablefmt="plain", disable_numparse=True, colalign=("left", *["right"] * (len(head) - 1))
    ).split("\n")
    if max(map(len, lines)) <= width:
        return [line.rstrip() for line in lines]
    return [
        f"{row[0]}: " + ", ".join(f"{name} {cell}" for name, cell in zip(head[1:], row[1:], strict=True) if cell)
        for row in body
    ]


def _cell(phases: Sequence[Phase], name: str) -> str:
    times = sorted(phase.seconds for phase in phases if phase.name == name)
    if not times:
        return ""
    shortest, longest = duration(times[0]), duration(times[-1])
    return (
        shortest
        if shortest == longest
        else f"{shortest.removesuffix(' ms') if longest.endswith(' ms') else shortest}–{longest}"
    )
