"""Ports that mean harm: they say too much, too slowly, nothing, or nonsense. Raw bytes, and no protocol of ours."""

from __future__ import annotations

import base64
import hashlib
import os
import random
import re
import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
PIECE = 1 << 18
SECOND = 1.0

Script = Callable[[socket.socket, threading.Event], None]


@contextmanager
def port(script: Script) -> Iterator[int]:
    """A port on which every connection meets the script; all are over when the block is."""
    over = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    threads: list[threading.Thread] = []

    def meet(client: socket.socket) -> None:
        with suppress(OSError, AttributeError):  # dgcheck goes first
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
        with client, suppress(OSError):
            client.settimeout(0.5)
            script(client, over)

    def accept() -> None:
        while not over.is_set():
            with suppress(OSError):
                client, _ = listener.accept()
                threads.append(threading.Thread(target=meet, args=(client,), daemon=True))
                threads[-1].start()

    threads.append(threading.Thread(target=accept, daemon=True))
    threads[0].start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        over.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for thread in tuple(threads):
            thread.join(5)


class Over(OSError):
    """The test is over."""


def received(client: socket.socket, over: threading.Event) -> bytes:
    """What comes next, however long it takes; b'' at the end."""
    while not over.is_set():
        with suppress(TimeoutError):
            return client.recv(PIECE)
    raise Over


def heard(client: socket.socket, over: threading.Event) -> bytes:
    """One request, its body included; b'' at the end."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = received(client, over)
        if not more:
            return b""
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: *(\d+)", head)
    left = int(length.group(1)) - len(body) if length else 0
    while left > 0 and (more := received(client, over)):
        left -= len(more)
    return head


def pour(client: socket.socket, over: threading.Event, piece: bytes) -> None:
    """The same again and again, as fast as it is taken."""
    whole = piece * (PIECE // len(piece) + 1)  # in great pieces, so that the machine's time is dgcheck's
    while not over.is_set():
        view = memoryview(whole)
        while view:  # a whole number of pieces, or the flood would be something else
            try:
                view = view[client.send(view) :]
            except TimeoutError:
                if over.is_set():
                    return


def http(first: bytes, again: bytes) -> Script:
    """Answers every request with `first`, and then `again` without an end."""

    def script(client: socket.socket, over: threading.Event) -> None:
        heard(client, over)
        client.sendall(first)
        pour(client, over, again)

    return script


def socket_of(again: bytes, first: bytes = b"") -> Script:
    """Accepts every upgrade and sends frames without an end; a plain request gets a 404."""

    def script(client: socket.socket, over: threading.Event) -> None:
        while True:
            asked = heard(client, over)
            if not asked:
                return
            found = re.search(rb"(?i)sec-websocket-key: *(\S+)", asked)
            if found is None:
                client.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                continue
            accept = base64.b64encode(hashlib.sha1(found.group(1) + GUID).digest())
            client.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n")
            client.sendall(b"Sec-WebSocket-Accept: %s\r\n\r\n" % accept + first)
            pour(client, over, again)

    return script


def frame(opcode: int, data: bytes, fin: bool = True) -> bytes:
    head = bytes([(0x80 if fin else 0) | opcode])
    if len(data) < 126:
        return head + bytes([len(data)]) + data
    if len(data) < 65536:
        return head + b"\x7e" + len(data).to_bytes(2, "big") + data
    return head + b"\x7f" + len(data).to_bytes(8, "big") + data


def blind(again: bytes, first: bytes = b"") -> Script:
    """Pours from the first moment on, whatever is said."""

    def script(client: socket.socket, over: threading.Event) -> None:
        client.sendall(first)
        pour(client, over, again)

    return script


def dripping(data: bytes, first: bytes = b"", before: Callable[..., bytes] = heard) -> Script:
    """One byte a second, when something was heard and `first` was said."""

    def script(client: socket.socket, over: threading.Event) -> None:
        before(client, over)
        client.sendall(first)
        for byte in data:
            client.sendall(bytes([byte]))
            if over.wait(SECOND):
                return

    return script


def silent(client: socket.socket, over: threading.Event) -> None:
    """Takes everything and says nothing."""
    while received(client, over):
        pass


def deaf(client: socket.socket, over: threading.Event) -> None:
    """Neither takes nor says anything."""
    over.wait()


def nonsense(client: socket.socket, over: threading.Event) -> None:
    """A hundred random bytes, and the end."""
    heard(client, over)
    client.sendall(random.Random(7).randbytes(100))


def _bomb(megabytes: int) -> bytes:
    """A small gzip file that unpacks to that many megabytes, which begin like JSON."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    packed = packer.compress(b'{"x":"')
    packed += b"".join(packer.compress(bytes(1 << 20)) for _ in range(megabytes))
    return packed + packer.flush()


BOMB = _bomb(200)


def bomb(client: socket.socket, over: threading.Event) -> None:
    """200 KB that unpack to 200 MB."""
    while heard(client, over):
        client.sendall(OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(BOMB) + BOMB)


RECORD = b"\x16\x03\x03"  # a TLS handshake record

FLOODS: dict[str, Script] = {
    "body of 10 GB": http(OK + b"Content-Length: 10000000000\r\n\r\n", b"x" * 1000),
    "letters that slow a search": http(OK + b"\r\n", b"eyJaaaaaaaa-http-token:authorization "),
    "headers": http(OK, b"X-Fill: aaaaaaaaaaaaaaaaaaaaaaaa\r\n"),
    "one header": http(OK + b"X-Fill: ", b"a" * 1000),
    "status line": http(b"HTTP/1.1 200 ", b"a" * 1000),
    "chunks": http(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"5\r\nhello\r\n"),
    "chunks of one byte with long names": http(
        OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1;%s\r\nx\r\n" % (b"n" * 900)
    ),
    "one chunk's head": http(OK + b"Transfer-Encoding: chunked\r\n\r\n1;", b"n" * 1000),
    "trailers": http(OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X-Fill: aaaaaaaaaaaaaaaaa\r\n"),
    "answers 1xx": http(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"),
    "gzip bomb": bomb,
    "listing": http(OK + b"\r\n[", b'{"name":"nova-3","uuid":"1","languages":["en"],"batch":true},'),
    "lists in lists": http(OK + b"\r\n", b"["),
    "empty lists": http(OK + b"\r\n[", b"[],"),
    "socket: text": socket_of(frame(1, b'{"type":"Results","is_final":true}')),
    "socket: pings": socket_of(frame(9, b"hello")),
    "socket: fragments": socket_of(frame(0, b"more of the same", fin=False), frame(1, b"it begins", fin=False)),
    "socket: empty": socket_of(frame(1, b"")),
    "socket: one endless frame": socket_of(b"x" * 1000, b"\x81\x7f\x3f\xff\xff\xff\xff\xff\xff\xff"),
    "socket: great lists": socket_of(frame(1, b"[" + b"[]," * 300_000 + b"0]")),
    "socket: nonsense": socket_of(random.Random(3).randbytes(5000)),
    "nonsense": nonsense,
    "endless nonsense": blind(random.Random(5).randbytes(5000)),
    "silence": silent,
    "deaf": deaf,
    "a byte a second": dripping(OK + b"Content-Length: 5000\r\n\r\n" + b"x" * 500),
    "a body's byte a second": dripping(b"x" * 500, OK + b"\r\n"),
}
# The same where TLS is expected.
TLS_FLOODS: dict[str, Script] = {
    "handshake": blind(RECORD + b"\x40\x00" + b"\x0b\xff\xff\xff" + b"\0" * 16380),
    "hello": blind(RECORD + b"\x40\x00" + b"\0" * 16384, RECORD + b"\x40\x00\x02\xff\xff\xff" + b"\3" * 16380),
    "warnings": blind(b"\x15\x03\x03\x00\x02\x01\x5a"),
    "cipher changes": blind(b"\x14\x03\x03\x00\x01\x01"),
    "empty records": blind(b"\x16\x03\x03\x00\x00"),
    "nonsense": blind(random.Random(9).randbytes(5000)),
    "silence": silent,
    "a byte a second": dripping(RECORD + b"\x40\x00" + b"\x02\x00\x10\x00" + b"\3" * 500, before=received),
}
