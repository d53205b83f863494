"""From text to addresses: of remote audio, of the place where dgcheck serves its clip, of a browser's page."""

from __future__ import annotations

from dgcheck.settings.values import BadValue, name, quoted
from dgcheck.wire.remote import EXAMPLE


def audio_url(text: str) -> str:
    """An address that begins with http:// or https://; the word `example` stands for the documentation's own clip.

    It is the deployment that has to read the rest, so the rest is passed on as it is. A signed address is not quoted.
    """
    plain = name(text)
    if plain.lower() == "example":
        return EXAMPLE
    if not plain.lower().startswith(("http://", "https://")) or not plain.partition("://")[2].strip("/"):
        raise BadValue("an address of audio begins with http:// or https://, or is the word example")
    return plain


def place(text: str) -> str:
    """`PORT` or `HOST:PORT`, IPv6 addresses in brackets; port 0 = any that is free."""
    plain = name(text)
    if "://" in plain or "/" in plain:
        raise BadValue(f"{quoted(plain)} is no [HOST:]PORT, as in 9000 or 10.0.0.5:9000; leave scheme and path out")
    host, _, port = plain.rpartition(":")
    if not (port.isascii() and port.isdigit() and len(port) < 6 and int(port) < 65536):
        raise BadValue(f"{quoted(plain)} is no [HOST:]PORT, as in 9000 or 10.0.0.5:9000")
    if not host:
        return port
    return f"{_host(plain, host)}:{port}"


def _host(given: str, host: str) -> str:
    from dgcheck.wire.url import BadUrl, parse

    try:
        found = parse(f"http://{host}/").host
    except BadUrl as problem:
        raise BadValue(f"{quoted(given)}: {problem.problem}") from None
    return f"[{found}]" if ":" in found else found


def origin(text: str) -> str:
    """The origin of a page from the address of the page: scheme, host and port, as a browser writes them into Origin.

    Pages from a file, and sandboxed ones, have the origin `null`.
    """
    from dgcheck.wire.url import BadUrl, parse

    plain = name(text)
    scheme, there, rest = plain.partition("://")
    scheme = scheme.lower()
    if plain == "null" or scheme == "file":
        return "null"
    if not there or not rest.strip("/") or " " in plain:
        raise BadValue(f"{quoted(plain)} is no address of a page, as in https://app.example.com (or null)")
    if scheme in ("ws", "wss"):
        raise BadValue("it is the address of the page that is wanted, as in https://app.example.com")
    if scheme not in ("http", "https"):  # of an app: capacitor://localhost, chrome-extension://…
        return f"{scheme}://{rest.partition('/')[0].rpartition('@')[2].lower()}"
    try:
        page = parse(f"{scheme}://{rest.partition('?')[0]}")
    except BadUrl as problem:
        raise BadValue(f"{quoted(plain)}: {problem.problem}") from None
    return f"{page.scheme}://{page.authority}"


def side_url(text: str) -> str:
    """The address of a port beside the API, as the person would ask it: with or without the path of its page."""
    from dgcheck.wire.side import BadSide, base

    plain = name(text)
    try:
        base(plain)
    except BadSide as problem:
        raise BadValue(f"{problem}, as in http://license-proxy:8080 or http://engine:9991/metrics") from None
    return plain


READERS = {"side_url": side_url, "audio_url": audio_url, "place": place, "origin": origin}
