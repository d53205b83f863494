"""URLs as Go's `net/url` writes and reads them.

The SDK fills the parts of a `url.URL` and writes it with `String`, which escapes the host; the HTTP client and the
WebSocket dialer then read that text with `Parse`, which takes few of those escapes back. Between the two a `Host` with
a scheme, a path or a blank fails. Source: `net/url/url.go` of Go 1.19; `newer_words` has those of Go 1.26.8 where they
are others, run with `go 1.21` and `go 1.26` in `go.mod`.
"""

from __future__ import annotations

_UNESCAPED = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~" + b"!$&'()*+,;=:[]<>\"")
_HEX = frozenset("0123456789abcdefABCDEF")
_DEFAULT_PORTS = {"http": "80", "https": "443", "ws": "80", "wss": "443"}


class GoUrlError(ValueError):
    """What `url.Parse` or the dialler beneath it says; `str()` is the whole sentence."""


def escape_host(host: str) -> str:
    """The host as `url.URL.String` writes it: everything but a name's own characters as `%XX` of its UTF-8 bytes."""
    raw = host.encode("utf-8", "surrogatepass")
    return "".join(chr(byte) if byte in _UNESCAPED else f"%{byte:02X}" for byte in raw)


def written(scheme: str, host: str, path: str) -> str:
    """The text of a `url.URL` with these parts; the path must need no escaping."""
    return f"{scheme}://{escape_host(host)}/{path}"


def read_host(escaped: str) -> str:
    """The host that `url.Parse` reads from an authority without user information. Raises GoUrlError with its words."""
    if escaped.startswith("["):
        end = escaped.rfind("]")
        if end < 0:
            raise GoUrlError("missing ']' in host")
        _check_port(escaped[end + 1 :])
        inner, percent, zone = escaped[:end].partition("%25")
        if percent:
            return f"{_unescaped(inner)}%{_unescaped(zone, zone=True)}{_unescaped(escaped[end:])}"
    elif ":" in escaped:
        _check_port(escaped[escaped.rfind(":") :])
    return _unescaped(escaped)


def newer_words(scheme: str, escaped: str) -> tuple[str, str]:
    """When a newer Go says something else of an authority that cannot be read, and what; ('', '') where it does not.

    A misplaced bracket is refused at once, whatever the program's `go.mod` says; a second colon only with `go 1.26` in
    it, and for `http` and `https` alone.
    """
    if escaped.rfind("[") > 0:
        return "built with Go 1.26", "invalid IP-literal"
    if "[" in escaped or scheme not in ("http", "https") or escaped.count(":") < 2:
        return "", ""
    words = f"invalid port {quoted(escaped[escaped.find(':') :])} after host"
    return "built with Go 1.26, and with go 1.26 or newer in the program's go.mod", words


def address(scheme: str, host: str) -> tuple[str, str]:
    """Name and port that a client dials for a host as it was read. Raises GoUrlError where that is no address."""
    name, port = _split(host)
    literal = name.startswith("[")
    live = scheme in ("ws", "wss")
    if not literal and ":" in name and live:
        raise GoUrlError(f"dial tcp: address {host}: too many colons in address")
    if not literal and "]" in name:
        raise GoUrlError(f"dial tcp: address {name}:{port or _DEFAULT_PORTS[scheme]}: unexpected ']' in address")
    if port and int(port[-20:]) > 65535:
        raise GoUrlError(f"dial tcp: address {port}: invalid port")
    if not literal and ":" in name and not _is_ipv6(name):
        raise GoUrlError(f"dial tcp: lookup {name}: no such host")
    if live and not port and host.endswith(":"):
        raise GoUrlError(f"dial tcp {name}:0: connect: connection refused")
    return name.removeprefix("[").removesuffix("]"), port or _DEFAULT_PORTS.get(scheme, "")


def without_empty_port(host: str) -> str:
    """`h:` as `h`: what `http.NewRequest` makes of it; a WebSocket dialer keeps the colon and dials port 0."""
    return host[:-1] if host.endswith(":") and host.rfind(":") > host.rfind("]") else host


def quoted(text: str) -> str:
    """The text as `%q` writes it, for the printable ASCII that an escaped URL holds."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _is_ipv6(text: str) -> bool:
    from ipaddress import IPv6Address  # only for a name with colons in it: it costs milliseconds

    try:
        return bool(IPv6Address(text))
    except ValueError:
        return False


def _check_port(port: str) -> None:
    if port and (port[0] != ":" or not all("0" <= one <= "9" for one in port[1:])):
        raise GoUrlError(f"invalid port {quoted(port)} after host")


def _unescaped(text: str, zone: bool = False) -> str:
    """Take back the escapes that a host may hold: those of bytes beyond ASCII, and `%25`."""
    raw, at = bytearray(), 0
    while at < len(text):
        if text[at] != "%":
            raw += text[at].encode("utf-8", "surrogatepass")
            at += 1
            continue
        escape = text[at : at + 3]
        if len(escape) < 3 or not _HEX.issuperset(escape[1:]):
            raise GoUrlError(f"invalid URL escape {quoted(escape)}")
        byte = int(escape[1:], 16)
        refused = (byte != 0x20 and byte not in _UNESCAPED) if zone else byte < 0x80
        if escape != "%25" and refused:
            raise GoUrlError(f"invalid URL escape {quoted(escape)}")
        raw.append(byte)
        at += 3
    return raw.decode("utf-8", "replace")


def _split(host: str) -> tuple[str, str]:
    """Name and digits of the port as `url.URL.Hostname` and `Port` tell them; brackets stay."""
    colon = host.rfind(":")
    if colon > host.rfind("]"):
        return host[:colon], host[colon + 1 :]
    return host, ""
