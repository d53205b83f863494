"""dgcheck's own small server: one file on one path, and nothing for strangers."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import httpx
import pytest

from dgcheck.model.case import Case
from dgcheck.model.evidence import Ending
from dgcheck.model.served import Served
from dgcheck.model.target import Settings
from dgcheck.net.headstart import HeadStart
from dgcheck.net.network import Network
from dgcheck.net.serving import HEAD_BYTES, MOST_VISITS, Serving
from dgcheck.wire.redact import Redactor
from dgcheck.wire.url import parse

pytestmark = pytest.mark.anyio
FILE = bytes(range(256)) * 200


class Lent:
    """A server for one test, and what it has seen."""

    def __init__(self, network: Network, serving: Serving) -> None:
        self.serving, self._network = serving, network

    @property
    def url(self) -> str:
        """What the deployment is told."""
        return self.serving.url

    @property
    def port(self) -> int:
        """Where it listens."""
        return urlsplit(self.url).port or 0

    def seen(self) -> Served:
        """What happened so far, as evidence."""
        self.serving.record("rest.url", "served")
        found = self._network.case.evidence[-1]
        assert isinstance(found, Served)
        return found


@asynccontextmanager
async def lent(place: str = "0", target: str = "http://127.0.0.1:9") -> AsyncIterator[Lent]:
    """The file, served while the block runs."""
    understood = parse(target)
    start = HeadStart(understood.host, understood.port)
    case = Case(target=understood, settings=Settings())
    network = Network(understood, Settings(), case, Redactor(()), "dgcheck/test", start)
    serving = Serving(network, FILE, "audio/wav", place)
    try:
        await serving.start()
        yield Lent(network, serving)
    finally:
        await serving.stop()
        await network.close()


async def test_who_knows_the_address_gets_the_file() -> None:
    async with lent() as one, httpx.AsyncClient(headers={"User-Agent": "warp/1"}) as client:
        answer = await client.get(one.url)
        await one.serving.idle()
        seen = one.seen()
    assert answer.content == FILE
    assert answer.headers["content-type"] == "audio/wav"
    assert seen.ending is Ending.ANSWERED
    assert [(visit.address, visit.agent, visit.sent_bytes) for visit in seen.visits] == [
        ("127.0.0.1", "warp/1", len(FILE))
    ]


async def test_file_that_was_taken_is_known_to_be() -> None:
    async with lent() as one:
        reader, writer = await asyncio.open_connection("127.0.0.1", one.port)
        writer.write(f"GET {urlsplit(one.url).path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        await reader.read()
        writer.close()
        await one.serving.stop()
        seen = one.seen()
    assert [visit.whole for visit in seen.visits] == [True]


async def test_file_that_was_half_taken_is_known_to_be() -> None:
    async with lent() as one:
        plug = socket.socket()
        plug.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        plug.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(plug, ("127.0.0.1", one.port))
        await loop.sock_sendall(plug, f"GET {urlsplit(one.url).path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        await loop.sock_recv(plug, 1000)
        plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        plug.close()
        await one.serving.idle()
        seen = one.seen()
    assert [visit.whole for visit in seen.visits] == [False]
    assert 0 < seen.visits[0].sent_bytes < len(FILE)


@pytest.mark.parametrize(
    "path",
    ["/", "/clip.wav", "/../clip.wav", "/0123456789abcdef01234567/clip.wav", "http://127.0.0.1/clip.wav", "*"],
)
async def test_nothing_else_is_served(path: str) -> None:
    async with lent() as one:
        reader, writer = await asyncio.open_connection("127.0.0.1", one.port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
        seen = one.seen()
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert answer.endswith(b"\r\n\r\n")
    assert (seen.visits, seen.strangers) == ((), 1)


async def test_the_path_is_another_one_each_time() -> None:
    async with lent() as one, lent() as other:
        assert urlsplit(one.url).path != urlsplit(other.url).path


async def test_only_reading_is_allowed() -> None:
    async with lent() as one, httpx.AsyncClient() as client:
        assert (await client.post(one.url, content=b"x")).status_code == 405
        head = await client.head(one.url)
        seen = one.seen()
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(FILE)))
    assert [(visit.method, visit.sent_bytes) for visit in seen.visits] == [("HEAD", 0)]


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"GET / HTTP/1.1\r\nA: " + b"a" * 2 * HEAD_BYTES, id="a head without end"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00", id="TLS"),
        pytest.param(b"SSH-2.0-OpenSSH_9.6\r\n", id="another protocol"),
        pytest.param(b"GET / HTTP/9.9\r\n\r\n", id="no HTTP that there is"),
    ],
)
async def test_strangers_who_speak_no_http_are_hung_up_on(sent: bytes) -> None:
    async with lent() as one:
        reader, writer = await asyncio.open_connection("127.0.0.1", one.port)
        writer.write(sent)
        writer.write_eof()
        try:
            answer = await reader.read()
        except ConnectionResetError:
            answer = b""
        writer.close()
        assert FILE[:64] not in answer
        async with httpx.AsyncClient() as client:
            assert (await client.get(one.url)).content == FILE


async def test_visits_that_are_told_are_few() -> None:
    async with lent() as one, httpx.AsyncClient() as client:
        for _ in range(MOST_VISITS + 4):
            await client.get(one.url)
        assert len(one.seen().visits) == MOST_VISITS


async def test_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        async with lent(f"127.0.0.1:{taken.getsockname()[1]}") as one:
            seen = one.seen()
    assert one.url == ""
    assert seen.ending is Ending.FAILED
    assert "cannot be listened on: Address already in use" in seen.problem


@pytest.mark.parametrize(
    ("place", "target", "shown", "told"),
    [
        pytest.param("0", "http://127.0.0.1:9", "127.0.0.1", False, id="own address towards the deployment"),
        pytest.param("0", "http://[::1]:9", "[::1]", False, id="IPv6"),
        pytest.param("here.example.test:0", "http://127.0.0.1:9", "here.example.test", True, id="a name that was told"),
        pytest.param("[::1]:0", "http://127.0.0.1:9", "[::1]", True, id="an address that was told"),
    ],
)
async def test_what_the_deployment_is_told(place: str, target: str, shown: str, told: bool) -> None:
    async with lent(place, target) as one:
        seen = one.seen()
    assert seen.url.startswith(f"http://{shown}:")
    assert seen.told is told


async def test_nobody_is_served_when_it_is_over() -> None:
    async with lent() as one:
        port = one.port
    with pytest.raises(OSError):
        await asyncio.open_connection("127.0.0.1", port)
