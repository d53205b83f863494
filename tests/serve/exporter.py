"""An exporter in a thread of its own, made as `dgcheck serve` makes it from its flags; real HTTP in front."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import httpx

from dgcheck.cli.serve import Prepared
from dgcheck.serve import place
from dgcheck.serve.endpoints import Endpoints
from dgcheck.serve.roster import Roster
from dgcheck.serve.server import Server
from dgcheck.sim.thread import in_thread

PATIENCE = 60.0  # seconds for what must come, on a busy machine


@dataclass
class Exporter:
    """A running one. `said` are the lines that `dgcheck serve` would print."""

    url: str
    port: int
    roster: Roster
    said: list[str] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def get(self, path: str, **headers: str) -> httpx.Response:
        """One GET, with the headers given (`_` stands for `-`)."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx.get(self.url + path, headers=named, timeout=PATIENCE)

    def say(self, line: str) -> None:
        """Keep a line, and wake who waits for it."""
        with self.changed:
            self.said.append(line)
            self.changed.notify_all()

    def until_said(self, *words: str) -> None:
        """Wait until a line holds all these words."""
        with self.changed:
            came = self.changed.wait_for(
                lambda: any(all(word in line for word in words) for line in self.said), timeout=PATIENCE
            )
        assert came, f"nobody said {words}; said was {self.said}"

    def until(self, ready: Callable[[], bool]) -> None:
        """Wait until asking shows what is wanted; asking again is what paces it."""
        end = monotonic() + PATIENCE
        while not ready():
            assert monotonic() < end, "what was waited for did not come"

    def ready(self) -> dict[str, Any]:
        """What `/readyz` says, once every target has been asked."""
        self.until_asked()
        return dict(self.get("/readyz").json())

    def until_asked(self) -> None:
        """Wait until there is a result of every target of its own."""
        for name in self.roster.probers:
            self.until_said(f"dgcheck: {name}: ")


@contextlib.contextmanager
def exporting(*targets: str, **flags: Any) -> Iterator[Exporter]:
    """An exporter on a free port of 127.0.0.1. Flags are named as on the command line, with their text."""
    with in_thread(_living(targets, flags), "dgcheck-exporter") as exporter:
        yield exporter


@contextlib.asynccontextmanager
async def _living(targets: tuple[str, ...], flags: dict[str, Any]) -> AsyncIterator[Exporter]:
    given = {"listen": "127.0.0.1:0", "allow": [], "concurrency": "8", "targets": list(targets), "more_targets": []}
    environ = flags.pop("environ", {})
    prepared = Prepared({**given, "config": "none", **flags}, environ)
    sockets: list[socket.socket] = place.bind(prepared.place)
    url = place.urls(sockets)[0]
    exporter = Exporter(url, int(url.rpartition(":")[2]), None)  # type: ignore[arg-type]  # set in the next line
    exporter.roster = prepared.roster(exporter.say)
    async with Server(sockets, Endpoints(exporter.roster)):
        exporter.roster.begin()
        yield exporter
    await exporter.roster.end(1.0)
    left = [task for task in asyncio.all_tasks() - {asyncio.current_task()} if _is_ours(task)]
    assert not left, f"still running: {left}"


def _is_ours(task: asyncio.Task[Any]) -> bool:
    """Whether it is one of the exporter's, or a run."""
    code = getattr(task.get_coro(), "cr_code", None)
    return any(place in getattr(code, "co_filename", "") for place in ("/dgcheck/serve/", "/dgcheck/engine/"))
