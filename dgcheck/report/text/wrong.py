"""What is wrong and what to do, for a person at a terminal."""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence, Severity
from dgcheck.model.record import dataclass
from dgcheck.model.report import FilledRemedy, Finding, Report
from dgcheck.report import wording
from dgcheck.report.findings import Cause, causes
from dgcheck.report.harmless import block, one_line, paragraphs, word
from dgcheck.report.ink import Ink
from dgcheck.report.layout import cells, hang, indented, wrap

_REMEDIES = 3  # of a cause; the rest with --verbose


def findings(report: Report, ink: Ink, width: int, *, verbose: bool) -> list[list[str]]:
    """A section of lines for each cause with its effects, at most `width` columns wide; [] where nothing is wrong."""
    trees = causes(report)
    return [section for section in _Told(ink, width, verbose, trees).findings() if section]


@dataclass(frozen=True, slots=True)
class _Told:
    ink: Ink
    width: int
    verbose: bool
    trees: tuple[Cause, ...]

    def findings(self) -> list[list[str]]:
        """A section for each cause with its effects; remarks that nobody need act on share the last one."""
        remarks: list[str] = []
        sections = []
        for tree in self.trees:
            if tree.finding.severity is Severity.INFO and not tree.effects:
                remarks += self._remark(tree.finding)
            else:
                sections.append(self._cause(tree))
        return [*sections, remarks]

    def _title(self, finding: Finding) -> list[str]:
        sure = "" if finding.confidence is Confidence.CERTAIN else f" ({finding.confidence.value})"
        first, at = self._code(finding)
        lines = wrap(f"{one_line(finding.title, 200)}{sure}", self.width - at)
        return [first + self.ink.strong(lines[0]), *(" " * at + self.ink.strong(line) for line in lines[1:])]

    def _code(self, finding: Finding) -> tuple[str, int]:
        """Sign and code of a finding, and the columns that they take."""
        code = word(finding.code, 12)
        at = self.ink.sign_width + 1 + cells(code) + 2
        return f"{self.ink.severity(finding.severity)} {self.ink.faint(code)}  ", at

    def _cause(self, tree: Cause) -> list[str]:
        """The answer and every error in full; of a warning beside them what was seen and the first remedy."""
        finding = tree.finding
        inner = self.width - 2
        full = self.verbose or finding.severity is Severity.ERROR or tree is self.trees[0]
        lines = wrap(one_line(finding.says), inner)
        if full:
            why = paragraphs(finding.why)
            for part in why if self.verbose else why[:1]:
                lines += ["", *wrap(part, inner)]
        lines += self._remedies(finding, inner, _REMEDIES if full else 1)
        lines += self._effects(tree.effects, inner)
        if self.verbose:
            lines += ["", *(self.ink.faint(line) for line in wrap(self._rests_on(finding), inner))]
        return [*self._title(finding), *indented(lines, 2)]

    def _rests_on(self, finding: Finding) -> str:
        ids = ", ".join(word(one, 12) for one in finding.evidence) or "no evidence of its own"
        detail = f" ({one_line(finding.detail, 200)})" if finding.detail else ""
        return f"{word(finding.cause, 60)}{detail}, {finding.confidence.value}, rests on {ids}"

    def _remedies(self, finding: Finding, width: int, most: int) -> list[str]:
        kept = finding.remedies if self.verbose else finding.remedies[:most]
        lines = [""] if kept else []
        if len(kept) == 1:
            lines += self._remedy("What to do: ", kept[0], width, 0)
        elif kept:
            lines.append(self.ink.strong("What to do"))
            for number, remedy in enumerate(kept, 1):
                lines += self._remedy(f"{number}. ", remedy, width, 3)
        left = len(finding.remedies) - len(kept)
        more = f", and {wording.count(left, 'more remedy', 'more remedies')} with -v" if left else ""
        about = f"More about it: `dgcheck explain {word(finding.code, 12)}`{more}"
        return [*lines, *(self.ink.faint(line) for line in wrap(about, width))]

    def _remedy(self, lead: str, remedy: FilledRemedy, width: int, indent: int) -> list[str]:
        lines = indented(wrap(lead + " ".join(paragraphs(remedy.do, 600)), width - indent), indent)
        lines[0] = (self.ink.strong(lead) if indent == 0 and lead else lead) + lines[0].lstrip().removeprefix(lead)
        if remedy.command:
            lines += indented([self.ink.command(line) for line in block(remedy.command)], indent + 2)
        return lines

    def _effects(self, effects: tuple[Cause, ...], width: int) -> list[str]:
        if not effects:
            return []
        lines = ["", self.ink.strong("Also seen because of this")]
        for effect in effects:
            lines += self._effect(effect, width)
        return lines

    def _effect(self, tree: Cause, width: int) -> list[str]:
        finding = tree.finding
        first, at = self._code(finding)
        lines = hang(first, one_line(finding.says), width, at)
        for effect in tree.effects:
            lines += indented(self._effect(effect, width - 2), 2)
        return lines

    def _remark(self, finding: Finding) -> list[str]:
        first, at = self._code(finding)
        lines = hang(first, one_line(finding.says), self.width, at)
        kept = finding.remedies if self.verbose else finding.remedies[:1]
        for remedy in kept:
            lines += indented(self._remedy("", remedy, self.width - at, 0), at)
        return lines
