"""How the Python package `websockets` (12 and newer) reads a URI and checks a header.

Source: websockets/uri.py, websockets/datastructures.py; tested against websockets.
"""

from __future__ import annotations

from urllib.parse import quote, urlparse

from dgcheck.model.sdk import Dialled, Outcome, Wish
from dgcheck.sdks.urls.reached import CannotUse, Reached, check_python, outcome_of

UNFOUND = "[Errno -2] Name or service not known"
_DELIMS = ":/?#[]@!$&'()*+,;="


def read(uri: str) -> Reached:
    """Where a WebSocket for this URI is opened. Raises CannotUse with the words of websockets or urllib."""
    try:
        parsed = urlparse(uri)
        if parsed.scheme not in ("ws", "wss"):
            raise CannotUse(f"{uri}?... isn't a valid URI: scheme isn't ws or wss")
        if parsed.hostname is None:
            raise CannotUse(f"{uri}?... isn't a valid URI: hostname isn't provided")
        if parsed.fragment:
            raise CannotUse(f"{uri}?... isn't a valid URI: fragment identifier is meaningless")
        host, path, query = parsed.hostname, parsed.path, parsed.query
        port = parsed.port or None
        if parsed.username is not None and parsed.password is None:
            raise CannotUse("isn't a valid URI: username provided without password")
        if not uri.isascii():
            host = host.encode("idna").decode("ascii")
            path, query = quote(path, safe=_DELIMS), quote(query, safe=_DELIMS)
    except ValueError as error:  # UnicodeError is one
        raise CannotUse(str(error)) from None
    target = (path or "/") + (f"?{query}" if query else "")
    return check_python(Reached(parsed.scheme, host, port, target))


def dial(found: Reached, wish: Wish, authorization: str | None) -> Dialled:
    """What becomes of a socket that is opened there with that header. Raises CannotUse.

    The header is looked at once a connection stands.
    """
    told = outcome_of(found, wish, unfound=UNFOUND)
    if authorization is not None and told.outcome is not Outcome.WRONG_HOST:
        check_header("Authorization", authorization)
    return told


def check_header(name: str, value: str) -> None:
    """Raise CannotUse where websockets refuses a header; the value is not repeated, it may be a key."""
    if any(not (char == "\t" or "\x20" <= char <= "\x7e" or "\x80" <= char <= "\xff") for char in value):
        raise CannotUse(f"invalid {name} header")
