"""A socket that is held open: a little audio, then silence, KeepAlives or more audio, and at last CloseStream.

What comes meanwhile is counted and not kept, so that an hour costs no more memory than a minute.
"""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import Any

from dgcheck.model.asking import Keep
from dgcheck.model.evidence import Ending, Upgrade
from dgcheck.model.held import Held
from dgcheck.net.connection import Connection
from dgcheck.net.endings import ending_of_exception
from dgcheck.net.kernel import delivery_of
from dgcheck.net.network import Network
from dgcheck.net.stream import CLOSE_STREAM, MESSAGE, MOST_MESSAGE

KEEP_ALIVE = '{"type":"KeepAlive"}'
STEP = 0.25  # seconds of audio in one message, while it goes out in real time
PATIENCE = 4.0  # seconds in which CloseStream has to be answered
SPARE = 5.0  # seconds after which a socket that takes nothing any more is given up, beyond what it was held for
_RESULTS = b'"type":"Results"'  # as the API writes it; a count is all that is wanted


class Holding:
    """One socket from 101 to its end; `keep` does all of it and leaves the facts in the fields."""

    def __init__(self, network: Network, connection: Connection, how: Keep) -> None:
        from websockets.protocol import CLIENT, OPEN, Protocol

        self._network = network
        self._connection = connection
        self._how = how
        self._protocol = Protocol(CLIENT, state=OPEN, max_size=MOST_MESSAGE)
        self._over = asyncio.Event()
        self._answered = asyncio.Event()  # something was heard after the farewell
        self.opened_at = self.spoke_at = self.heard_at = monotonic()
        self.ended_at = 0.0
        self.audio_sent: float | None = None
        self.farewell: float | None = None
        self.sent_messages = self.sent_bytes = self.keepalives = 0
        self.heard_messages = self.results = 0
        self.close_code: int | None = None
        self.close_reason = self.closed_by = self.problem = ""
        self.ending = Ending.CUT_SHORT
        self.delivery: tuple[int, float] | None = None

    async def keep(self) -> None:
        """Speak, hold, say goodbye, or meet the end before; only cancellation is raised."""
        listening = asyncio.ensure_future(self._listen())
        try:
            async with asyncio.timeout(self._how.seconds + PATIENCE + SPARE):
                await self._begin()
                await self._hold()
                if not self._over.is_set():
                    await self._say_goodbye()
        except TimeoutError:
            self.ending = Ending.TIMED_OUT
        except OSError as error:
            await self._over_within(0.25)  # what the peer said before it left is still to be read
            self._lost(error)
        finally:
            self.delivery = delivery_of(self._connection.sock) if not self._over.is_set() else None
            self.ended_at = self.ended_at or monotonic()
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    # -- what is said -----------------------------------------------------------------------------------------------

    async def _begin(self) -> None:
        data = self._how.audio.stream_data or self._how.audio.data
        for start in range(0, len(data), MESSAGE):
            await self._audio(data[start : start + MESSAGE])
        if not self._over.is_set():
            self.audio_sent = monotonic()

    async def _hold(self) -> None:
        how = self._how
        end = self.opened_at + how.seconds
        step = STEP if how.plan == "audio" else how.every
        if how.plan == "silent":
            await self._over_within(end - monotonic())
            return
        begun, number = monotonic(), 1
        while not await self._over_within(min(begun + number * step, end) - monotonic()):
            if monotonic() >= end:
                return
            number += 1
            if how.plan == "audio":
                await self._audio(how.silence)
            else:
                await self._text(KEEP_ALIVE)
                self.keepalives += 1

    async def _say_goodbye(self) -> None:
        self.farewell = monotonic()
        await self._text(CLOSE_STREAM)
        waiting = [asyncio.ensure_future(one.wait()) for one in (self._over, self._answered)]
        try:
            await asyncio.wait(waiting, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waiting:
                one.cancel()
        if not self._over.is_set():
            self.ending = Ending.ANSWERED if self._answered.is_set() else Ending.TIMED_OUT

    async def _audio(self, data: bytes) -> None:
        if self._over.is_set():  # it may have been closed between two messages
            return
        self._protocol.send_binary(data)
        self.sent_bytes += len(data)
        await self._write()

    async def _text(self, text: str) -> None:
        if self._over.is_set():
            return
        self._protocol.send_text(text.encode())
        await self._write()

    async def _write(self) -> None:
        data = b"".join(self._protocol.data_to_send())
        if data:
            await self._connection.write(data)
            self.sent_messages += 1
            self.spoke_at = monotonic()

    async def _over_within(self, seconds: float) -> bool:
        """Whether the stream ends before so many seconds have passed."""
        if self._over.is_set() or seconds <= 0:
            return self._over.is_set()
        try:
            async with asyncio.timeout(seconds):
                await self._over.wait()
        except TimeoutError:
            return False
        return True

    # -- what is heard ----------------------------------------------------------------------------------------------

    async def _listen(self) -> None:
        try:
            while not self._over.is_set():
                data = await self._connection.read()
                if not data:
                    self._end(Ending.CLOSED, "fin")
                    return
                self.heard_at = self._connection.arrived
                self._protocol.receive_data(data)
                for frame in self._protocol.events_received():
                    self._take(frame)
                await self._write()  # pongs
                if self._protocol.parser_exc is not None and self.close_code is None:
                    self.problem = str(self._protocol.parser_exc)[:200]
                    self._end(Ending.BROKEN, "client")
        except OSError as error:
            self._lost(error)

    def _take(self, frame: Any) -> None:
        from websockets.frames import Opcode

        if frame.opcode is Opcode.CLOSE:
            data = bytes(frame.data)
            self.close_code = int.from_bytes(data[:2], "big") if len(data) >= 2 else 1005
            self.close_reason = self._network.redactor.beginning(data[2:].decode("utf-8", "replace"), 400)
            self._end(Ending.ANSWERED, "server")
        elif frame.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
            self.heard_messages += frame.fin
            self.results += _RESULTS in bytes(frame.data[:200]).replace(b" ", b"")
            if self.farewell is not None:
                self._answered.set()

    def _lost(self, error: OSError) -> None:
        ending, self.problem = ending_of_exception(error)
        self._end(ending, {Ending.RESET: "reset", Ending.TIMED_OUT: ""}.get(ending, "fin"))

    def _end(self, ending: Ending, by: str) -> None:
        if not self._over.is_set():
            self.ending, self.closed_by, self.ended_at = ending, by, monotonic()
            self._over.set()


async def hold(
    network: Network, upgrade: Upgrade, connection: Connection, how: Keep, *, check: str, purpose: str
) -> Held:
    """Hold an open socket; the evidence is recorded, also of one that is interrupted."""
    holding = Holding(network, connection, how)
    try:
        await holding.keep()
    finally:
        seen = _evidence(network, upgrade, connection, how, holding, check, purpose)
        network.record(seen)
        connection.close()
    return seen


def _evidence(
    network: Network, upgrade: Upgrade, connection: Connection, how: Keep, holding: Holding, check: str, purpose: str
) -> Held:
    def since(moment: float | None) -> float | None:
        return None if moment is None else network.at(moment)

    unacked, acked_ago = holding.delivery or (None, None)
    return Held(
        id=network.next_id(),
        check=check,
        purpose=purpose,
        ending=holding.ending,
        problem=network.redactor.text(holding.problem),
        upgrade=upgrade.id,
        address=connection.address,
        plan=how.plan,
        tried=how.seconds,
        opened_at=network.at(holding.opened_at),
        audio_sent_at=since(holding.audio_sent),
        spoke_at=network.at(holding.spoke_at),
        heard_at=network.at(holding.heard_at),
        farewell_at=since(holding.farewell),
        ended_at=network.at(holding.ended_at),
        sent_messages=holding.sent_messages,
        sent_bytes=holding.sent_bytes,
        keepalives=holding.keepalives,
        heard_messages=holding.heard_messages,
        results=holding.results,
        close_code=holding.close_code,
        close_reason=holding.close_reason,
        closed_by=holding.closed_by,
        unacked=unacked,
        acked_at=None if acked_ago is None else network.at(holding.ended_at - acked_ago),
    )
