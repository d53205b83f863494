"""Two tries of a wait as one report: what was asked again replaces what was seen before, the rest stays."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from dgcheck.diagnosis.judge import rejudge
from dgcheck.model.record import replace
from dgcheck.probes import probes

if TYPE_CHECKING:
    from dgcheck.model.evidence import Seen
    from dgcheck.model.report import Report
    from dgcheck.model.target import Settings

# Whoever asked none of these knows nothing of the model.
ASKS_FOR_A_MODEL = frozenset({"models", "rest", "ws.upgrade", "ws.stream", "replicas", "rest.url", "sdk"})


def merged(before: Report, now: Report, asked: Collection[str], settings: Settings) -> Report:
    """The report of both, judged from the evidence of both.

    `asked` are the checks that the second run asked; of all others the first one's evidence counts. `settings` are
    those of the whole run.
    """
    kept = [seen for seen in before.evidence if seen.check not in asked]
    evidence = [*_numbered(kept, 1), *_numbered(now.evidence, len(kept) + 1)]
    then, today = _facts(before), _facts(now)
    model_from = today if ASKS_FOR_A_MODEL & set(asked) else then
    facts: dict[str, Any] = {
        **today,
        **{name: model_from[name] for name in ("model", "models", "chosen") if name in model_from},
        "settings": then.get("settings", today.get("settings")),
        "skipped": {check: why for check, why in then.get("skipped", {}).items() if check not in asked},
        "ran": [*_others(then.get("ran", ()), asked), *today.get("ran", ())],
        "out_of_time": [*_others(then.get("out_of_time", ()), asked), *today.get("out_of_time", ())],
        "bugs": {**{check: bug for check, bug in then.get("bugs", {}).items() if check not in asked}, **today["bugs"]},
    }
    plain = {"environment": {"judged_on": facts}, "target": now.target, "run_id": now.run_id}
    judged = rejudge(plain, evidence, settings, probes())
    return replace(
        judged,
        started=now.started,
        ended=now.ended,
        settings=before.settings,
        interrupted=now.interrupted,
        signal=now.signal,
        attempts=now.attempts,
        sdk_settings=now.sdk_settings,
    )


def _facts(report: Report) -> dict[str, Any]:
    return dict(report.environment.get("judged_on", {}))


def _others(checks: Iterable[str], asked: Collection[str]) -> list[str]:
    return [check for check in checks if check not in asked]


def _numbered(evidence: Iterable[Seen], first: int) -> list[Seen]:
    """The same evidence with ids from `first` on; what refers to another piece follows it."""
    seen = list(evidence)
    ids = {one.id: one.id if one.id.startswith("c") else f"e{number}" for number, one in enumerate(seen, first)}
    renamed = []
    for one in seen:
        changes: dict[str, Any] = {"id": ids[one.id]}
        for name in ("rests_on", "upgrade", "heard_in"):
            value = getattr(one, name, None)
            if isinstance(value, tuple):
                changes[name] = tuple(ids.get(item, item) for item in value)
            elif isinstance(value, str):
                changes[name] = ids.get(value, value)
        renamed.append(replace(one, **changes))
    return renamed
