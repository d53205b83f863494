"""The SDKs: one per file or folder, each with a `SDK` constant, found by scanning this folder, loaded when named.

`dgcheck/sdks/urls/` holds what joins and reads URLs as each runtime does; everything else right here is an SDK.
"""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module

from dgcheck.model.errors import InternalError, UsageError

TYPE_CHECKING = False  # typing is not imported: `sdk` pays for it
if TYPE_CHECKING:
    from collections.abc import Iterable

    from dgcheck.model.sdk import Release, Sdk

_NO_SDK = frozenset({"__init__", "__pycache__", "urls"})
# Short names that are found without loading every SDK; the rest stands in `Sdk.aliases`.
_SHORT = {
    "py": "python",
    "js": "javascript",
    "node": "javascript",
    "ts": "javascript",
    "typescript": "javascript",
    "golang": "go",
    "csharp": "dotnet",
    "c#": "dotnet",
    ".net": "dotnet",
    "livekit": "livekit-python",
}
_FIRST = ("python", "javascript", "go", "dotnet", "java", "rust")  # the order in which people are told of them


@cache
def names() -> tuple[str, ...]:
    """What may stand before the `@`, without loading any SDK: `livekit_python.py` is `livekit-python`."""
    entries = os.listdir(__path__[0])
    files = {name.removesuffix(".py") for name in entries if name.endswith(".py") or "." not in name}
    found = {name.replace("_", "-") for name in files - _NO_SDK}
    return (*(name for name in _FIRST if name in found), *sorted(found.difference(_FIRST)))


@cache
def sdks() -> tuple[Sdk, ...]:
    """Every SDK. Raises InternalError for a file without `SDK`, and for a name or alias that stands twice."""
    found = tuple(_load(name) for name in names())
    seen: set[str] = set()
    for sdk in found:
        for name in (sdk.name, *sdk.aliases):
            if name in seen:
                raise InternalError(f"the SDK {name} stands twice")
            seen.add(name)
    return found


def find(text: str) -> tuple[Sdk, Release, str]:
    """The SDK, its release and the version that `python`, `python@4` or `py@3.9.0` name.

    No version means the newest known, a part of one (`3`, `3.2`) the newest known that begins so. A whole version that
    was never seen belongs to the release before it. Raises UsageError for an SDK that is not known, for a version
    older than any known, and for one of a line that is not known (`99`).
    """
    name, mark, version = text.strip().removeprefix("@").partition("@")
    sdk = _named(name)
    if not mark:
        return sdk, sdk.releases[-1], sdk.releases[-1].newest
    release, exact = _release(sdk, version.strip())
    return sdk, release, exact


def check_option(sdk: Sdk, release: Release, version: str, option: str) -> str:
    """The option as that release spells it; case, `-` and `_` do not count. Raises UsageError with the nearest."""
    if option in release.options:
        return option
    plain = {_plain(one): one for one in release.options}
    if _plain(option) in plain:
        return plain[_plain(option)]
    elsewhere = [one for one in sdk.releases if option in one.options]
    hint = ""
    if elsewhere:
        hint = f"; {option} is an option of {sdk.name}@{elsewhere[-1].newest}"
    elif near := _nearest(option, release.options):
        hint = f"; did you mean {near}?"
    raise UsageError(f"{sdk.name} {version} has no option {option[:60]!r}{hint} (known: {', '.join(release.options)})")


def known_versions(sdk: Sdk) -> tuple[str, ...]:
    """`2.0.0 to 2.12.0` for each line of versions, oldest first."""
    lines: dict[str, tuple[str, str]] = {}
    for one in sdk.releases:
        line = one.since.partition(".")[0]
        lines[line] = (lines.get(line, (one.since, ""))[0], one.newest)
    return tuple(since if since == newest else f"{since} to {newest}" for since, newest in lines.values())


def _load(name: str) -> Sdk:
    module = import_module(f"{__name__}.{name.replace('-', '_')}")
    sdk: Sdk | None = getattr(module, "SDK", None)
    if sdk is None or sdk.name != name or not sdk.releases:
        raise InternalError(f"dgcheck/sdks/{name.replace('-', '_')}.py has no SDK of that name")
    return sdk


def _named(name: str) -> Sdk:
    plain = _SHORT.get(_plain(name), _plain(name))
    if plain in names():
        return _load(plain)
    for sdk in sdks():
        if plain in map(_plain, sdk.aliases):
            return sdk
    near = _nearest(name, (word for sdk in sdks() for word in (sdk.name, *sdk.aliases)))
    hint = f"; did you mean {near}?" if near else ""
    raise UsageError(f"there is no SDK {name[:60]!r}{hint} (known: {', '.join(names())})")


def _release(sdk: Sdk, version: str) -> tuple[Release, str]:
    known = f"known: {sdk.name} {', '.join(known_versions(sdk))}"
    number = version.removeprefix("v")
    asked = _numbers(number)
    if asked is None:
        raise UsageError(
            f"{version[:40]!r} is no version of {sdk.name}; write {sdk.name}@{sdk.releases[-1].newest} ({known})"
        )
    if len(asked) < 3:
        fits = [one for one in sdk.releases if _holds(one, asked)]
        if not fits:
            raise UsageError(f"{sdk.name} {version} is not known ({known})")
        return fits[-1], _newest_of(fits[-1], asked)
    older = [one for one in sdk.releases if (_numbers(one.since) or ()) <= asked]
    if not older:
        raise UsageError(f"{sdk.name} {version} is older than any that is known ({known})")
    newest = _numbers(older[-1].newest) or ()
    if older[-1] is sdk.releases[-1] and asked[0] > newest[0]:
        raise UsageError(f"{sdk.name} {version} is newer than any that is known ({known})")
    return older[-1], number


def _newest_of(release: Release, asked: tuple[int, ...]) -> str:
    """The newest version of a release that begins as asked, so far as it is known."""
    for known in (release.newest, release.since):
        if (_numbers(known) or ())[: len(asked)] == asked:
            return known
    return ".".join((*map(str, asked), *("0",) * (3 - len(asked))))


def _holds(release: Release, asked: tuple[int, ...]) -> bool:
    """Whether a version that begins so may lie in the release."""
    since, newest = _numbers(release.since) or (), _numbers(release.newest) or ()
    return since[: len(asked)] <= asked <= newest[: len(asked)]


def _numbers(version: str) -> tuple[int, ...] | None:
    """`3.11.0` as numbers, what follows a `-` or `+` left out; None where it is no version."""
    parts = version.partition("-")[0].partition("+")[0].split(".")
    if not 0 < len(parts) < 5 or not all(part.isascii() and part.isdigit() and len(part) < 6 for part in parts):
        return None
    return tuple(map(int, parts))


def _nearest(word: str, words: Iterable[str]) -> str:
    from difflib import get_close_matches

    found = get_close_matches(word[:64].lower(), plain := {one.lower(): one for one in words}, 1, 0.6)
    return plain[found[0]] if found else ""


def _plain(word: str) -> str:
    return word.strip().casefold().replace("_", "-")
