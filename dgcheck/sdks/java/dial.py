"""What the Java SDK dials: three addresses, each read by OkHttp, each for one kind of request.

REST asks `base`, live and speech sockets ask `production`, the agent asks `agent`; one that is left out is null, never
the cloud. Source: deepgram-java-sdk v0.3.0, `DeepgramClientBuilder`, `core/Environment`, `core/ClientOptions`,
`resources/*/RawMediaClient`, `resources/*/websocket/*WebSocketClient`; OkHttp 4.12 run on the values of the tests.
"""

from __future__ import annotations

from dgcheck.model.sdk import Dialled, Outcome, Wish
from dgcheck.sdks.urls import okhttp
from dgcheck.sdks.urls.reached import CannotUse, is_cloud, meant, same_host

OPTIONS = ("environment", "environment.base", "environment.production", "environment.agent", "DEEPGRAM_HOST")
_PATHS = {
    ("listen", "rest"): ("environment.base", "v1/listen"),
    ("listen", "ws"): ("environment.production", "v1/listen"),
    ("speak", "rest"): ("environment.base", "v1/speak"),
    ("speak", "ws"): ("environment.production", "v1/speak"),
    ("flux", "ws"): ("environment.production", "v2/listen"),
    ("agent", "ws"): ("environment.agent", "v1/agent/converse"),
}
_CLOUD = {
    "environment.base": "https://api.deepgram.com",
    "environment.production": "wss://api.deepgram.com",
    "environment.agent": "wss://agent.deepgram.com",
}
_NO_KEY = "Please provide apiKey, accessToken, or set the DEEPGRAM_API_KEY environment variable."
_NPE = "java.lang.NullPointerException: Cannot invoke"
_NO_REST = f'{_NPE} "okhttp3.HttpUrl.newBuilder()" because the return value of "okhttp3.HttpUrl.parse(String)" is null'
_NO_LIVE = f'{_NPE} "String.endsWith(String)" because "baseUrl" is null'


def dial(wish: Wish) -> Dialled:
    """What becomes of a wish. Never raises."""
    try:
        return _dial(wish)
    except CannotUse as error:
        return Dialled(error.outcome, None, error.text)


def part_of(wish: Wish) -> str:
    """The part of the environment that serves the wish."""
    return _PATHS.get((wish.extra.get("product", "listen"), wish.transport), ("environment.base", ""))[0]


def _dial(wish: Wish) -> Dialled:
    _check_key(wish)
    product = wish.extra.get("product", "listen")
    if (product, wish.transport) not in _PATHS:
        raise CannotUse(f"this version has no {product} client for {wish.transport}", Outcome.REFUSED_BY_SDK)
    part, path = _PATHS[product, wish.transport]
    value = _value(wish, part)
    url = _rest(value, path) if wish.transport == "rest" else _live(value, path)
    _check_header(wish)
    scheme = url.scheme if wish.transport == "rest" else {"http": "ws", "https": "wss"}[url.scheme]
    port = "" if url.port is None else f":{url.port}"
    whole = f"{scheme}://{url.host}{port}{url.path}{url.query}"
    host = url.host.strip("[]")
    if is_cloud(host):
        return Dialled(Outcome.CLOUD, whole)
    wanted = meant(value or "").host
    return Dialled(Outcome.DIALS if same_host(host, wanted) else Outcome.WRONG_HOST, whole)


def _value(wish: Wish, part: str) -> str | None:
    """The address that counts for this part; None where the environment was made without it."""
    if wish.option == "DEEPGRAM_HOST":
        return _CLOUD[part]  # no variable is read for it: the environment is the usual one
    if wish.option in ("environment", part):
        return wish.value
    return wish.extra.get(part)


def _rest(value: str | None, path: str) -> okhttp.HttpUrl:
    found = None if value is None else okhttp.parse(value)
    if found is None:
        raise CannotUse(_NO_REST if value is not None else "java.lang.NullPointerException")
    return found.adding(path)


def _live(value: str | None, path: str) -> okhttp.HttpUrl:
    if value is None:
        raise CannotUse(_NO_LIVE)
    if value.startswith("wss://"):
        text = f"https://{value[6:]}"
    elif value.startswith("ws://"):
        text = f"http://{value[5:]}"
    else:
        text = value
    text += path if value.endswith("/") else f"/{path}"
    found = okhttp.parse(text)
    if found is None:
        raise CannotUse(f"Invalid WebSocket URL: {text}")
    return found


def _check_key(wish: Wish) -> None:
    """Only a key that was never given is missed: an empty one passes."""
    if wish.key is None and not {"key_env", "access_token"} & set(wish.extra):
        raise CannotUse(_NO_KEY, Outcome.REFUSED_BY_SDK)


def _check_header(wish: Wish) -> None:
    text = f"Token {wish.key or ''}"
    # REST gives its headers to OkHttp as a map, whose values are trimmed; live adds them one by one.
    for at, one in enumerate(text.strip() if wish.transport == "rest" else text):
        if not (one == "\t" or " " <= one <= "~"):
            raise CannotUse(f"Unexpected char 0x{ord(one):02x} at {at} in Authorization value")
