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
from dgcheck.fleet.crew import Crew, begin, dealt, hands
from dgcheck.fleet.ending import Ending
from dgcheck.fleet.file import read
from dgcheck.fleet.member import Member
from dgcheck.fleet.processors import places, processors
from dgcheck.fleet.result import Result
from dgcheck.fleet.trusts import Trusts
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


@pytest.mark.skipif(sys.platform != "linux", reason="processes are placed on Linux alone")
def test_each_stays_on_a_processor_of_its_own_where_there_is_one_for_each() -> None:
    here = frozenset(os.sched_getaffinity(0))
    own = places(len(here))
    assert sorted(one for place in own for one in place) == sorted(here)
    assert {len(place) for place in own} == {1}
    assert places(len(here) + 1) == (here,) * (len(here) + 1)


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


def gone(processes: set[int], seconds: float = 10) -> bool:
    until = monotonic() + seconds
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


@several
def test_names_that_are_shown_otherwise(file: Callable[[list[str]], str], tmp_path: Path) -> None:
    """A heart with its variation selector, a blank of no width, a flag: results are told by the name in the file."""
    odd = ["Frankfurt \u2764\ufe0f", "zero\u200bwidth", "a\u0301\u0301\u0301\u0301\u0301", "n" * 200]
    with running(()) as healthy:
        rows = [f"  - {{url: '{healthy.url}', name: '{name}'}}" for name in [*odd, *map(str, range(COUNT))]]
        (tmp_path / "odd.yaml").write_text("\n".join(["targets:", *rows]), encoding="utf-8")
        folder = tmp_path / "r\u2764\ufe0f"
        words = ("fleet", str(tmp_path / "odd.yaml"), "--profile", "quick", "--reports", str(folder), "-o", "jsonl")
        with started(*words) as process:
            assert len(begun(process.pid)) == 2
            out, err = process.communicate(timeout=SECONDS)
    results = [one for one in lines(out) if one["kind"] == "target"]
    assert (process.returncode, err, len(results)) == (0, "", COUNT + len(odd))
    assert {one["name"] for one in results} >= {*odd}
    assert all(Path(one["report"]).exists() for one in results)


@several
def test_what_only_some_records_hold_is_judged_in_a_fleet_too(file: Callable[[list[str]], str]) -> None:
    """The licence that a License Proxy speaks of."""
    with running(("license_failed",), beside=True) as simulator:
        path = file([simulator.url] * COUNT)
        proxy = ("--license-proxy-url", simulator.beside["license_proxy"])
        with started("fleet", path, "--profile", "quick", "--model", "nova-3", *proxy, "-o", "jsonl") as process:
            out, _ = process.communicate(timeout=SECONDS)
    assert {one["cause"] for one in lines(out) if one["kind"] == "target"} == {"license"}


@several
def test_a_slow_reader_slows_no_run(file: Callable[[list[str]], str]) -> None:
    """Longer than pipes hold what is told: the runs go on, and measure the deployment alone."""
    pause = 8.0
    with (
        running(()) as healthy,
        started("fleet", file([healthy.url] * 250), "--profile", "quick", "-o", "jsonl") as process,
    ):
        sleep(pause)
        out, err = process.communicate(timeout=SECONDS)
    results = [one for one in lines(out) if one["kind"] == "target"]
    assert (process.returncode, err, len(results)) == (0, "", 250)
    assert max(one["took_ms"] for one in results) < pause * 1000


@several
def test_a_process_that_was_stopped_is_ended(stalling: str, file: Callable[[list[str]], str]) -> None:
    with started("fleet", file([stalling] * COUNT), "-o", "jsonl", "--deadline", "4s") as process:
        found = begun(process.pid)
        os.kill(min(found), signal.SIGSTOP)
        out, _ = process.communicate(timeout=SECONDS)
    seen = lines(out)
    assert len([one for one in seen if one["kind"] == "target"]) == COUNT
    assert seen[-1]["kind"] == "end"
    assert gone(found)


@several
def test_a_context_that_cannot_be_made_costs_its_own_target(file: Callable[[list[str]], str]) -> None:
    with running(()) as healthy:
        path = file([*([healthy.url] * COUNT), "https://127.0.0.1:1", "https://127.0.0.1:2"])
        with started("fleet", path, "--profile", "quick", "-o", "jsonl", SSLKEYLOGFILE="/nonexistent/x") as process:
            out, _ = process.communicate(timeout=SECONDS)
    verdicts = [one["verdict"] for one in lines(out) if one["kind"] == "target"]
    assert (len(verdicts), verdicts.count("pass")) == (COUNT + 2, COUNT)


@several
def test_many_sets_of_certificates_are_not_loaded_before(stalling: str, tmp_path: Path) -> None:
    with running(tls="good") as simulator:
        rows = []
        for place in range(COUNT):
            path = tmp_path / f"ca{place}.pem"
            path.write_text(Path(simulator.ca_file).read_text())
            rows.append(f"  - {{url: '{simulator.url}', name: t{place}, ca_file: '{path}'}}")
        (tmp_path / "f.yaml").write_text("\n".join(["targets:", *rows]))
        chosen = of((tmp_path / "f.yaml").read_text())
        trusts = Trusts()
        trusts.prepare(chosen)
        assert not trusts.made
        trusts.prepare([*chosen, *chosen[:3]])
        assert len(trusts.made) == 3


@pytest.mark.parametrize("failing", [1, 2])
def test_without_room_for_more_processes_it_is_one(failing: int, monkeypatch: pytest.MonkeyPatch) -> None:
    forks, real = [], getattr(os, "fork", None)

    def fork() -> int:
        forks.append(1)
        if len(forks) == failing or real is None:
            raise BlockingIOError("no room")
        return int(real())

    monkeypatch.setattr(os, "fork", fork, raising=False)
    monkeypatch.setattr("dgcheck.fleet.crew.hands", lambda *_: 2)
    told: list[str] = []
    before = len(os.listdir("/proc/self/fd")) if sys.platform == "linux" else 0
    made = begin(
        of("\n".join(f"http//typo-{number}" for number in range(6))),
        Kept(),
        lambda ending: told.append(ending.result.name),
        concurrency=4,
        until=None,
        watched=False,
        leave=os._exit,
    )
    assert (len(os.listdir("/proc/self/fd")) if sys.platform == "linux" else 0) == before
    asyncio.run(made.all())
    assert len(forks) == failing
    assert sorted(told) == [f"http//typo-{number}" for number in range(6)]


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
