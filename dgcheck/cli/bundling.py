"""Puts a run into the one file of a ticket: gathers it, writes beside the place, renames when all was looked at."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, BinaryIO, cast

from dgcheck.cli import output
from dgcheck.model.errors import UsageError
from dgcheck.model.exits import Exit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dgcheck.cli.run import Prepared
    from dgcheck.model.report import Report
    from dgcheck.model.target import Settings

STDOUT = "-"
_PIECE = 1 << 16
_IN_MEMORY = 64 << 20  # bytes


def check(settings: Settings) -> None:
    """Raise UsageError for what would keep the bundle from being written, before anything is asked."""
    if not settings.bundle:
        flag = "--note" if settings.note else "--attach" if settings.attach else "--include-audio"
        raise UsageError(f"{flag} goes into a bundle: name it with --bundle FILE, or use `dgcheck bundle URL`")
    if settings.bundle == STDOUT:
        if any(not path for _, path in settings.outputs):
            raise UsageError("the bundle and a report would both go to standard output; give one of them a file")
        if output.is_terminal(sys.stdout):
            raise UsageError("a bundle is nothing for a terminal: name a file, as in -O ticket.zip")
    else:
        if any(path == settings.bundle for _, path in settings.outputs):
            raise UsageError(f"the bundle and a report would both be written to {settings.bundle}; give each its own")
        try:
            output.check_files([("bundle", settings.bundle)])
        except UsageError as error:
            other = "-O FILE names another place, -O - is standard output"
            raise UsageError(f"--bundle: {str(error).removeprefix('-o: ')} ({other})") from None
    if settings.include_audio and not settings.audio_file:
        raise UsageError("--include-audio is about a recording of yours; name it with --audio FILE")
    if STDOUT in settings.attach and STDOUT in (settings.audio_file, settings.api_key_file):
        raise UsageError("standard input can be read only once; attach a file")
    if settings.attach:
        from dgcheck.ticket.attachments import found

        found(settings.attach)


def standard_output(settings: Settings) -> contextlib.AbstractContextManager[object]:
    """Where reports go while the bundle itself goes to standard output: to standard error."""
    return contextlib.redirect_stdout(sys.stderr) if settings.bundle == STDOUT else contextlib.nullcontext()


def write(report: Report, prepared: Prepared, environ: Mapping[str, str]) -> int:
    """Write the bundle and tell the person of it: 0, or the exit code for its not having been written."""
    from dgcheck.cli.bundled import fill
    from dgcheck.wire.last_look import SecretSeen

    path = prepared.settings.bundle
    try:
        with _ended_by_signals(), contextlib.closing(_Place(path)) as place:
            told = fill(place.file, report, prepared, environ)
            place.keep()
    except SecretSeen as seen:
        output.complain(
            f"the bundle was held back: a secret of this run would have stood in it ({seen.place}). Nothing was "
            "written. If it stands in a file that you attached, take it out there; else please report this bug."
        )
        return Exit.UNKNOWN
    except UsageError as error:
        output.complain(str(error))
        return Exit.UNKNOWN
    if not prepared.settings.quiet:
        output.note("\n".join(told))
    return Exit.OK


@contextlib.contextmanager
def _ended_by_signals() -> Iterator[None]:
    """While logs are read, perhaps for minutes, one signal is enough: the report is out, and nothing half is left."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, _frame: object) -> None:
        output.abandon()
        os._exit(128 + number)

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Place:
    """The file while it is written: beside its place, or in none where it goes to a pipe. It is gone unless it is kept.

    Raises UsageError where it cannot be written.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._place = "" if path == STDOUT else os.path.realpath(path)
        self._beside = ""
        with self._told():
            if self._place and (os.path.isfile(self._place) or not os.path.exists(self._place)):
                self._beside = f"{self._place}.{os.getpid()}.tmp"
                output.begun(self._beside)
                self.file: BinaryIO = open(self._beside, "w+b")  # noqa: SIM115 - closed by `close`
            else:
                from tempfile import SpooledTemporaryFile

                # In memory as long as no big log is attached: a container may have no place to write to.
                self.file = cast("BinaryIO", SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115 - as above

    def keep(self) -> None:
        """Put the whole file in its place."""
        with self._told():
            self.file.flush()
            if self._beside:
                os.fsync(self.file.fileno())
                if os.path.exists(self._place):
                    os.chmod(self._beside, os.stat(self._place).st_mode & 0o7777)
                os.replace(self._beside, self._place)
                output.finished(self._beside)
                self._beside = ""
                return
            self.file.seek(0)
            with self._open_device() as device:
                while piece := self.file.read(_PIECE):
                    device.write(piece)
                device.flush()

    @contextlib.contextmanager
    def _open_device(self) -> Iterator[BinaryIO]:
        if self._place:
            with open(self._place, "wb") as device:
                yield device
        elif sys.stdout is None:
            raise UsageError("the bundle cannot be written: standard output is closed")
        else:
            yield sys.stdout.buffer

    def close(self) -> None:
        """Leave nothing that was not kept."""
        self.file.close()
        if self._beside:
            with contextlib.suppress(OSError):
                os.unlink(self._beside)
            output.finished(self._beside)

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:
            output.closed()
            raise UsageError("the bundle was not read to its end") from None
        except OSError as error:
            raise UsageError(f"--bundle: {self._path} cannot be written: {error.strerror or error}") from None
