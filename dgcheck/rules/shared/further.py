"""Matches about /v1/speak, /v2/listen and the voice agent, for causes that are told of /v1/listen too.

No causes stand here.
"""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Confidence, Match, Remedy
from dgcheck.model.evidence import Exchange, Seen, Upgrade, Wire
from dgcheck.model.sound import Sound
from dgcheck.readings import further
from dgcheck.readings.fate import lived
from dgcheck.readings.forwarding import asks_for_newer_http, asks_to_upgrade
from dgcheck.readings.further import Talk, model_of
from dgcheck.readings.telling import listed, path_of, question, quoted, seconds, status_words, upper, waited_for, writer
from dgcheck.rules.shared.further_switches import switches
from dgcheck.rules.shared.streamed import how
from dgcheck.wire import endpoint
from dgcheck.wire.incomplete import broken, dropped, stalled
from dgcheck.wire.json_text import fields
from dgcheck.wire.refusal import read_refusal
from dgcheck.wire.results import read_transcription

MOST_WRONG = 0.5  # share of wrong words from which it is told
LEAST = 0.05  # seconds of speech for one word; the quickest speaker takes three times as much
_SURE = Confidence.CERTAIN
_CUT = (
    Remedy(
        "Look into the Engine's log for this moment; it counts answers that broke off",
        "curl -s http://ENGINE:9991/metrics | grep tts_failures_during_response",
    ),
    Remedy("See whether a proxy on the way ends answers after a time: ask the deployment past it"),
)
_NOTHING = {
    "speak": "neither audio nor {last} came",
    "flux": "no TurnInfo came",
    "agent": "neither SettingsApplied nor an Error came",
}
# What the tokens of a close mean on /v1/speak, and those of an Error on /v2/speak (troubleshooting page of text to
# speech, messages of Flux text to speech).
_TTS = {
    "NET-0000": "an internal error",
    "NET-0001": "the text could not be received",
    "NET-0002": "the audio could not be sent",
    "NET-0003": "the stream was open for too long",
    "NET-0004": "nothing was said for too long",
    "DATA-0001": "too many characters in a short time",
}


def matched(seen: Seen, says: str, sure: Confidence = Confidence.CERTAIN, *more: Seen, **parts: object) -> Match:
    """The match of one question or stream; what `more` there is, is evidence too. `parts` are fields of `Match`."""
    ids = tuple(dict.fromkeys(one.id for one in (seen, *more)))
    facts = {"path": path_of(seen)} if isinstance(seen, Wire) else {}
    return Match(says, ids, (seen.check,), sure, facts={**facts, **parts.pop("facts", {})}, **parts)  # type: ignore[arg-type,dict-item]


def got(seen: Wire) -> str:
    """`POST /v1/speak got 400 Bad Request: “…”`; only for questions that were answered."""
    assert seen.response is not None
    return f"{question(seen)} got {status_words(seen.response)}{quoted(seen.response)}"


# -- the answer -------------------------------------------------------------------------------------------------------


def bad_response(case: Case) -> Iterator[Match]:
    """What came in place of audio: cut off, a page, nothing that is audio, or far too little of it."""
    for seen in further.wires(case):
        words = broken(seen) or (_no_audio(case, seen) if isinstance(seen, Exchange) else "")
        if words:
            sound = further.sound_of(case, seen)
            came = f" Until then {seconds(sound.lasts)} of speech had come." if sound and sound.lasts else ""
            came = came if broken(seen) else ""
            who = f" It was written by {writer(seen.response)}." if seen.response is not None else ""
            sure = Confidence.LIKELY if "lasts" in words else Confidence.CERTAIN
            remedies = _CUT if broken(seen) and seen.status == 200 else ()
            says = f"The answer to {question(seen)} {words}.{came}{who}"
            yield matched(seen, says, sure, *([sound] if sound else []), remedies=remedies)


def _no_audio(case: Case, seen: Exchange) -> str:
    answer = seen.response
    if answer is None or not 200 <= answer.status < 300 or not answer.complete:
        return ""
    if answer.status != 200:
        return f"came with {answer.status} and no audio"
    kind = answer.header("content-type").partition(";")[0].strip() or "no Content-Type"
    sound = further.sound_of(case, seen)
    if sound is None:
        return f"is no audio but text ({kind})" if answer.body else ""
    if sound.trouble and sound.size:
        return f"is no audio that can be played ({kind}): it {sound.trouble}"
    if sound.lasts is not None and sound.words and sound.lasts < LEAST * sound.words:
        return f"is complete, yet lasts {seconds(sound.lasts)} for {sound.words} words"
    return ""


def stalls(case: Case) -> Iterator[Match]:
    """Questions to these endpoints to which no complete answer came in time."""
    for seen in further.wires(case):
        if stalled(seen):
            limit = waited_for(seen)
            within = f" within {seconds(limit)}" if limit else " in time"
            came = seen.response.body_bytes if seen.response else 0
            part = f"stopped after {came} bytes, and no more came" if came else "did not come"
            yield matched(seen, f"The answer to {question(seen)} {part}{within}.", facts={"phase": seen.reached})


# -- the socket -------------------------------------------------------------------------------------------------------


def closed_early(case: Case) -> Iterator[Match]:
    """Sockets that opened and ended before they were done, or on which the server said that it failed."""
    for talk in further.talks(case):
        if talk.upgrade.check == "agent" and talk.fate == "error":
            continue  # the settings were refused in words
        if talk.fate in ("closed", "error", "broken"):
            yield _talked(
                talk, f"{_opened(talk)} and {_ended(talk)} after {seconds(lived(talk.stream))}{_until(talk)}."
            )


def _opened(talk: Talk) -> str:
    return f"The socket of {path_of(talk.upgrade)} opened"


def _ended(talk: Talk) -> str:
    if talk.fate == "broken":
        return f"could not be read ({talk.stream.problem or 'more came than dgcheck reads'})"
    if talk.fate == "error":
        return f"was given up by the server ({words_of(talk)}){_means(talk, words_of(talk))}"
    return f"{how(talk.stream)}{_means(talk, talk.stream.close_reason)}"


def _means(talk: Talk, words: str) -> str:
    known = _TTS if talk.upgrade.check == "speak" else {}
    means = next((what for token, what in known.items() if token in words.upper()), "")
    return f", which means {means}," if means else ""


def _until(talk: Talk) -> str:
    before = (one.kind for one in talk.stream.heard if one is not talk.said)
    kinds = dict.fromkeys("audio" if kind == "binary" else kind for kind in before)
    return f"; until then came {listed(list(kinds)[:5])}" if kinds else ", before anything was said"


def words_of(talk: Talk) -> str:
    """The server's own words of a failure: `INTERNAL_SERVER_ERROR: “…”`."""
    found = fields(talk.said.text) if talk.said else {}
    code, text = (str(found.get(name) or "")[:200] for name in ("code", "description"))
    text = text or str(found.get("message") or found.get("err_msg") or "")[:200]
    return ": ".join(part for part in (code, f"“{' '.join(text.split())}”" if text else "") if part) or "without words"


def _talked(talk: Talk, says: str, sure: Confidence = Confidence.CERTAIN) -> Match:
    code = str(talk.stream.close_code or "none")
    check = talk.upgrade.check
    facts = {"close": code, "check": check}
    return Match(says, (talk.stream.id, talk.upgrade.id), (check,), sure, facts=facts, detail=talk.fate)


def no_results(case: Case) -> Iterator[Match]:
    """Sockets that opened and on which nothing came that was waited for."""
    for talk in further.talks(case):
        if talk.fate == "silent":
            kinds = dict.fromkeys("audio" if one.kind == "binary" else one.kind for one in talk.stream.heard)
            before = f" after {listed(list(kinds)[:5])}" if kinds else ""
            last = further.spoken_by(talk.upgrade)
            nothing = _NOTHING[talk.upgrade.check].format(last=last)
            if "audio" in kinds:
                nothing = f"no {last} followed the audio"
            yield _talked(talk, f"{_opened(talk)}, and {nothing}{before} within {seconds(lived(talk.stream))}.")


def not_forwarded(case: Case) -> Iterator[Match]:
    """Upgrades to which the answer is that it saw none."""
    for seen in further.wires(case):
        if isinstance(seen, Upgrade) and (asks_to_upgrade(seen) or asks_for_newer_http(seen)):
            says = f"{got(seen)}: the headers Upgrade and Connection did not arrive there."
            yield matched(seen, upper(says), Confidence.LIKELY)


def rejected(case: Case) -> Iterator[Match]:
    """Upgrades that were refused for no reason that a sharper cause tells."""
    refused = further.refused(case)
    for seen in further.counted(case):
        if not isinstance(seen, Upgrade) or seen in refused or asks_to_upgrade(seen):
            continue
        plain = seen.status in (400, 415, 422) or (seen.status == 405 and not further.upgrades_pass(case))
        if plain and read_refusal(seen.response).about != "parameter":
            also = "" if further.upgrades_pass(case) else ", or a proxy drops the headers Upgrade and Connection"
            says = f"{upper(got(seen))}. It may be switched off{also}."
            yield matched(seen, says, remedies=switches(seen))
        elif seen.response is None and dropped(seen) and any(one.response for one in case.wires()):
            says = f"The connection was {dropped(seen)} when {question(seen)} was asked for, without an answer."
            yield matched(seen, says, Confidence.LIKELY, detail=dropped(seen))


def bad_parameter(case: Case) -> Iterator[Match]:
    """Requests that were refused for something they asked for."""
    refused = further.refused(case)
    for seen in further.counted(case):
        words = read_refusal(seen.response) if seen.status in (400, 413, 415, 422) else None
        if words is None or seen in refused or (isinstance(seen, Upgrade) and words.about != "parameter"):
            continue
        yield matched(seen, f"{upper(got(seen))}.", facts={"name": words.names[0]} if words.names else {})


# -- the words --------------------------------------------------------------------------------------------------------


def _words(case: Case) -> Iterator[tuple[str, str, str, Seen, tuple[Seen, ...]]]:
    """(what was said, what was heard, who said and heard it, evidence) of speech that was made here, and of Flux."""
    for seen in further.loops(case):
        answer = read_transcription(seen.response.body) if seen.response and seen.status == 200 else None
        sound = next((one for one in case.of(Sound, "speak") if one.language), None)
        if answer is not None and sound is not None:
            who = f"{sound.voice} said “{{said}}” and {model_of(seen) or 'the deployment'}"
            yield endpoint.saying(sound.voice, case.settings.expect).text, answer.transcript, who, seen, (sound,)
    for talk in further.talks(case):
        heard = talk.upgrade.check == "flux" and not talk.fate and further.turns(talk.stream)
        if heard and case.words and case.audio_language.partition("-")[0] in ("", "en"):
            who = f"The clip says “{{said}}” and {model_of(talk.upgrade) or 'Flux'}"
            yield case.words, further.heard(talk.stream), who, talk.stream, (talk.upgrade,)


def transcript_empty(case: Case) -> Iterator[Match]:
    """Speech in which nothing was heard."""
    for said, heard, who, seen, more in _words(case):
        if not heard.strip():
            yield matched(seen, f"{who.format(said=said)} heard nothing in it.{_acquitted(case, seen)}", _SURE, *more)


def transcript_mismatch(case: Case) -> Iterator[Match]:
    """Speech in which other words were heard."""
    from dgcheck.wire.words import error_rate

    for said, heard, who, seen, more in _words(case):
        rate = error_rate(said, heard) if heard.strip() else 0.0
        if rate > MOST_WRONG and not (seen.check == "speak" and heard == _of_the_clip(case)):
            wrong = f"{min(rate, 9.99):.0%} of the words are wrong"
            says = f"{who.format(said=said)} heard “{heard[:160]}”: {wrong}.{_acquitted(case, seen)}"
            yield matched(seen, says, _SURE, *more, facts={"heard": heard[:120]})


def _of_the_clip(case: Case) -> str:
    """What was heard in the clip; who hears the same in other speech says nothing of that speech."""
    answer = read_transcription(case.rest.response.body) if case.rest and case.rest.response else None
    return answer.transcript if answer is not None else ""


def _acquitted(case: Case, seen: Seen) -> str:
    """What the clip, which is known to be understood elsewhere, says of the listener."""
    fine = seen.check == "speak" and bool(_of_the_clip(case))
    return " The clip that comes with dgcheck was understood, so it is the voice." if fine else ""


def undecodable(case: Case) -> Iterator[Match]:
    """Speech that was made here, and that the same deployment cannot decode."""
    for seen in further.loops(case):
        if seen.status == 400 and read_refusal(seen.response).about == "audio":
            yield matched(seen, f"What the deployment itself spoke was posted back to it, and {got(seen)}.")
