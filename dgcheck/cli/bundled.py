"""What goes into a bundle, in the order in which it is written."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from dgcheck.cli import output
from dgcheck.model.errors import UsageError
from dgcheck.report.json import laid_out
from dgcheck.ticket import attachments, environment, first_lines, readme
from dgcheck.ticket.bundle import Bundle
from dgcheck.ticket.contents import texts
from dgcheck.ticket.hushed import hushed, own_recording
from dgcheck.ticket.page import epoch, utc
from dgcheck.wire.last_look import LastLook

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dgcheck.cli.run import Prepared
    from dgcheck.model.report import Report
    from dgcheck.ticket.attachments import Attached

AUDIO = "audio"
_MOST_LOG = 20_000  # lines
_LONG = 20 << 20  # bytes of logs whose reading a person would notice


def fill(file: BinaryIO, report: Report, prepared: Prepared, environ: Mapping[str, str]) -> list[str]:
    """Write a whole bundle into an empty file; what to tell the person. Raises SecretSeen, UsageError, OSError."""
    settings, clean = prepared.settings, prepared.redactor.shown
    silent = own_recording(report) and not settings.include_audio
    shown = _without_recordings(report) if silent else report
    bundle = Bundle(file, LastLook(prepared.secrets, output.own_word), _moment(report))
    for name, text, about in texts(shown, [clean(line) for line in _log(shown, prepared)]):
        bundle.add(name, text, about)
    here = environment.environment(report.dgcheck, report.evidence, environ, clean)
    bundle.add(environment.NAME, laid_out(here) + "\n", "versions, system, container, limits, clock, proxies, resolver")
    if settings.include_audio and prepared.audio is not None:
        _add_audio(bundle, prepared)
    attached = _attach(bundle, prepared)
    said = _explain(bundle, attached, quiet=settings.quiet)
    note = clean(settings.note)
    page = readme.readme(shown, bundle.members, attached, note=note, hushed=silent, found_in_logs=said)
    bundle.add(readme.NAME, page, "what this is: begin here")
    bundle.close(
        dgcheck=report.dgcheck,
        run_id=report.run_id,
        created=utc(epoch(report.ended)),
        verdict=report.verdict.value,
        left_out=[{"name": one.name, "why": one.problem} for one in attached if one.problem],
    )
    return _told(prepared, file.tell(), bundle, attached, shown)


def _moment(report: Report) -> tuple[int, int, int, int, int, int]:
    from time import gmtime

    at = gmtime(max(0.0, epoch(report.ended)))
    return (at.tm_year, at.tm_mon, at.tm_mday, at.tm_hour, at.tm_min, at.tm_sec)


def _without_recordings(report: Report) -> Report:
    """The report without the words of the person's recordings, judged again so that its sentences hold none."""
    from dgcheck.cli.diagnose import again
    from dgcheck.model.target import Settings

    return again(hushed(report), Settings())


def _log(report: Report, prepared: Prepared) -> Iterator[str]:
    """The lines of dgcheck's own log: what happened when, with the zone."""
    yield f"{report.started}  dgcheck {report.dgcheck}, run {report.run_id}, asks {report.target.get('url')}"
    yield from (f"{utc(at)}  {line}" for at, text in prepared.log[:_MOST_LOG] for line in text.splitlines())
    if len(prepared.log) > _MOST_LOG:
        yield f"{len(prepared.log) - _MOST_LOG} more lines were left out"
    facts = report.environment.get("judged_on")
    bugs = facts.get("bugs") if isinstance(facts, dict) else None
    if isinstance(bugs, dict):
        yield from (f"{report.ended}  bug of dgcheck in {check}: {words}" for check, words in bugs.items())
    ended = max([epoch(report.ended), *(at for at, _ in prepared.log[-1:])])
    yield f"{utc(ended)}  verdict {report.verdict.value}, exit code {int(report.exit_code)}"


def _add_audio(bundle: Bundle, prepared: Prepared) -> None:
    path = prepared.settings.audio_file
    name = f"{AUDIO}/{attachments.harmless(os.path.basename(path) if path != '-' else 'standard-input')}"
    with bundle.stream(name, "the recording that was sent") as sink:
        sink.write(prepared.audio.data if prepared.audio else b"")


def _attach(bundle: Bundle, prepared: Prepared) -> list[Attached]:
    given = prepared.settings.attach
    if not given:
        return []
    found, left = attachments.found(given, prepared.redactor.shown)
    return [*(attachments.attach(bundle, one, _opened, prepared.redactor) for one in found), *left]


@contextmanager
def _opened(path: str) -> Iterator[BinaryIO]:
    if path != attachments.STDIN:
        with open(path, "rb") as file:
            yield file
    elif sys.stdin is None:
        raise UsageError("--attach -: standard input is closed")
    else:
        yield sys.stdin.buffer


def _explain(bundle: Bundle, attached: list[Attached], *, quiet: bool) -> str:
    """Write what the attached logs say together; its first sentence, '' where none is attached."""
    logs = [one.name for one in attached if one.kind == "text" and one.bytes]
    if not logs:
        return ""
    from dgcheck.cli.bundle_logs import NAME, explained

    size = sum(one.bytes for one in attached if one.name in logs)
    if size > _LONG and not quiet:
        output.note(f"dgcheck: reading what {size >> 20} MB of logs say...")
    text, sentence = explained(logs, bundle.read)
    bundle.add(NAME, text, "what the attached logs say together, in the order of their times")
    return sentence


def _told(prepared: Prepared, size: int, bundle: Bundle, attached: list[Attached], report: Report) -> list[str]:
    path = prepared.settings.bundle
    shown = f"{size / 1024:.0f} KB" if size < 1 << 20 else f"{size / 2**20:.1f} MB"
    where = "to standard output" if path == "-" else f"to {path}"
    lines = [f"Wrote {len(bundle.members)} files {where} ({shown}): {_safe(prepared, attached)}."]
    lines += [f"  {one.path}: {'cut' if one.bytes else 'left out'}, {one.problem}" for one in attached if one.problem]
    asked = first_lines.request_ids(report)
    if asked and asked[0].failed:
        lines.append(f"  request id to name in the ticket: {asked[0].id} ({asked[0].when})")
    lines.append("  README.md in it has the first lines of the ticket, and what support asks next as commands.")
    return lines


def _safe(prepared: Prepared, attached: list[Attached]) -> str:
    """What may be done with the file: what a person put into it is for that person to look at."""
    own = []
    if prepared.settings.include_audio and prepared.audio is not None:
        own.append("your recording and its words are in it, as you asked")
    if any(one.bytes for one in attached):
        own.append("no program knows every secret, so glance over attached/ before you post it")
    return "; ".join(("secrets are replaced", *own)) if own else "secrets are replaced, it is safe to send"
