"""How one target ended: its result, and what could not be written of it."""

from __future__ import annotations

from typing import Protocol

from dgcheck.fleet.member import Member
from dgcheck.fleet.result import Result
from dgcheck.model.record import dataclass
from dgcheck.model.report import Report


@dataclass(frozen=True, slots=True)
class Ending:
    """`complaint` is for the person at once, '' without one; `problem` is what costs the exit code, '' without one."""

    result: Result
    complaint: str = ""
    problem: str = ""


class Keep(Protocol):
    """Takes each target as it ends. `whole` tells that it wants the report with all that a reader would."""

    @property
    def whole(self) -> bool:
        """Read before the first run."""

    def __call__(self, member: Member, result: Result, report: Report | None) -> Ending:
        """What is kept of a target; `report` is None where there is none."""
