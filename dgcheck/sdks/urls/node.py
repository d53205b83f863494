"""What Node sends for a URL: its `fetch` (undici), the `ws` package, and `http.request` given a host by itself.

Source: https://fetch.spec.whatwg.org/ (credentials, bad ports), ws 7.5 and 8.23 lib/websocket.js, Node 20
lib/_http_client.js.
"""

from __future__ import annotations

from dgcheck.model.sdk import Outcome
from dgcheck.sdks.urls import whatwg
from dgcheck.sdks.urls.reached import CannotUse, Reached

FETCH_FAILED = "fetch failed"
_WS_SCHEMES = {"ws": "ws", "wss": "wss", "http": "ws", "https": "wss"}
_SCHEMES_SAID = 'The URL\'s protocol must be one of "ws:", "wss:", "http:", "https:", or "ws+unix:"'
# Ports that `fetch` refuses to open, whoever listens there.
_BAD_PORTS = (
    "1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 113 115 117 119 123 "
    "135 137 139 143 161 179 389 427 465 512 513 514 515 526 530 531 532 540 548 554 556 563 587 601 636 989 990 993 "
    "995 1719 1720 1723 2049 3659 4045 4190 5060 5061 6000 6566 6665 6666 6667 6668 6669 6679 6697 10080"
).split()


def fetch_text(url: str) -> Reached:
    """Where `fetch(url)` sends a request. Raises CannotUse."""
    try:
        parsed = whatwg.parse(url)
    except CannotUse:
        raise CannotUse(f"Failed to parse URL from {url.partition('?')[0].rpartition('@')[2]}") from None
    return fetch(parsed)


def fetch(url: whatwg.Url) -> Reached:
    """Where `fetch` sends a request for a parsed URL. Raises CannotUse."""
    if url.userinfo:
        raise CannotUse("Request cannot be constructed from a URL that includes credentials")
    if url.scheme not in ("http", "https") or str(url.port) in _BAD_PORTS:
        raise CannotUse(FETCH_FAILED)
    return _reached(url, url.scheme)


def websocket_text(url: str, outcome: Outcome) -> Reached:
    """Where `new WebSocket(url)` of the package `ws` 8 connects. Raises CannotUse with that outcome."""
    try:
        parsed = whatwg.parse(url)
    except CannotUse:
        raise CannotUse(f"Invalid URL: {url.partition('?')[0].rpartition('@')[2]}", outcome) from None
    return websocket(parsed, outcome)


def websocket(url: whatwg.Url, outcome: Outcome) -> Reached:
    """Where the package `ws` 8 connects for a parsed URL. Raises CannotUse with that outcome."""
    scheme = _WS_SCHEMES.get(url.scheme)
    if scheme is None:
        raise CannotUse(_SCHEMES_SAID, outcome)
    if url.fragment:
        raise CannotUse("The URL contains a fragment identifier", outcome)
    return _reached(url, scheme)


def check_header(
    value: str, outcome: Outcome, *, said: str = 'Invalid character in header content ["Authorization"]'
) -> None:
    """Raise CannotUse where Node refuses a header; the value is not repeated, it may be a key."""
    if any(not (char == "\t" or "\x20" <= char <= "\x7e" or "\x80" <= char <= "\xff") for char in value):
        raise CannotUse(said, outcome)


def check_fetch_header(value: str) -> None:
    """Raise CannotUse where `Headers` refuses a value. Blanks and line ends around it are cut off first."""
    if any(ord(char) > 0xFF for char in value):
        raise CannotUse("Cannot convert argument to a ByteString")
    if any(char in "\0\r\n" for char in value.strip(" \t\r\n")):
        raise CannotUse("is an invalid header value.")  # before it the sentence repeats the key


def _reached(url: whatwg.Url, scheme: str) -> Reached:
    query = f"?{url.query}" if url.query else ""
    return Reached(scheme, url.host or "", url.port, url.path + query)
