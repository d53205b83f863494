"""Kubernetes' termination message: a few lines that `kubectl describe pod` shows after the container has ended."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dgcheck.cli import output
from dgcheck.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dgcheck.model.evidence import Surroundings
    from dgcheck.model.report import Report
    from dgcheck.model.target import Settings

DEFAULT = "/dev/termination-log"
NOWHERE = "none"


def check(settings: Settings) -> None:
    """Raise UsageError for a file that was named and could not be written when the run is over."""
    path = settings.termination_log
    if not path or path == NOWHERE:
        return
    folder = os.path.dirname(os.path.realpath(path))
    if os.path.isdir(path):
        raise UsageError(f"--termination-log: {path} is a directory, not a file")
    if not os.path.isdir(folder):
        raise UsageError(f"--termination-log: {path} cannot be written: there is no directory {folder}")
    if not os.access(path if os.path.exists(path) else folder, os.W_OK):
        raise UsageError(f"--termination-log: {path} cannot be written: permission denied")


def place(settings: Settings, surroundings: Surroundings, default: str = DEFAULT) -> str:
    """The file to write to; '' for nowhere. Unasked only in a pod, and where the file is there and may be written."""
    given = settings.termination_log
    if given:
        return "" if given == NOWHERE else given
    in_a_pod = surroundings.container == "kubernetes"
    return default if in_a_pod and os.path.exists(default) and os.access(default, os.W_OK) else ""


def write(report: Report, settings: Settings, surroundings: Surroundings, secrets: Sequence[str]) -> None:
    """Write the summary, if there is a place for it. What fails here costs a line on standard error and no more."""
    path = place(settings, surroundings)
    if not path:
        return
    from dgcheck.report.termination import summary

    text = summary(report)
    try:
        output.scan(text, secrets)
        # Not beside it and renamed: the kubelet reads this very file, which is mounted by itself.
        with open(path, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.write(text)
    except output.Blocked:
        output.complain(f"{path} was not written: a secret of this run would have stood in it")
    except OSError as error:
        output.complain(f"{path} cannot be written: {error.strerror or error}")
