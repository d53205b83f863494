"""One target of a fleet with everything that a run of it needs."""

from __future__ import annotations

from collections.abc import Callable

from dgcheck.model.evidence import Configured, Surroundings
from dgcheck.model.record import dataclass
from dgcheck.model.target import Audio, Settings, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """`name` is what reports call it, `url` what was typed, without its secrets. `target` is None where the URL cannot
    be used, which `configured` says. `leaks` tells whether a text holds a secret of this target.
    """

    name: str
    url: str
    settings: Settings
    target: Target | None
    configured: Configured
    surroundings: Surroundings
    audio: Audio
    secrets: tuple[str, ...]
    leaks: Callable[[str], bool]
