"""What is kept of each target of a fleet: its result without secrets; its whole report in a file, where asked for."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from hashlib import sha256

from dgcheck import report as formats
from dgcheck.cli import output
from dgcheck.fleet.ending import Ending
from dgcheck.fleet.member import Member
from dgcheck.fleet.result import Result, unfinished
from dgcheck.model.errors import UsageError
from dgcheck.model.record import replace
from dgcheck.model.report import Report

HELD_BACK = "The result is held back: a secret of this run would have stood in it. This is a bug of dgcheck."
LONGEST_NAME = 100  # characters of a file's name


class Keeper:
    """Takes each target as it ends, in whichever process that is. `folder` is for the reports, '' without them.

    `shown` is a result as it will be written. Raises UsageError where the folder cannot be made.
    """

    def __init__(self, folder: str, names: Sequence[str], shown: Callable[[Result], str]) -> None:
        self._folder = folder
        self._shown = shown
        if folder:
            _prepare(folder)
        self._files = _file_names(names) if folder else {}

    @property
    def whole(self) -> bool:
        """Whether a report is written at all."""
        return bool(self._folder)

    def __call__(self, member: Member, result: Result, report: Report | None) -> Ending:
        """What is kept of a target; `report` is None where there is none."""
        if member.secrets and member.leaks(self._shown(result)):
            return Ending(unfinished(member.name, member.url, HELD_BACK))
        if report is None or not self._folder:
            return Ending(result)
        path = os.path.join(self._folder, self._files[member.name])
        whole = formats.render("json", report)
        if member.leaks(whole):
            return Ending(result, complaint=f"{path} was not written: a secret of this run would have stood in it")
        try:
            output.write_file(path, whole)
        except UsageError as error:
            return Ending(result, problem=str(error).replace("-o: ", "--reports: ", 1))
        return Ending(replace(result, report=path))


def _prepare(folder: str) -> None:
    """Make the folder for the reports, unless it is there. Raises UsageError."""
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        why = "it is a file" if isinstance(error, FileExistsError) else error.strerror or "it fails"
        raise UsageError(f"--reports: {folder} cannot be made: {why}") from None
    except ValueError:
        raise UsageError("--reports: this is no file name") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UsageError(f"--reports: {folder} cannot be written to: permission denied")


def _file_names(names: Sequence[str]) -> dict[str, str]:
    """A file name for each target: its own name where that is safe everywhere, else made so and told apart by a hash.

    No two are the same, also where upper and lower case are.
    """
    found: dict[str, str] = {}
    for name in names:
        plain = re.sub(r"[^A-Za-z0-9._-]+", "_", re.sub(r"^[a-z]+://", "", name)).strip("._-")[:LONGEST_NAME]
        mark = sha256(name.encode("utf-8", "replace")).hexdigest()[:8]
        found[name] = (
            f"{plain}.json" if plain == name and plain == plain.lower() else f"{plain or 'target'}-{mark}.json"
        )
    return found
