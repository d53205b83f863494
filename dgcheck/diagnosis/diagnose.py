"""From a case to its findings: rules are asked, effects are put beneath their causes, remedies are filled in."""

from __future__ import annotations

from dgcheck.diagnosis.fill import facts_of, fill, text_of
from dgcheck.diagnosis.places import places
from dgcheck.diagnosis.well import good_checks
from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Confidence, Heals, Match, Severity
from dgcheck.model.record import replace
from dgcheck.model.report import FilledRemedy, Finding
from dgcheck.rules import causes

_SEVERITY = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}
_CONFIDENCE = {Confidence.CERTAIN: 0, Confidence.LIKELY: 1, Confidence.POSSIBLE: 2}


def diagnose(case: Case, good: frozenset[str] | None = None) -> tuple[Finding, ...]:
    """What is wrong in this case, the answer first. `good` are the checks that pass, where it is known that all went
    well.

    A finding is root unless another one explains it. Roots come before effects, errors before warnings before infos,
    certain before likely before possible, and then in the order of the layers.
    """
    with case.unchanging():
        return _diagnosed(case, good_checks(case) if good is None else good)


def _diagnosed(case: Case, good: frozenset[str] | None) -> tuple[Finding, ...]:
    asked = causes(good)
    matched = [(cause, match) for cause in asked if cause.when is not None for match in cause.when(case)]
    matched = [
        pair
        for pair in matched
        if pair[0].code not in case.settings.ignore and pair[0].cause not in case.settings.ignore
    ]
    explained_by = _explained(matched)
    found = places(case)
    common = facts_of(case)
    findings = [
        _finding(cause, replace(match, says=_sentence(case, match.says)), explained_by.get(cause.code), common, found)
        for cause, match in matched
    ]
    return tuple(sorted(findings, key=_order))


# Names that are written small, also where they begin a sentence.
_SMALL = frozenset({"dgcheck", "nginx", "squid"})


def _sentence(case: Case, says: str) -> str:
    """A finding's words as a sentence: an ordinary first word gets its capital, a name (host, model) stays as it is."""
    first = says.partition(" ")[0].rstrip(",:;")
    names = {case.model, *case.models, case.target.host if case.target else ""}
    ordinary = first.isascii() and first.isalpha() and first.islower() and first not in names | _SMALL
    return says[:1].upper() + says[1:] if ordinary else says


def _explained(matched: list[tuple[Cause, Match]]) -> dict[str, str]:
    """For each code that is an effect here, the code of what explains it."""
    present = {cause.cause: cause for cause, _ in matched}
    severity = {cause.code: _severity(cause, match) for cause, match in matched}
    explained: dict[str, str] = {}
    for cause, match in matched:
        # A guess explains nothing that is better founded, and a warning explains no failure.
        for word in cause.explains:
            effect = present.get(word)
            if effect is None or effect.code == cause.code or effect.code in explained:
                continue
            if _SEVERITY[severity[effect.code]] < _SEVERITY[_severity(cause, match)]:
                continue
            explained[effect.code] = cause.code
    return {code: by for code, by in explained.items() if not _circular(code, explained)}


def _circular(code: str, explained: dict[str, str]) -> bool:
    seen, at = {code}, explained.get(code)
    while at is not None:
        if at in seen:
            return min(seen) == code
        seen.add(at)
        at = explained.get(at)
    return False


def _severity(cause: Cause, match: Match) -> Severity:
    return match.severity or cause.severity


def _finding(cause: Cause, match: Match, by: str | None, common: dict[str, str], found: tuple[str, ...]) -> Finding:
    facts = {**common, **match.facts}
    return Finding(
        code=cause.code,
        cause=cause.cause,
        title=cause.title,
        severity=_severity(cause, match),
        confidence=match.confidence,
        root=by is None,
        says=match.says,
        why=text_of(cause.explanation.strip().split("\n\n")[0].replace("\n", " "), facts),
        remedies=(*_own(match), *fill(cause, facts, found)),
        evidence=match.evidence,
        checks=match.checks,
        caused_by=by,
        detail=match.detail,
        heals=cause.heals is not Heals.NEVER,
        facts=dict(match.facts),
    )


def _own(match: Match) -> tuple[FilledRemedy, ...]:
    return tuple(FilledRemedy(one.do, one.command, one.place) for one in match.remedies)


def _order(finding: Finding) -> tuple[int, int, int, str]:
    return (
        0 if finding.root else 1,
        _SEVERITY[finding.severity],
        _CONFIDENCE[finding.confidence],
        finding.code,
    )
