"""Sentences and matches about sockets that were held open; no causes stand here."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Match, Severity
from dgcheck.model.held import Held
from dgcheck.model.record import replace
from dgcheck.readings.held import CHECK, LENGTHS, OWN_TIMER, Limit, age, fate, limits, unheard
from dgcheck.readings.telling import listed, seconds
from dgcheck.rules.shared.devices import known, told
from dgcheck.wire.close import close_words

NAMES = {
    "silent": "the silent stream",
    "keepalive": "the stream with a KeepAlive every 4 s",
    "audio": "the stream with audio all along",
}
_NOT_THE_DEPLOYMENT = "The deployment's own timer says goodbye with 1011 and NET-0001."


def silence_cut(case: Case, often: Callable[[float], str]) -> Iterator[Match]:
    """The limit of silence that the held sockets met. `often` tells how often a client has to speak, where it helps."""
    for limit in limits(case):
        if limit.kind in ("silence", "unheard", "drop"):
            says = {"silence": _cut_for_silence, "unheard": _cut_for_one_side, "drop": _dropped}[limit.kind](
                case, limit
            )
            detail = {"unheard": "KeepAlive does not help", "drop": "silent drop"}.get(limit.kind, "")
            facts = {"silence": seconds(limit.seconds)} | (
                {} if limit.kind == "unheard" else {"often": often(bounds(case, limit)[0] or limit.seconds)}
            )
            yield _match(case, limit, says, detail, facts)


def age_cut(case: Case) -> Iterator[Match]:
    """The age at which the held sockets were ended."""
    for limit in limits(case):
        if limit.kind != "age":
            continue
        which = f"{listed(NAMES[held.plan] for held in limit.found)}, opened one after the other,"
        says = (
            f"Streams were cut at an age of {seconds(limit.seconds)} between here and the deployment, whatever they "
            f"carried: {which} each {_how(limit.found[0])} at that age.{told(known(limit.seconds, age=True))}"
        )
        yield _match(case, limit, says, "", {"age": seconds(limit.seconds)})


def ended(case: Case) -> Iterator[Match]:
    """Streams that ended before their time, and neither for their silence nor for their age."""
    for limit in limits(case):
        if limit.kind == "moment":
            names = listed(NAMES[held.plan] for held in limit.found)
            first = limit.found[0]
            end = _how(first).replace("was ", "were ", 1)
            how = f"{end} at the same moment" if fate(first) == "cut" else "were not answered any more"
            says = (
                f"{names} {how}, about {seconds(limit.seconds)} after the last of them was opened, though they were "
                "not opened at the same time: something was restarted or reloaded, or the way to the deployment was "
                "lost."
            )
            yield _match(case, limit, says, "all at one moment", {})
        elif limit.kind == "lone":
            held = limit.found[0]
            lived = listed(NAMES[one.plan] for one in limit.others if fate(one) in ("alive", "own"))
            beside = f" {lived[:1].upper()}{lived[1:]} beside it lived on." if lived else ""
            says = f"{NAMES[held.plan]} {_how(held)} after {seconds(age(held))}.{beside}"
            # Words of the deployment's own are no failure of the way to it.
            severity = Severity.WARNING if fate(held) == "said" else None
            yield replace(_match(case, limit, says, "", {}), severity=severity)


def _cut_for_silence(case: Case, limit: Limit) -> str:
    short = ""
    if len(limit.found) > 1:
        short = " The stream that was to send a KeepAlive every 4 s was cut after the same time, before it sent one."
    near = ""
    if OWN_TIMER[0] <= limit.seconds <= OWN_TIMER[1]:
        near = " It is near the deployment's own 10 to 12 s, whose close frame may have been lost on the way."
    elif limit.found[0].close_code is not None:
        near = " Whether the deployment said so or something before it cannot be told from these words."
    return (
        f"A silent stream was cut after {seconds(limit.seconds)} between here and the deployment: it "
        f"{_how(limit.found[0])} when neither side had said anything for {seconds(limit.seconds)}.{short}"
        f"{_lived_on(limit)} {_NOT_THE_DEPLOYMENT}{near}{told(known(limit.seconds))}"
    )


def _cut_for_one_side(case: Case, limit: Limit) -> str:
    which = "it" if len(limit.found) == 1 else "the silent stream and that one both"
    how = _how(limit.found[0]) if len(limit.found) == 1 else _how(limit.found[0]).replace("was ", "were ", 1)
    return (
        f"A stream was cut after {seconds(limit.seconds)} in which the deployment said nothing, between here and the "
        f"deployment, although the client sent a KeepAlive every 4 s: {which} {how} when nothing had "
        f"come for {seconds(limit.seconds)}.{_lived_on(limit)} {_NOT_THE_DEPLOYMENT}{told(known(limit.seconds))}"
    )


def _dropped(case: Case, limit: Limit) -> str:
    silent = limit.found[0]
    after = _between(case, limit)
    if fate(silent) == "stale":
        end = "was reset" if silent.closed_by == "reset" else "ended without a word"
        seen = f"when it was spoken to after {seconds(limit.seconds)} of silence, it {end}"
    else:
        lost = "not even the kernel on the other side acknowledged it" if silent.unacked else "nothing came back"
        seen = f"a CloseStream after {seconds(limit.seconds)} of silence was not answered, {lost}"
    own = ""
    if fate(silent) == "gone" and limit.seconds > OWN_TIMER[1]:
        own = " The deployment's own goodbye, due after 10 to 12 s of silence, did not arrive either."
    return (
        f"A silent stream was forgotten {after} between here and the deployment, and nobody was told: {seen}.{own}"
        f"{_lived_on(limit)} That is what a NAT or a firewall does when its timer for idle connections ends."
    )


def _between(case: Case, limit: Limit) -> str:
    """After how much silence: as close as the silences of several lengths tell, else only at most how much."""
    lived, lost = bounds(case, limit)
    if lived:
        return f"after more than {seconds(lived)} and at most {seconds(lost)} of silence"
    return f"after at most {seconds(lost)} of silence"


def bounds(case: Case, limit: Limit) -> tuple[float, float]:
    """The longest silence that a stream survived and the shortest that it did not."""
    tries = [held for held in case.of(Held, CHECK, LENGTHS) if fate(held)]
    lived = max((held.tried for held in tries if fate(held) in ("alive", "own")), default=0.0)
    lost = min((held.tried for held in tries if fate(held) in ("gone", "stale")), default=limit.seconds)
    return (lived if lived < lost else 0.0), min(lost, limit.seconds)


def _lived_on(limit: Limit) -> str:
    """What became of those that lived longer."""
    parts = [f"{NAMES[held.plan].removeprefix('the stream ')} for {seconds(age(held))}" for held in limit.others]
    return f" {'Others' if len(parts) > 1 else 'Another'} lived on: {listed(parts)}." if parts else ""


def _how(held: Held) -> str:
    if held.close_code is not None:
        return f"was closed with {close_words(held.close_code, held.close_reason)}"
    if fate(held) == "gone":
        return f"was not answered any more for {seconds(unheard(held))}"
    words = {"fin": "ended without a close frame", "reset": "was reset without a close frame"}
    return words.get(held.closed_by, "ended")


def _match(case: Case, limit: Limit, says: str, detail: str, facts: dict[str, str]) -> Match:
    tries = list(case.of(Held, CHECK, LENGTHS)) if limit.kind == "drop" else []
    every = [one for held in (*limit.found, *limit.others, *tries) for one in (held.id, held.upgrade)]
    return Match(says, tuple(dict.fromkeys(filter(None, every))), (CHECK,), limit.sure, facts, detail=detail)
