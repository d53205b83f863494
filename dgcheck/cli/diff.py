"""Compare two saved reports or bundles: what was fixed, what is new, what has another cause, what became slower.

Reports of one hour from two places are compared as places ("only from the pod"), all others as times. Nothing is
asked of anybody.
"""

from __future__ import annotations

import argparse
import os

from dgcheck.cli import output
from dgcheck.cli.outputs import chosen
from dgcheck.cli.parser import add_settings
from dgcheck.model.errors import UsageError
from dgcheck.model.exits import Exit
from dgcheck.settings.options import BY_KEY, CONFIG, DRY_RUN, OUT, Option

TYPE_CHECKING = False  # typing is not imported: `--help` pays for it
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from dgcheck.model.report import Report
    from dgcheck.ticket.compared import Comparison

USAGE = "dgcheck diff OLD NEW [-o FORMAT[=FILE]]"
EPILOG = """examples:
  dgcheck diff before.json after.json
  dgcheck diff from-pod.json from-host.json -o markdown
  dgcheck diff ticket.zip today.json -o json=diff.json

formats: text, json, markdown; OLD and NEW are reports (-o json=FILE) or bundles (dgcheck bundle), - is standard input

exit codes: 0 nothing is worse than before; 1 something broke, or breaks in one of the two places alone; 2 a file
cannot be read; 3 what was broken was not tested again; 5 a new warning, with --fail-on warning"""
FORMATS = ("text", "json", "markdown")
_HERE = ("outputs", "color", "quiet", "verbose", "fail_on", "redact", "redact_hosts")
_OUTPUTS = BY_KEY["outputs"].but(
    choices=FORMATS,
    common=True,
    help="text, json or markdown, to a file after =; may be repeated (default: text)",
)
HIDDEN = {key: Option(key, (), "text", "", "") for key in (*BY_KEY, CONFIG.key, DRY_RUN.key) if key not in _HERE}


def add_arguments(parser: argparse.ArgumentParser, everything: bool) -> None:
    """The two files, as what they are compared, and what comes out."""
    parser.add_argument("old", nargs="?", metavar="OLD", help="the earlier report or bundle, or that of one place")
    parser.add_argument("new", nargs="?", metavar="NEW", help="the later one, or that of the other place")
    parser.add_argument(
        "--as",
        dest="compared_as",
        choices=("times", "places"),
        metavar="times|places",
        help="as what they are compared (default: as places where they are of one hour and from two places)",
    )
    shown = {
        "outputs": _OUTPUTS,
        "fail_on": BY_KEY["fail_on"].but(common=True, help="let a new warning count, too (exit 5) (default: error)"),
        "verbose": BY_KEY["verbose"].but(help="list every row"),
        **{key: BY_KEY[key].but(common=True) for key in ("color", "quiet")},
        **{key: BY_KEY[key] for key in ("redact", "redact_hosts")},
    }
    add_settings(parser, everything, (OUT,), {**HIDDEN, **shown})


def run(args: argparse.Namespace) -> int:
    """Print the comparison. Raises UsageError for files that cannot be read or hold no report."""
    from dgcheck.ticket.compared import compare
    from dgcheck.ticket.diff_plain import exit_code
    from dgcheck.ticket.place import Kind

    if not args.old or not args.new:
        raise UsageError("two reports are compared: dgcheck diff OLD.json NEW.json")
    if args.old == args.new == "-":
        raise UsageError("standard input holds one report; name a file for the other")
    outputs = chosen(_OUTPUTS, args.outputs, os.environ)
    settings, hidden = shown_as(vars(args))
    output.check_files(outputs)
    old, new = _opened(args.old), _opened(args.new)
    if settings.redact or settings.redact_hosts:
        from dgcheck.cli.run import behind_veil
        from dgcheck.wire.veil import Veil

        veil = Veil(hosts=settings.redact_hosts, patterns=settings.redact)
        old, new = behind_veil(old, veil), behind_veil(new, veil)
    found = compare(old, new, Kind(args.compared_as) if args.compared_as else None)
    texts = [(path, _rendered(form, found, path, settings)) for form, path in outputs]
    return write(texts, hidden, int(exit_code(found, settings.fail_on)))


def _opened(path: str) -> Report:
    """The report in a file. Raises UsageError that says which of the two it is about."""
    from dgcheck.cli.saved import saved_report

    try:
        return saved_report("diff", path)
    except UsageError as error:
        said = str(error)
        raise UsageError(said if path in said else f"{path}: {said}") from None


def shown_as(flags: Mapping[str, Any]) -> tuple[Any, tuple[str, ...]]:
    """The settings of what comes out, and the secrets of the environment, which no output may hold."""
    from dgcheck.cli import files
    from dgcheck.settings.configured import secrets
    from dgcheck.settings.load import load

    environ = {name: value for name, value in os.environ.items() if name != BY_KEY["outputs"].env}
    own = {key: flags.get(key) for key in ("color", "quiet", "verbose", "fail_on", "redact", "redact_hosts")}
    settings = load({**own, "config": "none"}, environ, files.read_text)
    return settings, secrets(settings, environ)


def _rendered(form: str, found: Comparison, path: str, settings: Any) -> str:
    from dgcheck.ticket import diff_markdown, diff_plain, diff_text

    look = looks(path, settings)
    if form == "json":
        return diff_plain.render(found, settings.fail_on, ascii=look["ascii"])
    if form == "markdown":
        return diff_markdown.render(found, **look)
    return diff_text.render(found, **look)


def looks(path: str, settings: Any) -> dict[str, Any]:
    """Width, colour and alphabet of a result that goes to this file, '' for standard output."""
    import sys

    terminal = not path and output.is_terminal(sys.stdout)
    return {
        "width": output.FILE_WIDTH if path else output.width(terminal),
        "colour": output.colour(settings.color, os.environ, terminal),
        "ascii": not path and output.is_ascii(sys.stdout),
        "verbose": settings.verbose,
    }


def write(texts: Sequence[tuple[str, str]], hidden: Sequence[str], code: int) -> int:
    """Write every text to its file or to standard output, files first; the exit code, whatever becomes of it."""
    try:
        for _, text in texts:
            output.scan(text, hidden)
        for path, text in sorted(texts, key=lambda pair: not pair[0]):
            if path:
                output.write_file(path, text)
            else:
                output.say(text)
    except output.NoReader:
        output.closed()
    except output.Blocked:
        output.complain("the result was held back: a secret of the environment would have stood in it")
        return Exit.UNKNOWN
    except UsageError as error:
        output.complain(str(error))
        return code or Exit.UNKNOWN
    return code
