"""Whether what was wrong in a report is fixed: each of its causes against what the same questions gave now."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from dgcheck.model.catalogue import Severity
from dgcheck.model.exits import Exit
from dgcheck.model.record import dataclass
from dgcheck.model.report import Finding, Report, Status
from dgcheck.report import wording
from dgcheck.ticket.matched import match
from dgcheck.ticket.place import place_of


class Outcome(StrEnum):
    """What became of a cause. `now` means that something else is wrong in its place, or besides."""

    FIXED = "fixed"
    STILL = "still"
    NOW = "now"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verified:
    """One cause. `then` is None for what was not in the report at all; `now` are the causes that are there now;
    `checks` are what it was seen in; `note` is what else has to be known.
    """

    outcome: Outcome
    then: Finding | None
    now: tuple[Finding, ...] = ()
    checks: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """All of it. `asked` are the checks that were made now."""

    old: Report
    new: Report
    causes: tuple[Verified, ...]
    asked: tuple[str, ...]
    cautions: tuple[str, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """The worst of all: still, then now, then unknown, then fixed."""
        found = {one.outcome for one in self.causes if one.then is not None or not one.now or _is_error(one)}
        worst = (one for one in (Outcome.STILL, Outcome.NOW, Outcome.UNKNOWN) if one in found)
        return next(worst, Outcome.FIXED)

    @property
    def exit_code(self) -> Exit:
        """0 all fixed, 1 still or now, 3 not known, 4 neither before `--wait` was over; 5 a new warning with
        `--fail-on warning`; 128 and the signal.
        """
        if self.new.signal:
            return Exit(128 + self.new.signal)
        if self.new.deadline_passed and self.outcome is not Outcome.FIXED:
            return Exit.DEADLINE
        if self.outcome is Outcome.UNKNOWN:
            return Exit.UNKNOWN
        if self.outcome is not Outcome.FIXED:
            return Exit.FAILED
        fresh = any(one.outcome is Outcome.NOW for one in self.causes)
        return Exit.WARNINGS if fresh and self.new.fail_on == "warning" else Exit.OK


def _is_error(one: Verified) -> bool:
    return any(cause.severity is Severity.ERROR for cause in one.now)


def verify(old: Report, new: Report, asked: Collection[str]) -> Verification:
    """Judge the new run, which asked `asked`, against the report that it verifies."""
    matched = match(old, new)
    found = [Verified(Outcome.FIXED, cause, (), _seen_in(cause, new), _chance(cause, old)) for cause in matched.gone]
    found += [
        Verified(
            Outcome.STILL, pair.old, (pair.new,), pair.old.checks, f"beneath {pair.beneath}" if pair.beneath else ""
        )
        for pair in matched.still
    ]
    found += [Verified(Outcome.NOW, change.old, change.new, change.checks) for change in matched.changed]
    found += [Verified(Outcome.UNKNOWN, one.finding, (), one.finding.checks, one.why) for one in matched.untold]
    order = {id(cause): place for place, cause in enumerate(old.findings)}
    found.sort(key=lambda one: order[id(one.then)])
    found += [Verified(Outcome.NOW, None, (cause,), cause.checks) for cause in matched.come]
    if not found:
        found += _unexplained(old, new)
    return Verification(
        old=old,
        new=new,
        causes=tuple(found),
        asked=tuple(check.id for check in new.checks if check.id in asked),
        cautions=_cautions(old, new),
    )


def _seen_in(cause: Finding, new: Report) -> tuple[str, ...]:
    return tuple(check.id for check in new.checks if check.id in cause.checks)


def _chance(cause: Finding, old: Report) -> str:
    """The words that go with a fault which was not there every time: to see it gone once proves less."""
    tried = [check for check in old.checks if check.id in cause.checks and 0 < check.passed < check.tries]
    again = [check for check in tried if wording.tries(check, old)]
    if not again:
        return ""
    said = "; ".join(f"{check.id}: {check.passed} of {check.tries} tries passed then" for check in again)
    return f"It did not show every time ({said}): run this some more times, or with --repeat."


def _unexplained(old: Report, new: Report) -> list[Verified]:
    """A report whose checks failed or were open without a cause that had a name."""
    open_ = [check for check in old.checks if check.status in (Status.FAIL, Status.WARN, Status.UNKNOWN)]
    status = {check.id: check for check in new.checks}
    left = [check.id for check in open_ if check.id in status and status[check.id].status is not Status.PASS]
    if not left:
        return [Verified(Outcome.FIXED, None, (), tuple(check.id for check in open_))]
    bad = any(status[check].status in (Status.FAIL, Status.WARN) for check in left)
    words = "; ".join(f"{check}: {status[check].summary}" for check in left)
    return [Verified(Outcome.STILL if bad else Outcome.UNKNOWN, None, (), tuple(left), words)]


def _cautions(old: Report, new: Report) -> tuple[str, ...]:
    said = []
    if place_of(old.seen_from) != place_of(new.seen_from):
        said.append(
            f"The report was made from {wording.seen_from(old)}; this was asked from {wording.seen_from(new)}. What"
            " holds from here may not hold from there."
        )
    then, now = wording.proxy(old), wording.proxy(new)
    if then != now:
        said.append(f"Then it went through {then or 'no proxy'}, now through {now or 'no proxy'}.")
    return tuple(said)
