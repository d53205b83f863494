"""Ask again what failed in a saved report, with the same settings, and say whether the fix worked.

What failed is asked with all that it rests on. A report holds no key, no header's value and no recording: give them
again where that run had them (the variable or the option is the same). URL only where the deployment moved, or where
the old URL had a password.
"""

from __future__ import annotations

import argparse
import os

from dgcheck.cli import output
from dgcheck.cli.diff import FORMATS
from dgcheck.cli.parser import add_settings
from dgcheck.model.errors import UsageError
from dgcheck.model.record import replace
from dgcheck.settings.options import BY_KEY, Option

TYPE_CHECKING = False  # typing is not imported: `--help` pays for it
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from dgcheck.model.report import Report
    from dgcheck.model.target import Settings
    from dgcheck.ticket.again import Again

USAGE = "dgcheck verify REPORT [URL] [options]"
EPILOG = """examples:
  dgcheck verify ticket.zip
  dgcheck verify case.json --header X-Team:voice
  dgcheck verify case.json -o json=verified.json

formats: text, json, markdown; REPORT is a report (-o json=FILE) or a bundle (dgcheck bundle), - is standard input

exit codes: 0 fixed; 1 still wrong, or something else is wrong now; 2 nothing was asked: the file cannot be read,
nothing was wrong in it, or something has to be given again; 3 not known; 4 not fixed before --wait was over;
5 fixed, with a new warning and --fail-on warning; 130, 143 interrupted"""
_NOT_HERE = (
    *("only", "for", "show_sdk_config", "termination_log"),
    *("bundle", "note", "attach", "include_audio"),
)
INSTEAD = {
    "outputs": BY_KEY["outputs"].but(
        choices=FORMATS,
        help="text, json or markdown, to a file after =; may be repeated (default: text)",
    ),
    **{key: Option(key, (), "text", "", "") for key in _NOT_HERE},
}
# Variables that are read here: what a report cannot hold, and what is of the printing.
_KEPT = ("DGCHECK_API_KEY", "DGCHECK_COLOR", "DGCHECK_QUIET", "DGCHECK_VERBOSE", "DGCHECK_FAIL_ON")


def add_arguments(parser: argparse.ArgumentParser, everything: bool) -> None:
    """The report, another URL, and the settings that are given again or otherwise."""
    parser.add_argument("report", nargs="?", metavar="REPORT", help="the saved report or bundle")
    parser.add_argument("url", nargs="?", metavar="URL", help="where to ask now (default: where the report asked)")
    add_settings(parser, everything, instead=INSTEAD)


def run(args: argparse.Namespace) -> int:
    """Ask and say what became of it. Raises UsageError where there is nothing to ask or something is lacking."""
    from dgcheck.cli.run import perform
    from dgcheck.cli.saved import saved_report
    from dgcheck.probes import probes
    from dgcheck.ticket.again import again

    if not args.report:
        raise UsageError("which report? dgcheck verify FILE, where FILE was written by dgcheck run -o json=FILE")
    report = saved_report("verify", args.report)
    plan = again(report, [probe.id for probe in probes()])
    typed = {key: value for key, value in vars(args).items() if value is not None and key not in ("report", "url")}
    target = args.url or plan.target
    _complete(plan, typed, target, args.report)
    flags = {"config": "none", **_compatible(plan.flags, typed), **typed, "target": target}
    if not args.quiet:
        where = "" if args.url else f" {plan.target}"  # a URL that is typed may hold a password
        for note in (f"asking{where} again for {', '.join(plan.checks)}", *plan.notes):
            output.note(f"dgcheck: {note}")
    return perform(flags, _environment(), lambda settings: _settled(settings, plan, typed), _conclusion(report))


def _environment() -> Mapping[str, str]:
    """The environment without the settings of other runs."""
    return {
        name: value
        for name, value in os.environ.items()
        if name in _KEPT or not (name.startswith("DGCHECK_") or name == "DEEPGRAM_HOST")
    }


def _compatible(then: Mapping[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
    """The report's settings without those that what was typed contradicts."""
    either = {"proxy": "no_proxy", "no_proxy": "proxy"}
    return {key: value for key, value in then.items() if either.get(key, "") not in typed}


def _complete(plan: Again, typed: Mapping[str, Any], target: str, file: str) -> None:
    """Raise UsageError for what that run had and this one lacks."""
    if not target:
        raise UsageError(
            "the URL of that report had a password, or its names are hidden (--redact-hosts): the report does not hold"
            f" it. Give it again: dgcheck verify {file} URL"
        )
    flags = {option.flags[-1]: option.key for option in BY_KEY.values() if option.flags}
    either = {"--audio": "", "--proxy": "no_proxy"}
    lacking = []
    for flag, form in plan.lacking:
        if flag == "the API key":
            if "api_key_file" not in typed and not os.environ.get("DGCHECK_API_KEY") and not os.environ.get(form):
                where = form if form.isupper() else "DGCHECK_API_KEY"
                raise UsageError(
                    "that run sent an API key, which a report does not hold; set the variable"
                    f" {where} again, or give --api-key-file FILE"
                )
        elif flags.get(flag) not in typed and either.get(flag, "") not in typed:
            lacking.append(f"{flag} {form}")
    lacking = [one for one in lacking if not one.startswith("--api-key-file")]
    if lacking:
        raise UsageError(
            f"that run had {' and '.join(one.partition(' ')[0] for one in lacking)}, which a report names but does not"
            f" hold; give it again: dgcheck verify {file} {' '.join(lacking)}"
        )


def _settled(settings: Settings, plan: Again, typed: Mapping[str, Any]) -> Settings:
    """The settings with the checks to ask, and with the origins that the report had."""
    then = {
        name: f"the report ({origin})"
        for name, origin in plan.origins.items()
        if settings.origins.get(name) == "flag" and not any(BY_KEY[key].field == name for key in typed if key in BY_KEY)
    }
    skip = tuple(one for one in settings.skip if one not in plan.checks)
    return replace(settings, only=plan.checks, skip=skip, origins={**settings.origins, **then}, termination_log="none")


def _conclusion(old: Report) -> Any:
    """What is made of the run: its causes against those of the report."""
    from dgcheck import engine
    from dgcheck.cli.diff import looks, write
    from dgcheck.cli.run import Conclusion, Prepared, behind_veil
    from dgcheck.ticket import verify_forms
    from dgcheck.ticket.verified import verify

    class Verdict(Conclusion):
        """Says of each cause what became of it."""

        def rehearse(self, report: Report, prepared: Prepared) -> Iterator[None]:
            """Nothing: the modules are loaded."""
            return iter(())

        def conclude(self, report: Report, prepared: Prepared, environ: Mapping[str, str]) -> int:
            """Write the verification in every form that was asked for."""
            settings = prepared.settings
            then = behind_veil(old, prepared.redactor.veil)
            found = verify(then, report, {check for check, _ in engine.plan(settings)})
            outputs = settings.outputs or (("text", ""),)
            if all(path for _, path in outputs):
                outputs = (*outputs, ("text", ""))
            texts = []
            for form, path in outputs:
                look = looks(path, settings)
                if form == "json":
                    texts.append((path, verify_forms.json(found, ascii=look["ascii"])))
                elif form == "markdown":
                    texts.append((path, verify_forms.markdown(found, **look)))
                else:
                    texts.append((path, verify_forms.text(found, **look)))
            return write(texts, prepared.secrets, int(found.exit_code))

    return Verdict()
