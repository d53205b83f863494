"""Where a request goes, and whether that is what the value meant.

Every runtime reads the value in its own way; what it ends up with is a `Reached`, or a `CannotUse` with its own words.
"""

from __future__ import annotations

from dgcheck.model.pattern import pattern
from dgcheck.model.record import dataclass, replace
from dgcheck.model.sdk import Dialled, Outcome, Wish

CLOUD = "api.deepgram.com"
_DEFAULT_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}
_TLS = ("https", "wss")
# A scheme, also one that was mistyped: `http:/h`, `http//h`, `https:h`.
_SCHEME = pattern(r"([A-Za-z][A-Za-z0-9+.\-]*):[/\\]{2,}|(https?|wss?)(?::?[/\\]+|:(?=[^\d]))", 2)


class CannotUse(Exception):
    """No request leaves: the text is what the user sees. `outcome` says whose words they are."""

    def __init__(self, text: str, outcome: Outcome = Outcome.ERROR) -> None:
        super().__init__(text)
        self.text = text
        self.outcome = outcome


@dataclass(frozen=True, slots=True)
class Reached:
    """A request on the wire. `host` has no brackets; `port` None is the scheme's own; `target` is path and query."""

    scheme: str
    host: str
    port: int | None = None
    target: str = ""

    @property
    def tls(self) -> bool:
        """Whether the connection begins with TLS."""
        return self.scheme in _TLS

    @property
    def origin(self) -> str:
        """Scheme, host and, where it is not the scheme's own, port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        own = self.port is None or self.port == _DEFAULT_PORTS.get(self.scheme)
        return f"{self.scheme}://{host}" if own else f"{self.scheme}://{host}:{self.port}"

    @property
    def url(self) -> str:
        """All of it."""
        return self.origin + self.target

    def on_the_wire(self, transport: str) -> Reached:
        """The same with the scheme that the transport has in a URL: `ws` or `wss` for live, else `http` or `https`."""
        plain, secure = ("ws", "wss") if transport == "ws" else ("http", "https")
        return replace(self, scheme=secure if self.tls else plain)


@dataclass(frozen=True, slots=True)
class Meant:
    """What a person means by a value: its parts, read as kindly as possible. Each is '' where there is none."""

    scheme: str
    userinfo: str
    host: str
    port: str
    path: str
    query: str

    @property
    def tls(self) -> bool | None:
        """Whether TLS is asked for; None where no known scheme says so."""
        return self.scheme in _TLS if self.scheme in _DEFAULT_PORTS else None


def meant(value: str) -> Meant:
    """The parts of a value. Never fails."""
    text = value.strip().strip("\"'")
    found = _SCHEME.match(text)
    scheme, rest = (found[1] or found[2], text[found.end() :]) if found else ("", text)
    rest, _, _ = rest.partition("#")
    rest, _, query = rest.partition("?")
    authority, slash, path = rest.partition("/")
    userinfo, _, hostport = authority.rpartition("@")
    if hostport.startswith("["):
        host, _, port = hostport[1:].partition("]")
        port = port.removeprefix(":")
    else:
        host, _, port = hostport.partition(":")
    return Meant(scheme.lower(), userinfo, host.strip().lower(), port.strip(), slash + path, query)


def same_host(reached: str, wanted: str) -> bool:
    """Whether the host that is dialled is the one that was meant, in another spelling perhaps."""
    found = reached.lower().strip(".")
    wanted = wanted.strip(".")
    if found == wanted or not wanted.isascii():
        return found == wanted or found.startswith("xn--") or "%" not in found
    if ":" in found and ":" in wanted:
        return True  # the same address, spelled shorter
    return found.replace(".", "").isdigit() and wanted[:1].isdigit()  # 127.1 and 0x7f.1 are 127.0.0.1


def outcome_of(reached: Reached, wish: Wish, *, unfound: str) -> Dialled:
    """The outcome of a request that leaves. `unfound` is what the runtime says of a name that does not exist.

    Only the origin is told of the cloud and of a wrong host: no request is seen there.
    """
    wire = reached.on_the_wire(wish.transport)
    if is_cloud(wire.host):
        return Dialled(Outcome.CLOUD, wire.origin)
    if not same_host(wire.host, meant(wish.value).host):
        return Dialled(Outcome.WRONG_HOST, wire.origin, unfound)
    return Dialled(Outcome.DIALS, wire.url)


def check_python(found: Reached) -> Reached:
    """The same, where Python's `socket` can look up the name and take the port. Raises CannotUse with its words."""
    labels = found.host.removesuffix(".").split(".")
    if ":" not in found.host and not all(0 < len(label) < 64 for label in labels):
        raise CannotUse("encoding with 'idna' codec failed (UnicodeError: label empty or too long)")
    if found.port is not None and found.port < 0:
        raise CannotUse("[Errno -8] Servname not supported for ai_socktype")
    if found.port is not None and found.port > 65535:
        # glibc keeps the lower 16 bits, and something else is dialled; nothing listens there, mostly.
        raise CannotUse("[Errno 111] Connection refused")
    return found


def is_cloud(host: str) -> bool:
    """Whether a host belongs to Deepgram's hosted service."""
    return host == "deepgram.com" or host.endswith(".deepgram.com")


def cloud(transport: str) -> Dialled:
    """What dials the hosted service whatever was set."""
    return Dialled(Outcome.CLOUD, f"{'wss' if transport == 'ws' else 'https'}://{CLOUD}")
