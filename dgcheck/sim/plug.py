"""An end of a connection as the conversation sees it, and the delay that can lie before it."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Protocol

PENDING = 8 * 2**20  # bytes that a delay line holds


class Plug(Protocol):
    """One end of a connection. `read` may be cancelled without losing anything."""

    async def read(self) -> bytes:
        """The next bytes; b'' at the peer's end, however it came."""

    async def send(self, data: bytes) -> bool:
        """Send; False when the peer is gone."""

    async def finish(self) -> None:
        """Say that nothing more comes from here."""

    def reset(self) -> None:
        """End the connection with RST, whatever is unsent."""


class Delayed:
    """A plug on which every piece arrives `seconds` after it came."""

    def __init__(self, inner: Plug, seconds: float) -> None:
        self._inner, self._seconds = inner, seconds
        self._pieces: deque[tuple[float, bytes]] = deque()
        self._held = 0
        self._came = asyncio.Event()

    async def pump(self) -> None:
        """Carry bytes into the delay line until the peer's end; runs beside the conversation."""
        loop = asyncio.get_running_loop()
        while True:
            data = await self._inner.read()
            self._pieces.append((loop.time() + self._seconds, data))
            self._held += len(data)
            self._came.set()
            if not data:
                return
            while self._held > PENDING:  # noqa: ASYNC110 - the delay is the pace at which it empties
                await asyncio.sleep(self._seconds)

    async def read(self) -> bytes:
        """The next bytes that have been on their way long enough; b'' at the peer's end."""
        while True:
            while not self._pieces:
                self._came.clear()
                await self._came.wait()
            due, data = self._pieces[0]
            left = due - asyncio.get_running_loop().time()
            if left > 0:
                await asyncio.sleep(left)
                continue
            if data:
                self._pieces.popleft()
                self._held -= len(data)
            return data

    async def send(self, data: bytes) -> bool:
        """Send; False when the peer is gone."""
        return await self._inner.send(data)

    async def finish(self) -> None:
        """Say that nothing more comes from here."""
        await self._inner.finish()

    def reset(self) -> None:
        """End the connection with RST, whatever is unsent."""
        self._inner.reset()
