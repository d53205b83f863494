"""Head starts for many runs in one event loop: no thread for each of them, and a bounded number of look-ups.

The system's resolver is only to be had in a thread. Asked by too many at once it loses questions, and a lost one
costs its retry of seconds; asked by too few, hundreds of names queue. So a run is begun when one of `MOST` threads is
free for its name, and never waits for one while its own clock runs: in its report stands the resolver's time alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic

from dgcheck.net.headstart import CONNECT_LIMIT, Attempt, HeadStart

MOST = 64  # names that are asked for at once


class Crowd:
    """Begins the head starts of many runs; lives inside one event loop."""

    def __init__(self, most: int = MOST) -> None:
        self._loop = asyncio.get_running_loop()
        self._free = asyncio.Semaphore(most)
        self._pool = ThreadPoolExecutor(most, thread_name_prefix="look-up")
        self._loop.set_default_executor(self._pool)  # what an experiment looks up comes from here too

    async def start(
        self, host: str, port: int, *, pinned: Sequence[str] = (), family: str = "", connections: int = 1
    ) -> HeadStart:
        """A head start as `HeadStart` makes it, begun when its name can be asked for."""
        if sys.platform == "win32":  # its loop tells of no socket that has connected
            return HeadStart(host, port, pinned=pinned, family=family, connections=connections)
        named = not pinned and not is_address(host)
        if named:
            await self._free.acquire()
        return _Start(host, port, pinned=pinned, family=family, connections=connections, crowd=self if named else None)

    def submit(self, start: _Start) -> Future[_Found]:
        """Look up the name of a start that was let in; its place is free again when the resolver has answered."""
        found = self._pool.submit(start.ask)
        found.add_done_callback(self._answered)
        return found

    def _answered(self, _: Future[_Found]) -> None:
        # From the thread, however long after the run has ended: until then the resolver is still at it.
        with contextlib.suppress(RuntimeError):  # the loop has ended before
            self._loop.call_soon_threadsafe(self._free.release)

    def close(self) -> None:
        """Begin no more look-ups; those under way are left to end."""
        self._pool.shutdown(wait=False, cancel_futures=True)


_Found = list[tuple[int, tuple[object, ...], str]]


class _Start(HeadStart):
    """A head start that lives in the loop. `crowd` looks its name up; without one it needs no resolver."""

    beside = False

    def __init__(
        self,
        host: str,
        port: int,
        *,
        pinned: Sequence[str],
        family: str,
        connections: int,
        crowd: Crowd | None,
    ) -> None:
        self._crowd = crowd
        self._loop = asyncio.get_running_loop()
        self._connecting: dict[int, Attempt] = {}
        self._limit: asyncio.TimerHandle | None = None
        self._told = False
        super().__init__(host, port, pinned=pinned, family=family, connections=connections)

    def _set_out(self) -> None:
        if self._crowd is None:
            self._known(self.ask())
            return
        self._asking = asyncio.wrap_future(self._crowd.submit(self), loop=self._loop)
        self._asking.add_done_callback(self._looked_up)

    def ask(self) -> _Found:
        """Look the name up; called in a thread, and the times are those of the resolver."""
        self.resolve_begun = monotonic()
        try:
            return self._resolve()
        finally:
            self.resolved_at = monotonic()

    def _looked_up(self, asked: asyncio.Future[_Found]) -> None:
        if not asked.cancelled():
            self._known([] if asked.exception() else asked.result())

    def _known(self, found: _Found) -> None:
        if not self._stopped:
            self.attempts = self._begin(found)
        self.resolved = True
        for attempt in self.attempts:
            if attempt.sock is not None and attempt.error is None:
                number = attempt.sock.fileno()
                self._connecting[number] = attempt
                self._loop.add_writer(number, self._decided, number)
        if self._connecting:
            self._limit = self._loop.call_later(CONNECT_LIMIT, self._give_up_connecting)
        else:
            self.connected = True
        self._tell()

    def _decided(self, number: int) -> None:
        self._loop.remove_writer(number)
        attempt = self._connecting.pop(number)
        attempt.end(attempt.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) if attempt.sock else -1)
        if not self._connecting:
            self._over()
        self._tell()

    def _give_up_connecting(self) -> None:
        for number, attempt in self._connecting.items():
            self._loop.remove_writer(number)
            attempt.end(-1)
        self._connecting.clear()
        self._over()
        self._tell()

    def _over(self) -> None:
        self.connected = True
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None

    def _tell(self) -> None:
        """Once in a turn of the loop, whatever happened in it; after `stop` nobody listens any more."""
        if not self._told and not self._stopped:
            self._told = True
            self._loop.call_soon(self._tell_now)

    def _tell_now(self) -> None:
        self._told = False
        super()._tell()

    def stop(self) -> None:
        """Give up what is not connected yet. Sockets that were handed over are not touched."""
        super().stop()
        if self._connecting:
            self._give_up_connecting()


def is_address(host: str) -> bool:
    """Whether no resolver is needed for this host."""
    return ":" in host or host.replace(".", "").isdigit()
