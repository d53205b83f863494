"""Order the probes, spend the deadline, collect evidence, diagnose, return a report."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable, Mapping, Sequence
from time import monotonic, time
from typing import Any

from dgcheck import __version__
from dgcheck.engine import library
from dgcheck.engine.warm import warm
from dgcheck.experiments import experiments
from dgcheck.model.asking import GUESS, PROFILES, Asking, Experiment, Guess, Probe, Wanted
from dgcheck.model.case import AS_SDK, Case
from dgcheck.model.evidence import Configured, Surroundings, Upgrade
from dgcheck.model.record import dataclass, field, replace
from dgcheck.model.report import Report
from dgcheck.model.sdk import Manner
from dgcheck.model.target import Audio, Settings, Target
from dgcheck.net.families import families
from dgcheck.net.headstart import HeadStart
from dgcheck.net.network import Network
from dgcheck.net.view import View
from dgcheck.probes import probes
from dgcheck.probes.transport import SCHEME, spoken
from dgcheck.wire import choose, model_name
from dgcheck.wire.redact import Redactor
from dgcheck.wire.refusal import read_refusal
from dgcheck.wire.secrets import known
from dgcheck.wire.url import SCHEMES, query_of

MOST_REQUESTS = 40  # of a standard run to one deployment (design, "From evidence to remedy")
MARGIN = 0.4  # seconds kept below --timeout for judging and printing
CONNECTIONS = 4  # streams, the POST, and the health questions

_STREAMING = frozenset({"ws.stream", "replicas", AS_SDK})  # checks that send frames

Watch = Callable[[str, str], None]


class Stop:
    """Ends a run early: `request` may be called by a signal handler; the report then says which signal it was."""

    def __init__(self) -> None:
        self.signum = 0
        self._call: Callable[[], None] | None = None

    def request(self, signum: int) -> None:
        """End the run now, keeping what is known."""
        self.signum = signum
        if self._call is not None:
            self._call()

    def tell(self, call: Callable[[], None]) -> None:
        """Call this when a stop is requested; at once where one was already."""
        self._call = call
        if self.signum:
            call()


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

    async def all(self) -> None:
        """Every probe, then the experiments that two fitting causes call for."""
        if self.target.scheme_given not in SCHEMES:
            await self._find_scheme()
        async with asyncio.TaskGroup() as group:
            for probe in self._by_need():
                group.create_task(self._probe(probe))
        await self._experiments()

    async def _find_scheme(self) -> None:
        """Go on in the scheme that the port speaks, where none was given that says it."""
        found = await spoken(View(self.network, "transport", SCHEME), self.target.scheme)
        if found and found != self.target.scheme:
            self.target = self.case.target = self.network.target = replace(self.target, scheme=found)

    def _by_need(self) -> list[Probe]:
        """The listing goes first where the model is to be taken from it, else the health questions."""
        known = bool(self.settings.models or self.target.replay)
        # The longest chain first: where several connections are ready at once, its handshake goes out first.
        first = ("dns", "tcp", "ws.stream", "rest", "tls") if known else ("dns", "tcp", "tls", "models", "ws.stream")
        places = {check: place for place, check in enumerate(first)}
        return sorted(self.planned, key=lambda probe: (places.get(probe.id, len(first)), probe.order))

    async def _probe(self, probe: Probe) -> None:
        try:
            for before in probe.after:
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
        waiting = [experiment for experiment in reversed(experiments()) if experiment.check in planned]
        while waiting and self.left() > 0:
            with self.case.unchanging():  # until one asks something
                while waiting and not self._called_for(waiting[-1]):
                    waiting.pop()
            if waiting:
                await self._experiment(waiting.pop())

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
            streaming=any(probe.id == "ws.stream" for probe in self.planned),
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
        elif settings.models:
            modes = settings.modes
            self._settle(
                tuple(
                    Wanted(name, "", modes.get(name, "both") != "streaming", modes.get(name, "both") != "rest")
                    for name in settings.models
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


def plan(settings: Settings) -> tuple[tuple[str, str], ...]:
    """What a run with these settings would ask: (check, question), in order."""
    return tuple((probe.id, probe.asks) for probe in probes() if not _why_not(probe, settings))


def _why_not(probe: Probe, settings: Settings) -> str:
    """Why a probe is not part of this run; '' when it is."""
    if probe.wanted is not None and not probe.wanted(settings):
        return probe.unwanted
    if probe.id in settings.skip:
        return "left out by --skip"
    if settings.only and probe.id not in needed(settings.only):
        return f"not needed for --for {settings.wait_for}" if settings.wait_for else "left out by --only"
    if settings.only:
        return ""
    if PROFILES.index(probe.profile) > PROFILES.index(settings.profile):
        return f"not part of --profile {settings.profile}"
    return ""


def needed(ids: Sequence[str]) -> frozenset[str]:
    """The checks named, and those that they rest on."""
    known = {probe.id: probe for probe in probes()}
    found: set[str] = {"config"}
    waiting = list(ids)
    while waiting:
        one = waiting.pop()
        if one not in found and one in known:
            found.add(one)
            waiting += [*known[one].after, *(("tcp", "transport", "tls") if one not in ("dns", "tcp") else ())]
    return frozenset(found)


def connections_for(settings: Settings) -> int:
    """How many connections a run opens at once to its first address."""
    ids = {probe.id for probe in probes() if not _why_not(probe, settings)}
    streams = 2 if ids & {"ws.stream", "ws.upgrade"} else 0
    return max(1, streams + ("rest" in ids) + bool(ids & {"status", "engine", "models", "tls"}))


async def run(
    settings: Settings,
    *,
    target: Target | None,
    configured: Configured,
    surroundings: Surroundings,
    audio: Audio,
    head_start: HeadStart | None = None,
    watch: Watch | None = None,
    stop: Stop | None = None,
    run_id: str = "",
    attempts: int = 1,
    redactor: Redactor | None = None,
    needed_later: Sequence[str] = (),
) -> Report:
    """One full diagnosis. Raises UsageError for files that the settings name and that cannot be used.

    `needed_later` names modules to load while the network is waited for.
    `redactor` knows the secrets of this run, those of the environment too; without it those of the settings count.
    """
    started = time()
    redactor = redactor or Redactor(known(settings))
    case = Case(target=target, settings=settings, now=started, words=audio.words, audio_language=audio.language)
    every = probes()
    reasons = {probe.id: why for probe in every if (why := _why_not(probe, settings))}
    case.skipped = reasons
    case.add(replace(configured, id="c1"))
    known_routes = surroundings.families or families()
    here = replace(surroundings, id="c2", openssl=surroundings.openssl or library.version(), families=known_routes)
    case.add(here if here.trust_store else replace(here, trust_store=library.trust_store()))
    stop = stop or Stop()
    if target is not None:
        agent = f"dgcheck/{__version__} run/{run_id}" if run_id else f"dgcheck/{__version__}"
        start = head_start or start_for(settings, target)
        network = Network(target, settings, case, redactor, agent, start)
        planned = tuple(probe for probe in every if probe.id not in reasons)
        chosen: asyncio.Future[tuple[Wanted, ...]] = asyncio.get_running_loop().create_future()
        events = {probe.id: asyncio.Event() for probe in planned}
        manners = _as_sdk(case, settings, target, redactor) if AS_SDK not in reasons else {}
        running = Run(case, settings, target, audio, network, watch, planned, events, chosen, manners=manners)
        running.settle_at_once()
        streams = any(probe.id in _STREAMING for probe in planned)
        network.spawn(warm(network, needed_later, streams=streams))
        await _in_time(running, network, settings, stop)
    from dgcheck.diagnosis.judge import assemble

    report = assemble(
        case, every, started=started, run_id=run_id, signum=stop.signum, attempts=attempts, redactor=redactor
    )
    return _with_sdk_settings(report, case) if settings.show_sdk_config else report


def _as_sdk(case: Case, settings: Settings, target: Target, redactor: Redactor) -> Mapping[str, Manner]:
    """How the SDK that was named asks; what it does with its setting is kept in the case."""
    from dgcheck.engine import sdk

    one = sdk.named(settings)
    if one is None:
        return {}
    told = sdk.foretold(one, settings, target, redactor)
    for seen in told:
        case.add(seen)
    return sdk.manners(one, told)


def _with_sdk_settings(report: Report, case: Case) -> Report:
    """The report with what the common SDKs need for the target, which may have been found out on the way."""
    from dgcheck.engine import sdk

    return replace(report, sdk_settings=sdk.common(case.settings, case.target)) if case.target else report


async def _in_time(running: Run, network: Network, settings: Settings, stop: Stop) -> None:
    loop = asyncio.get_running_loop()
    task = loop.create_task(running.all())

    def end() -> None:
        loop.call_soon_threadsafe(task.cancel)

    stop.tell(end)
    left = settings.timeout - MARGIN - (monotonic() - network.began)
    try:
        await asyncio.wait([task], timeout=max(0.05, left))
        if not task.done():
            task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        if not task.cancelled() and task.exception() is not None:
            error = task.exception()
            if isinstance(error, BaseExceptionGroup):
                error = error.exceptions[0]
            if isinstance(error, BaseException):
                raise error
    finally:
        await network.close()


def start_for(settings: Settings, target: Target) -> HeadStart:
    """A head start for this target: its proxy, its pins, its family."""
    return HeadStart(**dialled(settings, target))


def dialled(settings: Settings, target: Target) -> dict[str, Any]:
    """Whom a head start dials for this target and how, as the arguments of `HeadStart`."""
    connections = connections_for(settings)
    proxy = settings.proxy
    if proxy is not None:
        return {"host": proxy.host, "port": proxy.port, "connections": connections}
    pins = tuple(address for host, address in settings.resolve if host in (target.host, f"{target.host}:{target.port}"))
    where = {"host": target.host, "port": target.port, "pinned": pins}
    return {**where, "family": settings.family, "connections": connections}
