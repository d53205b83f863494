"""What is kept of a run: the verdict, the answer in words, and numbers. Evidence is not: memory stays flat."""

from __future__ import annotations

from collections.abc import Iterable

from dgcheck.engine.patience import not_before
from dgcheck.model.catalogue import Confidence, Severity
from dgcheck.model.evidence import Exchange
from dgcheck.model.record import dataclass
from dgcheck.model.report import Finding, Report, Status
from dgcheck.report import wording
from dgcheck.report.harmless import one_line, paragraphs, word
from dgcheck.report.prometheus import Family, families
from dgcheck.wire.health import read_engine, read_status

LONGEST = 1000  # characters of one sentence that is kept
# Words of `system_health`; what a container says besides is `other`.
HEALTH = ("initializing", "ready", "healthy", "critical", "other")
ENGINE = ("connected", "other")
# Families of a report that say nothing about a target that is asked again and again.
_LEFT_OUT = frozenset({"dgcheck_phase_seconds", "dgcheck_exit_code", "dgcheck_interrupted", "dgcheck_build_info"})

_SPEECH = frozenset({"rest", "ws.stream"})


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of one check."""

    id: str
    status: Status
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One run in a few kilobytes.

    `code`, `cause`, `title` and the remedy `do` with its `command` are '' where nothing is wrong. `ended` is in seconds
    since 1970, `took` in seconds, None where it is not known. `health` and `engine` are words of `HEALTH` and `ENGINE`,
    '' where nobody said. For `put_off` seconds asking again is of no use or unwelcome. `phases` are (check, phase,
    seconds).
    """

    target: str
    verdict: Status
    ready: bool
    says: str
    ended: float
    code: str = ""
    cause: str = ""
    title: str = ""
    certain: bool = True
    do: str = ""
    command: str = ""
    checks: tuple[Checked, ...] = ()
    took: float | None = None
    run_id: str = ""
    health: str = ""
    engine: str = ""
    put_off: float = 0.0
    families: tuple[Family, ...] = ()
    phases: tuple[tuple[str, str, float], ...] = ()

    @property
    def reason(self) -> tuple[str, str]:
        """What has to stay the same for nothing to have changed."""
        return self.verdict.value, self.code

    def texts(self) -> str:
        """Every text in it that came from elsewhere, for a last look at them."""
        labels = (value for family in self.families for pairs, _ in family.samples for _, value in pairs)
        own = (self.target, self.says, self.title, self.do, self.command, *(one.summary for one in self.checks))
        return "\n".join((*own, *labels))


def kept(report: Report, *, ended: float) -> Result:
    """The result of a report that is over and will be forgotten."""
    answer = _answer(report)
    remedy = answer.remedies[0] if answer and answer.remedies else None
    return Result(
        target=wording.target(report),
        verdict=report.verdict,
        ready=report.verdict is Status.PASS or (report.verdict is Status.WARN and report.fail_on != "warning"),
        says=one_line(answer.says, LONGEST) if answer else _words(report),
        ended=ended,
        code=word(answer.code, 12) if answer else "",
        cause=word(answer.cause, 60) if answer else "",
        title=one_line(answer.title, 200) if answer else "",
        certain=answer is None or answer.confidence is Confidence.CERTAIN,
        do=" ".join(paragraphs(remedy.do, LONGEST)) if remedy else "",
        command=remedy.command[:2000] if remedy else "",
        checks=tuple(Checked(word(one.id, 40), one.status, one_line(one.summary, 300)) for one in report.checks),
        took=wording.seconds(report),
        run_id=word(report.run_id, 40),
        health=_health(report),
        engine=_engine(report),
        put_off=not_before(report),
        families=tuple(one for one in families(report) if one.name not in _LEFT_OUT),
        phases=tuple(_phases(report)),
    )


def unknown(target: str, why: str, *, ended: float) -> Result:
    """The result of a run from which nothing came."""
    return Result(target=target, verdict=Status.UNKNOWN, ready=False, says=one_line(why, LONGEST), ended=ended)


def _answer(report: Report) -> Finding | None:
    root = report.root
    return root if root is not None and root.severity is not Severity.INFO else None


def _words(report: Report) -> str:
    """What is said where there is no finding to tell of."""
    if report.verdict is Status.UNKNOWN:
        missing = ", ".join(check.id for check in report.checks if check.status is Status.UNKNOWN)
        return f"It is not known whether all is well{f': no answer to {missing}' if missing else ''}."
    speech = any(one.id in _SPEECH and one.status is not Status.SKIP for one in report.checks)
    return "Nothing wrong was found." if speech else "Nothing wrong was found; no speech was sent."


def _phases(report: Report) -> Iterable[tuple[str, str, float]]:
    """The phases of every check, over all its addresses; what several checks share (a connection) counts once."""
    seen: set[tuple[str, float, float]] = set()
    for check in report.checks:
        for phase in (*check.phases, *(phase for one in check.addresses for phase in one.phases)):
            key = (phase.name, phase.start, phase.seconds)
            if key not in seen and phase.seconds >= 0:
                seen.add(key)
                yield word(check.id, 40), word(phase.name, 40), phase.seconds


def _bodies(report: Report, path: str) -> Iterable[str]:
    """The bodies of the answers to a path of the API, of the check's own questions."""
    for seen in report.evidence:
        if isinstance(seen, Exchange) and not seen.purpose and seen.response and seen.request.path.endswith(path):
            yield seen.response.body


def _health(report: Report) -> str:
    for body in _bodies(report, "/v1/status"):
        said = read_status(body)
        if said is not None and said.system_health:
            known = said.system_health.strip().lower()
            return known if known in HEALTH else "other"
    return ""


def _engine(report: Report) -> str:
    for body in _bodies(report, "/v1/status/engine"):
        said = read_engine(body)
        if said is not None:
            return "connected" if said.strip().lower() == "connected" else "other"
    return ""
