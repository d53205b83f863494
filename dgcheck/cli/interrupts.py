"""SIGINT and SIGTERM: the first ends the run with what is known, a second one ends dgcheck at once."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from time import monotonic
from types import FrameType
from typing import TYPE_CHECKING, Any

from dgcheck import cli
from dgcheck.cli import output

if TYPE_CHECKING:
    import asyncio

# `timeout`, shells and container runtimes often send one signal twice: to the process and to its group.
ECHO = 0.2


class Interrupts:
    """Catches both signals from the moment it is entered, also while modules are still being imported.

    `listen` names who has to know; a signal that came before that is told at once, also one that `cli.main` has held.
    Outside the main thread nothing is caught.
    """

    def __init__(self) -> None:
        self.signum = 0
        self._when = 0.0
        self._call: Callable[[int], None] | None = None
        self._also: Callable[[int], None] | None = None
        self._before: dict[int, Any] = {}
        self.erase: Callable[[], None] = lambda: None

    def __enter__(self) -> Interrupts:
        if threading.current_thread() is threading.main_thread():
            if cli.HELD:
                self.signum, self._when = cli.HELD[0]
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._caught)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def listen(self, call: Callable[[int], None]) -> None:
        """Call with the signal's number, once; at once where it has come already."""
        self._call = call
        if self.signum:
            call(self.signum)

    def also(self, call: Callable[[int], None] | None) -> None:
        """Tell one more as well, as long as it is not taken back by None; at once where a signal has come already."""
        self._also = call
        if self.signum and call is not None:
            call(self.signum)

    @contextlib.contextmanager
    def waking(self, loop: asyncio.AbstractEventLoop) -> Iterator[None]:
        """While the block runs a signal wakes the loop.

        One that comes just before the loop falls asleep would otherwise be heard when its next timer is due.
        """
        if not self._before or sys.platform == "win32":  # there the loop does so by itself
            yield
            return
        import socket

        ear, mouth = socket.socketpair()
        ear.setblocking(False)
        mouth.setblocking(False)
        loop.add_reader(ear, lambda: ear.recv(4096))
        before = signal.set_wakeup_fd(mouth.fileno(), warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(before)
            loop.remove_reader(ear)
            ear.close()
            mouth.close()

    def _caught(self, number: int, _frame: FrameType | None) -> None:
        if self.signum:
            if monotonic() - self._when < ECHO:
                return
            self.erase()
            output.abandon()
            if sys.stdout is not None:
                sys.stdout.flush()
            os._exit(128 + number)
        self.signum = number
        self._when = monotonic()
        for call in (self._call, self._also):
            if call is not None:
                call(number)


def no_tracebacks() -> None:
    """What fails beside the run (a helping thread, a forgotten task) shows in the report or not at all."""
    import logging

    threading.excepthook = lambda _: None
    sys.unraisablehook = lambda _: None
    logging.getLogger("asyncio").addHandler(logging.NullHandler())
    logging.getLogger("asyncio").propagate = False
