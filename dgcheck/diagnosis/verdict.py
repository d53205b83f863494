"""What became of each check, and of the whole: from the evidence and the findings, by no other knowledge."""

from __future__ import annotations

from collections.abc import Sequence

from dgcheck.diagnosis import good
from dgcheck.model.asking import REPEAT, Probe
from dgcheck.model.beside import Beside
from dgcheck.model.case import Case
from dgcheck.model.catalogue import Severity
from dgcheck.model.evidence import Ending, Phase, Seen, Upgrade, Wire
from dgcheck.model.record import replace
from dgcheck.model.report import AddressResult, CheckResult, Finding, Status

# Checks that have nothing to look at until others passed.
NEEDS = {"ws.stream": ("ws.upgrade",), "ws.hold": ("ws.upgrade", "ws.stream")}
GATES = ("config", "dns", "tcp", "transport", "tls")
_WORST = {Status.FAIL: 0, Status.UNKNOWN: 1, Status.WARN: 2, Status.PASS: 3, Status.SKIP: 4}


def checks(case: Case, findings: Sequence[Finding], probes: Sequence[Probe]) -> tuple[CheckResult, ...]:
    """One result per probe, in the order given."""
    results: list[CheckResult] = []
    of_check: dict[str, list[Seen]] = {}
    for seen in case.evidence:
        of_check.setdefault(seen.check, []).append(seen)
    for probe in probes:
        if probe.unnamed and probe.wanted is not None and not probe.wanted(case.settings):
            continue
        results.append(_check(case, findings, probe, results, of_check.get(probe.id, [])))
    return tuple(results)


def verdict(findings: Sequence[Finding], results: Sequence[CheckResult], *, answered: bool) -> Status:
    """The verdict of the worst finding, effects included; unknown where something that a verdict needs could not be
    tested and nothing was found; never a pass when nothing answered.
    """
    severities = {finding.severity for finding in findings}
    if Severity.ERROR in severities:
        return Status.FAIL
    if any(result.status is Status.UNKNOWN for result in results) or not answered:
        return Status.UNKNOWN
    return Status.WARN if Severity.WARNING in severities else Status.PASS


def _check(
    case: Case,
    findings: Sequence[Finding],
    probe: Probe,
    before: Sequence[CheckResult],
    evidence: Sequence[Seen],
) -> CheckResult:
    if probe.id in case.skipped and not evidence:
        return CheckResult(id=probe.id, title=probe.title, status=Status.SKIP, summary=case.skipped[probe.id])
    own = tuple(seen for seen in evidence if not seen.purpose)
    result = CheckResult(
        id=probe.id,
        title=probe.title,
        status=Status.UNKNOWN,
        summary="",
        address=_address(own),
        phases=_phases(own),
        addresses=_addresses(probe.id, _of_addresses(evidence)),
        evidence=tuple(seen.id for seen in evidence),
    )
    if probe.id in case.skipped:
        return replace(result, status=Status.SKIP, summary=case.skipped[probe.id])
    touching = [finding for finding in findings if probe.id in finding.checks]
    seems = good.seems(probe.id, case)
    passed = seems[0] is Status.PASS
    blocked = None if any(isinstance(seen, Beside) for seen in own) else _blocked(before)
    errors = [finding for finding in touching if finding.severity is Severity.ERROR]
    if blocked and not passed and probe.id not in GATES[: GATES.index(blocked) + 1]:
        return replace(result, status=Status.SKIP, summary=f"not possible without {blocked}", blocked_by=blocked)
    needed = "" if own else _lacking(probe.id, before)
    if needed:
        return replace(result, status=Status.SKIP, summary=f"not possible without {needed}", blocked_by=needed)
    if seems[0] is Status.SKIP:
        return replace(result, status=Status.SKIP, summary=seems[1])
    if errors:
        return _counted(case, result, own, Status.FAIL, _headline(errors))
    if probe.id in case.bugs:
        return replace(result, status=Status.UNKNOWN, summary="dgcheck itself failed here (DG9001)")
    if probe.id in case.out_of_time:
        return replace(result, status=Status.UNKNOWN, summary="the run ended before this did")
    warnings = [finding for finding in touching if finding.severity is Severity.WARNING]
    if warnings:
        return _counted(case, result, own, Status.WARN, _headline(warnings))
    return _counted(case, result, own, seems[0], seems[1])


def _lacking(check: str, before: Sequence[CheckResult]) -> str:
    """The check that this one needs and that did not pass; '' when there is none."""
    bad = {one.id for one in before if one.status in (Status.FAIL, Status.UNKNOWN)}
    return next((needed for needed in NEEDS.get(check, ()) if needed in bad), "")


def _of_addresses(evidence: Sequence[Seen]) -> Sequence[Seen]:
    """What tells of the target's addresses: the check's own questions, and their repetitions."""
    return [seen for seen in evidence if seen.purpose in ("", REPEAT) and not isinstance(seen, Beside)]


def _headline(findings: Sequence[Finding]) -> str:
    first = next((finding for finding in findings if finding.root), findings[0])
    return f"{first.title} ({first.code})"


def _blocked(before: Sequence[CheckResult]) -> str | None:
    for result in before:
        if result.id in GATES and result.status is Status.FAIL and not result.intermittent:
            return result.id
    return None


def _counted(case: Case, result: CheckResult, own: Sequence[Seen], status: Status, summary: str) -> CheckResult:
    if case.first(Seen, purpose=REPEAT) is not None:
        again = _repeated(case, replace(result, status=status, summary=summary))
        if again is not None:
            return again
    tries = sum(1 for seen in own if isinstance(seen, Wire))
    passed = sum(1 for seen in own if isinstance(seen, Wire) and _worked(seen))
    return replace(
        result,
        status=status,
        summary=summary,
        tries=max(tries, 1),
        passed=passed if tries else int(status is Status.PASS),
    )


def _repeated(case: Case, result: CheckResult) -> CheckResult | None:
    """The result with the tries of --repeat; None where this check was not repeated."""
    from dgcheck.readings import repeated

    again = repeated.repeated(case).get(result.id)
    if not again:
        return None
    passed, mixed = sum(one.fine for one in again), result.id in repeated.intermittent(case)
    found = repeated.pattern(case) if mixed else None
    return replace(
        result,
        tries=len(again),
        passed=passed,
        interval=repeated.interval(passed, len(again)),
        intermittent=mixed,
        goes_with=found.kind if found is not None else "",
        pattern=found.says if found is not None else "",
    )


def _worked(seen: Wire) -> bool:
    return (
        seen.ending is Ending.ANSWERED
        and seen.status is not None
        and (seen.status == 101 if isinstance(seen, Upgrade) else seen.status < 400)
    )


def _address(own: Sequence[Seen]) -> str | None:
    found = {str(getattr(seen, "address", "")) for seen in own} - {""}
    return found.pop() if len(found) == 1 else None


def _phases(own: Sequence[Seen]) -> tuple[Phase, ...]:
    for seen in own:
        if seen.phases:
            return seen.phases
    return ()


def _addresses(check: str, own: Sequence[Seen]) -> tuple[AddressResult, ...]:
    by_address: dict[str, list[Seen]] = {}
    for seen in own:
        address = str(getattr(seen, "address", ""))
        if address:
            by_address.setdefault(address, []).append(seen)
    if check != "tcp" and len(by_address) < 2:
        return ()
    return tuple(_address_result(address, seens) for address, seens in by_address.items())


def _address_result(address: str, seens: Sequence[Seen]) -> AddressResult:
    wires = [seen for seen in seens if isinstance(seen, Wire)]
    passed = sum(map(_worked, wires)) if wires else sum(seen.ending is Ending.ANSWERED for seen in seens)
    tries = len(wires) or len(seens)
    status = Status.PASS if passed == tries else Status.FAIL
    words = sorted({_ended(seen) for seen in (wires or seens)})
    return AddressResult(
        address=address,
        status=status,
        summary=", ".join(words)[:200],
        phases=seens[0].phases,
        tries=tries,
        passed=passed,
        evidence=tuple(seen.id for seen in seens),
    )


def _ended(seen: Seen) -> str:
    if isinstance(seen, Wire) and seen.status is not None:
        return str(seen.status)
    return str(getattr(seen, "errno", "")) or seen.ending.value.replace("_", " ")
