"""A server that says exactly the bytes it was given: no peer of ours, no protocol of its own."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Script = Callable[[socket.socket], None]


@contextmanager
def serving(script: Script, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Run `script` for every connection on a free loopback port, each in a thread of its own; over TLS with `tls`."""
    listener = socket.create_server(("127.0.0.1", 0))
    open_: list[socket.socket] = []

    def one(connection: socket.socket) -> None:
        try:
            if tls is not None:
                connection = tls.wrap_socket(connection, server_side=True)
                open_.append(connection)
            script(connection)
        except OSError:
            pass
        finally:
            connection.close()

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.settimeout(10)
            open_.append(connection)
            threading.Thread(target=one, args=(connection,), daemon=True).start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        accepting.join(5)
        for connection in open_:
            connection.close()


def head(connection: socket.socket) -> bytes:
    """Read one request's head."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(1)
        if not more:
            break
        data += more
    return data


def says(data: bytes) -> Script:
    """Read one head, say `data`, and close."""

    def script(connection: socket.socket) -> None:
        head(connection)
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):
            pass

    return script


def resets(data: bytes = b"") -> Script:
    """Read one head, say `data`, and reset the connection."""

    def script(connection: socket.socket) -> None:
        head(connection)
        if data:
            connection.sendall(data)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    return script


def waits(connection: socket.socket) -> None:
    """Accept, read, and never say a word."""
    while connection.recv(65536):
        pass


def answer(body: bytes, status: str = "200 OK", extra: bytes = b"") -> bytes:
    """A well-formed answer."""
    return b"HTTP/1.1 %s\r\nContent-Length: %d\r\n%s\r\n%s" % (status.encode(), len(body), extra, body)
