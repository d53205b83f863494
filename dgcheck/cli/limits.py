"""What bounds a run: the aim of a wait, and the deadline of whoever started dgcheck, below which a margin is kept.

A caller's deadline is given by `--deadline`, or is the pod's own (`DGCHECK_ACTIVE_DEADLINE_SECONDS`). Dgcheck then ends
by itself, with a report, before it is ended from outside without one.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from time import time

from dgcheck.engine.waiting import AIMS, aimed
from dgcheck.model.errors import UsageError
from dgcheck.model.record import replace
from dgcheck.model.target import Settings
from dgcheck.settings.values import EPOCH

MARGIN = 2.0  # seconds kept below the caller's deadline, for judging and printing on a busy machine
OTHERS = 0.4  # of the caller's time, which the other checks may have where streams are held open in the rest
SHARE = 0.1  # of a short deadline, which is kept instead
# The kubelet makes this file when it makes the pod's sandbox, before it pulls an image.
SANDBOX = "/etc/hostname"


def limited(settings: Settings, environ: Mapping[str, str], *, now: float | None = None, root: str = "") -> Settings:
    """The settings with the checks of their aim, and with limits that keep below the caller's deadline.

    `now` is in seconds since 1970; `root` stands before every path, for tests. Raises UsageError for an aim that
    contradicts other options, and for a deadline that has passed.
    """
    if settings.wait_for and settings.only:
        raise UsageError("--for and --only both say what is asked; give one of them")
    if settings.wait_for and not set(AIMS[settings.wait_for]) - set(settings.skip):
        raise UsageError(f"--skip leaves nothing of --for {settings.wait_for}")
    settings = aimed(settings)
    left = _left(settings, environ, time() if now is None else now, root)
    if left is None:
        return settings
    settings = replace(settings, timeout=min(settings.timeout, left), wait=min(settings.wait, left), at_most=left)
    return _held_shorter(settings, left)


def _held_shorter(settings: Settings, left: float) -> Settings:
    """The settings with streams held no longer than there is time beside the other checks."""
    from dgcheck.probes import ws_hold

    if not ws_hold.wanted(settings):
        return settings
    room = left - min(settings.timeout, OTHERS * left) - ws_hold.GOODBYE
    return replace(settings, hold=min(ws_hold.length(settings), max(1.0, room / ws_hold.STAGGERED)))


def _left(settings: Settings, environ: Mapping[str, str], now: float, root: str) -> float | None:
    """Seconds that dgcheck may take from now on; None where nobody set a deadline."""
    ends = {}
    if settings.deadline:
        ends["--deadline"] = settings.deadline - (now if settings.deadline >= EPOCH else 0.0)
    if settings.active_deadline:
        ends["DGCHECK_ACTIVE_DEADLINE_SECONDS"] = settings.active_deadline - _age_of_pod(environ, now, root)
    if not ends:
        return None
    name, shortest = min(ends.items(), key=lambda item: item[1])
    if shortest <= 0:
        raise UsageError(f"{name}: that moment has passed; nothing was asked")
    return shortest - min(MARGIN, SHARE * shortest)


def _age_of_pod(environ: Mapping[str, str], now: float, root: str) -> float:
    """Seconds since the pod's sandbox was made; 0 where that cannot be seen."""
    if not environ.get("KUBERNETES_SERVICE_HOST"):
        return 0.0
    try:
        return max(0.0, now - os.stat(root + SANDBOX).st_mtime)
    except OSError:
        return 0.0
