"""URIs as .NET's `System.Uri` reads and writes them, and `UriBuilder` after it.

Only what an absolute address of a server needs, on Linux and macOS: schemes, implicit file paths, user information,
hosts, ports, a path with its dots taken out, a query. Source: `System.Private.Uri` of dotnet/runtime (`Uri.cs`,
`DomainNameHelper.cs`, `UncNameHelper.cs`, `IPv4AddressHelper.cs`, `UriBuilder.cs`).
"""

from __future__ import annotations

from dgcheck.model.record import dataclass, replace
from dgcheck.sdks.urls import dotnet_host

_BLANKS = " \n\r\t"
_DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443, "ftp": 21}
_SERVERS = frozenset({"http", "https", "ws", "wss"})  # a host must follow; all schemes alike in the rest
_SCHEME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.")
_PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/?#[]@!$&'()*+,;=")
_UNRESERVED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
_HEX = frozenset("0123456789abcdefABCDEF")

BAD_FORMAT = "Invalid URI: The format of the URI could not be determined."
BAD_SCHEME = "Invalid URI: The URI scheme is not valid."
BAD_AUTHORITY = "Invalid URI: The Authority/Host could not be parsed."
BAD_HOST = "Invalid URI: The hostname could not be parsed."
BAD_PORT = "Invalid URI: Invalid port specified."
EMPTY = "Invalid URI: The URI is empty."
BAD_USER = "Invalid URI: The username:password construct is badly formed."
LONG_SCHEME = "Invalid URI: The Uri scheme is too long."


class UriFormatError(ValueError):
    """What `UriFormatException` says; `str()` is the whole sentence."""


@dataclass(frozen=True, slots=True)
class Uri:
    """An absolute URI in parts. `port` None is the scheme's own; `query` and `fragment` keep their mark."""

    scheme: str
    userinfo: str
    host: str
    port: int | None
    path: str
    query: str
    fragment: str

    @property
    def on_the_wire(self) -> str:
        """Scheme, host, port, path and query: what a request shows. User information and fragment stay behind."""
        port = "" if self.port is None else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}{self.path}{self.query}"


def parse(text: str) -> Uri:
    """`new Uri(text)`. Raises UriFormatError with the sentence of the exception.

    A scheme of one letter would be the drive of a Windows path; it is taken for the name that a single letter stands
    for in an example.
    """
    if not text:
        raise UriFormatError(EMPTY)
    given = text.lstrip(_BLANKS)
    if given.startswith("/") and not given.startswith(("//", "/\\")):
        return Uri("file", "", "", None, given, "", "")
    scheme, mark, rest = given.partition(":")
    if len(given) < 3 or (given[0] == "\\" and given[1] not in "/\\"):
        raise UriFormatError(BAD_FORMAT)
    if given[0] in "/\\":
        return _share(given)
    if not mark:
        raise UriFormatError(BAD_FORMAT)
    if not (scheme[:1].isascii() and scheme[:1].isalpha() and _SCHEME.issuperset(scheme)):
        raise UriFormatError(BAD_SCHEME if scheme else BAD_FORMAT)
    if len(scheme) > 1024:
        raise UriFormatError(LONG_SCHEME)
    scheme = scheme.lower()
    rest = rest.rstrip(_BLANKS)
    slashes = rest[:2].replace("\\", "/")
    if scheme not in _SERVERS:
        return _other(scheme, rest)
    if slashes != "//":
        raise UriFormatError(BAD_AUTHORITY)
    return _server(scheme, rest[2:])


def without_query(uri: Uri) -> Uri:
    """The URI after `new UriBuilder(...)` with a query of its own. Raises UriFormatError where that is no URI."""
    user, colon, word = uri.userinfo.partition(":")
    if colon and word and not user:
        raise UriFormatError(BAD_USER)
    return replace(uri, query="", fragment="")


def escaped(text: str) -> str:
    """The text with what may not stand in a URI as `%XX` of its UTF-8; escapes of plain letters are taken back."""
    out: list[str] = []
    at = 0
    while at < len(text):
        escape = text[at : at + 3]
        if escape[0] == "%" and len(escape) == 3 and _HEX.issuperset(escape[1:]):
            plain = chr(int(escape[1:], 16))
            out.append(plain if plain in _UNRESERVED else escape)
            at += 3
            continue
        out.extend(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in escape[0].encode("utf-8", "replace"))
        at += 1
    return "".join(out)


def _share(text: str) -> Uri:
    """`//host/path` without a scheme: a Windows share, whose host may have no port."""
    rest = text.lstrip("/\\").rstrip(_BLANKS)
    host = rest
    for mark in "/\\":
        host = host.partition(mark)[0]
    if not host or not (dotnet_host.is_dns(host) or dotnet_host.is_share(host) or dotnet_host.ipv6(host)):
        raise UriFormatError(BAD_HOST)
    return Uri("file", "", host.lower(), None, escaped(rest[len(host) :].replace("\\", "/")), "", "")


def _other(scheme: str, rest: str) -> Uri:
    """A scheme that .NET does not know: `localhost:8080/listen` is one. An authority is looked for, not asked for."""
    if rest[:2] == "//" and scheme != "file" and rest[2:3] not in ("", "/", "?", "#"):
        return _server(scheme, rest[2:])
    return Uri(scheme, "", "", None, rest, "", "")


def _server(scheme: str, rest: str) -> Uri:
    """What follows `scheme://`."""
    end = _first(rest, "/?#\\")
    if end == 0:
        raise UriFormatError(BAD_HOST)
    at = rest.find("@", 0, end)
    start = at + 1 if 0 <= at < len(rest) - 1 else 0
    name, length = dotnet_host.read(rest[start:])
    if name is None or rest[start + length : start + length + 1] == "\\":
        raise UriFormatError(BAD_HOST)
    tail = rest[start + length :]
    port = None
    if tail.startswith(":"):
        stop = _first(tail, "/?#")
        port = _port(tail[1:stop])
        tail = tail[stop:]
    elif tail[:1] not in ("", "/", "?", "#"):
        raise UriFormatError(BAD_HOST)
    if port == _DEFAULT_PORTS.get(scheme):
        port = None
    path, query, fragment = _parts(tail)
    return Uri(scheme, rest[: max(start - 1, 0)], name, port, path, query, fragment)


def _port(digits: str) -> int | None:
    """The port, None for an empty one. Raises UriFormatError beyond 65535 and for anything but digits."""
    if not all("0" <= one <= "9" for one in digits):
        raise UriFormatError(BAD_PORT)
    if digits and int(digits[-20:]) > 0xFFFF:
        raise UriFormatError(BAD_PORT)
    return int(digits[-20:]) if digits else None


def _parts(tail: str) -> tuple[str, str, str]:
    """Path, query and fragment of what follows the host: the path begins with a slash and has no dots of its own."""
    rest, hash_mark, fragment = tail.partition("#")
    path, mark, query = rest.partition("?")
    path = escaped(_undotted(path.replace("\\", "/")) or "/")
    return path, escaped(mark + query), hash_mark + fragment


def _undotted(path: str) -> str:
    """The path without `.` and `..`; slashes that stand side by side stay."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")[1:]
    for number, segment in enumerate(segments):
        last = number == len(segments) - 1
        if segment not in (".", ".."):
            kept.append(segment)
            continue
        if segment == ".." and kept:
            kept.pop()
        if last:
            kept.append("")
    return "/" + "/".join(kept)


def _first(text: str, marks: str) -> int:
    """Where the first of the marks stands, or the end."""
    found = [at for mark in marks if (at := text.find(mark)) >= 0]
    return min(found, default=len(text))
