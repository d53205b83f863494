"""Speech on an open WebSocket: what was sent, what was heard, and how it ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Any

from dgcheck.model.asking import Say
from dgcheck.model.evidence import Ending, Heard, Phase, Stream, Upgrade
from dgcheck.net.connection import Connection
from dgcheck.net.endings import ending_of_exception
from dgcheck.net.network import Network
from dgcheck.wire import json_text

MESSAGE = 3200  # bytes of audio in one message: 0.4 s of 8 kHz mu-law
MOST_HEARD = 2000
MOST_FRAMES = 10_000  # pings and fragments count too
MOST_TEXT, MOST_TRANSCRIPT = 2000, 4000  # characters that are kept of a message and of the words in it
MOST_BYTES = 8 * 1024 * 1024
MOST_MESSAGE = 1024 * 1024  # bytes of one message; results with every word of a minute stay under a tenth of it
LINGER = 0.25  # seconds that a close frame may come after the last Metadata
CLOSE_STREAM = '{"type":"CloseStream"}'


class Session:
    """One stream from 101 to its end. `speak` does all of it and leaves the facts in the fields."""

    def __init__(self, network: Network, connection: Connection, say: Say) -> None:
        from websockets.protocol import CLIENT, OPEN, Protocol

        self._network = network
        self._connection = connection
        self._say = say
        self._protocol = Protocol(CLIENT, state=OPEN, max_size=MOST_MESSAGE)
        self._text = bytearray()
        self._text_kind = ""
        self._changed = asyncio.Event()
        self.opened_at = monotonic()
        self.audio_begun = 0.0
        self.audio_sent: float | None = None
        self.close_sent: float | None = None
        self.sent_bytes = self.sent_messages = 0
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

    async def speak(self) -> None:
        """Send what is to be said and listen to the end; only cancellation is raised."""
        listening = asyncio.ensure_future(self._listen())
        try:
            async with asyncio.timeout(self._say.limit):
                await self._send_audio()
                await self._send_close()
                await self._settle(listening)
        except TimeoutError:
            self.ending = Ending.TIMED_OUT
        except OSError as error:
            # The peer was gone before we had finished; what it said before is still to be read.
            ending, problem = ending_of_exception(error)
            await asyncio.wait([listening], timeout=LINGER)
            if self.ending is Ending.CUT_SHORT:
                self.ending, self.problem = ending, problem
                self.closed_by = self.closed_by or ("reset" if ending is Ending.RESET else "fin")
        finally:
            if not self._farewell_wanted():
                listening.cancel()
                await asyncio.gather(listening, return_exceptions=True)

    def _farewell_wanted(self) -> bool:
        return self._say.until_first and not self.over and self.ending is Ending.ANSWERED

    async def _send_audio(self) -> None:
        audio = self._say.audio
        data = audio.stream_data or audio.data
        self.audio_begun = monotonic()
        if self._say.pace == "real" and audio.seconds:
            await self._in_real_time(data, audio.seconds)
        else:
            size = self._say.message or MESSAGE
            for start in range(0, len(data), size):
                self._protocol.send_binary(data[start : start + size])
                self.sent_messages += 1
            self.sent_bytes = len(data)
            if self._say.close == "at_once":
                self._protocol.send_text(CLOSE_STREAM.encode())
                self.close_sent = monotonic()
            await self._write()
        self.audio_sent = monotonic()

    async def _in_real_time(self, data: bytes, seconds: float) -> None:
        piece = max(1, round(len(data) / seconds / 10))
        begun = monotonic()
        for number, start in enumerate(range(0, len(data), piece)):
            wait = begun + number * 0.1 - monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            if self.over:
                return
            self._protocol.send_binary(data[start : start + piece])
            await self._write()
            self.sent_messages += 1
            self.sent_bytes += len(data[start : start + piece])

    async def _send_close(self) -> None:
        if self._say.close == "after_first":
            await self._wait(lambda: any(one.kind == "Results" for one in self.heard), self._say.patience)
        if self._say.close == "never" or self.close_sent is not None or self.over:
            return
        self._protocol.send_text(CLOSE_STREAM.encode())
        self.close_sent = monotonic()
        await self._write()

    async def _wait(self, ready: Callable[[], bool], limit: float) -> bool:
        try:
            async with asyncio.timeout(limit):
                while not ready() and not self.over:
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            return False
        return ready()

    async def _settle(self, listening: asyncio.Future[None]) -> None:
        if self._say.until_first and any(one.kind == "Results" for one in self.heard):
            self.ending = Ending.ANSWERED
            self._network.spawn(self._farewell(listening))
            return
        while not self.over:
            done = any(one.kind == "Metadata" for one in self.heard) and any(one.is_final for one in self.heard)
            if done and not await self._wait(lambda: self.over, LINGER):
                self.ending = Ending.ANSWERED
                return
            self._changed.clear()
            if not self.over:
                await self._changed.wait()

    async def _farewell(self, listening: asyncio.Future[None]) -> None:
        """Hear the stream out beside the other checks, so that it ends as politely as it began."""
        try:
            await asyncio.wait([listening], timeout=self._say.limit)
        finally:
            listening.cancel()
            self._connection.close()

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
        now = monotonic()
        heard = read_message(data, self._text_kind, now - self._network.began, self._network.redactor.beginning)
        self.heard.append(heard)
        if heard.kind == "Results":
            name = "first_final" if heard.is_final else "first_interim"
            if all(phase.name != name for phase in self.phases):
                self.phases.append(self._network.phase(name, self.audio_begun or self.opened_at, now))
        self._changed.set()

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
    transcript = first.get("transcript") if isinstance(first, dict) else None
    return transcript if isinstance(transcript, str) else ""


async def stream(
    network: Network, upgrade: Upgrade, connection: Connection, say: Say, *, check: str, purpose: str, plan: str
) -> Stream:
    """Say it on an open socket; the evidence is recorded, also of a stream that is interrupted."""
    session = Session(network, connection, say)
    try:
        await session.speak()
    finally:
        began = network.began
        seen = Stream(
            id=network.next_id(),
            check=check,
            purpose=purpose,
            ending=session.ending,
            problem=network.redactor.text(session.problem),
            phases=tuple(session.phases),
            upgrade=upgrade.id,
            address=connection.address,
            plan=plan,
            sent_bytes=session.sent_bytes,
            sent_messages=session.sent_messages,
            audio_seconds=say.audio.seconds,
            opened_at=session.opened_at - began,
            audio_sent_at=session.audio_sent - began if session.audio_sent is not None else None,
            close_sent_at=session.close_sent - began if session.close_sent is not None else None,
            ended_at=monotonic() - began,
            heard=tuple(session.heard),
            heard_bytes=session.heard_bytes,
            close_code=session.close_code,
            close_reason=session.close_reason,
            closed_by=session.closed_by,
        )
        network.record(seen)
        if not session._farewell_wanted():
            connection.close()
    return seen
