"""Load what a run needs later, while it waits for the network."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from types import ModuleType

from dgcheck import experiments, rules
from dgcheck.diagnosis.well import answered_well
from dgcheck.model.case import AS_SDK, Case
from dgcheck.model.evidence import Dial
from dgcheck.model.report import Report
from dgcheck.net.network import Network
from dgcheck.wire import listing, model_name

_DATES = ("datetime",)  # of a certificate, and of every answer
_CERTIFICATES = ("hashlib",)
# What streams need, in pieces that are quick to load: each holds up an answer that arrives meanwhile.
_STREAMS = (
    *("hashlib", "random", "secrets", "http"),
    "websockets.exceptions",
    "websockets.frames",
    "websockets.http11",
    *("platform", "uuid"),
    "websockets.protocol",
    "dgcheck.net.stream",
    "dgcheck.wire.words",
)


_LATER = "importlib.metadata"
_POSTS = ("dgcheck.readings.foreign",)  # by which the POST's patience is set
_STREAMING = frozenset({"ws.stream", "replicas", AS_SDK})  # checks that send frames
_begun: list[bool] = []
_NEXT = 0.015  # seconds in which what follows from the first answers is asked
_DISTANT = 30.0  # ms of a round trip, from which on there is time to rehearse

# What every answer passes through, with something for each of its patterns to look at.
_ANSWER = '{"stt": [{"name": "a", "canonical_name": "nova-3", "languages": ["en"], "batch": true}]}'


async def warm(
    network: Network,
    judged: Callable[[frozenset[str]], Report],
    rehearse: Callable[[Report], Iterable[None]] | None,
    checks: frozenset[str],
) -> None:
    """Load what these checks need later, a module at a time, while the loop waits for answers; then rehearse the end.

    One after the other in the loop and not beside it in a thread: an answer that arrives waits for one module at most.
    What explains failures is loaded once something failed. Only the first run of a process needs it: what a later one
    lacks is loaded when it is used.
    """
    if _begun:
        return
    _begun.append(True)
    network.loading = True
    try:
        await _load(checks, tls=network.target.tls)
        await network.answered.wait()
        await asyncio.sleep(_NEXT)
        if not answered_well(network.case.evidence):
            await _each((*rules.families(), *experiments.modules()))
        elif _distant(network.case):
            await _rehearse(lambda: judged(checks), rehearse)
    finally:
        network.loading = False
        network.loaded.set()


def load(checks: frozenset[str], *, tls: bool) -> None:
    """Load all of that at once, for processes that will begin with many runs."""
    if not _begun:
        _begun.append(True)
        _put_off(_LATER)
        for name in (*_first(checks, tls=tls), *_then(checks)):
            import_module(name)
        _read_once()


async def _load(checks: frozenset[str], *, tls: bool) -> None:
    _put_off(_LATER)
    await _each(_first(checks, tls=tls))
    _read_once()
    await _each(_then(checks))


def _first(checks: frozenset[str], *, tls: bool) -> tuple[str, ...]:
    return (*_DATES, *(_CERTIFICATES if tls else ()), *(_STREAMS if checks & _STREAMING else ()))


def _then(checks: frozenset[str]) -> tuple[str, ...]:
    posts = _POSTS if "rest" in checks else ()
    return (*posts, *rules.families(checks), *experiments.modules(checks), "dgcheck.diagnosis.judge")


async def _each(names: Iterable[str]) -> None:
    for name in names:
        import_module(name)
        await asyncio.sleep(0)


def _distant(case: Case) -> bool:
    """Whether the next answers are awaited for so long that a rehearsal keeps none of them waiting."""
    return min((dial.rtt_ms or 0.0 for dial in case.of(Dial, purpose=None)), default=0.0) >= _DISTANT


def _read_once() -> None:
    """Compile the patterns by which the first answers are read."""
    found = listing.read(_ANSWER)
    for row in found.models if found else ():
        model_name.of_row(row)


async def _rehearse(judged: Callable[[], Report], rehearse: Callable[[Report], Iterable[None]] | None) -> None:
    """Judge and tell what is there so far: what is needed only once, such as compiling patterns, is then done while the
    last answers are still awaited. Nothing of it is kept."""
    with contextlib.suppress(Exception):
        report = judged()
        await asyncio.sleep(0)
        for _ in rehearse(report) if rehearse is not None else ():
            await asyncio.sleep(0)


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
