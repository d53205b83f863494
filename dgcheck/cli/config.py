"""The settings: what is in force and where it came from, whether a file is right, and the file's JSON Schema.

dgcheck config show [URL] [options of run]   every setting with its origin
dgcheck config validate FILE                 every mistake of a settings file, with its line
dgcheck config schema                        JSON Schema of the settings file, for editors
"""

from __future__ import annotations

import argparse
import os
from typing import Any

from dgcheck.cli import files, output
from dgcheck.model.errors import UsageError
from dgcheck.model.record import replace

USAGE = "dgcheck config show [URL] [options] | validate FILE | schema"
DOES = ("show", "validate", "schema")


def add_arguments(parser: argparse.ArgumentParser, everything: bool) -> None:
    """What to do, its argument, and for `show` the options of a run."""
    from dgcheck.cli.parser import add_settings

    does = parser.add_argument("does", nargs="?", metavar="show|validate|schema", help="what to do")
    does.completer = lambda **_: DOES  # type: ignore[attr-defined]
    parser.add_argument("target", nargs="?", metavar="URL|FILE", help="the URL for show, the file for validate")
    add_settings(parser, everything)


def run(args: argparse.Namespace) -> int:
    """Print what was asked for. Raises UsageError, also for a file with mistakes."""
    from dgcheck.settings.values import BadValue, choice

    if not args.does:
        raise UsageError(f"what about the settings? {USAGE}")
    try:
        does = choice(args.does, DOES)
    except BadValue as problem:
        raise UsageError(f"config: {problem}") from None
    if does == "schema":
        import json

        from dgcheck.settings.file import schema

        output.say(json.dumps(schema(), indent=2))
        return 0
    return _validate(args.target) if does == "validate" else _show(args)


def _validate(path: str | None) -> int:
    from dgcheck.settings.file import read_file
    from dgcheck.settings.options import DEFAULT_FILE

    place = path or DEFAULT_FILE
    try:
        text = files.read_text(place)
    except OSError as error:
        reason = "there is no such file" if isinstance(error, FileNotFoundError) else error.strerror or "it fails"
        raise UsageError(f"{place} cannot be read: {reason}") from None
    found, mistakes = read_file(text)
    if mistakes:
        raise UsageError("\n".join(f"{place}, {mistake}" for mistake in mistakes))
    # Each value is right by itself; now whether they go together.
    from dgcheck.settings.load import load

    load({"config": place}, {}, lambda wanted: text if wanted == place else files.read_text(wanted))
    output.say(f"{place}: good, {len(found)} settings" if found else f"{place}: good, but empty")
    return 0


def _show(args: argparse.Namespace) -> int:
    from dgcheck.settings import proxies
    from dgcheck.settings.configured import secrets
    from dgcheck.settings.load import load
    from dgcheck.settings.shown import shown
    from dgcheck.wire import url
    from dgcheck.wire.redact import Redactor

    settings = load(vars(args), os.environ, files.read_text)
    try:
        settings = replace(settings, proxy=proxies.choose(settings, url.parse(settings.target_given), os.environ))
    except url.BadUrl:
        pass  # no target, so no variable decides about a proxy
    hidden = secrets(settings, os.environ)
    plain = shown(settings, Redactor(hidden))
    forms = [name for name, path in settings.outputs if not path] or ["text"]
    if forms[0] not in ("text", "json", "yaml"):
        raise UsageError("config show prints text, json or yaml")
    text = _written(forms[0], plain)
    output.scan(text, hidden)
    output.say(text)
    return 0


def _written(form: str, plain: dict[str, dict[str, Any]]) -> str:
    if form == "json":
        import json

        return json.dumps(plain, indent=2)
    if form == "yaml":
        import yaml

        return yaml.safe_dump(plain, sort_keys=False)  # in ASCII: a settings file may come from anybody
    from tabulate import tabulate

    from dgcheck.report.harmless import one_line

    rows = [(key, one_line(_cell(key, entry["value"])), one_line(entry["origin"])) for key, entry in plain.items()]
    return tabulate(rows, ("setting", "value", "from"), tablefmt="plain", disable_numparse=True)


def _cell(key: str, value: Any) -> str:
    from dgcheck.settings.options import BY_KEY
    from dgcheck.settings.values import duration_text

    if value in ("", [], {}, 0, None):
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if key in BY_KEY and BY_KEY[key].form == "duration":
        return duration_text(value)
    if isinstance(value, dict):
        return ", ".join(f"{name}={item}" for name, item in value.items())
    if isinstance(value, list):
        return ", ".join(f"{one['name']}={one['mode']}" if isinstance(one, dict) else str(one) for one in value)
    return str(value)
