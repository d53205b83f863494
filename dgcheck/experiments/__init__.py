"""Questions asked only where two causes fit, one idea per file.

Found by scanning this folder: `EXPERIMENT`, or several in `EXPERIMENTS`.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from dgcheck.model.asking import Experiment
from dgcheck.model.errors import InternalError
from dgcheck.model.members import members


@cache
def experiments() -> tuple[Experiment, ...]:
    """Every experiment, each after those that it names. Raises InternalError on a module without one, a name that
    stands twice, or a circle.
    """
    found: dict[str, Experiment] = {}
    for name in members(__path__):
        loaded = import_module(f"{__name__}.{name}")
        own = getattr(loaded, "EXPERIMENTS", None) or (getattr(loaded, "EXPERIMENT", None),)
        for experiment in own:
            if not isinstance(experiment, Experiment):
                raise InternalError(f"dgcheck/experiments/{name}.py has no EXPERIMENT")
            if experiment.id in found:
                raise InternalError(f"the experiment {experiment.id} stands twice")
            found[experiment.id] = experiment
    return _in_order(found)


def _in_order(found: dict[str, Experiment]) -> tuple[Experiment, ...]:
    ordered: list[Experiment] = []
    left = dict(found)
    while left:
        ready = [one for one in left.values() if not any(before in left for before in one.after)]
        if not ready:
            raise InternalError(f"experiments wait for each other: {', '.join(left)}")
        ordered += [left.pop(one.id) for one in ready]
    return tuple(ordered)
