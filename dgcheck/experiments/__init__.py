"""Questions asked only where two causes fit, one idea per file.

Found by scanning this folder: `EXPERIMENT`, or several in `EXPERIMENTS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module

from dgcheck.model.asking import Experiment
from dgcheck.model.errors import InternalError
from dgcheck.model.members import members

# Experiments that may be called for where every question was answered well, and the checks that they ask more about.
# All others look into a failure.
_OF_GOOD_ANSWERS: Mapping[str, tuple[str, ...]] = {"other_store": ("tls",)}


def modules(good: frozenset[str] | None = None) -> tuple[str, ...]:
    """The names of the modules here, none of them loaded. With `good`, the checks that pass in a run in which all went
    well, those alone that may be called for there.
    """
    names = members(__path__) if good is None else (name for name, of in _OF_GOOD_ANSWERS.items() if good & {*of})
    return tuple(f"{__name__}.{name}" for name in names)


@cache
def experiments(good: frozenset[str] | None = None) -> tuple[Experiment, ...]:
    """Every experiment of those `modules`, each after those that it names.

    Raises InternalError on a module without one, a name that stands twice, or a circle.
    """
    found: dict[str, Experiment] = {}
    for name in modules(good):
        loaded = import_module(name)
        own = getattr(loaded, "EXPERIMENTS", None) or (getattr(loaded, "EXPERIMENT", None),)
        for experiment in own:
            if not isinstance(experiment, Experiment):
                raise InternalError(f"{name.replace('.', '/')}.py has no EXPERIMENT")
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
