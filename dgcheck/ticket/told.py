"""A comparison in words: the same sections for a terminal and for Markdown, each with a line per difference."""

from __future__ import annotations

from collections.abc import Sequence

from dgcheck.model.catalogue import Confidence, Severity
from dgcheck.model.record import dataclass
from dgcheck.model.report import CheckResult, Finding, Status
from dgcheck.report.harmless import one_line, word
from dgcheck.report.wording import count, duration
from dgcheck.ticket.compared import CheckChange, Comparison
from dgcheck.ticket.matched import Changed, Still, Untold
from dgcheck.ticket.noise import Slower
from dgcheck.ticket.place import Kind

_SAYS = 700  # characters of one sentence


@dataclass(frozen=True, slots=True)
class Told:
    """One difference. `name` is set apart (a code and its cause, a check), `says` follows it; `more` are (lead, text)
    lines beneath, `command` is there to paste.
    """

    status: Status
    name: str
    says: str
    more: tuple[tuple[str, str], ...] = ()
    command: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Differences of one kind under their heading; `rows` (what, old, new) are for a table."""

    title: str
    told: tuple[Told, ...] = ()
    rows: tuple[tuple[str, str, str], ...] = ()


def sections(one: Comparison) -> tuple[Section, ...]:
    """Every section that holds something, what matters most first."""
    old, new = one.labels
    places = one.kind is Kind.PLACES
    found = [
        Section(f"Only from {new}" if places else "New", tuple(_came(cause, one) for cause in one.new_causes)),
        Section(f"Only from {old}" if places else "Fixed", tuple(_went(cause, places) for cause in one.fixed)),
        Section("Another cause", tuple(_changed(change, one) for change in one.changed)),
        Section("From both" if places else "Still broken", tuple(_still(pair, one) for pair in one.still)),
        Section(
            f"From {old}; not tested from {new}" if places else "Not tested this time",
            tuple(map(_untold, one.untold)),
        ),
        Section(
            f"Slower from {new}" if places else "Slower",
            tuple(_time(row, one.labels, places) for row in one.slower if row.slower),
        ),
        Section(
            f"Slower from {old}" if places else "Faster",
            tuple(_time(row, one.labels, places) for row in one.slower if not row.slower),
        ),
        Section("Remarks", _remarks(one)),
        Section("Checks that ended otherwise", rows=_checks(one.checks)),
        Section("Settings that differ", rows=tuple((row.what, row.old, row.new) for row in one.settings)),
        Section("Found otherwise", rows=tuple((row.what, row.old or "–", row.new or "–") for row in one.found)),
    ]
    return tuple(section for section in found if section.told or section.rows)


def columns(one: Comparison) -> tuple[str, str]:
    """What the two columns of a table are called."""
    return one.labels if one.kind is Kind.PLACES else ("then", "now")


def name_of(finding: Finding) -> str:
    """Code and cause, and how sure it is."""
    sure = "" if finding.confidence is Confidence.CERTAIN else f" ({finding.confidence.value})"
    return f"{word(finding.code, 12)} {word(finding.cause, 60)}{sure}"


def summary(one: Comparison) -> str:
    """The comparison in one line."""
    if not one.differs:
        same = "The two reports say the same"
        return f"{same}: {_listed(one)}." if one.still else f"{same}."
    return f"{_listed(one) or 'No cause is in one of them alone; other things differ'}."


def _listed(one: Comparison) -> str:
    old, new = one.labels
    if one.kind is Kind.PLACES:
        parts = (
            (len(one.new_causes), f"only from {new}"),
            (len(one.fixed), f"only from {old}"),
            (len(one.changed), "with another cause"),
            (len(one.still), "from both"),
            (len(one.untold), f"not tested from {new}"),
        )
    else:
        parts = (
            (len(one.fixed), "fixed"),
            (len(one.new_causes), "new"),
            (len(one.changed), "with another cause"),
            (len(one.still), "still broken"),
            (len(one.untold), "not tested this time"),
        )
    counted = [(number, what) for number, what in parts if number]
    said = [f"{count(number, 'cause') if not place else number} {what}" for place, (number, what) in enumerate(counted)]
    slow = sum(row.slower for row in one.slower)
    said += [f"{count(slow, 'phase')} slower"] if slow and one.kind is not Kind.PLACES else []
    return ", ".join(said)


def _status(finding: Finding) -> Status:
    return {Severity.ERROR: Status.FAIL, Severity.WARNING: Status.WARN}.get(finding.severity, Status.PASS)


def _says(finding: Finding) -> str:
    return one_line(finding.says, _SAYS)


def _remedy(finding: Finding) -> tuple[tuple[str, str], ...]:
    if not finding.remedies:
        return ()
    return (("What to do:", one_line(finding.remedies[0].do, _SAYS)),)


def _command(finding: Finding) -> str:
    return finding.remedies[0].command if finding.remedies else ""


def _came(cause: Finding, one: Comparison) -> Told:
    before: tuple[tuple[str, str], ...] = ()
    if cause.code in one.hidden:
        old = one.labels[0]
        where = f"from {old}" if one.kind is Kind.PLACES else "then"
        before = (("It may have been there before:", f"{where} its checks were not reached."),)
    return Told(_status(cause), name_of(cause), _says(cause), (*before, *_remedy(cause)), _command(cause))


def _went(cause: Finding, places: bool) -> Told:
    return Told(_status(cause) if places else Status.PASS, name_of(cause), _says(cause))


def _changed(change: Changed, one: Comparison) -> Told:
    first, second = _leads(one)
    names = " → ".join((name_of(change.old), " + ".join(name_of(cause) for cause in change.new)))
    more = [(first, _says(change.old)), *((second, _says(cause)) for cause in change.new)]
    status = Status.FAIL if any(_status(cause) is Status.FAIL for cause in change.new) else Status.WARN
    return Told(
        status,
        names,
        f"in {', '.join(map(_id, change.checks))}",
        (*more, *_remedy(change.new[0])),
        _command(change.new[0]),
    )


def _leads(one: Comparison) -> tuple[str, str]:
    return (f"{one.labels[0]}:", f"{one.labels[1]}:") if one.kind is Kind.PLACES else ("Then:", "Now:")


def _still(pair: Still, one: Comparison) -> Told:
    more = []
    if pair.old.says != pair.new.says:
        more.append((_leads(one)[0], _says(pair.old)))
    if pair.beneath:
        more.append(("Now it stands", f"beneath {word(pair.beneath, 12)}, which explains it."))
    return Told(_status(pair.new), name_of(pair.new), _says(pair.new), (*more, *_remedy(pair.new)), _command(pair.new))


def _untold(cause: Untold) -> Told:
    more = (("Whether it is gone is not known.", one_line(cause.why, _SAYS)),)
    return Told(Status.UNKNOWN, name_of(cause.finding), _says(cause.finding), more)


def _time(row: Slower, labels: tuple[str, str], places: bool) -> Told:
    phase = row.phase.replace("_", " ")
    where = f"{phase} of {_id(row.check)}" if row.check else phase
    old, new = duration(row.old), duration(row.new)
    said = f"{new} from {labels[1]}, {old} from {labels[0]}" if places else f"{old} then, {new} now"
    times = row.new / row.old if row.slower else row.old / row.new
    factor = f", {times:.1f} times" if 1.05 < times < 1000 else ""
    return Told(
        Status.WARN if row.slower or places else Status.PASS,
        where,
        f"{said}{factor} (up to {duration(row.noise)} would be noise)",
    )


def _remarks(one: Comparison) -> tuple[Told, ...]:
    if one.kind is Kind.PLACES:
        leads = (f"only from {one.labels[0]}", f"only from {one.labels[1]}")
    else:
        leads = ("no longer", "now")
    return tuple(
        Told(Status.SKIP, name_of(remark), f"{lead}: {_says(remark)}")
        for lead, remarks in zip(leads, (one.remarks_gone, one.remarks_new), strict=True)
        for remark in remarks
    )


def _checks(changes: Sequence[CheckChange]) -> tuple[tuple[str, str, str], ...]:
    """A row for each pair of endings, with all the checks that ended so: what one failure stopped is told once."""
    rows: dict[tuple[str, str], list[str]] = {}
    for change in changes:
        rows.setdefault((_ended(change.old), _ended(change.new)), []).append(_id(change.id))
    return tuple((", ".join(names), old, new) for (old, new), names in rows.items())


def _ended(check: CheckResult | None) -> str:
    if check is None:
        return "not asked"
    said = one_line(check.summary, 120)
    return f"{check.status.value}: {said}" if said and check.status is not Status.PASS else check.status.value


def _id(check: str) -> str:
    return word(check, 40)
