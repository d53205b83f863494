"""Keep asking, and tell Prometheus, Kubernetes and a browser: /healthz, /readyz, /metrics, /probe?target=URL and a
status page at /.

Every target is asked once in each --interval, one run at a time, however many scrapes and probes come; they get what
is known. By default nothing is transcribed: --for speech or --profile standard does that, every five minutes.
"""

from __future__ import annotations

import argparse
import os

from dgcheck.cli import output
from dgcheck.cli.parser import SETTINGS, add_settings
from dgcheck.model.errors import UsageError
from dgcheck.model.exits import Exit
from dgcheck.settings.options import BY_KEY, Option

TYPE_CHECKING = False  # typing is not imported: `--help` pays for it
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from dgcheck.cli.interrupts import Interrupts
    from dgcheck.model.target import Settings, Target
    from dgcheck.serve.prober import Standing
    from dgcheck.serve.roster import Roster
    from dgcheck.serve.subject import Subject

USAGE = "dgcheck serve [--listen :9115] --target URL [options]"
EPILOG = f"""examples:
  dgcheck serve --target http://HOST:8080
  dgcheck serve --target http://A:8080 --target https://B --model nova-3 --listen 127.0.0.1:9115
  dgcheck serve --allow '*.speech.svc.cluster.local' --allow 10.0.0.0/8
  curl -s 'localhost:9115/probe?target=http://HOST:8080&model=nova-3'

/readyz is 200 where every target passes and else 503, with the reason as JSON. /healthz is 200 while this process
works: it is the one for the probes of the exporter's own pod. An API key, headers and a client certificate go only to
targets that are named by --target or by an exact --allow HOST, never to those that a pattern lets in.

{SETTINGS}

exit codes: 0 ended by SIGTERM, SIGINT or Ctrl-C, which is how a server ends well; 2 wrong usage, or the address
cannot be listened on"""
INTERVAL, SPEECH_INTERVAL = 30.0, 300.0  # seconds, where nobody said
CONCURRENCY = 8
# checks that let something be transcribed
SPEECH = frozenset({"rest", "rest.size", "ws.stream", "rest.url", "origin", "replicas", "speak", "flux", "agent"})


_NOT_HERE = ("wait", "give_up_after", "deadline", "outputs", "termination_log", "color", "show_sdk_config", "verbose")
_NO_SERVER = (
    *("sdk", "set", "audio_url", "serve_audio", "dry_run", "via"),
    *("bundle", "note", "attach", "include_audio", "redact", "redact_hosts"),
)
OWN = {
    "interval": BY_KEY["interval"].but(help="ask every target this often (default: 30s; 5m with speech)", common=True),
    "for": BY_KEY["for"].but(
        help="ask only what this needs: reachable (the deployment answers and is well), models (its listing and an "
        "upgrade, too) or speech (and words come back)",
        common=True,
    ),
    "profile": BY_KEY["profile"].but(help="quick (no speech), standard or full (default: quick)"),
    "quiet": BY_KEY["quiet"].but(help="do not tell on standard error what changes", common=True),
    "audio": BY_KEY["audio"].but(common=False),
    **{key: Option(key, (), "text", "", "") for key in (*_NOT_HERE, *_NO_SERVER)},
}


def add_arguments(parser: argparse.ArgumentParser, everything: bool) -> None:
    """Where it listens, whom it asks, whom it may be asked for, and the settings of its runs."""
    parser.add_argument("targets", nargs="*", metavar="URL", help="the same as --target URL")
    parser.add_argument(
        "--listen", metavar="[HOST]:PORT", default=":9115", help="where to listen (default: :9115, on every address)"
    )
    parser.add_argument(
        "--target",
        metavar="URL",
        dest="more_targets",
        action="append",
        default=[],
        help="deployment to ask again and again; may be repeated (or DGCHECK_TARGET, DEEPGRAM_HOST)",
    )
    parser.add_argument(
        "--allow",
        metavar="HOST",
        action="append",
        default=[],
        help="/probe may also be asked for this HOST, HOST:PORT, address, range as 10.0.0.0/8, or *.suffix; may be "
        "repeated (default: the targets alone)",
    )
    parser.add_argument(
        "--concurrency", metavar="N", default=str(CONCURRENCY), help=f"runs at once at most (default: {CONCURRENCY})"
    )
    add_settings(parser, everything, instead=OWN)


def run(args: argparse.Namespace) -> int:
    """Serve until a signal comes. Raises UsageError for what cannot be used, the address to listen on too."""
    from dgcheck.cli.interrupts import Interrupts

    with Interrupts() as interrupts:
        return _serve(Prepared(vars(args), os.environ), interrupts)


class Prepared:
    """All that is known before the first run: the settings of every run, whom to ask, whom one may be asked for.

    Made from the flags and the environment; raises UsageError for what cannot be used.
    """

    def __init__(self, flags: Mapping[str, Any], environ: Mapping[str, str]) -> None:
        from dgcheck.serve import allowed, place

        self.place = place.read(flags["listen"])
        self.settings = _settings(flags, environ)
        targets = _targets(flags, self.settings)
        self.allowed = allowed.Allowed(allowed.read(flags["allow"]), frozenset(one.base for one in targets.values()))
        self.concurrency = _number("--concurrency", flags["concurrency"], 1, 256)
        self.understand = _understanding(self.settings, environ)
        self.subjects = tuple(self.understand(one, self.settings.models, True) for one in targets.values())

    def roster(self, say: Callable[[str], None]) -> Roster:
        """All targets, inside a running loop; `say` is told of every change."""
        from dgcheck.serve.roster import Roster
        from dgcheck.wire.audio import bundled

        def news(subject: Subject, now: Standing, before: Standing | None) -> None:
            if before is None or before.result.reason != now.result.reason:
                say(f"dgcheck: {subject.name}: {changed(now)}")

        return Roster(
            self.subjects,
            understand=self.understand,
            allowed=self.allowed,
            audio=_recording(self.settings) or bundled(),
            interval=self.settings.interval,
            concurrency=self.concurrency,
            news=news,
        )


def _settings(flags: Mapping[str, Any], environ: Mapping[str, str]) -> Settings:
    """The settings of every run, with the defaults of this command."""
    from dgcheck.cli import files
    from dgcheck.cli.limits import limited
    from dgcheck.model.record import replace
    from dgcheck.settings.load import load, stray

    settings = load(flags, environ, files.read_text)
    files.not_hiding(settings, "serve", "its metrics and pages name each target")

    def given(field: str) -> bool:
        return settings.origins.get(field, "default") != "default"

    settings = replace(settings, wait=0.0, deadline=0.0, active_deadline=0, outputs=(), sdk="", sdk_options=())
    if settings.wait_for:
        settings = limited(settings, environ)
    elif not (settings.only or given("profile")):
        settings = replace(settings, profile="quick")
    if settings.ignore:
        from dgcheck.cli.run import check_ignored

        check_ignored(settings.ignore)
    files.look_at(settings)
    files.check_certificates(settings)
    if not settings.quiet:
        for name, meant in stray(environ):
            output.note(f"dgcheck: {name} is no setting and was not read; did you mean {meant}?")
    if not given("interval"):
        settings = replace(settings, interval=SPEECH_INTERVAL if speaks(settings) else INTERVAL)
    return settings


def speaks(settings: Settings) -> bool:
    """Whether a run with these settings lets something be transcribed."""
    from dgcheck.engine import plan

    return any(check in SPEECH for check, _ in plan(settings))


def _targets(flags: Mapping[str, Any], settings: Settings) -> dict[str, Target]:
    """The exporter's own targets, each with the text that named it. Raises UsageError for one that cannot be used."""
    from dgcheck.serve.subject import MOST, called
    from dgcheck.settings.configured import fault, secrets
    from dgcheck.wire import url
    from dgcheck.wire.redact import Redactor

    given = [*flags["targets"], *flags["more_targets"]] or ([settings.target_given] if settings.target_given else [])
    if not given and not flags["allow"]:
        raise UsageError(
            "no deployment was named: dgcheck serve --target http://HOST:8080 (or --allow HOST, for /probe alone)"
        )
    if len(given) > MOST:
        raise UsageError(f"--target: {len(given)} targets are more than {MOST}; let several exporters share them")
    found: dict[str, Target] = {}
    for text in given:
        try:
            target = url.parse(text)
        except url.BadUrl as problem:
            shown = fault(text, problem, Redactor(secrets(settings, {})))
            raise UsageError(f"--target: this URL cannot be used: {problem.problem}: {shown!r}") from None
        found.setdefault(called(target), target)
    return found


def _serve(prepared: Prepared, interrupts: Interrupts) -> int:
    import asyncio

    from dgcheck.cli.interrupts import no_tracebacks
    from dgcheck.serve import place, running

    sockets = place.bind(prepared.place)
    no_tracebacks()
    say = _silent if prepared.settings.quiet else output.note
    loop = asyncio.new_event_loop()
    try:
        with interrupts.waking(loop):
            over = asyncio.Event()

            def end(_: int) -> None:
                loop.call_soon_threadsafe(over.set)

            interrupts.listen(end)
            made = loop.run_until_complete(
                running.until_told(
                    sockets,
                    lambda: prepared.roster(say),
                    over,
                    lambda: _introduce(place.urls(sockets), prepared, say),
                )
            )
    finally:
        for sock in sockets:
            sock.close()
        loop.close()
    say(f"dgcheck: ended by {'SIGINT' if interrupts.signum == 2 else 'SIGTERM'}, after {made.runs} runs")
    return Exit.OK


def _silent(_: str) -> None:
    """Say nothing."""


def changed(now: Standing) -> str:
    """What a person reads of a target whose verdict or cause has changed."""
    result = now.result
    if not result.code:
        return f"{result.verdict.value}: {result.says}"
    return f"{result.verdict.value}: {result.says.rstrip('.')} ({result.code})"


def _recording(settings: Settings) -> Any:
    if not settings.audio_file:
        return None
    from dgcheck.cli import files

    return files.recording(settings)


def _understanding(
    settings: Settings, environ: Mapping[str, str]
) -> Callable[[Target, tuple[str, ...], bool], Subject]:
    """How a target becomes something that can be asked."""
    from dgcheck.cli import surroundings
    from dgcheck.model.record import replace
    from dgcheck.serve.subject import Subject, called
    from dgcheck.settings import configured, proxies, sides
    from dgcheck.wire.redact import Redactor

    def leaks(text: str, secrets: tuple[str, ...]) -> bool:
        try:
            output.scan(text, secrets)
        except output.Blocked:
            return True
        return False

    def understand(target: Target, models: tuple[str, ...], named: bool) -> Subject:
        own = replace(settings, target_given=target.given)
        if models and models != settings.models:
            own = replace(own, models=models, modes={})
        if not named:
            own = replace(own, api_key=None, key_origin="", key_form=(), headers=(), cert="", key="")
        own = sides.reached(replace(own, proxy=proxies.choose(own, target, environ)), environ)
        secrets = configured.secrets(own, environ)
        return Subject(
            name=called(target),
            settings=own,
            target=target,
            configured=configured.configured(own, target, None, Redactor(secrets)),
            secrets=secrets,
            surroundings=lambda: surroundings.look(environ, target.host),
            leaks=lambda text: leaks(text, secrets),
        )

    return understand


def _introduce(urls: Sequence[str], prepared: Prepared, say: Callable[[str], None]) -> None:
    from dgcheck.settings.values import duration_text

    say(f"dgcheck: listening on {' and '.join(urls)} (/ /healthz /readyz /metrics /probe)")
    subjects, settings = prepared.subjects, prepared.settings
    if subjects:
        more = len(subjects) - 3
        names = ", ".join(one.name for one in subjects[:3]) + (f" and {more} more" if more > 0 else "")
        what = ", speech too" if speaks(settings) else ""
        say(f"dgcheck: asking {names} every {duration_text(settings.interval)}{what}")
    if prepared.allowed.rules:
        say("dgcheck: /probe may also be asked for what --allow names")


def _number(flag: str, text: str, least: int, most: int) -> int:
    if text.isascii() and text.isdigit() and len(text) < 9 and least <= int(text) <= most:
        return int(text)
    raise UsageError(f"{flag}: {text[:40]!r} is no number from {least} to {most}")
