"""How Python's `urllib.request` and `http.client`, and aiohttp with yarl, read a URL.

Source: CPython 3.11 Lib/urllib/request.py and Lib/http/client.py; yarl 1.25 and aiohttp 3.14; tested against them.
"""

from __future__ import annotations

from urllib.parse import quote, unquote, urlsplit

from dgcheck.model.pattern import pattern
from dgcheck.sdks.urls.reached import CannotUse, Reached, check_python

UNFOUND = "<urlopen error [Errno -2] Name or service not known>"
UNFOUND_AIOHTTP = "Name or service not known"
_TYPE = pattern(r"([^/:]+):(.*)\Z", 16)  # re.DOTALL
_HOST = pattern(r"//([^/#?]*)(.*)\Z", 16)
_CONTROL = pattern(r"[\x00-\x20\x7f]")


def read(url: str) -> Reached:
    """Where `urlopen` sends a request. Raises CannotUse with its words."""
    whole = url.strip()
    if whole[:1] == "<" and whole[-1:] == ">":
        whole = whole[1:-1].strip()
    if whole[:4] == "URL:":
        whole = whole[4:].strip()
    found = _TYPE.match(whole.rpartition("#")[0] if "#" in whole else whole)
    if found is None:
        raise CannotUse(f"unknown url type: {_short(whole)!r}")
    try:
        urlsplit(whole)
    except ValueError as error:
        raise CannotUse(str(error)) from None
    scheme, rest = found[1].lower(), found[2]
    if scheme not in ("http", "https"):
        raise CannotUse(f"<urlopen error unknown url type: {scheme}>")
    authority = _HOST.match(rest)
    if authority is None or not authority[1]:
        raise CannotUse("<urlopen error no host given>")
    if "\n" in authority[1] or "\r" in authority[1]:
        raise CannotUse("Invalid header value")  # Host
    host, port = _port(unquote(authority[1]))
    target = authority[2]
    target = target if target.startswith("/") else "/" + target
    bad = _CONTROL.search(target)
    if bad:
        raise CannotUse(f"URL can't contain control characters. {target!r} (found at least {bad.group()!r})")
    if not target.isascii():
        raise CannotUse("'ascii' codec can't encode characters")
    return check_python(Reached(scheme, host, port, target))


def read_aiohttp(url: str) -> Reached:
    """Where aiohttp sends a request. Raises CannotUse: what it says is the URL itself."""
    refusal = CannotUse(_short(url))
    try:
        parts = urlsplit(url)
        port_text = parts.netloc.rpartition("@")[2].rpartition("]")[2].partition(":")[2]
        port = int(port_text) if port_text else None
    except ValueError:
        raise refusal from None
    host = parts.hostname
    if parts.scheme not in ("", "http", "https", "ws", "wss") or not host or "\\" in parts.netloc:
        raise refusal
    if not parts.scheme or (port is not None and not 0 <= port <= 65535):
        raise refusal
    path = quote(parts.path, safe="/%:@!$&'()*+,;=~-._") or "/"
    query = "?" + quote(parts.query, safe="/%:@!$&'()*+,;=?~-._") if parts.query else ""
    return Reached(parts.scheme, host, port, path + query)


def _port(authority: str) -> tuple[str, int | None]:
    colon, bracket = authority.rfind(":"), authority.rfind("]")
    port = None
    if colon > bracket:
        text, authority = authority[colon + 1 :], authority[:colon]
        if text:
            try:
                port = int(text)
            except ValueError:
                raise CannotUse(f"nonnumeric port: {text!r}") from None
    if authority[:1] == "[" and authority[-1:] == "]":
        authority = authority[1:-1]
    if bad := _CONTROL.search(authority):
        raise CannotUse(f"URL can't contain control characters. {authority!r} (found at least {bad.group()!r})")
    return authority, port


def _short(url: str) -> str:
    """Without what follows a `?`: the parameters of a request are of no interest."""
    return url.partition("?")[0]
