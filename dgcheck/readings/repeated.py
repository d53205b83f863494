"""Questions that were put several times: how many tries passed, how sure that share is, and what failures go with.

The tries of a check are its own question and those of `--repeat`. Failures may go with an address, with a replica
behind one address, or with the clock; where chance would do as well, with nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import comb, sqrt

from dgcheck.model.asking import REPEAT
from dgcheck.model.case import Case, settled
from dgcheck.model.evidence import Dial, Ending, Exchange, Handshake, Lookup, Seen, Stream, Upgrade, Wire
from dgcheck.model.record import dataclass, replace
from dgcheck.readings.fate import fate, results
from dgcheck.readings.telling import got, seconds
from dgcheck.wire.results import read_transcription

CHECKS = ("dns", "tcp", "tls", "status", "engine", "models", "rest", "ws.upgrade", "ws.stream")
Z = 1.96  # of a normal distribution, for 95 %
CHANCE = 0.05  # what chance may at most do as well
MOST_REPLICAS = 6  # behind one address, of which every second to sixth connection tells


@dataclass(frozen=True, slots=True)
class Try:
    """One try of a check, `at` seconds from the start of the run. `how` says in words what a failed one got."""

    check: str
    fine: bool
    at: float
    address: str
    how: str
    seen: tuple[str, ...]
    http: bool
    again: bool  # put by --repeat; the check's own question was put among others
    marks: tuple[tuple[str, str], ...] = ()  # headers of its answer that may name a replica
    words: str | None = None  # the transcript that came back, None where none was to come


@dataclass(frozen=True, slots=True)
class Pattern:
    """What failures go with: `kind` is address, replica or clock; `says` follows `failed`, and `means` may follow that.
    `value` names it, '' where it has no name.
    """

    kind: str
    says: str
    value: str = ""
    means: str = ""


def interval(passed: int, tries: int) -> tuple[float, float]:
    """Wilson's interval of 95 % for the share that passes, (0, 1) without a try."""
    if tries <= 0:
        return 0.0, 1.0
    share, square = passed / tries, Z * Z
    middle = (share + square / (2 * tries)) / (1 + square / tries)
    half = Z * sqrt(share * (1 - share) / tries + square / (4 * tries * tries)) / (1 + square / tries)
    return max(0.0, middle - half), min(1.0, middle + half)


def percent(bounds: tuple[float, float]) -> str:
    """An interval in words: `40 to 89 %`."""
    return f"{100 * bounds[0]:.0f} to {100 * bounds[1]:.0f} %"


@settled
def repeated(case: Case) -> dict[str, tuple[Try, ...]]:
    """The tries of every check that was repeated, in the order of time."""
    found = {}
    for check in CHECKS:
        again = _tries(case, check, REPEAT)
        if again:
            found[check] = _heard(sorted((*_tries(case, check, ""), *again), key=lambda one: one.at))
    return found


@settled
def intermittent(case: Case) -> dict[str, tuple[Try, ...]]:
    """The checks whose tries sometimes passed and sometimes failed."""
    return {check: tries for check, tries in repeated(case).items() if 0 < sum(one.fine for one in tries) < len(tries)}


def _heard(tries: Sequence[Try]) -> tuple[Try, ...]:
    """Silence is a failure where the same audio was heard another time."""
    if not any(one.words for one in tries):
        return tuple(tries)
    return tuple(
        replace(one, fine=False, how="an answer without a word") if one.fine and one.words == "" else one
        for one in tries
    )


# -- tries ------------------------------------------------------------------------------------------------------------


def _tries(case: Case, check: str, purpose: str) -> list[Try]:
    where = "ws.stream" if check == "ws.upgrade" and purpose and _streamed(case) else check
    seen = [one for one in case.of(Seen, where, purpose) if one.ending is not Ending.CUT_SHORT]
    if check == "ws.stream":
        upgrades = {one.id: one for one in case.of(Upgrade, "ws.upgrade" if not purpose else check, purpose)}
        streams = [one for one in seen if isinstance(one, Stream) and (purpose or one.plan == "at_once")]
        opened = {one.upgrade for one in streams}
        # Where no stream came about, that is how the try ended; of the check's own upgrades one is enough.
        missed = [one for one in upgrades.values() if one.id not in opened and (purpose or not one.offered)]
        lost = missed if purpose else [one for one in missed[:1] if not streams]
        ended = [_stream(one, upgrades.get(one.upgrade)) for one in streams]
        return [*ended, *(_wire(check, one, False) for one in lost)]
    found = [_try(check, one) for one in seen]
    if check == "ws.upgrade" and not purpose:
        found = found[:1]  # the plain one; another that offers a subprotocol is another question
    return [one for one in found if one is not None]


def _streamed(case: Case) -> bool:
    return any(True for _ in case.of(Stream, "ws.stream", REPEAT)) or any(
        True for _ in case.of(Upgrade, "ws.stream", REPEAT)
    )


def _try(check: str, seen: Seen) -> Try | None:
    if isinstance(seen, Lookup) and check == "dns":
        how = "" if seen.addresses else seen.problem or seen.error or seen.ending.value.replace("_", " ")
        return Try(check, bool(seen.addresses), _begun(seen), "", how, (seen.id,), False, bool(seen.purpose))
    if isinstance(seen, (Dial, Handshake)) and check in ("tcp", "tls"):
        # A reset can only meet a connection that was accepted: that it comes so early is chance.
        fine = seen.ending is Ending.ANSWERED or (isinstance(seen, Dial) and seen.ending is Ending.RESET)
        return Try(
            check,
            fine,
            _begun(seen),
            seen.address,
            seen.ending.value.replace("_", " "),
            (seen.id,),
            False,
            bool(seen.purpose),
        )
    if isinstance(seen, Upgrade) and check == "ws.upgrade":
        return _wire(check, seen, seen.status == 101 and not seen.accept_problem)
    if isinstance(seen, Exchange) and check in ("status", "engine", "models", "rest"):
        if check == "status" and "/certificates" in seen.request.target:
            return None
        answer = seen.response
        fine = seen.ending is Ending.ANSWERED and answer is not None and answer.status < 400
        if check != "rest" or not fine or answer is None:
            return _wire(check, seen, fine)
        heard = read_transcription(answer.body)
        return replace(_wire(check, seen, heard is not None), words=heard.transcript if heard is not None else None)
    return None


def _wire(check: str, seen: Wire, fine: bool, also: tuple[str, ...] = (), how: str = "") -> Try:
    answer = seen.response
    marks = tuple((name.lower(), value) for name, value in answer.headers) if answer is not None else ()
    return Try(
        check, fine, _begun(seen), seen.address, how or got(seen), (seen.id, *also), True, bool(seen.purpose), marks
    )


def _stream(seen: Stream, upgrade: Upgrade | None) -> Try:
    fine = bool(results(seen)) and not fate(seen)
    how = "a stream without a result" if not results(seen) else "a stream that broke off"
    words = " ".join(one.transcript for one in results(seen) if one.is_final).strip() if fine else None
    if upgrade is None:
        return Try(
            "ws.stream", fine, seen.opened_at, seen.address, how, (seen.id,), True, bool(seen.purpose), (), words
        )
    return replace(_wire("ws.stream", upgrade, fine, (seen.id,), how), words=words)


def _begun(seen: Seen) -> float:
    return min((phase.start for phase in seen.phases), default=getattr(seen, "ended_at", 0.0))


# -- what failures go with --------------------------------------------------------------------------------------------


@settled
def pattern(case: Case) -> Pattern | None:
    """What the failures of all intermittent checks go with; None where nothing stands out."""
    tries = _connections(one for every in intermittent(case).values() for one in every)
    if sum(not one.fine for one in tries) < 2:
        return None
    every = _connections(one for found in repeated(case).values() for one in found)
    return _by_address(tries) or _by_mark(tries) or _by_turn(tries, every) or _by_clock(tries)


def goes_with_replica(case: Case) -> bool:
    """Whether the failures go with an address or with a replica behind one."""
    found = pattern(case)
    return found is not None and found.kind != "clock"


def _connections(tries: Iterable[Try]) -> list[Try]:
    """One try for each connection, in order: an upgrade and the stream on it are one, and fail together."""
    found: dict[str, Try] = {}
    for one in tries:
        other = found.get(one.seen[0])
        if other is None or (other.fine and not one.fine):
            found[one.seen[0]] = one
    return sorted(found.values(), key=lambda one: one.at)


def _share(inside: Sequence[Try], tries: Sequence[Try], groups: int) -> bool:
    """Whether so many failures fall among these tries as chance would hardly put there."""
    failed, size, whole = sum(not one.fine for one in tries), len(inside), len(tries)
    here = sum(not one.fine for one in inside)
    ways = sum(comb(size, n) * comb(whole - size, failed - n) for n in range(here, min(size, failed) + 1))
    return here > 0 and groups * ways / comb(whole, failed) <= CHANCE


def _by_address(tries: Sequence[Try]) -> Pattern | None:
    known = [one for one in tries if one.address]
    addresses = sorted({one.address for one in known})
    bad = sorted({one.address for one in known if not one.fine})
    if len(addresses) < 2 or len(bad) == len(addresses):
        return None
    inside = [one for one in known if one.address in bad]
    if not _share(inside, known, len(addresses)):
        return None
    failed = sum(not one.fine for one in inside)
    return Pattern("address", f"only at {', '.join(bad)} ({failed} of {len(inside)} there)", bad[0])


# Headers that differ from answer to answer, or that the failure itself brings along.
_OF_THE_ANSWER = frozenset(
    {"date", "age", "content-length", "content-type", "content-encoding", "transfer-encoding", "connection", "etag"}
    | {"dg-request-id", "x-request-id", "x-amzn-trace-id", "traceparent", "cf-ray", "sec-websocket-accept", "expires"}
    | {"keep-alive", "allow", "retry-after", "upgrade", "last-modified", "report-to", "nel", "server-timing", "vary"}
    | {"x-envoy-upstream-service-time", "x-runtime", "x-response-time", "strict-transport-security", "dg-error"}
)


def _by_mark(tries: Sequence[Try]) -> Pattern | None:
    """A header that failed answers and good ones have, with a value that failures go with (`x-served-by`, `server`)."""
    names = dict.fromkeys(name for one in tries for name, _ in one.marks if name not in _OF_THE_ANSWER)
    for name in names:
        told = [(one, value) for one in tries for other, value in one.marks if other == name]
        values = {value for _, value in told}
        if not 2 <= len(values) <= MOST_REPLICAS or len(told) < len(tries):
            continue
        bad = {value for one, value in told if not one.fine}
        if len(bad) == 1 and len(values) > 1:
            value = next(iter(bad))
            inside = [one for one, other in told if other == value]
            if _share(inside, tries, len(names)) and not any(one.fine for one in inside):
                return Pattern("replica", f"only where the answer says {name}: {value[:80]}", value[:80])
    return None


def _by_turn(tries: Sequence[Try], every: Sequence[Try]) -> Pattern | None:
    """Every so many-th connection, or request, fails: a balancer deals them out in turn, and one replica is ill."""
    # A connection that is only opened is dealt out too, and tells nothing of what stands behind the balancer.
    votes = {one.seen[0]: one.fine for one in tries if one.again and one.check not in ("dns", "tcp")}
    failed = frozenset(key for key, fine in votes.items() if not fine)
    again = [one for one in every if one.again and one.check != "dns"]
    turns: dict[frozenset[str], int] = {}  # the connections that one replica of so many would have got
    for counted in (again, [one for one in again if one.http]):
        for replicas in range(2, MOST_REPLICAS + 1):
            for place in range(replicas):
                dealt = frozenset(one.seen[0] for one in counted[place::replicas] if one.seen[0] in votes)
                if len(dealt) == len(failed):
                    turns.setdefault(dealt, replicas)
    if len(failed) < 2 or failed not in turns or len(turns) / comb(len(votes), len(failed)) > CHANCE:
        return None
    number = turns[failed]
    means = f", as where a balancer deals out to {number} replicas in turn and one of them is ill"
    return Pattern("replica", f"every {_ORDINAL[number]} time", means=means)


_ORDINAL = {2: "second", 3: "third", 4: "fourth", 5: "fifth", 6: "sixth"}


def _by_clock(tries: Sequence[Try]) -> Pattern | None:
    """All failures in one stretch of time, before or after which all is well."""
    places = [place for place, one in enumerate(tries) if not one.fine]
    first, last, failed = places[0], places[-1], len(places)
    if last - first + 1 != failed or (len(tries) - failed + 1) / comb(len(tries), failed) > CHANCE:
        return None
    begun, ended = tries[first].at, tries[last].at
    if first == 0:
        return Pattern("clock", f"only at first: from {seconds(tries[last + 1].at)} after the start on all went well")
    if last == len(tries) - 1:
        return Pattern("clock", f"only at the end: until {seconds(begun)} after the start all went well")
    return Pattern("clock", f"only for a while, from {seconds(begun)} to {seconds(ended)} after the start")


def ways(tries: Iterable[Try]) -> tuple[str, ...]:
    """What the failed ones got, each once, the commonest first."""
    counted: dict[str, int] = {}
    for one in tries:
        if not one.fine:
            counted[one.how] = counted.get(one.how, 0) + 1
    return tuple(sorted(counted, key=lambda how: -counted[how]))
