"""How httpx (0.25 to 0.28) reads a URL: as strict as RFC 3986 about characters, lenient about ports and schemes.

Source: httpx/_urlparse.py and httpx/_client.py (`_merge_url`), httpcore's check of the scheme; tested against httpx.
"""

from __future__ import annotations

from dgcheck.model.pattern import pattern
from dgcheck.model.sdk import Dialled, Outcome, Wish
from dgcheck.sdks.urls.reached import CannotUse, Reached, check_python, outcome_of

NO_SCHEME = "Request URL is missing an 'http://' or 'https://' protocol."
UNFOUND = "[Errno -2] Name or service not known"

_PARTS = pattern(
    r"(?:(?P<scheme>(?:[a-zA-Z][a-zA-Z0-9+.-]*)?):)?(?://(?P<authority>[^/?#]*))?"
    r"(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#.*)?"
)
_AUTHORITY = pattern(r"(?:(?P<userinfo>.*)@)?(?P<host>(?:\[.*\]|[^:@]*)):?(?P<port>.*)?")
_ESCAPED = pattern(r"%[A-Fa-f0-9]{2}")
_IPV4 = pattern(r"[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+\Z")
_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443, "ftp": 21}
_PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))
_QUERY = "".join(char for char in _PRINTABLE if char not in ' "#<>')
_PATH = "".join(char for char in _QUERY if char not in "?`{}")
_HOST = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=\"`{}%|\\"


def dial(url: str, wish: Wish, authorization: str | None, *, own_query: bool = False) -> Dialled:
    """What becomes of a request for this URL with that header, in the order in which httpx objects. Raises CannotUse.

    What only h11 refuses in a header comes to light once a connection stands.
    """
    found = outcome_of(read(url, authorization or "", own_query=own_query), wish, unfound=UNFOUND)
    if authorization is not None and found.outcome is not Outcome.WRONG_HOST and not _has_userinfo(url):
        check_header(authorization)
    return found


def _has_userinfo(url: str) -> bool:
    """Whether the URL brings a user of its own, whose Basic takes the place of the header."""
    found = _PARTS.match(url)
    return found is not None and "@" in (found["authority"] or "")


def read(url: str, authorization: str = "", *, own_query: bool = False) -> Reached:
    """Where httpx sends a request for this URL. `own_query`: parameters are given apart, which replace the URL's query.

    Raises CannotUse with httpx's words, also for an `authorization` that is not ASCII.
    """
    scheme, host, port, path, query = parse(url)
    _check_ascii(authorization)
    if not scheme or not host:
        # A relative URL is joined to the client's base, which is empty.
        raise CannotUse(NO_SCHEME)
    if scheme not in ("http", "https", "ws", "wss"):
        raise CannotUse(f"Request URL has an unsupported protocol '{scheme}://'.")
    target = _quote(_without_dots(path), _PATH) or "/"
    if query is not None and not own_query:
        target += "?" + _quote(query, _QUERY)
    return check_python(Reached(scheme, host, port or None, target))


def parse(url: str) -> tuple[str, str, int | None, str, str | None]:
    """Scheme, host, port, path and query as `httpx.URL` reads them. Raises CannotUse with the words of `InvalidURL`."""
    for place, char in enumerate(url):
        if char.isascii() and not char.isprintable():
            raise CannotUse(f"Invalid non-printable ASCII character in URL, {char!r} at position {place}.")
    found = _PARTS.match(url)
    assert found is not None  # every part may be empty
    scheme, path, query = (found["scheme"] or ""), found["path"] or "", found["query"]
    within = _AUTHORITY.match(found["authority"] or "")
    assert within is not None
    host = _encode_host(within["host"] or "")
    port = _port(within["port"] or "", scheme)
    authority = bool(host or port is not None or within["userinfo"])
    if authority and path and not path.startswith("/"):
        raise CannotUse("For absolute URLs, path must be empty or begin with '/'")
    if not scheme and not authority:
        if path.startswith("//"):
            raise CannotUse("Relative URLs cannot have a path starting with '//'")
        if path.startswith(":"):
            raise CannotUse("Relative URLs cannot have a path starting with ':'")
    return scheme.lower(), host, port, path, query


def _check_ascii(value: str) -> None:
    try:
        value.encode("ascii")
    except UnicodeEncodeError as error:
        raise CannotUse(str(error)) from None


def check_header(value: str) -> None:
    """Raise CannotUse where httpx or h11 refuses a header's value; it is not repeated, for it may be a key."""
    _check_ascii(value)
    if value != value.strip(" \t\r\n\f\v") or any(char in "\0\r\n\f\v" for char in value):
        raise CannotUse("Illegal header value")


def _encode_host(host: str) -> str:
    if _IPV4.match(host):
        if any(int(part) > 255 or (len(part) > 1 and part[0] == "0") for part in host.split(".")):
            raise CannotUse(f"Invalid IPv4 address: {host!r}")
        return host
    if host.startswith("[") and host.endswith("]"):
        from ipaddress import AddressValueError, IPv6Address

        try:
            IPv6Address(host[1:-1])
        except AddressValueError:
            raise CannotUse(f"Invalid IPv6 address: {host!r}") from None
        return host[1:-1]
    if host.isascii():
        return _quote(host.lower(), _HOST)
    try:
        if any(char.isascii() and not (char.isalnum() or char in "-.") for char in host):
            raise UnicodeError  # the package idna is stricter than Python's own codec
        return host.lower().encode("idna").decode("ascii")
    except UnicodeError:
        raise CannotUse(f"Invalid IDNA hostname: {host!r}") from None


def _port(text: str, scheme: str) -> int | None:
    if not text:
        return None
    try:
        number = int(text)
    except ValueError:
        raise CannotUse(f"Invalid port: {text!r}") from None
    return None if number == _PORTS.get(scheme) else number


def _without_dots(path: str) -> str:
    parts = path.split("/")
    if "." not in parts and ".." not in parts:
        return path
    kept: list[str] = []
    for part in parts:
        if part == "..":
            if kept and kept != [""]:
                kept.pop()
        elif part != ".":
            kept.append(part)
    return "/".join(kept)


def _quote(text: str, safe: str) -> str:
    parts = []
    start = 0
    for found in _ESCAPED.finditer(text):
        parts += [_escape(text[start : found.start()], safe), found.group()]
        start = found.end()
    return "".join((*parts, _escape(text[start:], safe)))


def _escape(text: str, safe: str) -> str:
    return "".join(
        char if char in safe else "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "surrogatepass"))
        for char in text
    )
