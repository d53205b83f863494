"""An asynchronous context in a thread of its own, for those who live without an event loop."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from typing import TypeVar

Kept = TypeVar("Kept")


@contextlib.contextmanager
def in_thread(context: AbstractAsyncContextManager[Kept], name: str) -> Iterator[Kept]:
    """What `context` gives, entered and left in an event loop of its own; what it raises is raised here.

    The thread is over when the block is.
    """
    ready = threading.Event()
    trouble: list[BaseException] = []
    inside: list[tuple[Kept, asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def live() -> None:
        async with context as kept:
            end = asyncio.Event()
            inside.append((kept, asyncio.get_running_loop(), end))
            ready.set()
            await end.wait()

    def run() -> None:
        try:
            asyncio.run(live())
        except BaseException as error:  # noqa: BLE001 - carried over to the thread that waits
            trouble.append(error)
        finally:
            ready.set()

    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    ready.wait()
    if not inside:
        thread.join()
        raise trouble[0]
    kept, loop, end = inside[0]
    try:
        yield kept
    finally:
        with contextlib.suppress(RuntimeError):  # the loop is over already
            loop.call_soon_threadsafe(end.set)
        thread.join()
    if trouble:
        raise trouble[0]
