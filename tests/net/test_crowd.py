"""Head starts of many runs in one loop: no thread each, and no more look-ups at once than the resolver bears."""

from __future__ import annotations

import asyncio
import socket
import sys
import threading
from collections.abc import Callable
from time import monotonic

import pytest

from dgcheck.net.crowd import Crowd, is_address
from dgcheck.net.headstart import HeadStart
from tests.net.scripted import serving, waits

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(sys.platform == "win32", reason="there each run has a thread of its own"),
]


async def ended(start: HeadStart) -> HeadStart:
    over = asyncio.Event()
    start.listen(lambda: over.set() if start.connected else None)
    async with asyncio.timeout(10):
        await over.wait()
    return start


def close(start: HeadStart) -> None:
    for attempt in start.attempts:
        if attempt.sock is not None:
            attempt.sock.close()


class Resolver:
    """getaddrinfo that answers when it is told to, and knows how many ask at once."""

    def __init__(self, port: int) -> None:
        self.asking = self.most = 0
        self.go = threading.Semaphore(0)
        self._port = port
        self._changed = threading.Condition()

    def __call__(self, name: bytes, *_: object) -> list[tuple[object, ...]]:
        with self._changed:
            self.asking += 1
            self.most = max(self.most, self.asking)
            self._changed.notify_all()
        self.go.acquire()
        with self._changed:
            self.asking -= 1
            self._changed.notify_all()
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", self._port))]

    def wait_for(self, count: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self.asking == count, 10)


@pytest.fixture
def resolver(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Resolver]:
    def make(port: int) -> Resolver:
        made = Resolver(port)
        monkeypatch.setattr(socket, "getaddrinfo", made)
        return made

    return make


async def test_an_address_is_dialled_as_often_as_asked_and_without_a_thread() -> None:
    with serving(waits) as port:
        crowd = Crowd()
        start = await ended(await crowd.start("127.0.0.1", port, connections=3))
        assert (start.addresses, [attempt.error for attempt in start.attempts]) == (("127.0.0.1",), [0, 0, 0])
        assert all(attempt.ended >= attempt.begun for attempt in start.attempts)
        assert not [one for one in threading.enumerate() if one.name.startswith(("head-start", "look-up"))]
        close(start)
        crowd.close()


async def test_a_refusal_has_its_errno() -> None:
    with serving(waits) as port:
        pass
    crowd = Crowd()
    start = await ended(await crowd.start("127.0.0.1", port))
    assert [attempt.error for attempt in start.attempts] == [111]
    crowd.close()


async def test_a_name_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(*_: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", absent)
    crowd = Crowd()
    start = await ended(await crowd.start("nowhere.test", 9))
    assert (start.resolved, start.error, start.attempts) == (True, "EAI_NONAME", [])
    crowd.close()


async def test_so_many_names_at_once_and_no_more(resolver: Callable[[int], Resolver]) -> None:
    with serving(waits) as port:
        asked = resolver(port)
        crowd = Crowd(3)
        begun = [asyncio.ensure_future(crowd.start(f"n{number}.test", port)) for number in range(8)]
        await asyncio.sleep(0)
        asked.wait_for(3)
        await asyncio.wait(begun[:3])
        assert [one.done() for one in begun] == [True] * 3 + [False] * 5
        for _ in range(8):
            asked.go.release()
        starts = [await ended(one) for one in await asyncio.gather(*begun)]
        assert asked.most == 3
        assert {start.addresses for start in starts} == {("127.0.0.1",)}
        for start in starts:
            assert start.resolved_at >= start.resolve_begun >= start.begun
            close(start)
        crowd.close()


async def test_a_run_that_gives_up_keeps_its_place_until_the_resolver_has_answered(
    resolver: Callable[[int], Resolver],
) -> None:
    """Else hanging look-ups would pile up behind those that come, whose own time would pass meanwhile."""
    with serving(waits) as port:
        asked = resolver(port)
        crowd = Crowd(1)
        given_up = await crowd.start("hangs.test", port)
        asked.wait_for(1)
        given_up.stop()
        second = asyncio.ensure_future(crowd.start("next.test", port))
        await asyncio.sleep(0)
        assert not second.done()
        asked.go.release()
        asked.go.release()
        close(await ended(await second))
        assert given_up.attempts == []
        crowd.close()


async def test_names_are_asked_for_before_their_runs_begin(resolver: Callable[[int], Resolver]) -> None:
    with serving(waits) as port:
        asked = resolver(port)
        crowd = Crowd(2)
        assert all(crowd.ask_ahead(f"n{number}.test", port) for number in range(3))
        asked.wait_for(2)
        for _ in range(3):
            asked.go.release()
        asked.wait_for(0)
        before = monotonic()
        await asyncio.sleep(0.2)  # the turn of the run comes late
        start = await ended(await crowd.start("n0.test", port))
        assert start.addresses == ("127.0.0.1",)
        assert before <= start.begun <= start.resolve_begun <= start.resolved_at
        assert start.begun >= before + 0.1, "the wait for its turn counts as a time of the run"
        close(start)
        crowd.close()


async def test_answer_that_waited_for_too_long_is_asked_for_again(
    resolver: Callable[[int], Resolver], monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(waits) as port:
        asked = resolver(port)
        crowd = Crowd(2)
        crowd.ask_ahead("old.test", port)
        asked.wait_for(1)
        asked.go.release()
        asked.wait_for(0)
        monkeypatch.setattr("dgcheck.net.crowd.FRESH", -1.0)
        await asyncio.sleep(0.05)
        again = asyncio.ensure_future(crowd.start("old.test", port))
        await asyncio.sleep(0)
        asked.wait_for(1)
        asked.go.release()
        close(await ended(await again))
        crowd.close()


async def test_no_more_is_asked_ahead_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dgcheck.net.crowd.AHEAD", 2)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: [])
    crowd = Crowd(2)
    assert [crowd.ask_ahead(f"n{number}.test", 9) for number in range(3)] == [True, True, False]
    assert not crowd.ask_ahead("10.0.0.5", 9), "a name is asked for, though there is no room"
    crowd.close()


async def test_stopping_closes_what_is_not_connected() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        crowd = Crowd()
        start = await crowd.start("127.0.0.1", full.getsockname()[1], connections=6)
        start.stop()
        assert start.connected
        assert all(attempt.error is not None for attempt in start.attempts)
        close(start)
        crowd.close()


@pytest.mark.parametrize(
    ("host", "wanted"), [("10.0.0.5", True), ("fd00::5", True), ("dg-1", False), ("1.example.com", False)]
)
async def test_what_is_an_address(host: str, wanted: bool) -> None:
    assert is_address(host) is wanted
