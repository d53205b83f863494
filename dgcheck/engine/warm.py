"""Load what a run needs later, while it waits for the network."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Sequence
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from dgcheck.experiments import experiments
from dgcheck.model.case import Case

# What frames of a WebSocket need, in pieces that are quick to load.
_WEBSOCKETS = ("websockets.exceptions", "websockets.frames", "websockets.http11", "websockets.protocol")


async def warm(case: Case, also: Sequence[str]) -> None:
    """Load what is needed later, a module at a time, while the loop waits for the first answers.

    One after the other in the loop and not beside it in a thread: an answer that arrives waits for one module at most.
    """
    _put_off("importlib.metadata")
    for name in (*_WEBSOCKETS, *_families(), "dgcheck.diagnosis.judge", *also):
        import_module(name)
        await asyncio.sleep(0)
    experiments()
    await asyncio.sleep(0)
    from dgcheck.diagnosis.diagnose import diagnose

    # What rules need only once, such as compiling their patterns, is done now; what they say so early is not kept.
    with contextlib.suppress(Exception):
        diagnose(case)


def _families() -> tuple[str, ...]:
    from dgcheck import rules

    return tuple(f"{rules.__name__}.{module.name}" for module in iter_modules(rules.__path__))


def _put_off(name: str) -> None:
    """Let a module be imported only when something of it is used: websockets names importlib.metadata, and uses it only
    in versions that are not released."""
    if name in sys.modules:
        return

    class Later(ModuleType):
        """Stands in for a module until an attribute of it is asked for."""

        def __getattr__(self, attribute: str) -> object:
            if attribute.startswith("__"):
                raise AttributeError(attribute)
            if sys.modules.get(name) is self:
                del sys.modules[name]
            return getattr(import_module(name), attribute)

    sys.modules[name] = Later(name)
