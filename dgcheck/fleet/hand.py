"""A process of a crew as the one sees it that began it: what it was given, what it tells, how it ended."""

from __future__ import annotations

import contextlib
import json
import os
import signal
from collections.abc import Iterable, Iterator
from time import monotonic
from typing import Any

from dgcheck.fleet.at_work import GO, Leave, MakeFleet, work
from dgcheck.fleet.member import Member

_CHUNK = 1 << 16


class Hand:
    """A process that runs a share of a fleet once it is let go; `share` are those of it that it has not told the end
    of.

    `others` are the processes that were begun before: their pipes are not for this one. Only where it is `watched` does
    it tell of each that begins; `stays` are the processors that it may use, and `leave` ends it. Raises OSError where
    there can be no further process.
    """

    def __init__(
        self,
        make: MakeFleet,
        share: Iterable[Member],
        others: Iterable[Hand],
        *,
        stays: frozenset[int],
        watched: bool,
        leave: Leave,
    ) -> None:
        self.share = {one.name: one for one in share}
        self.gone = False
        self.heard_at = 0.0  # the monotonic moment at which it told something last
        self._rest = b""
        self._how = ""
        self.ear, their_mouth = os.pipe()
        try:
            their_ear, self._mouth = os.pipe()
        except OSError:
            _close(self.ear, their_mouth)
            raise
        try:
            self._process = os.fork()
        except OSError:
            _close(self.ear, their_mouth, their_ear, self._mouth)
            raise
        if self._process == 0:
            code = 1
            try:
                _close(self.ear, self._mouth, *(number for one in others for number in (one.ear, one._mouth)))
                code = work(make, their_mouth, their_ear, stays=stays, watched=watched)
            finally:
                leave(code)  # at once: what is buffered or open belongs to the other process
        _close(their_mouth, their_ear)
        os.set_blocking(self.ear, False)

    def go(self) -> None:
        """Let it begin."""
        self._say(GO)

    def end(self, why: str) -> None:
        """Tell it to end its runs; what it has seen of them it still tells."""
        self._say(why.encode("utf-8", "replace"))

    def heard(self) -> Iterator[dict[str, Any]]:
        """What it has told since it was last asked. Afterwards `gone` says whether it has ended."""
        with contextlib.suppress(BlockingIOError):
            chunk = os.read(self.ear, _CHUNK)
            self.gone, self.heard_at = not chunk, monotonic()
            *lines, self._rest = (self._rest + chunk).split(b"\n")
            for line in lines:
                yield json.loads(line)

    def kill(self) -> None:
        """End it where it did not end by itself."""
        if self._process and not self.gone:
            os.kill(self._process, signal.SIGKILL)

    def dismiss(self) -> str:
        """Let it go, which ends it where it still works; how it ended, in words for what it had not told of."""
        if self._process:
            self.kill()
            _close(self._mouth, self.ear)
            _, status = os.waitpid(self._process, 0)
            self._process = 0
            self._how = _how(os.waitstatus_to_exitcode(status))
        return self._how

    def _say(self, words: bytes) -> None:
        if self._process:
            with contextlib.suppress(OSError):  # it is gone
                os.write(self._mouth, words)


def _close(*numbers: int) -> None:
    for number in numbers:
        os.close(number)


def _how(code: int) -> str:
    if code >= 0:
        return f"the process of dgcheck that checked it ended with exit code {code}"
    killer = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
    return f"the process of dgcheck that checked it was ended by {killer}"
