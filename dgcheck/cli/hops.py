"""`--via`: the run through the address that was named, those through the others beside it, and all of them joined."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from typing import Any

from dgcheck.cli import surroundings
from dgcheck.cli.interrupts import Interrupts
from dgcheck.cli.run import Prepared
from dgcheck.diagnosis.hops import joined
from dgcheck.engine import Stop
from dgcheck.engine.via import Way, Ways, ask_in_turn, settings_for
from dgcheck.model.record import replace
from dgcheck.model.report import Report, Via
from dgcheck.probes import probes
from dgcheck.settings import configured, proxies
from dgcheck.wire import url as urls
from dgcheck.wire.audio import bundled


async def along(
    prepared: Prepared, first: Coroutine[Any, Any, Report], environ: Mapping[str, str], by: Interrupts
) -> Report:
    """The report of `first`, joined with those of the addresses that `--via` names.

    They are asked at the same time; where `first` waits for a deployment to come up, when it has ended.
    """
    settings, target = prepared.settings, prepared.target
    if target is None:
        return await first
    own = next((name for name, text in settings.via if urls.parse(text).base == target.base), "")
    mine = _way(prepared, own, settings.target_given, environ)
    others = [_way(prepared, name, text, environ) for name, text in settings.via if name != own]
    stops = [Stop() for _ in others]

    def stop(number: int) -> None:
        for one in stops:
            one.request(number)

    by.also(stop)
    ways = Ways(prepared.redactor)
    try:
        report, reports = await _asked(ways, first, others, stops, wait=settings.wait > 0, mine=mine)
    finally:
        ways.close()
        by.also(None)
    found = {way.name: one for way, one in zip(others, reports, strict=True)}
    row = [Via(name, _shown(prepared, text), found.get(name)) for name, text in settings.via]
    return joined(report, row, settings, probes())


async def _asked(
    ways: Ways, first: Coroutine[Any, Any, Report], others: list[Way], stops: list[Stop], *, wait: bool, mine: Way
) -> tuple[Report, list[Report]]:
    """The report of `first` and those of the others, each with the time that its address takes."""
    begun = [await first] if wait else []
    clocks = asyncio.gather(*(ways.clock(way) for way in (mine, *others)))
    if begun:
        reports = [*begun, *await ways.reports(others, stops)]
    else:
        report, found = await asyncio.gather(first, ways.reports(others, stops))
        reports = [report, *found]
    ready = await clocks
    if not any(report.signal for report in reports):
        await ask_in_turn(ready)
    timed = [await clock.read(one) for clock, one in zip(ready, reports, strict=True)]
    return timed[0], timed[1:]


def _shown(prepared: Prepared, text: str) -> str:
    """The base of a URL, without its password."""
    return prepared.redactor.url(urls.parse(text).base)


def _way(prepared: Prepared, name: str, text: str, environ: Mapping[str, str]) -> Way:
    target = urls.parse(text)
    settings = settings_for(prepared.settings, text)
    settings = replace(settings, proxy=proxies.choose(settings, target, environ))
    hosts = surroundings.look(environ, target.host).hosts
    return Way(
        name=name,
        settings=settings,
        target=target,
        configured=configured.configured(settings, target, None, prepared.redactor),
        surroundings=replace(prepared.surroundings, hosts=hosts),
        audio=prepared.audio or bundled(),
    )
