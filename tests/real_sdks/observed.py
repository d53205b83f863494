"""What every real SDK did with its cases, in a network that is watched."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.real_sdks import cases
from tests.real_sdks.network import Seen, Watched
from tests.real_sdks.pinned import Pinned, command


class Observed:
    """What every SDK did with its cases. All start when the first is asked for, a few at a time: mostly they wait."""

    def __init__(self, network: Watched, folder: Path, wanted: set[Pinned]) -> None:
        self._network, self._folder = network, folder
        self._pool = ThreadPoolExecutor(4)
        self._runs: dict[str, Future[dict[str, Seen]]] = {one.name: self._pool.submit(self._run, one) for one in wanted}

    def __getitem__(self, case: cases.Case) -> Seen:
        return self._runs[case.one.name].result()[case.name]

    def close(self) -> None:
        """Wait for what is still running."""
        self._pool.shutdown(cancel_futures=True)

    def _run(self, one: Pinned) -> dict[str, Seen]:
        groups: dict[tuple[tuple[str, str], ...], list[cases.Case]] = {}
        for case in (*cases.of(one), *(cases.proxied(one, transport) for transport in cases.BOTH)):
            groups.setdefault(tuple(sorted(case.env.items())), []).append(case)
        found: dict[str, Seen] = {}
        for env, group in groups.items():
            asked = [_line(case, _model(case, len(found) + place)) for place, case in enumerate(group)]
            for case, seen in zip(group, self._network.run(command(one, self._folder), asked, dict(env)), strict=True):
                found[case.name] = seen
        return found


def _model(case: cases.Case, number: int) -> str:
    """The model by which the requests of a case are known."""
    kind = case.transport if "HTTP_PROXY" in case.env else number
    return f"{case.one.name}-{kind}"


def _line(case: cases.Case, model: str) -> dict[str, Any]:
    """A case as a driver reads it."""
    return {
        "id": case.name,
        "transport": case.transport,
        "option": case.option,
        "value": case.value,
        "key": case.key,
        "extra": dict(case.extra),
        "model": model,
        "audio": None,
    }
