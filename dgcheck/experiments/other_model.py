"""A request was refused for its model: does another model, or another way of asking for it, work?"""

from __future__ import annotations

from dgcheck.model.asking import Asking, Experiment
from dgcheck.model.case import Case
from dgcheck.model.evidence import Upgrade, Wire
from dgcheck.model.target import Settings
from dgcheck.readings.ask_again import ask_again, with_model
from dgcheck.readings.for_speech import SPEECH, guessed, requests
from dgcheck.readings.model_fault import Judged, judged, listing_of
from dgcheck.wire.choose import USUAL, choose
from dgcheck.wire.listen import rest_query, stream_query
from dgcheck.wire.wanted import wanted

# What says how audio is streamed; a POST describes its own audio.
OF_STREAMS = ("interim_results", "encoding", "sample_rate", "channels", "endpointing", "utterance_end_ms", "vad_events")


def _defaulted(case: Case) -> Judged | None:
    """The refusal of a request without a model, as long as no other one was tried."""
    found = next((one for one in judged(case) if one.cause == "default_model_missing"), None)
    return found if found is not None and found.proof is None and _listed(case) else None


def _listed(case: Case) -> str:
    """A model to try in place of none: the listing's newest, else the most usual one; '' where none is listed."""
    listed = listing_of(case)
    if listed is None or listed.listing is None:
        return USUAL[0]
    choice = choose(listed.listing)
    return choice.name if choice else ""


def default_refused(case: Case) -> bool:
    """A request without a model was refused for its model, and there is one to try."""
    return _defaulted(case) is not None and case.first(Wire, "", "listed_model") is None


async def ask_with_model(asking: Asking) -> None:
    """The same request with a model."""
    found = _defaulted(asking.case)
    if found is not None and asking.requests_left() > 0:
        await _put(asking, found.refused[0], _listed(asking.case))


def guess_refused(case: Case) -> bool:
    """A model that dgcheck had guessed was refused both ways."""
    return guessed(case) and case.model == USUAL[0] and any(one.cause == "model_missing" for one in judged(case))


async def ask_next_guess(asking: Asking) -> None:
    """The next of the usual models, by a POST."""
    found = next((one for one in judged(asking.case) if one.cause == "model_missing"), None)
    if found is None or not found.refused or asking.requests_left() <= 0:
        return
    refused = next((seen for seen in found.refused if not isinstance(seen, Upgrade)), found.refused[0])
    await _put(asking, refused, USUAL[1])


async def _put(asking: Asking, refused: Wire, model: str) -> None:
    question = ask_again(refused, with_model(refused, model), asking.audio)
    if isinstance(refused, Upgrade):
        await asking.net.upgrade(question)
    else:
        await asking.net.exchange(question)


def one_way_only(case: Case) -> bool:
    """A model was refused in one way, no listing says why, and nobody asked for it in the other."""
    return not guessed(case) and _asked_one_way(case) is not None


def _asked_one_way(case: Case) -> Judged | None:
    ways = {(wanted(seen).model, isinstance(seen, Upgrade)) for seen in requests(case)}
    for one in judged(case):
        if not one.refused or one.misfit is not None or one.proof is not None or not one.want.model:
            continue
        if one.cause != "model_wrong_endpoint" and not {(one.want.model, True), (one.want.model, False)} <= ways:
            return one
    return None


async def ask_the_other_way(asking: Asking) -> None:
    """The refused upgrade's question as a POST of the speech, or a refused POST's as an upgrade."""
    found = _asked_one_way(asking.case)
    if found is None or asking.requests_left() <= 0:
        return
    refused = found.refused[0]
    query = tuple(pair for pair in refused.request.query if pair[0] not in OF_STREAMS)
    if isinstance(refused, Upgrade):
        query += rest_query(Settings(), asking.audio, "")
        await asking.net.exchange(ask_again(refused, query, asking.audio, method="POST"))
    else:
        query += stream_query(Settings(), asking.audio, "")
        await asking.net.upgrade(ask_again(refused, query, asking.audio, method="GET"))


EXPERIMENTS = (
    Experiment(id="listed_model", check="models", when=default_refused, ask=ask_with_model, also=SPEECH),
    Experiment(id="usual_model", check="models", when=guess_refused, ask=ask_next_guess, also=SPEECH),
    Experiment(id="other_way", check="models", when=one_way_only, ask=ask_the_other_way, also=SPEECH),
)
