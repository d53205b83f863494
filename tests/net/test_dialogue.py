"""A talk that a probe leads, against servers that are not ours: what was heard, and how it ended."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from dgcheck.model.asking import Ask, Conversation
from dgcheck.model.evidence import Ending, Stream
from tests.net.network import network, view
from tests.net.test_upgrade import websocket_server

pytestmark = pytest.mark.anyio
ASK = Ask(path="/v1/speak", limit=5.0)


def has(talk: Conversation, kind: str) -> Callable[[], bool]:
    return lambda: any(one.kind == kind for one in talk.heard)


async def talked(
    handler: Callable[[Any], None],
    lead: Callable[[Conversation], Any],
    *,
    limit: float = 5.0,
    secrets: tuple[str, ...] = (),
) -> Stream:
    """What became of a talk with this server."""
    with websocket_server(handler) as port:
        async with network(f"http://127.0.0.1:{port}", secrets=secrets) as made:
            _, stream = await view(made, "speak").converse(ASK, lead, limit=limit, plan="test")
            assert stream is not None
            assert made.case.first(Stream, "speak") is stream
            return stream


def speaks(socket: Any) -> None:
    """Metadata, three pieces of audio, Flushed; then it waits for Close."""
    socket.send('{"type":"Metadata"}')
    assert json.loads(socket.recv())["type"] == "Speak"
    for _ in range(3):
        socket.send(bytes(100))
    socket.send('{"type":"Flushed"}')
    socket.recv()


async def test_audio_is_counted_and_its_ends_are_kept() -> None:
    sounds: list[bytes] = []

    async def lead(talk: Conversation) -> None:
        await talk.say('{"type":"Speak"}', last=True)
        assert await talk.until(has(talk, "Flushed"), 5.0)
        sounds.append(talk.sound)
        await talk.bye('{"type":"Close"}')
        await talk.until(lambda: talk.over, 5.0)

    stream = await talked(speaks, lead)
    assert [one.kind for one in stream.heard] == ["Metadata", "binary", "binary", "Flushed"]
    assert [one.text for one in stream.heard if one.kind == "binary"] == ["100 bytes", "300 bytes in 3 messages"]
    assert sounds == [bytes(300)]
    assert (stream.ending, stream.closed_by, stream.close_code) == (Ending.ANSWERED, "server", 1000)
    assert [phase.name for phase in stream.phases] == ["first_byte"]
    assert stream.audio_sent_at is not None
    assert stream.close_sent_at is not None
    assert stream.opened_at <= stream.audio_sent_at <= stream.close_sent_at <= stream.ended_at


async def test_a_talk_that_is_left_open_is_closed_by_us() -> None:
    codes: list[int | None] = []

    def waits(socket: Any) -> None:
        for _ in socket:
            pass
        codes.append(socket.close_code)

    async def lead(talk: Conversation) -> None:
        await talk.say("hello")

    stream = await talked(waits, lead)
    assert (stream.ending, stream.closed_by, codes) == (Ending.ANSWERED, "client", [1000])


async def test_a_server_that_says_nothing_does_not_hold_the_run() -> None:
    def silent(socket: Any) -> None:
        for _ in socket:
            pass

    async def lead(talk: Conversation) -> None:
        await talk.until(lambda: talk.over, 60.0)

    assert (await talked(silent, lead, limit=0.2)).ending is Ending.TIMED_OUT


async def test_an_end_in_the_middle_is_seen_while_something_is_awaited() -> None:
    def leaves(socket: Any) -> None:
        socket.recv()
        socket.close(1011, "NET-0000 so sorry")

    async def lead(talk: Conversation) -> None:
        await talk.say("hello")
        assert not await talk.until(has(talk, "Flushed"), 5.0)
        assert talk.over
        await talk.say("more, which nobody hears")

    stream = await talked(leaves, lead)
    assert (stream.close_code, stream.close_reason, stream.closed_by) == (1011, "NET-0000 so sorry", "server")
    assert stream.sent_messages == 1


async def test_a_connection_that_is_dropped_is_evidence() -> None:
    def drops(socket: Any) -> None:
        socket.recv()
        socket.socket.close()

    async def lead(talk: Conversation) -> None:
        await talk.say("hello")
        await talk.until(lambda: talk.over, 5.0)

    stream = await talked(drops, lead)
    assert stream.close_code is None
    assert stream.closed_by in ("fin", "reset")


async def test_the_words_of_a_turn_are_read_and_secrets_are_not_kept() -> None:
    def turns(socket: Any) -> None:
        for event in ("StartOfTurn", "EndOfTurn"):
            socket.send(json.dumps({"type": "TurnInfo", "event": event, "transcript": f"{event} sesame-9f3c"}))
        socket.recv()

    async def lead(talk: Conversation) -> None:
        await talk.until(lambda: any(one.is_final for one in talk.heard), 5.0)

    stream = await talked(turns, lead, secrets=("sesame-9f3c",))
    assert [(one.kind, one.is_final) for one in stream.heard] == [("TurnInfo", False), ("TurnInfo", True)]
    assert "sesame-9f3c" not in repr(stream)


async def test_a_flood_ends() -> None:
    def floods(socket: Any) -> None:
        for _ in range(30_000):
            socket.send("x")

    async def lead(talk: Conversation) -> None:
        await talk.until(lambda: talk.over, 30.0)

    assert (await talked(floods, lead, limit=30.0)).ending is Ending.TOO_MUCH
