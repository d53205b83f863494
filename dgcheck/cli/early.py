"""Ask for the target's name before the options are even read, where the command line leaves no doubt which it is.

A diagnosis is bounded by round trips; the first one can pass while Python still loads what reads the options. Nothing
is sent to the target before they are found to be right; where they dial otherwise, what was begun here is given up.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False  # typing is not imported: every start pays for it
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dgcheck.model.target import Settings, Target
    from dgcheck.net.headstart import HeadStart

CONNECTIONS = 4  # what a standard run asks on
_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}
# Options that change who is dialled, how, how often, or whether at all.
_DOUBTFUL = ("--proxy", "--no-proxy", "--resolve", "-4", "-6", "--config", "--only", "--profile", "--dry-run", "--help")
_OURS = ("proxy", "no_proxy", "resolve", "family", "config", "only", "profile")
_VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "deepgram_host", *(f"dgcheck_{name}" for name in _OURS))
_SETTINGS_FILE = "dgcheck.yaml"

_begun: HeadStart | None = None


def begin(words: Sequence[str]) -> None:
    """Look up the name in the one URL among the words of a run, if there is one and nothing speaks against it."""
    global _begun
    where = _where(words)
    if where is None or _doubtful(words) or _other_settings(os.environ):
        return
    from dgcheck.net.headstart import HeadStart

    secure = words[0].partition("://")[0].lower() in ("https", "wss")
    _begun = HeadStart(*where, connections=CONNECTIONS, hold=True, tls=secure)


def taken(target: Target, settings: Settings, connections: int) -> HeadStart | None:
    """What was begun, where it is what these settings ask for; else it is given up, and None."""
    global _begun
    start, _begun = _begun, None
    if start is None:
        return None
    plain = not (settings.proxy or settings.resolve or settings.family)
    if plain and connections == CONNECTIONS and (start.host, start.port) == (target.host, target.port):
        start.go()
        return start
    start.give_up()
    return None


def drop() -> None:
    """Give up what was begun and not taken."""
    global _begun
    if _begun is not None:
        _begun.give_up()
        _begun = None


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
    """Whether an option, or the beginning of one, may change what is dialled; a standard profile does not."""
    for place, word in enumerate(words):
        flag, _, value = word.partition("=")
        if not flag.startswith("-") or not any(one.startswith(flag) for one in _DOUBTFUL):
            continue
        value = value or (words[place + 1] if place + 1 < len(words) else "")
        if not (flag == "--profile" and value == "standard"):
            return True
    return False


def _other_settings(environ: Mapping[str, str]) -> bool:
    named = any(name.lower() in _VARIABLES for name in environ)
    return named or os.path.exists(_SETTINGS_FILE)
