"""What became of each check, and of the whole: from the evidence and the findings, by no other knowledge."""

from __future__ import annotations

from collections.abc import Sequence

from dgcheck.diagnosis import good
from dgcheck.model.asking import Probe
from dgcheck.model.case import Case
from dgcheck.model.catalogue import Severity
from dgcheck.model.evidence import Ending, Phase, Seen, Upgrade, Wire
from dgcheck.model.record import replace
from dgcheck.model.report import AddressResult, CheckResult, Finding, Status

# A check that has nothing to look at until another one passed.
NEEDS = {"ws.stream": "ws.upgrade"}
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
    own = tuple(seen for seen in evidence if not seen.purpose)
    result = CheckResult(
        id=probe.id,
        title=probe.title,
        status=Status.UNKNOWN,
        summary="",
        address=_address(own),
        phases=_phases(own),
        addresses=_addresses(probe.id, own),
        evidence=tuple(seen.id for seen in evidence),
    )
    if probe.id in case.skipped:
        return replace(result, status=Status.SKIP, summary=case.skipped[probe.id])
    touching = [finding for finding in findings if probe.id in finding.checks]
    seems = good.GOOD.get(probe.id, _no_opinion)(case)
    passed = seems[0] is Status.PASS
    blocked = _blocked(before)
    errors = [finding for finding in touching if finding.severity is Severity.ERROR]
    if blocked and not passed and probe.id not in GATES[: GATES.index(blocked) + 1]:
        return replace(result, status=Status.SKIP, summary=f"not possible without {blocked}", blocked_by=blocked)
    if seems[0] is Status.SKIP:
        return replace(result, status=Status.SKIP, summary=seems[1])
    needed = NEEDS.get(probe.id)
    if needed and not own and any(one.id == needed and one.status in (Status.FAIL, Status.UNKNOWN) for one in before):
        return replace(result, status=Status.SKIP, summary=f"not possible without {needed}", blocked_by=needed)
    if errors:
        return _counted(result, own, Status.FAIL, _headline(errors))
    if probe.id in case.bugs:
        return replace(result, status=Status.UNKNOWN, summary="dgcheck itself failed here (DG9001)")
    if probe.id in case.out_of_time:
        return replace(result, status=Status.UNKNOWN, summary="the run ended before this did")
    warnings = [finding for finding in touching if finding.severity is Severity.WARNING]
    if warnings:
        return _counted(result, own, Status.WARN, _headline(warnings))
    return _counted(result, own, seems[0], seems[1])


def _no_opinion(case: Case) -> tuple[Status, str]:
    return Status.UNKNOWN, "no evidence"


def _headline(findings: Sequence[Finding]) -> str:
    first = next((finding for finding in findings if finding.root), findings[0])
    return f"{first.title} ({first.code})"


def _blocked(before: Sequence[CheckResult]) -> str | None:
    for result in before:
        if result.id in GATES and result.status is Status.FAIL:
            return result.id
    return None


def _counted(result: CheckResult, own: Sequence[Seen], status: Status, summary: str) -> CheckResult:
    tries = sum(1 for seen in own if isinstance(seen, Wire))
    passed = sum(1 for seen in own if isinstance(seen, Wire) and _worked(seen))
    return replace(
        result,
        status=status,
        summary=summary,
        tries=max(tries, 1),
        passed=passed if tries else int(status is Status.PASS),
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
