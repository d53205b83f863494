"""A fleet over several processes: each runs a share, and what becomes of it comes back to the one that prints.

Python keeps one processor busy in a process, and a run costs it some ten times what it costs the server: hundreds of
them are bound by it, whatever the network does.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import sys
import threading
from collections.abc import Callable, Sequence
from functools import partial
from time import monotonic
from typing import Any
from zlib import crc32

from dgcheck import engine
from dgcheck.fleet.at_work import Leave
from dgcheck.fleet.ending import Ending, Keep
from dgcheck.fleet.hand import Hand
from dgcheck.fleet.member import Member
from dgcheck.fleet.processors import places, processors
from dgcheck.fleet.result import from_plain, unfinished
from dgcheck.fleet.running import FEWEST, Fleet
from dgcheck.fleet.trusts import Trusts
from dgcheck.model.errors import Elsewhere
from dgcheck.model.hastened import hasten
from dgcheck.model.record import replace
from dgcheck.net.crowd import MOST

MOST_HANDS = FEWEST  # each needs memory of its own; above, the network or the deployments are the bottleneck
PATIENCE = 5.0  # seconds that a process may take to end, once it is to
WORTH = 20  # targets for each process at least: to begin one takes as long as some runs


def hands(members: int, concurrency: int) -> int:
    """How many processes are worth it here for so many members, of which so many run at once."""
    if sys.platform != "linux" or threading.active_count() > 1:  # elsewhere, and beside threads, fork is not safe
        return 1
    return max(1, min(processors(), MOST_HANDS, members // WORTH, concurrency // FEWEST))


def dealt(members: Sequence[Member], count: int) -> list[list[Member]]:
    """Shares as large as one another, each in the order of the file.

    By a hash of the name: in files every second target is often of one kind, and those that are down take longest.
    """
    ranked = sorted(members, key=lambda one: crc32(one.name.encode("utf-8", "replace")))
    hand_of = {one.name: place % count for place, one in enumerate(ranked)}
    return [[one for one in members if hand_of[one.name] == place] for place in range(count)]


def begin(
    members: Sequence[Member],
    keep: Keep,
    ended: Callable[[Ending], None],
    *,
    concurrency: int,
    until: float | None,
    watched: bool,
    leave: Leave,
) -> Fleet | Crew:
    """A fleet in this process, or in several where that is worth it. Called where no event loop is yet.

    `watched` tells that somebody looks at what is `running`; `leave` ends a process and does nothing else.
    """
    if len(members) > WORTH:
        _ready(members)
    count = hands(len(members), concurrency)
    if count > 1:
        with contextlib.suppress(OSError):  # this machine, or its container, has no room for further processes
            return Crew(
                *(members, keep, ended),
                concurrency=concurrency,
                until=until,
                count=count,
                watched=watched,
                leave=leave,
            )
    return Fleet(members, keep, lambda _, ending: ended(ending), concurrency=concurrency, until=until)


class Crew:
    """Runs every member once, as `Fleet` does, in `count` processes that are begun at once.

    `keep` is called in them, `ended` in this one. Where a process dies, what it had not told is unfinished. Raises
    OSError where they cannot all be had; then nobody was asked anything.
    """

    def __init__(
        self,
        members: Sequence[Member],
        keep: Keep,
        ended: Callable[[Ending], None],
        *,
        concurrency: int,
        until: float | None,
        count: int,
        watched: bool,
        leave: Leave,
    ) -> None:
        self.running: set[str] = set()
        self._ended = ended
        self._until = until
        self._why = ""
        self._hands: list[Hand] = []
        self._late: Callable[[float], object] | None = None  # ends in so many seconds what has not ended by then
        trusts = Trusts()
        trusts.prepare(members)
        try:
            stays = places(count) if sys.platform == "linux" else (frozenset[int](),) * count
            for place, share in enumerate(dealt(members, count)):
                make = partial(
                    Fleet,
                    share,
                    keep=keep,
                    concurrency=concurrency // count + (place < concurrency % count),
                    until=until,
                    trusts=trusts,
                    fewest=FEWEST // count,
                    look_ups=MOST // count,
                )
                self._hands.append(Hand(make, share, self._hands, stays=stays[place], watched=watched, leave=leave))
        except OSError:
            for hand in self._hands:
                hand.dismiss()
            raise
        for hand in self._hands:
            hand.go()

    @property
    def stopped(self) -> str:
        """Why it was ended early; '' where it was not."""
        return self._why

    def stop(self, why: str) -> None:
        """End every run now; `why` is the reason that is given for what is not finished."""
        if not self._why:
            self._why = why
            for hand in self._hands:
                hand.end(why)
            if self._late is not None:
                self._late(PATIENCE)

    async def all(self) -> None:
        """Wait for all of them. Raises Elsewhere where one of them met a bug of dgcheck."""
        loop = asyncio.get_running_loop()
        over: asyncio.Future[None] = loop.create_future()
        for hand in self._hands:
            loop.add_reader(hand.ear, self._listen, hand, over)
        self._late = lambda seconds: loop.call_later(seconds, self._kill)
        if self._why:
            self._late(PATIENCE)
        elif self._until is not None:
            self._late(self._until - monotonic() + PATIENCE)
        try:
            await over
        finally:
            for hand in self._hands:
                loop.remove_reader(hand.ear)
                hand.dismiss()

    def _listen(self, hand: Hand, over: asyncio.Future[None]) -> None:
        try:
            for told in hand.heard():
                self._take(hand, told)
            if hand.gone:
                asyncio.get_running_loop().remove_reader(hand.ear)
                self._left_by(hand)
            if all(one.gone for one in self._hands) and not over.done():
                over.set_result(None)
        except Exception as error:  # noqa: BLE001 - it ends the waiting, as an error in one process does
            if not over.done():
                over.set_exception(error)

    def _take(self, hand: Hand, told: dict[str, Any]) -> None:
        if "failed" in told:
            raise Elsewhere(told["failed"])
        if "begun" in told:
            self.running.add(told["begun"])
            return
        member = hand.share.pop(told["name"])
        result = replace(from_plain(told["ended"]), name=member.name, url=member.url, report=told["report"])
        self.running.discard(member.name)
        self._ended(Ending(result, told["complaint"], told["problem"]))

    def _kill(self) -> None:
        """End what has not ended by itself, long after its time: a process that was stopped, or hangs.

        Not one that still tells, which may take as long as our own reader takes.
        """
        for hand in self._hands:
            if monotonic() - hand.heard_at > PATIENCE:
                hand.kill()
        if self._late is not None and not all(hand.gone for hand in self._hands):
            self._late(PATIENCE)

    def _left_by(self, hand: Hand) -> None:
        """A process has ended: what it had not told is unfinished."""
        why = hand.dismiss()
        for member in hand.share.values():
            self.running.discard(member.name)
            self._ended(Ending(unfinished(member.name, member.url, f"Not finished: {why}.")))
        hand.share.clear()


def _ready(members: Sequence[Member]) -> None:
    """Do once what each process would have to do: load modules, and leave the collector nothing to write to."""
    for member in members:
        if member.target is not None:
            engine.prepare(member.settings, member.target)
            break
    hasten()
    gc.freeze()
