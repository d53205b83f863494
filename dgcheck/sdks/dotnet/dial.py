"""What the .NET SDK dials.

1 to 3 cut any scheme off, and a switch of its own picks TLS. 4 to 7 look for words in the text (`http`, `ws`, `/v1`),
in the constructor only; what is set afterwards is taken as it is. Sources: `CleanCredentials.cs`, `ApiRequest.cs` (1),
`CredentialsUtil.cs`, `UriUtil.cs` (3), `Deepgram{Http,Ws}ClientOptions.cs`, `HttpClientFactory.cs`,
`QueryParameterUtil.cs` and `GetUri` of each client (4 to 7).
"""

from __future__ import annotations

from dgcheck.model.pattern import pattern
from dgcheck.model.record import dataclass
from dgcheck.model.sdk import Dialled, Outcome, Wish
from dgcheck.sdks.dotnet import keys as keyed
from dgcheck.sdks.urls import dotnet as system_uri
from dgcheck.sdks.urls.reached import CannotUse, is_cloud, meant, same_host

TYPE_CHECKING = False  # typing is not imported: `sdk` pays for it
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CLOUD = "api.deepgram.com"
_AGENT = "agent.deepgram.com"
# The patterns are those of the SDK; `re.IGNORECASE` is 2.
_VERSION = pattern(r"\b(/v[0-9]+)\b", 2)
_HTTP = pattern(r"\b(http://|https://|http|https)\b", 2)
_WS = pattern(r"\b(ws://|wss://|ws|wss)\b", 2)
# A scheme whose colon or slash was forgotten is still what the person meant by it.
_MANGLED = pattern(r"^\s*(https?|wss?|)(?::[/\\]*|/+)(?=[^/])", 2)
_ONLY_WS = "Only Uris starting with 'ws://' or 'wss://' are supported. (Parameter 'uri')"
_TOO_FAR = "startIndex cannot be larger than length of string. (Parameter 'startIndex')"


@dataclass(frozen=True, slots=True)
class Rules:
    """What a release does. `paths` are those of its products; `switch`: there is a `RequireSSL` (1 to 3)."""

    keys: keyed.Keys
    paths: Mapping[tuple[str, str], str]
    switch: bool = True
    blank_is_empty: bool = True  # a base of blanks counts as none (1, 2)


_LISTEN = {("listen", "rest"): "listen", ("listen", "ws"): "listen"}
_SPEAK = {**_LISTEN, ("speak", "rest"): "speak"}
_SPOKEN = {**_SPEAK, ("speak", "ws"): "speak"}
_FIFTH = {**_SPOKEN, ("agent", "ws"): "agent"}
_SIXTH = {**_SPOKEN, ("agent", "ws"): "v1/agent/converse"}
_FLUX = {**_SIXTH, ("flux", "ws"): "v2/listen", ("flux", "rest"): "v2/speak"}

V10 = Rules(keyed.SETTINGS, _LISTEN, switch=False)
V111 = Rules(keyed.SETTINGS, _LISTEN)
V30 = Rules(keyed.CONSTRUCTOR, _LISTEN, blank_is_empty=False)
V40 = Rules(keyed.INVALID, _SPEAK)
V43 = Rules(keyed.INVALID, _SPOKEN)
V50 = Rules(keyed.INVALID, _FIFTH)
V60 = Rules(keyed.INVALID, _SIXTH)
V63 = Rules(keyed.REQUIRED, _SIXTH)
V69 = Rules(keyed.REQUIRED, _FLUX)


def early(rules: Rules) -> Callable[[Wish], Dialled]:
    """The `dial` of 1 to 3."""
    return _guarded(rules, _early)


def late(rules: Rules) -> Callable[[Wish], Dialled]:
    """The `dial` of 4 to 7."""
    return _guarded(rules, _late)


def _guarded(rules: Rules, dial: Callable[[Rules, Wish], Dialled]) -> Callable[[Wish], Dialled]:
    def dialled(wish: Wish) -> Dialled:
        try:
            return dial(rules, wish)
        except CannotUse as error:
            return Dialled(error.outcome, None, error.text)
        except system_uri.UriFormatError as error:
            return Dialled(Outcome.ERROR, None, str(error))

    return dialled


def _early(rules: Rules, wish: Wish) -> Dialled:
    keyed.check(rules.keys, wish)
    path = _path(rules, wish)
    asked = wish.extra.get("RequireSSL", "true").lower() != "false"
    if not rules.switch and "RequireSSL" in wish.extra:
        text = "error CS1729: 'Credentials' does not contain a constructor that takes 3 arguments"
        raise CannotUse(text, Outcome.REFUSED_BY_SDK)
    base = _base(wish) or ""
    if not (base.strip() if rules.blank_is_empty else base):
        base = CLOUD
    _, mark, rest = base.partition("://")
    scheme = {"rest": "http", "ws": "ws"}[wish.transport] + ("s" if asked else "")
    uri = system_uri.parse(f"{scheme}://{rest if mark else base}/v1/{path}")
    return _leaves(wish, uri, uri.scheme, base)


def _late(rules: Rules, wish: Wish) -> Dialled:
    keyed.check(rules.keys, wish)
    path = _path(rules, wish)
    base = _base(wish)
    given = CLOUD if base is None else base
    if wish.transport == "rest":
        address = given if wish.option == "BaseAddress=" else rest_address(given)
        return _late_rest(wish, address, path, given)
    address = given if wish.option == "BaseAddress=" else live_address(given)
    return _late_live(wish, address, path, given)


def rest_address(base: str) -> str:
    """What the constructor of the REST options makes of a base."""
    if not _VERSION.search(base):
        base = f"{base}/v1"
    if not _HTTP.search(base):
        base = f"https://{base}"
    return base.rstrip("/")


def live_address(base: str) -> str:
    """What the constructor of the live options makes of a base: all up to the sign after its first slash goes."""
    if not _VERSION.search(base):
        base = f"{base}/v1"
    if _HTTP.search(base):
        start = base.find("/") + 2
        if start > len(base):
            raise CannotUse(_TOO_FAR)
        base = base[start:]
    if not _WS.search(base):
        base = f"wss://{base}"
    return base.rstrip("/")


def has_version(text: str) -> bool:
    """Whether the constructors find a version in the text, and add none."""
    return bool(_VERSION.search(text))


def has_http(text: str) -> bool:
    """Whether the constructors find the word http or https in the text, and take it for a scheme."""
    return bool(_HTTP.search(text))


def has_ws(text: str) -> bool:
    """Whether the live constructor finds the word ws or wss in the text, and takes it for a scheme."""
    return bool(_WS.search(text))


def _late_rest(wish: Wish, address: str, path: str, given: str) -> Dialled:
    if wish.extra.get("product") == "flux":
        address = _VERSION.sub("", address).rstrip("/")
    system_uri.parse(address)  # HttpClient.BaseAddress
    text = f"{address}/{path}"
    if not _HTTP.search(text):
        text = f"https://{text}"
    uri = system_uri.without_query(system_uri.parse(text))
    if uri.scheme not in ("http", "https", "ws", "wss"):
        raise CannotUse(f"The '{uri.scheme}' scheme is not supported.")
    return _leaves(wish, uri, "https" if uri.scheme in ("https", "wss") else "http", given)


def _late_live(wish: Wish, address: str, path: str, given: str) -> Dialled:
    product = wish.extra.get("product")
    if product == "agent":
        address = address.replace(CLOUD, _AGENT)
    if product in ("agent", "flux"):
        address = _VERSION.sub("", address)
    if product == "flux":
        address = address.rstrip("/")
    uri = system_uri.parse(f"{address}/{path}")
    if uri.scheme not in ("ws", "wss"):
        raise CannotUse(_ONLY_WS)
    return _leaves(wish, uri, uri.scheme, given)


def _leaves(wish: Wish, uri: system_uri.Uri, scheme: str, given: str) -> Dialled:
    """The request once its URI could be read: only the key can stop it now."""
    keyed.check_header(wish)
    url = scheme + uri.on_the_wire.removeprefix(uri.scheme)
    host = uri.host.strip("[]")
    if is_cloud(host):
        return Dialled(Outcome.CLOUD, url)
    if same_host(host, meant(_MANGLED.sub(r"\1://", given)).host):
        return Dialled(Outcome.DIALS, url)
    return Dialled(Outcome.WRONG_HOST, url)


def _base(wish: Wish) -> str | None:
    """The base that was given in code; no variable is read for it."""
    if wish.option == "DEEPGRAM_HOST":
        return wish.extra.get("BaseAddress", wish.extra.get("ApiUrl"))
    return wish.value


def _path(rules: Rules, wish: Wish) -> str:
    product = wish.extra.get("product", "listen")
    found = rules.paths.get((product, wish.transport))
    if found is None:
        raise CannotUse(f"this version has no {product} client for {wish.transport}", Outcome.REFUSED_BY_SDK)
    return found
