"""A lane: one kept-alive connection that several questions share.

Questions that wait while another one is answered go out together once the connection has proved that it is kept
alive (RFC 9112 §9.3.2: pipelining, for requests without effect), or at once where somebody waits to borrow the
connection after them. Where the answers do not come that way, each is asked again on a connection of its own.
"""

from __future__ import annotations

import asyncio
from collections import deque
from time import monotonic

from dgcheck.model.evidence import Ending, Exchange
from dgcheck.net.connection import Connection
from dgcheck.net.network import Network
from dgcheck.net.question import Turn, connected, converse, for_proxy, record, stale, talk_for

PIPELINE_PATIENCE = 2.0
TOGETHER = 2  # turns of the loop in which all who ask about the deployment have put their questions


class Lane:
    """Questions in order on one connection. `take` answers when the question's evidence is recorded."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._waiting: deque[Turn] = deque()
        self._working = False
        self._batch: list[Turn] = []
        self._worker: asyncio.Task[None] | None = None
        self.hasty = False  # somebody waits for its connection: the first questions go out together, too
        self.connection: Connection | None = None
        self.ready = asyncio.Event()  # set while nothing prevents the lane from being used
        self.ready.set()

    async def take(self, question: Turn) -> Exchange:
        """Ask this question when its turn comes."""
        question.found = asyncio.get_running_loop().create_future()
        self._waiting.append(question)
        if not self._working:
            self._working = True
            self._worker = self._network.spawn(self._work())
            self._worker.add_done_callback(self._worker_ended)
        try:
            return await question.found
        except asyncio.CancelledError:
            if not question.found.done() or question.found.cancelled():
                record(self._network, question)
            raise

    async def lend(self, patience: float) -> Connection | None:
        """Its connection, to keep, when it has proved that it is kept alive and all that waits is answered.

        None where it has none, or that takes longer than `patience` seconds.
        """
        if self._worker is not None and self._working:
            await asyncio.wait([self._worker], timeout=patience)
        kept = self.connection
        if self._working or kept is None or kept.closed or not kept.used:
            return None
        self.connection = None
        return kept

    async def _work(self) -> None:
        try:
            for _ in range(TOGETHER if self.hasty else 0):
                await asyncio.sleep(0)
            while self._waiting:
                await self.ready.wait()
                self._batch = batch = [self._waiting.popleft()]
                if self.connection is not None and (self.connection.used or self.hasty):
                    while self._waiting and self._waiting[0].ask.method == "GET" and batch[-1].ask.method == "GET":
                        batch.append(self._waiting.popleft())
                await self._serve(batch)
        finally:
            self._working = False

    def _worker_ended(self, worker: asyncio.Task[None]) -> None:
        """Whoever still waits is told that the worker failed, instead of waiting for ever."""
        failure = None if worker.cancelled() else worker.exception()
        for question in (*self._batch, *self._waiting) if failure else ():
            if question.found is not None and not question.found.done():
                question.found.set_exception(failure or asyncio.CancelledError())

    async def _serve(self, batch: list[Turn]) -> None:
        if len(batch) > 1 and self.connection is not None:
            batch = await self._together(batch)
        for place, question in enumerate(batch):
            await self._one(question)
            if question.ending is Ending.TIMED_OUT:
                self._side_by_side(batch[place + 1 :])
                return

    async def _together(self, batch: list[Turn]) -> list[Turn]:
        """Send several questions at once; those without an answer come back, to be asked one by one, unless the first
        met silence: then they are asked side by side.
        """
        connection = self.connection
        assert connection is not None
        unproved = not connection.used
        left, data, begun, silence = deque(batch), b"", monotonic(), False
        talks = []
        for question in batch:
            question.connection = connection
            for_proxy(self._network, question)
            talk = talk_for(self._network, question)
            question.new_connection = unproved and question is batch[0]
            talks.append(talk)
            data += talk.request_bytes(question.ask.method, question.target, question.headers, b"")
        try:
            await connection.write(data)
            for talk in talks:
                talk.sent(begun)
            for talk in talks:
                first = talk is talks[0]
                async with self._network.within(left[0].ask.limit) if first else asyncio.timeout(PIPELINE_PATIENCE):
                    await talk.listen()
                if talk.ending is not Ending.ANSWERED:
                    break
                self._answer(left.popleft())
                if not talk.reusable:
                    break
        except TimeoutError:
            silence = len(left) == len(batch)
            if silence and (talks[0].response is not None or unproved):
                # An answer that began and stopped, and silence from the start, are nothing that its neighbours caused.
                left[0].ending = Ending.TIMED_OUT
                self._answer(left.popleft())
        except (OSError, EOFError):
            pass
        if left:
            connection.close()
            self.connection = None
            for question in left:
                question.talk = question.connection = None
        if silence:
            self._side_by_side(list(left))
            return []
        return list(left)

    async def _one(self, question: Turn) -> None:
        network, kept = self._network, self.connection
        try:
            async with network.within(question.ask.limit):
                if kept is None or kept.closed:
                    if not await connected(network, question):
                        return self._answer(question)
                    self.connection = question.connection
                else:
                    question.connection = kept
                    for_proxy(network, question)
                talk = talk_for(network, question)
                data = talk.request_bytes(question.ask.method, question.target, question.headers, question.ask.body)
                await converse(talk, data, question.ask.body)
        except TimeoutError:
            question.ending = Ending.TIMED_OUT
        except (OSError, EOFError):
            pass
        if stale(question) and question.ask.method == "GET":
            self._drop()
            question.talk = question.connection = None
            return await self._one(question)
        if question.talk is None or not question.talk.reusable:
            self._drop()
        return self._answer(question)

    def _side_by_side(self, first: list[Turn]) -> None:
        """Where one question met silence, the others do not queue behind it for the same."""
        waiting, self._waiting = [*first, *self._waiting], deque()
        for question in waiting:
            self._network.spawn(self._by_itself(question))

    async def _by_itself(self, question: Turn) -> None:
        await Lane(self._network)._one(question)

    def _answer(self, question: Turn) -> None:
        if question.found is not None and not question.found.done():
            question.found.set_result(record(self._network, question))

    def _drop(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def lane_of(network: Network, name: str) -> Lane:
    """The lane of that name, made when it is first asked for."""
    lane = network.lanes.get(name)
    if not isinstance(lane, Lane):
        lane = network.lanes[name] = Lane(network)
    return lane
