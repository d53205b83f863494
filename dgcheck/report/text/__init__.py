"""The report for a person at a terminal: what was checked, what is wrong and why, what to do, and the verdict last."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from dgcheck.model.record import dataclass
from dgcheck.model.report import CheckResult, Finding, Report, Status
from dgcheck.report import phases, wording
from dgcheck.report.harmless import in_ascii, one_line, word
from dgcheck.report.ink import Ink
from dgcheck.report.layout import NARROWEST, PROSE, cells, hang, indented, wrap

NAME = "text"
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
    page = _Page(report, Ink(colour, ascii), min(max(width, NARROWEST), PROSE), verbose)
    sections = [page.head(), page.checks(), *page.through(), *page.findings(), page.trust(), page.times()]
    sections += [page.evidence(), *page.settings(), page.foot(), page.last()]
    text = "\n\n".join("\n".join(section) for section in sections if section) + "\n"
    return in_ascii(text) if ascii else text


@dataclass(frozen=True, slots=True)
class _Page:
    report: Report
    ink: Ink
    width: int
    verbose: bool

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
        asked = [check for check in self.report.checks if self.verbose or not _unasked(check)]
        ids = max((cells(word(check.id, 24)) for check in asked), default=0)
        answers = self._answers()
        for _, run in groupby(asked, key=_skipped_for):
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

    # --- what only some reports have

    def _answers(self) -> Mapping[str, Finding]:
        """The answer to each check that is not well."""
        if not self.report.findings:
            return {}
        from dgcheck.report.findings import answer_of, causes

        return answer_of(causes(self.report))

    def findings(self) -> list[list[str]]:
        """A section for each cause."""
        if not self.report.findings:
            return []
        from dgcheck.report.text.wrong import findings

        return findings(self.report, self.ink, self.width, verbose=self.verbose)

    def through(self) -> list[list[str]]:
        """Each address with its outcome, and a section for what lies between each two neighbours."""
        if not self.report.via:
            return []
        from dgcheck.report.text.through import through

        return through(self.report, self.ink, self.width, verbose=self.verbose)

    def evidence(self) -> list[str]:
        """A line for each piece of evidence, with --verbose alone."""
        if not self.verbose or not self.report.evidence:
            return []
        from dgcheck.report import saw

        lines = [self.ink.strong("What was seen")]
        for seen in self.report.evidence:
            lines += hang("  ", saw.line(seen), self.width, 6)
        return lines

    def trust(self) -> list[str]:
        """Which lists of authorities accept the certificate, where they differ or somebody wants to know."""
        if not self.report.trust_stores:
            return []
        from dgcheck.report.text.sdk_parts import trust

        return trust(self.report, self.ink, self.width, verbose=self.verbose)

    def settings(self) -> list[list[str]]:
        """A section for each SDK with the code that it needs, where it was asked for."""
        if not self.report.sdk_settings:
            return []
        from dgcheck.report.text.sdk_parts import settings

        return settings(self.report, self.ink, self.width)

    def times(self) -> list[str]:
        """The table of phases, where it helps."""
        if not (self.verbose or phases.worth_showing(self.report)):
            return []
        lines = phases.table(self.report, self.width - 2)
        return [self.ink.strong("Where the time went"), *indented(lines, 2)] if lines else []

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
