"""WebSocket frames and handshakes, by the sans-I/O side of `websockets`."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from websockets.datastructures import Headers
from websockets.exceptions import ProtocolError
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import CLOSED, CLOSING, OPEN, SERVER, Protocol
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from dgcheck.sim import bodies
from dgcheck.sim.asked import Asked, Pairs, Reply, Say
from dgcheck.sim.line import Frames

LARGEST = 64 * 2**20  # bytes of one WebSocket message


def shake(asked: Asked, protocol: str, echo: bool) -> tuple[Pairs, Frames] | Reply:
    """Accept an upgrade by the rules of RFC 6455: the headers of the 101 and the frames that follow, or a refusal.

    With `echo` the first subprotocol that was offered is chosen (and never another, which may be a key).
    """
    if protocol != "HTTP/1.1":
        return bodies.plain(505, "A WebSocket needs HTTP/1.1.\n", "text/plain")
    headers = Headers()
    for key, value in asked.headers:
        headers[key] = value

    def choose(_: ServerProtocol, offered: Sequence[Subprotocol]) -> Subprotocol | None:
        return offered[0] if echo and offered else None

    response = ServerProtocol(select_subprotocol=choose).accept(Request(asked.target, headers))
    pairs = tuple((key, value) for key, value in response.headers.raw_items() if key != "Date")
    if response.status_code == 101:
        return pairs, _Frames()
    dropped = ("content-length", "connection")
    kept = tuple(pair for pair in pairs if pair[0].lower() not in dropped)
    return Reply(status=response.status_code, headers=kept, body=bytes(response.body or b""))


class _Frames:
    """The sans-I/O side of `websockets`, with fragments put together."""

    def __init__(self) -> None:
        self._protocol = Protocol(SERVER, state=OPEN, max_size=LARGEST)
        self._parts: list[bytes] = []
        self._text = False
        self._ended = False

    def feed(self, data: bytes) -> None:
        """Bytes came."""
        if data and self._protocol.state is not CLOSED:
            self._protocol.receive_data(data)

    def messages(self) -> list[tuple[bytes, bool]]:
        """Whole messages that came since, and whether each is text."""
        whole = []
        for frame in self._protocol.events_received():
            if not isinstance(frame, Frame) or frame.opcode not in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
                continue
            if frame.opcode is not Opcode.CONT:
                self._parts, self._text = [], frame.opcode is Opcode.TEXT
            self._parts.append(bytes(frame.data))
            if frame.fin:
                whole.append((b"".join(self._parts), self._text))
                self._parts = []
        return whole

    def say(self, word: Say) -> None:
        """Queue a text, a binary message or a close frame; passed over once the socket closes."""
        if self._protocol.state is not OPEN:
            return
        if word.kind == "text":
            self._protocol.send_text(word.text.encode())
        elif word.kind == "binary":
            self._protocol.send_binary(word.data)
        elif word.kind == "close":
            with contextlib.suppress(ProtocolError):
                self._protocol.send_close(word.code, word.text)

    def outgoing(self) -> bytes:
        """Bytes to send; empties them."""
        pieces = self._protocol.data_to_send()
        self._ended = self._ended or b"" in pieces
        return b"".join(pieces)

    @property
    def closing(self) -> bool:
        """A close frame was sent or received."""
        return self._protocol.state in (CLOSING, CLOSED)

    @property
    def done(self) -> bool:
        """Nothing more will come of it."""
        return self._ended
