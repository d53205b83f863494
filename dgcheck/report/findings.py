"""Which finding stands where: the answer first, beneath each cause its effects, then warnings and remarks."""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.catalogue import Severity
from dgcheck.model.record import dataclass
from dgcheck.model.report import Finding, Report

_RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


@dataclass(frozen=True, slots=True)
class Cause:
    """A finding with the findings that it explains, each with its own."""

    finding: Finding
    effects: tuple[Cause, ...] = ()

    def all(self) -> Iterator[Finding]:
        """The finding itself and all its effects, nearest first."""
        yield self.finding
        for effect in self.effects:
            yield from effect.all()


def causes(report: Report) -> tuple[Cause, ...]:
    """Every finding of the report exactly once, as trees.

    The report's answer comes first, then the other roots by severity, each severity in the report's order. A finding
    whose cause is not in the report stands by itself.
    """
    roots = [index for index, finding in enumerate(report.findings) if finding.root]
    roots = roots[:1] + sorted(roots[1:], key=lambda index: _RANK[report.findings[index].severity])
    seen: set[int] = set()
    trees = [_tree(report, index, seen, 0) for index in roots]
    trees += [_tree(report, index, seen, 0) for index in range(len(report.findings)) if index not in seen]
    return tuple(trees)


def _tree(report: Report, index: int, seen: set[int], depth: int) -> Cause:
    """`seen` keeps a file whose findings cause each other from going round for ever."""
    seen.add(index)
    finding = report.findings[index]
    effects = []
    if depth < 8:
        for other, candidate in enumerate(report.findings):
            if other not in seen and not candidate.root and candidate.caused_by == finding.code:
                effects.append(_tree(report, other, seen, depth + 1))
    return Cause(finding, tuple(effects))


def answer_of(trees: tuple[Cause, ...]) -> dict[str, Finding]:
    """Check id -> the root that explains what it saw. The first tree that names the check counts; remarks do not."""
    found: dict[str, Finding] = {}
    for tree in trees:
        for finding in tree.all():
            for check in finding.checks:
                if finding.severity is not Severity.INFO:
                    found.setdefault(check, tree.finding)
    return found
