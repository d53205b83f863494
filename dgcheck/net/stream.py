"""Speech on an open WebSocket: what was sent, what was heard, and how it ended."""

from __future__ import annotations

import asyncio
from time import monotonic

from dgcheck.model.asking import Say
from dgcheck.model.evidence import Ending, Heard, Stream, Upgrade
from dgcheck.net.connection import Connection
from dgcheck.net.endings import ending_of_exception
from dgcheck.net.hearing import MOST_MESSAGE as MOST_MESSAGE
from dgcheck.net.hearing import Hearing
from dgcheck.net.network import Network

MESSAGE = 3200  # bytes of audio in one message: 0.4 s of 8 kHz mu-law
LINGER = 0.25  # seconds that a close frame may come after the last Metadata
CLOSE_STREAM = '{"type":"CloseStream"}'


class Session(Hearing):
    """One stream from 101 to its end. `speak` does all of it and leaves the facts in the fields."""

    def __init__(self, network: Network, connection: Connection, say: Say) -> None:
        super().__init__(network, connection)
        self._say = say
        self.audio_begun = 0.0
        self.audio_sent: float | None = None
        self.close_sent: float | None = None
        self.sent_bytes = self.sent_messages = 0

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
        if self._network.loading:  # what still loads in this loop would make the audio late
            await self._network.loaded.wait()
        piece = max(1, round(len(data) / seconds / 10))
        begun = self.audio_begun = monotonic()
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

    def _note(self, heard: Heard, now: float) -> None:
        if heard.kind == "Results":
            name = "first_final" if heard.is_final else "first_interim"
            if all(phase.name != name for phase in self.phases):
                self.phases.append(self._network.phase(name, self.audio_begun or self.opened_at, now))


async def stream(
    network: Network, upgrade: Upgrade, connection: Connection, say: Say, *, check: str, purpose: str, plan: str
) -> Stream:
    """Say it on an open socket; the evidence is recorded, also of a stream that is interrupted."""
    session = Session(network, connection, say)
    try:
        await session.speak()
    finally:
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
            opened_at=network.at(session.opened_at),
            audio_sent_at=network.at(session.audio_sent) if session.audio_sent is not None else None,
            close_sent_at=network.at(session.close_sent) if session.close_sent is not None else None,
            ended_at=network.at(monotonic()),
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
