"""The WebSocket handshake and the stream after it, against servers that are not ours."""

from __future__ import annotations

import base64
import hashlib
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from dgcheck.model.asking import Ask, Say
from dgcheck.model.evidence import Ending, Stream
from dgcheck.wire.audio import bundled
from tests.net.network import network, view
from tests.net.scripted import answer, head, says, serving

pytestmark = pytest.mark.anyio
ASK = Ask(path="/v1/listen", limit=5.0)


@contextmanager
def websocket_server(handler: Callable[[Any], None], **options: Any) -> Iterator[int]:
    """The websockets library's own server."""
    from websockets.sync.server import serve

    with serve(handler, "127.0.0.1", 0, **options) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield int(server.socket.getsockname()[1])
        server.shutdown()
        thread.join()


def results(words: str, final: bool) -> str:
    return json.dumps({"type": "Results", "is_final": final, "channel": {"alternatives": [{"transcript": words}]}})


def transcribes(connection: Any) -> None:
    """An interim result for audio, a final one and Metadata for CloseStream, close 1000."""
    got = 0
    for message in connection:
        if isinstance(message, bytes):
            if not got:
                connection.send(results("we will", False))
            got += len(message)
        elif json.loads(message)["type"] == "CloseStream":
            connection.send(results("we will meet", True))
            connection.send(json.dumps({"type": "Metadata", "duration": got / 8000, "channels": 1}))
            connection.close(1000)
            return


async def stream(port: int, say: Say) -> Stream:
    async with network(f"http://127.0.0.1:{port}") as made:
        upgrade, heard = await view(made, "ws.stream").stream(ASK, say)
    assert upgrade.status == 101
    assert heard is not None
    assert heard.upgrade == upgrade.id
    return heard


async def test_speech_goes_in_and_words_come_out() -> None:
    with websocket_server(transcribes) as port:
        heard = await stream(port, Say(audio=bundled(), limit=5.0))
    assert [one.kind for one in heard.heard] == ["Results", "Results", "Metadata"]
    assert [one.transcript for one in heard.heard if one.is_final] == ["we will meet"]
    assert heard.heard[-1].duration == pytest.approx(bundled().seconds, abs=0.05)
    assert (heard.close_code, heard.closed_by, heard.ending) == (1000, "server", Ending.ANSWERED)
    assert {phase.name for phase in heard.phases} == {"first_interim", "first_final"}


async def test_the_other_socket_leaves_after_its_first_result() -> None:
    with websocket_server(transcribes) as port:
        heard = await stream(port, Say(audio=bundled(), close="after_first", until_first=True, limit=5.0))
    assert [one.kind for one in heard.heard] == ["Results"]
    assert heard.close_sent_at is not None


async def test_without_a_result_it_closes_after_its_patience() -> None:
    def late(connection: Any) -> None:
        for message in connection:
            if isinstance(message, str):
                connection.send(results("late", True))
                connection.close(1000)
                return

    with websocket_server(late) as port:
        heard = await stream(port, Say(audio=bundled(), close="after_first", patience=0.3, until_first=True, limit=5.0))
    assert heard.close_sent_at is not None
    assert heard.audio_sent_at is not None
    assert heard.close_sent_at - heard.audio_sent_at >= 0.25
    assert heard.heard[0].at > heard.close_sent_at


@pytest.mark.parametrize(
    ("code", "reason"),
    [(1011, "Deepgram did not receive audio data. See https://dpgr.am/net0001"), (1008, "DATA-0000")],
)
async def test_code_and_reason_of_the_close_are_kept(code: int, reason: str) -> None:
    with websocket_server(lambda connection: connection.close(code, reason)) as port:
        heard = await stream(port, Say(audio=bundled(), limit=5.0))
    assert (heard.close_code, heard.close_reason, heard.closed_by) == (code, reason, "server")


async def test_a_connection_that_is_dropped_without_a_close_frame() -> None:
    with websocket_server(lambda connection: connection.socket.shutdown(socket.SHUT_RDWR)) as port:
        heard = await stream(port, Say(audio=bundled(), limit=5.0))
    assert heard.close_code is None
    assert heard.closed_by in ("fin", "reset")


async def test_messages_that_are_no_json_are_heard_as_such() -> None:
    def odd(connection: Any) -> None:
        connection.send("{not json")
        connection.send(b"\x00\x01")
        connection.send("[1]")
        connection.close()

    with websocket_server(odd) as port:
        heard = await stream(port, Say(audio=bundled(), limit=5.0))
    assert [one.kind for one in heard.heard] == ["bad_json", "binary", "text"]


async def test_the_subprotocol_is_offered_and_its_echo_kept() -> None:
    with websocket_server(transcribes, subprotocols=["token"]) as port:
        async with network(f"http://127.0.0.1:{port}") as made:
            seen = await view(made).upgrade(Ask(path="/v1/listen", subprotocols=("token", "my-secret-key")))
    assert (seen.status, seen.chosen, seen.accept_problem) == (101, "token", "")
    assert "my-secret-key" not in repr(seen)


def _accepts(change: Callable[[dict[str, str]], None], version: str = "1.1") -> Callable[[socket.socket], None]:
    def script(connection: socket.socket) -> None:
        lines = head(connection).decode().split("\r\n")
        key = next(line.split(": ")[1] for line in lines if line.lower().startswith("sec-websocket-key"))
        digest = hashlib.sha1(key.encode() + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()
        headers = {
            "Upgrade": "websocket",
            "Connection": "keep-alive, Upgrade",
            "Sec-WebSocket-Accept": base64.b64encode(digest).decode(),
        }
        change(headers)
        text = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        connection.sendall(f"HTTP/{version} 101 Switching Protocols\r\n{text}\r\n".encode())
        connection.recv(65536)

    return script


async def test_a_101_of_old_http_is_refused_as_clients_refuse_it() -> None:
    with serving(_accepts(lambda headers: None, "1.0")) as port:
        async with network(f"http://127.0.0.1:{port}") as made:
            seen = await view(made).upgrade(ASK)
    assert (seen.status, seen.accept_problem) == (101, "it came as HTTP/1.0, which has no upgrades")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        pytest.param(lambda headers: None, "", id="right"),
        pytest.param(lambda headers: headers.pop("Upgrade"), "Upgrade", id="no Upgrade"),
        pytest.param(lambda headers: headers.update(Connection="close"), "Connection", id="Connection: close"),
        pytest.param(lambda headers: headers.update({"Sec-WebSocket-Accept": "x"}), "Accept", id="wrong accept"),
        pytest.param(lambda headers: headers.pop("Sec-WebSocket-Accept"), "missing", id="no accept"),
        pytest.param(
            lambda headers: headers.update({"Sec-WebSocket-Protocol": "x"}), "subprotocol", id="unasked subprotocol"
        ),
        pytest.param(
            lambda headers: headers.update({"Sec-WebSocket-Extensions": "x"}), "extension", id="unasked extension"
        ),
    ],
)
async def test_a_101_is_checked(change: Callable[[dict[str, str]], None], problem: str) -> None:
    with serving(_accepts(change)) as port:
        async with network(f"http://127.0.0.1:{port}") as made:
            seen = await view(made).upgrade(ASK)
    assert seen.status == 101
    assert (problem in seen.accept_problem) if problem else not seen.accept_problem


async def test_a_refusal_is_kept_with_its_words() -> None:
    body = b'{"err_code":"Bad Request","err_msg":"No such model","request_id":"r"}'
    refusal = answer(body, "400 Bad Request", b"dg-error: No such model\r\n")
    with serving(says(refusal)) as port:
        async with network(f"http://127.0.0.1:{port}") as made:
            seen = await view(made).upgrade(ASK)
    assert (seen.status, seen.ending) == (400, Ending.ANSWERED)
    assert seen.response is not None
    assert seen.response.header("DG-Error") == "No such model"
    assert "upgrade" in [phase.name for phase in seen.phases]
