"""A question goes out as an SDK puts it: its headers and no others, in their order and case."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from dgcheck.model.asking import Ask
from dgcheck.model.record import replace
from dgcheck.model.sdk import Manner
from dgcheck.model.target import Key, Secret
from dgcheck.net.manner import STAND_IN
from tests.net.network import network, view
from tests.net.scripted import serving

pytestmark = pytest.mark.anyio

REST = Manner(
    headers=(
        ("accept", "*/*"),
        ("X-Odd-Case", "{version}"),
        ("Content-Type", "{content_type}"),
        ("Authorization", "token {key}"),
        ("Host", "{authority}"),
        ("Content-Length", ""),
    ),
    auth="token",
)
LIVE = Manner(
    headers=(
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", ""),
        ("connection", "Upgrade"),
        ("Upgrade", "websocket"),
        ("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits"),
        ("Host", " "),
    ),
    auth="subprotocol",
    subprotocols=("token", "{key}"),
)


class Recorder:
    """Keeps the head of every request and answers 200."""

    def __init__(self) -> None:
        self.heads: list[list[str]] = []

    def __call__(self, connection: socket.socket) -> None:
        data = b""
        while b"\r\n\r\n" not in data:
            data += connection.recv(65536)
        self.heads.append(data.partition(b"\r\n\r\n")[0].decode().split("\r\n"))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")


async def sent(ask: Ask, **settings: Any) -> list[str]:
    recorder = Recorder()
    with serving(recorder) as port:
        async with network(f"http://127.0.0.1:{port}", **settings) as made:
            asked = replace(ask, path="/v1/listen", whole=True)
            await (view(made).exchange(asked) if ask.body else view(made).upgrade(asked))
    return [line.replace(str(port), "PORT") for line in recorder.heads[0]]


async def test_a_post_has_the_headers_of_the_manner_and_no_others() -> None:
    ask = Ask(path="", method="POST", body=b"abc", headers=(("Content-Type", "audio/wav"),), manner=REST)
    assert await sent(ask) == [
        "POST /v1/listen HTTP/1.1",
        "accept: */*",
        "X-Odd-Case: {version}",
        "Content-Type: audio/wav",
        f"Authorization: token {STAND_IN}",
        "Host: 127.0.0.1:PORT",
        "Content-Length: 3",
    ]


async def test_an_upgrade_has_an_empty_host_and_the_key_in_its_subprotocol() -> None:
    lines = await sent(Ask(path="", manner=LIVE))
    assert [line for line in lines if not line.startswith("Sec-WebSocket-Key: ")] == [
        "GET /v1/listen HTTP/1.1",
        "Sec-WebSocket-Version: 13",
        "connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
        "Host: ",
        f"Sec-WebSocket-Protocol: token, {STAND_IN}",
    ]
    key = next(line for line in lines if line.startswith("Sec-WebSocket-Key: "))
    assert len(key.partition(": ")[2]) == 24


async def test_the_name_alone_goes_where_the_sdk_sends_no_port() -> None:
    bare = replace(LIVE, headers=(*LIVE.headers[:-1], ("Host", "{host}")))
    assert "Host: 127.0.0.1" in await sent(Ask(path="", manner=bare))


@pytest.mark.parametrize("ours", [True, False], ids=["given to dgcheck", "found in the SDKs' variables"])
async def test_the_key_goes_along_by_the_rule_of_the_key(ours: bool) -> None:
    key = Key(Secret("k" * 20), "DGCHECK_API_KEY" if ours else "DEEPGRAM_API_KEY", ours)
    lines = await sent(Ask(path="", method="POST", body=b"abc", manner=REST), api_key=key)
    assert f"Authorization: token {'k' * 20 if ours else STAND_IN}" in lines


async def test_headers_that_were_given_go_along() -> None:
    lines = await sent(Ask(path="", manner=LIVE), headers=(("X-Team", Secret("speech")),))
    assert lines[-1] == "X-Team: speech"


async def test_the_stand_in_is_no_key_and_is_not_shown() -> None:
    recorder = Recorder()
    with serving(recorder) as port:
        async with network(f"http://127.0.0.1:{port}") as made:
            ask = Ask(path="/v1/listen", method="POST", body=b"abc", manner=REST, whole=True)
            seen = await view(made).exchange(ask)
    assert not seen.request.with_key
    assert STAND_IN not in str(seen.request.headers)


async def test_another_port_of_the_same_address_is_dialled() -> None:
    recorder = Recorder()
    with serving(lambda connection: None) as other, serving(recorder) as port:
        async with network(f"http://127.0.0.1:{other}") as made:
            await made.until(lambda: bool(made.pinned), 5)
            ask = Ask(path="/v1/listen", method="POST", body=b"abc", manner=REST, port=port, whole=True)
            seen = await view(made).exchange(ask)
    assert (seen.status, seen.port, seen.url) == (200, port, f"http://127.0.0.1:{port}/v1/listen")
    assert f"Host: 127.0.0.1:{port}" in recorder.heads[0]
