"""A refused model that no listing denies: is it the version, the language or the formatting that is not there?

The refused request is asked again without the one parameter. At most two of these are asked, because each may be
refused again; where the listing already decides, none is.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from dgcheck.model.asking import Asking, Experiment
from dgcheck.model.case import Case
from dgcheck.model.evidence import Upgrade, Wire
from dgcheck.readings.ask_again import ask_again, without
from dgcheck.readings.for_speech import SPEECH
from dgcheck.readings.model_fault import PARAMETERS, Judged, judged

MOST = 2  # tries, since each may be refused


def _unsettled(case: Case, name: str, causes: tuple[str, ...]) -> Judged | None:
    """The judgement that leaving out this parameter would settle, or None."""
    tried = [seen.purpose for other in PARAMETERS for seen in case.of(Wire, "", f"without_{other}")]
    if len(tried) >= MOST or f"without_{name}" in tried:
        return None
    for one in judged(case):
        fits = bool({one.cause, *one.others} & set(causes))
        asked = bool(one.refused) and any(key == name for key, _ in one.refused[0].request.query)
        denied = one.misfit is not None and one.misfit.reason not in ("format", "conflict")
        if fits and asked and not denied and one.proof is None:
            return one
    return None


def _worth_asking(name: str, causes: tuple[str, ...], case: Case) -> bool:
    """A refused request has the parameter, and nothing has decided yet."""
    return _unsettled(case, name, causes) is not None


async def _ask(name: str, causes: tuple[str, ...], asking: Asking) -> None:
    """The refused request once more without the parameter."""
    found = _unsettled(asking.case, name, causes)
    if found is None or asking.requests_left() <= 0:
        return
    refused = next((seen for seen in found.refused if not isinstance(seen, Upgrade)), found.refused[0])
    question = ask_again(refused, without(refused, name), asking.audio)
    if isinstance(refused, Upgrade):
        await asking.net.upgrade(question)
    else:
        await asking.net.exchange(question)


def _experiment(name: str, causes: tuple[str, ...]) -> Experiment:
    when: Callable[[Case], bool] = partial(_worth_asking, name, causes)
    return Experiment(id=f"without_{name}", check="models", when=when, ask=partial(_ask, name, causes), also=SPEECH)


EXPERIMENTS = tuple(_experiment(name, causes) for name, causes in PARAMETERS.items())
