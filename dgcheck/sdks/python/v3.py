"""deepgram-sdk 3 and 4 for Python: one `url` for both transports, `https://` put before it unless it begins with http.

REST appends `/v1/listen` to it, live keeps nothing but its host and port. Source: deepgram/options.py (`_get_url`,
`ClientOptionsFromEnv`), deepgram/client.py, clients/.../helpers.py (`convert_to_websocket_url`, `append_query_params`).
"""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode, urlparse, urlunparse

from dgcheck.model.pattern import pattern
from dgcheck.model.record import dataclass
from dgcheck.model.sdk import Dialled, Outcome, Wish
from dgcheck.sdks.python.v2 import is_legacy
from dgcheck.sdks.urls import httpx_url, websockets_uri
from dgcheck.sdks.urls.reached import CLOUD, CannotUse, cloud, meant

ENDPOINT = "v1/listen"
_HTTP = pattern(r"https?://", 2)  # re.IGNORECASE
_WS = pattern(r"wss?://", 2)
_LEGACY = "create_connection() got an unexpected keyword argument 'extra_headers'"
# What DEEPGRAM_API_KEY and the access token hold where the wish says that they are set.
_SET = "set"
_READS = "ClientOptionsFromEnv"


@dataclass(frozen=True, slots=True)
class Habits:
    """What differs between the releases of 3 and 4. `live` is how they make a WebSocket URL of the value."""

    live: str  # scheme: only https is TLS; tls: everything is; honest: http is plain
    async_legacy: bool  # live by asyncio calls the legacy client of websockets
    access_token: bool = False
    variables: bool = True  # there is a class that reads DEEPGRAM_HOST and DEEPGRAM_API_KEY

    def dial(self, wish: Wish) -> Dialled:
        """What becomes of a wish."""
        try:
            if not self.variables and wish.extra.get("class") == _READS:
                raise CannotUse(f"cannot import name '{_READS}' from 'deepgram'", Outcome.REFUSED_BY_SDK)
            if not self.variables and wish.option == "DEEPGRAM_HOST":
                return cloud(wish.transport)
            authorization = self._authorization(wish)
            if wish.option == "DEEPGRAM_HOST" and not _from_environment(wish):
                return cloud(wish.transport)
            base = _base(wish.value)
            if wish.transport == "rest":
                return _rest(wish, base, authorization)
            return self._websocket(wish, base, authorization)
        except CannotUse as error:
            return Dialled(error.outcome, error=error.text)
        except ValueError as error:  # of urllib, before anything is dialled
            return Dialled(Outcome.ERROR, error=str(error))

    def traps(self, wish: Wish, found: Dialled) -> tuple[str, ...]:
        """What only these versions do, where it bites."""
        live = wish.transport == "ws"
        told = []
        if not self.variables and (wish.option == "DEEPGRAM_HOST" or found.outcome is Outcome.REFUSED_BY_SDK):
            told.append("no variable is read by this version: ClientOptionsFromEnv came with 3.0.3")
        elif found.outcome is Outcome.CLOUD and wish.option == "DEEPGRAM_HOST" and wish.value:
            told.append("DEEPGRAM_HOST is read by ClientOptionsFromEnv only, not by DeepgramClientOptions")
        if self.variables and found.outcome is Outcome.REFUSED_BY_SDK and wish.key:
            told.append(
                "ClientOptionsFromEnv wants the key in the options or in DEEPGRAM_API_KEY, not in DeepgramClient"
            )
        if found.outcome is Outcome.WRONG_HOST and not live and _WS.match(wish.value):
            told.append("ws:// and wss:// are not known to REST: https:// is put before them; give http:// or https://")
        if found.outcome is Outcome.DIALS and live and self.live == "tls" and wish.value.startswith("http://"):
            told.append(
                "live knows TLS only, unless the value begins with ws://, which REST cannot use: two clients are needed"
            )
        if found.outcome in (Outcome.ERROR, Outcome.WRONG_HOST) and live:
            told.append("start() only returns False and raises nothing; this text is on standard error")
        if found.outcome is Outcome.DIALS and not live and meant(wish.value).userinfo:
            told.append("user:password@ in the value replaces the key: it goes as Basic, and the key is not sent")
        return tuple(told)

    def _authorization(self, wish: Wish) -> str | None:
        """The header, None where there is none. Raises CannotUse where the SDK wants a key."""
        key = wish.key or ""
        token = _SET if self.access_token and wish.extra.get("access_token") == _SET else ""
        env_key = _SET if wish.extra.get("key_env") in (_SET, "after_import") else ""
        env_token = _SET if self.access_token and wish.extra.get("access_token_env") == _SET else ""
        if _from_environment(wish):
            own = "" if wish.extra.get("key_in") == "client" else key
            if not (own or token or env_token or env_key):
                wanted = "Neither Deepgram API KEY nor ACCESS TOKEN is set" if self.access_token else None
                raise CannotUse(wanted or "Deepgram API KEY is not set", Outcome.REFUSED_BY_SDK)
        if key:
            return f"Token {key}"
        if token or env_token:
            return f"Bearer {token or env_token}"
        return f"Token {env_key}" if env_key else None

    def _websocket(self, wish: Wish, base: str, authorization: str | None) -> Dialled:
        found = websockets_uri.read(_with_parameters(self._websocket_url(base)))
        if self.async_legacy and wish.extra.get("client") == "async" and not is_legacy(wish):
            raise CannotUse(_LEGACY)
        return websockets_uri.dial(found, wish, authorization)

    def _websocket_url(self, base: str) -> str:
        if self.live == "scheme":
            parsed = urlparse(base)
            return urlunparse(("wss" if parsed.scheme == "https" else "ws", parsed.netloc, ENDPOINT, "", "", ""))
        secure = True
        if _HTTP.match(base):
            secure = self.live == "tls" or "http://" not in base
            base = base.replace("https://", "").replace("http://", "")
        if not _WS.match(base):
            base = ("wss://" if secure else "ws://") + base
        parsed = urlparse(base)
        return urlunparse((parsed.scheme, parsed.netloc, ENDPOINT, "", "", ""))


def _from_environment(wish: Wish) -> bool:
    """Whether the options class is the one that reads variables, the only one that knows DEEPGRAM_HOST."""
    return wish.extra.get("class", _READS if wish.option == "DEEPGRAM_HOST" else "") == _READS


def _base(value: str) -> str:
    url = value or CLOUD
    if not _HTTP.match(url):
        url = "https://" + url
    return url.strip("/")


def _rest(wish: Wish, base: str, authorization: str | None) -> Dialled:
    return httpx_url.dial(_with_parameters(f"{base}/{ENDPOINT}"), wish, authorization)


def _with_parameters(url: str) -> str:
    """What the SDK makes of a URL when it adds the parameters of a request; those themselves are left out here."""
    parsed = urlparse(url)
    return parsed._replace(query=urlencode(parse_qs(parsed.query), doseq=True)).geturl()
