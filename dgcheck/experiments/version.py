"""The version in the path: does a request that left it out work with it, and what does the doubled one get?"""

from __future__ import annotations

from dgcheck.model.asking import Ask, Asking, Experiment
from dgcheck.model.case import Case
from dgcheck.model.evidence import Exchange
from dgcheck.readings.telling import path_of
from dgcheck.wire.deployment import NOT_HERE, serves
from dgcheck.wire.url import query_of


def lacks_version(case: Case) -> bool:
    """A replayed request to `…/listen` that is not `…/v1/listen` was not found."""
    target = case.target
    if target is None or not target.replay:
        return False
    path = target.replay.partition("?")[0]
    odd = path.rstrip("/").endswith("/listen") and path not in (
        f"{target.prefix}/v1/listen",
        f"{target.prefix}/v2/listen",
    )
    return odd and any(wire.status in NOT_HERE for wire in case.wires() if path_of(wire) == path)


async def ask_with_version(asking: Asking) -> None:
    """Ask the same of `/v1/listen`: an upgrade, and a POST of the speech where the upgrade is refused."""
    target = asking.target
    query, path = query_of(target.replay), f"{target.prefix}/v1/listen"
    upgrade = await asking.net.upgrade(Ask(path=path, query=query, whole=True, limit=6.0))
    if upgrade.status in (*NOT_HERE, 400) and asking.requests_left() > 0:
        headers = (("Content-Type", asking.audio.content_type),)
        await asking.net.exchange(
            Ask(path=path, query=query, method="POST", headers=headers, body=asking.audio.data, whole=True)
        )


def is_doubled(case: Case) -> bool:
    """The base ended in a version, and the path without it is served, so that the doubled one can be compared."""
    seen, target = case.configured, case.target
    if seen is None or target is None or seen.replayed or not seen.path_doubled.startswith("/v1"):
        return False
    return any(serves(wire) for wire in case.of(Exchange, "status"))


async def ask_doubled(asking: Asking) -> None:
    """Ask for the status page as a client would that adds /v1 once more."""
    path = f"{asking.target.prefix}/v1/v1/status"
    await asking.net.exchange(Ask(path=path, whole=True, lane="siblings", limit=5.0))


EXPERIMENTS = (
    Experiment(
        id="with_version", check="ws.upgrade", when=lacks_version, ask=ask_with_version, also=("rest", "ws.stream")
    ),
    Experiment(id="doubled_path", check="status", when=is_doubled, ask=ask_doubled),
)
