"""URLs as OkHttp's `HttpUrl` reads and extends them.

It knows http and https alone, forgives any number of slashes before the host, and takes an empty last segment away
before it adds others. Source: `HttpUrl.kt` and `internal/hostnames.kt` of OkHttp 4.12, run on the values of the tests.
"""

from __future__ import annotations

from dgcheck.model.record import dataclass, replace

_BLANKS = " \t\n\f\r"
_IGNORED = dict.fromkeys((9, 10, 12, 13))
_NOT_IN_HOST = frozenset(" #%/:?@[\\]")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_SEGMENT = frozenset(' "<>^`{}|/\\?#')
_QUERY = frozenset(" \"'<>#")


@dataclass(frozen=True, slots=True)
class HttpUrl:
    """A URL in parts. `port` None is the scheme's own; `segments` are escaped; `query` has its mark."""

    scheme: str
    host: str
    port: int | None
    segments: tuple[str, ...]
    query: str = ""

    @property
    def path(self) -> str:
        """The path, which begins with a slash."""
        return "/" + "/".join(self.segments)

    def adding(self, path: str) -> HttpUrl:
        """`newBuilder().addPathSegments(path)`: an empty last segment makes room for the first new one."""
        kept = self.segments[:-1] if self.segments[-1] == "" else self.segments
        return replace(self, segments=(*kept, *path.split("/")))


def parse(text: str) -> HttpUrl | None:
    """`HttpUrl.parse(text)`: None for whatever is no http or https URL."""
    text = text.strip(_BLANKS)
    scheme, colon, rest = text.partition(":")
    scheme = scheme.lower()
    if not colon or scheme not in _DEFAULT_PORTS:
        return None
    rest = rest.lstrip("/\\")
    end = min((at for mark in "/\\?#" if (at := rest.find(mark)) >= 0), default=len(rest))
    authority, tail = rest[:end], rest[end:].partition("#")[0]
    found = _server(scheme, authority.rpartition("@")[2])
    if found is None:
        return None
    path, mark, query = tail.partition("?")
    return replace(
        found, segments=_segments(path), query=mark + _escaped(query.translate(_IGNORED), _QUERY) if mark else ""
    )


def _server(scheme: str, text: str) -> HttpUrl | None:
    inside, colon = False, len(text)
    for at, one in enumerate(text):
        if one in "[]":
            inside = one == "["
        elif one == ":" and not inside:
            colon = at
            break
    host = _host(_unescaped(text[:colon]))
    if host is None:
        return None
    digits = text[colon + 1 :].translate(_IGNORED)
    port = None
    if text[colon + 1 :]:
        if not (digits.isascii() and digits.removeprefix("+").isdigit() and 0 < int(digits[-20:]) < 65536):
            return None
        port = int(digits)
    return HttpUrl(scheme, host, None if port == _DEFAULT_PORTS[scheme] else port, ("",))


def _host(host: str) -> str | None:
    """`toCanonicalHost`, with brackets where there is a colon; None where it is no host."""
    if ":" in host:
        from ipaddress import IPv6Address  # only for a literal: it costs milliseconds

        if host.startswith("[") != host.endswith("]"):
            return None
        try:
            address = IPv6Address(host.removeprefix("[").removesuffix("]"))
        except ValueError:
            return None
        return str(address.ipv4_mapped) if address.ipv4_mapped else f"[{address}]"
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return None
    host = host.lower()
    if "" in host.removesuffix(".").split(".") or any(len(label) > 63 for label in host.split(".")):
        return None
    bad = not host or any(one <= "\x1f" or one >= "\x7f" or one in _NOT_IN_HOST for one in host)
    return None if bad else host


def _unescaped(text: str) -> str:
    if "%" not in text:
        return text
    from urllib.parse import unquote  # only for a host with escapes: it costs milliseconds

    return unquote(text)


def _segments(path: str) -> tuple[str, ...]:
    """The escaped segments of a path, its dots taken out."""
    if not path:
        return ("",)
    kept: list[str] = []
    parts = path.replace("\\", "/").split("/")[1:]
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        plain = part.lower().replace("%2e", ".")
        if plain == "..":
            if kept:
                kept.pop()
        elif plain != ".":
            kept.append(_escaped(part.translate(_IGNORED), _SEGMENT))
            continue
        if last:
            kept.append("")
    return tuple(kept) or ("",)


def _escaped(text: str, unsafe: frozenset[str]) -> str:
    """The text with controls, what is beyond ASCII, and `unsafe` as `%XX`; every `%` stays."""
    return "".join(
        "".join(f"%{byte:02X}" for byte in one.encode("utf-8", "replace"))
        if one in unsafe or not " " <= one <= "~"
        else one
        for one in text
    )
