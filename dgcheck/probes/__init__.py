"""Questions, one per file: each answers the check of the same name.

Found by scanning this folder; start-up fails loudly on a module without `PROBE` and on an id that stands twice.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from dgcheck.model.asking import Probe
from dgcheck.model.errors import InternalError
from dgcheck.model.members import members


@cache
def probes() -> tuple[Probe, ...]:
    """Every probe, in the order of the report. Raises InternalError when two have the same id."""
    found: dict[str, Probe] = {}
    for name in members(__path__):
        probe = getattr(import_module(f"{__name__}.{name}"), "PROBE", None)
        if not isinstance(probe, Probe):
            raise InternalError(f"dgcheck/probes/{name}.py has no PROBE")
        if probe.id in found:
            raise InternalError(f"the check {probe.id} stands twice")
        found[probe.id] = probe
    return tuple(sorted(found.values(), key=lambda probe: (probe.order, probe.id)))
