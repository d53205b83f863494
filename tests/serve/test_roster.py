"""All targets together: bounded in number, one run for each, and only so many at once."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path
from typing import Any

import pytest

from dgcheck.engine import Stop
from dgcheck.model.errors import UsageError
from dgcheck.model.report import Status
from dgcheck.model.target import Settings, Target
from dgcheck.serve import roster as module
from dgcheck.serve.allowed import Allowed
from dgcheck.serve.result import Result
from dgcheck.serve.roster import MOST_ASKED, Full, Roster
from dgcheck.serve.subject import Subject, called
from dgcheck.serve.trusted import Trusted
from dgcheck.sim.server import Simulator
from dgcheck.wire.audio import bundled
from dgcheck.wire.url import parse
from tests.authority import Authority
from tests.serve.built import result, subject

pytestmark = pytest.mark.anyio


class Counted(Roster):
    """A roster whose runs are counted, and end when they may."""

    def __init__(self, *subjects: Subject, **options: Any) -> None:
        given: dict[str, Any] = {
            "understand": lambda target, models, named: subject(target.base, models=models),
            "allowed": Allowed(),
            "audio": bundled(),
            "interval": 1000.0,
            "concurrency": 8,
            "news": lambda *_: None,
        }
        super().__init__(subjects, **{**given, **options})
        self.under_way: list[str] = []
        self.most: dict[str, int] = {}
        self.most_at_once = 0
        self.go = asyncio.Event()
        self.fails: BaseException | None = None

    async def _run(self, asking: Subject, stop: Stop) -> Result:
        self.under_way.append(asking.target.host)
        self.most_at_once = max(self.most_at_once, len(self.under_way))
        for host in self.under_way:
            self.most[host] = max(self.most.get(host, 0), self.under_way.count(host))
        stop.tell(self.go.set)
        try:
            await self.go.wait()
            if self.fails is not None:
                raise self.fails
            return result()
        finally:
            self.under_way.remove(asking.target.host)


def target(text: str) -> Target:
    return parse(text)


async def test_so_many_runs_at_once_at_most() -> None:
    roster = Counted(*(subject(f"http://127.0.1.{last}") for last in range(1, 101)), concurrency=3)
    waiting = [asyncio.create_task(one.known(60)) for one in roster.probers.values()]
    await asyncio.sleep(0.01)
    roster.go.set()
    assert all(await asyncio.gather(*waiting))
    assert (roster.most_at_once, roster.runs) == (3, 100)


async def test_one_host_is_not_asked_side_by_side_for_its_many_models() -> None:
    roster = Counted()
    probers = [roster.find(target("http://127.0.0.2/" + path), (model,)) for path in ("", "x") for model in "abcd"]
    waiting = [asyncio.create_task(one.known(60)) for one in probers]
    await asyncio.sleep(0.01)
    roster.go.set()
    assert all(await asyncio.gather(*waiting))
    assert roster.most == {"127.0.0.2": 1}
    assert roster.runs == 8


async def test_a_target_of_its_own_is_that_one() -> None:
    roster = Counted(subject("http://dg:8080", models=("nova-3",)))
    own = roster.probers["http://dg:8080"]
    assert roster.find(target("ws://DG:8080/"), ()) is own
    assert roster.find(target("http://dg:8080"), ("nova-3",)) is own
    assert roster.find(target("http://dg:8080"), ("nova-2",)) is not own


async def test_others_are_remembered_up_to_a_number() -> None:
    roster = Counted(interval=0.0)
    for number in range(3 * MOST_ASKED):
        roster.find(target(f"http://h{number}"), ())
    assert len(roster._asked) == MOST_ASKED
    first = roster.find(target("http://h0"), ())
    assert roster.find(target("http://h0"), ()) is first


async def test_who_was_asked_for_a_moment_ago_is_not_forgotten_for_another() -> None:
    roster = Counted()
    roster.go.set()
    for number in range(MOST_ASKED):
        await roster.find(target(f"http://h{number}"), ()).known(60)
    with pytest.raises(Full):
        roster.find(target("http://one-more"), ())
    assert roster.runs == MOST_ASKED


@pytest.mark.parametrize(
    ("fails", "says"),
    [
        (UsageError("--ca-file ca.pem: no PEM certificates in it"), "ca.pem"),
        (ZeroDivisionError("internals"), "dgcheck itself failed: ZeroDivisionError"),
    ],
)
async def test_a_run_that_fails_is_a_result(fails: Exception, says: str) -> None:
    roster = Counted(subject("http://dg"))
    roster.fails = fails
    roster.go.set()
    standing = await roster.probers["http://dg"].known(60)
    assert standing is not None
    assert standing.result.verdict is Status.UNKNOWN
    assert says in standing.result.says
    assert "internals" not in standing.result.says


async def test_a_run_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "GRACE", 0.0)
    roster = Counted(subject("http://dg", timeout=0.05))
    standing = await roster.probers["http://dg"].known(60)
    assert standing is not None
    assert "did not end" in standing.result.says


async def test_the_end_ends_every_run() -> None:
    before = asyncio.all_tasks()
    roster = Counted(*(subject(f"http://127.0.1.{last}") for last in range(1, 20)))
    roster.begin()
    await asyncio.sleep(0.01)
    await roster.end(5.0)
    assert roster.under_way == []
    assert asyncio.all_tasks() == before


async def test_it_works_until_what_asks_has_died() -> None:
    roster = Counted(subject("http://dg"))
    roster.begin()
    assert not roster.stuck()
    for keeper in roster._keepers:
        keeper.cancel()
    await asyncio.gather(*roster._keepers, return_exceptions=True)
    assert roster.stuck()


# --- TLS contexts ----------------------------------------------------------------------------------------------------


async def test_one_context_serves_all_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading a CA store takes longer than a whole check."""
    made: list[object] = []
    real = ssl.create_default_context

    def counted(*words: Any, **named: Any) -> ssl.SSLContext:
        made.append(named)
        return real(*words, **named)

    monkeypatch.setattr(ssl, "create_default_context", counted)
    async with Simulator(tls="good", host="0.0.0.0") as simulator:
        settings: dict[str, Any] = {"ca_file": simulator.ca_file, "profile": "quick"}
        roster = Roster(
            (),
            understand=lambda target, *_: subject(target.base, **settings),
            allowed=Allowed(),
            audio=bundled(),
            interval=0.0,
            concurrency=2,
            news=lambda *_: None,
        )
        for path in ("", "/a", "", "/b", "/a", ""):
            await roster.find(target(f"https://127.0.0.1:{simulator.port}{path}"), ()).known(60)
        assert simulator.handshakes >= 6
    assert roster.runs == 6
    assert len(made) == 1


def test_a_renewed_file_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    path.write_bytes(Authority(tmp_path / "one").ca.read_bytes())
    settings, trusted = Settings(ca_file=str(path)), Trusted()
    first = trusted.of(settings)
    assert trusted.of(settings) is first
    path.write_text("half of a certi")
    assert trusted.of(settings) is first, "what cannot be used yet is not used"
    path.write_bytes(Authority(tmp_path / "two", "Another").ca.read_bytes())
    assert trusted.of(settings) is not first


def test_a_file_that_never_was_good(tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    path.write_text("nothing")
    with pytest.raises(UsageError, match="--ca-file"):
        Trusted().of(Settings(ca_file=str(path)))


async def test_two_requests_to_one_base_are_two_targets() -> None:
    urls = ("http://127.0.0.1:9/v1/listen?model=nova-3", "http://127.0.0.1:9/v1/listen?model=nova-2")
    roster = Counted(*(subject(url) for url in urls))
    assert list(roster.probers) == list(urls)
    assert roster.find(target(urls[1]), ()) is roster.probers[urls[1]]
    assert roster.find(target("http://127.0.0.1:9"), ()) not in roster.probers.values()


def test_a_key_in_a_request_is_no_part_of_its_name() -> None:
    shown = called(target("http://dg:8080/v1/listen?model=nova-3&api_key=0123456789abcdef"))
    assert shown == called(target("http://dg:8080/v1/listen?model=nova-3&api_key=fedcba9876543210"))
    assert "0123456789abcdef" not in shown
    assert "model=nova-3" in shown


async def test_what_experiments_have_shown_of_a_failure_is_not_asked_for_in_every_run() -> None:
    async with Simulator(("upgrade_dropped",)) as simulator:
        asked = subject(simulator.url, profile="quick")
        roster = Roster(
            (asked,),
            understand=lambda target, models, named: asked,
            allowed=Allowed(),
            audio=bundled(),
            interval=1000.0,
            concurrency=1,
            news=lambda *_: None,
        )
        counts, results = [], []
        for _ in range(3):
            before = len(simulator.log)
            results.append(await roster._run(asked, Stop()))
            counts.append(len(simulator.log) - before)
    assert counts[0] > counts[1] == counts[2]
    assert {(one.code, one.says) for one in results} == {(results[0].code, results[0].says)}
