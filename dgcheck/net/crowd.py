"""Head starts for many runs in one event loop: no thread for each of them, and a bounded number of look-ups.

The system's resolver is only to be had in a thread. Asked by too many at once it loses questions, and a lost one
costs its retry of seconds; asked by too few, hundreds of names queue. So `MOST` threads ask, for the runs that come
next as well; a run is begun when one of them has taken its name, and never waits for one while its own clock runs: in
its report stands the resolver's time alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

from dgcheck.net.headstart import CONNECT_LIMIT, FAMILIES, Attempt, HeadStart, asking, resolve

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dgcheck.net.headstart import Found

MOST = 64  # names that are asked for at once
AHEAD = 512  # names that are asked for before their runs begin
FRESH = 15.0  # seconds for which an answer stands for a run that had to wait for its turn
_TURN = 0.0005  # seconds after which a thread may stamp its moments, however busy the loop is


class Crowd:
    """Begins the head starts of many runs; lives inside one event loop."""

    def __init__(self, most: int = MOST) -> None:
        self._loop = asyncio.get_running_loop()
        self._pool = ThreadPoolExecutor(most, thread_name_prefix="look-up")
        self._loop.set_default_executor(self._pool)  # what an experiment looks up comes from here too
        self._ahead: dict[tuple[str, int, str], _Asked] = {}
        self._turns = sys.getswitchinterval()
        sys.setswitchinterval(_TURN)

    def ask_ahead(self, host: str, port: int, *, pinned: Sequence[str] = (), family: str = "") -> bool:
        """Ask for the name of a run that comes later; False where enough are asked for already."""
        if len(self._ahead) >= AHEAD:
            return False
        name = (host, port, family)
        if sys.platform != "win32" and not pinned and not is_address(host) and name not in self._ahead:
            self._ahead[name] = self._ask(*name)
        return True

    async def start(
        self, host: str, port: int, *, pinned: Sequence[str] = (), family: str = "", connections: int = 1
    ) -> HeadStart:
        """A head start as `HeadStart` makes it, begun when its name is asked for."""
        if sys.platform == "win32":  # its loop tells of no socket that has connected
            return HeadStart(host, port, pinned=pinned, family=family, connections=connections)
        asked = None
        if not pinned and not is_address(host):
            asked = self._ahead.pop((host, port, family), None)
            if asked is None or asked.stale:
                asked = self._ask(host, port, family)
            await asked.taken
        return _Start(host, port, pinned=pinned, family=family, connections=connections, asked=asked)

    def _ask(self, host: str, port: int, family: str) -> _Asked:
        asked = _Asked(self._loop, host, port, family)
        self._pool.submit(asked.ask)
        return asked

    def close(self) -> None:
        """Begin no more look-ups; those under way are left to end."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        sys.setswitchinterval(self._turns)


class _Asked:
    """A name that waits for a thread, and is then asked for. `begun` and `ended` are monotonic seconds."""

    def __init__(self, loop: asyncio.AbstractEventLoop, host: str, port: int, family: str) -> None:
        self.taken: asyncio.Future[None] = loop.create_future()
        self.answered: asyncio.Future[None] = loop.create_future()
        self.begun = self.ended = 0.0
        self.found: Found = []
        self.error = self.problem = ""
        self._loop = loop
        self._host = host
        self._resolver = asking(port, FAMILIES[family])

    @property
    def stale(self) -> bool:
        """Whether the answer is so old that it may not hold any more."""
        return bool(self.ended) and monotonic() - self.ended > FRESH

    def ask(self) -> None:
        """Look the name up; called in a thread."""
        self.begun = monotonic()
        self._tell(self.taken)
        try:
            self.found, self.error, self.problem = resolve((self._host,), self._resolver)
        finally:
            self.ended = monotonic()
            self._tell(self.answered)

    def _tell(self, future: asyncio.Future[None]) -> None:
        def set_done() -> None:
            if not future.done():  # else the run that waited has been cancelled
                future.set_result(None)

        with contextlib.suppress(RuntimeError):  # the loop has ended before
            self._loop.call_soon_threadsafe(set_done)


class _Start(HeadStart):
    """A head start that lives in the loop. `asked` is its name, looked up; without it no resolver is needed."""

    beside = False

    def __init__(
        self,
        host: str,
        port: int,
        *,
        pinned: Sequence[str],
        family: str,
        connections: int,
        asked: _Asked | None,
    ) -> None:
        self._asked = asked
        self._loop = asyncio.get_running_loop()
        self._connecting: dict[int, Attempt] = {}
        self._limit: asyncio.TimerHandle | None = None
        self._told = False
        super().__init__(host, port, pinned=pinned, family=family, connections=connections)

    def _set_out(self) -> None:
        asked = self._asked
        if asked is None:
            self._known(self._resolve())
        elif asked.answered.done():
            # It counts as if it had been asked for when the run began: the resolver's own time stands in its report.
            self.begun = self.resolve_begun = monotonic() - (asked.ended - asked.begun)
            self.resolved_at = monotonic()
            self._take(asked)
        else:
            self.begun = self.resolve_begun = asked.begun
            asked.answered.add_done_callback(lambda _: self._answered(asked))

    def _answered(self, asked: _Asked) -> None:
        self.resolved_at = asked.ended
        self._take(asked)

    def _take(self, asked: _Asked) -> None:
        self.addresses = tuple(shown for _, _, shown in asked.found)
        self.error, self.problem = asked.error, asked.problem
        self._known(asked.found)

    def _known(self, found: Found) -> None:
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
