"""The network of one run: what its checks share.

Connections that the head start made, lanes, TLS contexts, the key, ids of evidence, and the count of requests.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from time import monotonic

from dgcheck.model.case import Case
from dgcheck.model.evidence import Dial, Ending, Lookup, Phase, Response, Seen, Wire
from dgcheck.model.target import Settings, Target
from dgcheck.net.connection import Connection
from dgcheck.net.endings import ending_of, errno_word
from dgcheck.net.headstart import CONNECT_LIMIT, Attempt, HeadStart
from dgcheck.net.trust import Trust
from dgcheck.wire.redact import Redactor

RESOLVE_LIMIT = 6.5
COOKIE, MOST_COOKIES = 12, 8  # characters of a cookie's value that make it a secret; so many are remembered
PATIENCE = 8.0  # seconds that a question waits where nothing has answered yet
PATIENCE_AFTER_SILENCE = 4.0  # the same, once another question has waited in vain


class NotConnected(Exception):
    """No connection could be had; `seen` are the ids of the evidence that says why."""

    def __init__(self, seen: tuple[str, ...], reached: str = "connect") -> None:
        super().__init__(reached)
        self.seen = seen
        self.reached = reached


class ProxyRefused(Exception):
    """The forward proxy did not make the tunnel; `response` is its answer, None when none came."""

    def __init__(self, response: Response | None, ending: Ending, problem: str) -> None:
        super().__init__(problem)
        self.response = response
        self.ending = ending
        self.problem = problem


class Network:
    """Shared by all checks of one run; lives inside one event loop."""

    def __init__(
        self, target: Target, settings: Settings, case: Case, redactor: Redactor, agent: str, start: HeadStart
    ) -> None:
        self.target = target
        self.settings = settings
        self.case = case
        self.redactor = redactor
        self.agent = agent
        self.start = start
        self.began = start.begun
        self.trust = start.trust or Trust(settings)
        self.requests = 0
        self.refused = 0
        self.key_wanted = False  # a 401 or 403 without the key was answered well with it
        self.lanes: dict[str, object] = {}  # of net.lane, which stands on this module
        self.tasks: set[asyncio.Task[None]] = set()
        self.no_tls = ""  # id of the `tls` check's own handshake, when it failed
        self.pinned = ""  # the address that the main checks use
        self.open: dict[str, list[Connection]] = {}
        self._number = self._cookies = 0
        self._absorbed: set[int] = set()
        self.lent: Connection | None = None  # by a lane, for the next question
        self._made: list[Connection] = []
        self._unresolved = False  # the resolver was silent for longer than anybody waits
        self._dials: dict[str, Dial] = {}
        self.answered = asyncio.Event()  # somebody has answered over HTTP
        self.loading = False  # modules are being loaded in the loop, which holds everything up for a moment each
        self.loaded = asyncio.Event()
        self._waiting: list[asyncio.Future[None]] = []  # for something that the head start learns
        self._closed = False
        self._loop = asyncio.get_running_loop()
        if target.tls:
            import dgcheck.net.secure  # noqa: F401 - while the name is asked for, and not when the first one waits for it
        start.listen(self._wake if start.beside else self._absorb)

    # -- evidence ---------------------------------------------------------------------------------------------------

    def next_id(self) -> str:
        """The id of the next piece of evidence."""
        self._number += 1
        return f"e{self._number}"

    def record(self, seen: Seen) -> None:
        """Keep one piece of evidence."""
        self.case.add(seen)
        if isinstance(seen, Wire) and seen.response is not None:
            self.answered.set()

    def learn_cookie(self, header: str) -> None:
        """Remember the value of a cookie that was set, so that it is hidden wherever it is repeated; the first few."""
        value = header.partition("=")[2].partition(";")[0].strip(' "')
        if len(value) >= COOKIE and not value.isalpha() and not value.isdigit() and self._cookies < MOST_COOKIES:
            self._cookies += 1
            self.redactor.learn(value[:4096])

    def phase(self, name: str, begun: float, ended: float) -> Phase:
        """A phase from two monotonic moments; one that was over before we had begun took no time."""
        return Phase(name, self.at(begun), round(max(0.0, ended - begun), 6))

    def at(self, moment: float) -> float:
        """A monotonic moment in seconds from the beginning of the run, as it is saved: to the microsecond, so that
        saved evidence is judged as it was."""
        return round(moment - self.began, 6)

    # -- what the head start learnt ---------------------------------------------------------------------------------

    def _wake(self) -> None:
        try:
            self._loop.call_soon_threadsafe(self._absorb)
        except RuntimeError:
            pass  # the loop has ended before the thread did

    def spawn(self, work: object) -> asyncio.Task[None]:
        """Run a coroutine beside the checks; it ends with the run."""
        task: asyncio.Task[None] = self._loop.create_task(work)  # type: ignore[arg-type]
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    def _absorb(self) -> None:
        if self._closed:
            return
        for place, attempt in enumerate(self.start.attempts):
            if place not in self._absorbed and attempt.error is not None:
                self._absorbed.add(place)
                self._take(attempt)
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            if not one.done():
                one.set_result(None)

    def _take(self, attempt: Attempt) -> None:
        address = attempt.address
        if address not in self._dials:
            dial = self.dialled(attempt, check="tcp")
            self._dials[address] = dial
            self.record(dial)
        if attempt.error == 0 and attempt.sock is not None:
            self.pinned = self.pinned or address
            made = self.connection(attempt)
            self.open.setdefault(address, []).append(made)

    def connection(self, attempt: Attempt) -> Connection:
        """A connected attempt as a connection, with its phases."""
        assert attempt.sock is not None
        phases = [self.phase("connect", attempt.begun, attempt.ended)]
        if (
            not self.start.pinned
            and self.start.resolved_at > self.start.resolve_begun
            and attempt in self.start.attempts
        ):
            phases.insert(0, self.phase("resolve", self.start.resolve_begun, self.start.resolved_at))
        made = Connection(attempt.sock, attempt.address, self.start.port, tuple(phases))
        made.attempt = attempt
        self._made.append(made)
        return made

    def dialled(self, attempt: Attempt, *, check: str, purpose: str = "", port: int = 0) -> Dial:
        """An ended attempt as evidence."""
        error = attempt.error
        proxy = self.settings.proxy
        return Dial(
            id=self.next_id(),
            check=check,
            purpose=purpose,
            ending=ending_of(error),
            phases=(self.phase("connect", attempt.begun, attempt.ended),),
            address=attempt.address,
            port=port or self.start.port,
            errno=errno_word(error),
            rtt_ms=attempt.rtt_ms,
            via_proxy=proxy.shown if proxy and not purpose else "",
        )

    async def until(self, ready: Callable[[], bool], limit: float) -> bool:
        """Wait until something that the head start learns makes `ready` true; False when the limit passed."""
        if ready():
            return True
        try:
            async with asyncio.timeout(limit):
                while not ready():
                    waiter = self._loop.create_future()
                    self._waiting.append(waiter)
                    await waiter
        except TimeoutError:
            return False
        return True

    async def lookup(self) -> Lookup:
        """What the resolver said, recorded under `dns`."""
        begun, start = self.start.resolve_begun, self.start
        ending, recorded = Ending.CUT_SHORT, False
        try:
            in_time = await self.until(lambda: start.resolved, RESOLVE_LIMIT)
            if not in_time:
                self._unresolved = True
                self._absorb()
            ending = (
                Ending.TIMED_OUT
                if not in_time
                else Ending.FAILED
                if start.error and not start.addresses
                else Ending.ANSWERED
            )
        finally:
            ended = start.resolved_at if start.resolved else monotonic()
            # An address can fail, too: with an interface behind it that this machine does not have.
            literal = start.addresses == (start.host,) or (":" in start.host and not start.pinned)
            seen = Lookup(
                id=self.next_id(),
                check="dns",
                ending=ending,
                problem=start.problem,
                phases=() if start.pinned or literal else (self.phase("resolve", begun, ended),),
                name=start.host,
                addresses=start.addresses,
                error=start.error if ending is Ending.FAILED else "",
                pinned=start.pinned,
                literal=literal,
            )
            self.record(seen)
            recorded = True
        assert recorded
        return seen

    async def dials(self) -> tuple[Dial, ...]:
        """The attempts to every address, when all have ended."""
        await self.until(
            lambda: self._unresolved or (self.start.connected and len(self._absorbed) == len(self.start.attempts)),
            CONNECT_LIMIT + 10,
        )
        return tuple(self._dials.values())

    # -- connections ------------------------------------------------------------------------------------------------

    async def connect(self, address: str = "", *, fresh: bool = False) -> Connection:
        """A TCP connection to one address ('' = the one that the main checks use); raises NotConnected."""
        start = self.start

        def decided() -> bool:
            tried = start.connected and len(self._absorbed) == len(start.attempts)
            return bool(self.pinned) or tried or self._unresolved

        if not await self.until(decided, RESOLVE_LIMIT + CONNECT_LIMIT + 1):
            raise NotConnected(tuple(dial.id for dial in self._dials.values()))
        wanted = address or self.pinned
        if not wanted:
            raise NotConnected(tuple(dial.id for dial in self._dials.values()))
        if not fresh and not address:
            await self.until(lambda: bool(self.open.get(wanted)) or self._settled(wanted), CONNECT_LIMIT)
        if not fresh and self.open.get(wanted):
            return self.open[wanted].pop(0)
        return await self.dial_now(wanted)

    def _settled(self, address: str) -> bool:
        return all(place in self._absorbed for place, one in enumerate(self.start.attempts) if one.address == address)

    async def dial_now(self, address: str, port: int = 0, *, check: str = "tcp") -> Connection:
        """A new TCP connection; raises NotConnected after recording why."""
        attempt = await self.attempt(address, port or self.start.port)
        if attempt.error != 0 or attempt.sock is None:
            dial = self.dialled(attempt, check=check, purpose="again", port=port)
            self.record(dial)
            raise NotConnected((dial.id,))
        made = self.connection(attempt)
        made.port = port or self.start.port
        return made

    async def attempt(self, address: str, port: int) -> Attempt:
        """Connect to an address, whatever comes of it."""
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        begun = monotonic()
        attempt, failed = Attempt(address, None, begun), -1
        try:
            attempt.sock = socket.socket(family, socket.SOCK_STREAM)
            attempt.sock.setblocking(False)
            attempt.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            async with asyncio.timeout(CONNECT_LIMIT):
                await self._loop.sock_connect(attempt.sock, (address, port))
            failed = 0
        except OSError as error:  # a TimeoutError is one, mostly without a number
            failed = error.errno or -1
        finally:
            attempt.end(failed)
        return attempt

    @contextlib.asynccontextmanager
    async def within(self, limit: float) -> AsyncIterator[None]:
        """Bound one question by `limit` seconds, and by PATIENCE where nothing has answered anything in this run.

        Where a question before it has waited in vain it is PATIENCE_AFTER_SILENCE. Raises TimeoutError. A slow answer
        is worth waiting for only where somebody is there.
        """
        async with asyncio.timeout(limit) as bound:

            def lose_patience() -> None:
                if not self.answered.is_set():
                    bound.reschedule(self._loop.time())

            timer = None
            if not self.answered.is_set():
                timed_out = any(wire.ending is Ending.TIMED_OUT for wire in self.case.wires())
                patience = PATIENCE_AFTER_SILENCE if timed_out else PATIENCE
                timer = self._loop.call_later(patience, lose_patience) if limit > patience else None
            try:
                yield
            finally:
                if timer is not None:
                    timer.cancel()

    def close_idle(self) -> None:
        """Close the connections that nobody has used."""
        for connections in self.open.values():
            while connections:
                connections.pop().close()

    async def close(self) -> None:
        """End what still runs beside the checks and close every socket that is left."""
        self.start.stop()
        self._closed = True
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        self.lanes.clear()  # each holds the network: together they would outlive the run
        for connection in self._made:
            connection.close()
        for place, attempt in enumerate(self.start.attempts):
            if place not in self._absorbed and attempt.sock is not None:
                attempt.sock.close()
