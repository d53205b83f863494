"""Check one deployment end to end: ask everything an SDK would, name what is wrong, and say what to do.

The URL may be a base (http://HOST:8080, https://dg.example.com/prefix, ws:// and wss:// alike) or a whole request
out of a log, with its query. Self-hosted containers check no key, so none is needed.
"""

from __future__ import annotations

import argparse
import gc
import os
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dgcheck.cli import early, files, output, termination
from dgcheck.cli.interrupts import Interrupts, no_tracebacks
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
    from dgcheck.wire.veil import Veil

USAGE = "dgcheck run [URL] [options]"
EPILOG = f"{SETTINGS}\n\n{EXITS}"
# Objects after which rubbish is looked for. Nearly all that a run makes is modules, which stay: looking through them as
# often as usual takes a twentieth of its time.
SELDOM = 20_000


def add_arguments(parser: argparse.ArgumentParser, everything: bool) -> None:
    """The target and every setting of a run."""
    parser.add_argument("target", nargs="?", metavar="URL", help="the deployment (or DGCHECK_TARGET, DEEPGRAM_HOST)")
    add_settings(parser, everything)


def run(args: argparse.Namespace) -> int:
    """Make one diagnosis, or several with --wait, and return the exit code of the last."""
    gc.set_threshold(SELDOM)
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
    log: list[tuple[float, str]]  # epoch seconds, and what happened then, where a bundle is made


def _as_it_is(settings: Settings) -> Settings:
    return settings


def asked_by(command: str, report: Report) -> Report:
    """The report with the name of the command that it was made for, where no other stands in it."""
    from dgcheck.report.command import ASKED_BY

    return replace(report, environment={ASKED_BY: command, **report.environment})


class Conclusion:
    """What becomes of the report of a run: where it is written, in which form, and the exit code that follows."""

    def rehearse(self, report: Report, prepared: Prepared) -> Iterator[None]:
        """Make the result once of what is known, while the network is waited for, so that all it needs is loaded; a
        step at a time."""
        settings = prepared.settings
        for _ in output.made_ready(settings.outputs):
            yield
        for _ in output.rendered(report, settings.outputs, {}, color=settings.color, verbose=settings.verbose):
            yield

    def conclude(self, report: Report, prepared: Prepared, environ: Mapping[str, str]) -> int:
        """Write every result that was asked for, and return the exit code."""
        settings = prepared.settings
        termination.write(report, settings, prepared.surroundings, prepared.secrets)
        if not settings.bundle:
            return finish(report, settings, prepared.secrets, environ)
        from dgcheck.cli import bundling

        report = asked_by("bundle", report)
        with bundling.standard_output(settings):
            code = finish(report, settings, prepared.secrets, environ)
        return bundling.write(report, prepared, environ) or code


def perform(
    flags: Mapping[str, Any],
    environ: Mapping[str, str],
    settle: Callable[[Settings], Settings] = _as_it_is,
    conclusion: Conclusion | None = None,
) -> int:
    """A run as `dgcheck run` makes it, from its flags and its environment. Raises UsageError, NoReader.

    `settle` gives the settings the defaults of another command; `conclusion` makes something else of the report.
    """
    conclusion = conclusion or Conclusion()
    with Interrupts() as interrupts:
        asked = understand(flags, environ, settle)
        if asked.settings.dry_run:
            from dgcheck.cli.dry_run import dry_run

            return dry_run(asked)
        output.check_files(asked.settings.outputs)
        termination.check(asked.settings)
        if _for_a_ticket(asked.settings):
            from dgcheck.cli import bundling

            bundling.check(asked.settings)
        start = _head_start(asked)
        try:
            return _diagnose(prepare(asked, environ), environ, start, interrupts, conclusion)
        finally:
            if start is not None:
                start.stop()


def _for_a_ticket(settings: Settings) -> bool:
    return bool(settings.bundle or settings.note or settings.attach or settings.include_audio)


def understand(
    flags: Mapping[str, Any], environ: Mapping[str, str], settle: Callable[[Settings], Settings] = _as_it_is
) -> Asked:
    """Settings, target, proxy and recording of a run. Raises UsageError for what the person can mend."""
    from dgcheck.settings import proxies
    from dgcheck.settings.load import load, stray
    from dgcheck.wire import url

    settings = settle(load(flags, environ, files.read_text))
    if not settings.target_given and settings.via:  # the outermost of them
        settings = replace(settings, target_given=settings.via[-1][1])
    if not settings.target_given:
        raise UsageError("no deployment was named: dgcheck run http://HOST:8080 (or set DGCHECK_TARGET)")
    if settings.wait_for or settings.deadline or settings.active_deadline:
        from dgcheck.cli.limits import limited

        settings = limited(settings, environ)
    if settings.ignore:
        check_ignored(settings.ignore)
    files.look_at(settings)
    if settings.sdk:
        from dgcheck.engine import sdk

        sdk.named(settings)
    audio = files.recording(settings) if settings.audio_file else None
    if not settings.quiet:
        for name, meant in stray(environ):
            output.note(f"dgcheck: {name} is no setting and was not read; did you mean {meant}?")
    try:
        target = url.parse(settings.target_given)
    except url.BadUrl as problem:
        return Asked(settings, None, problem, audio)
    _fits(settings, target)
    if settings.license_proxy_url or settings.engine_metrics_url:
        from dgcheck.settings.sides import reached

        settings = reached(settings, environ)
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
    if hosts and not target.pinned(settings.resolve) and not settings.quiet:
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
    if settings.redact or settings.redact_hosts:
        from dgcheck.wire.veil import Veil

        redactor.veil = Veil(hosts=settings.redact_hosts, patterns=settings.redact)
    return Prepared(
        settings=settings,
        target=target,
        configured=configured.configured(settings, target, asked.problem, redactor),
        surroundings=surroundings.look(environ, target.host if target else ""),
        secrets=secrets,
        redactor=redactor,
        audio=asked.audio,
        log=[],
    )


def check_ignored(ignored: tuple[str, ...]) -> None:
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
    connections = _connections(settings, target)
    from dgcheck.net.headstart import HeadStart

    if settings.proxy is not None:
        return HeadStart(settings.proxy.host, settings.proxy.port, connections=connections)
    pinned = target.pinned(settings.resolve)
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


def _connections(settings: Settings, target: Target) -> int:
    """How many connections the first questions need: health and listing, the POST, and two streams. Over TLS, a POST
    that has to wait for the listing goes out on the connection of that.
    """
    wanted = set(settings.only or ("status", "ws.upgrade", *(("rest",) if settings.profile != "quick" else ())))
    wanted -= set(settings.skip)
    streams = 2 if wanted & {"ws.upgrade", "ws.stream"} else 0
    health = bool(wanted & {"status", "engine", "models", "tls", "transport"}) or not wanted
    listed = (not settings.only or "models" in settings.only) and "models" not in settings.skip
    borrows = target.tls and listed and not (settings.models or target.replay)
    return max(1, streams + ("rest" in wanted and not borrows) + health)


def _diagnose(
    prepared: Prepared,
    environ: Mapping[str, str],
    start: HeadStart | None,
    interrupts: Interrupts,
    conclusion: Conclusion,
) -> int:
    import asyncio

    from dgcheck.cli.progress import on_stderr
    from dgcheck.cli.waiting import passed_or_over

    no_tracebacks()
    settings = prepared.settings
    progress = on_stderr(quiet=settings.quiet)
    progress.kept = prepared.log if settings.bundle else None
    files.check_certificates(settings)
    # Not asyncio.run: at its end it waits for every name that is still being resolved in a thread.
    loop = asyncio.new_event_loop()
    try:
        with interrupts.waking(loop):
            run = passed_or_over(prepared, start, progress, interrupts, conclusion.rehearse)
            if settings.via:
                from dgcheck.cli.hops import along

                run = along(prepared, run, environ, interrupts)
            report = loop.run_until_complete(run)
            loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        loop.close()
    return conclusion.conclude(behind_veil(report, prepared.redactor.veil), prepared, environ)


def behind_veil(report: Report, veil: Veil | None) -> Report:
    """The report without what --redact and --redact-hosts hide; itself where neither was given."""
    if not veil:
        return report
    from dgcheck.diagnosis.veiled import veiled

    return veiled(report, veil)


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
        output.complain(output.HELD_BACK)
        return Exit.UNKNOWN
    except UsageError as error:
        output.complain(str(error))
        return exit_code or Exit.UNKNOWN
    return exit_code
