"""What was typed, as a target.

One reading for every form a person pastes: a base, a base that already ends in `/v1`, a bare `host:port`,
`ws` and `wss`, an address, and a whole request out of somebody's log.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote, urlencode

from dgcheck.model.pattern import pattern
from dgcheck.model.target import Secret, Target
from dgcheck.wire.redact import SECRET_PARAMETERS

SCHEMES = {"http": "http", "https": "https", "ws": "http", "wss": "https"}
# Ends of a path that belong to the API and not to the base, longest first.
API_ENDS = (
    "/v1/listen/stream",
    "/v1/agent/converse",
    "/v1/status/engine",
    "/v1/certificates",
    "/v1/listen",
    "/v2/listen",
    "/v1/speak",
    "/v2/speak",
    "/v1/models",
    "/v1/status",
    "/v1/read",
    "/v1",
    "/v2",
)
# Ends of a request that left the version out (a .NET base address without `/v1`).
BARE_ENDS = ("/listen", "/speak", "/models", "/status")
_BLANK = pattern(r"[\x00-\x20\x7f\u0080-\u00a0\u2028\u2029\ufeff]")
_SCHEME = pattern(r"([A-Za-z][A-Za-z0-9+.\-]*)://")
_LABEL = pattern(r"[A-Za-z0-9_]([A-Za-z0-9_\-]{0,61}[A-Za-z0-9_])?\Z")
_IPV4 = pattern(r"(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\Z")


class BadUrl(ValueError):
    """A target that cannot be used: `problem` says why, `part` quotes what is at fault."""

    def __init__(self, problem: str, part: str) -> None:
        super().__init__(f"{problem}: {part!r}")
        self.problem = problem
        self.part = part


def parse(text: str) -> Target:
    """Read a target.

    `ws` is `http` and `wss` is `https`. Without a scheme, port 443 means https and all else http, to be checked
    by what the port speaks. Raises BadUrl for what names no host that could be dialled.
    """
    given = text.strip()
    if not given:
        raise BadUrl("no URL was given", text)
    if not (given.isascii() and given.isprintable() and " " not in given) and (bad := _BLANK.search(given)):
        raise BadUrl("a URL holds no blanks and no control characters", bad.group())
    scheme_given, rest = _split_scheme(given)
    rest, _, _ = rest.partition("#")
    authority, slash, tail = _split_authority(rest)
    path, mark, query = (slash + tail).partition("?")
    userinfo, host, port_text = _split_host(authority)
    if not scheme_given and host.lower() in SCHEMES:
        raise BadUrl("the scheme must be followed by '://' and a host", given)
    tls = SCHEMES.get(scheme_given, "") == "https" or (not scheme_given and port_text in ("443", "8443"))
    port = _port(port_text, tls)
    if mark:
        prefix, doubled, replay = _base_of_request(path), "", _without_keys(path, query)
    else:
        prefix, doubled = _cut_api(path)
        replay = ""
    return Target(
        given=given,
        scheme="https" if tls else "http",
        host=_host(host),
        port=port,
        prefix=quote(unquote(prefix), safe="/-._~!$&'()*+,;=:@"),
        replay=replay,
        scheme_given=scheme_given,
        path_doubled=doubled,
        userinfo=Secret(unquote(userinfo)) if userinfo else None,
    )


def _split_scheme(given: str) -> tuple[str, str]:
    found = _SCHEME.match(given)
    if found:
        return found.group(1).lower(), given[found.end() :]
    near = re.match(r"(https?|wss?)(:?/{0,2})(?=[^:/\d])", given, re.IGNORECASE)
    if near and near.group(2) and not near.group(2).startswith("://"):
        raise BadUrl("the scheme must be followed by '://'", near.group())
    if given.startswith(("://", "//")):
        raise BadUrl("the scheme is missing before '//'", given[:16])
    return "", given


def _split_authority(rest: str) -> tuple[str, str, str]:
    for position, char in enumerate(rest):
        if char in "/?\\":
            if char == "\\":
                raise BadUrl("a URL has forward slashes", rest[position : position + 8])
            return rest[:position], "/" if char == "/" else "", rest[position + 1 :] if char == "/" else rest[position:]
    return rest, "", ""


def _split_host(authority: str) -> tuple[str, str, str]:
    userinfo, _, hostport = authority.rpartition("@")
    if hostport.startswith("["):
        host, closed, after = hostport.partition("]")
        if not closed or (after and not after.startswith(":")):
            raise BadUrl("an IPv6 address stands between [ and ]", hostport)
        return userinfo, host + "]", after[1:]
    if hostport.count(":") > 1:
        raise BadUrl("an IPv6 address needs brackets, as in http://[::1]:8080", hostport)
    host, _, port = hostport.partition(":")
    return userinfo, host, port


def _port(text: str, tls: bool) -> int:
    if not text:
        return 443 if tls else 80
    if not (text.isascii() and text.isdigit()) or not 0 < int(text[:9]) < 65536 or len(text) > 5:
        raise BadUrl("a port is a number from 1 to 65535", text)
    return int(text)


def _host(host: str) -> str:
    if not host or host == "[]":
        raise BadUrl("the URL names no host", host or "://")
    if host.startswith("["):
        return _ipv6(host[1:-1])
    name = unquote(host)
    if not name.isascii():
        import idna

        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except idna.IDNAError:
            raise BadUrl("the host name is not valid", host) from None
    numbers = _IPV4.match(name) if name[:1].isdigit() else None
    if numbers and all(int(part) < 256 for part in numbers.groups()):
        return name
    labels = name.rstrip(".").split(".")
    if name.endswith("..") or len(name) > 253 or not all(_LABEL.match(label) for label in labels):
        raise BadUrl("the host name is not valid", host)
    if labels[-1].isdigit():
        raise BadUrl("this is neither an IPv4 address nor a host name", host)
    return name.lower()


def _ipv6(text: str) -> str:
    from ipaddress import AddressValueError, IPv6Address

    address, mark, zone = text.replace("%25", "%").partition("%")
    try:
        return str(IPv6Address(address)) + mark + zone
    except AddressValueError:
        raise BadUrl("this is not an IPv6 address", text) from None


def _cut_api(path: str) -> tuple[str, str]:
    trimmed = path.rstrip("/")
    for end in API_ENDS:
        if trimmed.lower().endswith(end):
            return trimmed[: -len(end)].rstrip("/"), end
    return trimmed, ""


def _base_of_request(path: str) -> str:
    trimmed = path.rstrip("/")
    for end in API_ENDS + BARE_ENDS:
        if trimmed.lower().endswith(end):
            return trimmed[: -len(end)].rstrip("/")
    return trimmed


def _without_keys(path: str, query: str) -> str:
    kept = [part for part in query.split("&") if unquote(part.partition("=")[0]).lower() not in SECRET_PARAMETERS]
    return f"{path or '/'}?{'&'.join(kept)}"


@lru_cache(256)
def query_of(target: str) -> tuple[tuple[str, str], ...]:
    """The pairs of a request target's query, blanks kept, in order."""
    return tuple(parse_qsl(target.partition("?")[2], keep_blank_values=True))


@lru_cache(256)
def with_query(path: str, query: tuple[tuple[str, str], ...]) -> str:
    """A request target of path and pairs, percent-encoded as ordinary clients do (blank = %20)."""
    return f"{path}?{urlencode(query, quote_via=quote)}" if query else path
