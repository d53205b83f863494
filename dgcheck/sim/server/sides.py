"""The sockets of the ports beside the API; each answers by itself, and its requests are logged apart."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from dgcheck.sim.beside import Served, answer
from dgcheck.sim.core import Effect, Replica
from dgcheck.sim.deployment import Deployment
from dgcheck.sim.line import Line, Tools
from dgcheck.sim.log import Logged
from dgcheck.sim.server import plugs


class SidePort:
    """One port beside the API, plain HTTP on a free port of the same host. `log` holds its requests."""

    def __init__(self, which: str, deployment: Callable[[], Deployment], served: Served) -> None:
        self.which = which
        self.log: list[Logged] = []
        self.url = ""
        self._replica = Replica(Deployment(), (Effect(instead=answer(which, deployment, served)),))
        self._listener: socket.socket | None = None

    def open(self, host: str) -> None:
        """Bind. Raises UsageError where that cannot be."""
        self._listener = plugs.bind(host, 0)
        port = self._listener.getsockname()[1]
        self.url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    async def accept(self, start: Callable[[Coroutine[Any, Any, None]], None], tools: Tools) -> None:
        """Serve whoever comes, each in a task that `start` starts."""
        assert self._listener is not None
        loop, number = asyncio.get_running_loop(), 0
        while True:
            try:
                client, _ = await loop.sock_accept(self._listener)
            except OSError:  # out of files, or the peer left before we looked
                await asyncio.sleep(0.05)
                continue
            client.setblocking(False)
            number += 1
            start(self._serve(client, number, tools))

    async def _serve(self, client: socket.socket, number: int, tools: Tools) -> None:
        try:
            plain = await plugs.connect(client)
        except OSError:  # the peer is gone already
            client.close()
            return
        try:
            await Line(plain, self._replica, tools, number, 0, tls=False).talk()
        finally:
            task = asyncio.current_task()
            plain.leave(at_once=task is not None and task.cancelling() > 0)

    def close(self) -> None:
        """Give the port back."""
        if self._listener is not None:
            self._listener.close()


def served(log: list[Logged]) -> Iterator[tuple[str, int]]:
    """The inferences among what the API was asked, as an Engine counts them: (kind, status)."""
    kinds = {"/v1/listen": "batch", "/v1/speak": "tts", "/v2/speak": "tts", "/v2/listen": "stream"}
    for entry in log:
        kind = next((kind for end, kind in kinds.items() if entry.path.endswith(end)), "")
        if kind and entry.status:
            streamed = entry.status == 101 or (kind == "batch" and entry.method == "GET")
            yield ("stream" if streamed else kind), entry.status
