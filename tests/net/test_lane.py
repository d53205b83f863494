"""Questions that share a connection: in order, together where the server can, apart where it cannot."""

from __future__ import annotations

import asyncio
import socket

import pytest

from dgcheck.model.asking import Ask
from dgcheck.model.evidence import Ending
from tests.net.network import network, view
from tests.net.scripted import Script, answer, head, serving, waits

pytestmark = pytest.mark.anyio


def keeps_alive(counted: list[int]) -> Script:
    """Answer every request on a connection with its path; note how many each connection had."""

    def script(connection: socket.socket) -> None:
        place = len(counted)
        counted.append(0)
        while path := head(connection).split(b" ")[1:2]:
            counted[place] += 1
            connection.sendall(answer(path[0]))

    return script


def answers_once(counted: list[int]) -> Script:
    """Answer the first request with keep-alive, then close at the second: as a server may."""

    def script(connection: socket.socket) -> None:
        counted.append(1)
        connection.sendall(answer(head(connection).split(b" ")[1]))
        head(connection)

    return script


def drops_what_is_pipelined(counted: list[int]) -> Script:
    """Answer one request at a time and forget what came with it."""

    def script(connection: socket.socket) -> None:
        counted.append(1)
        while data := connection.recv(65536):
            connection.sendall(answer(data.split(b" ")[1]))

    return script


async def _ask_four(port: int) -> list[tuple[int | None, str]]:
    async with network(f"http://127.0.0.1:{port}") as made:
        asks = [view(made).exchange(Ask(path=f"/{n}", lane="health", limit=5.0)) for n in range(4)]
        seen = await asyncio.gather(*asks)
    return [(one.status, one.response.body if one.response else "") for one in seen]


@pytest.mark.parametrize(
    ("script", "connections"),
    [
        pytest.param(keeps_alive, 1, id="one connection for all"),
        pytest.param(answers_once, 4, id="closed after each"),
        pytest.param(drops_what_is_pipelined, 2, id="pipelined questions are lost"),
    ],
)
async def test_every_question_gets_its_own_answer(script: object, connections: int) -> None:
    counted: list[int] = []
    with serving(script(counted)) as port:  # type: ignore[operator]
        assert await _ask_four(port) == [(200, f"/{n}") for n in range(4)]
    assert len(counted) <= connections


async def test_silence_is_not_queued_for() -> None:
    with serving(waits) as port:
        async with network(f"http://127.0.0.1:{port}") as made:
            begun = asyncio.get_running_loop().time()
            asks = [view(made).exchange(Ask(path="/", lane="health", limit=0.4)) for _ in range(4)]
            seen = await asyncio.gather(*asks)
            took = asyncio.get_running_loop().time() - begun
    assert {one.ending for one in seen} == {Ending.TIMED_OUT}
    assert took < 4 * 0.4


def stops_within(path: bytes, before: bytes) -> Script:
    """Answer every request; for one path send `before` and then nothing, whatever else is asked on the connection."""

    def script(connection: socket.socket) -> None:
        while asked := head(connection).split(b" ")[1:2]:
            if asked == [path]:
                connection.sendall(before)
                waits(connection)
                return
            connection.sendall(answer(asked[0]))

    return script


@pytest.mark.parametrize(
    "before",
    [
        pytest.param(b"", id="silence"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n[{", id="half an answer"),
    ],
)
@pytest.mark.parametrize("path", [b"/1", b"/2"], ids=["first of those sent together", "in their midst"])
async def test_what_was_sent_together_with_a_silent_question_is_asked_all_the_same(path: bytes, before: bytes) -> None:
    with serving(stops_within(path, before)) as port:
        async with network(f"http://127.0.0.1:{port}") as made, asyncio.timeout(8):
            asks = [view(made).exchange(Ask(path=f"/{n}", lane="health", limit=0.5)) for n in range(4)]
            seen = await asyncio.gather(*asks)
    ended = {one.request.target.encode(): one.ending for one in seen}
    assert ended.pop(path) is Ending.TIMED_OUT
    assert set(ended.values()) == {Ending.ANSWERED}


async def test_a_cancelled_question_is_recorded_too() -> None:
    with serving(waits) as port:
        async with network(f"http://127.0.0.1:{port}") as made:
            task = asyncio.ensure_future(view(made).exchange(Ask(path="/", lane="health")))
            await asyncio.wait([task], timeout=0.2)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert [seen.ending for seen in made.case.wires()] == [Ending.CUT_SHORT]
