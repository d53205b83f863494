"""Whom to ask and how: one deployment with everything that a run of it needs."""

from __future__ import annotations

from collections.abc import Callable

from dgcheck.model.evidence import Configured, Surroundings
from dgcheck.model.record import dataclass
from dgcheck.model.target import Settings, Target

MOST = 1000  # targets that one exporter asks by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One target with its settings. `name` is its base URL, which is what metrics and pages call it.

    `surroundings` looks anew at this machine, which may change in the life of a server. `leaks` tells whether a text
    holds a secret of this target.
    """

    name: str
    settings: Settings
    target: Target
    configured: Configured
    secrets: tuple[str, ...]
    surroundings: Callable[[], Surroundings]
    leaks: Callable[[str], bool]


# A target and the models that have to be there, as somebody asks for them, and whether the target itself is on the
# list of allowed ones (and not only let in by a pattern). Raises UsageError for what cannot be asked.
Understand = Callable[[Target, tuple[str, ...], bool], Subject]
