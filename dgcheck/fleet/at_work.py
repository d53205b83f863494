"""Inside a process of a crew: it runs its share, and tells what becomes of it as JSON lines.

    {"begun": name}
    {"ended": result, "name": name, "complaint": text, "problem": text}
    {"failed": text}                                                      this process is at its end; a bug

It hears of the process that began it by a pipe. The first byte lets it begin; text after it is why all is to be ended,
and the end of the pipe says that nobody reads any more.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any, NoReturn, Protocol

from dgcheck.fleet.ending import Ending
from dgcheck.fleet.result import plain
from dgcheck.fleet.running import Fleet
from dgcheck.model.errors import where

GO = b"\n"
Leave = Callable[[int], NoReturn]  # ends the process with an exit code, and does nothing else


class MakeFleet(Protocol):
    """Makes the share of this process; the two are told of each that ends and that begins."""

    def __call__(self, *, ended: Callable[[str, Ending], None], begun: Callable[[str], None]) -> Fleet:
        """A fleet that has not begun yet."""


def work(make: MakeFleet, mouth: int, ear: int, *, stays: frozenset[int], watched: bool) -> int:
    """Run the share in a process that was just made; its exit code. It tells what begins where it is `watched`."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # where that is forbidden, it goes wherever the system puts it
            os.sched_setaffinity(0, stays)
    # A signal goes to the one that began this process; or to both, and then that one tells.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    signal.set_wakeup_fd(-1)
    if os.read(ear, len(GO)) != GO:
        return 1
    loop = asyncio.new_event_loop()
    telling = _Telling(loop, mouth)
    try:
        fleet = make(ended=telling.ended, begun=telling.begun if watched else lambda _: None)
        loop.add_reader(ear, _hear, ear, fleet, telling)
        loop.run_until_complete(_either(fleet.all(), telling.deaf))
        telling.finish()
    except BrokenPipeError:
        return 1
    except Exception as error:  # noqa: BLE001 - told to the one that can print it
        telling.tell({"failed": where(error)})
        telling.finish()
        return 1
    return 0


async def _either(running: Any, deaf: asyncio.Future[None]) -> None:
    """Run the share, unless the one that reads of it is gone before: raises BrokenPipeError then."""
    task = asyncio.ensure_future(running)
    await asyncio.wait([task, deaf], return_when=asyncio.FIRST_COMPLETED)
    if deaf.done():
        raise BrokenPipeError
    task.result()


def _hear(ear: int, fleet: Fleet, telling: _Telling) -> None:
    why = os.read(ear, 4096)
    if why:
        fleet.stop(why.decode("utf-8", "replace"))
    else:
        telling.nobody_reads()


class _Telling:
    """Writes lines as fast as they are read, and keeps the rest: a run that waited for a reader would measure him.

    `deaf` is done when nobody reads any more.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, mouth: int) -> None:
        self.deaf: asyncio.Future[None] = loop.create_future()
        self._loop = loop
        self._mouth = mouth
        self._left = bytearray()
        os.set_blocking(mouth, False)

    def begun(self, name: str) -> None:
        """Tell that a run has begun."""
        self.tell({"begun": name})

    def ended(self, name: str, ending: Ending) -> None:
        """Tell how a run ended; `name` is its member's, which in a result was made harmless."""
        words = {"ended": plain(ending.result), "name": name, "report": ending.result.report}
        self.tell({**words, "complaint": ending.complaint, "problem": ending.problem})

    def tell(self, words: dict[str, Any]) -> None:
        """Tell it, now or when there is room for it."""
        waiting = bool(self._left)
        self._left += json.dumps(words).encode("ascii") + b"\n"
        if not waiting:
            self._pour()

    def nobody_reads(self) -> None:
        """Let the process end."""
        if not self.deaf.done():
            self.deaf.set_result(None)

    def finish(self) -> None:
        """Wait until all is told."""
        os.set_blocking(self._mouth, True)
        while self._left:
            del self._left[: os.write(self._mouth, self._left)]

    def _pour(self) -> None:
        try:
            del self._left[: os.write(self._mouth, self._left)]
        except BlockingIOError:
            pass
        except BrokenPipeError:
            self._left.clear()
            self.nobody_reads()
        if self._left:
            self._loop.add_writer(self._mouth, self._pour)
        else:
            self._loop.remove_writer(self._mouth)
