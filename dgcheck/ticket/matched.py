"""Which causes of two reports are the same, which are gone, which came, and which took another's place.

A cause counts as gone only where what it was seen in was asked again and is well: what is hidden behind another fault,
or was not asked for, is not fixed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dgcheck.model.catalogue import Severity
from dgcheck.model.record import dataclass
from dgcheck.model.report import Finding, Report, Status
from dgcheck.report.findings import Cause, causes

_BAD = (Status.FAIL, Status.WARN)
_OPEN = (Status.SKIP, Status.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Still:
    """One cause in both reports, each in the words of its own. `beneath` is the code of the cause that explains it in
    the newer one, '' where it stands by itself there as well.
    """

    old: Finding
    new: Finding
    beneath: str = ""


@dataclass(frozen=True, slots=True)
class Changed:
    """The same checks failed for another reason."""

    old: Finding
    new: tuple[Finding, ...]
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Untold:
    """A cause that the newer report does not have and had no chance to see; `why` says so."""

    finding: Finding
    why: str


@dataclass(frozen=True, slots=True)
class Matched:
    """Every cause of both reports once.

    `gone` and `come` are those of one report alone. `hidden` are codes among `come` whose checks the old report did
    not reach. `untold` may be gone or not.
    """

    gone: tuple[Finding, ...]
    come: tuple[Finding, ...]
    hidden: tuple[str, ...]
    changed: tuple[Changed, ...]
    still: tuple[Still, ...]
    untold: tuple[Untold, ...]


def match(old: Report, new: Report) -> Matched:
    """The causes of two reports, each where it belongs; remarks are no causes."""
    before, now = roots(old), roots(new)
    pairs = _paired(before, now)
    still = [Still(tree.finding, now[place].finding) for tree, place in pairs]
    gone = [tree for tree in before if not any(tree is one for one, _ in pairs)]
    come = [tree for place, tree in enumerate(now) if not any(place == taken for _, taken in pairs)]
    fixed: list[Finding] = []
    untold: list[Untold] = []
    changed: list[Changed] = []
    taken: set[int] = set()
    for tree in gone:
        beneath = _beneath(tree.finding, now)
        if beneath is not None:
            still.append(Still(tree.finding, *beneath))
            continue
        mine = _failed(tree, old)
        instead = [place for place, other in enumerate(come) if _failed(other, new) & mine]
        if instead:
            shared = {check for place in instead for check in _failed(come[place], new) & mine}
            ids = tuple(check.id for check in new.checks if check.id in shared)
            changed.append(Changed(tree.finding, tuple(come[place].finding for place in instead), ids))
            taken.update(instead)
        elif why := _not_seen(tree.finding, mine, old, new, now):
            untold.append(Untold(tree.finding, why))
        else:
            fixed.append(tree.finding)
    fresh = [tree for place, tree in enumerate(come) if place not in taken]
    return Matched(
        gone=tuple(fixed),
        come=tuple(tree.finding for tree in fresh),
        hidden=tuple(tree.finding.code for tree in fresh if _was_open(_failed(tree, new), old)),
        changed=tuple(changed),
        still=tuple(still),
        untold=tuple(untold),
    )


def roots(report: Report) -> tuple[Cause, ...]:
    """The causes of a report with their effects: what somebody has to do something about."""
    return tuple(tree for tree in causes(report) if any(one.severity is not Severity.INFO for one in tree.all()))


def _paired(before: Sequence[Cause], now: Sequence[Cause]) -> list[tuple[Cause, int]]:
    """Causes that are in both: by code and words, then by code and facts, then by code and model alone."""
    pairs: list[tuple[Cause, int]] = []
    left = list(before)
    free = list(range(len(now)))
    for alike in (_same_words, _same_facts, _same_model):
        for tree in list(left):
            place = next((one for one in free if alike(tree.finding, now[one].finding)), None)
            if place is not None:
                pairs.append((tree, place))
                left.remove(tree)
                free.remove(place)
    order = {id(tree): place for place, tree in enumerate(before)}
    return sorted(pairs, key=lambda pair: order[id(pair[0])])


def _same_words(one: Finding, other: Finding) -> bool:
    return one.says == other.says and _same_model(one, other)


def _same_facts(one: Finding, other: Finding) -> bool:
    return one.code == other.code and one.facts == other.facts


def _same_model(one: Finding, other: Finding) -> bool:
    """The same fault of another model is another fault; of another address or at another time it is the same."""
    return one.code == other.code and one.facts.get("model", "") == other.facts.get("model", "")


def _beneath(finding: Finding, now: Iterable[Cause]) -> tuple[Finding, str] | None:
    """The same cause where it is an effect now, and the code of its cause."""
    for tree in now:
        for effect in list(tree.all())[1:]:
            if _same_model(finding, effect):
                return effect, tree.finding.code
    return None


def _failed(tree: Cause, report: Report) -> frozenset[str]:
    """The checks that did not pass because of this cause."""
    named = {check for one in tree.all() for check in one.checks if one.severity is not Severity.INFO}
    bad = {check.id for check in report.checks if check.status in _BAD}
    return frozenset(named & bad or named)


def _not_seen(finding: Finding, checks: frozenset[str], old: Report, report: Report, now: Iterable[Cause]) -> str:
    """Why this report cannot tell whether the cause is gone; '' where it can: what showed it was asked and is well."""
    model, asked = finding.facts.get("model", ""), _models(report)
    if model in _models(old) and asked and model not in asked:
        return f"This time {', '.join(asked)} was asked for, not {model}."
    known = {check.id: check for check in report.checks}
    explained = frozenset[str]().union(*(_failed(tree, report) for tree in now))
    left = [known[check] for check in known if check in checks - explained]
    if not checks:
        return "The report does not know whether all is well." if report.verdict is Status.UNKNOWN else ""
    if not left:
        return "What showed it failed for other reasons." if checks <= explained else "What showed it was not asked."
    open_ = [check for check in left if check.status in (*_OPEN, Status.FAIL)]
    return "; ".join(f"{check.id}: {check.summary or check.status.value}" for check in open_)


def _models(report: Report) -> tuple[str, ...]:
    """The models that a report asked for or chose; () where it does not say."""
    facts = report.environment.get("judged_on")
    facts = facts if isinstance(facts, Mapping) else {}
    given = (facts.get("models"), report.settings.get("models", {}).get("value"))
    names = [name for one in given if isinstance(one, (list, tuple)) for name in one]
    return tuple(dict.fromkeys(str(name) for name in (*names, facts.get("model") or "") if name))


def _was_open(checks: frozenset[str], report: Report) -> bool:
    status = {check.id: check.status for check in report.checks}
    return bool(checks) and all(status.get(check, Status.SKIP) in _OPEN for check in checks)
