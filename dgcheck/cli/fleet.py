"""Check many deployments in one run: the targets of a file, side by side, with one summary.

FILE is YAML with `defaults:` (any setting of a run) and `targets:` (URLs, or mappings with url, name and settings of
their own), or a plain list of URLs, one a line; - is standard input. Each target is judged as dgcheck run judges it.
"""

from __future__ import annotations

import argparse
import os

from dgcheck.cli import files, output
from dgcheck.cli.parser import SETTINGS, add_settings
from dgcheck.model.errors import UsageError
from dgcheck.model.exits import Exit
from dgcheck.settings.options import BY_KEY, Option

TYPE_CHECKING = False  # typing is not imported: `--help` pays for it
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from dgcheck.cli.fleet_members import Common
    from dgcheck.cli.fleet_outlets import Outlets
    from dgcheck.cli.interrupts import Interrupts
    from dgcheck.fleet.file import Entry, Fleet
    from dgcheck.fleet.member import Member
    from dgcheck.fleet.shard import Shard

USAGE = "dgcheck fleet FILE.yaml [options]"
EPILOG = f"""examples:
  dgcheck fleet fleet.yaml
  dgcheck fleet urls.txt --profile quick --concurrency 100
  dgcheck fleet fleet.yaml -o jsonl=results.jsonl --reports reports/
  dgcheck fleet fleet.yaml --shard 0/3 -o jsonl > 0.jsonl     (and 1/3, 2/3; then: dgcheck merge *.jsonl)

FILE.yaml:
  defaults:
    models: [nova-3]
  targets:
    - http://dg-1.example.com:8080
    - url: https://dg-2.example.com
      name: frankfurt
      ca_file: corp-ca.pem

{SETTINGS}
What FILE.yaml says of a target comes before its defaults, and both come before the settings file.

exit codes: 0 nothing wrong; 1 a target failed; 2 wrong usage, nothing was asked; 3 not known of some target, and none
failed; 5 warnings, with --fail-on warning; 130, 143 interrupted, and what was seen so far was printed"""
FORMATS = ("text", "jsonl", "json", "junit")
CONCURRENCY, MOST_AT_ONCE = 50, 1000
FILE_LIMIT = 4 * 1024 * 1024  # bytes


_NOT_HERE = (
    *("wait", "interval", "give_up_after", "show_sdk_config"),
    *("bundle", "note", "attach", "include_audio", "via", "redact", "redact_hosts"),
)
OWN = {
    "outputs": BY_KEY["outputs"].but(
        choices=FORMATS,
        help="text, jsonl (a line for each target as it ends), json or junit, to a file after =; may be repeated "
        "(default: text)",
    ),
    "timeout": BY_KEY["timeout"].but(help="limit of the run of one target (default: 30s)"),
    "deadline": BY_KEY["deadline"].but(
        help="end all of it by then: a time from now as in 10m, or a moment as in 2026-09-20T10:15:00Z; what is not "
        "checked by then is unknown",
        common=True,
    ),
    "resolve": BY_KEY["resolve"].but(common=False),
    "audio": BY_KEY["audio"].but(common=False),
    "language": BY_KEY["language"].but(common=False),
    "sdk": BY_KEY["sdk"].but(common=False),
    "verbose": BY_KEY["verbose"].but(help="list the targets that passed too, however many"),
    **{key: Option(key, (), "text", "", "") for key in _NOT_HERE},
}


def add_arguments(parser: argparse.ArgumentParser, everything: bool) -> None:
    """The file, how much of it at once, its share, the reports, and the settings of every run."""
    parser.add_argument("file", nargs="?", metavar="FILE", help="the targets: YAML, or URLs one a line; - reads them")
    parser.add_argument(
        "--concurrency",
        metavar="N",
        default=str(CONCURRENCY),
        help=f"targets at once at most (default: {CONCURRENCY}); fewer while this machine is too busy to measure",
    )
    parser.add_argument(
        "--shard",
        metavar="I/N",
        help="check only share I of N, counted from 0 (or DGCHECK_SHARD; in an Indexed Job JOB_COMPLETION_INDEX and "
        "JOB_COMPLETIONS say it)",
    )
    parser.add_argument(
        "--reports", metavar="DIR", help="also write the whole report of each target there, as JSON, when it ends"
    )
    parser.add_argument("--schema", action="store_true", help="print the JSON Schema of FILE.yaml, for editors")
    add_settings(parser, everything, instead=OWN)


def run(args: argparse.Namespace) -> int:
    """Check every target of the file. Raises UsageError for what the person can mend."""
    if args.schema:
        import json

        from dgcheck.fleet.file import schema

        output.say(json.dumps(schema(), indent=2))
        return Exit.OK
    from dgcheck.cli.interrupts import Interrupts

    with Interrupts() as interrupts:
        return _perform(vars(args), dict(os.environ), interrupts)


def _perform(flags: Mapping[str, Any], environ: dict[str, str], interrupts: Interrupts) -> int:
    from dgcheck.cli.fleet_members import common, members
    from dgcheck.cli.outputs import chosen as chosen_outputs
    from dgcheck.fleet import shard as shards

    if not flags["file"]:
        raise UsageError("no targets were named: dgcheck fleet FILE.yaml (dgcheck fleet --help shows one)")
    concurrency = _number("--concurrency", flags["concurrency"], 1, MOST_AT_ONCE)
    shard = shards.chosen(flags["shard"], environ)
    outputs = chosen_outputs(OWN["outputs"], flags["outputs"], environ)
    own = {key: value for key, value in flags.items() if key != "outputs"}
    environ = {name: value for name, value in environ.items() if name != BY_KEY["outputs"].env}
    fleet = _read(flags["file"])
    shared = common(own, environ, fleet, flags["file"])
    entries = _share(fleet, shard)
    chosen = members(entries, shared)
    if shared.settings.dry_run:
        return _dry_run(chosen, shard, outputs)
    from dgcheck.cli.fleet_outlets import Outlets

    output.check_files(outputs)
    outlets = Outlets(outputs, flags["reports"] or "", chosen, shared, _heading(flags["file"], fleet, shard, shared))
    return _run(chosen, shared, concurrency, outlets, interrupts)


def _read(path: str) -> Fleet:
    from dgcheck.fleet.file import read
    from dgcheck.settings.load import MOST_MISTAKES

    place = "standard input" if path == "-" else path
    try:
        text = files.read_bytes(path, FILE_LIMIT).decode("utf-8-sig")
    except OSError as error:
        why = "there is no such file" if isinstance(error, FileNotFoundError) else error.strerror or "it fails"
        raise UsageError(f"{place} cannot be read: {why}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{place} is no text in UTF-8; was another file meant?") from None
    except ValueError:
        raise UsageError("this is no file name") from None
    fleet, mistakes = read(text)
    if mistakes:
        more = [f"{place}: and {len(mistakes) - MOST_MISTAKES} more"] if len(mistakes) > MOST_MISTAKES else []
        raise UsageError("\n".join([*(f"{place}, {one}" for one in mistakes[:MOST_MISTAKES]), *more]))
    return fleet


def _share(fleet: Fleet, shard: Shard) -> tuple[Entry, ...]:
    from dgcheck.fleet.shard import share

    mine = share((one.name for one in fleet.entries), shard)
    return tuple(one for one in fleet.entries if one.name in mine)


def _heading(path: str, fleet: Fleet, shard: Shard, shared: Common) -> dict[str, Any]:
    from dgcheck import __version__

    here = shared.surroundings
    seen_from = here.pod or here.hostname
    return {
        "dgcheck": __version__,
        "file": "" if path == "-" else path,
        "list": fleet.id,
        "all": len(fleet.entries),
        "shards": (str(shard),),
        "seen_from": f"{seen_from} ({here.namespace})" if here.pod and here.namespace else seen_from,
    }


def _run(chosen: tuple[Member, ...], shared: Common, concurrency: int, outlets: Outlets, interrupts: Interrupts) -> int:
    import asyncio
    import gc

    from dgcheck.cli.interrupts import no_tracebacks
    from dgcheck.fleet import crew

    no_tracebacks()
    # Runs leave nothing that points back to itself: to look for it after every few hundred objects is of no use.
    usual = gc.get_threshold()
    gc.set_threshold(5_000, *usual[1:])
    fleet = crew.begin(
        *(chosen, outlets.keep, outlets.took),
        concurrency=concurrency,
        until=shared.until,
        watched=outlets.progress.live,
        leave=os._exit,
    )
    # Not asyncio.run: at its end it waits for every name that is still being resolved in a thread.
    loop = asyncio.new_event_loop()
    try:
        with interrupts.waking(loop):
            interrupts.erase = outlets.progress.erase
            outlets.ends = lambda: fleet.stop("nobody reads the result any more")

            def stop(signum: int) -> None:
                name = "SIGINT" if signum == 2 else "SIGTERM"
                loop.call_soon_threadsafe(fleet.stop, f"it was interrupted by {name}")

            interrupts.listen(stop)
            loop.run_until_complete(outlets.beside(fleet))
            interrupts.listen(lambda _: None)
    finally:
        loop.close()
        gc.set_threshold(*usual)
    return outlets.finish(interrupts.signum if fleet.stopped else 0)


def _dry_run(chosen: tuple[Member, ...], shard: Shard, outputs: tuple[tuple[str, str], ...]) -> int:
    """Say whom would be asked what, and ask nothing."""
    from dgcheck import engine

    rows = []
    for member in chosen:
        checks = [check for check, _ in engine.plan(member.settings)]
        base = member.target.base if member.target else "the URL cannot be used"
        rows.append((member.name, base, ", ".join(member.settings.models) or "from the listing", len(checks)))
    if ("json", "") in outputs:
        import json

        keys = ("name", "url", "models", "checks")
        output.say(json.dumps({"shard": str(shard), "targets": [dict(zip(keys, row, strict=True)) for row in rows]}))
        return Exit.OK
    from tabulate import tabulate

    from dgcheck.cli.fleet_members import all_secrets
    from dgcheck.report.harmless import one_line

    safe = [tuple(one_line(cell) if isinstance(cell, str) else cell for cell in row) for row in rows]
    table = tabulate(safe, ("target", "asks", "models", "checks"), tablefmt="plain", disable_numparse=True)
    share = f" (share {shard})" if shard.of > 1 else ""
    text = f"{table}\n\n{len(rows)} targets{share}. Nothing was sent."
    output.scan(text, all_secrets(chosen))
    output.say(text)
    return Exit.OK


def _number(flag: str, text: str, least: int, most: int) -> int:
    if text.isascii() and text.isdigit() and len(text) < 9 and least <= int(text) <= most:
        return int(text)
    raise UsageError(f"{flag}: {text[:40]!r} is no number from {least} to {most}")
