"""One live line on standard error while a run goes on, and nothing at all where no person looks."""

from __future__ import annotations

import sys
from time import monotonic, time
from typing import TextIO

from dgcheck.cli import output

TICK = 0.1
QUIET_FOR = 0.4  # a run that is over sooner shows nothing
SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
PLAIN = "|/-\\"


class Progress:
    """Says what is being asked, and since when. `watch` is given to the engine; `tick` redraws; `erase` ends it."""

    def __init__(self, stream: TextIO | None, *, quiet: bool, total: int = 0) -> None:
        self.live = not quiet and output.is_terminal(stream)
        self._stream = stream if self.live else None
        self._begun = monotonic()
        self._running: dict[str, str] = {}
        self._since: dict[str, float] = {}  # when each was begun
        self._over: set[str] = set()
        self._total = total
        self._shown = False
        self._turn = 0
        self._signs = PLAIN if output.is_ascii(stream) else SPINNER
        self.expected: dict[str, float] = {}  # checks that take long by themselves, and how many seconds
        self.waiting = ""  # said instead of the checks, between two tries
        self.kept: list[tuple[float, str]] | None = None  # what happened, with its epoch seconds, for a log

    def watch(self, check: str, state: str) -> None:
        """The engine's news: a check `started` or `ended`, or a further question of it by its name."""
        self._keep(f"{check} {state}")
        if state == "ended":
            self._running.pop(check, None)
            self._over.add(check)
        else:
            self._running[check] = "" if state == "started" else f" ({state.replace('_', ' ')})"
            self._since[check] = monotonic()

    def tick(self) -> None:
        """Draw the line anew."""
        if self._stream is None or monotonic() - self._begun < QUIET_FOR:
            return
        self._turn += 1
        sign = self._signs[self._turn % len(self._signs)]
        self._write(f"\r\x1b[2K{sign} {self.line()[: output.width(True) - 4]}")
        self._shown = True

    def line(self) -> str:
        """The text of the line."""
        seconds = f"{monotonic() - self._begun:.0f} s"
        if self.waiting:
            return f"{self.waiting}  ({seconds})"
        done = f"{len(self._over)} of {self._total} checks" if self._total else f"{len(self._over)} checks"
        asking = ", ".join(check + (detail or self._of_expected(check)) for check, detail in self._running.items())
        asking = asking or ("judging" if self._over else "starting")
        return f"{asking}  ({done}, {seconds})"

    def _of_expected(self, check: str) -> str:
        """` (12 of 75 s)`, for a check that takes long by itself."""
        whole = self.expected.get(check, 0.0)
        return f" ({min(monotonic() - self._since[check], whole):.0f} of {whole:.0f} s)" if whole else ""

    def begin(self, total: int = 0) -> None:
        """A new run starts; the clock goes on."""
        self._running.clear()
        self._over.clear()
        self._total = total or self._total
        self.waiting = ""

    def erase(self) -> None:
        """Leave no trace of the line."""
        if self._shown:
            self._write("\r\x1b[2K")
            self._shown = False

    def note(self, text: str) -> None:
        """A line that stays, above the live one."""
        self._keep(text)
        self.erase()
        output.note(text)

    def _keep(self, text: str) -> None:
        if self.kept is not None:
            self.kept.append((time(), text))

    def _write(self, text: str) -> None:
        try:
            if self._stream is not None:
                self._stream.write(text)
                self._stream.flush()
        except (OSError, ValueError):
            self._stream = None


def on_stderr(*, quiet: bool) -> Progress:
    """The live line of this process."""
    return Progress(sys.stderr, quiet=quiet)
