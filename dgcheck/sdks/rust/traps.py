"""What bites in a setting of the Rust SDK, beside what bites in every SDK's."""

from __future__ import annotations

from dgcheck.model.sdk import Dialled, Outcome, Wish
from dgcheck.sdks.rust.dial import Rules
from dgcheck.sdks.urls.reached import meant
from dgcheck.sdks.urls.traps import prefix_of

TYPE_CHECKING = False  # typing is not imported: `sdk` pays for it
if TYPE_CHECKING:
    from collections.abc import Callable

_NO_VARIABLE = "no version reads DEEPGRAM_HOST: give the address to with_base_url"
_NO_SCHEME = "an address without a scheme is refused; write http:// or https:// in front"
_NOT_REST = "REST knows only http:// and https://; live takes those too, and makes ws:// and wss:// of them"
_HOST = "live sends Host: {} in this version: a proxy that routes by name answers 404 or sends it elsewhere"
_NO_PORT = "live sends the Host header without the port: a proxy that routes by name and port answers 404"
_NEEDS_ID = "the 101 must carry dg-request-id: a proxy that takes headers away makes the connection fail"
_PRIVATE_CA = "live trusts only the roots built into the program: a private CA cannot be added"
_FEATURE = "live trusts a private CA only with the cargo feature rustls-tls-native-roots, or by Deepgram::tls_config"
_AGENT = "agent().start() asks agent.deepgram.com whatever the base: use start_at_url, without TLS on loopback only"
_NOT_SENT = "a key that cannot stand in a header is left out by REST without a word"


def own(rules: Rules) -> Callable[[Wish, Dialled], tuple[str, ...]]:
    """What to tell of a wish under these rules, the most pressing first."""

    def told(wish: Wish, found: Dialled) -> tuple[str, ...]:
        if wish.option == "DEEPGRAM_HOST":
            return (_NO_VARIABLE,)
        if rules.agent and wish.extra.get("product") == "agent":
            return (_AGENT,) if found.outcome is Outcome.CLOUD else ()
        said = meant(wish.value)
        traps = []
        if found.url is None:
            if found.outcome in (Outcome.REFUSED_BY_SDK, Outcome.CRASHES) and not said.scheme:
                traps.append(_NO_SCHEME)
            if wish.transport == "rest" and said.scheme in ("ws", "wss"):
                traps.append(_NOT_REST)
            return tuple(traps)
        prefix = prefix_of(said.path)
        if prefix and not found.url.partition("://")[2].partition("/")[2].startswith(prefix[1:]):
            traps.append(f"without a slash at its end the last part of a path is replaced: write {prefix}/")
        if wish.transport == "ws":
            traps.extend(_live(rules, said.port, found.url))
        elif any(one < " " or one == "\x7f" for one in wish.key or ""):
            traps.append(_NOT_SENT)
        return tuple(traps)

    return told


def _live(rules: Rules, port: str, url: str) -> list[str]:
    traps = []
    if "{" not in rules.host:
        traps.append(_HOST.format(rules.host))
    elif port and rules.host == "{host}":
        traps.append(_NO_PORT)
    if rules.needs_id:
        traps.append(_NEEDS_ID)
    if url.startswith("wss://"):
        traps.append(_FEATURE if rules.native_roots else _PRIVATE_CA)
    return traps
