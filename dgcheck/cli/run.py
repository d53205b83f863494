"""Check one deployment end to end: ask everything an SDK would, name what is wrong, and say what to do.

The URL may be a base (http://HOST:8080, https://dg.example.com/prefix, ws:// and wss:// alike) or a whole request
out of a log, with its query. Self-hosted containers check no key, so none is needed.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from dgcheck.cli import early, files, output, termination
from dgcheck.cli.interrupts import Interrupts
from dgcheck.cli.parser import EXITS, SETTINGS, add_settings
from dgcheck.model.errors import UsageError
from dgcheck.model.exits import Exit
from dgcheck.model.record import dataclass, replace

if TYPE_CHECKING:
    from dgcheck.model.evidence import Configured, Surroundings
    from dgcheck.model.report import Report
    from dgcheck.model.target import Audio, Settings, Target
    from dgcheck.net.headstart import HeadStart
    from dgcheck.wire.redact import Redactor
    from dgcheck.wire.url import BadUrl

USAGE = "dgcheck run [URL] [options]"
EPILOG = f"{SETTINGS}\n\n{EXITS}"


def add_arguments(parser: argparse.ArgumentParser, everything: bool) -> None:
    """The target and every setting of a run."""
    parser.add_argument("target", nargs="?", metavar="URL", help="the deployment (or DGCHECK_TARGET, DEEPGRAM_HOST)")
    add_settings(parser, everything)


def run(args: argparse.Namespace) -> int:
    """Make one diagnosis, or several with --wait, and return the exit code of the last."""
    return perform(vars(args), os.environ)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for. `target` is None where the URL cannot be used, for which `problem` says why; `audio` is
    None where the clip inside is sent."""

    settings: Settings
    target: Target | None
    problem: BadUrl | None
    audio: Audio | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """All that is known before the first answer."""

    settings: Settings
    target: Target | None
    configured: Configured
    surroundings: Surroundings
    secrets: tuple[str, ...]
    redactor: Redactor
    audio: Audio | None


def _as_it_is(settings: Settings) -> Settings:
    return settings


def perform(
    flags: Mapping[str, Any], environ: Mapping[str, str], settle: Callable[[Settings], Settings] = _as_it_is
) -> int:
    """A run as `dgcheck run` makes it, from its flags and its environment. Raises UsageError, NoReader.

    `settle` gives the settings the defaults of another command.
    """
    with Interrupts() as interrupts:
        asked = understand(flags, environ, settle)
        if asked.settings.dry_run:
            return _dry_run(asked)
        output.check_files(asked.settings.outputs)
        termination.check(asked.settings)
        start = _head_start(asked)
        try:
            return _diagnose(prepare(asked, environ), environ, start, interrupts)
        finally:
            if start is not None:
                start.stop()


def understand(
    flags: Mapping[str, Any], environ: Mapping[str, str], settle: Callable[[Settings], Settings] = _as_it_is
) -> Asked:
    """Settings, target, proxy and recording of a run. Raises UsageError for what the person can mend."""
    from dgcheck.settings import proxies
    from dgcheck.settings.load import load, stray
    from dgcheck.wire import url

    settings = settle(load(flags, environ, files.read_text))
    if not settings.target_given:
        raise UsageError("no deployment was named: dgcheck run http://HOST:8080 (or set DGCHECK_TARGET)")
    if settings.wait_for or settings.deadline or settings.active_deadline:
        from dgcheck.cli.limits import limited

        settings = limited(settings, environ)
    if settings.ignore:
        _known_causes(settings.ignore)
    files.look_at(settings)
    if settings.sdk:
        from dgcheck.engine import sdk

        sdk.named(settings)
    audio = _recording(settings) if settings.audio_file else None
    if not settings.quiet:
        for name, meant in stray(environ):
            output.note(f"dgcheck: {name} is no setting and was not read; did you mean {meant}?")
    try:
        target = url.parse(settings.target_given)
    except url.BadUrl as problem:
        return Asked(settings, None, problem, audio)
    _fits(settings, target)
    return Asked(replace(settings, proxy=proxies.choose(settings, target, environ)), target, None, audio)


def _fits(settings: Settings, target: Target) -> None:
    """Raise UsageError, or note, where the settings and the target's host do not go together."""
    literal = "ipv6" if ":" in target.host else "ipv4" if target.host.replace(".", "").isdigit() else ""
    if settings.family and literal not in ("", settings.family):
        names = {"ipv4": "IPv4", "ipv6": "IPv6"}
        raise UsageError(
            f"only {names[settings.family]} addresses were asked for (-{settings.family[-1]}), "
            f"and {target.host} is an {names[literal]} address"
        )
    hosts = {host for host, _ in settings.resolve}
    if hosts and not hosts & {target.host, f"{target.host}:{target.port}"} and not settings.quiet:
        listed = ", ".join(sorted(hosts))
        output.note(f"dgcheck: --resolve is for {listed}; the target is {target.host}, so it changes nothing")


def prepare(asked: Asked, environ: Mapping[str, str]) -> Prepared:
    """What the settings and the surroundings say of themselves. Nothing here waits, and nothing fails."""
    from dgcheck.cli import surroundings
    from dgcheck.settings import configured
    from dgcheck.wire.redact import Redactor

    settings, target = asked.settings, asked.target
    secrets = configured.secrets(settings, environ)
    redactor = Redactor(secrets)
    return Prepared(
        settings=settings,
        target=target,
        configured=configured.configured(settings, target, asked.problem, redactor),
        surroundings=surroundings.look(environ, target.host if target else ""),
        secrets=secrets,
        redactor=redactor,
        audio=asked.audio,
    )


def _no_tracebacks() -> None:
    """What fails beside the run (a helping thread, a forgotten task) shows in the report or not at all."""
    import logging
    import threading

    threading.excepthook = lambda _: None
    sys.unraisablehook = lambda _: None
    logging.getLogger("asyncio").addHandler(logging.NullHandler())
    logging.getLogger("asyncio").propagate = False


def _recording(settings: Settings) -> Audio:
    from dgcheck.wire import audio

    data = files.named("--audio", settings.audio_file, audio.LARGEST)
    try:
        return audio.read(
            settings.audio_file,
            data,
            encoding=settings.encoding,
            sample_rate=settings.sample_rate,
            words=settings.expect,
        )
    except UsageError as error:
        raise UsageError(f"--audio: {error}") from None


def _known_causes(ignored: tuple[str, ...]) -> None:
    """Raise UsageError for a code or cause that does not exist, naming the nearest."""
    from fnmatch import fnmatchcase

    from dgcheck.explain.pages import pages
    from dgcheck.settings.nearest import did_you_mean

    names = [name for page in pages() for name in (page["code"], page["cause"])]
    for word in ignored:
        if not any(fnmatchcase(name, word) or name.lower() == word.lower() for name in names):
            near = did_you_mean(word, names) or "; dgcheck explain lists them all"
            raise UsageError(f"--ignore: there is no code or cause {word!r}{near}")


def _head_start(asked: Asked) -> HeadStart | None:
    """Resolve and connect from now on, while the rest of dgcheck is imported."""
    target, settings = asked.target, asked.settings
    if target is None:
        return None
    connections = _connections(settings)
    from dgcheck.net.headstart import HeadStart

    if settings.proxy is not None:
        return HeadStart(settings.proxy.host, settings.proxy.port, connections=connections)
    pinned = [address for host, address in settings.resolve if host in (target.host, f"{target.host}:{target.port}")]
    begun = HeadStart(
        target.host,
        target.port,
        pinned=pinned,
        family=settings.family,
        connections=connections,
        lookup=early.taken(target, settings),
        tls=target.tls,
    )
    if target.tls:
        _shake_hands(begun, settings, target)
    return begun


def _shake_hands(start: HeadStart, settings: Settings, target: Target) -> None:
    """Let the head start go on to TLS by itself. Raises UsageError for certificate files that cannot be used."""
    from dgcheck.net.trust import Trust

    try:
        files.check_certificates(settings)
        start.secure(Trust(settings), target.host or None)
    except UsageError:
        start.give_up()
        raise


def _connections(settings: Settings) -> int:
    """How many connections the first questions need: health and listing, the POST, and two streams."""
    wanted = set(settings.only or ("status", "ws.upgrade", *(("rest",) if settings.profile != "quick" else ())))
    wanted -= set(settings.skip)
    streams = 2 if wanted & {"ws.upgrade", "ws.stream"} else 0
    health = bool(wanted & {"status", "engine", "models", "tls", "transport"}) or not wanted
    return max(1, streams + ("rest" in wanted) + health)


def _diagnose(prepared: Prepared, environ: Mapping[str, str], start: HeadStart | None, interrupts: Interrupts) -> int:
    import asyncio

    from dgcheck.cli.progress import on_stderr
    from dgcheck.cli.waiting import passed_or_over

    _no_tracebacks()
    settings = prepared.settings
    progress = on_stderr(quiet=settings.quiet)
    files.check_certificates(settings)
    # Not asyncio.run: at its end it waits for every name that is still being resolved in a thread.
    loop = asyncio.new_event_loop()
    try:
        with interrupts.waking(loop):
            report = loop.run_until_complete(passed_or_over(prepared, start, progress, interrupts))
            loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        loop.close()
    termination.write(report, settings, prepared.surroundings, prepared.secrets)
    return finish(report, settings, prepared.secrets, environ)


def finish(report: Report, settings: Settings, secrets: tuple[str, ...], environ: Mapping[str, str]) -> int:
    """Write every result and return the report's exit code, whatever becomes of the writing.

    Where the result on standard output is for Nagios, the code is the one that Nagios reads.
    """
    exit_code = int(report.exit_code)
    if ("nagios", "") in settings.outputs:
        from dgcheck.report import nagios

        exit_code = nagios.exit_code(report)
    try:
        output.publish(report, settings.outputs, secrets, environ, color=settings.color, verbose=settings.verbose)
    except output.NoReader:
        output.closed()
    except output.Blocked:
        output.complain(
            "the result was held back: a secret of this run would have stood in it. "
            "This is a bug of dgcheck; please report it."
        )
        return Exit.UNKNOWN
    except UsageError as error:
        output.complain(str(error))
        return exit_code or Exit.UNKNOWN
    return exit_code


def _dry_run(asked: Asked) -> int:
    from dgcheck import engine

    target, settings = asked.target, asked.settings
    if target is None:
        raise UsageError(_unusable(asked))
    questions = [(check, question) for check, question in engine.plan(settings) if check != "sdk"]
    if settings.sdk:
        from dgcheck.engine import sdk
        from dgcheck.settings.configured import secrets
        from dgcheck.wire.redact import Redactor

        questions += [("sdk", line) for line in sdk.plan(settings, target, Redactor(secrets(settings, {})))]
    facts = {
        "target": target.base,
        "dials": settings.proxy.shown if settings.proxy else f"{target.host} port {target.port}",
        "key": _key_words(settings),
        "models": ", ".join(settings.models) or "taken from the listing",
        "limit": f"{settings.timeout:g} s",
        **_wait_words(settings),
    }
    if any(name == "json" for name, path in settings.outputs if not path):
        import json

        rows = [{"check": check, "asks": asks} for check, asks in questions]
        output.say(json.dumps({**facts, "asks": rows}, indent=2))
        return Exit.OK
    from tabulate import tabulate

    output.say(
        tabulate([(f"{name}:", value) for name, value in facts.items()], tablefmt="plain", disable_numparse=True)
        + "\n\n"
        + tabulate(questions, ("check", "would ask"), tablefmt="plain", disable_numparse=True)
        + "\n\nNothing was sent."
    )
    return Exit.OK


def _wait_words(settings: Settings) -> dict[str, str]:
    """What `--wait` adds to the facts of a dry run."""
    if settings.wait <= 0:
        return {}
    from dgcheck.settings.values import duration_text

    aim = f" for {settings.wait_for}" if settings.wait_for else ""
    limits = f"at most {duration_text(settings.wait)}, {duration_text(settings.give_up_after)} without change"
    return {"waits": f"{limits}{aim}"}


def _unusable(asked: Asked) -> str:
    from dgcheck.settings.configured import fault, secrets
    from dgcheck.wire.redact import Redactor

    problem, given = asked.problem, asked.settings.target_given
    if problem is None:
        return "the URL cannot be used"
    shown = fault(given, problem, Redactor(secrets(asked.settings, {})))
    return f"the URL cannot be used: {problem.problem}: {shown!r}"


def _key_words(settings: Settings) -> str:
    if not settings.key_origin:
        return "none"
    if settings.api_key is None:
        return f"none that could be sent ({settings.key_origin}: {', '.join(settings.key_form)})"
    when = "always sent" if settings.api_key.ours else "sent only after a 401 or 403 without it"
    return f"{settings.key_origin}, {when}"
