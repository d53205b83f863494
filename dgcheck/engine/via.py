"""Runs through other addresses of the same deployment, side by side, each with everything that its own run needs."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from time import monotonic

from dgcheck import __version__, engine
from dgcheck.diagnosis.contrasts import HOP_TIME
from dgcheck.engine.planned import dialled
from dgcheck.model.asking import Ask
from dgcheck.model.case import Case
from dgcheck.model.evidence import Configured, Ending, Exchange, Surroundings
from dgcheck.model.record import dataclass, replace
from dgcheck.model.report import Report
from dgcheck.model.target import Audio, Settings, Target
from dgcheck.net.crowd import Crowd
from dgcheck.net.headstart import HeadStart
from dgcheck.net.network import Network
from dgcheck.net.trust import Trust
from dgcheck.net.view import View
from dgcheck.wire.redact import Redactor

ROUNDS = 5  # at most in which they are asked, besides the one that opens the connection
SHORT = 0.04  # seconds for all of them, where the way is not longer
PATIENCE = 3.0  # seconds for one of them
# Checks that are of the deployment or of a program's setting, whatever the address: one address asks them.
ONCE = ("rest.url", "sdk", "license")


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One address: what it is called, and what its run needs."""

    name: str
    settings: Settings
    target: Target
    configured: Configured
    surroundings: Surroundings
    audio: Audio


def settings_for(settings: Settings, url: str) -> Settings:
    """The settings of a run through another address: the same, without what only one address is to be asked."""
    left_out = tuple(dict.fromkeys((*settings.skip, *(check for check in ONCE if check not in settings.only))))
    return replace(
        settings,
        target_given=url,
        via=(),
        skip=left_out,
        audio_url="",
        serve_audio="",
        sdk="",
        sdk_options=(),
        show_sdk_config=False,
        license_proxy_url="",
        engine_metrics_url="",
        wait=0.0,
    )


class Ways:
    """Asks through several addresses inside one event loop: what each run would look up and load anew is shared."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._crowd = Crowd()
        self._trusts: dict[tuple[str, str, str, bool], Trust] = {}

    def close(self) -> None:
        """Begin nothing more."""
        self._crowd.close()

    async def reports(self, ways: Sequence[Way], stops: Sequence[engine.Stop]) -> tuple[Report, ...]:
        """A run through each of them, side by side; `stops` end each of them early."""
        return tuple(await asyncio.gather(*(self._run(way, stop) for way, stop in zip(ways, stops, strict=True))))

    async def clock(self, way: Way) -> Clock:
        """What measures how long a small answer takes through this address, its connection made ready."""
        alone = replace(way.settings, only=("status",))  # one connection
        start = await self._start(replace(way, settings=alone))
        return await Clock(way.target, alone, start, self._redactor).ready()

    async def _run(self, way: Way, stop: engine.Stop) -> Report:
        return await engine.run(
            way.settings,
            target=way.target,
            configured=way.configured,
            surroundings=way.surroundings,
            audio=way.audio,
            head_start=await self._start(way),
            stop=stop,
            run_id=os.urandom(4).hex(),
            redactor=self._redactor,
        )

    async def _start(self, way: Way) -> HeadStart:
        start = await self._crowd.start(**dialled(way.settings, way.target))
        files = (way.settings.ca_file, way.settings.cert, way.settings.key, way.settings.insecure)
        if files not in self._trusts:  # to load a CA store takes longer than a whole run
            self._trusts[files] = Trust(way.settings)
        start.trust = self._trusts[files]
        return start


class Clock:
    """Measures how long the first byte of a small answer takes when nothing else goes on.

    While several runs go on side by side they make each other wait, which is no time of any hop.
    """

    def __init__(self, target: Target, settings: Settings, start: HeadStart, redactor: Redactor) -> None:
        self._case = Case(target=target, settings=settings)
        self._network = Network(target, settings, self._case, redactor, f"dgcheck/{__version__}", start)
        self._view = View(self._network, "via", HOP_TIME)

    async def ready(self) -> Clock:
        """Put the first question, for the connection alone; it is asked among all others and may have to wait."""
        await self.ask()
        return self

    @property
    def answered(self) -> bool:
        """Whether the address answers at all."""
        return any(seen.response is not None for seen in self._seen())

    async def ask(self) -> None:
        """Put the question once more, on the connection that is there."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._view.exchange(Ask(path="/v1/status", lane="health"))
        except TimeoutError:
            pass

    async def read(self, report: Report) -> Report:
        """The report with what was measured; then the clock is used up."""
        await self._network.close()
        seen = (replace(one, id=f"t{number}") for number, one in enumerate(self._seen(), 1))
        return replace(report, evidence=(*report.evidence, *seen))

    def _seen(self) -> list[Exchange]:
        found = [one for one in self._case.evidence if isinstance(one, Exchange)]
        return [one for one in found if one.ending is Ending.ANSWERED]


async def ask_in_turn(clocks: Sequence[Clock], *, now: Callable[[], float] = monotonic) -> None:
    """Ask through one address after the other, so that none waits for another, as often as takes `SHORT` seconds.

    Where the way is long each is asked once, and those that are left when that time is over at the same time: over a
    long way it matters little that they meet.
    """
    begun = now()
    left = [clock for clock in clocks if clock.answered]
    for number in range(ROUNDS):
        for place, clock in enumerate(left):
            if number == 0 and now() - begun > SHORT:
                await asyncio.gather(*(one.ask() for one in left[place:]))
                return
            await clock.ask()
        if now() - begun > SHORT / 2:
            return
