"""An open socket that speaks: what it says goes out at its moment, and never before what it says earlier."""

from __future__ import annotations

from dgcheck.sim import shapes
from dgcheck.sim.asked import Say


class Paced:
    """What is to be said on a socket, in order, each word at its moment; the commands are for those who stand on it."""

    def __init__(self) -> None:
        self._said: list[Say] = []
        self._later: list[tuple[float, Say]] = []

    def due(self) -> float | None:
        """When the next word goes out."""
        return min((at for at, _ in self._later), default=None)

    def tick(self, now: float) -> None:
        """Time passed."""
        while self._later and self._later[0][0] <= now:
            self._said.append(self._later.pop(0)[1])

    def take(self) -> list[Say]:
        """What is to be sent now."""
        said, self._said = self._said, []
        return said

    def _tell(self, now: float, **fields: object) -> None:
        self._say(now, Say("text", shapes.dump(fields).decode()))

    def _close(self, now: float, code: int | None, reason: str) -> None:
        self._say(now, Say("close", reason, code=code))

    def _say(self, at: float, word: Say) -> None:
        at = max(at, self._later[-1][0] if self._later else at)
        self._later.append((at, word))
