"""From the file of a fleet to what can be asked: settings, target and secrets of each member, with what they share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from time import monotonic
from typing import Any

from dgcheck.cli import files, output, surroundings
from dgcheck.cli.limits import limited
from dgcheck.fleet.file import Entry, Fleet
from dgcheck.fleet.member import Member
from dgcheck.model.errors import UsageError
from dgcheck.model.evidence import Surroundings
from dgcheck.model.record import dataclass, replace
from dgcheck.model.target import Audio, Settings, Target
from dgcheck.settings import configured, proxies, sides
from dgcheck.settings.load import Layer, Raw, load, stray
from dgcheck.wire import url
from dgcheck.wire.redact import Redactor

FOREVER = 1e9  # seconds
MOST_KNOWN = 32  # settings that are kept for the next targets that are set the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """What all members share: `settings` are those of a target without its own. `until` is the moment (monotonic
    seconds) at which all has to be over, None without one. `hosts` is the text of this machine's hosts file.
    """

    settings: Settings
    until: float | None
    surroundings: Surroundings
    hosts: str
    environ: Mapping[str, str]
    load: Callable[[Entry], Settings]


def common(flags: Mapping[str, Any], environ: Mapping[str, str], fleet: Fleet, path: str) -> Common:
    """What all targets of a file share. Raises UsageError that names the place of the mistake."""
    place = "standard input" if path == "-" else path
    below: tuple[Layer, ...] = ((f"defaults of {place}", fleet.defaults),)
    # No single target counts here, wherever one is set; and the settings file may say what a run of one prints.
    environ = {name: value for name, value in environ.items() if name not in ("DGCHECK_TARGET", "DEEPGRAM_HOST")}

    in_order: set[tuple[str, ...]] = set()
    texts: dict[str, str] = {}

    def read_text(name: str) -> str:
        """Each file once, however many targets name it."""
        if name not in texts:
            texts[name] = files.read_text(name)
        return texts[name]

    def loaded(own: Mapping[str, Raw]) -> Settings:
        nearer = ((f"target of {place}", own), *below) if own else below
        loaded = load({**flags, "target": None}, environ, read_text, nearer)
        files.not_hiding(loaded, "fleet", "its result names each target")
        origins = came_from.setdefault(tuple(loaded.origins.items()), loaded.origins)
        return replace(_usable(loaded, in_order), origins=origins)

    # Most targets have the same origins; and those with the same settings of their own often stand side by side.
    came_from: dict[tuple[tuple[str, str], ...], Mapping[str, str]] = {}
    known: dict[str, Settings] = {}

    def of(entry: Entry) -> Settings:
        key = json.dumps(entry.own, sort_keys=True)
        if key not in known:
            if len(known) >= MOST_KNOWN:
                del known[next(iter(known))]
            try:
                known[key] = loaded(entry.own)
            except UsageError as error:
                where = f"{place}, line {entry.line}: " if entry.own else ""
                raise UsageError(f"{where}{error}") from None
        return known[key]

    settings = loaded({})
    whole = limited(replace(settings, only=(), wait_for="", timeout=FOREVER, wait=FOREVER), environ).timeout
    if not settings.quiet:
        for name, meant in stray({name: value for name, value in environ.items() if name != "DGCHECK_SHARD"}):
            output.note(f"dgcheck: {name} is no setting and was not read; did you mean {meant}?")
        if fleet.repeated:
            output.note(f"dgcheck: {place} names {fleet.repeated} targets twice; each is checked once")
    return Common(
        settings=settings,
        until=monotonic() + whole if whole < FOREVER else None,
        surroundings=_here(environ),
        hosts=surroundings.hosts_file(),
        environ=environ,
        load=of,
    )


def _usable(settings: Settings, seen: set[tuple[str, ...]]) -> Settings:
    """The settings of a run that is made once. Raises UsageError for what cannot be used; `seen` is what was found
    to be in order before.
    """
    from dgcheck.cli.run import check_ignored

    settings = replace(settings, target_given="", wait=0.0, outputs=())
    if settings.wait_for:
        settings = limited(replace(settings, deadline=0.0, active_deadline=0), {})
    if settings.ignore and settings.ignore not in seen:
        check_ignored(settings.ignore)
    named = (settings.ca_file, settings.cert, settings.key)
    if named not in seen:
        files.look_at(settings)
        files.check_certificates(settings)
    seen.update((settings.ignore, named))
    if settings.sdk:
        from dgcheck.engine import sdk

        sdk.named(settings)
    return settings


def _here(environ: Mapping[str, str]) -> Surroundings:
    """Where dgcheck stands, with what every run would look up anew."""
    from dgcheck.engine import library
    from dgcheck.net.families import families

    here = surroundings.look(environ, "")
    return replace(here, families=families(), openssl=library.version(), trust_store=library.trust_store())


def members(entries: Iterable[Entry], shared: Common) -> tuple[Member, ...]:
    """Every target ready to be asked. Raises UsageError for settings that cannot be used, with the line."""
    recordings: dict[tuple[str, str, int, str], Audio] = {}
    return tuple(_member(entry, shared, recordings) for entry in entries)


def all_secrets(chosen: Iterable[Member]) -> tuple[str, ...]:
    """The secrets of all of them, longest first."""
    found = {secret for member in chosen for secret in member.secrets}
    return tuple(sorted(found, key=lambda text: (-len(text), text)))


def _member(entry: Entry, shared: Common, recordings: dict[tuple[str, str, int, str], Audio]) -> Member:
    settings = replace(shared.load(entry), target_given=entry.url)
    target: Target | None = None
    problem: url.BadUrl | None = None
    try:
        target = url.parse(entry.url)
    except url.BadUrl as error:
        problem = error
    if target is not None:
        settings = replace(settings, proxy=proxies.choose(settings, target, shared.environ))
        settings = sides.reached(settings, shared.environ)
    secrets = configured.secrets(settings, shared.environ)
    return Member(
        name=entry.name,
        url=entry.shown,
        settings=settings,
        target=target,
        configured=configured.configured(settings, target, problem, Redactor(secrets)),
        surroundings=_around(shared, target),
        audio=_recording(settings, recordings),
        secrets=secrets,
        leaks=lambda text: leaks(text, secrets),
    )


def _around(shared: Common, target: Target | None) -> Surroundings:
    """The surroundings of one target: the lines of the hosts file that name it are its own."""
    hosts = surroundings.hosts_of(target.host, shared.hosts) if target is not None else ()
    return replace(shared.surroundings, hosts=hosts) if hosts else shared.surroundings


def _recording(settings: Settings, recordings: dict[tuple[str, str, int, str], Audio]) -> Audio:
    from dgcheck.cli.files import recording as read
    from dgcheck.wire.audio import bundled

    key = (settings.audio_file, settings.encoding, settings.sample_rate, settings.expect)
    if key not in recordings:
        recordings[key] = read(settings) if settings.audio_file else bundled()
    return recordings[key]


def leaks(text: str, secrets: tuple[str, ...]) -> bool:
    """Whether a text holds one of these secrets."""
    try:
        output.scan(text, secrets)
    except output.Blocked:
        return True
    return False
