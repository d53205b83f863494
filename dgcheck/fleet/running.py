"""The runs of a fleet side by side: so many at once, all inside one deadline, each forgotten when it is over."""

from __future__ import annotations

import asyncio
import os
import traceback
from collections.abc import Callable, Iterable
from time import monotonic

from dgcheck import engine
from dgcheck.fleet.member import Member
from dgcheck.fleet.result import Result, kept, unfinished
from dgcheck.model.errors import UsageError
from dgcheck.model.report import Report
from dgcheck.model.target import Settings
from dgcheck.net.crowd import Crowd
from dgcheck.net.trust import Trust
from dgcheck.wire.redact import Redactor

GRACE = 10.0  # seconds that a run may outlive its own limit before it counts as hanging
# Seconds that a turn of the loop may take for another run to be begun. Beyond, the processor is the bottleneck: one run
# more would end no sooner, and cost a third more, for it drives what the others need out of the caches.
LAG = 0.001
PAUSE = 0.01
NAMES = 8  # that are asked for when a run begins: more would keep the loop from those under way
FEWEST = 4  # runs that are begun however slow the loop is

# A target that is over, with all that is known of it: None where there is no report.
Ended = Callable[[Member, Result, Report | None], None]


class Fleet:
    """Runs every member once. `ended` is told of each as it ends, in the order in which they do.

    `concurrency` runs at most are under way. `until` is the moment (monotonic seconds) at which all is ended.
    """

    def __init__(self, members: Iterable[Member], ended: Ended, *, concurrency: int, until: float | None) -> None:
        self.waiting = list(reversed(list(members)))
        self._unasked = [*self.waiting]  # those whose names nobody has asked for yet
        self.running: dict[str, float] = {}
        self._ended = ended
        self._concurrency = concurrency
        self._until = until
        self._why = ""
        self._trusts: dict[tuple[str, str, str, bool], Trust] = {}
        self._workers: list[asyncio.Task[None]] = []
        self._gate = asyncio.Lock()

    @property
    def stopped(self) -> str:
        """Why it was ended early; '' where it was not."""
        return self._why

    async def all(self) -> None:
        """Run them. Where it is ended early, every member that is not finished is told of all the same."""
        self._crowd = Crowd()
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
            self._ended(member, unfinished(member.name, member.url, f"Not checked: {self._why}."), None)

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
                self.running[member.name] = monotonic()
            try:
                result, report = await self._one(member)
            except asyncio.CancelledError:
                why = f"Not finished: {self._why}."
                self._ended(member, unfinished(member.name, member.url, why), None)
                raise
            finally:
                del self.running[member.name]
            self._ended(member, result, report)
            del report

    async def _until_calm(self) -> None:
        """Wait while the loop is so busy that answers are read late, unless hardly anything is under way."""
        while len(self.running) >= FEWEST:
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
            frame = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{type(error).__name__} at {frame.filename.rpartition('dgcheck')[2]}:{frame.lineno}"
            words = f"dgcheck itself failed ({place}). This is a bug of dgcheck; please report it."
            return unfinished(member.name, member.url, words), None
        return kept(member.name, member.url, report), report

    async def _run(self, member: Member) -> Report:
        start = None
        if member.target is not None:
            trust = self._trust(member.settings)
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
        )

    def _ask_ahead(self) -> None:
        """Ask for some of the names of the runs that come next."""
        for _ in range(min(NAMES, len(self._unasked))):
            one = self._unasked[-1]
            if one.target and not self._crowd.ask_ahead(**engine.where(one.settings, one.target)):
                return
            self._unasked.pop()

    def _trust(self, settings: Settings) -> Trust:
        """The TLS contexts for these settings: loading a CA store takes longer than a whole run."""
        files = (settings.ca_file, settings.cert, settings.key, settings.insecure)
        if files not in self._trusts:
            self._trusts[files] = Trust(settings)
        return self._trusts[files]
