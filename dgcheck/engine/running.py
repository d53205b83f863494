"""One run on its way: probes as tasks, then the experiments that their answers call for."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable, Mapping
from time import monotonic

from dgcheck.diagnosis.well import good_checks
from dgcheck.engine.memory import Memory
from dgcheck.experiments import experiments
from dgcheck.model.asking import GUESS, REPEAT, Asking, Experiment, Guess, Probe, Wanted
from dgcheck.model.case import Case
from dgcheck.model.evidence import Upgrade
from dgcheck.model.record import dataclass, field, replace
from dgcheck.model.sdk import Manner
from dgcheck.model.target import Audio, Settings, Target
from dgcheck.net.network import Network
from dgcheck.net.view import View
from dgcheck.probes.transport import SCHEME, spoken
from dgcheck.wire import choose, endpoint, model_name
from dgcheck.wire.refusal import read_refusal
from dgcheck.wire.url import SCHEMES, query_of

MOST_REQUESTS = 40  # of a standard run to one deployment (design, "From evidence to remedy")

Watch = Callable[[str, str], None]


@dataclass(slots=True)
class Run:
    """One run on its way: its probes as tasks, their ends as events."""

    case: Case
    settings: Settings
    target: Target
    audio: Audio
    network: Network
    watch: Watch | None
    planned: tuple[Probe, ...]
    done: dict[str, asyncio.Event]
    chosen: asyncio.Future[tuple[Wanted, ...]]
    guessing: bool = False  # a guess at the model is on its way
    guess_refused: bool = False
    manners: Mapping[str, Manner] = field(default_factory=dict)
    memory: Memory | None = None  # what experiments showed in an earlier run
    good: frozenset[str] | None = None  # the checks that pass, where all went well and nothing more was asked

    async def all(self) -> None:
        """Every probe, then the experiments that two fitting causes call for."""
        if self.target.scheme_given not in SCHEMES:
            await self._find_scheme()
        async with asyncio.TaskGroup() as group:
            for probe in self._by_need():
                group.create_task(self._probe(probe))
        await self._repeat()
        await self._experiments()

    async def _repeat(self) -> None:
        """The cheap checks once more and once more, where somebody asked for it."""
        times = self.settings.repeat
        if times < 2:
            return
        from dgcheck.engine import repeat

        self.network.close_idle()
        until = monotonic() + repeat.most(times)
        try:
            await repeat.again(self.network, self._asking("rest", REPEAT), times, until=until, tell=self._tell)
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - as above
            self._bug("replicas", error)

    async def _find_scheme(self) -> None:
        """Go on in the scheme that the port speaks, where none was given that says it."""
        found = await spoken(View(self.network, "transport", SCHEME), self.target.scheme)
        if found and found != self.target.scheme:
            self.target = self.case.target = self.network.target = replace(self.target, scheme=found)

    def _by_need(self) -> list[Probe]:
        """The listing goes first where the model is to be taken from it, else the health questions."""
        known = bool(endpoint.speech(self.settings) or self.target.replay)
        # The longest chain first: where several connections are ready at once, its handshake goes out first.
        first = ("dns", "tcp", "ws.stream", "rest", "tls") if known else ("dns", "tcp", "tls", "models", "ws.stream")
        places = {check: place for place, check in enumerate(first)}
        return sorted(self.planned, key=lambda probe: (places.get(probe.id, len(first)), probe.order))

    async def _probe(self, probe: Probe) -> None:
        try:
            for before in (*probe.after, *probe.follows):
                if before in self.done:
                    await self.done[before].wait()
            self.case.ran = (*self.case.ran, probe.id)
            self._tell(probe.id, "started")
            await probe.ask(self._asking(probe.id))
        except asyncio.CancelledError:
            self.case.out_of_time = (*self.case.out_of_time, probe.id)
            raise
        except Exception as error:  # noqa: BLE001 - a probe that raises is a finding of ours; its siblings carry on
            self._bug(probe.id, error)
        finally:
            if probe.id == "models":
                self._choose()
            self.done[probe.id].set()
            self._tell(probe.id, "ended")

    async def _experiments(self) -> None:
        self.network.close_idle()  # a server that serves one connection at a time would wait for us to use them
        planned = {probe.id for probe in self.planned}
        first = len(self.case.evidence)
        made = set(self.memory.recall(self.case, self.network.next_id)) if self.memory is not None else set()
        with self.case.unchanging():
            self.good = good_checks(self.case)
        fitting = experiments(self.good)
        waiting = [one for one in reversed(fitting) if planned & {one.check, *one.also} and one.id not in made]
        while waiting and self.left() > 0:
            with self.case.unchanging():  # until one asks something
                while waiting and not self._called_for(waiting[-1]):
                    waiting.pop()
            if waiting:
                self.good = None
                made.add(waiting[-1].id)
                await self._experiment(waiting.pop())
        if self.memory is not None:
            self.memory.keep(self.case, first, made)

    def _called_for(self, experiment: Experiment) -> bool:
        try:
            return experiment.when(self.case)
        except Exception as error:  # noqa: BLE001 - as above
            self._bug(experiment.check, error)
            return False

    async def _experiment(self, experiment: Experiment) -> None:
        try:
            self._tell(experiment.check, experiment.id)
            await experiment.ask(self._asking(experiment.check, experiment.id))
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - as above
            self._bug(experiment.check, error)

    def _asking(self, check: str, purpose: str = "") -> Asking:
        return Asking(
            target=self.target,
            settings=self.settings,
            case=self.case,
            net=View(self.network, check, purpose),
            audio=self.audio,
            wanted=self._wanted,
            requests_left=self.left,
            guess=self._guess(check) if check == "ws.stream" and not purpose else None,
            known=self.chosen.done(),
            streaming="ws.stream" in self.done,
            manners=self.manners,
        )

    def _guess(self, check: str) -> Guess | None:
        """The likeliest model, where the listing is still to be read and nothing is asked that it may lack."""
        settings = self.settings
        if self.chosen.done() or not self.audio.streamable:
            return None  # what cannot be streamed is not asked before the model is known
        if any((settings.language, settings.model_version, settings.smart_format, settings.features)):
            return None

        def adopt() -> None:
            evidence = self.case.evidence
            evidence[:] = [replace(seen, purpose="") if seen.purpose == GUESS else seen for seen in evidence]

        self.guessing = True
        return Guess(choose.USUAL[0], View(self.network, check, GUESS), self._told, adopt)

    def left(self) -> int:
        """How many requests this run may still make."""
        return max(0, MOST_REQUESTS - self.network.requests)

    async def _wanted(self) -> tuple[Wanted, ...]:
        return await asyncio.shield(self.chosen)

    def _choose(self) -> None:
        """Settle which model to ask for, once the listing, or in its place the guess, has been answered."""
        known = self.case.listing is not None
        if self.chosen.done() or (self.guessing and not known):
            return  # `_told` comes back to it
        wanted = chosen_from_listing(self.case, refused=self.guess_refused)
        self.case.chosen = bool(wanted) and known
        self._settle(wanted)

    def _told(self, answer: Upgrade | None) -> None:
        self.guessing = False
        self.guess_refused = answer is not None and read_refusal(answer.response).about == "model"
        if self.done["models"].is_set():
            self._choose()

    def _settle(self, wanted: tuple[Wanted, ...]) -> None:
        self.case.models = tuple(one.name for one in wanted)
        self.case.model = self.case.models[0] if wanted else ""
        self.chosen.set_result(wanted)

    def settle_at_once(self) -> None:
        """Where the models are given, or no listing will be read, nothing has to wait."""
        settings = self.settings
        if self.target.replay:
            self._settle((Wanted(dict(query_of(self.target.replay)).get("model", "")),))
        elif endpoint.speech(settings):
            modes = settings.modes
            self._settle(
                tuple(
                    Wanted(name, "", modes.get(name, "both") != "streaming", modes.get(name, "both") != "rest")
                    for name in endpoint.speech(settings)
                )
            )
        elif all(probe.id != "models" for probe in self.planned):
            self._settle(chosen_from_listing(self.case))

    def _bug(self, check: str, error: Exception) -> None:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        words = f"{type(error).__name__} at {frame.filename.rpartition('dgcheck')[2]}:{frame.lineno}: {error}"
        self.case.bugs = {**self.case.bugs, check: self.network.redactor.text(words)[:400]}

    def _tell(self, check: str, what: str) -> None:
        if self.watch is not None:
            self.watch(check, what)


def chosen_from_listing(case: Case, *, refused: bool = False) -> tuple[Wanted, ...]:
    """The model to ask for when nobody said which: from the listing, else the one that most deployments have, or where
    that one was `refused`, the next."""
    listing = case.listing
    if listing is not None and listing.shape != "other":
        found = choose.choose(listing, case.settings.language)
        if found is None:
            return ()
        usual = choose.exact(listing, choose.USUAL[0])
        same = not found.language and any(model_name.request_name(row) == found.name for row in usual)
        name = choose.USUAL[0] if same else found.name
        return (Wanted(name, found.language, found.batch is not False, found.streaming is not False),)
    return (Wanted(choose.USUAL[1 if refused else 0]),)
