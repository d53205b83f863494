"""@deepgram/sdk 3 and 4: `new URL("v1/listen", url)`: the last part of a path is replaced unless it ends in a slash.

REST is Node's `fetch`, live the package `ws` (on Node 22 the global WebSocket). Source: AbstractClient.js,
AbstractRestClient.js, AbstractLiveClient.js in dist/main/packages, and lib/helpers.js, of 3.0.0 to 4.11.3.
"""

from __future__ import annotations

from dgcheck.model.pattern import pattern
from dgcheck.model.record import dataclass
from dgcheck.model.sdk import Dialled, Outcome, Wish
from dgcheck.sdks.urls import node, whatwg
from dgcheck.sdks.urls.reached import CannotUse, cloud, meant, outcome_of
from dgcheck.sdks.urls.traps import prefix_of

ENDPOINT = "v1/listen"
# The options that each transport hears.
HEARD = {
    "rest": ("global.url", "global.fetch.options.url"),
    "ws": ("global.url", "global.websocket.options.url"),
}
_HTTP = pattern(r"https?://", 2)  # re.IGNORECASE
_SEPARATORS = frozenset('()<>@,;:\\"/[]?={} \t')
_SET = "set"


@dataclass(frozen=True, slots=True)
class Habits:
    """What differs between the releases. `early`: 3.0 to 3.3 know `global.url` alone and put `https://` before it."""

    access_token: bool = False
    early: bool = False

    def dial(self, wish: Wish) -> Dialled:
        """What becomes of a wish."""
        try:
            authorization = self._authorization(wish)
            heard = ("global.url",) if self.early else HEARD[wish.transport]
            if wish.option not in heard or (wish.option == "global.url" and not wish.value):
                if self.early and wish.option in heard:
                    raise CannotUse("An API URL is required.", Outcome.REFUSED_BY_SDK)
                self._check_header(wish, authorization)
                return cloud(wish.transport)
            url = whatwg.parse(ENDPOINT, self._base(wish.value))
            return self._live(wish, url, authorization) if wish.transport == "ws" else _rest(wish, url, authorization)
        except CannotUse as error:
            return Dialled(error.outcome, error=error.text)

    def traps(self, wish: Wish, found: Dialled) -> tuple[str, ...]:
        """What only these versions do, where it bites."""
        told = []
        if found.outcome is Outcome.CLOUD and wish.option != "global.url":
            told.append(_unheard(wish))
        if found.outcome is Outcome.ERROR and found.error == whatwg.INVALID and not meant(wish.value).scheme:
            told.append("the value needs its scheme: http://h:8080")
        if found.error == node.FETCH_FAILED and meant(wish.value).scheme in ("ws", "wss"):
            told.append("fetch knows http:// and https:// only; live takes them too, so give those")
        prefix = prefix_of(meant(wish.value).path)
        if found.outcome is Outcome.DIALS and prefix and prefix not in (found.url or "").partition("://")[2]:
            told.append("the last part of a path is replaced unless a slash follows it: end the value in /")
        return tuple(told)

    def _base(self, value: str) -> whatwg.Url:
        if self.early:
            value = value if _HTTP.match(value) else "https://" + value
            value = value.removesuffix("/")
        return whatwg.parse(value)

    def _authorization(self, wish: Wish) -> str:
        """The header. Raises CannotUse where the SDK wants a key."""
        if wish.key:
            return f"Token {wish.key}"
        if self.access_token and _SET in (wish.extra.get("access_token"), wish.extra.get("access_token_env")):
            return f"Bearer {_SET}"
        if wish.extra.get("key_env") in (_SET, "after_import"):
            return f"Token {_SET}"
        wanted = "API key or access token is required" if self.access_token else "API key is required"
        raise CannotUse(f"A deepgram {wanted}" + ("" if self.early else "."), Outcome.REFUSED_BY_SDK)

    def _live(self, wish: Wish, url: whatwg.Url, authorization: str) -> Dialled:
        if self.early:
            self._check_header(wish, authorization)
        found = node.websocket(url, Outcome.CRASHES)
        self._check_header(wish, authorization)
        return outcome_of(found, wish, unfound=f"getaddrinfo ENOTFOUND {found.host}")

    def _check_header(self, wish: Wish, authorization: str) -> None:
        """Raise CannotUse where the key cannot be sent, wherever it is to go."""
        if wish.transport == "rest":
            node.check_fetch_header(authorization)
        elif self.early:
            _check_subprotocol(wish.key or _SET)
        else:
            node.check_header(authorization, Outcome.CRASHES)


def _unheard(wish: Wish) -> str:
    if wish.option == "DEEPGRAM_HOST":
        return "DEEPGRAM_HOST is not read by any JavaScript SDK: createClient(key, { global: { url } })"
    if wish.option == "listen.options.url":
        return "listen: { fetch | websocket: { options: { url } } }, as in the README, is not read: use global: { url }"
    other = "fetch" if wish.transport == "rest" else "websocket"
    return f"only the other transport reads {wish.option}; this one reads global.{other}.options.url, both global.url"


def _rest(wish: Wish, url: whatwg.Url, authorization: str) -> Dialled:
    node.check_fetch_header(authorization)
    return outcome_of(node.fetch(url), wish, unfound=node.FETCH_FAILED)


def _check_subprotocol(key: str) -> None:
    """3.0 to 3.3 send the key as a subprotocol, by the package `websocket`. Raises CannotUse where it cannot be one."""
    if any(not "\x21" <= char <= "\x7e" or char in _SEPARATORS for char in key):
        raise CannotUse("Protocol list contains invalid character")
