"""Which answers of a run count, and which of them worked: the selections that rules and experiments share.

It only selects; what a thing means is for the rules.
"""

from __future__ import annotations

from dgcheck.model.case import Case, settled
from dgcheck.model.evidence import Ending, Exchange, Phase, Response, Stream, Upgrade, Wire
from dgcheck.wire.deployment import serves
from dgcheck.wire.health import read_status
from dgcheck.wire.incomplete import broken, unpromised
from dgcheck.wire.who import answered

# Questions about the deployment; requests for speech go to `rest`, `ws.upgrade` and `ws.stream`.
ASIDES = ("status", "engine", "models")


@settled
def posts(case: Case) -> tuple[Exchange, ...]:
    """The POSTs of speech that the checks made themselves."""
    return tuple(case.of(Exchange, "rest"))


@settled
def upgrades(case: Case) -> tuple[Upgrade, ...]:
    """The plain upgrades (without a subprotocol) of the checks' own, those of the streams among them."""
    return tuple(seen for check in ("ws.upgrade", "ws.stream") for seen in case.of(Upgrade, check) if not seen.offered)


@settled
def rest(case: Case) -> Exchange | None:
    """The POST of speech to speak of: the first one that failed, else the first; None when there was none."""
    found = posts(case)
    return next((seen for seen in found if not transcribed(seen)), found[0] if found else None)


@settled
def upgrade(case: Case) -> Upgrade | None:
    """The plain upgrade to speak of: the first one that failed, else the first; None when there was none."""
    found = upgrades(case)
    return next((seen for seen in found if not opened(seen)), found[0] if found else None)


SUBPROTOCOL_AGAIN = "subprotocol_again"  # the purpose under which a refused subprotocol is offered once more


@settled
def with_subprotocol(case: Case) -> Upgrade | None:
    """The upgrade that offered a subprotocol, or None."""
    return next((seen for seen in case.of(Upgrade, "ws.upgrade") if seen.offered), None)


def opened(seen: Upgrade | None) -> bool:
    """Whether this upgrade gave a WebSocket that a client would take."""
    return seen is not None and seen.status == 101 and not seen.accept_problem


def transcribed(seen: Exchange | None) -> bool:
    """Whether this POST was answered with a transcription, whatever is in it."""
    if seen is None or seen.status != 200 or seen.ending is not Ending.ANSWERED:
        return False
    return not broken(seen) and not unpromised(seen)


@settled
def rest_works(case: Case) -> bool:
    """At least one POST of speech was answered with 200."""
    return any(transcribed(seen) for seen in posts(case))


@settled
def upgrade_works(case: Case) -> bool:
    """At least one plain upgrade gave a WebSocket."""
    return any(opened(seen) for seen in upgrades(case))


def works(seen: Wire) -> bool:
    """Whether this request for speech was accepted."""
    if isinstance(seen, Upgrade):
        return opened(seen)
    return isinstance(seen, Exchange) and transcribed(seen)


@settled
def listens(case: Case) -> tuple[Wire, ...]:
    """The requests for speech: POSTs, then plain upgrades."""
    return (*posts(case), *upgrades(case))


@settled
def asides(case: Case) -> tuple[Exchange, ...]:
    """The questions about the deployment that count: for each check and path the last one."""
    last: dict[tuple[str, str], Exchange] = {}
    for check in ASIDES:
        for seen in case.of(Exchange, check):
            last[check, seen.request.target] = seen
    return tuple(last.values())


@settled
def deployment_answers(case: Case) -> bool:
    """Whether the deployment itself was heard: it served something, or refused something in Deepgram's own words."""
    return any(serves(seen) or answered(seen.response) == "deepgram" for seen in (*listens(case), *asides(case)))


def is_status(response: Response | None) -> bool:
    """Whether this is the body of `/v1/status`, whatever HTTP status came with it."""
    return response is not None and read_status(response.body) is not None


@settled
def streams(case: Case) -> tuple[tuple[Stream, Upgrade | None], ...]:
    """The streams of `ws.stream`, each with its handshake."""
    found = []
    for stream in case.streams:
        handshake = case.by_id(stream.upgrade)
        found.append((stream, handshake if isinstance(handshake, Upgrade) else None))
    return tuple(found)


def phase(phases: tuple[Phase, ...], *names: str) -> float | None:
    """Seconds of these phases together; None when none of them happened."""
    found = [one.seconds for one in phases if one.name in names]
    return sum(found) if found else None


def waited(seen: Wire) -> float | None:
    """Seconds between asking and the first byte of the answer (or the end of the patience); None when unknown."""
    return phase(seen.phases, "request", "upgrade", "first_byte")


def answer(seen: Wire) -> Response | None:
    """The answer to a question; where a forward proxy refused to pass it on, the proxy's."""
    refused = seen.proxy_response
    if seen.response is None and refused is not None and refused.status // 100 != 2:
        return refused
    return seen.response


def status_of(seen: Wire) -> int | None:
    """The status of `answer`."""
    found = answer(seen)
    return found.status if found else None


@settled
def refused_in_experiments(case: Case) -> int:
    """How many requests of experiments the deployment has refused in this run; they count in its own health."""
    return sum(
        1
        for seen in case.of(Wire, "", None)
        if seen.purpose not in ("", "without_key") and seen.status is not None and 400 <= seen.status < 600
    )
