"""A fleet over several processes: shares, signals, and processes that die."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from dgcheck.cli.fleet_members import common, members
from dgcheck.fleet.crew import Crew, dealt, hands
from dgcheck.fleet.ending import Ending
from dgcheck.fleet.file import read
from dgcheck.fleet.member import Member
from dgcheck.fleet.processors import processors
from dgcheck.fleet.result import Result
from dgcheck.model.errors import Elsewhere, where
from dgcheck.model.report import Report
from dgcheck.sim.server import running
from tests.cli.program import SECONDS, started

COUNT = 48
several = pytest.mark.skipif(processors() < 2 or sys.platform != "linux", reason="one processor: one process")


def of(text: str) -> tuple[Member, ...]:
    fleet, mistakes = read(text)
    assert not mistakes
    return members(fleet.entries, common({"config": "none"}, {}, fleet, "fleet.yaml"))


class Kept:
    """Keeps nothing but the result."""

    whole = False

    def __call__(self, member: Member, result: Result, report: Report | None) -> Ending:
        return Ending(result)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"cpu.max": "100000 100000"}, 1, id="one"),
        pytest.param({"cpu.max": "50000 100000"}, 1, id="half of one"),
        pytest.param({"cpu.max": "190000 100000"}, 1, id="nearly two"),
        pytest.param({"cpu.max": "max 100000"}, None, id="no limit"),
        pytest.param({"cpu.max": "nonsense"}, None, id="no number"),
        pytest.param({"cpu/cpu.cfs_quota_us": "100000", "cpu/cpu.cfs_period_us": "100000"}, 1, id="version 1"),
        pytest.param({"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"}, None, id="version 1, none"),
        pytest.param({}, None, id="no control groups"),
    ],
)
def test_a_container_s_limit_counts(files: dict[str, str], expected: int | None, tmp_path: Path) -> None:
    for name, text in files.items():
        path = tmp_path / "sys/fs/cgroup" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")
    everything = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count()
    assert processors(str(tmp_path)) == (expected or everything)


def test_few_targets_are_not_worth_a_second_process() -> None:
    assert hands(39, 50) == hands(1, 50) == hands(500, 7) == 1


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_shares_are_even_and_in_order(count: int) -> None:
    chosen = of("\n".join(f"http://127.0.0.1:{1000 + number}" for number in range(50)))
    shares = dealt(chosen, count)
    assert max(map(len, shares)) - min(map(len, shares)) <= 1
    assert sorted(one.name for share in shares for one in share) == sorted(one.name for one in chosen)
    for share in shares:
        assert share == [one for one in chosen if one in share]
    # Not all of one kind in one share, where kinds alternate in the file.
    assert count == 1 or all(len({chosen.index(one) % 2 for one in share}) == 2 for share in shares)


def children(process: int) -> set[int]:
    text = Path(f"/proc/{process}/task/{process}/children").read_text()
    return {int(word) for word in text.split()}


def begun(process: int) -> set[int]:
    """Its processes, once there are two of them."""
    until = monotonic() + SECONDS
    while len(children(process)) < 2:
        assert monotonic() < until
        sleep(0.02)
    return children(process)


def lives(process: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def gone(processes: set[int]) -> bool:
    until = monotonic() + 10
    while monotonic() < until:
        if not any(map(lives, processes)):
            return True
        sleep(0.02)
    return False


@pytest.fixture(scope="module")
def stalling() -> Iterator[str]:
    """The URL of a port that accepts connections and says nothing."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(1024)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@pytest.fixture
def file(tmp_path: Path) -> Callable[[list[str]], str]:
    def write(urls: list[str]) -> str:
        rows = [f"  - {{url: '{url}', name: t{place}}}" for place, url in enumerate(urls)]
        (tmp_path / "f.yaml").write_text("\n".join(["targets:", *rows]) + "\n")
        return str(tmp_path / "f.yaml")

    return write


def lines(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


@several
def test_the_same_is_said_as_by_one_process(file: Callable[[list[str]], str]) -> None:
    with running(()) as healthy, running(("model_missing",)) as lacking:
        urls = [(healthy, lacking)[place % 2].url for place in range(COUNT)]
        words = ("fleet", file(urls), "--profile", "quick", "--model", "nova-3", "-o", "jsonl")
        said = []
        for one in (False, True):
            with started(*words, *(("--concurrency", "4") if one else ())) as process:
                found = set() if one else begun(process.pid)
                out, err = process.communicate(timeout=SECONDS)
            assert (process.returncode, err) == (1, "")
            assert gone(found)
            results = [one for one in lines(out) if one["kind"] == "target"]
            assert len(results) == COUNT
            said.append({one["name"]: (one["verdict"], one["code"], one["says"], one["do"]) for one in results})
    assert said[0] == said[1]


@several
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
@pytest.mark.parametrize("group", [False, True], ids=["to one", "to all"])
def test_a_signal_ends_all(
    number: signal.Signals, group: bool, stalling: str, file: Callable[[list[str]], str]
) -> None:
    path = file([stalling] * COUNT)
    with started("fleet", path, "-o", "jsonl", "--reports", str(Path(path).parent / "r")) as process:
        found = begun(process.pid)
        sleep(0.3)
        at = monotonic()
        for one in (process.pid, *(found if group else ())):
            with suppress(ProcessLookupError):
                os.kill(one, number)
        out, err = process.communicate(timeout=SECONDS)
        took = monotonic() - at
    seen = lines(out)
    assert (process.returncode, err) == (128 + number, "")
    assert took < 10
    assert {one["finished"] for one in seen if one["kind"] == "target"} == {False}
    assert len([one for one in seen if one["kind"] == "target"]) == COUNT
    assert (seen[-1]["kind"], seen[-1]["interrupted"]) == ("end", True)
    assert gone(found)


@several
def test_what_a_dead_process_did_not_tell_is_unfinished(stalling: str, file: Callable[[list[str]], str]) -> None:
    path = file([stalling] * COUNT)
    with started("fleet", path, "-o", "jsonl", "--deadline", "6s") as process:
        first = min(begun(process.pid))
        sleep(0.3)
        os.kill(first, signal.SIGKILL)
        out, err = process.communicate(timeout=SECONDS)
    results = [one for one in lines(out) if one["kind"] == "target"]
    killed = [one for one in results if "was ended by SIGKILL" in one["says"]]
    assert (len(results), len(killed), err) == (COUNT, COUNT // 2, "")
    assert not any(one["finished"] for one in killed)
    assert process.returncode in (1, 3)


@several
def test_nothing_outlives_the_one_that_was_killed(stalling: str, file: Callable[[list[str]], str]) -> None:
    with started("fleet", file([stalling] * COUNT)) as process:
        found = begun(process.pid)
        process.kill()
        process.communicate(timeout=SECONDS)
    assert gone(found)


class Failing(Kept):
    def __call__(self, member: Member, result: Result, report: Report | None) -> Ending:
        raise ValueError(member.name)


def crew(keep: Kept, ended: Callable[[Ending], None]) -> Crew:
    """Two processes for targets that need no network."""
    return Crew(
        of("\n".join(f"http//typo-{number}" for number in range(6))),
        keep,
        ended,
        concurrency=4,
        until=None,
        count=2,
        watched=True,
        leave=os._exit,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="there are no forks")
def test_each_is_told_once() -> None:
    told: list[str] = []
    asyncio.run(crew(Kept(), lambda ending: told.append(ending.result.name)).all())
    assert sorted(told) == [f"http//typo-{number}" for number in range(6)]


@pytest.mark.skipif(sys.platform == "win32", reason="there are no forks")
def test_a_bug_in_a_process_is_told_with_its_place() -> None:
    with pytest.raises(Elsewhere) as caught:
        asyncio.run(crew(Failing(), lambda _: None).all())
    assert where(caught.value).startswith("ValueError at ")
    assert "fleet/running.py:" in where(caught.value)
    assert "typo" not in where(caught.value)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no forks")
def test_a_bug_of_the_one_that_prints_ends_the_others() -> None:
    def broken(_: Ending) -> None:
        raise ZeroDivisionError

    made = crew(Kept(), broken)
    with pytest.raises(ZeroDivisionError):
        asyncio.run(made.all())
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
