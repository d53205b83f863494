"""`--repeat N`: the cheap checks once more and once more, each question on a new connection, one after the other.

One at a time, so that the order tells something: a balancer that deals connections out in turn sends every third one to
the same replica. The order turns from round to round, so that no check meets the same replica each time. Outside the
budget of a run: somebody asked for it.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Mapping
from time import monotonic

from dgcheck.model.asking import REPEAT, Ask, Asking, Say
from dgcheck.model.case import Case
from dgcheck.model.evidence import Ending, Exchange, Lookup, Upgrade, Wire
from dgcheck.model.record import replace
from dgcheck.net.network import Network
from dgcheck.net.view import View

LIMIT = 8.0  # seconds for one question
LONGEST_AUDIO = 4.0  # seconds; longer audio is not sent again and again
LARGEST_BODY = 256 * 1024
REFUSALS = 3  # answers 4xx in a row, after which a question is not put again: they count in the deployment's health
SILENCES = 3  # questions in a row that nobody answered, after which nothing more is asked

USUAL, A_ROUND = 0.5, 6.0  # seconds that one more round of questions takes, usually and at most


def most(times: int) -> float:
    """Seconds that the repetitions take at most; where they would take longer there are fewer of them."""
    return A_ROUND * (times - 1)


Repeats = Callable[[str], Awaitable[object]]  # puts the question once more, to that address


def questions(network: Network, asking: Asking) -> Mapping[str, Repeats]:
    """The questions of this run that may be put again, by check, as they were put the first time."""
    case, found = asking.case, dict[str, Repeats]()
    if case.lookup is not None and not case.lookup.literal and not case.lookup.pinned and not asking.settings.proxy:
        found["dns"] = lambda _: _look_up(network)
    if case.dials:
        found["tcp"] = lambda address: View(network, "tcp", REPEAT).dial(address)
    if case.handshake is not None:
        found["tls"] = lambda address: View(network, "tls", REPEAT).handshake(address=address)
    for check in ("status", "engine", "models", "rest"):
        seen = case.first(Exchange, check)
        small = check != "rest" or len(asking.audio.data) <= LARGEST_BODY
        if seen is not None and small:
            found[check] = _exchange(network, seen, asking)
    upgraded = next((seen for seen in case.of(Upgrade, "ws.upgrade") if not seen.offered), None)
    if upgraded is not None:
        found["ws.stream" if _streams(case, asking) else "ws.upgrade"] = _upgrade(network, upgraded, asking)
    return found


def _streams(case: Case, asking: Asking) -> bool:
    return bool(case.streams) and asking.audio.streamable and asking.audio.seconds <= LONGEST_AUDIO


def _again(seen: Wire, asking: Asking) -> Ask:
    """The question as it stands in the evidence."""
    posted = seen.request.method == "POST"
    return Ask(
        path=seen.request.path,
        whole=True,
        query=seen.request.query,
        method=seen.request.method,
        headers=(("Content-Type", asking.audio.content_type),) if posted else (),
        body=asking.audio.data if posted else b"",
        limit=LIMIT,
        keep=65536,
    )


def _exchange(network: Network, seen: Exchange, asking: Asking) -> Repeats:
    ask = _again(seen, asking)
    return lambda address: View(network, seen.check, REPEAT).exchange(replace(ask, address=address))


def _upgrade(network: Network, seen: Upgrade, asking: Asking) -> Repeats:
    ask = _again(seen, asking)
    if _streams(asking.case, asking):
        say = Say(audio=asking.audio, close="at_once", limit=LIMIT)
        return lambda address: View(network, "ws.stream", REPEAT).stream(replace(ask, address=address), say)
    return lambda address: View(network, "ws.upgrade", REPEAT).upgrade(replace(ask, address=address))


async def again(
    network: Network, asking: Asking, times: int, *, until: float, tell: Callable[[str, str], None]
) -> None:
    """Put every cheap question `times` - 1 times more, until that monotonic moment at the latest.

    Ends early where nobody answers any more, or the deployment says that it is too much (429).
    """
    case, asked = asking.case, network.requests
    every = list(questions(network, asking).items())
    addresses = () if asking.settings.proxy else case.open_addresses
    silent = 0
    for number in range(1, times):
        turn = number % max(1, len(every))
        address = addresses[number % len(addresses)] if len(addresses) > 1 else ""
        for check, put in every[turn:] + every[:turn]:
            if monotonic() >= until or silent >= SILENCES or _too_much(case):
                network.requests = asked
                return
            if _refused(case, check):
                continue
            tell(check, f"try {number + 1} of {times}")
            before = len(case.evidence)
            await put(address or (addresses[0] if check == "tcp" and addresses else ""))
            silent = silent + 1 if _unanswered(case, before) else 0
            tell(check, "ended")
    network.requests = asked


def _unanswered(case: Case, before: int) -> bool:
    new = case.evidence[before:]
    return bool(new) and all(seen.ending is Ending.TIMED_OUT for seen in new)


def _refused(case: Case, check: str) -> bool:
    """Whether the last answers to this question were all a refusal."""
    found = [seen.status or 0 for purpose in ("", REPEAT) for seen in case.of(Wire, check, purpose)]
    return len(found) >= REFUSALS and all(400 <= status < 500 for status in found[-REFUSALS:])


def _too_much(case: Case) -> bool:
    last = case.evidence[-1] if case.evidence else None
    return isinstance(last, Wire) and last.status == 429 and last.purpose == REPEAT


async def _look_up(network: Network) -> None:
    """Ask the system's resolver once more, in a thread that nobody waits for when it hangs."""
    loop = asyncio.get_running_loop()
    found: asyncio.Future[tuple[tuple[str, ...], str]] = loop.create_future()
    host, port, begun = network.start.host, network.start.port, monotonic()

    def settle(addresses: tuple[str, ...], error: str) -> None:
        if not found.done():
            found.set_result((addresses, error))

    def work() -> None:
        try:
            answers = socket.getaddrinfo(host.encode("idna") if not host.isascii() else host.encode(), port, type=1)
            result = tuple(dict.fromkeys(str(answer[4][0]) for answer in answers)), ""
        except OSError as error:
            result = (), getattr(error, "strerror", None) or str(error)
        try:
            loop.call_soon_threadsafe(settle, *result)
        except RuntimeError:
            pass  # the run is over

    threading.Thread(target=work, name="look-up", daemon=True).start()
    ending, error = Ending.TIMED_OUT, ""
    addresses: tuple[str, ...] = ()
    try:
        async with asyncio.timeout(LIMIT):
            addresses, error = await found
        ending = Ending.ANSWERED if addresses else Ending.FAILED
    except TimeoutError:
        pass
    network.record(
        Lookup(
            id=network.next_id(),
            check="dns",
            purpose=REPEAT,
            ending=ending,
            problem=network.redactor.text(error),
            phases=(network.phase("resolve", begun, monotonic()),),
            name=host,
            addresses=addresses,
        )
    )
