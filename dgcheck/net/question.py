"""One HTTP question on its way: its words, its connection, its answer, and all of that as evidence."""

from __future__ import annotations

import asyncio
from binascii import b2a_base64
from time import monotonic, time
from typing import Any

from dgcheck.model.asking import GUESS, Ask
from dgcheck.model.evidence import Ending, Exchange, Listing, Phase, Request, Response
from dgcheck.model.record import dataclass, replace
from dgcheck.net import kept, manner
from dgcheck.net.connection import Connection
from dgcheck.net.network import Network, NotConnected, ProxyRefused
from dgcheck.net.talk import Talk, raw_text
from dgcheck.wire import httpdate
from dgcheck.wire.url import query_of, with_query

SOUND = 1 << 20  # a quarter of the bytes of an audio that are read: 40 s of 48 kHz
LISTING = 1 << 19  # characters of a listing that are read: two thousand models with all that is known of them


KEPT_READY = 1.0  # seconds for which a server is trusted to keep a connection that says nothing


@dataclass(slots=True)
class Turn:
    """One question on its way: what to ask and in which words; the rest is filled in as it is learnt."""

    ask: Ask
    check: str
    purpose: str
    scheme: str
    target: str
    headers: list[tuple[str, str]]
    with_key: bool
    connection: Connection | None = None
    response: Response | None = None
    proxy_response: Response | None = None
    talk: Talk | None = None
    rests_on: tuple[str, ...] = ()
    reached: str = "connect"
    ending: Ending = Ending.CUT_SHORT
    problem: str = ""
    new_connection: bool = True
    found: asyncio.Future[Exchange] | None = None


def turn(network: Network, ask: Ask, *, check: str, purpose: str, extra: list[tuple[str, str]] | None = None) -> Turn:
    """The question in HTTP's words: request target, headers, and whether a key goes along."""
    target = network.target
    scheme = ask.scheme or target.scheme
    path = ask.path if ask.whole else target.prefix + ask.path
    line = with_query(path, ask.query) if ask.query else path
    with_key = _key_goes(network, ask, scheme)
    authority = _authority(network, ask, scheme)
    if ask.manner is not None:
        return _in_manner(network, ask, extra, Turn(ask, check, purpose, scheme, line, [("Host", authority)], False))
    headers = [("Host", authority), ("User-Agent", network.agent)]
    if extra is None:
        headers += [("Accept", "application/json, */*"), ("Accept-Encoding", "gzip, deflate")]
    if with_key and network.settings.api_key:
        headers.append(("Authorization", f"Token {network.settings.api_key.secret.reveal()}"))
    elif target.userinfo and _may_carry(network, ask, scheme):
        pair = b2a_base64(target.userinfo.reveal().encode(), newline=False).decode()
        headers.append(("Authorization", f"Basic {pair}"))
    if _may_carry(network, ask, scheme) and not ask.bare:
        headers += [(name, secret.reveal()) for name, secret in network.settings.headers]
    headers += list(ask.headers) + (extra or [])
    return Turn(ask, check, purpose, scheme, line, headers, with_key)


def _in_manner(network: Network, ask: Ask, extra: list[tuple[str, str]] | None, plain: Turn) -> Turn:
    """The question as an SDK puts it. The key goes along as the rule of the key has it, else a stand-in does."""
    key, authority = network.settings.api_key, plain.headers[0][1]
    secret = key.secret.reveal() if key is not None and _key_goes(network, ask, plain.scheme) else ""
    words = manner.headers(network, ask, authority, extra, secret=secret)
    return replace(plain, ask=manner.with_key(ask, secret), headers=words, with_key=bool(secret))


def _may_carry(network: Network, ask: Ask, scheme: str) -> bool:
    """Whether what is secret may go along: as the URL says, and to somebody who was verified or may stay unverified."""
    unverified = ask.trust == "none" and not network.settings.insecure
    return scheme == network.target.scheme and not unverified


def _key_goes(network: Network, ask: Ask, scheme: str) -> bool:
    key = network.settings.api_key
    if key is None or not key.secret.reveal().strip() or not _sendable(key.secret.reveal()):
        return False
    if not _may_carry(network, ask, scheme):
        return False
    if ask.with_key is not None:
        return ask.with_key
    return key.ours or network.key_wanted


def _sendable(value: str) -> bool:
    return value.isascii() and not any(char in value for char in "\r\n\0")


async def connection_for(network: Network, turn: Turn, *, upgrade: bool = False) -> Connection:
    """A connection on which the question can be put; raises NotConnected or ProxyRefused."""
    ask, proxy = turn.ask, network.settings.proxy
    if network.no_tls and turn.scheme == "https" and not turn.purpose and ask.manner is None:
        raise NotConnected((network.no_tls,), "handshake")
    lent = _lent(network, turn)
    if lent is not None:
        return lent
    through = proxy if proxy and not ask.direct else None
    if ask.direct and proxy:
        made = await _direct(network, turn)
    elif ask.port and ask.port != network.target.port and not through:
        made = await _other_port(network, turn)
    else:
        other = ask.scheme not in ("", network.target.scheme) or ask.manner is not None or ask.fresh
        made = await network.connect(ask.address, fresh=turn.purpose not in ("", GUESS) or other)
    turn.connection = made
    if through and through.tls:
        raise ProxyRefused(None, Ending.FAILED, "a proxy that is itself asked over https is not supported")
    if through and (turn.scheme == "https" or upgrade):
        from dgcheck.net.tunnel import tunnel

        turn.reached = "proxy"
        turn.proxy_response = await tunnel(network, made, network.target.host, ask.port or network.target.port)
    if turn.scheme == "https":
        from dgcheck.net.secure import secured

        turn.reached = "handshake"
        await secured(network, made, check=turn.check, purpose=turn.purpose, trust=ask.trust)
    elif not upgrade:
        for_proxy(network, turn)
    return made


def _lent(network: Network, turn: Turn) -> Connection | None:
    """The connection that a lane has lent for such a question; None where there is none, or it has waited too long."""
    ask, lent = turn.ask, network.lent
    special = ask.address or ask.trust or ask.direct or ask.fresh or ask.manner is not None
    if turn.purpose or turn.scheme != "https" or special or lent is None:
        return None
    network.lent = None
    if monotonic() - lent.arrived < KEPT_READY:
        turn.connection = lent
    else:
        lent.close()
    return turn.connection


def for_proxy(network: Network, turn: Turn) -> None:
    """Word the question for the forward proxy that gets it outside a tunnel (RFC 9112 §3.2.2), once.

    Every question on a kept connection to a proxy needs it, not only the one that opened the connection.
    """
    proxy = network.settings.proxy
    if proxy is None or turn.ask.direct or turn.scheme == "https" or turn.target.startswith("http://"):
        return
    turn.target = f"http://{_authority(network, turn.ask, turn.scheme)}{turn.target}"
    if proxy.user or proxy.password:
        pair = f"{proxy.user}:{proxy.password.reveal() if proxy.password else ''}"
        turn.headers.append(("Proxy-Authorization", "Basic " + b2a_base64(pair.encode(), newline=False).decode()))


def _authority(network: Network, ask: Ask, scheme: str) -> str:
    """Host and port as they are named. The port is, also where it is the other scheme's default: a plain question to
    port 443, say."""
    target = network.target
    asked = (
        target
        if scheme == target.scheme and not ask.port
        else replace(target, scheme=scheme, port=ask.port or target.port)
    )
    return asked.authority


async def _other_port(network: Network, turn: Turn) -> Connection:
    """A connection to another port of the address that the checks use."""
    if not network.pinned:
        raise NotConnected(())
    return await network.dial_now(network.pinned, turn.ask.port, check=turn.check)


async def _direct(network: Network, turn: Turn) -> Connection:
    target = network.target
    begun = monotonic()
    try:
        async with asyncio.timeout(5):
            answers = await asyncio.get_running_loop().getaddrinfo(target.host.encode(), target.port, type=1)
    except (OSError, TimeoutError):
        raise NotConnected(()) from None
    made = await network.dial_now(str(answers[0][4][0]), turn.ask.port or target.port)
    made.phases = (network.phase("resolve", begun, begun + 0.0), *made.phases)
    return made


async def connected(network: Network, question: Turn, *, upgrade: bool = False) -> bool:
    """Whether the question has a connection now; if not, why not stands in it."""
    try:
        question.connection = await connection_for(network, question, upgrade=upgrade)
    except NotConnected as error:
        question.ending, question.rests_on, question.reached = Ending.NOT_CONNECTED, error.seen, error.reached
        return False
    except ProxyRefused as error:
        question.proxy_response, question.reached = error.response, "proxy"
        question.ending, question.problem = Ending.NOT_CONNECTED, error.problem
        return False
    return True


def talk_for(network: Network, question: Turn) -> Talk:
    """A talk for the question on its connection."""
    assert question.connection is not None
    keep = LISTING if question.ask.path.endswith("/v1/models") else max(question.ask.keep, 65536)
    keep = SOUND if question.ask.take is not None else keep
    question.new_connection = question.connection.used == 0
    question.talk = Talk(question.connection, network.began, keep=keep)
    return question.talk


async def converse(talk: Talk, data: bytes, body: bytes) -> None:
    """Send and listen; a large body goes out while we already listen, for a server may refuse it early."""
    if len(data) <= 65536:
        await talk.send(data, len(body))
        await talk.listen()
        return
    sending = asyncio.ensure_future(_send_slowly(talk, data, len(body)))
    try:
        await talk.listen()
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)


async def _send_slowly(talk: Talk, data: bytes, body_length: int) -> None:
    begun, head = monotonic(), len(data) - body_length
    for start in range(0, len(data), 65536):
        await talk.connection.write(data[start : start + 65536])
        talk.body_sent = max(0, min(start + 65536, len(data)) - head)
    talk.sent(begun)


def stale(question: Turn) -> bool:
    """Whether the server had closed a connection that was kept, as it may between two questions: it is asked again."""
    talk, kept = question.talk, not question.new_connection
    return kept and talk is not None and talk.silent and talk.ending in (Ending.CLOSED, Ending.RESET)


def record(network: Network, question: Turn) -> Exchange:
    """What became of the question, as evidence."""
    seen = Exchange(**wire_fields(network, question), listing=_listing(network, question))
    network.record(seen)
    return seen


def _listing(network: Network, question: Turn) -> Listing | None:
    talk = question.talk
    if (
        talk is None
        or talk.response is None
        or talk.response.status != 200
        or not question.ask.path.endswith("/v1/models")
    ):
        return None
    return kept.listing_of(talk, network.redactor)


def wire_fields(network: Network, question: Turn) -> dict[str, Any]:
    """The fields of `Wire` that a question has filled."""
    talk, connection, redactor = question.talk, question.connection, network.redactor
    response: Response | None = None
    phases: tuple[Phase, ...] = ()
    ending, problem = question.ending, question.problem
    if connection is not None and question.new_connection:
        phases = connection.phases
    if talk is not None:
        timed_out = ending is Ending.TIMED_OUT
        ending, problem = (ending if timed_out else talk.ending), talk.problem
        phases += tuple(talk.phases)
        if talk.response is not None:
            response = kept.response(network, question.ask, talk, talk.response)
    proxy = network.settings.proxy if not question.ask.direct else None
    request = Request(
        method=question.ask.method,
        target=redactor.url(question.target),
        headers=kept.own_headers(network, question.headers),
        query=redactor.pairs(query_of(question.target)),
        body_bytes=len(question.ask.body) + question.ask.more,
        body_sent=talk.body_sent if talk else 0,
        with_key=question.with_key,
    )
    return {
        "id": network.next_id(),
        "check": question.check,
        "purpose": question.purpose,
        "ending": ending,
        "problem": redactor.beginning(problem, kept.PROBLEM, whole=False),
        "phases": phases,
        "url": redactor.url(_url(network, question)),
        "request": request,
        "response": response,
        "address": connection.address if connection else "",
        "port": connection.port if connection else 0,
        "tls": question.scheme == "https",
        "trust": question.ask.trust or network.trust.default,
        "via_proxy": proxy.shown if proxy else "",
        "proxy_response": question.proxy_response,
        "new_connection": question.new_connection,
        "raw": redactor.beginning(raw_text(talk), kept.RAW, whole=False) if talk else "",
        "bytes_in": connection.bytes_in - talk.bytes_before if connection and talk else 0,
        "rests_on": question.rests_on,
        "server_time": _server_time(response),
        "local_time": talk.local_time if talk and talk.local_time else time(),
        "reached": talk.reached if talk else question.reached,
        "ended_at": network.at(monotonic()),
    }


def _url(network: Network, question: Turn) -> str:
    if question.target.startswith(("http://", "https://")):
        return question.target
    return f"{question.scheme}://{_authority(network, question.ask, question.scheme)}{question.target}"


def _server_time(response: Response | None) -> float | None:
    return httpdate.read(response.header("date")) if response else None
