"""The runs of a fleet side by side: so many at once, all inside one deadline, each forgotten when it is over."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable
from time import monotonic

from dgcheck import engine
from dgcheck.fleet.ending import Ending, Keep
from dgcheck.fleet.member import Member
from dgcheck.fleet.result import Result, kept, unfinished
from dgcheck.fleet.trusts import Trusts
from dgcheck.model.errors import UsageError, where
from dgcheck.model.report import Report
from dgcheck.net.crowd import MOST, Crowd
from dgcheck.wire.redact import Redactor

GRACE = 10.0  # seconds that a run may outlive its own limit before it counts as hanging
# Seconds that a turn of the loop may take for another run to be begun. Beyond, the processor is the bottleneck: one run
# more would end no sooner, and cost a third more, for it drives what the others need out of the caches.
LAG = 0.001
PAUSE = 0.01
NAMES = 8  # that are asked for when a run begins: more would keep the loop from those under way
FEWEST = 4  # runs that are begun however slow the loop is, in all processes of a fleet together


class Fleet:
    """Runs every member once. `keep` takes its report, and `ended` is told of each as it ends, by its name.

    `concurrency` runs at most are under way, and `fewest` however busy this process is; `look_ups` names are asked for
    at once. `until` is the moment (monotonic seconds) at which all is ended. `begun` is told the name of each that
    begins.
    """

    def __init__(
        self,
        members: Iterable[Member],
        keep: Keep,
        ended: Callable[[str, Ending], None],
        *,
        concurrency: int,
        until: float | None,
        trusts: Trusts | None = None,
        fewest: int = FEWEST,
        look_ups: int = MOST,
        begun: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.waiting = list(reversed(list(members)))
        self._unasked = [*self.waiting]  # those whose names nobody has asked for yet
        self.running: set[str] = set()
        self._keep = keep
        self._ended = ended
        self._concurrency = concurrency
        self._until = until
        self._fewest = fewest
        self._look_ups = look_ups
        self._begun = begun
        self._why = ""
        self._trusts = trusts or Trusts()
        self._workers: list[asyncio.Task[None]] = []
        self._gate = asyncio.Lock()

    @property
    def stopped(self) -> str:
        """Why it was ended early; '' where it was not."""
        return self._why

    async def all(self) -> None:
        """Run them. Where it is ended early, every member that is not finished is told of all the same."""
        self._crowd = Crowd(self._look_ups)
        loop = asyncio.get_running_loop()
        timer = None
        if self._until is not None:
            timer = loop.call_later(self._until - monotonic(), self.stop, "the time for all of them was over")
        try:
            count = min(self._concurrency, len(self.waiting))
            self._workers = [loop.create_task(self._work()) for _ in range(count)]
            if self._why:
                self.stop(self._why)
            for done in await asyncio.gather(*self._workers, return_exceptions=True):
                if isinstance(done, Exception):
                    raise done
        finally:
            if timer is not None:
                timer.cancel()
            self._crowd.close()
        while self.waiting:
            member = self.waiting.pop()
            self._over(member, unfinished(member.name, member.url, f"Not checked: {self._why}."), None)

    def stop(self, why: str) -> None:
        """End every run now; `why` is the reason that is given for what is not finished."""
        self._why = self._why or why
        for worker in self._workers:
            worker.cancel()

    async def _work(self) -> None:
        while self.waiting:
            async with self._gate:
                await self._until_calm()
                if not self.waiting:
                    return
                member = self.waiting.pop()
                self.running.add(member.name)
                self._begun(member.name)
            try:
                result, report = await self._one(member)
            except asyncio.CancelledError:
                why = f"Not finished: {self._why}."
                self._over(member, unfinished(member.name, member.url, why), None)
                raise
            finally:
                self.running.discard(member.name)
            self._over(member, result, report)
            del report

    def _over(self, member: Member, result: Result, report: Report | None) -> None:
        self._ended(member.name, self._keep(member, result, report))

    async def _until_calm(self) -> None:
        """Wait while the loop is so busy that answers are read late, unless hardly anything is under way."""
        while len(self.running) >= self._fewest:
            begun = monotonic()
            await asyncio.sleep(0)
            if monotonic() - begun < LAG:
                return
            await asyncio.sleep(PAUSE)

    async def _one(self, member: Member) -> tuple[Result, Report | None]:
        """One run, whatever becomes of it."""
        try:
            async with asyncio.timeout(member.settings.timeout + GRACE):
                report = await self._run(member)
        except TimeoutError:
            return unfinished(member.name, member.url, "The run did not end within its own limit."), None
        except UsageError as error:  # a file that the settings name is gone or broken
            return unfinished(member.name, member.url, str(error)), None
        except Exception as error:  # noqa: BLE001 - one run that fails must not end the others
            words = f"dgcheck itself failed ({where(error)}). This is a bug of dgcheck; please report it."
            return unfinished(member.name, member.url, words), None
        return kept(member.name, member.url, report), report

    async def _run(self, member: Member) -> Report:
        start = None
        if member.target is not None:
            trust = self._trusts.of(member.settings)
            self._ask_ahead()
            start = await self._crowd.start(**engine.dialled(member.settings, member.target))
            start.trust = trust
        return await engine.run(
            member.settings,
            target=member.target,
            configured=member.configured,
            surroundings=member.surroundings,
            audio=member.audio,
            head_start=start,
            run_id=os.urandom(4).hex(),
            redactor=Redactor(member.secrets),
            brief=not self._keep.whole,
        )

    def _ask_ahead(self) -> None:
        """Ask for some of the names of the runs that come next."""
        for _ in range(min(NAMES, len(self._unasked))):
            one = self._unasked[-1]
            if one.target and not self._crowd.ask_ahead(**engine.where(one.settings, one.target)):
                return
            self._unasked.pop()
