"""All targets of an exporter: those that it asks by itself, and those that `/probe` was asked for."""

from __future__ import annotations

import asyncio
import os
from collections import OrderedDict
from collections.abc import Callable, Mapping
from time import monotonic, time
from weakref import WeakValueDictionary

from dgcheck import engine
from dgcheck.model.errors import UsageError
from dgcheck.model.target import Audio, Target
from dgcheck.serve.allowed import Allowed
from dgcheck.serve.metrics import Own, joined
from dgcheck.serve.prober import GRACE, Prober, Standing
from dgcheck.serve.result import Result, kept, unknown
from dgcheck.serve.subject import Subject, Understand, called
from dgcheck.serve.trusted import Trusted

MOST_ASKED = 100  # other targets, or targets with other models, that `/probe` is asked for within an interval

News = Callable[[Subject, Standing, Standing | None], None]
Key = tuple[str, tuple[str, ...]]


class Full(Exception):
    """No room for a further target: too many others were asked for a moment ago."""


class Roster:
    """Keeps every target asked, and what is known of each.

    `concurrency` runs are under way at most, and of them one for each target. `understand` makes a subject of a target
    that `/probe` names. `news` is told of each run of the exporter's own targets.
    """

    def __init__(
        self,
        subjects: tuple[Subject, ...],
        *,
        understand: Understand,
        allowed: Allowed,
        audio: Audio,
        interval: float,
        concurrency: int,
        news: News,
    ) -> None:
        self.allowed = allowed
        self.interval = interval
        self.own = Own()
        self.runs = 0  # that have ended
        self.started = asyncio.Event()  # set when the first one has
        self._understand = understand
        self._audio = audio
        self._gate = asyncio.Semaphore(concurrency)
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._trusted = Trusted()
        self._news = news
        self._asked: OrderedDict[Key, Prober] = OrderedDict()
        self._keepers: list[asyncio.Task[None]] = []
        self._text: bytes | None = None
        self._begun = monotonic()
        self.probers: Mapping[str, Prober] = {one.name: self._prober(one, news) for one in subjects}
        self.own.targets.set(len(self.probers))

    def begin(self) -> None:
        """Ask every target of the exporter's own from now on."""
        self._begun = monotonic()
        self._keepers = [asyncio.create_task(one.keep()) for one in self.probers.values()]

    async def end(self, patience: float) -> None:
        """End every run; what does not end within `patience` seconds is left behind."""
        tasks = list(self._keepers)
        for task in tasks:
            task.cancel()
        flights = [one.stop() for one in (*self.probers.values(), *self._asked.values())]
        tasks += [flight for flight in flights if flight is not None]
        if tasks:
            _, hanging = await asyncio.wait(tasks, timeout=patience)
            for task in hanging:
                task.cancel()
            await asyncio.sleep(0)

    def stuck(self) -> bool:
        """Whether what asks the targets has stopped working: for far too long no result has come of one of them."""
        now = monotonic()
        waited = (
            (now - (one.standing.at if one.standing else self._begun), one.longest) for one in self.probers.values()
        )
        # Targets wait for each other's runs; with many of them that is no sign of anything.
        share = 1 + len(self.probers) / 10
        return any(age > 60.0 + longest * share for age, longest in waited) or any(one.done() for one in self._keepers)

    def metrics(self) -> bytes:
        """The metrics of the exporter's own targets; put together once after each run."""
        if self._text is None:
            self._text = joined(one.measured.text for one in self.probers.values())
        return self._text

    def find(self, target: Target, models: tuple[str, ...]) -> Prober:
        """The prober for a target that is allowed. Raises Full, and UsageError for what cannot be asked."""
        name = called(target)
        own = self.probers.get(name)
        if own is not None and models in ((), own.subject.settings.models):
            return own
        key = (name, models)
        found = self._asked.get(key)
        if found is None:
            self._make_room()
            subject = self._understand(target, models, self.allowed.names(target))
            found = self._asked[key] = self._prober(subject, None)
            self.own.asked.set(len(self._asked))
        self._asked.move_to_end(key)
        return found

    def _make_room(self) -> None:
        """Forget who has not been asked for since its result became old; the longest first."""
        while len(self._asked) >= MOST_ASKED:
            idle = next((key for key, one in self._asked.items() if not one.busy and one.fresh() is None), None)
            if idle is None:
                raise Full
            del self._asked[idle]

    def _prober(self, subject: Subject, news: News | None) -> Prober:
        def told(standing: Standing, before: Standing | None) -> None:
            self._text = None
            self.runs += 1
            self.started.set()
            self.own.runs.inc()
            if news is not None:
                news(subject, standing, before)

        return Prober(subject, self._ask, self.interval, told, steady=news is not None)

    async def _ask(self, subject: Subject, stop: engine.Stop) -> Result:
        """One run, when its turn has come. Whatever becomes of it is a result."""
        target = subject.target
        # What /probe is asked for may name one host in many ways; it is not asked side by side for that.
        place = subject.name if subject.name in self.probers else f"{target.host}:{target.port}"
        turn = self._turns.setdefault(place, asyncio.Lock())
        async with turn, self._gate:
            if stop.signum:
                return unknown(subject.name, "This exporter has ended.", ended=time())
            self.own.running.inc()
            try:
                async with asyncio.timeout(subject.settings.timeout + GRACE):
                    return await self._run(subject, stop)
            except TimeoutError:
                return unknown(subject.name, "The run did not end within its own limit.", ended=time())
            except UsageError as error:  # a file that the settings name is gone or broken
                return unknown(subject.name, str(error), ended=time())
            except Exception as error:  # noqa: BLE001 - one run that fails must not end the server
                words = f"dgcheck itself failed: {type(error).__name__}. This is a bug of dgcheck; please report it."
                return unknown(subject.name, words, ended=time())
            finally:
                self.own.running.dec()

    async def _run(self, subject: Subject, stop: engine.Stop) -> Result:
        from dgcheck.wire.redact import Redactor

        start = None
        if subject.target.tls:
            trust = self._trusted.of(subject.settings)
            start = engine.start_for(subject.settings, subject.target)
            start.trust = trust
        report = await engine.run(
            subject.settings,
            target=subject.target,
            configured=subject.configured,
            surroundings=subject.surroundings(),
            audio=self._audio,
            head_start=start,
            stop=stop,
            run_id=os.urandom(4).hex(),
            redactor=Redactor(subject.secrets),
            memory=subject.memory,
        )
        return kept(report, ended=time())
