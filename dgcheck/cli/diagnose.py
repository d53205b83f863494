"""Judge a saved report again, offline, with the rules of this version. Nothing is asked of anybody.

REPORT is a file that `dgcheck run -o json=FILE` (or yaml) wrote, - for standard input. `dgcheck diagnose URL` is
`dgcheck run URL`.
"""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dgcheck.cli import files
from dgcheck.cli.parser import EXITS, add_settings
from dgcheck.model.errors import UsageError

if TYPE_CHECKING:
    from dgcheck.model.report import Report
    from dgcheck.model.target import Settings

USAGE = "dgcheck diagnose REPORT | URL [options]"
EPILOG = EXITS
# What still counts when the evidence is there already.
COUNTED = frozenset(("outputs", "fail_on", "ignore", "color", "quiet", "verbose", "config"))


def add_arguments(parser: argparse.ArgumentParser, everything: bool) -> None:
    """The file, and the options of `run`."""
    parser.add_argument(
        "target", nargs="?", metavar="REPORT", help="a saved JSON or YAML report, or - for standard input"
    )
    add_settings(parser, everything)


def run(args: argparse.Namespace) -> int:
    """Print the report that today's rules make of the evidence. Raises UsageError for a file that is no report."""
    from dgcheck.cli import run as command

    given = args.target
    if not given:
        raise UsageError("which report? dgcheck diagnose FILE, where FILE was written by dgcheck run -o json=FILE")
    if given != "-" and not os.path.exists(given):
        if _is_url(given):
            return command.run(args)
        raise UsageError(f"{given}: there is no such file (a deployment is checked by: dgcheck run http://HOST:8080)")
    extra = [name for name, value in vars(args).items() if value and name not in COUNTED and name != "target"]
    if extra:
        from dgcheck.settings.options import BY_KEY

        flag = BY_KEY[extra[0]].flags[-1] if extra[0] in BY_KEY else f"--{extra[0].replace('_', '-')}"
        raise UsageError(f"{flag} cannot change what was seen then; to ask again: dgcheck run URL {flag} ...")
    from dgcheck.cli import output
    from dgcheck.report import load as read
    from dgcheck.settings.load import load

    settings = load({**vars(args), "target": None}, os.environ, files.read_text)
    output.check_files(settings.outputs)
    saved = read(files.named("diagnose", given, files.REPORT_LIMIT))
    return command.finish(again(saved, settings), settings, (), os.environ)


def _is_url(text: str) -> bool:
    return "://" in text or re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):\d+(/.*)?", text) is not None


def again(saved: Report, settings: Settings) -> Report:
    """The saved evidence under today's rules; `fail_on` and `ignore` of now count where they were given."""
    from dgcheck.judge import rejudge
    from dgcheck.probes import probes

    then = _settings_of(saved.environment.get("judged_on"))
    now = {name: getattr(settings, name) for name in ("fail_on", "ignore") if settings.origins[name] != "default"}
    plain = {"environment": saved.environment, "target": saved.target, "run_id": saved.run_id}
    report = rejudge(plain, saved.evidence, replace(then, **now), probes())
    return replace(
        report,
        started=saved.started,
        ended=saved.ended,
        settings=saved.settings,
        interrupted=saved.interrupted,
        attempts=saved.attempts,
    )


def _settings_of(facts: Any) -> Settings:
    """The settings that a judgement needs, as the report kept them. Raises UsageError for a damaged one."""
    from dgcheck.model.target import Settings

    plain = facts.get("settings") if isinstance(facts, Mapping) else None
    if not isinstance(plain, Mapping):
        raise UsageError(
            "the report was written without what a new judgement needs; run dgcheck again with -o json=FILE"
        )
    default = Settings()
    values: dict[str, Any] = {}
    for name, value in plain.items():
        if not hasattr(default, name) or name == "origins":
            continue
        values[name] = _as(getattr(default, name), value, name)
    return Settings(**values)


def _as(default: Any, value: Any, name: str) -> Any:
    """A value of the file as the field has it."""
    if isinstance(default, str) and isinstance(value, bool):
        return "(given)" if value else ""
    if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(default, tuple) and isinstance(value, list):
        return tuple(tuple(map(str, item)) if isinstance(item, list) else str(item) for item in value)
    if isinstance(default, Mapping) and isinstance(value, Mapping):
        return {str(key): str(item) for key, item in value.items()}
    if type(value) is not type(default):
        raise UsageError(f"the report is damaged: its setting {name!r} is a {type(value).__name__}")
    return value
