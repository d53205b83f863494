"""Load what a run needs later, while it waits for the network."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Sequence
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from dgcheck import experiments, rules
from dgcheck.model.case import Case
from dgcheck.net.network import Network
from dgcheck.wire import listing, model_name
from dgcheck.wire.redact import Redactor

# What frames of a WebSocket need, in pieces that are quick to load.
_WEBSOCKETS = ("websockets.exceptions", "websockets.frames", "websockets.http11", "websockets.protocol")


_begun: list[bool] = []
_NEXT = 0.015  # seconds in which what follows from the first answers is asked

# What every answer passes through, with something for each of its patterns to look at.
_ANSWER = '{"stt": [{"name": "general", "canonical_name": "nova-3", "architecture": "nova-3", "languages": ["en"]}]}'
_TEXT = "https://h/?a=b Authorization: Token x; Cookie: a=b; -----BEGIN"


async def warm(network: Network, also: Sequence[str], *, streams: bool) -> None:
    """Load what is needed later, a module at a time, while the loop waits for answers.

    One after the other in the loop and not beside it in a thread: an answer that arrives waits for one module at most.
    Without `streams` no frame will be sent or read, and what does that stays where it is. Only the first run of a
    process needs it: what a later one lacks is loaded when it is used.
    """
    if _begun:
        return
    _begun.append(True)
    _put_off("importlib.metadata")
    for name in _WEBSOCKETS if streams else ():
        import_module(name)
        await asyncio.sleep(0)
    _read_once(network.redactor)
    for name in (*_modules(rules), "dgcheck.diagnosis.judge", *_modules(experiments), *also):
        import_module(name)
        await asyncio.sleep(0)
    await network.answered.wait()
    await asyncio.sleep(_NEXT)
    _rehearse(network.case)


def _read_once(redactor: Redactor) -> None:
    """Compile the patterns by which the first answers are read."""
    redactor.text(_TEXT)
    found = listing.read(_ANSWER)
    for row in found.models if found else ():
        model_name.of_row(row)


def _rehearse(case: Case) -> None:
    """Judge what is there so far: what rules need only once, such as compiling their patterns, is then done while the
    last answers are still awaited. What they say so early is not kept."""
    from dgcheck.diagnosis.diagnose import diagnose

    with contextlib.suppress(Exception):
        diagnose(case)


def _modules(package: ModuleType) -> tuple[str, ...]:
    return tuple(f"{package.__name__}.{module.name}" for module in iter_modules(package.__path__))


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
