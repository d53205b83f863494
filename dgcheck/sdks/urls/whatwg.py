"""How `new URL(text, base)` reads a URL in Node and in browsers: the parser of the WHATWG URL standard.

Source: https://url.spec.whatwg.org/ (states of the basic URL parser, host parser); tested against Node 20. Left out:
`file:` and the bidirectional rules of names, which no address of a deployment needs.
"""

from __future__ import annotations

from dgcheck.model.pattern import pattern
from dgcheck.model.record import dataclass, replace
from dgcheck.sdks.urls.reached import CannotUse

INVALID = "Invalid URL"
SPECIAL = {"http": 80, "https": 443, "ws": 80, "wss": 443, "ftp": 21}
_SCHEME = pattern(r"([a-zA-Z][a-zA-Z0-9+.\-]*):")
_STRIPPED = "".join(map(chr, range(0x21)))
_FORBIDDEN_HOST = frozenset("\0\t\n\r #/:<>?@[\\]^|")
_FORBIDDEN_DOMAIN = _FORBIDDEN_HOST | frozenset(map(chr, range(0x20))) | frozenset("%\x7f")
_QUERY = frozenset(' "#<>')
_PATH = _QUERY | frozenset("?`{}")
_USERINFO = _PATH | frozenset("/:;=@[\\]^|")


@dataclass(frozen=True, slots=True)
class Url:
    """A parsed URL. `host` None: there is none, as in `h:8080`, a scheme with an opaque path."""

    scheme: str
    host: str | None
    port: int | None
    path: str
    query: str | None = None
    fragment: str | None = None
    userinfo: str = ""
    opaque: bool = False

    @property
    def href(self) -> str:
        """The whole as text."""
        authority = "" if self.host is None else f"//{self.userinfo and self.userinfo + '@'}{self.authority}"
        query = "" if self.query is None else f"?{self.query}"
        fragment = "" if self.fragment is None else f"#{self.fragment}"
        return f"{self.scheme}:{authority}{self.path}{query}{fragment}"

    @property
    def authority(self) -> str:
        """Host, in brackets where it is an IPv6 address, and port where it is not the scheme's own."""
        host = self.host or ""
        host = f"[{host}]" if ":" in host else host
        return host if self.port is None else f"{host}:{self.port}"


def parse(text: str, base: Url | None = None) -> Url:
    """The URL. Raises CannotUse("Invalid URL")."""
    text = text.strip(_STRIPPED).translate({9: None, 10: None, 13: None})
    text, mark, fragment_text = text.partition("#")
    fragment = _escape(fragment_text, frozenset(' "<>`')) if mark else None
    found = _SCHEME.match(text)
    if found:
        scheme = found[1].lower()
        if scheme not in SPECIAL or base is None or base.scheme != scheme or text[found.end() :][:2] in _SLASHES:
            return replace(_absolute(scheme, text[found.end() :]), fragment=fragment)
        text = text[found.end() :]
    if base is None or (base.opaque and (text or fragment is None)):
        raise CannotUse(INVALID)
    return replace(_relative(text, base), fragment=fragment)


_SLASHES = ("//", "\\\\", "/\\", "\\/")


def with_path(url: Url, path: str) -> Url:
    """What assigning to `pathname` makes of a URL; nothing where the path is opaque."""
    if url.opaque:
        return url
    return replace(url, path=_path(path.replace("?", "%3F").replace("#", "%23"), url.scheme in SPECIAL, ()))


def _absolute(scheme: str, rest: str) -> Url:
    special = scheme in SPECIAL
    if special:
        rest = rest.lstrip("/\\")
    elif rest.startswith("//"):
        rest = rest[2:]
    elif rest.startswith("/"):
        path, query = _split_query(rest, special)
        return Url(scheme, None, None, _path(path, special, ()), query)
    else:
        path, mark, query_text = rest.partition("?")
        query = _query(query_text, False) if mark else None
        return Url(scheme, None, None, _escape(path, frozenset()), query, opaque=True)
    end = next((place for place, char in enumerate(rest) if char in ("/?\\" if special else "/?")), len(rest))
    userinfo, host, port = _authority(rest[:end], scheme)
    path, query = _split_query(rest[end:], special)
    return Url(scheme, host, port, _path(path, special, ()) if path or special else "", query, userinfo=userinfo)


def _relative(text: str, base: Url) -> Url:
    special = base.scheme in SPECIAL
    if base.opaque:
        return base
    slashed = text.replace("\\", "/") if special else text
    if slashed.startswith("//"):
        return _absolute(base.scheme, text)
    path, query = _split_query(text, special)
    if not path:
        return replace(base, query=base.query if query is None else query)
    if path[0] == "/" or (special and path[0] == "\\"):
        return replace(base, path=_path(path, special, ()), query=query)
    return replace(base, path=_path(path, special, tuple(base.path.split("/")[1:-1])), query=query)


def _split_query(text: str, special: bool) -> tuple[str, str | None]:
    path, mark, query = text.partition("?")
    return path, _query(query, special) if mark else None


def _query(text: str, special: bool) -> str:
    return _escape(text, _QUERY | frozenset("'") if special else _QUERY)


def _path(text: str, special: bool, before: tuple[str, ...]) -> str:
    if special:
        text = text.replace("\\", "/")
    parts = text.removeprefix("/").split("/")
    kept = list(before)
    for place, part in enumerate(parts):
        last = place == len(parts) - 1
        plain = part.lower().replace("%2e", ".")
        if plain == "..":
            del kept[-1:]
        if plain in (".", ".."):
            if last:
                kept.append("")
        else:
            kept.append(_escape(part, _PATH))
    return "/" + "/".join(kept)


def _authority(text: str, scheme: str) -> tuple[str, str, int | None]:
    special = scheme in SPECIAL
    credentials, at, hostport = text.rpartition("@")
    if at and not hostport:
        raise CannotUse(INVALID)
    name, _, word = credentials.partition(":")
    userinfo = _escape(name, _USERINFO) + (":" + _escape(word, _USERINFO) if word else "")
    inside, host_end = False, len(hostport)
    for place, char in enumerate(hostport):
        inside = (inside or char == "[") and char != "]"
        if char == ":" and not inside:
            host_end = place
            break
    host, port_text = hostport[:host_end], hostport[host_end + 1 :]
    if not host and (special or host_end < len(hostport) or userinfo):
        raise CannotUse(INVALID)
    if port_text and not (port_text.isascii() and port_text.isdigit()):
        raise CannotUse(INVALID)
    port = int(port_text) if port_text else None
    if port is not None and port > 65535:
        raise CannotUse(INVALID)
    return userinfo, read_host(host, special) if host else "", None if port == SPECIAL.get(scheme) else port


def read_host(host: str, special: bool = True) -> str:
    """A host as the standard writes it, without brackets. Raises CannotUse."""
    if host.startswith("["):
        from ipaddress import AddressValueError, IPv6Address

        try:
            if not host.endswith("]") or "%" in host:
                raise CannotUse(INVALID)
            return str(IPv6Address(host[1:-1]))
        except AddressValueError:
            raise CannotUse(INVALID) from None
    if not special:
        if _FORBIDDEN_HOST.intersection(host):
            raise CannotUse(INVALID)
        return _escape(host, frozenset())
    name = _unescape(host)
    name = name.lower() if name.isascii() else _in_ascii(name)
    if not name or _FORBIDDEN_DOMAIN.intersection(name):
        raise CannotUse(INVALID)
    return _ipv4(name)


def _in_ascii(name: str) -> str:
    try:
        from unicodedata import normalize

        return normalize("NFKC", name.replace("\u3002", ".")).lower().encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise CannotUse(INVALID) from None


def _ipv4(name: str) -> str:
    """The name itself, or the address that `127.1`, `0x7f000001` and `2130706433` are."""
    parts = name.split(".")
    if parts[-1] == "" and len(parts) > 1:
        parts.pop()
    if not (parts[-1].isdigit() or _number(parts[-1]) is not None):
        return name
    numbers = [_number(part) for part in parts]
    if len(parts) > 4 or None in numbers:
        raise CannotUse(INVALID)
    found = [number for number in numbers if number is not None]
    if any(number > 255 for number in found[:-1]) or found[-1] >= 256 ** (5 - len(found)):
        raise CannotUse(INVALID)
    whole = found[-1] + sum(number * 256 ** (3 - place) for place, number in enumerate(found[:-1]))
    return ".".join(str(whole >> shift & 255) for shift in (24, 16, 8, 0))


def _number(part: str) -> int | None:
    if part.startswith("0x"):
        digits, radix = part[2:] or "0", 16
    elif len(part) > 1 and part.startswith("0"):
        digits, radix = part[1:], 8
    else:
        digits, radix = part, 10
    allowed = "0123456789abcdef"[:radix]
    return int(digits, radix) if digits and all(char in allowed for char in digits) else None


def _unescape(text: str) -> str:
    first, *rest = text.encode("utf-8", "replace").split(b"%")
    found = [first]
    for part in rest:
        try:
            found.append(bytes((int(part[:2].decode("ascii"), 16),)) + part[2:] if part[:2].isalnum() else b"%" + part)
        except ValueError:
            found.append(b"%" + part)
    return b"".join(found).decode("utf-8", "replace")


def _escape(text: str, unsafe: frozenset[str]) -> str:
    """Percent-encode controls, what is beyond ASCII, and `unsafe`; escapes that are there stay."""
    return "".join(
        "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "replace"))
        if char in unsafe or not "\x20" <= char <= "\x7e"
        else char
        for char in text
    )
