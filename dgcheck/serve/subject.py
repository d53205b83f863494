"""Whom to ask and how: one deployment with everything that a run of it needs."""

from __future__ import annotations

from collections.abc import Callable

from dgcheck import engine
from dgcheck.model.evidence import Configured, Surroundings
from dgcheck.model.pattern import pattern
from dgcheck.model.record import dataclass, field
from dgcheck.model.target import Settings, Target
from dgcheck.wire.redact import Redactor

MOST = 1000  # targets that one exporter asks by itself


# The mark of a secret differs from process to process, and a name must not.
_MARK = pattern(r"<redacted:[0-9a-f]*>?")


def called(target: Target) -> str:
    """What metrics and pages call a target: its base URL; for a whole request out of a log also its path and query,
    without their secrets.
    """
    if not target.replay:
        return target.base
    return _MARK.sub("<redacted>", Redactor().url(f"{target.scheme}://{target.authority}{target.replay}"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One target with its settings. `name` is what `called` says of it.

    `surroundings` looks anew at this machine, which may change in the life of a server. `leaks` tells whether a text
    holds a secret of this target. `memory` keeps what experiments have shown of a failure that stays.
    """

    name: str
    settings: Settings
    target: Target
    configured: Configured
    secrets: tuple[str, ...]
    surroundings: Callable[[], Surroundings]
    leaks: Callable[[str], bool]
    memory: engine.Memory = field(default_factory=engine.Memory)


# A target and the models that have to be there, as somebody asks for them, and whether the target itself is on the
# list of allowed ones (and not only let in by a pattern). Raises UsageError for what cannot be asked.
Understand = Callable[[Target, tuple[str, ...], bool], Subject]
