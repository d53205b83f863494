"""What is installed: every model with its ways of serving, languages, formatting and version, at every address.

With --model or --expect-file it is a gate: it fails where a model is not listed as it is needed. The listing is taken
at its word; --try proves it by requests.
"""

from __future__ import annotations

import argparse
import os

from dgcheck.cli import files, output
from dgcheck.cli.parser import SETTINGS, add_settings
from dgcheck.cli.run import Conclusion
from dgcheck.model.errors import UsageError
from dgcheck.model.exits import Exit
from dgcheck.settings.options import BY_KEY, OPTIONS, Option

TYPE_CHECKING = False  # typing is not imported: `--help` pays for it
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dgcheck.cli.run import Prepared
    from dgcheck.model.report import Report
    from dgcheck.model.target import Expected, Settings
    from dgcheck.models.expected import Result
    from dgcheck.models.table import Table

USAGE = "dgcheck models [URL] [options]"
EPILOG = f"""examples:
  dgcheck models http://HOST:8080
  dgcheck models http://HOST:8080 --model nova-3 --model nova-2=streaming
  dgcheck models http://HOST:8080 --expect-file models.yaml --try
  dgcheck models http://OLD:8080 -o json=old.json; dgcheck models http://NEW:8080 --expect-file old.json

models.yaml:
  models:
    - nova-3
    - name: nova-2-medical
      mode: streaming           # both, rest or streaming
      languages: [en, en-US]
      version: 2024-01-18.26916

{SETTINGS}

exit codes: 0 listed, and as expected; 1 something expected is not there, or a check failed; 2 wrong usage, nothing was
asked; 3 not known: no listing, or it does not say what is expected; 5 warnings, with --fail-on warning; 130, 143
interrupted"""
FORMATS = ("text", "json", "markdown")
WIDTH = 80  # columns where no terminal says how many it has
MOST_REQUESTS, MOST = 40, 1000  # of --try: the default, and what may be asked for
# Settings of a run that mean something here.
_KEPT = frozenset(
    {"models", "language", "model_version", "timeout", "deadline", "outputs", "fail_on", "ignore", "color", "quiet"}
    | {"verbose", "ca_file", "cert", "key", "insecure", "resolve", "proxy", "no_proxy", "headers", "api_key_file"}
    | {"family", "termination_log", "redact", "redact_hosts"}
)


OWN = {
    "models": BY_KEY["models"].but(
        help="model that has to be listed, both for REST and for streaming unless =rest or =streaming follows; may be "
        "repeated",
    ),
    "language": BY_KEY["language"].but(help="language that those models have to be listed for, as in en-US"),
    "model_version": BY_KEY["model_version"].but(help="version in which those models have to be listed"),
    "outputs": BY_KEY["outputs"].but(
        choices=FORMATS,
        help="text, json or markdown, to a file after =; may be repeated (default: text)",
    ),
    "verbose": BY_KEY["verbose"].but(help="every language, voice and helper"),
    **{option.key: Option(option.key, (), "text", "", "") for option in OPTIONS if option.key not in _KEPT},
}


def add_arguments(parser: argparse.ArgumentParser, everything: bool) -> None:
    """The target, what is expected, whether it is to be proved, and how to reach it."""
    parser.add_argument("target", nargs="?", metavar="URL", help="the deployment (or DGCHECK_TARGET, DEEPGRAM_HOST)")
    parser.add_argument(
        "--expect-file",
        metavar="FILE",
        help="models that have to be listed, in YAML; or what -o json wrote of another deployment; - reads it",
    )
    parser.add_argument(
        "--try",
        dest="prove",
        action="store_true",
        help="prove by requests that what is listed is served, one after the other; 429 or 503 ends it",
    )
    parser.add_argument(
        "--most", metavar="N", help=f"requests that --try makes at most (default: {MOST_REQUESTS}; --try alone)"
    )
    parser.add_argument("--schema", action="store_true", help="print the JSON Schema of FILE, for editors")
    add_settings(parser, everything, instead=OWN)


def run(args: argparse.Namespace) -> int:
    """Show the table, and return the exit code of what it is held against."""
    if args.schema:
        import json

        from dgcheck.models.expect_file import schema

        output.say(json.dumps(schema(), indent=2))
        return Exit.OK
    return _perform(vars(args), dict(os.environ))


def _perform(flags: Mapping[str, object], environ: dict[str, str]) -> int:
    from dgcheck.cli.outputs import chosen
    from dgcheck.cli.run import perform

    wanted = chosen(OWN["outputs"], flags["outputs"], environ)
    expected = _expected(str(flags["expect_file"])) if flags["expect_file"] else ()
    most = _most(flags)
    own = {key: value for key, value in flags.items() if key not in ("outputs", "expect_file", "prove", "most")}
    environ = {name: value for name, value in environ.items() if name != BY_KEY["outputs"].env}
    output.check_files(wanted)
    try:
        return perform(own, environ, lambda settings: settled(settings, expected, most), Shown(wanted))
    except UsageError as error:
        raise type(error)(str(error).replace("dgcheck run http", "dgcheck models http")) from None


def settled(settings: Settings, expected: tuple[Expected, ...], most: int) -> Settings:
    """The settings of a run that asks for the listing alone, whatever a settings file says of other runs."""
    from dgcheck.model.record import replace
    from dgcheck.models.wishes import expectations

    return replace(
        settings,
        only=("models",),
        skip=(),
        profile="standard",
        wait=0.0,
        wait_for="",
        outputs=(),
        sdk="",
        sdk_options=(),
        features=(),
        smart_format=False,
        show_sdk_config=False,
        models=(),
        modes={},
        language="",
        model_version="",
        expected=expectations(settings, expected),
        every_listing=True,
        try_models=most,
    )


def _most(flags: Mapping[str, object]) -> int:
    text = flags["most"]
    if text is None:
        return MOST_REQUESTS if flags["prove"] else 0
    if not flags["prove"]:
        raise UsageError("--most limits the requests of --try; give both")
    number = str(text)
    if number.isascii() and number.isdigit() and len(number) < 9 and 1 <= int(number) <= MOST:
        return int(number)
    raise UsageError(f"--most: {number[:40]!r} is no number from 1 to {MOST}")


def _expected(path: str) -> tuple[Expected, ...]:
    from dgcheck.models.expect_file import read
    from dgcheck.settings.load import MOST_MISTAKES

    place = "standard input" if path == "-" else path
    try:
        text = files.named("--expect-file", path, files.TEXT_LIMIT * 8).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"--expect-file: {place} is no text in UTF-8; was another file meant?") from None
    found, mistakes = read(text)
    if mistakes:
        more = [f"{place}: and {len(mistakes) - MOST_MISTAKES} more"] if len(mistakes) > MOST_MISTAKES else []
        raise UsageError("\n".join([*(f"{place}, {one}" for one in mistakes[:MOST_MISTAKES]), *more]))
    return found


class Shown(Conclusion):
    """Makes the table of a run's report, in the forms that were asked for."""

    def __init__(self, outputs: Sequence[tuple[str, str]]) -> None:
        self._outputs = outputs

    def rehearse(self, report: Report, prepared: Prepared) -> Iterator[None]:
        """As `Conclusion` has it."""
        table, results = judged(report, prepared.settings)
        yield
        for _ in self._rendered(table, results, prepared.settings, {}):
            yield

    def conclude(self, report: Report, prepared: Prepared, environ: Mapping[str, str]) -> int:
        """As `Conclusion` has it; never 0 where there is no listing, or where something expected is not known."""
        from dgcheck.cli import termination

        table, results = judged(report, prepared.settings)
        termination.write(table.report, prepared.settings, prepared.surroundings, prepared.secrets)
        code = int(table.report.exit_code)
        try:
            ready = list(self._rendered(table, results, prepared.settings, environ))
            for _, text in ready:
                output.scan(text, prepared.secrets)
            for path, text in sorted(ready, key=lambda pair: not pair[0]):
                output.write_file(path, text) if path else output.say(text)
        except output.NoReader:
            output.closed()
        except output.Blocked:
            output.complain(output.HELD_BACK)
            return Exit.UNKNOWN
        except UsageError as error:
            output.complain(str(error))
            return code or Exit.UNKNOWN
        return code

    def _rendered(
        self, table: Table, results: Sequence[Result], settings: Settings, environ: Mapping[str, str]
    ) -> list[tuple[str, str]]:
        """Each result as (file or '', text)."""
        return [(path, _made(form, path, table, results, settings, environ)) for form, path in self._outputs]


def _made(
    form: str, path: str, table: Table, results: Sequence[Result], settings: Settings, environ: Mapping[str, str]
) -> str:
    import sys

    ascii_only = not path and output.is_ascii(sys.stdout)
    if form == "json":
        from dgcheck.models import document

        return document.render(table, results, ascii=ascii_only)
    if form == "markdown":
        from dgcheck.models import markdown

        return markdown.render(table, results, ascii=ascii_only)
    from dgcheck.models import text

    terminal = not path and output.is_terminal(sys.stdout)
    return text.render(
        table,
        results,
        width=WIDTH if path or not terminal else output.width(terminal),
        colour=output.colour(settings.color, environ, terminal),
        ascii=ascii_only,
        verbose=settings.verbose,
    )


def judged(report: Report, settings: Settings) -> tuple[Table, tuple[Result, ...]]:
    """The table and what became of each expectation; the report in it has the verdict of them all."""
    from dgcheck.model.record import replace
    from dgcheck.model.report import Status
    from dgcheck.models.expected import results
    from dgcheck.models.table import table

    made = table(report)
    found = results(settings.expected, made)
    wrong = any(one.met is False for one in found) or any(
        tried.outcome in ("refused", "failed") for row in made.of("stt") for tried in row.tried.values()
    )
    unknown = not made.shape or any(one.met is None for one in found) or bool(made.stopped)
    verdict = report.verdict
    if wrong:
        verdict = Status.FAIL
    elif unknown and verdict is not Status.FAIL:
        verdict = Status.UNKNOWN
    return replace(made, report=replace(report, verdict=verdict)), found
