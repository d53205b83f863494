"""A POST goes out on the connection of the listing where that is kept alive and free, and else on one of its own."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme

from dgcheck.model.asking import Ask
from dgcheck.model.evidence import Ending, Exchange
from dgcheck.net.network import Network
from tests.net.network import network, view
from tests.net.scripted import Script, answer, head, serving, waits

pytestmark = pytest.mark.anyio

POST = Ask(path="/post", method="POST", body=b"speech", limit=5.0)
Counted = list[list[bytes]]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@contextmanager
def over_tls(authority: trustme.CA, folder: Path, script: Script) -> Iterator[tuple[str, str]]:
    """The base of a server that runs the script over TLS, and the file of its authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    file = folder / "ca.pem"
    authority.cert_pem.write_to_path(file)
    with serving(script, context) as port:
        yield f"https://127.0.0.1:{port}", str(file)


async def ask(made: Network, pages: int = 4) -> list[Exchange]:
    """The pages about a deployment on their lane, and a POST as soon as the first of them is there."""
    lane = view(made, "tls")
    lane.hasten("health")
    await lane.handshake(lane="health")
    first, *others = [
        asyncio.ensure_future(view(made).exchange(Ask(path=f"/{place}", lane="health", limit=5.0)))
        for place in range(pages)
    ]
    found = [await first]
    await view(made, "rest").borrow("health")
    return [*found, *await asyncio.gather(view(made, "rest").exchange(POST), *others)]


def path_of(connection: socket.socket) -> bytes:
    """The path of the next request, its body read; b'' when the client has left."""
    asked = head(connection)
    left = 6 if asked.startswith(b"POST") else 0
    while left:
        left -= len(connection.recv(left))
    return asked.split(b" ")[1] if asked else b""


def keeps(counted: Counted, most: int = 100) -> Script:
    """Answer so many requests on a connection; at the next one leave."""

    def script(connection: socket.socket) -> None:
        mine: list[bytes] = []
        counted.append(mine)
        while len(mine) < most and (path := path_of(connection)):
            mine.append(path)
            connection.sendall(answer(path))
        head(connection)

    return script


async def test_post_goes_out_on_the_connection_of_the_listing(authority: trustme.CA, tmp_path: Path) -> None:
    counted: Counted = []
    with over_tls(authority, tmp_path, keeps(counted)) as (url, ca):
        async with network(url, ca_file=ca) as made:
            seen = await ask(made)
    assert [one.status for one in seen] == [200] * 5
    assert counted == [[b"/0", b"/1", b"/2", b"/3", b"/post"]]
    assert [one.new_connection for one in seen] == [True] + [False] * 4


async def test_first_questions_go_out_together(authority: trustme.CA, tmp_path: Path) -> None:
    def script(connection: socket.socket) -> None:
        paths = [path_of(connection) for _ in range(4)]  # none is answered before the last has come
        for path in paths:
            connection.sendall(answer(path))
        connection.sendall(answer(path_of(connection)))

    with over_tls(authority, tmp_path, script) as (url, ca):
        async with network(url, ca_file=ca) as made:
            assert [one.status for one in await ask(made)] == [200] * 5


@pytest.mark.parametrize("most", [1, 4], ids=["after the first page", "before the POST"])
async def test_server_that_leaves_is_asked_on_a_new_connection(
    authority: trustme.CA, tmp_path: Path, most: int
) -> None:
    counted: Counted = []
    with over_tls(authority, tmp_path, keeps(counted, most)) as (url, ca):
        async with network(url, ca_file=ca) as made:
            seen = await ask(made)
    assert [one.status for one in seen] == [200] * 5
    assert sorted(path for connection in counted for path in connection) == [b"/0", b"/1", b"/2", b"/3", b"/post"]
    post = next(one for one in seen if one.request.method == "POST")
    assert post.new_connection


async def test_post_does_not_wait_for_a_page_that_stalls(authority: trustme.CA, tmp_path: Path) -> None:
    def script(connection: socket.socket) -> None:
        while path := path_of(connection):
            if path == b"/1":
                waits(connection)
            connection.sendall(answer(path))

    with over_tls(authority, tmp_path, script) as (url, ca):
        async with network(url, ca_file=ca) as made:
            lane = view(made, "tls")
            lane.hasten("health")
            await lane.handshake(lane="health")
            pages = [asyncio.ensure_future(view(made).exchange(Ask(path=f"/{n}", lane="health"))) for n in range(2)]
            await pages[0]
            await view(made, "rest").borrow("health")
            async with asyncio.timeout(1.5):  # less than a page is waited for
                post = await view(made, "rest").exchange(POST)
            pages[1].cancel()
    assert (post.status, post.new_connection) == (200, True)


async def test_silence_from_the_start_is_met_once(authority: trustme.CA, tmp_path: Path) -> None:
    counted: Counted = []

    def script(connection: socket.socket) -> None:
        counted.append([path_of(connection)])
        waits(connection)

    with over_tls(authority, tmp_path, script) as (url, ca):
        async with network(url, ca_file=ca) as made:
            lane = view(made, "tls")
            lane.hasten("health")
            await lane.handshake(lane="health")
            asks = [view(made).exchange(Ask(path=f"/{n}", lane="health", limit=0.4)) for n in range(3)]
            seen = await asyncio.gather(*asks)
    assert {one.ending for one in seen} == {Ending.TIMED_OUT}
    assert [paths[0] for paths in counted].count(b"/0") == 1


async def test_nothing_is_borrowed_without_tls() -> None:
    counted: Counted = []
    with serving(keeps(counted)) as port:
        async with network(f"http://127.0.0.1:{port}", connections=2) as made:
            page = await view(made).exchange(Ask(path="/0", lane="health", limit=5.0))
            await view(made, "rest").borrow("health")
            post = await view(made, "rest").exchange(POST)
    assert (page.status, post.status) == (200, 200)
    assert sorted(filter(None, counted)) == [[b"/0"], [b"/post"]]
