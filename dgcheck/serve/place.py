"""Where to listen: the address as it is typed, and the sockets for it."""

from __future__ import annotations

import errno
import socket

from dgcheck.model.errors import UsageError
from dgcheck.model.record import dataclass

PORT = 9115
FORMS = ":9115, 127.0.0.1:9115, [::1]:9115 or localhost:9115"


@dataclass(frozen=True, slots=True)
class Place:
    """An address of this machine to listen on; `host` '' means every one, `port` 0 a free one."""

    host: str
    port: int


def read(text: str) -> Place:
    """`:PORT`, `HOST:PORT`, `[V6]:PORT`, or either part alone. Raises UsageError."""
    plain = text.strip().removeprefix("http://").removesuffix("/")
    if plain.isascii() and plain.isdigit():
        return Place("", _port(plain, text))
    if plain.startswith("["):
        host, closed, rest = plain[1:].partition("]")
        if not closed or (rest and not rest.startswith(":")):
            raise UsageError(f"--listen: {text[:60]!r} is no address; write {FORMS}")
        return Place(host, _port(rest[1:], text) if rest else PORT)
    if plain.count(":") > 1:
        return Place(plain, PORT)
    host, colon, port = plain.partition(":")
    if host == "*":
        host = ""
    if not plain or any(not (sign.isalnum() or sign in ".-_") for sign in host):
        raise UsageError(f"--listen: {text[:60]!r} is no address; write {FORMS}")
    return Place(host, _port(port, text) if colon else PORT)


def _port(word: str, text: str) -> int:
    if word.isascii() and word.isdigit() and int(word[:6]) < 65536:
        return int(word)
    raise UsageError(f"--listen: {text[:60]!r} holds no port from 0 to 65535; write {FORMS}")


def bind(place: Place) -> list[socket.socket]:
    """Sockets that listen there. Raises UsageError that says why that is not possible."""
    if place.host == "":
        return [_everywhere(place)]
    try:
        found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", "") or type(error).__name__
        raise UsageError(f"--listen: {place.host!r} is no address of this machine ({why}); write {FORMS}") from None
    made: list[socket.socket] = []
    port = place.port
    try:
        for family, _, _, _, address in dict.fromkeys(found):
            where = (address[0], port, *address[2:])
            made.append(_listening(family, where))
            port = port or made[-1].getsockname()[1]  # a free port is the same one for all addresses of a name
    except OSError as error:
        for sock in made:
            sock.close()
        raise UsageError(f"--listen: {_why(error, place)}") from None
    return made


def _everywhere(place: Place) -> socket.socket:
    """One socket for IPv4 and IPv6, or for IPv4 alone where this machine knows no other."""
    try:
        if socket.has_dualstack_ipv6():
            try:
                return socket.create_server(("", place.port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=1024)
            except OSError as error:
                if error.errno not in (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL):
                    raise
        return socket.create_server(("", place.port), backlog=1024)
    except OSError as error:
        raise UsageError(f"--listen: {_why(error, place)}") from None


def _listening(family: int, where: tuple[object, ...]) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if hasattr(socket, "SO_REUSEADDR") and errno.EADDRINUSE != 10048:  # on Windows it would share the port
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(where)
        sock.listen(1024)
    except BaseException:
        sock.close()
        raise
    return sock


def _why(error: OSError, place: Place) -> str:
    shown = place.host or "this machine"
    if error.errno == errno.EADDRINUSE:
        return f"port {place.port} of {shown} is taken; take another port, or end the program that has it"
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"port {place.port} of {shown} may not be opened (permission denied); take a port from 1024 on"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{place.host} is no address of this machine; write {FORMS}"
    return f"{shown} port {place.port} cannot be opened: {error.strerror or error}"


def urls(sockets: list[socket.socket]) -> list[str]:
    """How a browser on this machine gets there."""
    found = []
    for sock in sockets:
        host, port = sock.getsockname()[:2]
        host = {"0.0.0.0": "127.0.0.1", "::": "localhost"}.get(host, host)
        found.append(f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}")
    return list(dict.fromkeys(found))
