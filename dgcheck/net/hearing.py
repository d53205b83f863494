"""The listening end of an open WebSocket: every message as it was heard, how it was closed, and limits on both.

What is said meanwhile is for those who stand on it: `stream` for speech, `dialogue` for everything else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Any

from dgcheck.model.evidence import Ending, Heard, Phase
from dgcheck.net.connection import Connection
from dgcheck.net.endings import ending_of_exception
from dgcheck.net.network import Network
from dgcheck.wire import json_text

MOST_HEARD = 2000
MOST_FRAMES = 10_000  # pings and fragments count too
MOST_TEXT, MOST_TRANSCRIPT = 2000, 4000  # characters that are kept of a message and of the words in it
MOST_BYTES = 8 * 1024 * 1024
MOST_MESSAGE = 1024 * 1024  # bytes of one message; results with every word of a minute stay under a tenth of it


class Hearing:
    """An open socket that is listened to. What was heard, and how it ended, stands in the fields."""

    def __init__(self, network: Network, connection: Connection) -> None:
        from websockets.protocol import CLIENT, OPEN, Protocol

        self._network = network
        self._connection = connection
        self._protocol = Protocol(CLIENT, state=OPEN, max_size=MOST_MESSAGE)
        self._text = bytearray()
        self._text_kind = ""
        self._changed = asyncio.Event()
        self.opened_at = monotonic()
        self.heard: list[Heard] = []
        self.heard_bytes = 0
        self._frames = 0
        self.close_code: int | None = None
        self.close_reason = ""
        self.closed_by = ""
        self.ending = Ending.CUT_SHORT
        self.problem = ""
        self.phases: list[Phase] = []
        self.over = False

    async def _wait(self, ready: Callable[[], bool], limit: float) -> bool:
        try:
            async with asyncio.timeout(limit):
                while not ready() and not self.over:
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            return False
        return ready()

    async def _listen(self) -> None:
        try:
            while not self.over:
                data = await self._connection.read()
                self.heard_bytes += len(data)
                if not data:
                    self._protocol.receive_eof()
                    self._end(Ending.CLOSED, "fin")
                    return
                self._protocol.receive_data(data)
                for frame in self._protocol.events_received():
                    if self._over_with(frame):
                        break
                await self._write()
                if self._protocol.parser_exc is not None and self.close_code is None:
                    self.problem = str(self._protocol.parser_exc)[:200]
                    self._end(Ending.BROKEN, "client")
                if self.heard_bytes > MOST_BYTES:
                    self._end(Ending.TOO_MUCH, "client")
        except OSError as error:
            ending, problem = ending_of_exception(error)
            self.problem = problem
            self._end(ending, "reset" if ending is Ending.RESET else "fin")

    def _end(self, ending: Ending, by: str) -> None:
        if not self.over:
            self.over = True
            if self.close_code is None:
                self.ending, self.closed_by = ending, by
            self._changed.set()

    def _over_with(self, frame: Any) -> bool:
        """Whether this frame is the last that is taken."""
        self._take(frame)
        self._frames += 1
        if self._frames >= MOST_FRAMES or len(self.heard) >= MOST_HEARD:
            self._end(Ending.TOO_MUCH, "client")
        return self.over

    def _take(self, frame: Any) -> None:
        from websockets.frames import Opcode

        if frame.opcode in (Opcode.TEXT, Opcode.BINARY):
            self._text_kind = "text" if frame.opcode is Opcode.TEXT else "binary"
            self._text = bytearray(frame.data)
        elif frame.opcode is Opcode.CONT:
            self._text += frame.data
        elif frame.opcode is Opcode.CLOSE:
            self._closed(bytes(frame.data))
            return
        else:
            return
        if frame.fin:
            self._hear(bytes(self._text))

    def _closed(self, data: bytes) -> None:
        self.close_code = int.from_bytes(data[:2], "big") if len(data) >= 2 else 1005
        self.close_reason = self._network.redactor.beginning(data[2:].decode("utf-8", "replace"), 400)
        self.closed_by = "server"
        self.over = True
        self.ending = Ending.ANSWERED
        self._changed.set()

    def _hear(self, data: bytes) -> None:
        now = self._connection.arrived
        heard = read_message(data, self._text_kind, self._network.at(now), self._network.redactor.beginning)
        self.heard.append(heard)
        self._note(heard, now)
        self._changed.set()

    def _note(self, heard: Heard, now: float) -> None:
        """Take what a message means for the times of this socket; `now` is monotonic."""

    async def _write(self) -> None:
        data = b"".join(self._protocol.data_to_send())
        if data:
            await self._connection.write(data)


def read_message(data: bytes, opcode: str, at: float, clean: Callable[[str, int], str]) -> Heard:
    """One message of a stream, as heard; never raises. `clean` gives so many characters of a text without secrets."""
    if opcode == "binary":
        return Heard(at=at, kind="binary", text=f"{len(data)} bytes")
    text = data.decode("utf-8", "replace")
    shown = clean(text, MOST_TEXT)
    message = json_text.read(text)
    if message is None and text.strip() != "null":
        return Heard(at=at, kind="bad_json", text=shown)
    if not isinstance(message, dict):
        return Heard(at=at, kind="text", text=shown)
    final, flushed = message.get("is_final"), message.get("from_finalize")
    if message.get("type") == "TurnInfo":  # of Flux: what stands when a turn has ended is final
        final = message.get("event") == "EndOfTurn"
    channels, request_id = message.get("channels"), message.get("request_id")
    return Heard(
        at=at,
        kind=clean(str(message.get("type", "text"))[:200], 40),
        transcript=clean(_transcript(message), MOST_TRANSCRIPT),
        is_final=final if isinstance(final, bool) else None,
        from_finalize=flushed if isinstance(flushed, bool) else None,
        duration=_seconds(message.get("duration")),
        channels=channels if isinstance(channels, int) and not isinstance(channels, bool) and channels < 1e6 else None,
        text=shown,
        request_id=clean(request_id, 64) if isinstance(request_id, str) else "",
    )


def _seconds(value: Any) -> float | None:
    """A time of a message, None where it is no number that a time can have."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 1e9:
        return None
    return float(value)


def _transcript(message: dict[str, Any]) -> str:
    channel = message.get("channel")
    alternatives = channel.get("alternatives") if isinstance(channel, dict) else None
    first = alternatives[0] if isinstance(alternatives, list) and alternatives else None
    transcript = first.get("transcript") if isinstance(first, dict) else message.get("transcript")
    return transcript if isinstance(transcript, str) else ""
