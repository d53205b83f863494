"""What an SDK makes of a setting, and the right setting for a deployment. Needs no network.

dgcheck sdk list                                         the SDKs, versions and settings known
dgcheck sdk dial SDK[@VERSION] --option NAME --value V   what that SDK dials for that setting
dgcheck sdk config SDK[@VERSION] [TARGET]                code for this deployment, ready to paste
"""

from __future__ import annotations

import argparse
import os
import sys

from dgcheck.cli import output
from dgcheck.model.errors import UsageError

TYPE_CHECKING = False  # typing is not imported: this command is asked for often
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from dgcheck.model.sdk import Dialled, Place, Release, Sdk

USAGE = "dgcheck sdk list | dial SDK[@VERSION] --option NAME --value VALUE | config SDK[@VERSION] [TARGET]"
EPILOG = """examples:
  dgcheck sdk list
  dgcheck sdk dial python@3 --option url --value h:8080
  dgcheck sdk dial go --transport ws --option Host --value http://h:8080 -o json
  dgcheck sdk config javascript https://dg.example.com/deepgram"""
DOES = ("list", "dial", "config")
FORMATS = ("text", "json")
TRANSPORTS = ("rest", "ws")
USUAL_KEY = "0" * 40  # one that every SDK takes, also Python 2, which wants hexadecimal digits
PLACEHOLDER = "http://HOST:8080"
_TARGETS = ("DGCHECK_TARGET", "DEEPGRAM_HOST", "DGCHECK_CONFIG")


def add_arguments(parser: argparse.ArgumentParser, everything: bool) -> None:
    """What to do, the SDK, and the setting or the target."""
    does = parser.add_argument("does", nargs="?", metavar="list|dial|config", help="what to do")
    does.completer = lambda **_: DOES  # type: ignore[attr-defined]
    sdk = parser.add_argument("sdk", nargs="?", metavar="SDK[@VERSION]", help="as in python@3.11 (default: newest)")
    sdk.completer = _names  # type: ignore[attr-defined]
    parser.add_argument("target", nargs="?", metavar="TARGET", help="config: the deployment's URL")
    dial = parser.add_argument_group("for dial")
    dial.add_argument("--option", metavar="NAME", help="the setting, as `dgcheck sdk list` names it")
    dial.add_argument("--value", metavar="VALUE", help="what it is set to; may be empty")
    dial.add_argument("--transport", metavar="rest|ws", help="only one of the two (default: both)")
    dial.add_argument("--key", metavar="KEY", help="the API key; may be empty or blank (default: some key)")
    dial.add_argument("--no-key", action="store_true", help="no API key is set")
    dial.add_argument("--extra", metavar="NAME=VALUE", action="append", help="what else is set, as client=async")
    config = parser.add_argument_group("for config")
    config.add_argument("--ca-file", metavar="FILE", help="the private CA that signed the deployment's certificate")
    out = parser.add_argument_group("output")
    out.add_argument("-o", "--output", metavar="FORMAT", help="text or json (default: text)", default="text")
    out.add_argument("--color", metavar="WHEN", help="auto, always or never", default="auto")


def _names(**_: object) -> list[str]:
    from dgcheck.sdks import names

    return list(names())


def run(args: argparse.Namespace) -> int:
    """Print what was asked for. Raises UsageError for what is not known."""
    form = _one_of("-o", args.output, FORMATS)
    when = _one_of("--color", args.color, ("auto", "always", "never"))
    if not args.does:
        raise UsageError(f"what about the SDKs? {USAGE}")
    does = _one_of("sdk", args.does, DOES)
    if does == "list":
        if args.sdk:
            raise UsageError(f"sdk list takes no argument: {args.sdk[:60]!r}")
        answer, text = _list()
    elif not args.sdk:
        raise UsageError(f"which SDK? dgcheck sdk {does} SDK[@VERSION] ... ({', '.join(_names())})")
    elif does == "dial":
        answer, text = _dial(args, when)
    else:
        answer, text = _config(args, when)
    if form == "json":
        import json

        from dgcheck.report.harmless import escape_json

        text = escape_json(json.dumps(answer, indent=2, ensure_ascii=output.is_ascii(sys.stdout)))
    elif output.is_ascii(sys.stdout):
        from dgcheck.report.harmless import in_ascii

        text = in_ascii(text)
    output.say(text)
    return 0


def _one_of(option: str, word: str, choices: tuple[str, ...]) -> str:
    if word in choices:
        return word
    from dgcheck.settings.nearest import did_you_mean

    raise UsageError(f"{option}: {word[:60]!r} is none of {', '.join(choices)}{did_you_mean(word, choices)}")


def _list() -> tuple[Any, str]:
    from dgcheck.sdks import sdks

    rows = [
        {
            "sdk": sdk.name,
            "title": sdk.title,
            "aliases": list(sdk.aliases),
            "releases": [
                {"since": one.since, "newest": one.newest, "options": list(one.options), "source": one.source}
                for one in sdk.releases
            ],
        }
        for sdk in sdks()
    ]
    return rows, "\n".join(_listed(sdk) for sdk in sdks())


def _listed(sdk: Sdk) -> str:
    lines = [f"{sdk.name}  {sdk.title}"]
    groups: list[tuple[str, str, tuple[str, ...]]] = []
    for one in sdk.releases:
        if groups and groups[-1][2] == one.options:
            groups[-1] = (groups[-1][0], one.newest, one.options)
        else:
            groups.append((one.since, one.newest, one.options))
    for since, newest, options in groups:
        versions = newest if since == newest else f"{since} to {newest}"
        lines.append(f"  {versions:<18}  {', '.join(options)}")
    if sdk.aliases:
        lines.append(f"  also called {', '.join(sdk.aliases)}")
    return "\n".join(lines) + "\n"


def _dial(args: argparse.Namespace, when: str) -> tuple[Any, str]:
    from dgcheck.sdks import check_option, find

    if args.target:
        raise UsageError(f"one argument too many: {args.target[:60]!r}; the value is given with --value")
    sdk, release, version = find(args.sdk)
    known = ", ".join(release.options)
    if args.option is None or args.value is None:
        lacking = "--option NAME" if args.option is None else "--value VALUE"
        raise UsageError(f"sdk dial wants {lacking}; the settings of {sdk.name} {version} are {known}")
    if args.key is not None and args.no_key:
        raise UsageError("either --key or --no-key")
    transports = TRANSPORTS if args.transport is None else (_one_of("--transport", args.transport, TRANSPORTS),)
    option = check_option(sdk, release, version, args.option)
    mask = _masker(args.value, args.key or "")
    found = {one: _masked(_wished(args, release, version, option, one), mask) for one in transports}
    shown = mask(args.value)
    plain = {one: _plain(sdk, version, one, option, shown, dialled) for one, dialled in found.items()}
    from dgcheck.cli import sdk_text

    terminal = output.is_terminal(sys.stdout)
    ink_colour = output.colour(when, os.environ, terminal)
    text = sdk_text.dialled(
        sdk, release, version, option, shown, found, width=output.width(terminal), colour=ink_colour
    )
    return plain[transports[0]] if args.transport is not None else plain, text


def _wished(args: argparse.Namespace, release: Release, version: str, option: str, transport: str) -> Dialled:
    from dgcheck.model.sdk import Wish

    key = None if args.no_key else USUAL_KEY if args.key is None else args.key
    return release.dial(Wish(version, transport, option, args.value, key, _extras(args.extra or ())))


def _masker(value: str, key: str) -> Callable[[str], str]:
    """What takes passwords and keys that stand in a value out of a text."""
    if not any(mark in value for mark in "@?") and not (key and key in value):
        return str
    from dgcheck.sdks.urls.reached import meant
    from dgcheck.wire.redact import SECRET_PARAMETERS, Redactor

    parts = meant(value)
    userinfo = parts.userinfo
    pairs = [pair.partition("=") for pair in parts.query.split("&")]
    hidden = [text for name, _, text in pairs if name.lower() in SECRET_PARAMETERS]
    redactor = Redactor((key, userinfo.partition(":")[2], *hidden))

    def mask(text: str) -> str:
        for at in ("@", "%40") if userinfo else ():  # Go escapes it, and quotes what it cannot read
            text = text.replace(f"{userinfo}{at}", f"<redacted>{at}")
        return redactor.text(text)

    return mask


def _masked(found: Dialled, mask: Callable[[str], str]) -> Dialled:
    from dgcheck.model.record import replace

    url, error = found.url and mask(found.url), found.error and mask(found.error)
    return replace(found, url=url, error=error, traps=tuple(map(mask, found.traps)))


def _extras(words: list[str] | tuple[()]) -> dict[str, str]:
    found = {}
    for word in words:
        name, mark, value = word.partition("=")
        if not mark or not name.strip():
            raise UsageError(f"--extra wants NAME=VALUE, as client=async, not {name[:60]!r}")
        found[name.strip()] = value
    return found


def _plain(sdk: Sdk, version: str, transport: str, option: str, value: str, found: Dialled) -> dict[str, Any]:
    return {
        "sdk": sdk.name,
        "version": version,
        "transport": transport,
        "option": option,
        "value": value,
        "outcome": found.outcome.value,
        "url": found.url,
        "error": found.error,
        "traps": list(found.traps),
        "source": found.source,
    }


def _config(args: argparse.Namespace, when: str) -> tuple[Any, str]:
    from dgcheck.sdks import find

    for name in ("option", "value", "transport", "extra"):
        if getattr(args, name) is not None:
            raise UsageError(f"--{name} belongs to sdk dial; sdk config takes SDK[@VERSION] [TARGET]")
    sdk, release, version = find(args.sdk)
    target, place = _place(args)
    recipes = release.recipe(place)
    answer = {
        "sdk": sdk.name,
        "version": version,
        "target": target,
        "possible": bool(recipes) and all(one.code for one in recipes),
        "recipes": [
            {
                "code": one.code or None,
                "language": one.language,
                "notes": list(one.notes),
                "environment": dict(one.environment),
            }
            for one in recipes
        ],
        "trust": {
            transport: {"store": one.trust, "variable": one.ca_variable or None, "switch": one.tls_switch or None}
            for transport, one in release.manners.items()
            if transport in TRANSPORTS
        },
    }
    from dgcheck.cli import sdk_text

    terminal = output.is_terminal(sys.stdout)
    colour = output.colour(when, os.environ, terminal)
    heading = f"{sdk.title} {version}, for {target}"
    return answer, sdk_text.config(heading, release, recipes, width=output.width(terminal), colour=colour)


def _place(args: argparse.Namespace) -> tuple[str, Place]:
    """The deployment's URL as shown, and its parts. Raises UsageError for a target that cannot be used."""
    from dgcheck.model.sdk import Place

    given, ca_file = args.target, args.ca_file or os.environ.get("DGCHECK_CA_FILE", "")
    key = bool(args.key) or any(os.environ.get(f"DGCHECK_{name}") for name in ("API_KEY", "API_KEY_FILE"))
    if not given:
        from dgcheck.settings.options import DEFAULT_FILE

        # Only then: reading all settings costs more than all the rest.
        if any(os.environ.get(name) for name in _TARGETS) or os.path.isfile(DEFAULT_FILE):
            from dgcheck.cli import files
            from dgcheck.settings.load import load

            settings = load({"ca_file": args.ca_file}, os.environ, files.read_text)
            given, ca_file = settings.target_given, settings.ca_file
            key = key or bool(settings.api_key and settings.api_key.ours)
    if not given:
        return PLACEHOLDER, Place(False, PLACEHOLDER.partition("://")[2], key=key)
    from dgcheck.wire import url

    try:
        target = url.parse(given)
    except url.BadUrl as problem:
        raise UsageError(f"TARGET: {problem}") from None
    if target.scheme_given and target.scheme_given not in url.SCHEMES:
        raise UsageError(f"TARGET: {target.scheme_given}:// is no scheme of a deployment: http, https, ws or wss")
    place = Place(target.tls, target.authority, target.prefix, key, ca_file if target.tls else "")
    return target.base, place
