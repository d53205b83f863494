"""One run, or with `--wait` several, for somebody at a terminal or before a log: what is waited for goes to stderr."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from dgcheck import engine
from dgcheck.cli.progress import TICK, Progress
from dgcheck.engine.planned import waits
from dgcheck.model.record import replace
from dgcheck.model.report import Finding, Report, Status
from dgcheck.model.target import Settings
from dgcheck.settings.values import duration_text
from dgcheck.wire.audio import bundled

if TYPE_CHECKING:
    from dgcheck.cli.interrupts import Interrupts
    from dgcheck.cli.run import Prepared
    from dgcheck.engine.waiting import News
    from dgcheck.net.headstart import HeadStart

LONG = 10.0  # seconds that the other side puts us off for and that deserve a word


async def passed_or_over(
    prepared: Prepared,
    start: HeadStart | None,
    progress: Progress,
    interrupts: Interrupts,
    rehearse: Callable[[Report, Prepared], Iterable[None]],
) -> Report:
    """The report to print: of the only run, of the first that passed, or of the last before the wait ended.

    `rehearse` makes the result once of what is known so far, in steps, while the network is waited for.
    """
    stop = engine.Stop()
    interrupts.listen(stop.request)
    interrupts.erase = progress.erase
    ticker = asyncio.create_task(_tick(progress)) if progress.live else None
    begun = [start] if start is not None else []
    _foretell(prepared, progress)

    async def ask(settings: Settings, attempt: int) -> Report:
        progress.begin(len(engine.plan(settings)))
        return await engine.run(
            settings,
            target=prepared.target,
            configured=prepared.configured,
            surroundings=prepared.surroundings,
            audio=prepared.audio or bundled(),
            head_start=begun.pop() if begun else None,
            watch=progress.watch,
            stop=stop,
            run_id=os.urandom(4).hex(),
            attempts=attempt,
            rehearse=lambda report: rehearse(report, prepared),
            redactor=prepared.redactor,
        )

    def told(news: News) -> None:
        if prepared.redactor.veil:
            from dgcheck.cli.run import behind_veil

            news = replace(news, report=behind_veil(news.report, prepared.redactor.veil))
        line = said(news)
        if line and not prepared.settings.quiet:
            progress.note(f"dgcheck: {line}")
        progress.waiting = f"waiting: {short_reason(news.report)}"

    try:
        settings = prepared.settings
        if settings.wait <= 0 and not settings.wait_for:
            return await ask(settings, 1)
        from dgcheck.engine.waiting import until_passed  # what a single run need not load

        hard = bool(settings.deadline or settings.active_deadline)
        return await until_passed(ask, settings, stop=stop, told=told, hard=hard)
    finally:
        interrupts.listen(_over)
        if ticker is not None:
            ticker.cancel()
            await asyncio.gather(ticker, return_exceptions=True)
        progress.erase()


def _foretell(prepared: Prepared, progress: Progress) -> None:
    """Say beforehand how long a run takes that waits for something on purpose."""
    if prepared.target is None or not waits(prepared.settings):
        return
    from dgcheck.engine.spent import beforehand, spent

    settings, audio = prepared.settings, prepared.audio or bundled()
    progress.expected = {one.check: one.seconds for one in spent(settings, audio)}
    words = beforehand(settings, audio)
    if words and not settings.quiet:
        progress.note(f"dgcheck: this takes {words}")


def _over(_: int) -> None:
    """A signal that comes when all has been asked changes nothing: the report is whole, and is being printed."""


async def _tick(progress: Progress) -> None:
    while True:
        await asyncio.sleep(TICK)
        progress.tick()


def said(news: News) -> str:
    """The line that a person reads of it; '' where nothing changed."""
    if news.ends == "over":
        return f"the time is over, after {_time(news.elapsed)} and {_tries(news.report)}"
    if news.ends == "give_up":
        why = "nothing changed, and this does not look as if it would"
        if news.report.attempts == 1:
            why = "to ask again would be of no use for longer than that"
        return f"giving up after {_time(news.elapsed)} and {_tries(news.report)}: {why} (--give-up-after)"
    if not news.changed:
        return ""
    root = _answer(news.report)
    words = f"{root.says.rstrip('.')} ({root.code})" if root else short_reason(news.report)
    if news.put_off >= LONG:
        why = "resolvers keep that in mind for" if root and root.cause.startswith("dns_") else "we were told to wait"
        words += f"; {why} {_time(news.put_off)}"
    if news.gives_up_in is not None:
        words += f"; given up if it stays so for {_time(news.gives_up_in)}"
    return f"waiting: {words}"


def short_reason(report: Report) -> str:
    """Code and title of what is waited for."""
    root = _answer(report)
    if root is not None:
        return f"{root.code} {root.title}"
    open_ = ", ".join(check.id for check in report.checks if check.status is Status.UNKNOWN)
    return f"it is not known yet whether all is well{f' ({open_})' if open_ else ''}"


def _answer(report: Report) -> Finding | None:
    root = report.root
    return root if root is not None and root.severity != "info" else None


def _tries(report: Report) -> str:
    return f"{report.attempts} {'try' if report.attempts == 1 else 'tries'}"


def _time(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.2g} s" if seconds < 10 else f"{seconds:.0f} s"
    return duration_text(round(seconds))
