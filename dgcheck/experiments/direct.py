"""A forward proxy is in force and the questions through it failed: do they work without it?"""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.asking import Ask, Asking, Experiment
from dgcheck.model.case import Case
from dgcheck.model.evidence import Exchange, Upgrade, Wire
from dgcheck.readings.telling import path_of
from dgcheck.wire.deployment import worked

LIMIT = 6.0


def failed(case: Case) -> Iterator[Wire]:
    """A GET and an upgrade that stand for all of their kind, where none of that kind worked through the proxy."""
    if case.settings.proxy is None:
        return
    kinds: tuple[type[Wire], ...] = (Exchange, Upgrade)
    for kind in kinds:
        asked = list(case.of(kind))
        if asked and not any(worked(one) for one in asked):
            yield next((one for one in asked if one.request.method == "GET"), asked[0])


def worth_asking(case: Case) -> bool:
    """Something that was to go through a forward proxy did not work at all."""
    return any(failed(case))


async def ask(asking: Asking) -> None:
    """The same questions again, round the proxy."""
    for seen in list(failed(asking.case)):
        question = Ask(path=path_of(seen), query=seen.request.query, whole=True, direct=True, limit=LIMIT)
        if isinstance(seen, Upgrade):
            await asking.net.upgrade(question)
        elif seen.request.method == "GET":
            await asking.net.exchange(question)


EXPERIMENT = Experiment(id="direct", check="status", when=worth_asking, ask=ask)
