"""What a good answer of the further endpoints is, and how it reads in one line: speak, flux, agent."""

from __future__ import annotations

from dgcheck.model.case import Case
from dgcheck.model.evidence import Wire
from dgcheck.model.report import Status
from dgcheck.model.sound import Sound
from dgcheck.readings import further
from dgcheck.readings.telling import path_of, seconds
from dgcheck.wire.results import read_transcription

Seems = tuple[Status, str]
_LACKS = {
    "speak": "no voice is listed",
    "flux": "no Flux model is listed",
    "agent": "speech and voices are not both listed",
}


def speak(case: Case) -> Seems:
    """Audio that can be played came by POST and on a WebSocket, and is understood where that can be tried."""
    seen = _asked(case, "speak")
    if not seen:
        return _not_asked(case, "speak")
    if all(one in further.off(case) for one in seen):
        return Status.SKIP, _off(seen[0])
    bad = [one for one in seen if not further.served(one) and one not in further.off(case)]
    if bad or any(talk.fate for talk in further.talks(case) if talk.upgrade.check == "speak"):
        got = bad[0].status or bad[0].ending.value if bad else "the socket was not answered"
        return Status.UNKNOWN, f"speech is answered with {got}"
    sound = next(iter(case.of(Sound, "speak")), None)
    if sound is None or sound.trouble or not sound.size:
        return Status.UNKNOWN, "no audio came"
    lasts = f"{seconds(sound.lasts)} of {sound.form}" if sound.lasts else f"{sound.size} bytes of {sound.form}"
    streamed = "" if any(talk.upgrade.check == "speak" for talk in further.talks(case)) else ", not streamed"
    return Status.PASS, f"{sound.voice} spoke {lasts}{_first(sound)}{streamed}{_understood(case)}"


def _first(sound: Sound) -> str:
    """When its first byte came, and the last."""
    if sound.first_after is None or sound.all_after is None:
        return ""
    return f", begun after {seconds(sound.first_after)}, whole after {seconds(sound.all_after)}"


def _understood(case: Case) -> str:
    for seen in further.loops(case):
        answer = read_transcription(seen.response.body) if seen.response and seen.status == 200 else None
        if answer is not None and answer.transcript:
            return f"; {further.model_of(seen)} understood it"
        return f"; {further.model_of(seen)} could not be asked what it heard"
    return ""


def flux(case: Case) -> Seems:
    """Turns with words, and one that ended."""
    seen = _asked(case, "flux")
    if not seen:
        return _not_asked(case, "flux")
    if all(one in further.off(case) for one in seen):
        return Status.SKIP, _off(seen[0])
    talk = next((talk for talk in further.talks(case) if talk.upgrade.check == "flux"), None)
    if talk is None:
        return Status.UNKNOWN, f"the upgrade of /v2/listen got {seen[0].status or seen[0].ending.value}"
    turns = further.turns(talk.stream)
    if talk.fate or not turns:
        return Status.UNKNOWN, "no turn came"
    ended = "EndOfTurn came" if any(one.is_final for one in turns) else "no EndOfTurn came"
    return Status.PASS, f"{further.model_of(talk.upgrade)} heard “{further.heard(talk.stream)[:120]}”, {ended}"


def agent(case: Case) -> Seems:
    """The settings were applied."""
    seen = _asked(case, "agent")
    if not seen:
        return _not_asked(case, "agent")
    if all(one in further.off(case) for one in seen):
        return Status.SKIP, _off(seen[0])
    talk = next((talk for talk in further.talks(case) if talk.upgrade.check == "agent"), None)
    if talk is None:
        return Status.UNKNOWN, f"the upgrade of /v1/agent/converse got {seen[0].status or seen[0].ending.value}"
    if talk.fate == "error":
        return Status.PASS, "it answers; dgcheck's own settings were refused"
    if talk.fate:
        return Status.UNKNOWN, "the settings were neither applied nor refused"
    return Status.PASS, "Welcome, settings applied; no language model was asked"


def _asked(case: Case, check: str) -> tuple[Wire, ...]:
    return tuple(seen for seen in further.wires(case) if seen.check == check)


def _not_asked(case: Case, check: str) -> Seems:
    if case.target is not None and case.target.replay and not further.asked(case, check):
        return Status.SKIP, "only the request of the URL is asked"
    if check in case.ran and check not in case.out_of_time and not further.asked(case, check):
        return Status.SKIP, f"{_LACKS[check]}; --only {check} asks all the same"
    return Status.UNKNOWN, "not asked"


def _off(seen: Wire) -> str:
    return f"switched off here: {path_of(seen)} answers {seen.status}"
