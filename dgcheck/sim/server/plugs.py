"""The ends of a connection: plain, or sealed by TLS.

TLS is spoken by OpenSSL over memory and not by asyncio's own transport, which swallows the alert of a handshake
that fails: a client would never learn why.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
import warnings
from collections.abc import Mapping

from dgcheck.model.errors import UsageError
from dgcheck.sim import certificates
from dgcheck.sim.plug import Plug

PIECE = 65536
FAREWELL = 1.0  # seconds that a peer has to take the alert of a failed handshake


class Plain:
    """A connection without TLS. Its `read` may be cancelled; nothing is lost."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def read(self) -> bytes:
        """The next bytes; b'' at the peer's end, however it came."""
        try:
            return await self._reader.read(PIECE)
        except OSError:
            return b""

    async def send(self, data: bytes) -> bool:
        """Send; False when the peer is gone."""
        if not data:
            return True
        try:
            self._writer.write(data)
            await self._writer.drain()
        except OSError:
            return False
        return not self._writer.is_closing()

    async def finish(self) -> None:
        """Say that nothing more comes from here: FIN."""
        try:
            self._writer.write_eof()
        except OSError:
            pass

    def reset(self) -> None:
        """End the connection with RST, whatever is unsent."""
        plug = self._writer.get_extra_info("socket")
        if plug is not None:
            with contextlib.suppress(OSError):
                plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    def leave(self, at_once: bool) -> None:
        """Close; what is unsent is sent first unless `at_once`."""
        if at_once:
            self._writer.transport.abort()
        else:
            self._writer.close()


class Sealed:
    """The server's end of a TLS connection over a plain one."""

    def __init__(self, plug: Plug, context: ssl.SSLContext) -> None:
        self._plug = plug
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out, server_side=True)
        self._finished = False

    async def shake_hands(self, first: bytes = b"") -> str:
        """Why the handshake failed, '' when it did not. `first` was read already. An alert of ours was sent."""
        self._in.write(first)
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                await self._flush()
                data = await self._plug.read()
                if not data:
                    return "the peer left"
                self._in.write(data)
            except ssl.SSLError as error:
                await self._flush()
                await self._plug.finish()
                await self._drain()
                return error.reason or type(error).__name__
            else:
                await self._flush()
                return ""

    async def _drain(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FAREWELL):
                while await self._plug.read():
                    pass

    async def _flush(self) -> bool:
        return await self._plug.send(self._out.read())

    async def read(self) -> bytes:
        """The next bytes; b'' at the peer's end, however it came. After `finish` they are still sealed."""
        if self._finished:
            return await self._plug.read()
        while True:
            try:
                return self._tls.read(PIECE)
            except ssl.SSLWantReadError:
                data = await self._plug.read()
                if not data:
                    return b""
                self._in.write(data)
            except ssl.SSLError:
                await self._flush()
                return b""

    async def send(self, data: bytes) -> bool:
        """Send; False when the peer is gone."""
        try:
            while data:
                data = data[self._tls.write(data) :]
        except ssl.SSLError:
            return False
        return await self._flush()

    async def finish(self) -> None:
        """Say that nothing more comes from here: close_notify and FIN."""
        self._finished = True
        with contextlib.suppress(ssl.SSLError):  # the peer's own close_notify is not there yet
            self._tls.unwrap()
        await self._flush()
        await self._plug.finish()

    def reset(self) -> None:
        """End the connection with RST, whatever is unsent."""
        self._plug.reset()


def tls_context(identity: certificates.Identity, files: Mapping[str, str]) -> ssl.SSLContext:
    """The server's context for one kind of certificate, whose files are there already."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if identity.kind in ("weak_key", "tls11_only"):
        context.set_ciphers("ALL:@SECLEVEL=0")
    if identity.kind == "tls11_only":
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # they are old, that is the point
            context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    if identity.kind == "tls12_only":
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(files["chain"], files["key"])
    context.set_alpn_protocols(["h2"] if identity.kind == "h2_only" else ["http/1.1"])
    if identity.kind == "client_required":
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(files["ca"])
    if identity.kind == "sni_required":
        names = identity.names

        def choose(_: ssl.SSLObject, name: str | None, __: ssl.SSLContext) -> int | None:
            return None if name in names else int(ssl.AlertDescription.ALERT_DESCRIPTION_UNRECOGNIZED_NAME)

        context.sni_callback = choose
    return context


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises UsageError where that cannot be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # asyncio sets TCP_NODELAY only then
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(512)
    except (OSError, OverflowError) as error:
        listener.close()
        why = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"cannot listen on {host} port {port}: {why}; take another port (0 = a free one)") from None
    listener.setblocking(False)
    return listener


async def connect(client: socket.socket) -> Plain:
    """The plain end of an accepted socket. Raises OSError when the peer is gone already."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=2**18)
    protocol = asyncio.StreamReaderProtocol(reader)
    transport, _ = await loop.connect_accepted_socket(lambda: protocol, client)
    return Plain(reader, asyncio.StreamWriter(transport, protocol, reader, loop))


def reset(client: socket.socket) -> None:
    """End an accepted socket with RST before a byte was read."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()
