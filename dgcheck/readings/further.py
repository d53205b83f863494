"""What was seen at the further endpoints: /v1/speak, /v2/listen and the voice agent.

It selects and sorts; what it means for a person is for the rules.
"""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case, settled
from dgcheck.model.evidence import Ending, Exchange, Heard, Seen, Stream, Upgrade, Wire
from dgcheck.model.record import dataclass
from dgcheck.model.sound import Sound
from dgcheck.wire import endpoint
from dgcheck.wire.deployment import NOT_HERE
from dgcheck.wire.refusal import read_refusal
from dgcheck.wire.url import query_of

NOT_SERVED = (*NOT_HERE, 501)
AGAIN = "speak_again"  # an experiment: a shorter text is spoken, then the same one again
WORTH = 0.6  # seconds of a pause that anybody would notice
# The message after which no more audio of a text comes. At /v2/speak, Flushed only says that Flush has arrived.
SPOKEN = {endpoint.SPEAK: "Flushed", endpoint.SPEAK_2: "SpeechMetadata"}
ON_V1 = "flux_on_v1"  # an experiment: /v2/listen is not served, and /v1/listen is asked for the Flux model


@dataclass(frozen=True, slots=True)
class Talk:
    """A socket of one of these endpoints that opened, and what was said on it.

    `fate` is '' where it went as it should, or where the run was cut short; else `error` (the server said so in a
    message, which is `said`), `closed` (before it was done), `silent` (nothing came that was waited for) or `broken`.
    """

    upgrade: Upgrade
    stream: Stream
    fate: str
    said: Heard | None = None


def asked(case: Case, check: str) -> bool:
    """Whether a model, an option or the URL itself asked for this check, so that a missing endpoint is a failure."""
    replay = case.target.replay.partition("?")[0].rstrip("/") if case.target else ""
    by_url = bool(replay) and any(replay.endswith(path) for path in endpoint.CHECKS.get(check, ()))
    return by_url or endpoint.asked(case.settings, check)


@settled
def wires(case: Case) -> tuple[Wire, ...]:
    """The questions to these endpoints; what was spoken and posted back to be understood is not among them."""
    found = (seen for check in endpoint.CHECKS for seen in case.of(Wire, check))
    return tuple(seen for seen in found if not is_loop(seen))


def is_loop(seen: Wire) -> bool:
    """Whether this is what was spoken, posted to /v1/listen."""
    return seen.check == "speak" and seen.request.path.endswith(endpoint.LISTEN)


@settled
def loops(case: Case) -> tuple[Exchange, ...]:
    """What the deployment spoke, posted back to it."""
    return tuple(seen for seen in case.of(Exchange, "speak") if is_loop(seen))


@settled
def counted(case: Case) -> tuple[Wire, ...]:
    """Those of `wires` whose failure is one: a 404 or 405 where nobody asked for the endpoint is none."""
    return tuple(seen for seen in wires(case) if seen.status not in NOT_SERVED or asked(case, seen.check))


@settled
def off(case: Case) -> tuple[Wire, ...]:
    """The questions that were answered as if the endpoint did not exist, and that nobody had asked for."""
    return tuple(seen for seen in wires(case) if seen.status in NOT_SERVED and not asked(case, seen.check))


def served(seen: Wire) -> bool:
    """Whether the endpoint took this question."""
    if isinstance(seen, Upgrade):
        return seen.status == 101 and not seen.accept_problem
    return seen.status == 200 and seen.ending is Ending.ANSWERED


def upgrades_pass(case: Case) -> bool:
    """Whether any WebSocket opened in this run, so that nothing on the way takes the upgrade's headers away."""
    return any(seen.status == 101 and not seen.accept_problem for seen in case.of(Upgrade, "", None))


def model_of(seen: Wire) -> str:
    """The model that a question named; '' when none."""
    return dict(query_of(seen.request.target)).get("model", "")


@settled
def refused(case: Case) -> tuple[Wire, ...]:
    """The questions that were refused for their model, or with a bare 400 where the model belongs elsewhere."""
    found = []
    for seen in wires(case):
        refusal = read_refusal(seen.response) if seen.status == 400 else None
        astray = seen.check in ("speak", "flux") and not seen.request.path.endswith(endpoint.of(model_of(seen)))
        if refusal and (refusal.about == "model" or (astray and not refusal.about and not refusal.words)):
            found.append(seen)
    return tuple(found)


@settled
def talks(case: Case) -> tuple[Talk, ...]:
    """The sockets that opened, in the order of the checks."""
    return tuple(_talks(case))


def _talks(case: Case) -> Iterator[Talk]:
    sort = {"speak": _speak, "flux": _flux, "agent": _agent}
    for check, done in sort.items():
        for stream in case.of(Stream, check):
            seen = case.by_id(stream.upgrade)
            if not isinstance(seen, Upgrade):
                continue
            complaint = next((one for one in stream.heard if one.kind == "Error"), None)
            if stream.ending is Ending.CUT_SHORT:
                yield Talk(seen, stream, "")
            elif stream.ending in (Ending.BROKEN, Ending.TOO_MUCH):
                yield Talk(seen, stream, "broken")
            elif done(stream, spoken_by(seen)) and complaint is None:
                yield Talk(seen, stream, "")
            else:
                yield Talk(seen, stream, _undone(stream, complaint), complaint)


def _undone(stream: Stream, complaint: Heard | None) -> str:
    if complaint is not None:
        return "error"
    ours = stream.close_sent_at is not None and stream.closed_by == "server"
    left = stream.closed_by in ("server", "fin", "reset")
    return "closed" if left and not (ours and stream.close_code in (1000, 1005)) else "silent"


def spoken_by(seen: Wire) -> str:
    """The message that says that all of the audio has come, at the endpoint of this question."""
    return next((word for path, word in SPOKEN.items() if seen.request.path.endswith(path)), "Flushed")


def _speak(stream: Stream, last: str) -> bool:
    kinds = {one.kind for one in stream.heard}
    return last in kinds or kinds >= {"binary", "SessionMetadata"}  # which ends a whole session of /v2/speak


def _flux(stream: Stream, _: str) -> bool:
    return bool(turns(stream))


def _agent(stream: Stream, _: str) -> bool:
    return any(one.kind == "SettingsApplied" for one in stream.heard)


def turns(stream: Stream) -> tuple[Heard, ...]:
    """The `TurnInfo` messages of a stream."""
    return tuple(one for one in stream.heard if one.kind == "TurnInfo")


def heard(stream: Stream) -> str:
    """The words of Flux: of every turn that ended, and the last of one that did not."""
    found = turns(stream)
    ended = [one.transcript for one in found if one.is_final]
    last = found[-1] if found and not found[-1].is_final else None
    return " ".join(text.strip() for text in (*ended, last.transcript if last else "") if text.strip())


def sound_of(case: Case, seen: Seen) -> Sound | None:
    """What the audio of an answer is, where there was any."""
    return next((one for one in case.of(Sound, seen.check, None) if one.heard_in == seen.id), None)


def all_at_once(case: Case, post: Exchange) -> bool:
    """Whether the audio of this answer began after a pause that anybody would notice, and was then there at once."""
    sound = sound_of(case, post)
    if sound is None or sound.first_after is None or sound.all_after is None:
        return False
    return sound.first_after >= WORTH and sound.all_after - sound.first_after <= 0.15 * sound.all_after


def streamed(case: Case, voice: str) -> Sound | None:
    """What this voice spoke on a socket, where it came piece by piece: begun when at most half of the time was over."""
    for sound in case.of(Sound, "speak"):
        if sound.voice != voice:
            continue
        first, last = sound.first_after, sound.all_after
        known = isinstance(case.by_id(sound.heard_in), Stream) and first is not None and last is not None
        if known and first is not None and last is not None and first <= last / 2:
            return sound
    return None
