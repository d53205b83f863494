"""How the SDKs behave: what one dials for a setting, and how its requests look on the wire.

Each SDK is one file of `dgcheck/sdks/`: data, and the small pure functions that join a URL as its runtime does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from dgcheck.model.record import dataclass, field


class Outcome(StrEnum):
    """What becomes of a setting."""

    DIALS = "dials"  # a request goes to the host that was meant, perhaps with another scheme or path
    CLOUD = "cloud"  # it goes to deepgram.com
    REFUSED_BY_SDK = "refused_by_sdk"  # the SDK says no in its own words
    CRASHES = "crashes"  # raised where the caller cannot catch it
    WRONG_HOST = "wrong_host"  # a host made of another part of the value is looked up
    ERROR = "error"  # a layer beneath the SDK cannot use it; no request leaves


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody set. `transport` is `rest` or `ws`; `key` None = not set; `extra` is what else was set."""

    version: str
    transport: str
    option: str
    value: str
    key: str | None = "a"
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Dialled:
    """What the SDK does with a wish. `url` is as on the wire, without a query; `error` the text that the user sees."""

    outcome: Outcome
    url: str | None = None
    error: str | None = None
    traps: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Manner:
    """How one transport of an SDK asks.

    `headers` are (name, value) in the case and order of the wire; values are templates over `{key}`, `{authority}`,
    `{host}` (the authority without its port), `{version}`; what the dialler must make itself (`Sec-WebSocket-Key`,
    `Content-Length`) has the value ''. `query` are the parameters that it sends where its program sets nothing.
    `auth` is `Token`, `token`, `Bearer` or 'subprotocol'. Limits are seconds, None for none. `repeats` are the
    statuses of a redirect after which the same question is put to the new address, with its body and not as a GET,
    and `repeats_to` the schemes that address may have (() = any). `proxies` tells whether the proxy variables are
    obeyed. `trust` names the store (`certifi`, `system`, `node`, `java`, `webpki`), `ca_variable` what adds a CA (''
    = no way).
    """

    headers: tuple[tuple[str, str], ...]
    auth: str
    subprotocols: tuple[str, ...] = ()
    query: tuple[tuple[str, str], ...] = ()
    redirects: str = ""
    repeats: tuple[int, ...] = ()
    repeats_to: tuple[str, ...] = ()
    retries: str = ""
    connect_limit: float | None = None
    answer_limit: float | None = None
    proxies: bool = False
    trust: str = ""
    ca_variable: str = ""
    tls_switch: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """The deployment that code is wanted for, in parts. `prefix` is '' or '/deepgram'; `private_ca` a CA file or ''."""

    tls: bool
    authority: str
    prefix: str = ""
    key: bool = False
    private_ca: str = ""


@dataclass(frozen=True, slots=True)
class Recipe:
    """Code for a place. `code` is '' where the SDK cannot do it, and `notes` say why, or what else must be set."""

    code: str
    language: str
    notes: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Release:
    """Versions that behave alike: `since` the first, `newest` the last one known (both inclusive)."""

    since: str
    newest: str
    options: tuple[str, ...]
    dial: Callable[[Wish], Dialled]
    manners: Mapping[str, Manner]
    recipe: Callable[[Place], tuple[Recipe, ...]]
    traps: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Sdk:
    """One SDK. `name` is what a person types before the `@`; `releases` go from the oldest to the newest."""

    name: str
    title: str
    language: str
    releases: tuple[Release, ...]
    aliases: tuple[str, ...] = ()
