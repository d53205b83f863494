"""A process of a crew as the one sees it that began it: what it was given, what it tells, how it ended."""

from __future__ import annotations

import contextlib
import json
import os
import signal
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from dgcheck.fleet.member import Member

if TYPE_CHECKING:
    from dgcheck.fleet.at_work import Leave, MakeFleet

_CHUNK = 1 << 16


class Hand:
    """Begins a process that runs a share of a fleet; `share` are those of it that it has not told the end of.

    `others` are the processes that were begun before: their pipes are not for this one. Only where it is `watched` does
    it tell of each that begins; `leave` ends it.
    """

    def __init__(
        self, make: MakeFleet, share: Iterable[Member], others: Iterable[Hand], *, watched: bool, leave: Leave
    ) -> None:
        self.share = {one.name: one for one in share}
        self.gone = False
        self._rest = b""
        self._died = ""
        self.ear, their_mouth = os.pipe()
        their_ear, self._mouth = os.pipe()
        self._process = os.fork()
        if self._process == 0:
            from dgcheck.fleet.at_work import work

            for number in (self.ear, self._mouth, *(number for one in others for number in (one.ear, one._mouth))):
                os.close(number)
            work(make, their_mouth, their_ear, watched=watched, leave=leave)
        os.close(their_mouth)
        os.close(their_ear)
        os.set_blocking(self.ear, False)

    def heard(self) -> Iterator[dict[str, Any]]:
        """What it has told since it was last asked. Afterwards `gone` says whether it has ended."""
        with contextlib.suppress(BlockingIOError):
            chunk = os.read(self.ear, _CHUNK)
            self.gone = not chunk
            *lines, self._rest = (self._rest + chunk).split(b"\n")
            for line in lines:
                yield json.loads(line)

    def end(self, why: str) -> None:
        """Tell it to end its runs; what it has seen of them it still tells."""
        with contextlib.suppress(OSError):  # it is gone
            os.write(self._mouth, why.encode())

    def dismiss(self) -> str:
        """Let it go, which ends it where it still works; how it ended, in words for what it had not told of."""
        if self._process:
            os.close(self._mouth)
            os.close(self.ear)
            _, status = os.waitpid(self._process, 0)
            self._process = 0
            self._died = _told(os.waitstatus_to_exitcode(status))
        return self._died


def _told(code: int) -> str:
    if code >= 0:
        return f"the process of dgcheck that checked it ended with exit code {code}"
    killer = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
    return f"the process of dgcheck that checked it was ended by {killer}"
