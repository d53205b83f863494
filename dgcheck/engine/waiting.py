"""Ask until it passes: what has not passed is asked again, with what it needs, until it does or patience ends.

Nothing here knows of a terminal, an exit code or a signal handler; who waits says how a try is made (`ask`), is told
what is waited for (`told`), and may end it at any moment (`stop`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic

from dgcheck.engine import Stop, plan
from dgcheck.engine.merged import merged
from dgcheck.engine.patience import Patience, hopeless, looks_permanent, not_before, passed
from dgcheck.model.catalogue import Severity
from dgcheck.model.evidence import Exchange
from dgcheck.model.record import dataclass, replace
from dgcheck.model.report import Report, Status
from dgcheck.model.target import Settings
from dgcheck.wire import endpoint

# The checks that each aim needs, besides those that they rest on.
AIMS = {
    "reachable": ("status",),
    "models": ("status", "engine", "models", "ws.upgrade"),
    "speech": ("status", "engine", "models", "rest", "ws.upgrade", "ws.stream"),
}
# One small GET each. While one of them fails nothing dearer is asked: it could not make the whole pass.
CHEAP = ("status", "engine", "models")
# What every other check rests on, and is asked anew with it.
GATES = ("config", "dns", "tcp", "transport", "tls")
# What tells whether the deployment answers where its status is not served, or not to us.
INSTEAD_OF_STATUS = ("models", "ws.upgrade")
SHORTEST = 1.0  # seconds that a try gets, however little of the wait is left


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What is waited for, told after each try that did not pass, and once more at the end of the wait.

    `changed`: the reason is another one than before. In seconds: `elapsed` since the wait began, `pause` to the next
    try, `put_off` those of it that the other side asked for, `gives_up_in` those for which what looks permanent is
    still waited for (None where it passes by itself). `ends` is '' while the wait goes on, `give_up` or `over`.
    """

    report: Report
    changed: bool
    elapsed: float
    pause: float
    put_off: float
    gives_up_in: float | None
    ends: str = ""


Ask = Callable[[Settings, int], Awaitable[Report]]
Told = Callable[[News], None]


def aimed(settings: Settings) -> Settings:
    """The settings with `only` set to what their aim needs, and to what they ask for by an option of its own; the same
    where they have no aim.
    """
    if not settings.wait_for:
        return settings
    fetched = settings.audio_url or settings.serve_audio
    more = (*(("sdk",) if settings.sdk else ()), *(("rest.url",) if fetched else ()))
    more = (*more, *(("origin",) if settings.origin else ()))
    beside = settings.license_proxy_url or settings.engine_metrics_url
    more = (*more, *(("license",) if beside else ()))
    if settings.models and settings.wait_for != "reachable":
        more = (*more, *(check for check in endpoint.CHECKS if endpoint.asked(settings, check)))
    return replace(settings, only=tuple(one for one in (*AIMS[settings.wait_for], *more) if one not in settings.skip))


async def until_passed(
    ask: Ask,
    settings: Settings,
    *,
    stop: Stop,
    told: Told = lambda _: None,
    hard: bool = False,
    clock: Callable[[], float] = monotonic,
) -> Report:
    """The report of the first try that passed, or of the last one before the wait ended.

    `ask` makes one run with the settings it is given, and takes the number of the try; `settings` are those of the
    whole, whose `wait`, `interval`, `give_up_after` and `wait_for` count here. Without a `wait` there is one try. With
    `hard` no try outlives the wait, however short it has to be. The report says `deadline_passed` where the time was
    over, and `interrupted` where `stop` was requested.
    """
    wait = _Wait(ask, settings, stop, hard=hard, clock=clock)
    patience = Patience(
        now=wait.begun, until=wait.until, interval=settings.interval, give_up_after=settings.give_up_after
    )
    report = await wait.first()
    while not (settings.wait <= 0 or passed(report) or hopeless(report)):
        if stop.signum:
            return _interrupted(report, stop)
        now = clock()
        changed = patience.saw(report, now)
        after = patience.next(report, now)
        left = patience.left_without_change(now) if looks_permanent(report) else None
        news = News(
            report=report,
            changed=changed,
            elapsed=now - wait.begun,
            pause=after.seconds,
            put_off=not_before(report),
            gives_up_in=left,
        )
        if after.then != "give_up" or after.seconds:
            told(news)
        if await _pause(after.seconds, stop):
            return _interrupted(report, stop)
        if after.then != "ask":
            told(replace(news, changed=False, elapsed=clock() - wait.begun, pause=0.0, ends=after.then))
            return replace(report, deadline_passed=after.then == "over")
        report = await wait.again(report)
    return report


class _Wait:
    """The tries of one wait, and the evidence of all of them as one report."""

    def __init__(self, ask: Ask, settings: Settings, stop: Stop, *, hard: bool, clock: Callable[[], float]) -> None:
        self._ask = ask
        self._settings = settings
        self._stop = stop
        self._clock = clock
        self._shortest = 0.05 if hard else SHORTEST
        self.begun = clock()
        self.until = self.begun + settings.wait
        self._tries = 0

    async def first(self) -> Report:
        """The whole run."""
        self._tries += 1
        report = await self._ask(self._bounded(self._settings), self._tries)
        shown = report.settings.get("timeout")
        if shown is not None:  # as it was given, not what the wait left of it
            timeout = {**shown, "value": self._settings.timeout}
            report = replace(report, settings={**report.settings, "timeout": timeout})
        return await self._wider(report)

    async def again(self, before: Report) -> Report:
        """What has not passed: first what is cheap, and the rest where that does not fail.

        A try that was cut off leaves the report as it was.
        """
        self._tries += 1
        missing = _missing(before)
        cheap = tuple(check for check in missing if check in CHEAP)
        rest = tuple(check for check in missing if check not in CHEAP)
        if set(rest) - {*GATES, "models"} and not self._settings.models:
            rest = ("models", *rest)  # the listing says which model to ask for
        report = before
        for checks in (cheap, rest) if missing else (self._settings.only,):
            if not checks and missing:
                continue
            latest, report = await self._step(report, checks)
            if latest is None or _is_vain(latest):
                break
        report = await self._wider(report)
        return replace(report, attempts=self._tries, started=before.started)

    async def _step(self, before: Report, checks: tuple[str, ...]) -> tuple[Report | None, Report]:
        """The report of these checks alone, None where it was cut off; and that of everything."""
        settings = self._bounded(replace(self._settings, only=checks))
        asked = {check for check, _ in plan(settings)}
        latest = await self._ask(settings, self._tries)
        if latest.signal or (settings.timeout < self._settings.timeout and _is_cut(latest)):
            return None, replace(before, ended=latest.ended)
        return latest, merged(before, latest, asked, self._settings)

    async def _wider(self, report: Report) -> Report:
        """Ask for the listing and an upgrade, too, where a status was asked for whose answer tells nothing."""
        if self._settings.wait_for != "reachable" or self._stop.signum:
            return report
        checks = {check.id: check.status for check in report.checks}
        answered = any(seen.status is not None for seen in report.evidence if isinstance(seen, Exchange))
        more = tuple(check for check in INSTEAD_OF_STATUS if checks.get(check) is Status.SKIP)
        if checks.get("status") is not Status.UNKNOWN or not answered or more != INSTEAD_OF_STATUS:
            return report
        return (await self._step(report, more))[1]

    def _bounded(self, settings: Settings) -> Settings:
        if settings.wait <= 0:
            return settings
        left = max(self._shortest, self.until - self._clock())
        return replace(settings, timeout=min(settings.timeout, left), at_most=left)


def _missing(report: Report) -> tuple[str, ...]:
    """The checks that keep the report from passing, and those that never came to be asked because of them."""
    bad = {Status.FAIL, Status.UNKNOWN, *((Status.WARN,) if report.fail_on == "warning" else ())}
    left_out = report.environment.get("judged_on", {}).get("skipped", {})
    return tuple(
        check.id
        for check in report.checks
        if check.status in bad
        or check.blocked_by
        or (check.status is Status.SKIP and check.id not in left_out and check.id not in GATES)
    )


def _is_vain(report: Report) -> bool:
    """Whether what these few checks saw keeps the whole from passing, so that nothing more need be asked now.

    A deployment that calls itself Critical goes by its latest requests: only further ones can make it well.
    """
    return any(finding.severity is Severity.ERROR and finding.cause != "engine_critical" for finding in report.findings)


def _is_cut(report: Report) -> bool:
    """Whether a check was kept from ending."""
    return bool(report.environment.get("judged_on", {}).get("out_of_time"))


def _interrupted(report: Report, stop: Stop) -> Report:
    return report if report.signal else replace(report, signal=stop.signum, interrupted=True)


async def _pause(seconds: float, stop: Stop) -> bool:
    """Sleep, or less when a stop is requested; whether it was."""
    woken = asyncio.Event()
    loop = asyncio.get_running_loop()

    def wake() -> None:
        loop.call_soon_threadsafe(woken.set)

    stop.tell(wake)
    try:
        async with asyncio.timeout(seconds):
            await woken.wait()
    except TimeoutError:
        pass
    return bool(stop.signum)
