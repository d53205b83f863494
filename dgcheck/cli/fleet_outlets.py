"""Where the results of a fleet go: lines while it runs, a file for each target, the summary when it is over."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING, Any, TextIO

from dgcheck.cli import output, termination
from dgcheck.cli.fleet_keeping import HELD_BACK, Keeper
from dgcheck.cli.fleet_members import Common, all_secrets
from dgcheck.cli.progress import TICK, Progress
from dgcheck.fleet import document, junit, lines, text
from dgcheck.fleet.result import Result
from dgcheck.fleet.summary import Summary
from dgcheck.model.errors import UsageError
from dgcheck.model.exits import Exit
from dgcheck.model.record import replace
from dgcheck.model.report import Status

if TYPE_CHECKING:
    from dgcheck.fleet.crew import Crew
    from dgcheck.fleet.ending import Ending
    from dgcheck.fleet.member import Member
    from dgcheck.fleet.running import Fleet


class Outlets:
    """Takes every result as it ends, and writes what was asked for."""

    def __init__(
        self,
        outputs: Sequence[tuple[str, str]],
        reports: str,
        chosen: Sequence[Member],
        shared: Common,
        heading: Mapping[str, Any],
    ) -> None:
        self.progress = FleetProgress(sys.stderr, quiet=shared.settings.quiet, total=len(chosen))
        self.ends: Callable[[], None] = lambda: None  # nobody reads any more
        self._outputs = tuple(outputs)
        self._reports = reports
        self._settings = shared.settings
        self._here = shared.surroundings
        self._environ = shared.environ
        self._secrets = all_secrets(chosen)
        self._results: list[Result] = []
        self._summary = Summary(**heading, started=_now(), ended="", results=())
        self._problem: UsageError | None = None
        self._unread = False
        names = [member.name for member in chosen]
        self.keep = Keeper(reports, names, lambda result: lines.target(self._summary, result))
        self._lines = [_Lines(path) for form, path in self._outputs if form == "jsonl"]
        self._write_lines(lines.begin(self._summary, names))

    async def beside(self, fleet: Fleet | Crew) -> None:
        """Run the fleet, and show how far it is."""
        ticker = asyncio.get_running_loop().create_task(self._tick(fleet)) if self.progress.live else None
        try:
            await fleet.all()
        finally:
            if ticker is not None:
                ticker.cancel()
                await asyncio.gather(ticker, return_exceptions=True)
            self.progress.erase()

    async def _tick(self, fleet: Fleet | Crew) -> None:
        while True:
            await asyncio.sleep(TICK)
            self.progress.running = fleet.running
            self.progress.tick()

    def took(self, ending: Ending) -> None:
        """One target is over."""
        if ending.complaint:
            self.progress.erase()
            output.complain(ending.complaint)
        if ending.problem:
            self._trouble(UsageError(ending.problem))
        self._results.append(ending.result)
        self.progress.took(ending.result)
        if self._lines:
            self._write_lines(lines.target(self._summary, ending.result))

    def _trouble(self, problem: UsageError) -> None:
        """Remember the first thing that could not be written: it costs the exit code, not the run."""
        if self._problem is None:
            self._problem = problem

    def _write_lines(self, line: str) -> None:
        for one in self._lines:
            if not one.path:
                self.progress.erase()
            try:
                one.write(line)
            except output.NoReader:
                output.closed()
                self._lines = [other for other in self._lines if other is not one]
                self._unread = True
                if not self._lines and not self._reports and len(self._outputs) == 1:
                    self.ends()
            except UsageError as problem:
                self._lines = [other for other in self._lines if other is not one]
                self._trouble(problem)

    def finish(self, signum: int) -> int:
        """Write the summary in every form that was asked for; the exit code of all."""
        summary = replace(
            self._summary, ended=_now(), results=tuple(self._results), interrupted=bool(signum), signal=signum
        )
        self._write_lines(lines.end(summary))
        for one in self._lines:
            one.close()
        self._termination(summary)
        code = int(summary.exit_code)
        try:
            for form, path in sorted(self._outputs, key=lambda pair: not pair[1]):
                if form != "jsonl":
                    write(form, path, summary, self._settings, self._secrets, self._environ)
        except output.NoReader:
            output.closed()
        except output.Blocked:
            output.complain(HELD_BACK)
            return Exit.UNKNOWN
        except UsageError as problem:
            self._trouble(problem)
        if self._problem is not None:
            output.complain(str(self._problem))
            return code or Exit.UNKNOWN
        return code

    def _termination(self, summary: Summary) -> None:
        path = termination.place(self._settings, self._here)
        words = text.short(summary)
        if not path:
            return
        try:
            output.scan(words, self._secrets)
            # Not beside it and renamed: the kubelet reads this very file, which is mounted by itself.
            with open(path, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
                file.write(words)
        except output.Blocked:
            output.complain(f"{path} was not written: a secret of this run would have stood in it")
        except OSError as error:
            output.note(f"dgcheck: --termination-log: {path} cannot be written: {error.strerror or error}")


def write(
    form: str, path: str, summary: Summary, settings: Any, secrets: Sequence[str], environ: Mapping[str, str]
) -> None:
    """One form of the summary, to a file or to standard output. Raises UsageError, NoReader, Blocked."""
    terminal = not path and output.is_terminal(sys.stdout)
    ascii_only = not path and output.is_ascii(sys.stdout)
    if form == "json":
        made = document.render(summary, ascii=ascii_only)
    elif form == "junit":
        made = junit.render(summary, ascii=ascii_only)
    elif form == "jsonl":
        made = lines.render(summary)
    else:
        made = text.render(
            summary,
            width=output.FILE_WIDTH if path else output.width(terminal),
            colour=output.colour(settings.color, environ, terminal),
            ascii=ascii_only,
            verbose=settings.verbose,
        )
    output.scan(made, secrets)
    output.write_file(path, made) if path else output.say(made)


class _Lines:
    """A file, or standard output, that gets a line at a time. What was written is whole, whenever dgcheck ends."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._file: TextIO | None = None
        if path:
            try:
                self._file = open(path, "w", encoding="utf-8", errors="backslashreplace", newline="\n")  # noqa: SIM115
            except OSError as error:
                raise UsageError(f"-o: {path} cannot be written: {error.strerror or error}") from None

    def write(self, line: str) -> None:
        """Write and hand over to the system. Raises NoReader, UsageError."""
        if self._file is None:
            output.say(line)
            return
        try:
            self._file.write(line)
            self._file.flush()
        except OSError as error:
            raise UsageError(f"-o: {self.path} cannot be written: {error.strerror or error}") from None

    def close(self) -> None:
        """No more lines come."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()


class FleetProgress(Progress):
    """How many targets are over, what became of them, and how many are under way."""

    def __init__(self, stream: TextIO | None, *, quiet: bool, total: int) -> None:
        super().__init__(stream, quiet=quiet, total=total)
        self.running: Collection[str] = ()
        self._counts = dict.fromkeys((Status.FAIL, Status.UNKNOWN, Status.WARN, Status.PASS), 0)

    def took(self, result: Result) -> None:
        """One more is over."""
        self._counts[result.verdict] += 1

    def line(self) -> str:
        """`120 of 500: 4 failed, 116 passed; 50 under way (12 s)`."""
        words = {Status.FAIL: "failed", Status.UNKNOWN: "unknown", Status.WARN: "warned", Status.PASS: "passed"}
        parts = [f"{count} {words[status]}" for status, count in self._counts.items() if count]
        done = sum(self._counts.values())
        told = f": {', '.join(parts)}" if parts else ""
        return f"{done} of {self._total}{told}; {len(self.running)} under way  ({monotonic() - self._begun:.0f} s)"


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
