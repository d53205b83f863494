"""What differs between two reports: causes that went, came, changed or stayed, times, settings, and what was found.

Two runs of one place are compared as times ("fixed", "new"); two of one hour from two places as places ("only from
here").
"""

from __future__ import annotations

from collections.abc import Sequence

from dgcheck.model.record import dataclass
from dgcheck.model.report import CheckResult, Finding, Report, Status
from dgcheck.ticket.found import Difference, found, settings
from dgcheck.ticket.matched import Changed, Still, Untold, match, roots
from dgcheck.ticket.noise import Slower, slower
from dgcheck.ticket.place import Kind, kind_of, labels

# Settings that decide what is asked, so that a cause may go with them.
_ASKED = frozenset(
    {"models", "language", "smart_format", "model_version", "features", "audio_file", "audio_url", "profile", "skip"}
    | {"sdk", "sdk_options", "headers", "api_key", "insecure", "ca_file", "resolve", "proxy_url", "no_proxy", "family"}
)


@dataclass(frozen=True, slots=True)
class CheckChange:
    """A check whose status is another one. None: this report has no such check."""

    id: str
    old: CheckResult | None
    new: CheckResult | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Everything that differs; `old` and `new` are the reports, `labels` what they are called in words.

    `fixed` and `new_causes` are those of one report alone. `untold` were seen in the old one, and what they were seen
    in was not asked or not answered in the new one; `hidden` are codes among `new_causes` of which the same holds the
    other way round. `still` is no difference.
    """

    kind: Kind
    old: Report
    new: Report
    labels: tuple[str, str]
    cautions: tuple[str, ...] = ()
    fixed: tuple[Finding, ...] = ()
    new_causes: tuple[Finding, ...] = ()
    hidden: tuple[str, ...] = ()
    changed: tuple[Changed, ...] = ()
    still: tuple[Still, ...] = ()
    untold: tuple[Untold, ...] = ()
    remarks_gone: tuple[Finding, ...] = ()
    remarks_new: tuple[Finding, ...] = ()
    checks: tuple[CheckChange, ...] = ()
    slower: tuple[Slower, ...] = ()
    settings: tuple[Difference, ...] = ()
    found: tuple[Difference, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether anything is different at all."""
        return any(
            (
                *(self.fixed, self.new_causes, self.changed, self.untold, self.remarks_gone, self.remarks_new),
                *(self.checks, self.slower, self.settings, self.found),
            )
        )

    @property
    def worse(self) -> tuple[Finding, ...]:
        """The causes of the newer report that the older one did not have."""
        return (*(one for change in self.changed for one in change.new), *self.new_causes)


def compare(old: Report, new: Report, kind: Kind | None = None) -> Comparison:
    """Compare two reports; `kind` says as what, None = as their times and places suggest."""
    kind = kind or kind_of(old, new)
    matched = match(old, new)
    return Comparison(
        kind=kind,
        old=old,
        new=new,
        labels=labels(old, new, kind),
        cautions=_cautions(old, new, kind),
        fixed=matched.gone,
        new_causes=matched.come,
        hidden=matched.hidden,
        changed=matched.changed,
        still=matched.still,
        untold=matched.untold,
        remarks_gone=_only(_remarks(old), _remarks(new)),
        remarks_new=_only(_remarks(new), _remarks(old)),
        checks=_checks(old, new),
        slower=slower(old, new),
        settings=settings(old, new),
        found=found(old, new, kind),
    )


def _remarks(report: Report) -> tuple[Finding, ...]:
    told = {id(one) for tree in roots(report) for one in tree.all()}
    return tuple(one for one in report.findings if id(one) not in told)


def _only(here: Sequence[Finding], there: Sequence[Finding]) -> tuple[Finding, ...]:
    codes = {one.code for one in there}
    return tuple(one for one in here if one.code not in codes)


def _checks(old: Report, new: Report) -> tuple[CheckChange, ...]:
    before = {check.id: check for check in old.checks}
    now = {check.id: check for check in new.checks}
    found_ = [CheckChange(one, before.get(one), now.get(one)) for one in dict.fromkeys((*before, *now))]
    return tuple(one for one in found_ if _status(one.old) != _status(one.new))


def _status(check: CheckResult | None) -> Status:
    """A report that lacks a check did not ask it."""
    return check.status if check else Status.SKIP


def _cautions(old: Report, new: Report, kind: Kind) -> tuple[str, ...]:
    """What the reader must know before any line of it."""
    said = []
    first, second = old.target.get("url") or old.target.get("given"), new.target.get("url") or new.target.get("given")
    if first != second:
        said.append(f"The two reports are of different addresses: {first} and {second}.")
    if kind is Kind.TIMES and new.started < old.started:
        said.append("The second report is the older of the two: what is called fixed here broke, and the reverse.")
    other = [row.what for row in settings(old, new) if row.what in _ASKED]
    if other:
        said.append(
            f"They did not ask for the same ({', '.join(other)}): what is gone may only not have been asked for."
        )
    for name, report in (("first", old), ("second", new)):
        if report.interrupted:
            said.append(f"The {name} report was interrupted, so that not all of it was asked.")
    return tuple(said)
