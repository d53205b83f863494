"""/v2/listen is not served, and a Flux model was asked for: does /v1/listen at least know that it is one?"""

from __future__ import annotations

from dgcheck.model.asking import Ask, Asking, Experiment
from dgcheck.model.case import Case
from dgcheck.model.evidence import Upgrade
from dgcheck.readings import further
from dgcheck.readings.further import ON_V1
from dgcheck.wire import endpoint


def _refused(case: Case) -> Upgrade | None:
    found = (seen for seen in case.of(Upgrade, "flux") if seen.status in further.NOT_SERVED)
    return next((seen for seen in found if endpoint.of(further.model_of(seen)) == endpoint.FLUX), None)


def worth_asking(case: Case) -> bool:
    """Somebody asked for Flux, and its endpoint is not there."""
    return further.asked(case, "flux") and _refused(case) is not None and case.first(Upgrade, "flux", ON_V1) is None


async def ask(asking: Asking) -> None:
    """The same upgrade at /v1/listen, which refuses Flux models in words of its own."""
    seen = _refused(asking.case)
    if seen is not None and asking.requests_left() > 0:
        await asking.net.upgrade(Ask(path=endpoint.LISTEN, query=seen.request.query))


EXPERIMENT = Experiment(id=ON_V1, check="flux", when=worth_asking, ask=ask)
