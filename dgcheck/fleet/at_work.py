"""Inside a process of a crew: it runs its share, and tells what becomes of it as JSON lines.

    {"begun": name}
    {"ended": result, "complaint": text, "problem": text}
    {"failed": text}                                        this process is at its end; a bug

It hears of the process that began it by a pipe: text is why all is to be ended, its end that nobody reads any more.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Callable
from typing import Any, NoReturn, Protocol

from dgcheck.fleet.ending import Ending
from dgcheck.fleet.result import plain
from dgcheck.fleet.running import Fleet
from dgcheck.model.errors import where

Leave = Callable[[int], NoReturn]  # ends the process with an exit code, and does nothing else


class MakeFleet(Protocol):
    """Makes the share of this process; the two are told of each that ends and that begins."""

    def __call__(self, *, ended: Callable[[Ending], None], begun: Callable[[str], None]) -> Fleet:
        """A fleet that has not begun yet."""


def work(make: MakeFleet, mouth: int, ear: int, *, watched: bool, leave: Leave) -> NoReturn:
    """Run the share in a process that was just made, and end it. It tells what begins where it is `watched`."""
    code = 1
    try:
        # A signal goes to the one that began this process; or to both, and then that one tells.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        signal.set_wakeup_fd(-1)
        _Work(mouth, ear, leave).run(make, watched=watched)
        code = 0
    except BrokenPipeError:
        pass
    except Exception as error:  # noqa: BLE001 - told to the one that can print it
        _tell(mouth, {"failed": where(error)})
    finally:
        leave(code)  # at once: what is buffered or open belongs to the other process


class _Work:
    def __init__(self, mouth: int, ear: int, leave: Leave) -> None:
        self._mouth = mouth
        self._ear = ear
        self._leave = leave

    def run(self, make: MakeFleet, *, watched: bool) -> None:
        loop = asyncio.new_event_loop()
        fleet = make(ended=self._ended, begun=self._begun if watched else lambda _: None)
        loop.add_reader(self._ear, self._heard, fleet)
        loop.run_until_complete(fleet.all())

    def _begun(self, name: str) -> None:
        _tell(self._mouth, {"begun": name})

    def _ended(self, ending: Ending) -> None:
        words = {"ended": plain(ending.result), "complaint": ending.complaint, "problem": ending.problem}
        _tell(self._mouth, words)

    def _heard(self, fleet: Fleet) -> None:
        why = os.read(self._ear, 4096)
        if not why:
            self._leave(1)
        fleet.stop(why.decode("utf-8", "replace"))


def _tell(mouth: int, words: dict[str, Any]) -> None:
    line = memoryview(json.dumps(words).encode("ascii") + b"\n")
    while line:
        line = line[os.write(mouth, line) :]
