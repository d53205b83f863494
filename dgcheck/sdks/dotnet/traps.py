"""What bites in a setting of the .NET SDK, beside what bites in every SDK's."""

from __future__ import annotations

from dgcheck.model.sdk import Dialled, Outcome, Wish
from dgcheck.sdks.dotnet.dial import Rules, has_http, has_ws
from dgcheck.sdks.urls.reached import meant

TYPE_CHECKING = False  # typing is not imported: `sdk` pays for it
if TYPE_CHECKING:
    from collections.abc import Callable

_NO_VARIABLE = "no version reads DEEPGRAM_HOST: give the address to the constructor"
_NO_SWITCH = "TLS cannot be turned off before 1.11.0, which brought RequireSSL: plain HTTP cannot be reached"
_SWITCH = "the scheme is cut off; give false as the third argument of Credentials (RequireSSL) for a port without TLS"
_SWITCHED_OFF = "the scheme is cut off, and RequireSSL=false alone counts: no TLS"
_LOWER = "REST sends the key in lower case in this version"
_WRITE_WS = "the live constructor turns http:// into wss://, whatever the port; write ws://"
_WRITE_HTTP = "the REST constructor knows no ws://: it puts https:// in front and looks up the host {}; write http://"
_INITIALISER = (
    "the initialiser runs the constructor first, which throws without DEEPGRAM_API_KEY; the key given to the client "
    "is not asked for; give key and address to the constructor"
)
_TOO_LATE = "OnPrem set in the initialiser is too late; it must be an argument of the constructor"
_KEEP_ALIVE = (
    "onPrem is the fourth argument of the live options: a true in third place is keepAlive, and a key is still wanted"
)
_PASSED_NOTHING = "after the constructor nothing is added or mended: the address must be whole, as ws://host:8080/v1"


def own(rules: Rules, late: bool) -> Callable[[Wish, Dialled], tuple[str, ...]]:
    """What to tell of a wish under these rules, the most pressing first."""

    def told(wish: Wish, found: Dialled) -> tuple[str, ...]:
        if wish.option == "DEEPGRAM_HOST":
            return (_NO_VARIABLE,)
        if found.outcome is Outcome.REFUSED_BY_SDK:
            return tuple(_refused(wish)) if late else ()
        return tuple(_late(wish, found) if late else _early(rules, wish, found))

    return told


def _early(rules: Rules, wish: Wish, found: Dialled) -> list[str]:
    traps = []
    scheme = meant(wish.value).scheme
    off = "RequireSSL" in wish.extra
    if scheme in ("http", "ws") and not off and found.url and found.outcome is not Outcome.WRONG_HOST:
        traps.append(_SWITCH if rules.switch else _NO_SWITCH)
    if scheme in ("https", "wss") and off and found.url:
        traps.append(_SWITCHED_OFF)
    if rules.blank_is_empty and wish.transport == "rest" and (wish.key or "") != (wish.key or "").lower():
        traps.append(_LOWER)
    return traps


def _late(wish: Wish, found: Dialled) -> list[str]:
    traps = []
    said = meant(wish.value)
    live = wish.transport == "ws"
    set_later = wish.option == "BaseAddress="
    if live and not set_later and said.scheme == "http" and (found.url or "").startswith("wss"):
        traps.append(_WRITE_WS)
    if not live and said.scheme in ("ws", "wss") and found.outcome is Outcome.WRONG_HOST:
        traps.append(_WRITE_HTTP.format(said.scheme))
    word = _word(said.host, live)
    if word and not (set_later and live):
        traps.append(f"the word {word} in the name is taken for a scheme; another name for the host avoids that")
    if set_later and live and found.outcome is Outcome.ERROR:
        traps.append(_PASSED_NOTHING)
    return traps


def _word(name: str, live: bool) -> str:
    """The word in a host name that a constructor takes for a scheme, '' where there is none."""
    if has_http(name):
        return "http"
    return "ws" if live and has_ws(name) else ""


def _refused(wish: Wish) -> list[str]:
    traps = []
    if wish.option == "BaseAddress=" and not (wish.key or "").strip():
        traps.append(_TOO_LATE if wish.extra.get("OnPrem") == "property" else _INITIALISER)
    if wish.transport == "ws" and wish.option == "BaseAddress" and not (wish.key or "").strip():
        traps.append(_KEEP_ALIVE)
    return traps
