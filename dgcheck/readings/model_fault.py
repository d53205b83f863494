"""Which cause a refused model has: the listing decides where it speaks, other answers where it is silent.

One judgement per model and way of asking, so that no two causes of this family claim the same refusal.
"""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Confidence
from dgcheck.model.evidence import Exchange, Listing, Model, Wire
from dgcheck.model.record import dataclass, replace
from dgcheck.readings.answers import works
from dgcheck.readings.for_speech import guessed, requests
from dgcheck.readings.foreign import of_the_request
from dgcheck.wire import endpoint
from dgcheck.wire.choose import exact, mode, own_language
from dgcheck.wire.proving import PURPOSE
from dgcheck.wire.refusal import read_refusal
from dgcheck.wire.wanted import Misfit, Wanted, is_flux, is_tag, meant, misfit, wanted
from dgcheck.wire.who import answered

# A listing's reason and the cause that it proves.
_CAUSES = {
    "empty": "model_missing",
    "absent": "model_missing",
    "spelling": "model_misspelt",
    "endpoint": "model_wrong_endpoint",
    "version": "model_version",
    "language": "model_language",
}
_WAYS = {"rest": ("batch",), "streaming": ("streaming",)}  # by what the settings say of a model
_ENDPOINT_CODE = "V2_MODEL_ON_V1_LISTEN_ENDPOINT"


@dataclass(frozen=True, slots=True)
class Judged:
    """One cause for the refusals of one model. `refused` are the requests that were refused; () when the listing
    alone speaks. `proof` is a request that was accepted and separates the cause from its neighbours.
    """

    cause: str
    want: Wanted
    confidence: Confidence
    refused: tuple[Wire, ...] = ()
    misfit: Misfit | None = None
    listed: Exchange | None = None
    proof: Wire | None = None
    others: tuple[str, ...] = ()  # causes that fit as well


# The last case and what was made of it: a dozen causes ask the same of one case, and a listing may be long.
_last: tuple[Case, tuple[object, ...], tuple[Judged, ...]] | None = None


def judged(case: Case) -> tuple[Judged, ...]:
    """Every cause of this family that the run's refused requests, or the listing alone, give reason for."""
    global _last
    state = (len(case.evidence), case.model, case.chosen, id(case.settings))
    if _last is None or _last[0] is not case or _last[1] != state:
        _last = (case, state, _judge_all(case))
    return _last[2]


def _judge_all(case: Case) -> tuple[Judged, ...]:
    found: list[Judged] = []
    for one in (*_refusals(case), *_listing_alone(case)):
        same = next((old for old in found if _same(old, one)), None)
        if same is None:
            found.append(one)
        elif one.refused:
            found[found.index(same)] = _joined(same, one)
    return tuple(found)


def of(case: Case, cause: str) -> Iterator[Judged]:
    """The judgements for one cause, and those for which it fits as well."""
    for one in judged(case):
        if one.cause == cause:
            yield one
        elif cause in one.others:
            others = (one.cause, *(other for other in one.others if other != cause))
            yield replace(one, cause=cause, confidence=Confidence.POSSIBLE, others=others)


def listing_of(case: Case) -> Exchange | None:
    """The answer of `/v1/models` that was read as a listing, or None."""
    seen = [one for one in case.of(Exchange, "models") if one.listing is not None and one.listing.shape != "other"]
    return seen[-1] if seen else None


def about_model(seen: Wire, listing: Listing | None) -> bool:
    """Whether a refusal is one of the model: by its words, or without any where the listing denies what was asked.

    A proxy that puts its own page in the place of a 400 (`proxy_intercept_errors`) takes the words away; a page that
    speaks of the request's form is its own refusal.
    """
    if seen.response is None or seen.response.status < 400:
        return False
    refusal = read_refusal(seen.response)
    if refusal.about == "model":
        return True
    bare = seen.status in (400, 405) and answered(seen.response) in ("", "deepgram")
    veiled = seen.status == 400 and not refusal.code and not of_the_request(seen.response)
    return (bare or veiled) and refusal.about == "" and misfit(listing, wanted(seen)) is not None


def _refusals(case: Case) -> Iterator[Judged]:
    asked = (*requests(case), *_tried(case, PURPOSE))
    listed = listing_of(case)
    listing = listed.listing if listed else None
    accepted = tuple(seen for seen in asked if works(seen))
    for seen in asked:
        if about_model(seen, listing):
            yield _judge(case, seen, accepted, listed)


def _judge(case: Case, seen: Wire, accepted: tuple[Wire, ...], listed: Exchange | None) -> Judged:
    """The cause of one refusal: what the answer's code says, then the listing, then what other requests got."""
    want = wanted(seen)
    denied = misfit(listed.listing if listed else None, want)
    if read_refusal(seen.response).code.upper() == _ENDPOINT_CODE or (is_flux(want.model) and "/v1/" in want.path):
        return Judged("model_wrong_endpoint", want, Confidence.CERTAIN, (seen,), denied, listed)
    if not want.model:
        return _default(case, want, seen, denied, listed)
    if denied is not None:
        cause = _CAUSES.get(denied.reason) or _by_mode(want)
        sure = read_refusal(seen.response).about == "model" and denied.reason != "spelling"
        confidence = Confidence.CERTAIN if sure else Confidence.LIKELY
        return Judged(cause, want, confidence, (seen,), denied, listed, _twin(want, accepted))
    if not listed and endpoint.of(want.model) == endpoint.SPEAK:  # by its name: nothing says whether it is installed
        return Judged("model_wrong_endpoint", want, Confidence.CERTAIN, (seen,))
    found = _by_answers(case, want, seen, accepted, listed)
    return replace(found, cause="model_missing", others=()) if guessed(case) and found.proof is None else found


def _default(case: Case, want: Wanted, seen: Wire, denied: Misfit | None, listed: Exchange | None) -> Judged:
    proof = next((one for one in _tried(case, "listed_model") if works(one)), None)
    sure = proof is not None or (denied is not None and denied.reason in ("absent", "spelling", "empty"))
    confidence = Confidence.CERTAIN if sure else Confidence.LIKELY
    return Judged("default_model_missing", want, confidence, (seen,), denied, listed, proof)


# Parameters that can make a model that is there look missing, and the causes that leaving them out would prove.
PARAMETERS = {
    "version": ("model_version",),
    "language": ("model_language",),
    "smart_format": ("model_format", "formatting_conflict"),
}


def _by_answers(case: Case, want: Wanted, seen: Wire, accepted: tuple[Wire, ...], listed: Exchange | None) -> Judged:
    """No listing speaks against the request: the same one without a parameter, or asked the other way, decides."""
    for name, causes in PARAMETERS.items():
        tried = _tried(case, f"without_{name}")
        proof = next((one for one in tried if works(one) and wanted(one).model == want.model), None)
        if proof is not None:
            return _formatting(causes[0], want, seen, proof, listed)
    twin = _twin(want, accepted) or next((one for one in _tried(case, "other_way") if works(one)), None)
    if twin is not None and wanted(twin).mode != want.mode and not _affirms(want, listed):
        return Judged(_by_mode(want), want, Confidence.LIKELY, (seen,), None, listed, twin)
    suspects = _suspects(case, want, listed)
    if not suspects:
        sure = Confidence.POSSIBLE if listed else Confidence.LIKELY
        return Judged("model_missing", want, sure, (seen,), None, listed)
    if suspects == ("model_format",):
        return _formatting("model_format", want, seen, None, listed)
    sure = Confidence.LIKELY if len(suspects) == 1 else Confidence.POSSIBLE
    rows = _rows(want, listed)
    tag = meant(want.language, rows) if suspects == ("model_language",) else ""
    known = Misfit("language", rows, tag) if tag and rows else None
    return Judged(suspects[0], want, sure, (seen,), known, listed, None, suspects[1:])


def _rows(want: Wanted, listed: Exchange | None) -> tuple[Model, ...]:
    return exact(listed.listing, want.model, want.tier) if listed and listed.listing else ()


def _affirms(want: Wanted, listed: Exchange | None) -> bool:
    """Whether the listing says in so many words that the model serves this way."""
    return mode(_rows(want, listed), want.mode) is True


def _suspects(case: Case, want: Wanted, listed: Exchange | None) -> tuple[str, ...]:
    """What of a refused request, that no listing denies, may be at fault.

    What the listing affirms in these letters is acquitted, and so is a parameter that was left out in vain.
    """
    if want.language and not is_tag(want.language):
        return ("model_language",)
    rows = _rows(want, listed)
    said = {tag for row in rows for tag in row.languages}
    asked = {
        "version": want.version not in ("", "latest", *(row.version for row in rows)),
        "language": want.language not in ("", "en", *said),
        "smart_format": want.smart_format,
    }
    vain = {name for name in PARAMETERS if any(not works(one) for one in _tried(case, f"without_{name}"))}
    left = tuple(PARAMETERS[name][0] for name, is_asked in asked.items() if is_asked and name not in vain)
    return left if listed else (*(["model_missing"] if left else []), *left)


def _formatting(cause: str, want: Wanted, seen: Wire, proof: Wire | None, listed: Exchange | None) -> Judged:
    """`smart_format` was refused: the listing's `formatted_output` tells the missing format from the conflict."""
    if cause != "model_format":
        return Judged(cause, want, Confidence.CERTAIN, (seen,), None, listed, proof)
    rows = _rows(want, listed)
    said = {row.formatted for row in rows}
    if said == {False}:
        sure = Confidence.CERTAIN if proof else Confidence.LIKELY
        return Judged("model_format", want, sure, (seen,), Misfit("format", rows), listed, proof)
    if True in said:
        sure = Confidence.LIKELY if proof else Confidence.POSSIBLE
        return Judged("formatting_conflict", want, sure, (seen,), Misfit("conflict", rows), listed, proof)
    return Judged("model_format", want, Confidence.POSSIBLE, (seen,), None, listed, proof, ("formatting_conflict",))


def _listing_alone(case: Case) -> Iterator[Judged]:
    """Models that were asked of dgcheck, by the listing alone, where no request for them was answered."""
    listed = listing_of(case)
    if listed is None or (case.target is not None and case.target.replay):
        return
    answers = {(wanted(seen).model, wanted(seen).mode) for seen in requests(case)}
    for want in _wants(case, listed.listing):
        if (want.model, want.mode) in answers:
            continue
        denied = misfit(listed.listing, want)
        if denied is not None and denied.reason == "endpoint" and _expected(case, want):
            continue  # it is to be listed, and not to transcribe
        if denied is not None and (denied.reason == "mode" or not any(want.model == model for model, _ in answers)):
            cause = _CAUSES.get(denied.reason) or _by_mode(want)
            yield Judged(cause, want, Confidence.LIKELY, (), denied, listed)
    for one in case.settings.expected:
        rows = tuple(row for row in exact(listed.listing, one.name) if row.kind == "stt") if listed.listing else ()
        if one.formatted and rows and {row.formatted for row in rows} == {False}:
            want = Wanted(one.name, smart_format=True)
            yield Judged("model_format", want, Confidence.LIKELY, (), Misfit("format", rows), listed)


def _expected(case: Case, want: Wanted) -> bool:
    return any(want.model == one.name for one in case.settings.expected)


def _wants(case: Case, listing: Listing | None) -> Iterator[Wanted]:
    """What has to be there by the settings: each model in each way, language and version that it is needed in."""
    settings = case.settings
    # Where the listing itself is what is asked for, the model that a run would take from it is nobody's wish.
    taken = [] if not case.model or (case.chosen and settings.every_listing) else [case.model]
    for name in dict.fromkeys((*endpoint.speech(settings), *taken)):
        language = settings.language
        if case.chosen and not language and listing:
            language = own_language(exact(listing, name))
        for way in _modes(case, name):
            yield Wanted(name, language, settings.model_version, "", False, way)
    for one in settings.expected:
        for way in _WAYS.get(one.mode, ("batch", "streaming")):
            for language in one.languages or (own_language(exact(listing, one.name)) if listing else "",):
                yield Wanted(one.name, language, one.version, "", False, way)


def _modes(case: Case, model: str) -> tuple[str, ...]:
    """The ways in which a model has to serve: both, unless the settings name one."""
    return _WAYS.get(case.settings.modes.get(model, "both"), ("batch", "streaming"))


def _by_mode(want: Wanted) -> str:
    return "model_not_streaming" if want.mode == "streaming" else "model_not_batch"


def _twin(want: Wanted, accepted: tuple[Wire, ...]) -> Wire | None:
    """An accepted request for the same model, language and version."""
    for seen in accepted:
        other = wanted(seen)
        if (other.model, other.language, other.version) == (want.model, want.language, want.version):
            return seen
    return None


def _tried(case: Case, purpose: str) -> Iterator[Wire]:
    return (seen for seen in case.of(Wire, "", purpose) if seen.response is not None)


def _same(old: Judged, new: Judged) -> bool:
    return (old.cause, old.want.model, old.want.language) == (new.cause, new.want.model, new.want.language)


def _joined(old: Judged, new: Judged) -> Judged:
    """Two refusals of one cause as one: the surer confidence, all requests."""
    order = (Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE)
    surest = min(old.confidence, new.confidence, key=order.index)
    return replace(old, confidence=surest, refused=(*old.refused, *new.refused), proof=old.proof or new.proof)
