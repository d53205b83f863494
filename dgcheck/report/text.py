"""The report for a person at a terminal: what was checked, what is wrong and why, what to do, and the verdict last."""

from __future__ import annotations

from itertools import groupby

from dgcheck.model.catalogue import Confidence, Severity
from dgcheck.model.record import dataclass
from dgcheck.model.report import CheckResult, FilledRemedy, Finding, Report, Status
from dgcheck.report import hops, phases, saw, sdks, wording
from dgcheck.report.findings import Cause, answer_of, causes
from dgcheck.report.harmless import block, in_ascii, one_line, paragraphs, word
from dgcheck.report.ink import Ink
from dgcheck.report.layout import NARROWEST, PROSE, cells, hang, indented, wrap

NAME = "text"
_REMEDIES = 3  # of a cause; the rest with --verbose
_TIMED = 60  # columns from which on the times of the checks are shown
_SAME_SKIPS = 3  # from so many on, checks that were skipped for one reason share a line


def render(
    report: Report,
    *,
    width: int,
    colour: bool,
    ascii: bool,  # noqa: A002 - the word that people know
    verbose: bool,
) -> str:
    """The report in lines of at most `width` columns, save for what is there to paste.

    `colour` adds SGR sequences of ours and no other escape; `ascii` keeps to ASCII; `verbose` adds every remedy, the
    evidence, the times and the settings.
    """
    page = _Page(report, Ink(colour, ascii), min(max(width, NARROWEST), PROSE), verbose, causes(report))
    sections = [
        page.head(),
        page.checks(),
        *page.through(),
        *page.findings(),
        page.trust(),
        page.times(),
        page.evidence(),
    ]
    sections += [*page.settings(), page.foot(), page.last()]
    text = "\n\n".join("\n".join(section) for section in sections if section) + "\n"
    return in_ascii(text) if ascii else text


def findings(report: Report, *, width: int, colour: bool, ascii: bool, verbose: bool) -> list[list[str]]:  # noqa: A002
    """The part of the report that says what is wrong and what to do, as sections of lines; [] where nothing is."""
    page = _Page(report, Ink(colour, ascii), min(max(width, NARROWEST), PROSE), verbose, causes(report))
    return [section for section in page.findings() if section]


@dataclass(frozen=True, slots=True)
class _Page:
    report: Report
    ink: Ink
    width: int
    verbose: bool
    trees: tuple[Cause, ...]

    @property
    def narrow(self) -> bool:
        """Whether there is no room for the times of the checks."""
        return self.width < _TIMED

    # --- what it is about

    def head(self) -> list[str]:
        """Target, when, from where, and what was set."""
        report, ink = self.report, self.ink
        lines = [ink.strong(wording.target(report))]
        typed = wording.given(report)
        if typed:
            lines += self._fact(f"given as {typed}")
        program = wording.versions(report) if self.verbose else f"dgcheck {word(report.dgcheck, 40)}"
        when = wording.moment(report.started)
        lines += self._fact(f"{program}, {when}, seen from {wording.seen_from(report)}")
        through = wording.proxy(report)
        if through:
            lines += self._fact(f"through the proxy {through}")
        rows = wording.every_setting(report) if self.verbose else wording.options(report)
        said = [f"{name} {value} ({origin})" if origin else f"{name} {value}" for name, value, origin in rows if value]
        if said:
            lines += self._fact(f"with {', '.join(said)}")
        for caution in wording.cautions(report):
            lines += [ink.loud(line) for line in wrap(caution, self.width)]
        return lines

    def _fact(self, text: str) -> list[str]:
        return [self.ink.faint(line) for line in wrap(text, self.width)]

    # --- what was checked

    def checks(self) -> list[str]:
        """A line for each check, in the order of the report; those that nobody asked for share the last one."""
        lines: list[str] = []
        unasked = () if self.verbose else tuple(check for check in self.report.checks if _unasked(check))
        ids = max((cells(word(check.id, 24)) for check in self.report.checks if check not in unasked), default=0)
        answers = answer_of(self.trees)
        for _, run in groupby((one for one in self.report.checks if one not in unasked), key=_skipped_for):
            group = tuple(run)
            if len(group) >= _SAME_SKIPS and group[0].status is Status.SKIP:
                lines += self._skips(group, ids)
                continue
            for check in group:
                lines += self._check(check, ids, answers.get(check.id))
        if unasked:
            names = ", ".join(word(check.id, 24) for check in unasked)
            first = f"  {self.ink.status(Status.SKIP)} "
            lines += hang(first, f"not asked: {names} (-v says why)", self.width, 3 + self.ink.sign_width)
        return lines

    def _check(self, check: CheckResult, ids: int, answer: Finding | None) -> list[str]:
        wrong = check.status in (Status.FAIL, Status.WARN, Status.UNKNOWN)
        name = word(check.id, 24)
        first = (
            f"  {self.ink.status(check.status)} {self.ink.strong(name) if wrong else name}{' ' * (ids - cells(name))}"
        )
        time = wording.check_time(check)
        first += "  " if self.narrow else f"  {' ' * (7 - len(time))}{self.ink.faint(time)}  "
        said, code = wording.explained(check, answer, self.report)
        said = one_line(said, 400) + (f" [{word(code, 12)}]" if code else "")
        lines = hang(first, said, self.width, self._summary_at(ids))
        if len(check.addresses) > 1 and (self.verbose or len({result.status for result in check.addresses}) > 1):
            lines += self._addresses(check, ids)
        return lines

    def _summary_at(self, ids: int) -> int:
        return 2 + self.ink.sign_width + 1 + ids + 2 + (0 if self.narrow else 7 + 2)

    def _addresses(self, check: CheckResult, ids: int) -> list[str]:
        """A line for each address, where they do not agree."""
        lines = []
        column = max(cells(word(result.address, 60)) for result in check.addresses)
        at = 6 if self.narrow else self._summary_at(ids)
        for result in check.addresses:
            address = word(result.address, 60)
            first = f"{' ' * at}{self.ink.status(result.status)} {address}{' ' * (column - cells(address))}  "
            lines += hang(first, one_line(result.summary, 300), self.width, at + self.ink.sign_width + 1 + column + 2)
        return lines

    def _skips(self, group: tuple[CheckResult, ...], ids: int) -> list[str]:
        first = f"  {self.ink.status(Status.SKIP)} "
        names = ", ".join(word(check.id, 24) for check in group)
        why = one_line(group[0].summary, 300)
        if group[0].blocked_by and group[0].blocked_by not in why:
            why += f" (stopped by {word(group[0].blocked_by, 24)})"
        return hang(first, f"{names}: {why}", self.width, 3 + self.ink.sign_width)

    # --- through which address

    def through(self) -> list[list[str]]:
        """Each address with its outcome, and a section for what lies between each two neighbours."""
        rows = hops.places(self.report)
        if not rows:
            return []
        names, urls = (max(map(cells, column)) for column in zip(*((row.name, row.url) for row in rows), strict=True))
        lines = [self.ink.strong(line) for line in wrap(hops.TITLE, self.width)]
        for row in rows:
            at = 2 + self.ink.sign_width + 1 + names + 2
            first = f"  {self.ink.status(row.verdict)} {row.name}{' ' * (names - cells(row.name))}  "
            said = row.answer or row.verdict.value
            if at + urls + 2 + cells(said) <= self.width:
                lines.append(f"{first}{row.url}{' ' * (urls - cells(row.url))}  {said}")
            else:
                lines += [first + row.url, *indented(wrap(said, self.width - at), at)]
        for hop in hops.between(self.report, every=self.verbose):
            lines += self._hop(hop)
        return [lines]

    def _hop(self, hop: hops.Between) -> list[str]:
        said = wrap(hop.says[:1].upper() + hop.says[1:] + ".", self.width - 2)
        lines = ["", *indented([self.ink.loud(line) for line in said] if hop.broken else said, 2)]
        column = max((cells(what) for what, _, _ in hop.rows), default=0)
        for what, near, far in hop.rows:
            lines += hang(f"    {what}{' ' * (column - cells(what))}  ", f"{near} → {far}", self.width, column + 6)
        return [*lines, self.ink.faint(f"    and {hop.left} more with -v")] if hop.left else lines

    # --- what is wrong

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

    # --- how it was seen

    def times(self) -> list[str]:
        """The table of phases, where it helps."""
        if not (self.verbose or phases.worth_showing(self.report)):
            return []
        lines = phases.table(self.report, self.width - 2)
        return [self.ink.strong("Where the time went"), *indented(lines, 2)] if lines else []

    def evidence(self) -> list[str]:
        """A line for each piece of evidence, with --verbose alone."""
        if not self.verbose or not self.report.evidence:
            return []
        lines = [self.ink.strong("What was seen")]
        for seen in self.report.evidence:
            lines += hang("  ", saw.line(seen), self.width, 6)
        return lines

    def trust(self) -> list[str]:
        """Which lists of authorities accept the certificate, where they differ or somebody wants to know."""
        lines: list[str] = []
        for store, said, who, variable in sdks.trust(self.report, verbose=self.verbose):
            adds = f"; a CA is added by {variable}" if variable else ""
            lines += hang("  ", f"{said}: {store} ({who}){adds}", self.width, 6)
        return [self.ink.strong("Who trusts this certificate"), *lines] if lines else []

    def settings(self) -> list[list[str]]:
        """A section for each SDK with the code that it needs, where it was asked for."""
        found = []
        for one in sdks.settings(self.report):
            lines = [self.ink.strong(line) for line in wrap(f"Setting of the {one.name}", self.width)]
            lines += indented([self.ink.command(line) for line in block(one.code)], 4) if one.code else []
            for note in one.notes:
                lines += hang("  - ", note, self.width, 4)
            found.append(lines)
        return found

    def foot(self) -> list[str]:
        """What was tested, what was not, and where else to look."""
        report = self.report
        lines = wrap(one_line(report.tested, 600), self.width) if report.tested else []
        if report.untested:
            listed = "; ".join(one_line(one, 200).rstrip(".") for one in report.untested)
            lines += self._fact(f"Not tested: {listed}.")
        hint = wording.log_hint(report)
        if hint and (self.verbose or report.verdict is not Status.PASS):
            lines += self._fact(f"This run in a proxy's log: `{hint}`")
        if report.verdict not in (Status.PASS, Status.WARN):
            lines += self._ticket()
        return lines

    def _ticket(self) -> list[str]:
        """The line that puts all of this into one file."""
        from dgcheck.report.command import for_a_ticket  # what a run without a failure need not load

        ticket = for_a_ticket(self.report)
        if not ticket:
            return []
        return [
            "",
            *wrap("For a support ticket, all of this in one file without secrets:", self.width),
            f"  {self.ink.command(ticket)}",
        ]

    def last(self) -> list[str]:
        """The verdict and the counts; always the last line."""
        return [f"{self.ink.verdict(self.report.verdict)}  {wording.closing(self.report)}"]


def _unasked(check: CheckResult) -> bool:
    """Whether nobody wanted this check to be asked: it is not part of the profile, or does not fit the URL."""
    return check.status is Status.SKIP and not check.blocked_by


def _skipped_for(check: CheckResult) -> tuple[str, ...]:
    """The same for neighbours that were skipped for the same reason, different for all others."""
    if check.status is Status.SKIP:
        return ("skip", check.summary, check.blocked_by or "")
    return ("", check.id)
