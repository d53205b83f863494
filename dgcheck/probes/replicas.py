"""Do all addresses, and repeated connections behind one address, agree and work?

Every other address is asked once; then the first one, each question on a connection of its own: the listing several
times side by side and nothing else meanwhile, so that a load balancer that deals connections out in turn gives it to
as many replicas; then speech in rounds, whose order turns.

Before all that, what one replica alone may have said or left unsaid is asked again: a page that got no answer, and a
listing without a speech model.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from time import monotonic

from dgcheck.model.asking import Ask, Asking, Probe, Say, Wanted
from dgcheck.model.case import Case
from dgcheck.model.evidence import Ending, Exchange, Seen, Stream, Upgrade, Wire
from dgcheck.model.record import dataclass, replace
from dgcheck.probes.ws_upgrade import question
from dgcheck.readings import doubted
from dgcheck.readings.answers import listens, works
from dgcheck.readings.for_speech import guessed
from dgcheck.wire.listen import PATH, rest_query
from dgcheck.wire.replay import speech_for, transcribes

ROUNDS = 4  # of speech
LISTINGS = 6  # cheap, and a load balancer that chooses at random may choose the same one several times
SPARE = 8  # requests left to the experiments
AT_ONCE = 4  # questions side by side
LIMIT = 6.0  # seconds for one question, where the same did not take longer before
MOST_ADDRESSES = 8
SHORT_AUDIO = 4.0  # seconds; longer audio is not streamed again
SMALL_BODY = 256 * 1024  # bytes; a larger file is posted once more and not four times
DOUBTED = 3  # times that a doubtful answer is asked for again, side by side
DOUBTED_LIMIT = 5.0  # seconds for that
SHARE = 0.6  # of the run's time, after which no further round is begun


@dataclass(frozen=True, slots=True)
class Question:
    """One question to one address ('' = the one that the other checks used)."""

    kind: str  # status, engine, listing, post or upgrade
    address: str = ""


def kinds(case: Case) -> tuple[str, ...]:
    """What is worth asking again: what was answered, or failed in a way that another replica might not.

    A request that was refused (4xx) would be refused by each of them for the same reason, unless its models differ,
    which the listing tells; without a listing the POST is repeated.
    """
    found = []
    listing = case.last(Exchange, "models")
    has_listing = listing is not None and listing.listing is not None
    if has_listing:
        found.append("listing")
    for kind, asked in (("post", case.rest), ("upgrade", case.upgrade)):
        if asked is None:
            continue
        refused = asked.status is not None and 400 <= asked.status < 500
        if not refused or (kind == "post" and not has_listing and asked.status == 400):
            found.append(kind)
    return tuple(found)


def slowest(case: Case) -> float:
    """Seconds that the slowest question for speech took which was served."""
    asked = [seen for seen in listens(case) if works(seen)]
    streams = [seen for seen in case.of(Stream, "ws.stream") if seen.ending is Ending.ANSWERED]
    return max((sum(one.seconds for one in seen.phases) for seen in (*asked, *streams)), default=0.0)


def rounds(case: Case) -> int:
    """How often to ask: fewer times where the answers are slow, once what was refused."""
    if kinds(case) == ("post",) and case.rest is not None and case.rest.status == 400:
        return 1
    took = slowest(case)
    return ROUNDS if took < 1.0 else 2 if took < 3.0 else 1


def plan(case: Case, left: int) -> Iterator[tuple[Question, ...]]:
    """What to ask, in batches that may be asked side by side; never more than `left` questions.

    The other addresses come first, each asked once; then listings, and rounds of speech, to the first address.
    """
    again = kinds(case)
    if not again or left <= 0:
        return
    main = next((seen.address for seen in listens(case) if seen.address), "")
    others = [one for one in case.open_addresses if one != main][:MOST_ADDRESSES] if not _proxied(case) else []
    first = case.last(Exchange, "status")
    each = (*again, *(("status",) if first is not None and first.status == 200 else ()))
    room = max(0, left - len(again)) // max(1, len(others))
    asked_of_others = [Question(kind, address) for address in others for kind in each[: max(1, room)]][:left]
    for start in range(0, len(asked_of_others), AT_ONCE):
        yield tuple(asked_of_others[start : start + AT_ONCE])
    yield from _of_first(case, again, main if others else "", left - len(asked_of_others))


def _of_first(case: Case, again: tuple[str, ...], address: str, left: int) -> Iterator[tuple[Question, ...]]:
    """The listing by itself, then rounds of speech; where not all fits, each gets its half."""
    spoken = tuple(kind for kind in again if kind != "listing")
    listings = min(LISTINGS, left // 2 if spoken else left) if "listing" in again else 0
    for start in range(0, listings, AT_ONCE):
        yield (Question("listing", address),) * min(AT_ONCE, listings - start)
    for number in range(min(rounds(case), (left - listings) // len(spoken)) if spoken else 0):
        turn = number % len(spoken)
        yield tuple(Question(kind, address) for kind in (*spoken[turn:], *spoken[:turn]))


def _proxied(case: Case) -> bool:
    """Behind a forward proxy the addresses are the proxy's, and nothing can be pinned."""
    return case.settings.proxy is not None


def pointless(case: Case) -> bool:
    """Nothing can be compared: nobody asked for speech, or all of it failed and there is no other address to ask."""
    asked = listens(case)
    if not asked or all(seen.status == 429 for seen in asked):
        return True
    if guessed(case) and not any(works(seen) for seen in asked):
        return True  # a model that dgcheck itself guessed was refused: nothing was tested yet
    alone = len(case.open_addresses) < 2 or _proxied(case)
    refused = [seen for seen in asked if seen.status is not None and seen.status < 500]
    opened = any(seen.status == 101 for seen in case.of(Upgrade, "ws.upgrade"))
    return alone and not opened and not any(works(seen) for seen in asked) and not refused


def doubts(case: Case, left: int) -> Iterator[tuple[Question, ...]]:
    """What is asked again before anything else, because one replica alone may have said it or kept silent."""
    silent = doubted.silent(case)
    for kind in (silent,) if silent else doubted.empty_handed(case) or doubted.belied(case):
        if left >= DOUBTED:
            left -= DOUBTED
            yield (Question(kind),) * (DOUBTED if kind != "post" else 1)


async def ask(asking: Asking) -> None:
    """What is in doubt; then the batches of `plan`, one after the other, until something says that it is enough."""
    wanted = next(iter(await asking.wanted()), None)
    for batch in doubts(asking.case, asking.requests_left() - SPARE):
        if wanted is not None or not {one.kind for one in batch} & {"post", "upgrade"}:
            await _side_by_side(asking, batch, wanted, DOUBTED_LIMIT)
        enough_left = asking.requests_left() - SPARE >= DOUBTED
        if batch[0].kind == "listing" and enough_left and doubted.filled_since(asking.case):
            await _side_by_side(asking, batch, wanted, DOUBTED_LIMIT)
    if pointless(asking.case) or (wanted is None and not asking.target.replay):
        return
    if asking.target.replay:
        # The same speech as the other checks sent: in the form that the request itself declares.
        audio = speech_for(asking.audio, asking.target.replay) if transcribes(asking.target.replay) else None
        if audio is None:
            return
        asking = replace(asking, audio=audio)
    begun = monotonic() - _elapsed(asking.case)
    seen: list[Seen] = []
    posts, limit = 0, max(LIMIT, 2 * slowest(asking.case) + 1.0)
    for batch in plan(asking.case, asking.requests_left() - SPARE):
        if enough(seen) or monotonic() - begun > SHARE * asking.settings.timeout:
            return
        if posts and len(asking.audio.data) > SMALL_BODY:
            batch = tuple(one for one in batch if one.kind != "post")
        posts += sum(one.kind == "post" for one in batch)
        seen.extend(await _side_by_side(asking, batch, wanted, limit))


async def _side_by_side(
    asking: Asking, batch: Sequence[Question], wanted: Wanted | None, limit: float
) -> tuple[Seen, ...]:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_put(asking, one, wanted, limit)) for one in batch]
    return tuple(one for task in tasks for one in task.result())


def enough(seen: Sequence[Seen]) -> bool:
    """Whether to stop: a limit was met (429), or the answers show an overload (503) or a silence more than once."""
    statuses = [one.status for one in seen if isinstance(one, Wire)]
    silences = sum(one.ending is Ending.TIMED_OUT for one in seen)
    return 429 in statuses or statuses.count(503) > 1 or silences > 1


def _elapsed(case: Case) -> float:
    """Seconds since the start of the run at which the last thing was seen to end."""
    return max((one.ended_at for one in case.evidence if isinstance(one, Wire | Stream)), default=0.0)


async def _put(asking: Asking, asked: Question, wanted: Wanted | None, limit: float) -> tuple[Seen, ...]:
    if asked.kind == "upgrade":
        offer = replace(question(asking, wanted), address=asked.address, limit=limit)
        if not asking.audio.streamable or asking.audio.seconds > SHORT_AUDIO:
            return (await asking.net.upgrade(offer),)
        upgrade, stream = await asking.net.stream(offer, Say(audio=asking.audio, close="at_once", limit=limit))
        return (upgrade, stream) if stream is not None else (upgrade,)
    if asked.kind == "post":
        return (await asking.net.exchange(replace(_post(asking, wanted), address=asked.address, limit=limit)),)
    path = next(path for path, kind in doubted.PAGES.items() if kind == asked.kind)
    return (await asking.net.exchange(Ask(path=path, address=asked.address, limit=limit)),)


def _post(asking: Asking, wanted: Wanted | None) -> Ask:
    """The POST of the `rest` check once more."""
    audio, replay = asking.audio, asking.target.replay
    query = rest_query(asking.settings, audio, wanted.name, wanted.language) if wanted and not replay else ()
    return Ask(
        path=replay or PATH,
        whole=bool(replay),
        query=query,
        method="POST",
        headers=(("Content-Type", audio.content_type),),
        body=audio.data,
        keep=65536,
    )


PROBE = Probe(
    id="replicas",
    title="all replicas agree and work",
    asks="do all addresses, and repeated connections behind one address, agree and work?",
    ask=ask,
    after=("tcp", "status", "models", "rest", "ws.upgrade", "ws.stream"),
    profile="standard",
    order=11,
)
