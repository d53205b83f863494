"""deepgram-sdk 5 to 7 for Python: an environment of URLs, one for REST and one for live, and nothing else is heard.

REST glues `/v1/listen` to `base` (httpx), live to `production` (websockets). Source: deepgram/environment.py,
client.py, base_client.py, core/http_client.py, listen/v1/client.py of 5.0.0 to 7.17.0.
"""

from __future__ import annotations

from urllib.parse import urljoin

from dgcheck.model.pattern import pattern
from dgcheck.model.record import dataclass
from dgcheck.model.sdk import Dialled, Outcome, Wish
from dgcheck.sdks.urls import httpx_url, websockets_uri
from dgcheck.sdks.urls.reached import CannotUse, cloud, meant

NO_KEY = "The client must be instantiated be either passing in api_key or setting DEEPGRAM_API_KEY"
_NO_OPTIONS = "No DeepgramClientOptions found in _dynamic_imports for module name -> deepgram"
_WORDS = pattern(r"[A-Za-z_]+")
_FIELD = {"rest": "base", "ws": "production"}
_SET = "set"


@dataclass(frozen=True, slots=True)
class Habits:
    """What differs between the releases. `fields` are those of the environment, all of them required."""

    fields: tuple[str, ...]
    joins: bool  # REST by urljoin, which forgets a query; later by plain text
    late_key: bool  # DEEPGRAM_API_KEY is read when a client is made, not when the package is imported

    def dial(self, wish: Wish) -> Dialled:
        """What becomes of a wish."""
        try:
            _check_arguments(wish)
            self._check_environment(wish)
            authorization = self._authorization(wish)
            if wish.option == "environment":
                raise CannotUse(f"'str' object has no attribute '{_FIELD[wish.transport]}'")
            if wish.option == "httpx_client.base_url":
                httpx_url.parse(wish.value)  # when that client is made
            if wish.option != f"environment.{_FIELD[wish.transport]}":
                _check_header(wish, authorization)
                return cloud(wish.transport)
            return self._live(wish, authorization) if wish.transport == "ws" else self._rest(wish, authorization)
        except CannotUse as error:
            return Dialled(error.outcome, error=error.text)
        except ValueError as error:  # of urllib, before anything is dialled
            return Dialled(Outcome.ERROR, error=str(error))

    def traps(self, wish: Wish, found: Dialled) -> tuple[str, ...]:
        """What only these versions do, where it bites."""
        live = wish.transport == "ws"
        fields = ", ".join(f"{name}=..." for name in self.fields)
        told = []
        if wish.option in ("DEEPGRAM_HOST", "httpx_client.base_url") and found.outcome is Outcome.CLOUD:
            told.append(f"{wish.option} is not read; give environment=DeepgramClientEnvironment({fields})")
        if wish.option in ("url", "base_url", "environment") and found.outcome is not Outcome.CLOUD:
            told.append(f"a URL is given as environment=DeepgramClientEnvironment({fields})")
        read = f"environment.{_FIELD[wish.transport]}"
        if found.outcome is Outcome.CLOUD and wish.option.startswith("environment.") and wish.option != read:
            told.append(f"{'live' if live else 'REST'} reads {read}, here taken as the default")
        if live and found.outcome is Outcome.ERROR and meant(wish.value).scheme in ("http", "https"):
            told.append("live wants ws:// or wss:// in environment.production")
        if not live and found.error == "Illegal header value" and not (wish.key or "").strip():
            told.append(
                "a blank key makes the header invalid; a self-hosted container checks none, so any text will do: a"
            )
        if found.outcome is Outcome.DIALS and not live and meant(wish.value).userinfo:
            told.append("user:password@ in the value replaces the key: it goes as Basic, and the key is not sent")
        return tuple(told)

    def _check_environment(self, wish: Wish) -> None:
        """Raise CannotUse where only some fields were given, or one that this release does not know."""
        given = _WORDS.findall(wish.extra.get("fields", ""))
        if not given or not wish.option.startswith("environment."):
            return
        made = "DeepgramClientEnvironment.__init__()"
        for name in given:
            if name not in self.fields:
                raise CannotUse(f"{made} got an unexpected keyword argument '{name}'", Outcome.REFUSED_BY_SDK)
        lacking = [f"'{name}'" for name in self.fields if name not in given]
        if lacking:
            several = "s" if len(lacking) > 1 else ""
            names = " and ".join((", ".join(lacking[:-1]), lacking[-1])) if several else lacking[0]
            if len(lacking) > 2:
                names = f"{', '.join(lacking[:-1])}, and {lacking[-1]}"
            raise CannotUse(
                f"{made} missing {len(lacking)} required keyword-only argument{several}: {names}",
                Outcome.REFUSED_BY_SDK,
            )

    def _authorization(self, wish: Wish) -> str:
        if wish.extra.get("access_token") == _SET:
            return "bearer " + _SET
        if wish.key is not None:
            return f"Token {wish.key}"
        variable = wish.extra.get("key_env")
        if variable == "blank":
            return "Token "
        if variable == _SET or (variable == "after_import" and self.late_key):
            return f"Token {_SET}"
        raise CannotUse(NO_KEY, Outcome.REFUSED_BY_SDK)

    def _rest(self, wish: Wish, authorization: str) -> Dialled:
        if self.joins:
            url = urljoin(f"{wish.value}/", "v1/listen")
        else:
            url = f"{wish.value.rstrip('/')}/v1/listen"
        return httpx_url.dial(url, wish, authorization, own_query=True)

    def _live(self, wish: Wish, authorization: str) -> Dialled:
        found = websockets_uri.read(f"{wish.value}/v1/listen")
        return websockets_uri.dial(found, wish, authorization)


def _check_header(wish: Wish, authorization: str) -> None:
    """Raise CannotUse where the key cannot be sent, wherever it is to go."""
    if wish.transport == "ws":
        websockets_uri.check_header("Authorization", authorization)
    else:
        httpx_url.check_header(authorization)


def _check_arguments(wish: Wish) -> None:
    """Raise CannotUse for what the client or the package does not have."""
    if wish.extra.get("class") in ("DeepgramClientOptions", "ClientOptionsFromEnv"):
        raise CannotUse(_NO_OPTIONS.replace("DeepgramClientOptions", wish.extra["class"]), Outcome.REFUSED_BY_SDK)
    if wish.option in ("base_url", "url"):
        raise CannotUse(
            f"BaseClient.__init__() got an unexpected keyword argument '{wish.option}'", Outcome.REFUSED_BY_SDK
        )
