"""A talk on an open WebSocket that a probe leads: texts and audio both ways, and how it ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any

from dgcheck.model.asking import Lead
from dgcheck.model.evidence import Ending, Heard, Stream, Upgrade
from dgcheck.model.record import replace
from dgcheck.net.connection import Connection
from dgcheck.net.endings import ending_of_exception
from dgcheck.net.hearing import Hearing
from dgcheck.net.network import Network

LINGER = 0.25  # seconds in which what the peer said before it left is still read
MOST_SOUND = 4 * 1024 * 1024  # bytes of audio that are kept while the talk goes on


class Dialogue(Hearing):
    """One talk from 101 to its end; implements `model.asking.Conversation` for the probe that leads it."""

    def __init__(self, network: Network, connection: Connection) -> None:
        super().__init__(network, connection)
        self._audio = bytearray()
        self._pieces = self._size = 0  # of the stretch of audio that is being heard
        self.sent_at: float | None = None
        self.bye_at: float | None = None
        self.sent_bytes = self.sent_messages = 0

    @property
    def sound(self) -> bytes:
        """The audio that was spoken to us so far."""
        return bytes(self._audio)

    async def lead(self, lead: Lead, limit: float) -> None:
        """Let `lead` talk; only cancellation is raised. A talk that it leaves open is closed by us."""
        listening = asyncio.ensure_future(self._listen())
        try:
            async with asyncio.timeout(limit):
                await lead(self)
                if not self.over:
                    await self._hang_up()
        except TimeoutError:
            self.ending = Ending.TIMED_OUT
        except OSError as error:
            ending, problem = ending_of_exception(error)
            await asyncio.wait([listening], timeout=LINGER)
            if self.ending is Ending.CUT_SHORT:
                self.ending, self.problem = ending, problem
                self.closed_by = self.closed_by or ("reset" if ending is Ending.RESET else "fin")
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    async def say(self, *messages: str | bytes, last: bool = False) -> None:
        """Send texts and audio at once; with `last` this is the last of what is to be heard or spoken."""
        if self.over:
            return
        for message in messages:
            if isinstance(message, str):
                self._protocol.send_text(message.encode())
            else:
                self._protocol.send_binary(message)
            self.sent_messages += 1
            self.sent_bytes += len(message)
        await self._write()
        if last:
            self.sent_at = monotonic()

    async def bye(self, message: str) -> None:
        """Send the text that ends the stream."""
        await self.say(message)
        self.bye_at = monotonic()

    async def until(self, ready: Callable[[], bool], limit: float) -> bool:
        """Listen until it is so, or it is over, or `limit` seconds passed; whether it is so."""
        return await self._wait(ready, limit)

    async def _hang_up(self) -> None:
        self._protocol.send_close(1000)
        await self._write()
        self.ending, self.closed_by = Ending.ANSWERED, "client"

    async def _write(self) -> None:
        if self._protocol.state.name in ("OPEN", "CLOSING"):
            await super()._write()

    def _hear(self, data: bytes) -> None:
        if self._text_kind != "binary":
            self._pieces = self._size = 0
            super()._hear(data)
            return
        self._audio += data[: max(0, MOST_SOUND - len(self._audio))]
        self._pieces += 1
        self._size += len(data)
        if self._pieces > 2:
            self.heard.pop()
        super()._hear(data)
        if self._pieces > 1:
            text = f"{self._size} bytes in {self._pieces} messages"
            self.heard[-1] = replace(self.heard[-1], text=text)

    def _note(self, heard: Heard, now: float) -> None:
        name = {"binary": "first_byte"}.get(heard.kind, "")
        if heard.kind == "TurnInfo":
            name = "first_final" if heard.is_final else "first_interim"
        if name and all(phase.name != name for phase in self.phases):
            self.phases.append(self._network.phase(name, self.sent_at or self.opened_at, now))


async def converse(
    network: Network, upgrade: Upgrade, connection: Connection, lead: Lead, *, limit: float, **named: Any
) -> Stream:
    """Let `lead` talk on an open socket; the evidence is recorded, also of a talk that is interrupted.

    `named` are the check, the purpose and the plan of the evidence.
    """
    talk = Dialogue(network, connection)
    try:
        await talk.lead(lead, limit)
    finally:
        seen = _seen(network, upgrade, talk, connection.address, named)
        network.record(seen)
        connection.close()
    return seen


def _seen(network: Network, upgrade: Upgrade, talk: Dialogue, address: str, named: dict[str, Any]) -> Stream:
    heard: Sequence[Heard] = talk.heard
    return Stream(
        id=network.next_id(),
        ending=talk.ending,
        problem=network.redactor.text(talk.problem),
        phases=tuple(talk.phases),
        upgrade=upgrade.id,
        address=address,
        sent_bytes=talk.sent_bytes,
        sent_messages=talk.sent_messages,
        opened_at=network.at(talk.opened_at),
        audio_sent_at=network.at(talk.sent_at) if talk.sent_at is not None else None,
        close_sent_at=network.at(talk.bye_at) if talk.bye_at is not None else None,
        ended_at=network.at(monotonic()),
        heard=tuple(heard),
        heard_bytes=talk.heard_bytes,
        close_code=talk.close_code,
        close_reason=talk.close_reason,
        closed_by=talk.closed_by,
        **named,
    )
