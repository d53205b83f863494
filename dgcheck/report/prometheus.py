"""The report as metrics, for the textfile collector of Prometheus' node exporter (`-o prometheus=FILE.prom`).

`families` gives them as data, for whoever serves them in another way. The text has no timestamps, since the collector
refuses them; `dgcheck_last_run_timestamp_seconds` tells how old the file is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from dgcheck.model.evidence import Exchange, Handshake, Phase
from dgcheck.model.record import dataclass
from dgcheck.model.report import Report, Status
from dgcheck.report import wording
from dgcheck.report.harmless import in_ascii, one_line

NAME = "prometheus"
STATES: Mapping[Status, int] = {
    Status.SKIP: -1,
    Status.PASS: 0,
    Status.WARN: 1,
    Status.FAIL: 2,
    Status.UNKNOWN: 3,
}
_MOST_MODELS = 200  # series of the listing; a deployment has a few dozen
_ABSENT = frozenset({"model_missing", "model_misspelt"})
_LABEL = 200  # characters of a label's value

Labels = tuple[tuple[str, str], ...]
Sample = tuple[Labels, float]


@dataclass(frozen=True, slots=True)
class Family:
    """One gauge with its series. Times are seconds; moments are seconds since 1970."""

    name: str
    help: str
    samples: tuple[Sample, ...]


# Every metric and what it says of itself, in the order of the text.
HELP: Mapping[str, str] = {
    "up": "Whether the deployment passed, warnings or not (1), or failed or is not known (0).",
    "check_status": "-1 skipped, 0 passed, 1 warned, 2 failed, 3 not known; with an address, what that one did.",
    "finding": "A cause that was recognised (1).",
    "phase_seconds": "How long a phase took on the wire; the longest where it happened several times.",
    "certificate_expiry_timestamp_seconds": "When the server's certificate ends.",
    "model_present": "A model that is installed (1), or was asked for and is not (0).",
    "exit_code": "The exit code of the run.",
    "interrupted": "Whether the run was interrupted, so that its report is not whole (1).",
    "run_duration_seconds": "How long the run took.",
    "last_run_timestamp_seconds": "When the run ended.",
    "build_info": "The version that ran.",
}


def families(report: Report) -> tuple[Family, ...]:
    """Every metric of a report that has a value. No series stands twice; label values are harmless, not escaped."""
    target = _labels(target=wording.target(report))

    def one(value: float | None, labels: Labels = target) -> list[Sample]:
        return [] if value is None else [(labels, value)]

    found: Mapping[str, Iterable[Sample]] = {
        "up": one(float(report.verdict in (Status.PASS, Status.WARN))),
        "check_status": _statuses(report, target),
        "finding": _findings(report, target),
        "phase_seconds": _phases(report, target),
        "certificate_expiry_timestamp_seconds": _certificates(report, target),
        "model_present": _models(report, target),
        "exit_code": one(float(report.exit_code)),
        "interrupted": one(float(report.interrupted)),
        "run_duration_seconds": one(wording.seconds(report)),
        "last_run_timestamp_seconds": one(_moment(report.ended)),
        "build_info": one(1.0, _labels(version=report.dgcheck)),
    }
    made = [Family(f"dgcheck_{name}", text, _once(found[name])) for name, text in HELP.items()]
    return tuple(family for family in made if family.samples)


def render(
    report: Report,
    *,
    width: int,
    colour: bool,
    ascii: bool,  # noqa: A002 - the word that people know
    verbose: bool,
) -> str:
    """The text exposition format, in UTF-8. Only `ascii` matters."""
    lines: list[str] = []
    for family in families(report):
        lines += [f"# HELP {family.name} {family.help}", f"# TYPE {family.name} gauge"]
        for labels, value in family.samples:
            shown = ",".join(f'{name}="{_escaped(text, ascii)}"' for name, text in labels if text)
            lines.append(f"{family.name}{{{shown}}} {_number(value)}")
    return "\n".join(lines) + "\n"


def _statuses(report: Report, target: Labels) -> Iterator[Sample]:
    for check in report.checks:
        yield (*target, *_labels(check=check.id)), STATES[check.status]
        for result in check.addresses:
            yield (*target, *_labels(check=check.id, address=result.address)), STATES[result.status]


def _findings(report: Report, target: Labels) -> Iterator[Sample]:
    for one in report.findings:
        labels = _labels(code=one.code, cause=one.cause, severity=one.severity.value, root=str(one.root).lower())
        yield (*target, *labels), 1.0


def _phases(report: Report, target: Labels) -> Iterator[Sample]:
    for check in report.checks:
        for address, phases in (("", check.phases), *((one.address, one.phases) for one in check.addresses)):
            for name, seconds in _longest(phases).items():
                yield (*target, *_labels(check=check.id, address=address, phase=name)), seconds


def _longest(phases: tuple[Phase, ...]) -> dict[str, float]:
    found: dict[str, float] = {}
    for phase in phases:
        found[phase.name] = max(found.get(phase.name, 0.0), phase.seconds)
    return found


def _certificates(report: Report, target: Labels) -> Iterator[Sample]:
    shown = [seen for seen in report.evidence if isinstance(seen, Handshake) and seen.chain and not seen.purpose]
    for seen in sorted(shown, key=lambda one: one.chain[0].not_after):
        yield (*target, *_labels(address=seen.address)), seen.chain[0].not_after


def _models(report: Report, target: Labels) -> Iterator[Sample]:
    absent = [one.facts.get("model", "") for one in report.findings if one.cause in _ABSENT]
    for name in absent:
        yield (*target, *_labels(model=name)), 0.0
    listings = [seen.listing for seen in report.evidence if isinstance(seen, Exchange) and seen.listing is not None]
    listed = dict.fromkeys(row.canonical_name or row.name for one in listings[:1] for row in one.models)
    for name in list(listed)[:_MOST_MODELS]:
        yield (*target, *_labels(model=name)), 1.0
    # A request may name a model in more ways than the listing does; the check knows them all.
    asked = report.settings.get("models", {}).get("value")
    found = any(one.id == "models" and one.status in (Status.PASS, Status.WARN) for one in report.checks)
    for name in asked if found and isinstance(asked, (list, tuple)) else ():
        yield (*target, *_labels(model=str(name))), 1.0


def _labels(**values: str) -> Labels:
    return tuple((name, one_line(value, _LABEL)) for name, value in values.items())


def _once(samples: Iterable[Sample]) -> tuple[Sample, ...]:
    """The samples without those whose labels came before: a series that stands twice makes the file unreadable."""
    found: dict[Labels, float] = {}
    for labels, value in samples:
        found.setdefault(tuple(pair for pair in labels if pair[1]), value)
    return tuple(found.items())


def _moment(text: str) -> float | None:
    from datetime import datetime

    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError, OSError):
        return None


def _number(value: float) -> str:
    if value != value or value in (float("inf"), float("-inf")):
        return {float("inf"): "+Inf", float("-inf"): "-Inf"}.get(value, "NaN")
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(round(value, 6))


def _escaped(text: str, ascii_alone: bool) -> str:
    plain = in_ascii(text) if ascii_alone else text
    return plain.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
