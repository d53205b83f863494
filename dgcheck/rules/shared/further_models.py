"""Matches about models that /v1/speak and /v2/listen refuse: missing, misspelt, or of another endpoint."""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Confidence, Match, Remedy, Severity
from dgcheck.model.evidence import Upgrade, Wire
from dgcheck.readings import further
from dgcheck.readings.further import model_of
from dgcheck.readings.offered import flux_voices, voices
from dgcheck.readings.telling import listed, path_of
from dgcheck.rules.shared.further import got, matched
from dgcheck.rules.shared.further_switches import switches
from dgcheck.wire import choose, endpoint
from dgcheck.wire.refusal import read_refusal

ALIKE = 0.7  # share of the letters in order; tahlia for thalia has 0.83, alexis for haley 0.55
_FLUX_TTS = '[flux_tts]\nenabled = true\nuuid = "UUID"'
_ON_V2 = "V2_MODEL_ON_V1_LISTEN_ENDPOINT"


def model_missing(case: Case) -> Iterator[Match]:
    """Voices and Flux models that are refused, and are no other endpoint's and no slip of the finger."""
    for seen in _refused(case):
        name = model_of(seen)
        if _elsewhere(case, seen) or _near(case, seen):
            continue
        if seen.check == "flux":
            yield matched(
                seen, f"The Flux model {name} is not installed here: {got(seen)}.", remedies=_flux_model(name)
            )
        else:
            yield _voice_missing(case, seen, name)


def _flux_model(name: str) -> tuple[Remedy, ...]:
    where = f"Put {name}.*.dg into the models directory of an Engine of its own, and name it in its engine.toml"
    return (Remedy(where, f'[flux]\nenabled = true\nmodel_name = "{name}"'),)


def _flux_voice_missing(case: Case, seen: Wire, name: str) -> Match:
    known = flux_voices(case.listing)
    shown = f" Flux voices that are listed: {listed(known[:8])}." if known else ""
    others = tuple(one for one in known if one != name)
    engine = Remedy("Name the model of the voice in the engine.toml of an Engine without Aura", _FLUX_TTS)
    remedies = (*((_other_voice(case, others),) if others else ()), engine)
    if name in known:
        says = f"The Flux voice {name} is listed and cannot be had: {got(seen)}. It may be on another Engine."
        return matched(seen, says, Confidence.LIKELY, remedies=remedies, detail="listed, and refused")
    return matched(seen, f"The Flux voice {name} is not installed here: {got(seen)}.{shown}", remedies=remedies)


def _voice_missing(case: Case, seen: Wire, name: str) -> Match:
    if seen.request.path.endswith(endpoint.SPEAK_2):
        return _flux_voice_missing(case, seen, name)
    known = voices(case.listing)
    shown = f" Voices that are listed: {listed(known[:8])}." if known else " No voice is listed."
    others = tuple(one for one in known if one != name)
    remedies = _voice_remedies(case, others)
    if name in known:
        says = (
            f"The voice {name} is listed and cannot be had: {got(seen)}. Aura-2 needs two files, the voice pack and "
            f"the generator; one may be missing, or on another Engine."
        )
        return matched(seen, says, Confidence.LIKELY, remedies=remedies, detail="listed, and refused")
    if case.listing is None and not endpoint.voices(case.settings):
        says = f"No voice was named and none is listed, so dgcheck tried {name}, which is not installed: {got(seen)}."
        return matched(seen, says, facts={"name": "VOICE"}, severity=Severity.INFO)
    return matched(seen, f"The voice {name} is not installed here: {got(seen)}.{shown}", remedies=remedies)


def _voice_remedies(case: Case, others: tuple[str, ...]) -> tuple[Remedy, ...]:
    files = Remedy(
        "Install the voice: aura-2.voice-pack.*.dg and aura-2.generator.*.dg, both, in the Engine's models directory"
    )
    if not others:
        return (files,)
    return (_other_voice(case, others), files)


def _other_voice(case: Case, others: tuple[str, ...]) -> Remedy:
    return Remedy(f"Ask for a voice that is listed ({listed(others[:4], 'or')})", _run(case, others[0]))


def _run(case: Case, model: str) -> str:
    return f"dgcheck run {case.target.base if case.target else 'URL'} --model {model}"


def _refused(case: Case) -> tuple[Wire, ...]:
    """One refusal for each check and model."""
    found: dict[tuple[str, str], Wire] = {}
    for seen in further.refused(case):
        found.setdefault((seen.check, model_of(seen)), seen)
    return tuple(found.values())


def _near(case: Case, seen: Wire) -> str:
    """The listed voice or Flux model of which the name is a misspelling; '' when none."""
    if case.listing is None:
        return ""
    name = model_of(seen)
    found = choose.nearest(case.listing, name)
    near = seen.check != "speak" or _same_person(name, found)
    return found if near and found != name and endpoint.of(found) in endpoint.CHECKS[seen.check] else ""


def _same_person(name: str, other: str) -> bool:
    """Whether the voices' own names are alike: what stands around them is the same in many."""
    import difflib

    one, two = (words.lower().split("-")[-2:-1] or [words.lower()] for words in (name, other))
    return difflib.SequenceMatcher(None, one[0], two[0]).ratio() >= ALIKE


def model_misspelt(case: Case) -> Iterator[Match]:
    """A near miss of a listed voice, or of a listed Flux model."""
    for seen in _refused(case):
        near = "" if _elsewhere(case, seen) else _near(case, seen)
        if near:
            says = f"No model is called “{model_of(seen)}”: {got(seen)}. The nearest that is installed is {near}."
            yield matched(seen, says, Confidence.LIKELY, facts={"nearest": near})


def _elsewhere(case: Case, seen: Wire) -> str:
    """The endpoint that serves the model which this one refused; '' where it is this one's own."""
    right = endpoint.of(model_of(seen)) if model_of(seen) else ""
    return right if not seen.request.path.endswith(right) else ""


def model_wrong_endpoint(case: Case) -> Iterator[Match]:
    """Nova asked of /v2/listen, a speech model asked to speak, Aura of /v2/speak or a Flux voice of /v1/speak."""
    for seen in _refused(case):
        right = _elsewhere(case, seen)
        if right:
            name, path = model_of(seen), path_of(seen)
            says = f"{name} is served by {right}, not by {path}: {got(seen)}."
            yield matched(seen, says, Confidence.LIKELY, facts={"endpoint": right, "model": name})
    for told in case.of(Upgrade, "flux", further.ON_V1):
        off = next((one for one in case.of(Upgrade, "flux") if one.status in further.NOT_SERVED), None)
        if off is not None and read_refusal(told.response).code.upper() == _ON_V2:
            says = (
                f"{model_of(told)} is a Flux model, which only /v2/listen serves, and that is not served here: "
                f"{got(off)}. At {path_of(told)} the same model got {got(told).partition(' got ')[2]}."
            )
            yield matched(told, says, Confidence.LIKELY, off, remedies=switches(off), detail="not switched on")
