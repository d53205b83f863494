"""@deepgram/sdk 5: `baseUrl` for both transports, or an `environment` with a URL for each; the path is appended.

REST is `fetch`, live the package `ws`, whose objections nobody can catch: they end the process. Source:
dist/cjs/core/url/join.js, CustomClient.js, auth/HeaderAuthProvider.js of 5.0.0 to 5.13.0.
"""

from __future__ import annotations

from dgcheck.model.pattern import pattern
from dgcheck.model.sdk import Dialled, Outcome, Wish
from dgcheck.sdks.urls import node, whatwg
from dgcheck.sdks.urls.reached import CannotUse, cloud, meant, outcome_of

ENDPOINT = "v1/listen"
_WORDS = pattern(r"[A-Za-z]+")
_FIELD = {"rest": "base", "ws": "production"}
_NO_KEY = "Please provide 'apiKey' when initializing the client, or set the 'DEEPGRAM_API_KEY' environment variable"
_BAD_KEY = 'Invalid character in header content ["authorization"]'  # lower case, as this version writes it
_SET = "set"


def dial(wish: Wish) -> Dialled:
    """What becomes of a wish."""
    try:
        if wish.extra.get("call") == "createClient":
            raise CannotUse("sdk.createClient is not a function", Outcome.REFUSED_BY_SDK)
        if wish.option not in ("baseUrl", "environment"):
            _check_header(wish, _authorization(wish))
            return cloud(wish.transport)
        url = _joined(_base(wish))
        authorization = _authorization(wish)
        if wish.transport == "rest":
            _check_header(wish, authorization)
            return outcome_of(node.fetch_text(url), wish, unfound=node.FETCH_FAILED)
        if "#" in url:
            url += "?"  # the parameters come behind it, so that it is never empty
        found = node.websocket_text(url, Outcome.CRASHES)
        _check_header(wish, authorization)
        return outcome_of(found, wish, unfound=f"getaddrinfo ENOTFOUND {found.host}")
    except CannotUse as error:
        return Dialled(error.outcome, error=error.text)


def _check_header(wish: Wish, authorization: str) -> None:
    """Raise CannotUse where the key cannot be sent, wherever it is to go."""
    if wish.transport == "rest":
        node.check_fetch_header(authorization)
    else:
        node.check_header(authorization, Outcome.CRASHES, said=_BAD_KEY)


def traps(wish: Wish, found: Dialled) -> tuple[str, ...]:
    """What only this version does, where it bites."""
    told = []
    if wish.extra.get("call") == "createClient":
        told.append("createClient is gone: new DeepgramClient({ apiKey, baseUrl })")
    elif found.outcome is Outcome.CLOUD and wish.option in ("global.url", "DEEPGRAM_HOST"):
        told.append(f"{wish.option} is not read: new DeepgramClient({{ apiKey, baseUrl }})")
    if wish.option == "environment" and wish.extra.get("given_as") == "string":
        told.append("environment is an object with a URL for each service; a single URL is baseUrl")
    if found.error == node.FETCH_FAILED and meant(wish.value).scheme in ("ws", "wss"):
        told.append("fetch knows http:// and https:// only; live takes them too, so give those")
    if found.outcome in (Outcome.ERROR, Outcome.CRASHES) and wish.value and not meant(wish.value).scheme:
        told.append("the value needs its scheme: http://h:8080")
    return tuple(told)


def _base(wish: Wish) -> str:
    """The URL that this transport takes, '' where a string or a lacking field has none."""
    if wish.option == "environment":
        fields = _WORDS.findall(wish.extra.get("fields", ""))
        if wish.extra.get("given_as") == "string" or (fields and _FIELD[wish.transport] not in fields):
            return ""
    return wish.value


def _joined(base: str) -> str:
    """`core.url.join(base, "v1/listen")`: by `new URL` where the value has `://`, else as text."""
    if not base:
        return ""
    if "://" in base:
        try:
            url = whatwg.parse(base)
        except CannotUse:
            return _glued(base)
        return whatwg.with_path(url, _glued(url.path)).href
    return _glued(base)


def _glued(left: str) -> str:
    return f"{left}{ENDPOINT}" if left.endswith("/") else f"{left}/{ENDPOINT}"


def _authorization(wish: Wish) -> str:
    if wish.extra.get("access_token") == _SET:
        return f"Bearer {_SET}"
    if wish.key is not None:
        return f"Token {wish.key}"
    variable = wish.extra.get("key_env")
    if variable in (_SET, "after_import"):
        return f"Token {_SET}"
    if variable == "blank":
        return "Token "
    raise CannotUse(_NO_KEY, Outcome.REFUSED_BY_SDK)
