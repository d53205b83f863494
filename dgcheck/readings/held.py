"""Sockets that were held open side by side: which were cut, and whether for their silence, at one age, at one moment.

Everything is measured at this end. A silent socket says nothing of when its path died; its farewell, or what the peer's
kernel acknowledged, does.
"""

from __future__ import annotations

from dgcheck.model.case import Case, settled
from dgcheck.model.catalogue import Confidence
from dgcheck.model.evidence import Ending
from dgcheck.model.held import Held
from dgcheck.model.record import dataclass, remembered, replace
from dgcheck.wire.close import read_close

CHECK = "ws.hold"
LENGTHS = "silence_length"  # an experiment: silences of several lengths, side by side
# The deployment's own timer: 10 s documented, 12 s the default since release 240426 (self-hosted-api.md §4.5).
OWN_TIMER = (9.5, 15.0)
LATELY = 2.0  # seconds; who was heard so shortly before its end was there
NEAR = 0.35  # seconds by which two times of one timer may differ, where we measure them
_OWN = ("NET-0001", "NET-0002")
_NO_RESULT = "NET-0000"  # nothing was to be said in time: natural where no audio went out


@remembered
def fate(held: Held) -> str:
    """How a socket fared.

    `alive`: its farewell was answered. `own`: the deployment's own timer closed it. `said`: the deployment ended it in
    other words of its own. `cut`: it ended without Deepgram's words. `stale`: it ended when it was spoken to after its
    silence. `gone`: nothing answered the farewell. '': nobody knows, the run ended first.
    """
    close = read_close(held.close_code, held.close_reason)
    if held.ending is Ending.CUT_SHORT:
        return ""
    if held.ending is Ending.TIMED_OUT and held.farewell_at is None:
        return "gone"
    if close.deepgram and held.close_code != 1000:
        idle = close.token == _NO_RESULT and held.plan != "audio"
        return "own" if idle or close.token in _OWN else "said"
    if held.farewell_at is not None:
        return _after_farewell(held, held.farewell_at)
    if held.plan == "silent" and held.close_code in (1000, 1005, 1011) and OWN_TIMER[0] <= quiet(held) <= OWN_TIMER[1]:
        return "own"  # older releases close with a bare code when their timer ends (self-hosted-api.md §4.5)
    return "cut"


def _after_farewell(held: Held, farewell: float) -> str:
    """Who was heard after it, or with audio shortly before it, was there; but for what nobody acknowledged."""
    heard = held.heard_at >= farewell or held.ending is Ending.ANSWERED
    lately = held.plan == "audio" and farewell - held.heard_at < LATELY
    if heard or (lately and not held.unacked):
        return "alive"
    return "gone" if held.ending is Ending.TIMED_OUT else "stale"


def age(held: Held) -> float:
    """Seconds from the 101 to the end."""
    return max(0.0, held.ended_at - held.opened_at)


def quiet(held: Held) -> float:
    """Seconds at the end in which neither side said anything; of a farewell that came to nothing, those before it."""
    last = max(held.opened_at, held.audio_sent_at or 0.0, held.heard_at)
    if held.farewell_at is None:
        return max(0.0, held.ended_at - max(last, held.spoke_at))
    if held.plan == "silent":
        return max(0.0, held.farewell_at - last)
    return max(0.0, held.farewell_at - max(last, held.acked_at or 0.0))


def unheard(held: Held) -> float:
    """Seconds at the end in which the other side said nothing, whatever we said."""
    return max(0.0, (held.farewell_at or held.ended_at) - max(held.opened_at, held.heard_at))


@settled
def sockets(case: Case) -> tuple[Held, ...]:
    """The sockets that were held, in the order of their opening, but for those that the run's own end cut.

    Where even the one with audio, which was heard to the last, ends without a word after CloseStream, that is how this
    deployment takes its leave: what it did to a silent one says nothing.
    """
    found = [held for held in case.of(Held, CHECK) if fate(held)]
    if any(held.plan == "audio" and fate(held) == "alive" and _wordless(held) for held in found):
        found = [replace(held, heard_at=held.ended_at) if fate(held) in ("stale", "gone") else held for held in found]
    return tuple(sorted(found, key=lambda held: held.opened_at))


def _wordless(held: Held) -> bool:
    """Whether nothing was said after the farewell, also where the stream ended then."""
    without = held.closed_by in ("fin", "reset") or held.ending is Ending.TIMED_OUT
    return held.farewell_at is not None and without and held.heard_at < held.farewell_at


@dataclass(frozen=True, slots=True)
class Limit:
    """What cuts streams here.

    `kind` is `silence` (a time without a word), `unheard` (a time in which the deployment said nothing, KeepAlives or
    not), `drop` (a silence after which packets vanish, at most `seconds` long), `age`, `moment` (all at once, whatever
    their age) or `lone` (one stream, for a reason that the others do not show). `found` are the sockets that met it,
    `others` those that lived on.
    """

    kind: str
    seconds: float
    found: tuple[Held, ...]
    others: tuple[Held, ...]
    sure: Confidence


@settled
def limits(case: Case) -> tuple[Limit, ...]:
    """Every limit that the sockets show."""
    every = sockets(case)
    together = _together(every)
    found = [together] if together is not None else []
    left = tuple(held for held in every if together is None or held not in together.found)
    silence = _silence(left, every) or _one_sided(left, every)
    found += [silence] if silence is not None else []
    taken = {held.id for limit in found for held in limit.found}
    found += [
        Limit("lone", age(held), (held,), tuple(one for one in every if one.id != held.id), Confidence.LIKELY)
        for held in every
        if fate(held) in ("cut", "said", "stale", "gone") and held.id not in taken
    ]
    return tuple(found)


def _together(every: tuple[Held, ...]) -> Limit | None:
    """What ended the stream with audio and others with it: an age, or a moment."""
    leads = next((plan for plan in ("audio", "keepalive") if any(held.plan == plan for held in every)), "")
    audio = next((held for held in every if held.plan == leads), None)
    if audio is None or fate(audio) not in ("cut", "gone"):
        return None
    dead = fate(audio) == "gone"
    same = [held for held in every if fate(held) == fate(audio)]
    if dead:
        if len(same) < 2:
            return None
        others = tuple(held for held in every if held not in same)
        return Limit("moment", _last_sign(audio) - audio.opened_at, tuple(same), others, Confidence.POSSIBLE)
    ages = [held for held in same if abs(age(held) - age(audio)) <= _tolerance(age(audio))]
    moments = [held for held in same if abs(held.ended_at - audio.ended_at) <= NEAR]
    kept = max(ages, moments, key=len)
    if len(kept) < 2:
        return None
    others = tuple(held for held in every if held not in kept)
    spread_of_ages = _spread([age(held) for held in kept])
    spread_of_moments = _spread([held.ended_at for held in kept])
    if spread_of_moments < spread_of_ages:
        return Limit("moment", age(audio), tuple(kept), others, Confidence.LIKELY)
    sure = Confidence.CERTAIN if spread_of_ages <= NEAR < spread_of_moments * 2 else Confidence.LIKELY
    if leads != "audio":
        sure = Confidence.POSSIBLE  # a limit of what the deployment says would look alike
    ages_in_order = sorted(age(held) for held in kept)
    return Limit("age", ages_in_order[len(kept) // 2], tuple(kept), others, sure)


def _tolerance(seconds: float) -> float:
    return max(1.2, 0.02 * seconds)


def _spread(values: list[float]) -> float:
    return max(values) - min(values)


def _last_sign(held: Held) -> float:
    return max(held.heard_at, held.acked_at or 0.0)


def _silence(left: tuple[Held, ...], every: tuple[Held, ...]) -> Limit | None:
    """What ended the silent stream, alone or together with the one that sends KeepAlive, while others lived on."""
    silent = next((held for held in left if held.plan == "silent"), None)
    if silent is None or fate(silent) not in ("cut", "stale", "gone"):
        return None
    keepalive = next((held for held in left if held.plan == "keepalive"), None)
    longer = tuple(held for held in every if held.id != silent.id and _outlived(held, silent))
    if not longer:
        return None
    if fate(silent) in ("gone", "stale"):
        vanished = bool(silent.unacked) or fate(silent) == "stale"
        sure = Confidence.CERTAIN if vanished else Confidence.POSSIBLE
        both = keepalive is not None and fate(keepalive) == fate(silent)
        return Limit("drop", quiet(silent), (silent, keepalive) if both and keepalive else (silent,), longer, sure)
    lost = keepalive is not None and fate(keepalive) == "cut"
    if lost and keepalive is not None:
        if abs(quiet(keepalive) - quiet(silent)) <= NEAR:
            return Limit("silence", quiet(silent), (silent, keepalive), longer, Confidence.CERTAIN)
        if keepalive.keepalives and abs(unheard(keepalive) - unheard(silent)) <= NEAR:
            return Limit("unheard", unheard(silent), (silent, keepalive), longer, Confidence.CERTAIN)
    return Limit("silence", quiet(silent), (silent,), longer, _sureness(silent))


def _one_sided(left: tuple[Held, ...], every: tuple[Held, ...]) -> Limit | None:
    """What ended the stream with KeepAlives, while the one in which the deployment speaks as well lived on."""
    keepalive = next((held for held in left if held.plan == "keepalive"), None)
    audio = next((held for held in every if held.plan == "audio"), None)
    if keepalive is None or audio is None or fate(keepalive) != "cut" or not _outlived(audio, keepalive):
        return None
    if not keepalive.keepalives or any(held.plan == "silent" and fate(held) != "own" for held in every):
        return None
    return Limit("unheard", unheard(keepalive), (keepalive,), (audio,), Confidence.LIKELY)


def _outlived(held: Held, silent: Held) -> bool:
    return fate(held) in ("alive", "own") or age(held) > age(silent) + 1.0


def _sureness(silent: Held) -> Confidence:
    """One cut shows a limit where its time is a round one that the deployment's own timer does not have."""
    length = quiet(silent)
    if OWN_TIMER[0] <= length <= OWN_TIMER[1]:
        return Confidence.LIKELY if silent.close_code is None else Confidence.POSSIBLE
    if silent.close_code == 1011:
        return Confidence.POSSIBLE  # a device in between seldom says goodbye in a WebSocket's way, and never with 1011
    if silent.close_code is not None:
        return Confidence.LIKELY
    # nginx's timers may ring 0.3 s early (its NGX_TIMER_LAZY_DELAY); nothing we know of rings late without load.
    return Confidence.CERTAIN if length >= 0.9 and -0.35 <= length - round(length) <= 0.15 else Confidence.LIKELY
