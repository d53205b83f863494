"""Judge a saved report again, offline, with the rules of this version. Nothing is asked of anybody.

REPORT is a file that `dgcheck run -o json=FILE` (or yaml) wrote, or a bundle (`dgcheck bundle`), - for standard
input. `dgcheck diagnose URL` is `dgcheck run URL`.
"""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dgcheck.cli import files
from dgcheck.cli.parser import EXITS, add_settings
from dgcheck.model.errors import UsageError
from dgcheck.model.record import replace

if TYPE_CHECKING:
    from dgcheck.model.report import Report
    from dgcheck.model.target import Settings

USAGE = "dgcheck diagnose REPORT | URL [options]"
EPILOG = EXITS
# What still counts when the evidence is there already.
COUNTED = frozenset(("outputs", "fail_on", "ignore", "color", "quiet", "verbose", "config", "redact", "redact_hosts"))


def add_arguments(parser: argparse.ArgumentParser, everything: bool) -> None:
    """The file, and the options of `run`."""
    parser.add_argument(
        "target", nargs="?", metavar="REPORT", help="a saved JSON or YAML report, a bundle, or - for standard input"
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
    from dgcheck.cli.saved import saved_report
    from dgcheck.settings.load import load

    settings = load({**vars(args), "target": None}, os.environ, files.read_text)
    output.check_files(settings.outputs)
    saved = saved_report("diagnose", given)
    report = again(saved, settings)
    if settings.redact or settings.redact_hosts:
        from dgcheck.wire.veil import Veil

        report = command.behind_veil(report, Veil(hosts=settings.redact_hosts, patterns=settings.redact))
    return command.finish(report, settings, (), os.environ)


def _is_url(text: str) -> bool:
    return "://" in text or re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):\d+(/.*)?", text) is not None


def again(saved: Report, settings: Settings) -> Report:
    """The saved evidence under today's rules; `fail_on` and `ignore` of now count where they were given."""
    if saved.via:
        from dgcheck.diagnosis.hops import again as each_again
        from dgcheck.probes import probes as every

        facts = _facts_of(saved.environment.get("judged_on"))
        return each_again(saved, _of_now(_settings_of(facts), settings), every(), lambda one: again(one, settings))
    from dgcheck.diagnosis.judge import rejudge
    from dgcheck.probes import probes
    from dgcheck.report.command import ASKED_BY

    facts = _facts_of(saved.environment.get("judged_on"))
    then = _of_now(_settings_of(facts), settings)
    plain = {"environment": {"judged_on": facts}, "target": saved.target, "run_id": saved.run_id}
    report = rejudge(plain, saved.evidence, then, probes())
    by = saved.environment.get(ASKED_BY)
    return replace(
        report,
        environment={**report.environment, **({ASKED_BY: by} if isinstance(by, str) else {})},
        started=saved.started,
        ended=saved.ended,
        settings=saved.settings,
        interrupted=saved.interrupted,
        attempts=saved.attempts,
        sdk_settings=saved.sdk_settings,
    )


def _of_now(then: Settings, settings: Settings) -> Settings:
    """The settings of the report with those of now that count for a judgement."""
    given = settings.origins
    now = {name: getattr(settings, name) for name in ("fail_on", "ignore") if given.get(name, "default") != "default"}
    return replace(then, **now)


# What a judgement needs beside the evidence, with a value that has the right form.
FACTS: Mapping[str, Any] = {
    "model": "",
    "models": [""],
    "chosen": False,
    "words": "",
    "audio_language": "",
    "now": 0.0,
    "out_of_time": [""],
    "ran": [""],
    "skipped": {"": ""},
    "bugs": {"": ""},
    "settings": {},
}


def _facts_of(plain: Any) -> dict[str, Any]:
    """The facts that a report keeps for this. Raises UsageError for one that was damaged or never had them."""
    if not isinstance(plain, Mapping) or not isinstance(plain.get("settings"), Mapping):
        raise UsageError("the report holds nothing to judge again; run dgcheck again with -o json=FILE")
    for name, example in FACTS.items():
        if name in plain and not _alike(example, plain[name]):
            raise UsageError(f"the report is damaged: its fact {name!r} is not what dgcheck wrote")
    return dict(plain)


def _alike(example: Any, value: Any) -> bool:
    if isinstance(example, float):
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if isinstance(example, list):
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if isinstance(example, dict):
        return isinstance(value, Mapping) and (not example or all(isinstance(one, str) for one in value.values()))
    return isinstance(value, type(example))


def _settings_of(facts: Mapping[str, Any]) -> Settings:
    """The settings that a judgement needs, as the report kept them. Raises UsageError for damaged ones."""
    from dgcheck.model.target import Settings

    default = Settings()
    values: dict[str, Any] = {}
    for name, value in facts["settings"].items():
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
