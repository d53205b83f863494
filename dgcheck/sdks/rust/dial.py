"""What the Rust SDK dials: `Url::join(base, "v1/listen")` of the `url` crate, which reads as browsers do.

Source: deepgram-rust-sdk, `src/lib.rs`, `src/listen/{rest,websocket,flux}.rs`, `src/transcription/live.rs` (0.5) at the
tags named; the crates 0.9.2 to 0.14.0 and `url` 2.5 run on the values of the tests.
"""

from __future__ import annotations

from dgcheck.model.record import dataclass, replace
from dgcheck.model.sdk import Dialled, Outcome, Wish
from dgcheck.sdks.urls import whatwg
from dgcheck.sdks.urls.reached import CannotUse, is_cloud, meant, same_host

TYPE_CHECKING = False  # typing is not imported: `sdk` pays for it
if TYPE_CHECKING:
    from collections.abc import Callable

OPTIONS = ("base_url", "DEEPGRAM_HOST")
_INVALID = "The provided base url is not valid"
_UNREACHABLE = (
    "internal error: entered unreachable code: base_url is validated to have a scheme of http, https, ws, or wss when "
    "constructing Deepgram client"
)
_BUILDER = "Something went wrong when making the HTTP request: builder error for url ({})"
_HEADER = "Something went wrong when generating the http request: failed to parse header value"
_AGENT = "wss://agent.deepgram.com/v1/agent/converse"
_NO_BASE = "called `Result::unwrap()` on an `Err` value: RelativeUrlWithCannotBeABaseBase"
_LIVE = {"http": "ws", "ws": "ws", "https": "wss", "wss": "wss"}


@dataclass(frozen=True, slots=True)
class Rules:
    """What a release does.

    `panics` on a bad base or key (0.5); `host` is the Host header that live sends, as a template of `Manner`; the
    `agent` starts at Deepgram's own address, whatever the base.
    """

    panics: bool = False
    host: str = "{host}"
    needs_id: bool = True
    speak: bool = True
    flux: bool = False
    names_itself: bool = False  # live sends a User-Agent
    native_roots: bool = False  # a cargo feature asks the system's store too
    speak_live: bool = False
    agent: bool = False


V05 = Rules(panics=True, host="api.deepgram.com", needs_id=False, speak=False)
V060 = Rules(host="api.deepgram.com", needs_id=False)
V061 = Rules(host="api.deepgram.com")
V065 = Rules()
V08 = Rules(flux=True)
V091 = replace(V08, names_itself=True)
V011 = replace(V091, native_roots=True)
V012 = replace(V011, host="{authority}")
V013 = replace(V012, speak_live=True, agent=True)
V014 = replace(V013, needs_id=False)


def dialler(rules: Rules) -> Callable[[Wish], Dialled]:
    """The `dial` of a release that follows these rules."""

    def dial(wish: Wish) -> Dialled:
        try:
            return _dial(rules, wish)
        except CannotUse as error:
            return Dialled(error.outcome, None, error.text)

    return dial


def _dial(rules: Rules, wish: Wish) -> Dialled:
    if rules.agent and (wish.extra.get("product"), wish.transport) == ("agent", "ws"):
        return Dialled(Outcome.CLOUD, _AGENT)
    path = _path(rules, wish)
    value = "https://api.deepgram.com" if wish.option == "DEEPGRAM_HOST" else wish.value
    base = _base(rules, value)
    key_fits = all(one == "\t" or (one >= " " and one != "\x7f") for one in wish.key or "")
    if rules.panics and not key_fits:
        raise CannotUse("Invalid API key: InvalidHeaderValue", Outcome.CRASHES)
    if base.opaque:
        raise CannotUse(_NO_BASE, Outcome.CRASHES)
    url = whatwg.parse(path, base)
    if wish.transport == "rest":
        if url.scheme not in ("http", "https"):
            raise CannotUse(_BUILDER.format(url.href))
        scheme = url.scheme
    else:
        if url.scheme not in _LIVE:
            raise CannotUse(_UNREACHABLE, Outcome.CRASHES)
        if not key_fits:
            raise CannotUse(_HEADER)
        scheme = _LIVE[url.scheme]
    query = "" if url.query is None else f"?{url.query}"
    whole = f"{scheme}://{url.authority}{url.path}{query}"
    if is_cloud(url.host or ""):
        return Dialled(Outcome.CLOUD, whole)
    return Dialled(
        Outcome.DIALS if same_host(url.host or "", meant(value.replace("\\", "/")).host) else Outcome.WRONG_HOST, whole
    )


def _base(rules: Rules, value: str) -> whatwg.Url:
    try:
        base = whatwg.parse(value)
    except CannotUse:
        if rules.panics:
            raise CannotUse("base_url must be a valid Url", Outcome.CRASHES) from None
        raise CannotUse(_INVALID, Outcome.REFUSED_BY_SDK) from None
    if base.opaque and not rules.panics:
        raise CannotUse(_INVALID, Outcome.REFUSED_BY_SDK)
    return base


def _path(rules: Rules, wish: Wish) -> str:
    product = wish.extra.get("product", "listen")
    known = {("listen", "rest"): "v1/listen", ("listen", "ws"): "v1/listen"}
    if rules.speak:
        known["speak", "rest"] = "v1/speak"
    if rules.speak_live:
        known["speak", "ws"] = "v1/speak"
    if rules.flux:
        known["flux", "ws"] = "v2/listen"
    if (product, wish.transport) not in known:
        raise CannotUse(f"this version has no {product} client for {wish.transport}", Outcome.REFUSED_BY_SDK)
    return known[product, wish.transport]
