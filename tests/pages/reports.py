"""The reports that are looked at: made by hand, poisoned, and of real runs against the simulator."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from random import Random
from typing import Any

from dgcheck.model.record import replace
from dgcheck.model.report import Report, Status
from dgcheck.report import render
from dgcheck.sim.server import Simulator
from tests.programs import free_port
from tests.report import canonical, hostile
from tests.runs import run


def warning() -> Report:
    """A run that warns and does not fail."""
    found = canonical.failing()
    kept = tuple(one for one in found.findings if one.severity != "error" and one.root)
    return replace(found, verdict=Status.WARN, findings=kept)


def poisoned() -> Report:
    """The canonical run, every second text of it hostile."""
    return hostile.poisoned(list(hostile.NASTY), Random(7))


def huge() -> Report:
    """The canonical run with a header of a megabyte and a body that never ends wherever there was a text."""
    return hostile.poisoned(["h" * 1_048_576, "<b>" * 100_000], Random(11))


def empty() -> Report:
    """A run that was stopped before it saw anything."""
    bare = canonical.answerless()
    return replace(bare, checks=(), findings=(), evidence=(), verdict=Status.UNKNOWN, tested="", interrupted=True)


async def _live() -> Report:
    async with Simulator() as simulator:
        return await run(simulator.url, profile="standard")


async def _two() -> Report:
    port = free_port()
    pins = ["dg.test=127.0.0.1", "dg.test=127.0.0.2"]
    async with Simulator(port=port), Simulator(("server_error",), host="127.0.0.2", port=port):
        return await run(f"http://dg.test:{port}", profile="standard", resolve=pins)


async def _secure() -> Report:
    async with Simulator(("tls_private_ca",)) as simulator:
        return await run(simulator.url, profile="standard")


def _in_a_thread(make: Callable[[], Coroutine[Any, Any, Report]]) -> Report:
    """This thread's event loop is the browser's."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(make())).result()


REPORTS: dict[str, Callable[[], Report]] = {
    "failing": canonical.failing,
    "passing": canonical.healthy,
    "warning": warning,
    "unreachable": canonical.answerless,
    "empty": empty,
    "hostile": poisoned,
    "huge": huge,
    "a real run": lambda: _in_a_thread(_live),
    "two addresses": lambda: _in_a_thread(_two),
    "a certificate": lambda: _in_a_thread(_secure),
}


@cache
def page(name: str) -> str:
    """The page of one of them."""
    return render("html", REPORTS[name]())
