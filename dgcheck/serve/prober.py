"""One target that is asked again and again: one run at a time, however many want to know, and its last result."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from random import SystemRandom
from time import monotonic, time

from dgcheck import engine
from dgcheck.engine.planned import waits
from dgcheck.model.record import dataclass
from dgcheck.serve.metrics import Measured
from dgcheck.serve.result import Result, unknown
from dgcheck.serve.subject import Subject

JITTER = 0.1  # of an interval: many targets, or many exporters, do not ask together
SOON = 15.0  # seconds at most until a target that did not pass is asked again, unless it puts us off
MOST_PUT_OFF = 120.0  # seconds that a target may put us off
GRACE = 10.0  # seconds that a run may outlive its own limit before it counts as hanging

Ask = Callable[[Subject, engine.Stop], Awaitable[Result]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A result as it stands: `at` is when it came (monotonic seconds), `since` the moment since when its verdict and
    cause are what they are, in seconds since 1970.
    """

    result: Result
    at: float
    since: float

    @property
    def age(self) -> float:
        """Seconds since the result came."""
        return max(0.0, monotonic() - self.at)


Told = Callable[[Standing, Standing | None], None]


class Prober:
    """Asks one subject. `told` is called after each run with what stands now and what stood before. One that is
    `steady` is kept asked by `keep`; any other asks when somebody wants to know and its result is older than the
    interval.
    """

    def __init__(self, subject: Subject, ask: Ask, interval: float, told: Told, *, steady: bool) -> None:
        self.subject = subject
        self.interval = interval
        self.standing: Standing | None = None
        self.measured = Measured(subject.name)
        self._ask = ask
        self._told = told
        self._steady = steady
        self._flight: asyncio.Task[None] | None = None
        self._stop = engine.Stop()
        self._fresh_for = 0.0

    @property
    def busy(self) -> bool:
        """Whether a run is under way or waits for its turn."""
        return self._flight is not None

    @property
    def longest(self) -> float:
        """Seconds after which a result that should have been replaced says nothing any more."""
        settings, longer = self.subject.settings, 0.0
        if waits(settings):
            from dgcheck.engine.spent import most
            from dgcheck.wire.audio import bundled

            longer = most(settings, bundled())
        return max(2 * self.interval, MOST_PUT_OFF) + settings.timeout + longer + GRACE

    def fresh(self) -> Standing | None:
        """What stands, while it is recent enough to be told; None too where nothing has come yet."""
        standing = self.standing
        most = self.longest if self._steady else self._fresh_for
        return standing if standing is not None and standing.age <= most else None

    async def known(self, limit: float) -> Standing | None:
        """What stands, else the result of the run that is under way or is now begun; None where that takes longer than
        `limit` seconds. The run goes on, and serves whoever asks next.
        """
        found = self.fresh()
        if found is None:
            await asyncio.wait({self._begin()}, timeout=limit)
            found = self.fresh()
        return found

    async def keep(self) -> None:
        """Ask for ever, an interval apart; sooner while it does not pass."""
        while True:
            await asyncio.wait({self._begin()})
            await asyncio.sleep(self.pause() * SystemRandom().uniform(1 - JITTER, 1 + JITTER))

    def pause(self) -> float:
        """Seconds, before jitter, until it is asked again."""
        standing = self.standing
        if standing is None or standing.result.ready:
            return self.interval
        return max(min(self.interval, SOON), min(standing.result.put_off, MOST_PUT_OFF))

    def stop(self) -> asyncio.Task[None] | None:
        """Let the run that is under way end, without a result; what is returned is over when it has."""
        self._stop.request(signal.SIGTERM)
        return self._flight

    def _begin(self) -> asyncio.Task[None]:
        if self._flight is None:
            self._stop = engine.Stop()
            self._flight = asyncio.get_running_loop().create_task(self._run())
            self._flight.add_done_callback(self._landed)
        return self._flight

    def _landed(self, flight: asyncio.Task[None]) -> None:
        self._flight = None
        if not flight.cancelled():
            flight.exception()

    async def _run(self) -> None:
        result = await self._ask(self.subject, self._stop)
        if self._stop.signum:  # what it says is only that it was ended
            return
        if self.subject.leaks(result.texts()):
            words = "The answer is held back: a secret of this exporter would have stood in it."
            result = unknown(self.subject.name, words, ended=time())
        self._keep(result)

    def _keep(self, result: Result) -> None:
        before = self.standing
        same = before is not None and before.result.reason == result.reason
        since = before.since if before is not None and same else result.ended
        self.standing = Standing(result=result, at=monotonic(), since=since)
        self._fresh_for = self.interval * SystemRandom().uniform(1 - JITTER, 1.0)
        self.measured.took(result)
        self._told(self.standing, before)
