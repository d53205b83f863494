"""Nothing serves below the URL's path: does another path of the same host?"""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.asking import Ask, Asking, Experiment
from dgcheck.model.case import Case
from dgcheck.model.evidence import Wire
from dgcheck.model.target import Target
from dgcheck.readings.telling import path_of
from dgcheck.wire.deployment import knows_path, serves

# Prefixes under which proxies are known to serve an API like this one; asked only where the URL has none.
USUAL_PREFIXES = ("/deepgram", "/api", "/stt")
# Answers to the listen path that leave open whether the API is under another path. Not 401, 403, 429 and 5xx:
# those come from something that stands before every path.
_OPEN = (200, 301, 302, 303, 307, 308, 400, 404, 405, 410, 426, 501)
SPARE = 6  # requests left to others


def worth_asking(case: Case) -> bool:
    """The host answers HTTP, the listen path is not served, and no other question below this base was."""
    configured = case.configured
    if case.target is None or (configured is not None and configured.hosted):
        return False
    wires = list(case.wires())
    listen = [wire for wire in wires if path_of(wire).endswith("/listen")]
    return any(wire.status in _OPEN for wire in listen) and not any(knows_path(wire) for wire in wires)


def bases(target: Target, doubled: str = "") -> Iterator[str]:
    """Prefixes to try, likeliest first: every shorter one, the one cut off as doubled, the usual ones."""
    parts = target.prefix.split("/")
    shorter = ["/".join(parts[:length]) for length in range(1, len(parts))]
    usual = [] if target.prefix else list(USUAL_PREFIXES)
    kept = [target.prefix + "/v1"] if doubled.startswith("/v1") else []
    yield from dict.fromkeys([*shorter[:3], *kept, *usual])


async def ask(asking: Asking) -> None:
    """Ask each base for its status page, then for its models, then for one upgrade; the first that serves ends it."""
    target = asking.target
    found = list(bases(target, target.path_doubled))
    # without the version: a proxy that adds it, or another base_url in api.toml
    paths = [f"{base}/v1/status" for base in found] + [f"{target.prefix}/status"]
    paths += [f"{base}/v1/models" for base in found[:2]] + [f"{target.prefix}/models"]
    for path in paths:
        if asking.requests_left() <= SPARE:
            return
        if _served(await asking.net.exchange(Ask(path=path, whole=True, lane="siblings", limit=5.0, keep=65536))):
            return
    query = (("model", asking.case.model),) if asking.case.model else ()
    for base in found[:2]:
        if asking.requests_left() <= SPARE:
            return
        if _served(await asking.net.upgrade(Ask(path=f"{base}/v1/listen", query=query, whole=True, limit=5.0))):
            return


def _served(wire: Wire) -> bool:
    return serves(wire) or knows_path(wire)


EXPERIMENT = Experiment(id="siblings", check="status", when=worth_asking, ask=ask)
