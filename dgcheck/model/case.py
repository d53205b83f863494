"""A case: all that one run saw, and the questions that rules and probes ask of it.

It only selects and counts; what a thing means is for `dgcheck.rules`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from operator import is_
from typing import Any, TypeVar

from dgcheck.model.evidence import (
    Configured,
    Dial,
    Ending,
    Exchange,
    Handshake,
    Listing,
    Lookup,
    Seen,
    Stream,
    Surroundings,
    Upgrade,
    Wire,
)
from dgcheck.model.record import dataclass, field
from dgcheck.model.target import Settings, Target

Kind = TypeVar("Kind", bound=Seen)
Found = TypeVar("Found")
AS_SDK = "sdk"  # the check that asks as an SDK asks


@dataclass(slots=True)
class Case:
    """The evidence of a run in the order it was recorded, with the target and the settings it was asked under.

    It grows while the run goes on; rules get it when nothing is added any more. `model` is the model asked for,
    '' when none; `chosen` tells that dgcheck took it from the listing. `now` is epoch seconds at the start.
    """

    target: Target | None
    settings: Settings
    evidence: list[Seen] = field(default_factory=list)
    model: str = ""
    chosen: bool = False
    words: str = ""  # what is said in the audio, '' when unknown
    audio_language: str = "en"
    now: float = 0.0
    out_of_time: tuple[str, ...] = ()  # checks that the deadline or an interruption kept from ending
    ran: tuple[str, ...] = ()  # checks that were started
    skipped: Mapping[str, str] = field(default_factory=dict)  # check -> why it was not started
    models: tuple[str, ...] = ()  # every model that was asked for; `model` is the first
    bugs: Mapping[str, str] = field(default_factory=dict)  # check -> what went wrong inside dgcheck
    _selected: dict[object, Any] | None = field(default=None, repr=False, compare=False)
    _before: tuple[tuple[object, ...], dict[object, Any]] = field(default=((), {}), repr=False, compare=False)

    @contextmanager
    def unchanging(self) -> Iterator[None]:
        """While the block runs nothing is added or changed, so that what was selected once is selected for all rules:
        they ask a thousand times for a few dozen selections. What an earlier block selected of the same still holds.
        """
        before = self._selected
        if before is None:
            whole = self._whole()
            seen, selected = self._before
            if len(seen) != len(whole) or not all(map(is_, seen, whole)):
                selected = {}
            self._before = (whole, selected)
            self._selected = selected
        try:
            yield
        finally:
            self._selected = before

    def _whole(self) -> tuple[object, ...]:
        """All that a selection or a reading may go by, to be compared by identity: what changes is replaced."""
        facts = (self.target, self.settings, self.model, self.chosen, self.words, self.audio_language, self.now)
        told = (self.out_of_time, self.ran, self.skipped, self.models, self.bugs)
        return (*facts, *told, *self.evidence)

    def add(self, seen: Seen) -> None:
        """Keep one piece of evidence."""
        self.evidence.append(seen)

    def of(self, kind: type[Kind], check: str = "", purpose: str | None = "") -> Iterator[Kind]:
        """Evidence of one kind, of one check ('' = any), for one purpose ('' = the checks' own questions,
        None = any). What was asked as an SDK asks is another asker's, and found only under the name of its check.
        """
        if self._selected is None:
            return self._select(kind, check, purpose)
        key = (kind, check, purpose)
        known = self._selected.get(key)
        if known is None:
            known = self._selected[key] = tuple(self._select(kind, check, purpose))
        return iter(known)

    def _select(self, kind: type[Kind], check: str, purpose: str | None) -> Iterator[Kind]:
        for seen in self._of_kind(kind):
            mine = check == seen.check or (not check and seen.check != AS_SDK)
            if mine and purpose in (None, seen.purpose):
                yield seen

    def _of_kind(self, kind: type[Kind]) -> Iterable[Kind]:
        if self._selected is None:
            return (seen for seen in self.evidence if isinstance(seen, kind))
        known: tuple[Kind, ...] | None = self._selected.get(kind)
        if known is None:
            known = self._selected[kind] = tuple(seen for seen in self.evidence if isinstance(seen, kind))
        return known

    def first(self, kind: type[Kind], check: str = "", purpose: str | None = "") -> Kind | None:
        """The first of `of`, or None."""
        return next(self.of(kind, check, purpose), None)

    def last(self, kind: type[Kind], check: str = "", purpose: str | None = "") -> Kind | None:
        """The last of `of`, or None."""
        return next(iter(reversed(list(self.of(kind, check, purpose)))), None)

    def by_id(self, wanted: str) -> Seen | None:
        """The evidence with that id, or None."""
        return next((seen for seen in self.evidence if seen.id == wanted), None)

    @property
    def configured(self) -> Configured | None:
        """What the settings say of themselves."""
        return self.first(Configured)

    @property
    def surroundings(self) -> Surroundings | None:
        """Where dgcheck stood."""
        return self.first(Surroundings)

    @property
    def lookup(self) -> Lookup | None:
        """The target's name as the system resolved it."""
        return self.first(Lookup)

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address of the target, in the resolver's order."""
        seen = self.lookup
        return seen.addresses if seen else ()

    @property
    def dials(self) -> tuple[Dial, ...]:
        """The connection attempts of the `tcp` check."""
        return tuple(self.of(Dial, "tcp"))

    @property
    def open_addresses(self) -> tuple[str, ...]:
        """Addresses that accepted a connection."""
        return tuple(dial.address for dial in self.dials if dial.ending is Ending.ANSWERED)

    @property
    def handshake(self) -> Handshake | None:
        """The `tls` check's own handshake."""
        return self.first(Handshake, "tls")

    @property
    def listing(self) -> Listing | None:
        """The model listing, when one was read."""
        exchange = self.first(Exchange, "models")
        return exchange.listing if exchange else None

    @property
    def rest(self) -> Exchange | None:
        """The transcription request."""
        return self.first(Exchange, "rest")

    @property
    def upgrade(self) -> Upgrade | None:
        """The plain upgrade (no subprotocol)."""
        return self.first(Upgrade, "ws.upgrade")

    @property
    def streams(self) -> tuple[Stream, ...]:
        """The streams of `ws.stream`."""
        return tuple(self.of(Stream, "ws.stream"))

    def wires(self, purpose: str | None = "") -> Iterator[Wire]:
        """Every HTTP question, exchanges and upgrades alike."""
        return self.of(Wire, "", purpose)


def settled(read: Callable[[Case], Found]) -> Callable[[Case], Found]:
    """A reading of a case that is made once while the case does not change (`Case.unchanging`)."""

    @wraps(read)
    def known(case: Case) -> Found:
        remembered = case._selected
        if remembered is None:
            return read(case)
        if read not in remembered:
            remembered[read] = read(case)
        found: Found = remembered[read]
        return found

    return known
