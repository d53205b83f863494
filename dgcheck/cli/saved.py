"""The saved report that a command line names: a JSON or YAML report, a bundle, an unpacked bundle's folder, or `-`."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

from dgcheck.cli import files, output
from dgcheck.model.errors import UsageError

if TYPE_CHECKING:
    from typing import BinaryIO

    from dgcheck.model.report import Report

_STDIN_LIMIT = 256 * 1024 * 1024  # a bundle with attached logs


def _opened(file: BinaryIO, name: str) -> Report:
    from dgcheck.ticket.opened import changed, is_bundle, opened

    report = opened(file)
    if is_bundle(file) and changed(file):
        output.note(f"dgcheck: the report in {name} was changed after the bundle was made; its manifest says otherwise")
    return report


def saved_report(command: str, path: str) -> Report:
    """The report in the file that `path` names, `-` for standard input; `command` begins what a complaint says.

    Raises UsageError for a file that cannot be read or that holds no report.
    """
    from dgcheck.ticket.opened import REPORT_NAME

    if path == "-":
        return _opened(io.BytesIO(files.named(command, path, _STDIN_LIMIT)), "standard input")
    place = os.path.join(path, REPORT_NAME) if os.path.isdir(path) else path
    try:
        if os.path.isfile(place):
            with open(place, "rb") as file:
                return _opened(file, path)
        if os.path.isdir(path):
            raise UsageError(f"{path}: this folder holds no {REPORT_NAME}; name a report or a bundle")
        if "\0" not in path and not os.path.exists(path):
            raise UsageError(f"{path}: there is no such file")
        return _opened(io.BytesIO(files.named(command, place, _STDIN_LIMIT)), path)  # a pipe
    except UsageError as error:
        raise UsageError(str(error)) from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {(error.strerror or type(error).__name__).lower()}") from None
    except ValueError:
        raise UsageError(f"{command}: this is no file name") from None
