"""The client's side of one TLS handshake over memory buffers, for whoever owns the socket.

What the peer said before, instead of, or during the handshake stays ours to see. `Shaking` reads and writes nothing
itself; the loop's connections drive it with the loop, and the head start with its thread.
"""

from __future__ import annotations

import socket
import ssl
from time import monotonic

from dgcheck.net import kernel

CHUNK = 65536
RAW = 256  # of what the peer sent on the wire, before any decryption
FLIGHT = 16384  # of what a TLS server sends before the handshake ends


class Shaking:
    """One handshake on its way. `begun` and `ended` are monotonic seconds; `failure` is what ended it otherwise."""

    def __init__(self, context: ssl.SSLContext, server_name: str | None) -> None:
        self.context = context
        self.server_name = server_name
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_hostname=_plain(server_name))
        self.begun = monotonic()
        self.ended = 0.0
        self.failure: Exception | None = None
        self.over = False
        self.arrived = 0.0
        self.bytes_in = 0
        self.raw = self.flight = b""

    def step(self) -> bool:
        """Go as far as what was received allows; True when the handshake is done. Raises ssl.SSLError."""
        try:
            self.tls.do_handshake()
        except ssl.SSLWantReadError:
            return False
        return True

    def take(self, data: bytes) -> None:
        """Note what the peer sent; b'' says that it left."""
        self.bytes_in += len(data)
        self.raw += data[: RAW - len(self.raw)]
        if len(self.flight) < FLIGHT:
            self.flight += data
        self.incoming.write(data) if data else self.incoming.write_eof()

    def end(self, failure: Exception | None = None) -> None:
        """Note that it is over, and how. `over` is set last, for it is what others look at."""
        self.ended = (self.arrived if failure is None else 0.0) or monotonic()
        self.failure = failure
        self.over = True

    def greet(self, sock: socket.socket) -> bool:
        """Send the ClientHello on a socket that does not block; True when it is over with that. Raises nothing."""
        kernel.stamp(sock)
        return self._drive(sock)

    def hear(self, sock: socket.socket) -> bool:
        """Go on with what the peer said; True when it is over. Raises nothing."""
        try:
            data, self.arrived = kernel.receive(sock, CHUNK, self.begun)
        except BlockingIOError:
            return False
        except OSError as error:
            self.end(error)
            return True
        self.take(data)
        if not data:
            self.end(EOFError("closed during the TLS handshake"))
            return True
        return self._drive(sock)

    def _drive(self, sock: socket.socket) -> bool:
        try:
            done = self.step()
            if self.outgoing.pending:
                if not self.bytes_in:
                    self.begun = monotonic()  # the ClientHello goes out; making it took us a millisecond or two
                sock.send(self.outgoing.read())
            if done:
                self.end()
        except OSError as error:
            self._say_why(sock)
            self.end(error)
        return self.over

    def _say_why(self, sock: socket.socket) -> None:
        """Send the alert that OpenSSL wrote for the peer, as far as it is still there."""
        try:
            if self.outgoing.pending:
                sock.send(self.outgoing.read())
        except OSError:
            pass


def _plain(name: str | None) -> str | bytes | None:
    """A name that is ASCII as bytes: for a str, Python loads the whole IDNA codec."""
    return name.encode("ascii") if name is not None and name.isascii() else name
