"""One connection: a socket, TLS over it when asked, every byte counted.

TLS runs over memory buffers, so that what the peer said before, instead of, or after the handshake is ours to see.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import sys
from time import monotonic

from dgcheck.model.evidence import Phase
from dgcheck.net import kernel
from dgcheck.net.headstart import Attempt
from dgcheck.net.shaking import CHUNK, RAW, Shaking

RECORD = 16384  # bytes of a TLS record at most, and so of what one read of it gives
TURNS = 4  # reads after which others get their turn


class Connection:
    """An open socket to one address.

    `phases` are those of its making (resolve, connect, handshake). `pending` are bytes that were read but belong to the
    next answer. `raw` is the beginning of what the peer sent on the wire, before any decryption. `arrived` is the
    monotonic moment at which the last bytes came that were read.
    """

    def __init__(self, sock: socket.socket, address: str, port: int, phases: tuple[Phase, ...]) -> None:
        self.sock = sock
        self.address = address
        self.port = port
        self.phases = phases
        self.pending = b""
        self.bytes_in = 0
        self.raw = b""
        self.flight = b""  # what came during the TLS handshake
        self.used = 0
        self.arrived = 0.0
        self._empty_at = monotonic()  # when there was last nothing to read
        self.tls: ssl.SSLObject | None = None
        self.attempt: Attempt | None = None  # of the head start, which may have begun to shake hands
        self._incoming = self._outgoing = None  # type: ssl.MemoryBIO | None
        self._loop = asyncio.get_running_loop()
        self._closed = False
        self._turn = 0
        self._reader: asyncio.Future[tuple[bytes, float]] | None = None
        self._watched = False  # the loop tells when something can be read
        self._number = sock.fileno()
        kernel.stamp(sock)

    async def shake(self, context: ssl.SSLContext, server_name: str | None) -> None:
        """Do the client's side of a TLS handshake. Raises ssl.SSLError, OSError, or EOFError when the peer left."""
        shaking = Shaking(context, server_name)
        self._use(shaking)
        try:
            while not shaking.step():
                await self._flush()
                data = await self._receive()
                shaking.take(data)
                self.flight = shaking.flight
                if not data:
                    raise EOFError("closed during the TLS handshake")
        except ssl.SSLError:
            await self._flush_quietly()
            raise
        # The last flight goes out with the first request, which mostly follows at once: one packet in place of two.
        self._loop.call_soon(self._send_left)

    def adopt(self, shaking: Shaking) -> None:
        """Go on with a handshake that the head start made; raises what ended it otherwise."""
        self._use(shaking)
        self.raw, self.flight, self.bytes_in = shaking.raw, shaking.flight, shaking.bytes_in
        self.arrived = shaking.arrived
        if shaking.failure is not None:
            raise shaking.failure

    def _use(self, shaking: Shaking) -> None:
        self.tls, self._incoming, self._outgoing = shaking.tls, shaking.incoming, shaking.outgoing

    async def read(self) -> bytes:
        """Some bytes; b'' when the peer is done. Raises OSError on a reset, ssl.SSLError on an alert."""
        if self.pending:
            data, self.pending = self.pending, b""
            return data
        if self.tls is None:
            return await self._receive()
        while True:
            try:
                return self.tls.read(RECORD)
            except ssl.SSLWantReadError:
                await self._flush()
                if not await self._feed():
                    return b""
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                return b""

    async def write(self, data: bytes) -> None:
        """Hand all of `data` to the kernel."""
        if self.tls is None:
            await self._send(data)
            return
        for start in range(0, len(data), CHUNK):
            self.tls.write(data[start : start + CHUNK])
            await self._flush()

    async def _receive(self) -> bytes:
        # A peer that is faster than we read never lets `sock_recv` wait, and then no time limit and no signal is heard.
        self._turn += 1
        if self._turn % TURNS == 0:
            await asyncio.sleep(0)
        data, self.arrived = await self._received()
        self.bytes_in += len(data)
        if len(self.raw) < RAW:
            self.raw += data[: RAW - len(self.raw)]
        return data

    async def _received(self) -> tuple[bytes, float]:
        """The next bytes on the wire, and when they came.

        The socket stays watched from one read to the next, which `sock_recv` would begin and end anew for each.
        """
        try:
            return kernel.receive(self.sock, CHUNK, self._empty_at)
        except (BlockingIOError, InterruptedError):
            self._empty_at = monotonic()
        if sys.platform == "win32":  # its loop watches no sockets
            return await self._loop.sock_recv(self.sock, CHUNK), monotonic()
        self._reader = self._loop.create_future()
        if not self._watched:
            self._watched = True
            self._loop.add_reader(self._number, self._readable)
        try:
            return await self._reader
        finally:
            self._reader = None

    def _readable(self) -> None:
        reader = self._reader
        if reader is None or reader.done():  # nobody reads: the loop would tell the same again and again
            self._watch_no_more()
            return
        try:
            found = kernel.receive(self.sock, CHUNK, self._empty_at)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            reader.set_exception(error)
        else:
            reader.set_result(found)

    def _watch_no_more(self) -> None:
        if self._watched:
            self._watched = False
            self._loop.remove_reader(self._number)

    async def _feed(self) -> bool:
        data = await self._receive()
        if self._incoming is not None:
            self._incoming.write(data) if data else self._incoming.write_eof()
        return bool(data)

    async def _flush(self) -> None:
        if self._outgoing is not None and self._outgoing.pending:
            await self._send(self._outgoing.read())

    async def _send(self, data: bytes) -> None:
        """What the kernel has room for goes at once; the loop is asked only to wait for more room."""
        try:
            sent = self.sock.send(data)
        except (BlockingIOError, InterruptedError):
            sent = 0
        if sent < len(data):
            await self._loop.sock_sendall(self.sock, data[sent:])

    def _send_left(self) -> None:
        """Send what OpenSSL has ready and nobody has sent yet; a failure shows when the answer is read."""
        if self._closed or self._outgoing is None or not self._outgoing.pending:
            return
        try:
            self.sock.send(self._outgoing.read())
        except OSError:
            pass

    async def _flush_quietly(self) -> None:
        try:
            await self._flush()
        except OSError:
            pass

    def rtt_ms(self) -> float | None:
        """The kernel's own round-trip time of this connection in milliseconds, where it keeps one."""
        return kernel.rtt_of(self.sock)

    def close(self) -> None:
        """Close without waiting for the peer."""
        if not self._closed:
            self._send_left()
            self._closed = True
            self._watch_no_more()
            self.sock.close()

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed
