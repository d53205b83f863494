"""What the Go SDK dials: one `Host` string, read by two regular expressions, glued behind a scheme, and parsed again.

REST knows `http://` and `https://`, live knows `ws://` and `wss://`; what is not its own becomes a part of the host
name and fails in `net/url`. Up to 1.1.0 no scheme is known at all. Sources: `pkg/api/version/`,
`pkg/client/interfaces/options.go`, `pkg/client/{live,listen,common}` at the tags named, and the released modules run
on the values of the tests.
"""

from __future__ import annotations

from dgcheck.model.record import dataclass, replace
from dgcheck.model.sdk import Dialled, Outcome, Wish
from dgcheck.sdks.urls import go as net_url
from dgcheck.sdks.urls.reached import CannotUse, is_cloud

TYPE_CHECKING = False  # typing is not imported: `sdk` pays for it
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_CLOUD_HOST = "api.deepgram.com"
_AGENT_HOST = "agent.deepgram.com"
HTTP = ("http", "https")
WS = ("ws", "wss")
_NAMELESS = "tls: either ServerName or InsecureSkipVerify must be specified in the tls.Config"
_NIL = "panic: runtime error: invalid memory address or nil pointer dereference"


@dataclass(frozen=True, slots=True)
class _Asked:
    """One kind of request: its path, the version before it ('' for none), the schemes that its `Host` may have."""

    path: str
    version: str = "v1"
    schemes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """What a release does. `local` is the option that excuses a missing key, `local_variable` its variable."""

    requests: Mapping[tuple[str, str], _Asked]
    local: str = ""
    local_variable: str = ""
    variables: bool = True  # DEEPGRAM_HOST and its like are read, and win over the code
    tokens: bool = False
    no_key: str = "no api key found"
    logs_reason: bool = True
    verifies: bool = True  # the server's certificate


_FORCED = {("listen", "rest"): _Asked("listen"), ("listen", "ws"): _Asked("listen")}
_READ = {("listen", "rest"): _Asked("listen", schemes=HTTP), ("listen", "ws"): _Asked("listen", schemes=WS)}
_SPEAK_REST = {("speak", "rest"): _Asked("speak", schemes=HTTP)}
_SPEAK = {**_SPEAK_REST, ("speak", "ws"): _Asked("speak", schemes=WS)}

V100 = Rules(_FORCED, variables=False, no_key="DEEPGRAM_API_KEY not found", logs_reason=False, verifies=False)
V104 = Rules(_FORCED, "OnPrem", logs_reason=False)
V111 = replace(V104, requests=_READ)
V113 = replace(V111, local_variable="DEEPGRAM_ON_PREM")
V130 = replace(V113, requests={**_READ, **_SPEAK_REST}, local="SelfHosted", local_variable="DEEPGRAM_SELF_HOSTED")
V133 = replace(V130, logs_reason=True)
# Until 1.6.2 the speak socket was checked for the schemes of REST, and the agent socket still is.
V140 = replace(V133, requests={**_READ, **_SPEAK_REST, ("speak", "ws"): _Asked("speak", schemes=HTTP)})
V162 = replace(V140, requests={**_READ, **_SPEAK})
V170 = replace(V162, requests={**_READ, **_SPEAK, ("agent", "ws"): _Asked("agent", "", HTTP)})
V200 = replace(V162, requests={**_READ, **_SPEAK, ("agent", "ws"): _Asked("agent/converse", schemes=HTTP)})
V320 = replace(V200, tokens=True)


def dialler(rules: Rules) -> Callable[[Wish], Dialled]:
    """The `dial` of a release that follows these rules."""

    def dial(wish: Wish) -> Dialled:
        try:
            return _dial(rules, wish)
        except CannotUse as error:
            return Dialled(error.outcome, None, error.text)

    return dial


def _dial(rules: Rules, wish: Wish) -> Dialled:
    _check_key(rules, wish)
    asked = _asked(rules, wish)
    host = host_of(rules, wish) or _CLOUD_HOST
    if wish.extra.get("product") == "agent" and host == _CLOUD_HOST:
        host = _AGENT_HOST
    scheme = "https" if wish.transport == "rest" else "wss"
    given, mark, rest = host.partition("://")
    if mark and given in asked.schemes and rest and "\n" not in rest:
        scheme = given
        slash = rest.find("/")
        host = rest[:slash] if slash > 0 else rest
    target = _path(rules, wish, asked)
    url = net_url.written(scheme, host, target)
    try:
        read = net_url.read_host(net_url.escape_host(host))
    except net_url.GoUrlError as error:
        raise CannotUse(f"parse {net_url.quoted(url)}: {error}") from None
    if wish.transport == "ws" and scheme not in WS:
        raise CannotUse("malformed ws or wss URL")
    return _leaves(rules, wish, scheme, read, target)


def _leaves(rules: Rules, wish: Wish, scheme: str, host: str, target: str) -> Dialled:
    """The request once its URL could be read: only the key and the dialler can stop it now."""
    before = ""
    if wish.transport == "rest":
        host = net_url.without_empty_port(host)
        before = f"Post {net_url.quoted(net_url.written(scheme, host, target))}: "
        if any((one < " " and one != "\t") or one == "\x7f" for one in key_of(wish)):
            raise CannotUse(f'{before}net/http: invalid header field value for "Authorization"')
    try:
        name, _ = net_url.address(scheme, host)
    except net_url.GoUrlError as error:
        raise CannotUse(f"{before}{error}") from None
    if not name and scheme in ("https", "wss") and rules.verifies:  # a connection opens, to this machine itself
        raise CannotUse(f"{before}{_NAMELESS}")
    url = f"{scheme}://{host}/{target}"
    return Dialled(Outcome.CLOUD if is_cloud(name.lower()) else Outcome.DIALS, url)


def host_of(rules: Rules, wish: Wish) -> str:
    """The `Host` that counts: the variable, when it is read and not empty, wins over the code."""
    if wish.option == "DEEPGRAM_HOST":
        return wish.value if rules.variables and wish.value else wish.extra.get("Host", "")
    return (rules.variables and wish.extra.get("DEEPGRAM_HOST")) or wish.value


def _path(rules: Rules, wish: Wish, asked: _Asked) -> str:
    """Version and path; `APIVersion`, `Path` and their variables replace them, and a version in `Path` is dropped."""
    extra = wish.extra
    version = (rules.variables and extra.get("DEEPGRAM_API_VERSION")) or extra.get(
        "APIVersion", extra.get("ApiVersion", "")
    )
    path = (rules.variables and extra.get("DEEPGRAM_API_PATH")) or extra.get("Path", "") or asked.path
    first, slash, rest = path.partition("/")
    if slash and first[:1] == "v" and first[1:].isdigit():
        path = rest
    if not asked.version:
        return path
    return f"{version or asked.version}/{path}"


def _asked(rules: Rules, wish: Wish) -> _Asked:
    product = wish.extra.get("product", "listen")
    found = rules.requests.get((product, wish.transport))
    if found is None:
        raise CannotUse(f"this version has no {product} client for {wish.transport}", Outcome.REFUSED_BY_SDK)
    return found


def key_of(wish: Wish) -> str:
    """The key that was given, '' for none."""
    return wish.key or ""


def _check_key(rules: Rules, wish: Wish) -> None:
    """Raise CannotUse for want of a key: only a deployment that is said to be one's own does without."""
    extra = wish.extra
    for name in ("OnPrem", "SelfHosted"):
        if name in extra and name != rules.local:
            raise CannotUse(f"unknown field {name} in struct literal of type ClientOptions", Outcome.REFUSED_BY_SDK)
    if key_of(wish) or extra.get("key_env") == "set" or (rules.tokens and _has_token(wish)):
        return
    local = _true(extra.get(rules.local, ""))
    if rules.local_variable and extra.get(rules.local_variable):
        local = _true(extra[rules.local_variable])
    if local:
        return
    if wish.transport == "rest":
        raise CannotUse(_NIL, Outcome.CRASHES)
    raise CannotUse(rules.no_key, Outcome.REFUSED_BY_SDK)


def _has_token(wish: Wish) -> bool:
    return "set" in (wish.extra.get("access_token"), wish.extra.get("access_token_env"))


def _true(text: str) -> bool:
    return str(text).lower() == "true"
