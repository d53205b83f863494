"""Join the results of a fleet's shares into one report.

FILE is what a share wrote with -o jsonl or -o json, the log of its pod, or several of them one after the other; - is
standard input. Shares that overlap, are missing or are damaged are refused.
"""

from __future__ import annotations

import argparse
import os

from dgcheck.cli import files, output
from dgcheck.cli.fleet import FORMATS, OWN
from dgcheck.cli.outputs import chosen as chosen_outputs
from dgcheck.cli.parser import add_settings
from dgcheck.model.errors import UsageError
from dgcheck.model.exits import Exit
from dgcheck.settings.options import BY_KEY, CONFIG, DRY_RUN, OUT, Option

USAGE = "dgcheck merge FILE... [-o FORMAT[=FILE]]"
EPILOG = f"""examples:
  dgcheck merge 0.jsonl 1.jsonl 2.jsonl
  dgcheck merge shares/*.jsonl -o junit=fleet.xml -o json=fleet.json
  kubectl logs -l job-name=dgcheck-fleet --tail=-1 | dgcheck merge - --latest

formats: {", ".join(FORMATS)}

exit codes: that of the worst target, as dgcheck fleet has it; 2 where the files do not fit together"""
FILE_LIMIT = 256 * 1024 * 1024  # bytes
_HERE = ("outputs", "color", "quiet", "verbose")
HIDDEN = {key: Option(key, (), "text", "", "") for key in (*BY_KEY, CONFIG.key, DRY_RUN.key) if key not in _HERE}


def add_arguments(parser: argparse.ArgumentParser, everything: bool) -> None:
    """The files, what to do about doubts, and what comes out."""
    parser.add_argument("files", nargs="*", metavar="FILE", help="results of shares; - is standard input")
    parser.add_argument(
        "--latest", action="store_true", help="of a share that was made twice (a pod that was tried again), the later"
    )
    parser.add_argument(
        "--partial", action="store_true", help="merge what there is; what is missing is told, and is not known"
    )
    shown = {key: OWN.get(key, BY_KEY[key]).but(common=True) for key in _HERE}
    add_settings(parser, everything, (OUT,), {**HIDDEN, **shown})


def run(args: argparse.Namespace) -> int:
    """Print the whole. Raises UsageError for files that cannot be read or do not fit together."""
    from dgcheck.cli.fleet_keeping import HELD_BACK
    from dgcheck.cli.fleet_outlets import write
    from dgcheck.fleet.merge import merge
    from dgcheck.settings.configured import secrets
    from dgcheck.settings.load import load

    if not args.files:
        raise UsageError("no results were named: dgcheck merge FILE... (- reads them from standard input)")
    if len(set(args.files)) < len(args.files):
        raise UsageError("a file is named twice")
    flags = vars(args)
    environ = {name: value for name, value in os.environ.items() if name != BY_KEY["outputs"].env}
    outputs = chosen_outputs(OWN["outputs"], flags["outputs"], os.environ)
    shown = {key: flags[key] for key in ("color", "quiet", "verbose")}
    settings = load({**shown, "config": "none"}, environ, files.read_text)
    output.check_files(outputs)
    summary = merge(((_label(path), _read(path)) for path in args.files), latest=args.latest, partial=args.partial)
    code = int(summary.exit_code)
    hidden = secrets(settings, environ)
    try:
        for form, path in sorted(outputs, key=lambda pair: not pair[1]):
            write(form, path, summary, settings, hidden, environ)
    except output.NoReader:
        output.closed()
    except output.Blocked:
        output.complain(HELD_BACK)
        return Exit.UNKNOWN
    except UsageError as problem:
        output.complain(str(problem))
        return code or Exit.UNKNOWN
    return code


def _label(path: str) -> str:
    return "standard input" if path == "-" else path


def _read(path: str) -> str:
    try:
        return files.read_bytes(path, FILE_LIMIT).decode("utf-8-sig")
    except OSError as error:
        why = "there is no such file" if isinstance(error, FileNotFoundError) else error.strerror or "it fails"
        raise UsageError(f"{_label(path)} cannot be read: {why}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{_label(path)} is no text in UTF-8; was another file meant?") from None
    except ValueError:
        raise UsageError("this is no file name") from None
