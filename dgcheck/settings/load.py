"""Merges the layers into one `Settings`: flag, `DGCHECK_*`, the SDKs' own variables, settings file, default.

Pure given its arguments: flags as parsed, the environment, and a function that reads a text file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dgcheck.model.errors import UsageError
from dgcheck.model.record import MISSING, fields
from dgcheck.model.target import Secret, Settings
from dgcheck.settings import keys
from dgcheck.settings.file import read_file
from dgcheck.settings.options import CONFIG, DEFAULT_FILE, DRY_RUN, OPTIONS, Option
from dgcheck.settings.values import BadValue, read, split

SDK_TARGET = "DEEPGRAM_HOST"
MOST_MISTAKES = 12

ReadText = Callable[[str], str]
Raw = str | list[str]
Layer = tuple[str, Mapping[str, Raw]]  # its origin, and its settings by key


def load(
    flags: Mapping[str, Any], environ: Mapping[str, str], read_text: ReadText, nearer: Sequence[Layer] = ()
) -> Settings:
    """Every setting of a run, with its origin.

    `flags` maps keys of the options (and `config`, `dry_run`) to text, lists of text or True; None and absent
    alike mean not given. `read_text` raises OSError for what cannot be read (FileNotFoundError for what is not
    there). `nearer` are layers that come before the settings file, the nearest first, each with its origin. Raises
    UsageError that names the place of the mistake.
    """
    path, in_file = _file(flags, environ, read_text)
    in_files = (*nearer, (f"file {path}", in_file))
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    ranks: dict[str, float] = {}
    for option in (*OPTIONS, DRY_RUN):
        raw, origin, rank = _layered(option, flags, environ, in_files)
        ranks[option.field] = rank
        origins[option.field] = origin
        if raw is not None:
            values[option.field] = _value(option, raw, origin)
    _settle_proxy(values, origins, ranks)
    modes = _modes(values.get("models", ()))
    if "models" in values:
        values["models"] = tuple(dict.fromkeys(name for name, _ in values["models"]))
    if "headers" in values:
        values["headers"] = tuple((name, Secret(value)) for name, value in values["headers"])
    key = _key(values.get("api_key_file", ""), origins, ranks, environ, read_text)
    if key:
        values |= {"api_key": key.usable, "key_origin": key.origin, "key_form": key.form}
        origins["api_key"] = key.origin
    settings = Settings(**values, modes=modes, config=path, origins=origins)
    _check(settings)
    return settings


def _modes(named: Sequence[tuple[str, str]]) -> dict[str, str]:
    """In which way each model has to serve, where that is said; in both where it is named once for each."""
    ways: dict[str, set[str]] = {}
    for name, mode in named:
        if mode:
            ways.setdefault(name, set()).add(mode)
    return {name: found.pop() if len(found) == 1 else "both" for name, found in ways.items()}


def _file(flags: Mapping[str, Any], environ: Mapping[str, str], read_text: ReadText) -> tuple[str, dict[str, Raw]]:
    given = flags.get("config") or environ.get(CONFIG.env, "")
    if given == "none":
        return "", {}
    path = given or DEFAULT_FILE
    try:
        text = read_text(path)
    except FileNotFoundError:
        if not given:
            return "", {}
        raise UsageError(f"{_said(flags)} {path}: there is no such file") from None
    except OSError as error:
        raise UsageError(f"{_said(flags)} {path} cannot be read: {error.strerror or error}") from None
    except UsageError as error:
        raise UsageError(f"{_said(flags)}: {error}") from None
    found, mistakes = read_file(text)
    if mistakes:
        more = f"\n{path}: and {len(mistakes) - MOST_MISTAKES} more" if len(mistakes) > MOST_MISTAKES else ""
        raise UsageError("\n".join(f"{path}, {mistake}" for mistake in mistakes[:MOST_MISTAKES]) + more)
    return path, found


def _said(flags: Mapping[str, Any]) -> str:
    return "--config" if flags.get("config") else "settings file"


def _layered(
    option: Option, flags: Mapping[str, Any], environ: Mapping[str, str], in_files: Sequence[Layer]
) -> tuple[Raw | None, str, float]:
    """The text of a setting, its origin and the rank of its layer (the higher wins; 0 = default)."""
    given = flags.get(option.key)
    if given is not None and given is not False:
        return ("true" if given is True else given), "flag", 4
    if environ.get(option.env, "").strip():
        return split(option, environ[option.env]), option.env, 3
    if option.key == "target" and environ.get(SDK_TARGET, "").strip():
        return environ[SDK_TARGET], SDK_TARGET, 2
    for place, (origin, values) in enumerate(in_files):
        if option.key in values:
            return values[option.key], origin, 2 - (place + 1) / len(in_files)
    return None, "default", 0


def _value(option: Option, raw: Raw, origin: str) -> Any:
    try:
        return read(option, raw)
    except BadValue as problem:
        place = option.flags[-1] if option.flags else "TARGET"
        raise UsageError(f"{place if origin == 'flag' else origin}: {problem}") from None


def _settle_proxy(values: dict[str, Any], origins: dict[str, str], ranks: Mapping[str, float]) -> None:
    """A proxy and `no_proxy` contradict each other: the higher layer wins."""
    if not (values.get("proxy_url") and values.get("no_proxy")):
        return
    if ranks["proxy_url"] == ranks["no_proxy"]:
        raise UsageError(
            f"proxy and no_proxy contradict each other (both from {origins['proxy_url']}); give one of them"
        )
    loser = min(("proxy_url", "no_proxy"), key=lambda field: ranks[field])
    del values[loser]
    origins[loser] = "default"


def _key(
    path: str, origins: Mapping[str, str], ranks: Mapping[str, float], environ: Mapping[str, str], read_text: ReadText
) -> keys.FoundKey | None:
    """The key in force. One that was given to dgcheck itself comes before those of the SDKs' variables."""
    if path and ranks["api_key_file"] == 4:
        return _key_in(path, "--api-key-file", read_text)
    ours = keys.from_environment(environ, (keys.OURS,), ours=True)
    if ours and ours.form != ("blank",):
        return ours
    if path:
        return _key_in(path, f"api_key_file of {origins['api_key_file']}", read_text)
    theirs = keys.from_environment(environ, keys.SDK_VARIABLES, ours=False)
    return theirs if theirs and (not ours or theirs.form != ("blank",)) else ours


def _key_in(path: str, origin: str, read_text: ReadText) -> keys.FoundKey:
    try:
        text = read_text(path)
    except OSError as error:
        raise UsageError(f"{origin}: {_shown(path)} cannot be read: {error.strerror or error}") from None
    except UsageError as error:
        raise UsageError(f"{origin}: {error}") from None
    if "\0" in text:
        raise UsageError(f"{origin}: {_shown(path)} is a binary file, no API key")
    if "-----BEGIN " in text[:1024]:
        raise UsageError(f"{origin}: {_shown(path)} holds a PEM block, no API key (a client certificate's key: --key)")
    if len(text) > 8192:
        raise UsageError(f"{origin}: {_shown(path)} has {len(text)} characters; that is no API key")
    return keys.FoundKey(Secret(keys.from_file(text)), origin, True)


def _shown(path: str) -> str:
    """A file's name for a message. What looks like no path may be the key itself, typed in the wrong place."""
    if path == "-":
        return "standard input"
    return repr(path) if "/" in path or "\\" in path or "." in path or len(path) < 16 else "the file that was named"


def _check(settings: Settings) -> None:
    """What the settings contradict each other in."""
    both = set(settings.only) & set(settings.skip)
    if both:
        raise UsageError(f"--only and --skip both name {', '.join(sorted(both))}")
    if settings.only and settings.modes:
        _check_ways(settings)
    if settings.sdk_options and not settings.sdk:
        raise UsageError("--set is a setting of an SDK; say of which one with --sdk SDK[@VERSION]")
    if settings.key and not settings.cert:
        raise UsageError(
            "--key is the private key of a client certificate and needs --cert; "
            "an API key goes to DGCHECK_API_KEY or --api-key-file"
        )
    if settings.expect and not settings.audio_file and not settings.audio_url:
        raise UsageError("--expect describes a recording of yours; name it with --audio FILE or --audio-url URL")
    if not settings.audio_file:
        for field, flag in (("encoding", "--encoding"), ("sample_rate", "--sample-rate")):
            if getattr(settings, field):
                raise UsageError(f"{flag} describes a recording of yours; name it with --audio FILE")
    stdout = [name for name, file in settings.outputs if not file]
    if len(stdout) > 1:
        raise UsageError(
            f"{' and '.join(stdout)} would both go to standard output; give all but one a file: -o {stdout[0]}=FILE"
        )
    files = [file for _, file in settings.outputs if file]
    twice = next((file for file in files if files.count(file) > 1), None)
    if twice:
        raise UsageError(f"two results would be written to {twice}; give each its own file")


# What /v1/listen is asked for in the other way alone.
_OF_THE_OTHER = {
    "rest": frozenset(("ws.upgrade", "ws.stream", "ws.hold")),
    "streaming": frozenset(("rest", "rest.size")),
}


def _check_ways(settings: Settings) -> None:
    """--only that names nothing but checks of a way in which no model has to serve."""
    from dgcheck.wire import endpoint

    way = endpoint.one_way(settings)
    if way and set(settings.only) <= _OF_THE_OTHER[way]:
        named, models = " and ".join(settings.only), endpoint.speech(settings)
        wants = f"{' and '.join(models[:2])} {'have' if len(models) > 1 else 'has'} to serve {_WAYS[way]} alone"
        raise UsageError(f"--only {named} leaves nothing to ask: {wants} (--model {models[0]}={way})")


_WAYS = {"rest": "REST", "streaming": "streams"}


def default_of(field: str) -> Any:
    """The default of a field of `Settings`."""
    found = next(item for item in fields(Settings) if item.name == field)
    return (
        found.default
        if found.default is not MISSING
        else found.default_factory()
        if callable(found.default_factory)
        else None
    )


def stray(environ: Mapping[str, str]) -> list[tuple[str, str]]:
    """`DGCHECK_*` variables that are no setting but look like a mistyped one: (variable, the one meant).

    What Kubernetes adds for a Service named dgcheck (`DGCHECK_PORT`, `DGCHECK_SERVICE_HOST`...) is passed over.
    """
    from dgcheck.settings.nearest import nearest
    from dgcheck.settings.options import BY_ENV

    known = {name.removeprefix("DGCHECK_"): name for name in (*BY_ENV, keys.OURS)}
    found = []
    for name in environ:
        rest = name.removeprefix("DGCHECK_")
        if rest == name or rest in known or rest.startswith(("PORT", "SERVICE_")):
            continue
        near = nearest(rest, known, at_least=0.75)
        if near:
            found.append((name, known[near]))
    return found
