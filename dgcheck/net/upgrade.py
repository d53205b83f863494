"""One WebSocket handshake, byte by byte, and the stream that follows it."""

from __future__ import annotations

import asyncio
import os
from binascii import b2a_base64

from dgcheck.model.asking import Ask
from dgcheck.model.evidence import Ending, Response, Upgrade
from dgcheck.net import manner
from dgcheck.net.connection import Connection
from dgcheck.net.network import Network
from dgcheck.net.question import Turn, connected, talk_for, turn, wire_fields

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455 §1.3


async def offer(network: Network, ask: Ask, *, check: str, purpose: str) -> tuple[Upgrade, Connection | None]:
    """Offer an upgrade; the open connection comes back with a valid 101, and is the caller's to close."""
    key = b2a_base64(os.urandom(16), newline=False).decode()
    extra = [
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", key),
    ]
    if ask.subprotocols:
        extra.append(("Sec-WebSocket-Protocol", ", ".join(ask.subprotocols)))
    question = turn(network, ask, check=check, purpose=purpose, extra=extra)
    network.requests += 1
    try:
        async with network.within(ask.limit):
            await _handshake(network, question)
    except TimeoutError:
        question.ending = Ending.TIMED_OUT
    except (OSError, EOFError):
        pass
    except asyncio.CancelledError:
        _record(network, question, key)
        _close(question)
        raise
    seen = _record(network, question, key)
    if seen.status == 101 and not seen.accept_problem and question.connection is not None:
        return seen, question.connection
    _close(question)
    return seen, None


def _close(question: Turn) -> None:
    if question.connection is not None:
        question.connection.close()


async def _handshake(network: Network, question: Turn) -> None:
    if not await connected(network, question, upgrade=True):
        return
    talk = talk_for(network, question)
    exact = question.ask.manner is not None
    await talk.send(talk.request_bytes("GET", question.target, question.headers, b"", exact=exact))
    await talk.listen()


def _record(network: Network, question: Turn, key: str) -> Upgrade:
    fields = wire_fields(network, question)
    fields["phases"] = tuple(
        type(phase)("upgrade", phase.start, phase.seconds) if phase.name == "first_byte" else phase
        for phase in fields["phases"]
    )
    talk = question.talk
    response = talk.response if talk else None
    ask, problem = question.ask, ""
    if response and response.status == 101:
        problem = accept_problem(response, key, ask.subprotocols, manner.extensions(ask))
    chosen = response.header("sec-websocket-protocol") if response else ""
    seen = Upgrade(
        **fields,
        offered=network.redactor.subprotocols(ask.subprotocols),
        chosen=network.redactor.text(chosen)[:200],
        accept_problem=network.redactor.text(problem)[:300],
    )
    network.record(seen)
    return seen


def _sha1(data: bytes) -> bytes:
    """The RFC's hash. From the small module where there is one: `hashlib` loads half of OpenSSL for it, and a system
    that forbids SHA-1 for signatures has none there."""
    try:
        from _sha1 import sha1  # type: ignore[import-not-found]
    except ImportError:
        from hashlib import sha1
    return bytes(sha1(data).digest())  # noqa: S324 - it is no secret


def accept_problem(response: Response, key: str, offered: tuple[str, ...], extensions: tuple[str, ...] = ()) -> str:
    """What is wrong with a 101, in the order of RFC 6455 §4.1; '' when nothing is."""
    expected = b2a_base64(_sha1(key.encode() + _GUID), newline=False).decode()
    connection = ",".join(value for name, value in response.headers if name.lower() == "connection")
    chosen = response.header("sec-websocket-protocol")
    if response.header("upgrade").lower() != "websocket":
        return f"the header Upgrade is {response.header('upgrade')!r}, not 'websocket'"
    if "upgrade" not in [part.strip().lower() for part in connection.split(",")]:
        return f"the header Connection is {connection!r}, not 'Upgrade'"
    if response.header("sec-websocket-accept").strip() != expected:
        given = response.header("sec-websocket-accept")
        return "the header Sec-WebSocket-Accept is " + (
            "missing" if not given else "not the answer to the key that was sent"
        )
    extension = response.header("sec-websocket-extensions")
    if response.version == "1.0":
        return "it came as HTTP/1.0, which has no upgrades"
    if extension and extension.partition(";")[0].strip() not in extensions:
        return f"it chose the extension {extension!r}, which was not offered"
    if chosen and chosen not in offered:
        return f"it chose the subprotocol {chosen!r}, which was not offered"
    return ""
