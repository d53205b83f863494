"""Order the probes, spend the deadline, collect evidence, diagnose, return a report."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from time import monotonic, time
from typing import Any

from dgcheck import __version__
from dgcheck.engine import library
from dgcheck.engine.memory import Memory
from dgcheck.engine.planned import dialled, plan, start_for, waits, where, why_not
from dgcheck.engine.running import Run, Watch
from dgcheck.engine.warm import load, warm
from dgcheck.model.asking import Probe, Wanted
from dgcheck.model.case import AS_SDK, Case
from dgcheck.model.evidence import Configured, Surroundings
from dgcheck.model.record import replace
from dgcheck.model.report import Report
from dgcheck.model.sdk import Manner
from dgcheck.model.target import Audio, Settings, Target
from dgcheck.net.families import families
from dgcheck.net.headstart import HeadStart
from dgcheck.net.network import Network
from dgcheck.probes import probes
from dgcheck.wire.redact import Redactor
from dgcheck.wire.secrets import known

__all__ = ("Memory", "Stop", "Watch", "dialled", "plan", "run", "start_for", "where")

MARGIN = 0.4  # seconds kept below --timeout for judging and printing


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
    rehearse: Callable[[Report], Iterable[None]] | None = None,
    memory: Memory | None = None,
    brief: bool = False,
) -> Report:
    """One full diagnosis. Raises UsageError for files that the settings name and that cannot be used.

    `rehearse` is given the report as it would be so far, while the last answers of a distant deployment are awaited,
    and gone through a step at a time: what is done with a report for the first time takes twice as long.
    `memory` is of the target's earlier runs: experiments that it knows the outcome of are not made again.
    `redactor` knows the secrets of this run, those of the environment too; without it those of the settings count.
    A `brief` report is one of which only the verdict and what speaks of it is wanted: see `assemble`.
    """
    started = time()
    redactor = redactor or Redactor(known(settings))
    every = probes()
    reasons = {probe.id: why for probe in every if (why := why_not(probe, settings))}
    case = Case(target=target, settings=settings, now=started, words=audio.words, audio_language=audio.language)
    case.skipped = reasons
    case.add(replace(configured, id="c1"))
    case.add(_here(surroundings))
    stop = stop or Stop()
    about: dict[str, Any] = {"started": started, "run_id": run_id, "attempts": attempts, "brief": brief}

    def judged(good: frozenset[str] | None = None) -> Report:
        from dgcheck.diagnosis.judge import assemble

        return assemble(case, every, **about, redactor=redactor, signum=stop.signum, good=good)

    good = None
    if target is not None:
        start = head_start or start_for(settings, target)
        network = Network(target, settings, case, redactor, _agent(run_id), start)
        planned = tuple(probe for probe in every if probe.id not in reasons)
        chosen: asyncio.Future[tuple[Wanted, ...]] = asyncio.get_running_loop().create_future()
        events = {probe.id: asyncio.Event() for probe in planned}
        manners = _as_sdk(case, settings, target, redactor) if AS_SDK not in reasons else {}
        running = Run(
            case, settings, target, audio, network, watch, planned, events, chosen, manners=manners, memory=memory
        )
        running.settle_at_once()
        network.spawn(warm(network, judged, rehearse, _good_for(planned, target)))
        await _in_time(running, network, _limit(settings, audio), stop)
        good = None if case.out_of_time else running.good
    report = judged(good)
    return _with_sdk_settings(report, case) if settings.show_sdk_config else report


def prepare(settings: Settings, target: Target) -> None:
    """Load what a run with these settings will need, for processes that begin with many of them."""
    load(_good_for(tuple(probe for probe in probes() if not why_not(probe, settings)), target), tls=target.tls)


def _agent(run_id: str) -> str:
    """The name by which a run is found in the logs of what it asked."""
    return f"dgcheck/{__version__} run/{run_id}" if run_id else f"dgcheck/{__version__}"


def _here(surroundings: Surroundings) -> Surroundings:
    """The surroundings with what the engine itself knows of them."""
    known_routes = surroundings.families or families()
    here = replace(surroundings, id="c2", openssl=surroundings.openssl or library.version(), families=known_routes)
    return here if here.trust_store else replace(here, trust_store=library.trust_store())


def _good_for(planned: tuple[Probe, ...], target: Target) -> frozenset[str]:
    """The checks that can pass: what is said of certificates is not needed for plain HTTP."""
    return frozenset(probe.id for probe in planned if probe.id != "tls" or target.tls)


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


def _limit(settings: Settings, audio: Audio) -> float:
    """Seconds for the whole run: its time limit and what it waits on purpose, but never more than it may."""
    limit = settings.timeout
    if waits(settings):
        from dgcheck.engine.spent import most

        limit += most(settings, audio)
    return min(limit, settings.at_most or limit)


async def _in_time(running: Run, network: Network, limit: float, stop: Stop) -> None:
    loop = asyncio.get_running_loop()
    task = loop.create_task(running.all())

    def end() -> None:
        loop.call_soon_threadsafe(task.cancel)

    stop.tell(end)
    left = limit - MARGIN - (monotonic() - network.began)
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
