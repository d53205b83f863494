"""What is known of the SDK that was named: what it dials for its setting, how it asks, and the code that is right.

The only place where a run meets `dgcheck.sdks`. What is foretold becomes evidence, so that rules and probes need to
know no SDK, and a saved report says the same when it is judged again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dgcheck.model.case import AS_SDK
from dgcheck.model.errors import UsageError
from dgcheck.model.evidence import Ending, Foretold
from dgcheck.model.record import dataclass, replace
from dgcheck.model.report import SdkSettings
from dgcheck.model.sdk import Dialled, Manner, Outcome, Place, Recipe, Release, Sdk, Wish
from dgcheck.model.target import Settings, Target
from dgcheck.net.manner import STAND_IN
from dgcheck.sdks import check_option, find
from dgcheck.wire.dialled import differs, read
from dgcheck.wire.excerpt import excerpt
from dgcheck.wire.redact import Redactor

TRANSPORTS = ("rest", "ws")
# Options for one transport alone say so in their name. Without its own, a part of an environment makes no client.
_FOR_ONE = {"rest": (".base", ".fetch."), "ws": (".production", ".websocket.")}
_PARTS = (".base", ".production")
# What else of a program changes how an SDK reads its setting.
EXTRAS = (
    *("OnPrem", "SelfHosted", "DEEPGRAM_ON_PREM", "RequireSSL", "requireSSL", "given_as", "call", "class", "client"),
    *("key_in", "key_env", "access_token", "access_token_env", "fields", "websockets"),
)
_NO_TLS: tuple[Mapping[str, str], ...] = ({}, {"RequireSSL": "false"}, {"requireSSL": "false"})


@dataclass(frozen=True, slots=True)
class Named:
    """The SDK of a run, and what was said of its settings. `key` is '' where a blank one was set."""

    sdk: Sdk
    release: Release
    version: str
    options: tuple[tuple[str, str], ...]
    extra: Mapping[str, str]
    key: str = STAND_IN


def named(settings: Settings) -> Named | None:
    """The SDK that the settings name, None where they name none. Raises UsageError, naming the nearest."""
    if not settings.sdk:
        return None
    sdk, release, version = find(settings.sdk)
    options: list[tuple[str, str]] = []
    extra: dict[str, str] = {}
    key = STAND_IN
    for name, value in settings.sdk_options:
        if name in EXTRAS:
            extra[name] = value
        elif name.lower() in ("key", "apikey", "api_key"):
            if value.strip():
                raise UsageError(f"a key is never given on the command line; `--set {name}=` says that it is blank")
            key = value
        else:
            options.append((check_option(sdk, release, version, name), value))
    return Named(sdk, release, version, tuple(options), extra, key)


def manners(one: Named, told: Sequence[Foretold]) -> Mapping[str, Manner]:
    """How the SDK asks, by transport; the version stands in its headers.

    A manner of its own for what goes without TLS is named `ws-plain`, one for a value that has a scheme `ws-scheme`.
    """
    known, found = one.release.manners, dict[str, Manner]()
    for seen in told:
        dialled = read(seen.url) or read(seen.meant)
        plain = known.get(f"{seen.transport}-plain") if dialled is not None and not dialled.secure else None
        schemed = known.get(f"{seen.transport}-scheme") if seen.option and "://" in seen.value else None
        manner = plain or schemed or known.get(seen.transport)
        if manner is not None:
            found[seen.transport] = _complete(manner, one.version)
    return found


def _complete(manner: Manner, version: str) -> Manner:
    """The manner with its version, and with the header that carries the key where it is not written out."""
    pairs = tuple((name, value.replace("{version}", version)) for name, value in manner.headers)
    carried = any("{key}" in text for text in (*(value for _, value in pairs), *manner.subprotocols))
    if not carried and manner.auth in ("Token", "token", "Bearer"):
        pairs = (*pairs, ("Authorization", f"{manner.auth} {{key}}"))
    return replace(manner, headers=pairs)


def foretold(one: Named, settings: Settings, target: Target, redactor: Redactor) -> tuple[Foretold, ...]:
    """What the SDK does for REST and for streaming, each as evidence: `s1`, `s2`."""
    found: list[Foretold] = []
    place = place_of(target, settings)
    recipes = one.release.recipe(place)
    for transport in TRANSPORTS:
        manner = one.release.manners.get(transport)
        wish = _wish(one, transport)
        if (manner is None and one.release.manners) or (one.options and wish is None):
            continue
        meant = meant_url(target, transport)
        wish, dialled = (wish, one.release.dial(wish)) if wish else _recommended(one, transport, target, meant, recipes)
        found.append(
            Foretold(
                id=f"s{len(found) + 1}",
                check=AS_SDK,
                ending=Ending.ANSWERED,
                sdk=one.sdk.name,
                title=one.sdk.title,
                version=one.version,
                transport=transport,
                option=wish.option if one.options else "",
                value=redactor.url(redactor.text(wish.value)),
                outcome=dialled.outcome.value,
                url=redactor.url(dialled.url or ""),
                meant=redactor.url(meant),
                error=redactor.text(dialled.error or "")[:600],
                traps=tuple(map(redactor.text, dialled.traps)),
                right=code_of(recipes, target.authority),
                notes=_notes(recipes),
                trust=manner.trust if manner else "",
                ca_variable=manner.ca_variable if manner else "",
                source=dialled.source,
                repeats=manner.repeats if manner else (),
                repeats_to=manner.repeats_to if manner else (),
            )
        )
    return tuple(found)


def plan(settings: Settings, target: Target, redactor: Redactor) -> tuple[str, ...]:
    """What a run would ask as the SDK asks, one line for each transport; also where it would ask nothing, and why."""
    one = named(settings)
    if one is None:
        return ()
    lines = []
    every = foretold(one, settings, target, redactor)
    known = manners(one, every)
    for told in every:
        how = "upgrade" if told.transport == "ws" else "POST"
        if told.transport not in known:
            continue
        headers = ", ".join(name for name, _ in known[told.transport].headers)
        own = ", ".join(f"{name}={value}" for name, value in known[told.transport].query)
        headers += f"; by itself it adds {own}" if own else ""
        apart = differs(told.url, told.meant)
        if told.outcome != Outcome.DIALS or apart == "host":
            why = told.error or (f"it would dial {told.url}" if told.url else "it would dial another host")
            lines.append(f"by its setting no {told.transport} request comes here ({why}); the right one would be")
            lines.append(f"{how} {told.meant}, as {told.title} {told.version} puts it: {headers}")
        else:
            then = f", then {told.meant} should that fail" if apart else ""
            lines.append(f"{how} {told.url}{then}, as {told.title} {told.version} puts it: {headers}")
    return tuple(lines)


COMMON = ("python", "javascript", "go", "dotnet")


def common(settings: Settings, target: Target) -> tuple[SdkSettings, ...]:
    """What the SDKs that most programs use need for this target, the one that was named first."""
    place = place_of(target, settings)
    found = [] if not settings.sdk else [find(settings.sdk)]
    found += [find(name) for name in COMMON if name not in [sdk.name for sdk, _, _ in found]]
    return tuple(settings_of(sdk, release, version, place) for sdk, release, version in found)


def settings_of(sdk: Sdk, release: Release, version: str, place: Place) -> SdkSettings:
    """What one SDK needs for a place."""
    recipes = release.recipe(place)
    manner = next(iter(release.manners.values()), None)
    return SdkSettings(
        sdk=sdk.name,
        title=sdk.title,
        version=version,
        language=next((one.language for one in recipes), sdk.language),
        code=code_of(recipes, place.authority),
        notes=tuple(dict.fromkeys(note for one in recipes for note in one.notes)),
        environment=tuple(dict.fromkeys(pair for one in recipes for pair in one.environment)),
        trust=manner.trust if manner else "",
        ca_variable=manner.ca_variable if manner else "",
    )


def place_of(target: Target, settings: Settings) -> Place:
    """The deployment as the recipes want it."""
    return Place(target.tls, target.authority, target.prefix, bool(settings.api_key), settings.ca_file)


def meant_url(target: Target, transport: str) -> str:
    """The URL of a transcription by that transport, as the target means it."""
    scheme = {"rest": "http", "ws": "ws"}[transport] + ("s" if target.tls else "")
    return f"{scheme}://{target.authority}{target.prefix}/v1/listen"


def code_of(recipes: tuple[Recipe, ...], authority: str) -> str:
    """The lines of the recipes that name the deployment, '' where the SDK cannot do it."""
    return "\n".join(dict.fromkeys(excerpt(one.code, authority) for one in recipes if one.code))


def _notes(recipes: tuple[Recipe, ...]) -> tuple[str, ...]:
    variables = [f"set {name}={value}" for one in recipes for name, value in one.environment]
    return tuple(dict.fromkeys((*variables, *(note for one in recipes for note in one.notes))))


def _wish(one: Named, transport: str) -> Wish | None:
    """The setting that counts for a transport, the others as what else is set; None where none does."""
    other = _FOR_ONE["ws" if transport == "rest" else "rest"]
    mine = [pair for pair in one.options if not any(part in pair[0] for part in other)]
    mine = mine or [pair for pair in one.options if not pair[0].endswith(_PARTS)]
    if not mine:
        return None
    # A variable comes before the value in the code, where an SDK reads it at all.
    option, value = next((pair for pair in mine if pair[0].isupper()), mine[0])
    extra = {**one.extra, **{name: text for name, text in mine if name != option}}
    return Wish(one.version, transport, option, value, one.key, extra)


def _recommended(
    one: Named, transport: str, target: Target, meant: str, recipes: tuple[Recipe, ...]
) -> tuple[Wish, Dialled]:
    """The setting by which this SDK reaches the target, and what it dials; its nearest try where there is none."""
    tries = [(wish, one.release.dial(wish)) for wish in _tries(one, transport, target)]
    hit = next((pair for pair in tries if _reaches(pair[1], meant)), None)
    if hit is not None:
        return hit
    other = "ws" if transport == "rest" else "rest"
    there = meant_url(target, other)
    elsewhere = any(_reaches(one.release.dial(wish), there) for wish in _tries(one, other, target))
    if (code_of(recipes, target.authority) and not elsewhere) or not tries:
        # The recipe has another way than an address alone, as Go's APIVersion is.
        return Wish(one.version, transport, "", target.base), Dialled(Outcome.DIALS, meant)
    return next(((wish, dialled) for wish, dialled in tries if dialled.url), tries[0])


def _reaches(dialled: Dialled, meant: str) -> bool:
    return bool(dialled.url) and read(dialled.url or "") == read(meant)


def _tries(one: Named, transport: str, target: Target) -> Iterator[Wish]:
    """Ways to write the target's address as this SDK's settings, the plainest first."""
    other = _FOR_ONE["ws" if transport == "rest" else "rest"]
    secure = "s" if target.tls else ""
    place = target.authority + target.prefix
    bases = (f"http{secure}://{place}", f"ws{secure}://{place}", place)
    for option in one.release.options:
        if option.isupper() or any(part in option for part in other):
            continue
        for base in bases:
            for end in ("", "/", "/v1", "/v1/listen"):
                for extra in _NO_TLS:
                    yield Wish(one.version, transport, option, base + end, one.key, {**one.extra, **extra})
