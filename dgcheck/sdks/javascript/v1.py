"""@deepgram/sdk 1 and 2: `apiUrl` is a host name, not a URL, and `requireSSL` the third argument of the constructor.

REST hands it to `https.request` as the host, so that no port can be given; live puts `wss://` before it. Source:
dist/index.js of 1.0.1 to 2.4.0.
"""

from __future__ import annotations

from dgcheck.model.record import dataclass, replace
from dgcheck.model.sdk import Dialled, Outcome, Wish
from dgcheck.sdks.urls import node, whatwg
from dgcheck.sdks.urls.reached import CLOUD, CannotUse, Reached, cloud, meant, outcome_of

ENDPOINT = "v1/listen"
_REFUSED = Outcome.REFUSED_BY_SDK


@dataclass(frozen=True, slots=True)
class Habits:
    """`honours_plain`: false as the third argument means no TLS, and an empty `apiUrl` is refused (2.2 and newer)."""

    honours_plain: bool

    def dial(self, wish: Wish) -> Dialled:
        """What becomes of a wish."""
        try:
            host = self._host(wish)
            if host is None:
                return cloud(wish.transport)
            plain = wish.extra.get("requireSSL", "").lower() == "false"
            tls = not (plain and self.honours_plain)
            found = self._live(wish, host, tls) if wish.transport == "ws" else self._rest(wish, host, tls)
            if plain and tls and found.outcome is Outcome.DIALS:
                return _handshake_only(found)
            return found
        except CannotUse as error:
            return Dialled(error.outcome, error=error.text)

    def traps(self, wish: Wish, found: Dialled) -> tuple[str, ...]:
        """What only these versions do, where it bites."""
        if wish.option != "apiUrl":
            return (f"{wish.option} is not read by any JavaScript SDK: new Deepgram(key, apiUrl)",)
        if found.outcome is not Outcome.WRONG_HOST:
            return ()
        wanted = meant(wish.value)
        if wanted.scheme:
            return ("apiUrl is a host name without a scheme; TLS is switched off by false as the third argument",)
        if wish.transport == "rest" and wanted.port:
            return (
                "REST cannot take a port: it is looked up as a part of the name; port 443 it is, or 80 without TLS",
            )
        return ("REST cannot take a path: it is looked up as a part of the name",)

    def _host(self, wish: Wish) -> str | None:
        """The host as the SDK keeps it, None for the cloud's. Raises CannotUse for a key or host that it refuses."""
        if not (wish.key or "").strip():
            raise CannotUse("DG: API key is required", _REFUSED)
        if wish.option != "apiUrl":
            return None
        if not wish.value and not self.honours_plain:
            return None
        if not wish.value.strip():
            raise CannotUse("DG: API url should be a valid url or not provided", _REFUSED)
        return wish.value

    def _rest(self, wish: Wish, host: str, tls: bool) -> Dialled:
        said = "DG: TypeError [ERR_INVALID_CHAR]: Invalid character in header content"
        node.check_header(host, Outcome.ERROR, said=f'{said} ["Host"]')
        node.check_header(f"token {wish.key}", Outcome.ERROR, said=f'{said} ["Authorization"]')
        name = host.lower()
        if name == CLOUD:
            return Dialled(Outcome.CLOUD, f"{'https' if tls else 'http'}://{CLOUD}")
        if name == meant(host).host or _is_ipv6(name):
            return Dialled(Outcome.DIALS, Reached("https" if tls else "http", name, None, f"/{ENDPOINT}").url)
        return Dialled(Outcome.WRONG_HOST, error=f"DG: Error: getaddrinfo ENOTFOUND {host}")

    def _live(self, wish: Wish, host: str, tls: bool) -> Dialled:
        scheme = "wss" if tls else "ws"
        url = replace(whatwg.parse(f"{scheme}://{host}/{ENDPOINT}"), fragment=None)
        node.check_header(f"token {wish.key}", Outcome.ERROR)
        found = node.websocket(url, Outcome.ERROR)
        return outcome_of(found, wish, unfound=f"getaddrinfo ENOTFOUND {found.host}")


def _is_ipv6(host: str) -> bool:
    try:
        return ":" in host and bool(whatwg.read_host(f"[{host}]"))
    except CannotUse:
        return False


def _handshake_only(found: Dialled) -> Dialled:
    """What asked for plain HTTP speaks it: the TLS handshake fails there, and no request is seen, only its port."""
    parts = whatwg.parse(found.url or "")
    host = f"[{parts.host}]" if ":" in (parts.host or "") else parts.host
    said = "the third argument, requireSSL, is not heard by this version: it speaks TLS all the same; use 2.2 or newer"
    return replace(found, url=f"{parts.scheme}://{host}:{parts.port or 443}", traps=(said,))
