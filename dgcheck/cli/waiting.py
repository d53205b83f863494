"""One run, or with `--wait` several: what has not passed is asked again until it passes or the time is over."""

from __future__ import annotations

import asyncio
import os
from time import monotonic
from typing import TYPE_CHECKING

from dgcheck import engine
from dgcheck.cli.merged import merged
from dgcheck.cli.progress import TICK, Progress
from dgcheck.model.record import replace
from dgcheck.model.report import Report, Status
from dgcheck.model.target import Settings
from dgcheck.wire.audio import bundled

if TYPE_CHECKING:
    from dgcheck.cli.interrupts import Interrupts
    from dgcheck.cli.run import Prepared
    from dgcheck.net.headstart import HeadStart

# What is wrong in the settings themselves: no waiting mends it.
HOPELESS = frozenset(("url_invalid", "api_key_blank", "api_key_malformed", "hosted_endpoint"))
LEAST = 0.2  # seconds before the end of the wait at which the last try begins
SHORTEST = 1.0  # seconds that a try gets, however little of the wait is left


async def passed_or_over(
    prepared: Prepared, start: HeadStart | None, progress: Progress, interrupts: Interrupts
) -> Report:
    """The report to print: of the only run, of the first that passed, or of the last before the time was over."""
    stop = engine.Stop()
    interrupts.listen(stop.request)
    interrupts.erase = progress.erase
    ticker = asyncio.create_task(_tick(progress)) if progress.live else None
    try:
        return await _tries(prepared, start, progress, stop)
    finally:
        interrupts.listen(_over)
        if ticker is not None:
            ticker.cancel()
            await asyncio.gather(ticker, return_exceptions=True)
        progress.erase()


def _over(_: int) -> None:
    """A signal that comes when all has been asked changes nothing: the report is whole, and is being printed."""


async def _tick(progress: Progress) -> None:
    while True:
        await asyncio.sleep(TICK)
        progress.tick()


async def _tries(prepared: Prepared, start: HeadStart | None, progress: Progress, stop: engine.Stop) -> Report:
    settings = prepared.settings
    audio = prepared.audio or bundled()
    over = monotonic() + settings.wait
    reason, attempt = "", 0
    current, report = settings, None
    while True:
        attempt += 1
        asked = {check for check, _ in engine.plan(current)}
        progress.begin(len(asked))
        latest = await engine.run(
            current,
            target=prepared.target,
            configured=prepared.configured,
            surroundings=prepared.surroundings,
            audio=audio,
            head_start=start,
            watch=progress.watch,
            stop=stop,
            run_id=os.urandom(4).hex(),
            attempts=attempt,
            needed_later=[f"dgcheck.report.{name}" for name, _ in settings.outputs],
            redactor=prepared.redactor,
        )
        start = None
        report = latest if report is None else merged(report, latest, asked, settings)
        if settings.wait <= 0 or stop.signum or passed(report) or hopeless(report):
            return report
        left = over - monotonic()
        if left <= LEAST:
            return replace(report, deadline_passed=True)
        reason = _tell(report, reason, progress)
        signum = await _pause(min(settings.interval, left - LEAST), stop)
        if signum:
            return replace(report, signal=signum, interrupted=True)
        current = _again(settings, report, over)


def passed(report: Report) -> bool:
    """Whether a wait is over: pass or warn, pass alone with `--fail-on warning`."""
    return report.verdict is Status.PASS or (report.verdict is Status.WARN and report.fail_on != "warning")


def hopeless(report: Report) -> bool:
    """Whether a finding says that the settings themselves are wrong, so that waiting cannot help."""
    return any(finding.cause in HOPELESS and finding.severity == "error" for finding in report.findings)


def _again(settings: Settings, report: Report, over: float) -> Settings:
    """Ask only what has not passed (the engine adds what that needs), within what is left of the wait."""
    failed = tuple(
        check.id for check in report.checks if check.status in (Status.FAIL, Status.UNKNOWN) or check.blocked_by
    )
    timeout = max(SHORTEST, min(settings.timeout, over - monotonic()))
    return replace(settings, only=failed or settings.only, timeout=timeout)


def _tell(report: Report, before: str, progress: Progress) -> str:
    """One line when the reason changes."""
    root = report.root
    reason = f"{root.code} {root.title}" if root else f"verdict {report.verdict.value}"
    if reason != before:
        progress.note(f"dgcheck: waiting: {root.says if root else reason}{f' ({root.code})' if root else ''}")
    progress.waiting = f"waiting: {reason}"
    return reason


async def _pause(seconds: float, stop: engine.Stop) -> int:
    """Sleep, or less when the run is interrupted; the signal's number, else 0."""
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
    return stop.signum
