"""What bites in a setting of the Go SDK, beside what bites in every SDK's."""

from __future__ import annotations

from dgcheck.model.sdk import Dialled, Outcome, Wish
from dgcheck.sdks.go.dial import HTTP, WS, Rules, host_of, key_of
from dgcheck.sdks.urls import go as net_url
from dgcheck.sdks.urls.reached import meant

TYPE_CHECKING = False  # typing is not imported: `sdk` pays for it
if TYPE_CHECKING:
    from collections.abc import Callable

_NO_SCHEMES = "up to 1.1.0 no scheme is understood and TLS is forced; plain HTTP needs 1.1.1 or newer"
_NO_AGENT = "the agent client knows no ws://: in no released version can it reach a port without TLS"
_NOT_LIVE = "the live client knows only ws:// and wss://; http:// is glued behind wss:// and fails before any packet"
_NOT_REST = (
    "the REST client knows only http:// and https://; ws:// is glued behind https:// and fails before any packet"
)
_NO_REASON = "the log of this version does not tell the reason, only: Cannot connect to websocket"
_IN_LOG = "Connect() only returns false; the reason stands in the log, after: Dialer failed. Err:"
_EMPTY_HOST = 'the Host header is sent empty (as "{}:" by Go 1.19): a proxy that routes by name answers 404 or 400'
_UNCHECKED = "certificates are not checked unless DEEPGRAM_SSL_HOST_VERIFICATION is set to something other than false"
_ANY_KEY = "this version always wants a key; a deployment of one's own checks none, so any text will do"
_ITS_OWN = ("", "v1", "v1/listen", "listen")  # paths that the SDK puts there itself
_LATE = "the constructor returned nil and logged why (no key); the panic comes with the first call"


def own(rules: Rules) -> Callable[[Wish, Dialled], tuple[str, ...]]:
    """What to tell of a wish under these rules, the most pressing first."""

    def told(wish: Wish, found: Dialled) -> tuple[str, ...]:
        traps = list(_variables(rules, wish))
        if found.outcome is Outcome.CRASHES:
            traps.append(_LATE)
        if found.error == rules.no_key or found.outcome is Outcome.CRASHES:
            traps.append(f"{rules.local}: true does without a key" if rules.local else _ANY_KEY)
        if found.outcome is Outcome.ERROR:
            traps.extend(_failed(rules, wish, found))
        elif found.url:
            traps.extend(_left(rules, wish, found.url))
        return tuple(traps)

    return told


def _variables(rules: Rules, wish: Wish) -> list[str]:
    if wish.option == "DEEPGRAM_HOST" and not rules.variables:
        return ["this version does not read DEEPGRAM_HOST: what the code says counts"]
    if wish.option == "DEEPGRAM_HOST" and wish.value and wish.extra.get("Host"):
        return [f"DEEPGRAM_HOST wins over the Host {wish.extra['Host']} given in code"]
    if wish.option == "Host" and rules.variables and wish.extra.get("DEEPGRAM_HOST"):
        return [f"the variable DEEPGRAM_HOST={wish.extra['DEEPGRAM_HOST']} wins over this Host"]
    return []


def _left(rules: Rules, wish: Wish, url: str) -> list[str]:
    """A request leaves: what is odd about it, and what the same value does to the other client."""
    traps = []
    said = meant(host_of(rules, wish))
    live = wish.transport == "ws"
    if said.path.strip("/").lower() not in _ITS_OWN:
        traps.append(f"a path can only be kept by {_version_of(rules, said.path)}")
    if live and "://" in host_of(rules, wish):
        traps.append(_EMPTY_HOST.format(said.scheme))
    if said.scheme and rules.requests["listen", "rest"].schemes and "product" not in wish.extra:
        other, scheme = ("REST", "http") if live else ("live", "ws")
        traps.append(
            f"the {other} client fails with this same value; give it a Host of its own, {scheme}:// or {scheme}s://"
        )
    if not rules.local and url.startswith(("https://", "wss://")):
        traps.append(_UNCHECKED)
    if rules.local and not key_of(wish) and "set" not in wish.extra.values():
        traps.append("without a key the header is the bare word: Authorization: token")
    return traps


def _version_of(rules: Rules, path: str) -> str:
    name = "APIVersion" if rules.local == "SelfHosted" else "ApiVersion"
    return f'{name}, as in {name}: "{path.strip("/").removesuffix("/v1")}/v1"'


def _kept_by(rules: Rules, path: str) -> str:
    return "" if path.lower() in _ITS_OWN else f"; it can only be kept by {_version_of(rules, path)}"


def _failed(rules: Rules, wish: Wish, found: Dialled) -> list[str]:
    """No request leaves: which client would have understood the value, and where the reason is told."""
    traps = []
    host = host_of(rules, wish)
    scheme = meant(host).scheme
    live = wish.transport == "ws"
    if scheme and not rules.requests["listen", "rest"].schemes:
        traps.append(_NO_SCHEMES)
    elif live and wish.extra.get("product") == "agent" and scheme in (*HTTP, *WS):
        traps.append(_NO_AGENT)
    elif live and scheme in HTTP:
        traps.append(_NOT_LIVE)
    elif not live and scheme in WS:
        traps.append(_NOT_REST)
    elif not scheme and (path := meant(host).path.strip("/")):
        traps.append(f"a Host takes no path: leave /{path} out{_kept_by(rules, path)}")
    when, words = net_url.newer_words("wss" if live else "https", net_url.escape_host(host))
    if words and (found.error or "").startswith("parse ") and words not in (found.error or ""):
        traps.append(f"{when}, the sentence ends: {words}")
    if live:
        traps.append(_IN_LOG if rules.logs_reason else _NO_REASON)
    return traps
