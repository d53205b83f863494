"""DG9001, DG9002: what dgcheck itself could not do. Neither is the deployment's fault, so neither fails a run."""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Heals, Match, Remedy, Severity
from dgcheck.readings.telling import listed


def _bugs(case: Case) -> Iterator[Match]:
    for check, words in case.bugs.items():
        says = f"dgcheck itself failed in the check {check} ({words}). The other checks still count."
        yield Match(says, (), (check,), severity=Severity.WARNING, facts={"check": check})


def _out_of_time(case: Case) -> Iterator[Match]:
    if case.out_of_time:
        several = len(case.out_of_time) > 1
        says = (
            f"The run ended, by its deadline of {round(case.settings.timeout, 1):g} s or by an interruption, before "
            f"{'these checks did' if several else 'this check did'}: {listed(case.out_of_time)}."
        )
        yield Match(says, (), case.out_of_time, severity=Severity.WARNING, facts={"checks": " ".join(case.out_of_time)})


FAMILY = (
    Cause(
        code="DG9001",
        cause="internal_error",
        title="dgcheck itself failed here",
        explanation=(
            "A check ended in an error that is dgcheck's own and not the deployment's. Nothing is known of what it "
            "was to find out; what the other checks found still counts. The run ends with exit code 3 unless "
            "something else is wrong."
        ),
        told_apart="Every failure of the network is evidence and has a cause of its own; this one is a bug.",
        remedies=(
            Remedy("Please report it, with the report of the run", "dgcheck run {base} -o json=dgcheck-report.json"),
            Remedy("Leave this check out until it is mended", "dgcheck run {base} --skip {check}"),
        ),
        when=_bugs,
        source="dgcheck",
    ),
    Cause(
        code="DG9002",
        cause="out_of_time",
        title="The run ended before everything was tried",
        explanation=(
            "The deadline of the run, or an interruption, came before these checks had ended. Nothing is claimed "
            "about them; what was seen before is in the report. Where an answer is merely slow, give more time; "
            "where one check waits for a silence, its own cause says so."
        ),
        told_apart="A question that passed its own limit in silence is tcp_timeout, http_stalled and the like.",
        remedies=(
            Remedy("Give the run more time", "dgcheck run {base} --timeout 2m"),
            Remedy("Ask less at once", "dgcheck run {base} --profile quick"),
        ),
        heals=Heals.SOON,
        when=_out_of_time,
        source="dgcheck",
    ),
)
