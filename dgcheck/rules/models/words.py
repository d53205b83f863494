"""The sentences of this family: what was asked for, what was answered, what is installed."""

from __future__ import annotations

from dgcheck.model.case import Case
from dgcheck.model.evidence import Exchange, Listing
from dgcheck.readings.model_fault import Judged
from dgcheck.readings.telling import listed, question, questions, quoted, status_words
from dgcheck.wire import choose
from dgcheck.wire.listing import speech
from dgcheck.wire.model_name import read as read_name
from dgcheck.wire.wanted import Wanted, is_tag, languages, wanted

WAYS = {"batch": "pre-recorded audio (POST)", "streaming": "live audio (WebSocket)"}


def asked_for(want: Wanted) -> str:
    """`nova-9`, `nova-3 in version 2024-01-09.1`, `nova-3 for language=es`; `no model` for none."""
    name = want.model or "no model"
    version = f" in version {want.version}" if want.version else ""
    return f"{name}{version}{f' for language={want.language}' if want.language else ''}"


def refusal(one: Judged) -> str:
    """`POST /v1/listen and the WebSocket upgrade of /v1/listen got 400 Bad Request: “No such model…”`; '' for none."""
    response = one.refused[0].response if one.refused else None
    if response is None:
        return ""
    return f"{questions(one.refused)} got {status_words(response)}{quoted(response)}"


def installed(one: Judged) -> str:
    """`Installed are nova-3-general and nova-2-general.` as far as a listing says so; '' without one."""
    found = one.listed.listing if one.listed else None
    if found is None:
        return ""
    names = choose.names(found)
    if not names:
        return "The listing has no speech model."
    return f"Installed: {names}."


def chosen(case: Case, one: Judged) -> str:
    """The sentence that says nobody asked for this model; '' when somebody did."""
    if not case.chosen or one.want.model != case.model:
        return ""
    if any(one.want.model == expected.name for expected in case.settings.expected):
        return ""
    return f" (No model was asked for; dgcheck took {one.want.model} from the listing.)"


def evidence(one: Judged) -> tuple[str, ...]:
    """Ids of all that a judgement rests on."""
    seen = (*one.refused, *([one.proof] if one.proof else []), *([one.listed] if one.listed else []))
    return tuple(dict.fromkeys(each.id for each in seen))


def checks(case: Case, one: Judged) -> tuple[str, ...]:
    """The checks that it touches: those that were refused, and `models` where the listing denies a model asked for."""
    touched = dict.fromkeys(seen.check for seen in one.refused)
    if one.misfit is not None and one.listed is not None and one.want.model and not case.chosen:
        touched["models"] = None
    return tuple(touched) or ("models",)


def facts(case: Case, one: Judged) -> dict[str, str]:
    """Values for the remedies; what is not known is left out, so that its remedy is."""
    found = one.listed.listing if one.listed else None
    values = {
        "model": one.want.model,
        "language": one.want.language,
        "version": one.want.version,
        "installed": choose.names(found) if found else "",
        "usable": usable(found, one.want),
        "model_file": files(one),
        "mode": one.want.mode,
        "listing_path": "" if case.listing is None and _no_listing(case) else "/v1/models",
    }
    return {key: value for key, value in values.items() if value}


def _no_listing(case: Case) -> bool:
    """Whether /v1/models was asked and gave none, so that asking again would not help."""
    return case.first(Exchange, "models") is not None


def usable(found: Listing | None, want: Wanted) -> str:
    """The model of the listing that would serve instead: for the same language where one does; '' when none."""
    if found is None or not speech(found):
        return ""
    choice = choose.choose(found, want.language if want.language != "multi" else "")
    rows = choose.exact(found, choice.name) if choice else ()
    fits = choice and choose.speaks(rows, want.language or "en") is not False and choice.name != want.model
    return choice.name if fits and choice and choose.mode(rows, want.mode) is not False else ""


def files(one: Judged) -> str:
    """How the files of a model are called, `nova-3-general.en.streaming.*.dg`, for each way that was refused; '' for
    names and languages that are not Deepgram's.
    """
    name, language = read_name(one.want.model), one.want.language or "en"
    if not name.offered or name.family in ("flux", "whisper") or not is_tag(language):
        return ""
    form = "" if name.generation >= 3 else "*."
    ways = dict.fromkeys([wanted(seen).mode for seen in one.refused] or [one.want.mode])
    return listed(f"{name.canonical}.{language}.{form}{way}.*.dg" for way in ways)


def spoken(one: Judged) -> str:
    """The languages of the rows in a misfit, in words."""
    return languages(one.misfit.rows) if one.misfit else ""


def proof(one: Judged) -> str:
    """`the WebSocket upgrade of /v1/listen got 101`, the request that was accepted; '' when there was none."""
    if one.proof is None or one.proof.response is None:
        return ""
    return f"{question(one.proof)} got {one.proof.response.status}"


def either(one: Judged, words: dict[str, str]) -> str:
    """` It may as well be that …`, for the causes that fit equally; '' when none does."""
    found = [words[other] for other in one.others if other in words]
    return f" It may as well be that {listed(found, 'or')}." if found else ""
