"""Where results and notes go: standard output, standard error, files.

Standard output carries the result only. Every text is scanned for the secrets of the run before it leaves; a hit
blocks it. Files are written beside their place and renamed, so that a reader never sees half a report.
"""

from __future__ import annotations

import os
import sys

from dgcheck.model.errors import UsageError
from dgcheck.model.exits import Exit

TYPE_CHECKING = False  # typing is not imported: `--help` pays for it
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import TextIO

    from dgcheck.model.report import Report

FILE_WIDTH = 100
NARROWEST, WIDEST = 40, 140


class NoReader(Exception):
    """Nobody reads standard output any more (`dgcheck ... | head`)."""


class NotWritten(UsageError):
    """A finished result found no room: a full disk, a device that fails."""


class Blocked(Exception):
    """A text was held back, because a secret of this run stood in it."""


HELD_BACK = (
    "the result was held back: a secret of this run would have stood in it. This is a bug of dgcheck; please report it."
)


def prepare_streams() -> None:
    """Let no character and no closed pipe end a run: what an encoding cannot write is escaped."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="backslashreplace")
    if sys.platform == "win32" and is_terminal(sys.stdout):
        import ctypes

        # Older consoles print escape codes unless they are told to obey them: processed output, wrapping, VT.
        console = ctypes.windll.kernel32
        console.SetConsoleMode(console.GetStdHandle(-11), 7)


def say(text: str) -> None:
    """Write a result to standard output. Raises NoReader when nobody reads it, NotWritten when it cannot be."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        raise NoReader from None
    except OSError as error:
        closed()
        raise NotWritten(f"the result cannot be written to standard output: {error.strerror or error}") from None


def note(text: str) -> None:
    """Write a line for the person to standard error, whatever becomes of it."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(harmless(text) + "\n")
        sys.stderr.flush()
    except OSError:
        pass


def complain(text: str) -> None:
    """Say on standard error why there is no result; each line says who speaks."""
    note("\n".join(f"dgcheck: {line}" for line in text.split("\n")))


def harmless(text: str) -> str:
    """Text of unknown origin without anything that commands a terminal; line breaks stay."""
    return "".join(char if char.isprintable() or char == "\n" else f"\\x{ord(char):02x}" for char in text)


def closed() -> int:
    """Standard output is gone: keep the interpreter's own flush at exit from complaining."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError, AttributeError):
        sys.stdout = None
    return Exit.OK


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a person looks at this stream."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False


def colour(choice: str, environ: Mapping[str, str], terminal: bool) -> bool:
    """Whether to colour: `NO_COLOR` beats all but `always`; then `never`, `FORCE_COLOR`, `TERM=dumb`, a terminal."""
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR", "0") not in ("", "0", "false"):
        return True
    return terminal and environ.get("TERM") != "dumb"


def is_ascii(stream: TextIO | None) -> bool:
    """Whether this stream cannot take more than ASCII for sure: any encoding but UTF-8."""
    encoding = (getattr(stream, "encoding", None) or "utf-8").lower().replace("_", "-")
    return encoding not in ("utf-8", "utf8", "utf-8-sig", "cp65001")


def width(terminal: bool) -> int:
    """Columns to fill: those of the terminal or of `COLUMNS`, else what suits a file."""
    given = os.environ.get("COLUMNS", "")
    columns = FILE_WIDTH
    if given.isascii() and given.isdigit() and 0 < len(given) < 6:
        columns = int(given) or FILE_WIDTH
    elif terminal:
        try:
            columns = os.get_terminal_size(sys.stdout.fileno()).columns or FILE_WIDTH
        except (OSError, ValueError, AttributeError):
            pass
    return max(NARROWEST, min(WIDEST, columns))


def check_files(outputs: Sequence[tuple[str, str]]) -> None:
    """Raise UsageError for a file that could not be written when the run is over."""
    for _, path in outputs:
        if not path:
            continue
        folder = os.path.dirname(os.path.realpath(path))
        if os.path.isdir(path):
            raise UsageError(f"-o: {path} is a directory, not a file")
        if not os.path.isdir(folder):
            raise UsageError(f"-o: {path} cannot be written: there is no directory {folder}")
        place = path if os.path.exists(path) else folder
        needed = (
            os.W_OK if place == path and not os.path.isfile(path) else os.W_OK | (os.X_OK if place == folder else 0)
        )
        if not os.access(place, needed) or (os.path.isfile(path) and not os.access(folder, os.W_OK)):
            raise UsageError(f"-o: {path} cannot be written: permission denied")


def write_file(path: str, text: str) -> None:
    """Put a text in a file at once or not at all; a pipe or device is written as it is.

    Raises UsageError. A link keeps its place, and what it points to is replaced; the file's mode stays.
    """
    place = os.path.realpath(path)
    beside = ""
    try:
        if os.path.exists(place) and not os.path.isfile(place):
            with open(place, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as device:
                device.write(text)
            return
        beside = f"{place}.{os.getpid()}.tmp"
        _half_written.add(beside)
        with open(beside, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if os.path.exists(place):
            os.chmod(beside, os.stat(place).st_mode & 0o7777)
        os.replace(beside, place)
        _half_written.discard(beside)
    except OSError as error:
        abandon()
        raise UsageError(f"-o: {path} cannot be written: {error.strerror or error}") from None


# Files that are being written beside their place.
_half_written: set[str] = set()


def begun(path: str) -> None:
    """Should dgcheck be ended at once, nothing of this file is left; `finished` takes that back."""
    _half_written.add(path)


def finished(path: str) -> None:
    """This file is whole, or gone."""
    _half_written.discard(path)


def abandon() -> None:
    """Leave nothing of a file that was not finished; also called when a second signal ends dgcheck at once."""
    while _half_written:
        try:
            os.unlink(_half_written.pop())
        except OSError:
            pass


def scan(text: str, secrets: Sequence[str]) -> None:
    """The last look at a text before it leaves. Raises Blocked when a secret of this run stands in it."""
    if not secrets:
        return
    from dgcheck.wire.spelled import stand_in

    if not all(map(own_word, stand_in(text, secrets))):
        raise Blocked


def own_word(secret: str) -> bool:
    """Whether a "secret" is a word of our own pages, as `placeholder` may be: it tells nothing where it stands."""
    if not all(part.isalpha() for part in secret.replace("-", " ").replace("_", " ").split()):
        return False
    from dgcheck import report as formats
    from dgcheck.explain.pages import pages
    from dgcheck.report.html.page import furniture

    return secret.lower() in f"{pages()} {formats.schema()} {furniture()}".lower()


def _wanted(outputs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [*outputs, ("text", "")] if all(path for _, path in outputs) else list(outputs)


def made_ready(outputs: Sequence[tuple[str, str]]) -> Iterator[None]:
    """Load the formats of what `rendered` will be asked for, one at each step."""
    from dgcheck import report as formats

    for name, _ in _wanted(outputs):
        formats.load_format(name)
        yield


def rendered(
    report: Report,
    outputs: Sequence[tuple[str, str]],
    environ: Mapping[str, str],
    *,
    color: str = "auto",
    verbose: bool = False,
) -> Iterator[tuple[str, str]]:
    """Each result that was asked for, as (file or '', text); text for standard output when nothing else goes there."""
    from dgcheck import report as formats

    for name, path in _wanted(outputs):
        terminal = not path and is_terminal(sys.stdout)
        yield (
            path,
            formats.render(
                name,
                report,
                width=FILE_WIDTH if path else width(terminal),
                colour=colour(color, environ, terminal),
                ascii=not path and is_ascii(sys.stdout),
                verbose=verbose,
            ),
        )


def publish(
    report: Report,
    outputs: Sequence[tuple[str, str]],
    secrets: Sequence[str],
    environ: Mapping[str, str],
    *,
    color: str = "auto",
    verbose: bool = False,
) -> None:
    """Render and write every result that was asked for; text goes to standard output when nothing else does.

    Everything is rendered and scanned before the first byte is written. Files come first, so that a closed
    pipe does not cost them. Raises UsageError, NoReader, Blocked.
    """
    ready = []
    for path, text in rendered(report, outputs, environ, color=color, verbose=verbose):
        scan(text, secrets)
        ready.append((path, text))
    problem: UsageError | None = None
    for path, text in sorted(ready, key=lambda item: not item[0]):
        try:
            if path:
                write_file(path, text)
            else:
                say(text)
        except UsageError as error:
            problem = problem or error
    if problem:
        raise problem
