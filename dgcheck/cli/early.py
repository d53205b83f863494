"""Ask for the target's name before the options are even read, where the command line leaves no doubt which it is.

A diagnosis is bounded by round trips; the first one can pass while Python still loads what reads the options. Nothing
is sent to the target before they are found to be right; where they dial otherwise, the answer is not looked at.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False  # typing is not imported: every start pays for it
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dgcheck.model.target import Settings, Target
    from dgcheck.net.lookup import Lookup

_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}
# Options that change whose name is asked for, or whether any is.
_DOUBTFUL = ("--proxy", "--no-proxy", "--resolve", "-4", "-6", "--config", "--only", "--dry-run", "--help")
_OURS = ("proxy", "no_proxy", "resolve", "family", "config", "only")
_VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "deepgram_host", *(f"dgcheck_{name}" for name in _OURS))
_SETTINGS_FILE = "dgcheck.yaml"

_begun: Lookup | None = None


def begin(words: Sequence[str]) -> None:
    """Look up the name in the one URL among the words of a run, if there is one and nothing speaks against it."""
    global _begun
    where = _where(words)
    if where is None or _doubtful(words) or _other_settings(os.environ):
        return
    from dgcheck.net.lookup import Lookup

    _begun = Lookup(*where)
    import dgcheck.net.headstart  # noqa: F401 - what connects is loaded while the resolver is waited for


def taken(target: Target, settings: Settings) -> Lookup | None:
    """What was begun, where it is what these settings ask for; else None, and it is forgotten."""
    global _begun
    lookup, _begun = _begun, None
    plain = not (settings.proxy or settings.resolve or settings.family)
    same = lookup is not None and (lookup.host, lookup.port) == (target.host, target.port)
    return lookup if plain and same else None


def _where(words: Sequence[str]) -> tuple[str, int] | None:
    urls = [word for word in words if word.partition("://")[0].lower() in _PORTS and "://" in word]
    if len(urls) != 1 or words[0] != urls[0]:
        return None
    scheme, _, rest = urls[0].partition("://")
    authority = rest.partition("/")[0].partition("?")[0]
    host, colon, port = authority.partition(":")
    if (
        not host.isascii()
        or not host.replace(".", "").replace("-", "").isalnum()
        or not (port.isdecimal() or not colon)
    ):
        return None
    number = int(port[:6]) if colon else _PORTS[scheme.lower()]
    return (host.lower(), number) if 0 < number < 65536 else None


def _doubtful(words: Sequence[str]) -> bool:
    """Whether an option, or the beginning of one, may change whose name is asked for; most checks need the name."""
    for place, word in enumerate(words):
        flag, _, value = word.partition("=")
        if not flag.startswith("-") or not any(one.startswith(flag) for one in _DOUBTFUL):
            continue
        value = value or (words[place + 1] if place + 1 < len(words) else "")
        if flag != "--only" or value == "config":
            return True
    return False


def _other_settings(environ: Mapping[str, str]) -> bool:
    named = any(name.lower() in _VARIABLES for name in environ)
    return named or os.path.exists(_SETTINGS_FILE)
